"""What is known of when a single column was measured: by words of its heading, and no other way."""

from __future__ import annotations

import re

from trialtrail.new_study.columns.cells import words_of
from trialtrail.new_study.columns.units import unit_of
from trialtrail.new_study.columns.words import ALLOCATED_ON
from trialtrail.new_study.measures.timepoints import DAYS, Timepoint, find_timepoint, read_timepoint

OF_BASELINE = frozenset(
    {"age", "alter", "edad", "eta", "idade", "leeftijd", "alder", "ika"}
    | {"sex", "gender", "geschlecht", "sexo", "sexe", "sesso", "geslacht", "kjonn", "kon"}
    | {"race", "ethnicity", "ethnic", "ethnie", "ethnizitat", "etnia"}
    | {
        "height",
        "grosse",
        "groesse",
        "korpergrosse",
        "koerpergroesse",
        "taille",
        "altura",
        "estatura",
    }
    | {"weight", "gewicht", "korpergewicht", "poids", "peso", "bmi", "imc", "bodyweight"}
    | {"education", "schooling", "bildung", "schulabschluss", "educacion", "school", "educ"}
    | {"fumeur", "fumador", "roker"}
    | {"site", "center", "centre", "zentrum", "klinik", "hospital", "clinic", "centro", "country"}
    | {"stratum", "strata", "marital", "familienstand", "birthplace"}
)
"""Words of what does not change in a trial, or is asked of everybody when they enter it."""
BEGINNINGS = ("smok", "rauch", "ethni", "educat")
"""What other such words begin with."""
BESIDE = frozenset(
    {"years", "year", "yrs", "yr", "y", "jahre", "jahren", "ans", "anos", "in", "months", "mo"}
    | {
        "kg",
        "cm",
        "m",
        "kgm",
        "lb",
        "lbs",
        "inches",
        "body",
        "group",
        "grp",
        "gruppe",
        "cat",
        "category",
    }
    | {"code", "coded", "status", "level", "of", "at", "the", "patient", "participant", "subject"}
    | {"study", "id", "no", "nr", "number", "name", "bei", "zu", "j", "n", "self", "reported"}
    | {"randomisation", "randomization", "enrolment", "enrollment", "inclusion", "current", "yn"}
    | {
        "highest",
        "origin",
        "group",
        "calc",
        "calculated",
        "klasse",
        "class",
        "identity",
        "mw",
        "mf",
    }
    | {"w", "f", "d"}
)
"""Words that may stand beside them and change nothing of what they mean."""
ENTERED = frozenset(
    {"baseline", "basline", "bsl", "bl", "base", "ausgangswert", "screening", "prescreening", "scr"}
    | {"enrolment", "enrollment", "pre", "preop", "pretest", "pretreatment", "prae", "praetest"}
    | {"before", "prior", "vorher", "avant", "antes", "voor", "prerandomisation", "preoperative"}
)
"""Words of a heading that say that the column was measured at or before the allocation."""
LATER = frozenset(
    {"change", "diff", "difference", "delta", "loss", "gain", "ratio", "veranderung", "aenderung"}
    | {
        "differenz",
        "verlust",
        "zunahme",
        "abnahme",
        "percent",
        "pct",
        "minus",
        "to",
        "from",
        "since",
    }
    | {
        "post",
        "after",
        "nach",
        "apres",
        "despues",
        "final",
        "end",
        "last",
        "followup",
        "death",
        "died",
    }
)
"""Words that speak of a change since then, or of a later time."""
LONGEST = 120 * DAYS["month"]
"""A number of days beyond which a number with a unit is none of the time since the allocation."""
LETTERS = re.compile(r"(?:walk|run|gang|geh|sprint|distance|strecke|smoke)", re.IGNORECASE)
"""Stems beside which an m means metres."""


def is_of_baseline(heading: str) -> bool:
    """Return whether a heading says that its column is of the time of the allocation or before."""
    words = [word for word in words_of(unit_of(heading)[0]) if not word.isdigit()]
    if {*words} & LATER:
        return False
    if {*words} & ENTERED or ALLOCATED_ON.search(heading):
        return True
    if (
        (time := find_timepoint(heading))
        and time[1].at == 0
        and re.search(r"(?<!\d)0$", time[1].label)
    ):
        return True
    known = {word for word in words if word in OF_BASELINE or word.startswith(BEGINNINGS)}
    return bool(known) and {*words} - known <= BESIDE and not re.search(r"[2-9]$", heading)


def time_of(heading: str) -> tuple[str, Timepoint] | None:
    """Return a heading without its time, and the time, where it has a number with a unit of time.

    `radiologic_6m` has month 6. A letter and a number (`T1`, `v2`) are none: they may be a version,
    a stage or a question, unless other columns show that they are times.
    """
    found = find_timepoint(unit_of(heading)[0])
    if found is None or not found[0]:
        return None
    unit, _, number = found[1].label.partition(" ")
    if unit not in DAYS or not number.isdigit() or not 0 < found[1].at <= LONGEST:
        return None
    if unit == "month" and LETTERS.search(found[0]):
        return None
    return found


def in_order(times: dict[str, str]) -> list[str]:
    """Return the labels of timepoints in order of time, as far as they can be compared.

    Args:
        times: {label: a heading that has it}, in the order in which they were found.
    """
    read = {}
    for label, heading in times.items():
        found = find_timepoint(unit_of(heading)[0])
        read[label] = found[1] if found and found[1].label == label else read_timepoint(label)
    kinds = list(dict.fromkeys(_kind(label, time) for label, time in read.items()))

    def order(label: str) -> tuple:
        time = read[label]
        if time is None:
            return 0, len(kinds), 0.0
        return time.rank, kinds.index(_kind(label, time)), time.at

    return sorted(times, key=order)


def _kind(label: str, time: Timepoint | None) -> str:
    """Return by what a timepoint is counted."""
    if time is None or time.rank:
        return "word"
    word = label.split()[0].rstrip("0123456789")
    return "days" if word in DAYS else word
