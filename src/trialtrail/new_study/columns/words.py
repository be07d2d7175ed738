"""Words by which a file says yes, no, nothing or a total, in several languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from trialtrail.new_study.columns.folding import folded

YES_NO = (
    (("yes", "y"), ("no", "n")),
    (("true", "t"), ("false", "f")),
    (("ja", "j"), ("nein", "n")),
    (("ja", "j"), ("nee", "n")),
    (("ja", "j"), ("nej", "n")),
    (("ja", "j"), ("nei", "n")),
    (("oui", "o"), ("non", "n")),
    (("sí", "si", "s"), ("no", "n")),
    (("sì", "si", "s"), ("no", "n")),
    (("sim", "s"), ("não", "nao", "n")),
    (("kyllä",), ("ei",)),
    (("tak", "t"), ("nie", "n")),
    (("vrai",), ("faux",)),
    (("wahr",), ("falsch",)),
    (("verdadero",), ("falso",)),
    (("vero",), ("falso",)),
    (("ano",), ("ne",)),
    (("igen",), ("nem",)),
)
"""Words for yes and for no, one pair a language; words of two pairs are not taken together."""
SURE_MISSING = (
    *(".", "..", "...", "#n/a", "#nv", "#null!", "nan", "null", "<na>", "n/a", "n.a.", "n. a."),
    *("k.a.", "k. a.", "k.a", "ka.", "keine angabe", "keine angaben", "missing", "not available"),
    *("not known", "not recorded", "not done", "no answer", "no data", "fehlt", "fehlend"),
    *("nicht erhoben", "manquant", "non renseigné", "nr", "n.r.", "sin datos", "onbekend"),
    *(
        "unknown",
        "unbekannt",
        "inconnu",
        "desconocido",
        "nk",
        "unk",
        "prefer not to say",
    ),
)
"""Words that say in any column that there is no value."""
AMONG_NUMBERS = (
    *SURE_MISSING,
    *("na", "n.d.", "nd", "-", "--", "---", "–", "—", "/", "?", "??", "x", "xx", "xxx", "none"),
    *("leer", "ka", "uk", "dk", "*", "refused"),  # among words it may be a reason
)
"""Words that say it in a column of numbers or dates, in which they can be nothing else."""
PROGRAM = re.compile(r"#+[A-Z_]*(?:MISSING|NULL|NA)[A-Z_]*[0-9-]*#*", re.IGNORECASE)
"""What a program writes for a value that is missing for a reason, as `##USER_MISSING_97##`."""
NO_DAYS = re.compile(
    r"(?:00?|99)([./-])(?:00?|99)\1(?:0000|9999|00|99)|(?:0000|9999)([./-])(?:00?|99|12)\2(?:00?|99|31)"
    r"|31([./])12\3(?:9999)|12([./])31\4(?:9999)"
)
"""What programs write for a day that is not known."""
TOTAL = re.compile(
    r"(?:sum(?:me|a)?|(?:grand )?total(?:e|i|en)?|(?:ins)?gesamt\w*|mittel(?:wert)?|mean|average"
    r"|median|durchschnitt|moyenne|somme|promedio|media|totaal|gemiddelde|yhteensä"
    r"|std\.?(?: ?dev\.?)?|sd|n ?= ?[0-9]*)[:.]?",
    re.IGNORECASE,
)
"""What stands in a row that sums up the others."""
ID_HEADING = re.compile(
    r"(?<![^\W_])(?:id|ids|nr|no|num|number|nummer|numéro|numero|kennung|code|pseudonym|usubjid|subjid"
    r"|subject|patient|pat|patid|participant|proband\w*|teilnehmer\w*|study ?id|record"
    r"|record_?id|case|fall(?:nummer)?|sujet|paciente|pid|tno|lfd|laufnummer|potilas|pacjent|deelnemer)"
    r"(?![^\W_])|\w+id$|^id\w+|\w+(?:nummer|number)$",
    re.IGNORECASE,
)
"""Headings of a column that names participants."""
STRONG_ID = re.compile(
    r"(?<![^\W_])(?:participant|patient|pat|subject|subj|proband\w*|teilnehmer\w*|record|usubjid|subjid|sujet"
    r"|paciente|potilas|deelnemer|pacjent)(?![^\W_])",
    re.IGNORECASE,
)
"""Headings that say by themselves whose number it is."""
ALLOCATED_ON = re.compile(
    r"randomi[sz]|rando\b|rand_?(?:date|dat|dt)|allocat|allok|zuteil|zugeteilt|loting",
    re.IGNORECASE,
)
"""Headings of the day of the allocation."""
BASELINE_WORDS = re.compile(
    r"(?:t|v|m|w|visit|time|month|week|day)?[ _]?0+|baseline|base|bl|pre|before|vorher|prä|prae"
    r"|screening|enrol\w*|start|aufnahme|t\.?0",
    re.IGNORECASE,
)
"""What the first timepoint is called where it lies at or before the allocation."""


def says_no_value(text: str, among_numbers: bool) -> bool:
    """Return whether a text says that there is no value."""
    if PROGRAM.fullmatch(text.strip()):
        return True
    plain = re.sub("^(na)[_ ]na$", r"\1", text.casefold().strip())
    return plain in (AMONG_NUMBERS if among_numbers else SURE_MISSING)


def is_total(text: str | None) -> bool:
    """Return whether a cell belongs to a row that sums up the others."""
    return bool(text) and bool(TOTAL.fullmatch(text.strip()))


def names_participants(heading: str) -> bool:
    """Return whether a heading is one of a column that names participants."""
    return bool(ID_HEADING.search(heading.replace("_", " "))) or bool(ID_HEADING.search(heading))


def says_yes(texts: Iterable[str]) -> dict[str, bool] | None:
    """Return whether each text says yes, where all are words for yes and no of one language."""
    folds = {text: folded(text) for text in texts}
    for yes, no in YES_NO:
        means = {**{folded(word): True for word in yes}, **{folded(word): False for word in no}}
        if set(folds.values()) <= means.keys():
            found = {text: means[fold] for text, fold in folds.items()}
            return found if set(found.values()) == {True, False} else None
    return None


def means_yes(text: str) -> bool:
    """Return whether a word says yes in some language, also behind a number, as `1_yes`."""
    word = folded(re.sub(r"^[0-9]{1,2}[ _.:=-]+", "", text.strip()))
    return any(word in map(folded, yes) for yes, _ in YES_NO)


def names_people(heading: str) -> bool:
    """Return whether a heading says that its numbers are those of people, and not of anything."""
    return names_participants(heading) and bool(STRONG_ID.search(heading.replace("_", " ")))


ROW_HEADING = re.compile(
    r"row_?(?:names?|nr|no|num|number|id)?|unnamed: ?0|x|\.\.\.1|v1|index|obs|_n|_|", re.IGNORECASE
)
"""Headings that programs give a column of the numbers of the rows."""


def numbers_rows(cells: Sequence[str | None]) -> bool:
    """Return whether cells are the whole numbers from 0 or 1 on, one after the other."""
    if len(cells) < 2 or not cells[0] or cells[0] not in ("0", "1", "0.0", "1.0"):
        return False
    first = int(float(cells[0]))
    return all(cell in (str(n), f"{n}.0") for n, cell in enumerate(cells, first))


def is_row_heading(heading: str) -> bool:
    """Return whether a heading is one that programs give the numbers of the rows."""
    return bool(ROW_HEADING.fullmatch(heading.strip()))
