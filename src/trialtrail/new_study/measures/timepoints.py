"""Read the time of a measurement from a heading or a cell: `week 4`, `T1`, `6m`, `baseline`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from trialtrail.new_study.columns.cells import CAMEL, words_of

DAYS = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.4, "year": 365.25}
_UNITS = {
    "minute": ("min", "mins", "minute", "minutes", "minuten"),
    "hour": ("h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden", "heure", "heures"),
    "day": (
        *("d", "day", "days", "tag", "tage", "jour", "jours", "dia", "dias", "giorno", "giorni"),
        *("dag", "dagen", "pod"),
    ),
    "week": (
        *(
            "wk",
            "wks",
            "week",
            "weeks",
            "woche",
            "wochen",
            "semaine",
            "semaines",
            "semana",
            "weken",
        ),
        *("semanas", "settimana", "settimane", "vecka", "uke", "uge", "kw"),
    ),
    "month": (
        *("m", "mo", "mos", "mon", "mth", "mths", "month", "months", "monat", "monate", "monaten"),
        *("mois", "mes", "meses", "mese", "mesi", "maand", "maanden", "manad", "maned"),
    ),
    "year": (
        "y",
        "yr",
        "yrs",
        "year",
        "years",
        "jahr",
        "jahre",
        "annee",
        "ans",
        "ano",
        "anno",
        "jaar",
    ),
}
_NUMBERED = {
    "T": (
        "t",
        "tp",
        "time",
        "timepoint",
        "time point",
        "zeitpunkt",
        "messzeitpunkt",
        "mzp",
        "messung",
    ),
    "visit": ("v", "visit", "visite", "visita", "besuch", "bezoek", "termin", "vis", "wizyta"),
    "session": ("session", "sitzung", "seance", "sesion"),
    "wave": ("wave", "welle", "vague"),
    "w": ("w",),
    "follow-up": (
        *(
            "fu",
            "f/u",
            "followup",
            "follow up",
            "follow-up",
            "follow_up",
            "katamnese",
            "seguimiento",
        ),
        *("nachuntersuchung", "suivi", "nacherhebung"),
    ),
    "occasion": ("occasion", "assessment", "measurement", "mesure", "medicion", "occ", "round"),
    "period": ("period", "phase", "periode", "cycle", "zyklus"),
}
_WORDS = {
    # word: (rank, label)
    **dict.fromkeys(("screening", "scr", "prescreening"), (-2, "screening")),
    **dict.fromkeys(
        ("baseline", "base", "bl", "bsl", "basline", "ausgangswert", "enrolment", "enrollment"),
        (-1, "baseline"),
    ),
    **dict.fromkeys(("admission", "aufnahme", "entry", "intake", "initial", "beginn"), (-1, "")),
    **dict.fromkeys(
        ("pre", "before", "prior", "vorher", "vor", "avant", "antes", "voor"), (-1, "")
    ),
    **dict.fromkeys(("preop", "pretest", "prae", "praetest", "pretreatment", "prima"), (-1, "")),
    **dict.fromkeys(
        ("post", "after", "nachher", "nach", "apres", "despues", "dopo", "depois"), (1, "")
    ),
    **dict.fromkeys(("postop", "posttest", "posttreatment", "discharge", "entlassung"), (1, "")),
    **dict.fromkeys(
        ("followup", "follow up", "follow-up", "fu", "fup", "katamnese", "nachuntersuchung"),
        (2, "follow-up"),
    ),
    **dict.fromkeys(
        ("final", "endpoint", "eot", "eos", "end", "ende", "abschluss", "exit"), (3, "")
    ),
}
_OF_UNIT = {word: unit for unit, words in _UNITS.items() for word in words}
_OF_KIND = {word: kind for kind, words in _NUMBERED.items() for word in words}
MONTH_OR_DAY = re.compile(r"([12][0-9]{3})-([01][0-9])(?:-([0-3][0-9]))?")


def _any(words: dict) -> str:
    longest = sorted(words, key=len, reverse=True)
    return "|".join(
        re.escape(word).replace(r"\ ", "[ _\x01]?").replace(r"\-", "[ _\x01-]?") for word in longest
    )


JOINT = "\x01"
"""Where a capital begins a word within a heading."""
_START, _END = r"(?:(?<=[^\w])|(?<=_)|(?<=[0-9])(?=[tT][0-9])|^)", r"(?=[^\w]|_|$)"
_N = r"[0-9]{1,3}"
TOKEN = re.compile(
    rf"{_START}(?P<kind>{_any({**_OF_UNIT, **_OF_KIND})})[ _.#\x01-]{{0,2}}(?P<n>{_N})"
    rf"{_END}(?![ _-]?(?:{_any(_OF_UNIT)}){_END})"
    rf"|(?:{_START}(?<!eq[_ -])|(?<=[^\W\d_])(?![0-9]+[dhy]{_END}))(?P<n2>{_N})[ _-]?"
    rf"(?P<unit>{_any(_OF_UNIT)}|w){_END}"
    rf"|{_START}(?P<n3>{_N})(?:st|nd|rd|th|\.)[ _]?"
    rf"(?P<kind2>{_any({**_OF_UNIT, **_OF_KIND})}){_END}"
    rf"|{_START}(?P<word>{_any(_WORDS)})(?:_?(?P<n4>[0-9]))?{_END}",
    re.IGNORECASE,
)
BARE = re.compile(r"(?P<stem>.*?[^\W_].*?)(?P<sep>[ _.-]*)(?P<n>[0-9]{1,4})")
AGAIN = re.compile(r"(?P<stem>.+) \((?P<n>[2-9])\)")
"""A heading that stands in the file again, as the reader tells it apart."""
NAMED_BY_NUMBER = frozenset(
    {"il", "interleukin", "omega", "vit", "vitamin", "cd", "hla", "ca", "pm", "ft", "apo", "c", "l"}
    | {
        "th",
        "s",
        "t",
        "free",
        "cyp",
        "brca",
        "covid",
        "vo",
        "spo",
        "sao",
        "pao",
        "paco",
        "fio",
        "co",
    }
    | {"hba", "b", "factor", "faktor", "ige", "tg", "ck", "d", "fev", "fvc", "ex", "trial", "grade"}
    | {
        "hads",
        "hadsa",
        "hadsd",
        "dass",
        "ghq",
        "hamd",
        "hdrs",
        "gds",
        "who",
        "phq",
        "gad",
        "sf",
        "pss",
        "k",
        "nyha",
        "glp",
    }
)
"""Stems whose number is part of the name: IL-6, vitamin D3, PHQ-9."""
OF_ITEMS = re.compile(r"(?:rand)?sf(?:36)?(?:v[12])?|rand(?:36)?")
"""The form whose questions have parts from a to j: `SF36_9d`."""
ONLY_JOINED = frozenset({"m", "d", "h", "y", "t", "v", "w", "tp", "mo"})
"""Letters that mean a time only beside their number without a blank: `M6`, not `item m 6`."""


@dataclass(frozen=True)
class Timepoint:
    """When something was measured.

    Attributes:
        label: as readers write it: `baseline`, `T1`, `week 4`, `12`.
        rank: -2 for a screening, -1 before, 0 of a number, 1 after, 2 for a follow-up, 3 the end.
        at: the number, in days where its unit is known.
    """

    label: str
    rank: int
    at: float

    @property
    def order(self) -> tuple[int, float]:
        """Return what timepoints are sorted by."""
        return self.rank, self.at


def find_timepoint(heading: str) -> tuple[str, Timepoint] | None:
    """Return the heading without the words of time, and the time; None where it names none.

    Where there are several, as in `fu_6m`, the one with a unit counts, then a numbered one.
    """
    text = CAMEL.sub(JOINT, _folded(heading))
    found = [(match, time) for match in TOKEN.finditer(text) if (time := _of_match(match))]
    if not found:
        return None
    best = min(found, key=lambda pair: (_worth(pair[0]), -pair[0].start()))
    stem = text
    for match, _ in sorted(found, key=lambda pair: -pair[0].start()):
        keep = match is not best[0] and not _may_go(match)
        stem = stem if keep else f"{stem[: match.start()]}\x00{stem[match.end() :]}"
    stem = re.sub(r"[\s_.,;:\x01-]*[(\[]?\s*\x00\s*[)\]]?[\s_.,;:\x01-]*", " ", stem).strip(
        " _.,;:-"
    )
    stem = re.sub(r"[ _](?:at|bei|zu|a|en)$", "", stem)
    words = words_of(stem)
    if words and words[-1] in NAMED_BY_NUMBER and re.fullmatch("day [0-9]+|T[0-9]+", best[1].label):
        return None
    if OF_ITEMS.fullmatch("".join(words)) and best[1].label.split()[0] in ("day", "hour", "year"):
        return None  # part d of a question, not the fourth day
    return _joined(stem, text), best[1]


def read_timepoint(cell: str) -> Timepoint | None:
    """Return the time that a cell of a column of timepoints names; None where it names none."""
    text = cell.strip()
    if re.fullmatch(r"[+-]?[0-9]+(?:[.,][0-9]+)?", text):
        return Timepoint(text, 0, float(text.replace(",", ".")))
    if match := MONTH_OR_DAY.fullmatch(text):
        year, month, day = (int(part or 1) for part in match.groups())
        return Timepoint(text, 0, year * 372 + month * 31 + day)
    found = find_timepoint(text)
    return None if found is None else found[1]


def find_bare(heading: str) -> tuple[str, Timepoint] | None:
    """Return the heading without the number at its end, and the number; None where it has none."""
    match = BARE.fullmatch(unicodedata.normalize("NFC", heading.strip()))
    if match is None or "___" in heading or heading.rstrip().endswith("]"):
        return None
    return match["stem"].rstrip(" _.-"), Timepoint(
        match["n"].lstrip("0") or "0", 0, int(match["n"])
    )


def _folded(text: str) -> str:
    """Return a text without accents, with its capitals; a sharp s stays as it is."""
    apart = unicodedata.normalize("NFKD", text.strip())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def _joined(stem: str, text: str) -> str:
    """Return a stem whose parts are joined as those of the heading are."""
    if " " not in text.strip():
        stem = stem.replace(" ", "_")
    return stem.replace(JOINT, "")


def _of_match(match: re.Match[str]) -> Timepoint | None:
    """Return the time of one match."""
    n = next((match[key] for key in ("n", "n2", "n3") if match[key]), "")
    if match["word"]:
        word = re.sub(r"[ _\x01-]", " ", match["word"].lower())
        rank, label = _WORDS.get(word) or _WORDS[word.replace(" ", "")]
        label = label or word
        at = int(match["n4"] or 0)
        return Timepoint(f"{label} {at}" if match["n4"] else label, rank, at)
    name = (match["kind"] or match["unit"] or match["kind2"]).lower()
    name = re.sub(r"[ _\x01-]", " ", name)
    if (
        match["kind"]
        and name in ONLY_JOINED
        and re.search(r"[a-z][ .#-]+[0-9]", match[0], re.IGNORECASE)
    ):
        return None
    number = int(n)
    if match["unit"] and name == "w":
        return Timepoint(f"week {number}", 0, number * DAYS["week"])
    if name in _OF_UNIT:
        unit = _OF_UNIT[name]
        return Timepoint(f"{unit} {number}", 0, number * DAYS[unit])
    kind = _OF_KIND.get(name) or _OF_KIND[name.replace(" ", "")]
    label = f"{kind}{number}" if kind in ("T", "w") else f"{kind} {number}"
    return Timepoint(label, 2 if kind == "follow-up" else 0, number)


def _worth(match: re.Match[str]) -> int:
    if match["n2"]:
        return 0
    if match["word"]:
        return 3
    name = (match["kind"] or match["kind2"]).lower()
    return 1 if name in _OF_UNIT else 2


def _may_go(match: re.Match[str]) -> bool:
    """Return whether a second word of time says nothing beside the first: `fu` of `fu_6m`."""
    if match["word"]:
        word = re.sub(r"[ _\x01-]", "", match["word"].lower())
        return word in ("fu", "followup", "post", "after", "nach", "apres", "katamnese")
    return False
