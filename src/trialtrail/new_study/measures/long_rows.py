"""Find what tells the rows of a participant apart, where a file has a row a visit."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from trialtrail.new_study.columns.cells import are_dates, words_of
from trialtrail.new_study.files.seen import SeenColumn, SeenFile
from trialtrail.new_study.measures.timepoints import find_timepoint, read_timepoint

MOST_TIMES = 60
"""Timepoints of a long file."""
OF_TIME = frozenset(
    {
        "visit",
        "visite",
        "visita",
        "week",
        "woche",
        "weeks",
        "month",
        "monat",
        "months",
        "day",
        "days",
    }
    | {
        "tag",
        "time",
        "timepoint",
        "zeitpunkt",
        "event",
        "wave",
        "welle",
        "occasion",
        "period",
        "year",
    }
    | {"session", "termin", "messung", "messzeitpunkt", "followup", "avisit", "visitnum", "avisitn"}
    | {
        "semaine",
        "mois",
        "jour",
        "visitday",
        "assessment",
        "phase",
        "bezoek",
        "besuch",
        "epoch",
        "fu",
    }
    | {"mzp", "redcap", "point", "semana", "mes", "hour", "stunde", "jahr", "vis", "atpt", "round"}
)
"""Words of headings of a column of timepoints."""
OF_EVENT = frozenset({"event", "events"})
OF_PLACE = frozenset(
    {"site", "center", "centre", "zentrum", "clinic", "klinik", "hospital", "country", "ward"}
)
OF_ARM = frozenset(
    {"arm", "group", "gruppe", "treatment", "trt", "treat", "allocation", "behandlung", "condition"}
    | {
        "intervention",
        "drug",
        "dose",
        "diet",
        "groupe",
        "grupo",
        "groep",
        "randomisation",
        "rx",
        "trta",
    }
)


@dataclass
class LongShape:
    """What tells the several rows of a participant apart.

    Attributes:
        timepoint_column: its heading; empty where several rows a participant are told apart by
            nothing that looks like a time, as those of a list of events are.
        timepoints: its cells in order of time.
        varying: headings of the columns that differ between rows of one participant.
        constant: headings of the columns that do not.
        why: what shows it, in words.
        sure: whether the heading says that it is a time and no participant has one twice.
        timed: whether the rows are in order of time by what their cells say, not by their place.
    """

    timepoint_column: str
    timepoints: list[str]
    varying: list[str]
    constant: list[str]
    why: str
    sure: bool
    timed: bool = True


def find_long(file: SeenFile, id_column: str) -> LongShape | None:
    """Return what tells the rows of a participant apart; None where each has one row."""
    ids = file.column(id_column)
    if ids is None:
        return None
    people = [(cell or "").strip() for cell in ids.cells]
    rows: dict[str, list[int]] = defaultdict(list)
    for at, person in enumerate(people):
        if person and person.casefold() not in ("na", "."):
            rows[person].append(at)
    if not rows or max(map(len, rows.values())) == 1:
        return None
    others = [each for each in file.columns if each.name != id_column]
    varying = [each.name for each in others if _varies(each, rows)]
    constant = [each.name for each in others if each.name not in varying]
    scored = [(score, each) for each in others if (score := _score(each, rows)) is not None]
    if not scored:
        why = f"{sum(len(r) > 1 for r in rows.values())} participants have several rows"
        why += ", and no column says when each of them was"
        why += _unique_within_a_place(others, rows)
        return LongShape("", [], varying, constant, why, sure=False)
    (named, unique), column = max(scored, key=lambda pair: pair[0])
    order, timed = _in_order(column, rows, said=bool(named))
    why = "its heading says a time" if named else "it is another in each row of a participant"
    if named and unique == 1:
        why += ", and no participant has one twice"
    elif unique < 1:
        why += ", but some participants have one twice"
        why += _unique_within_a_place(others, rows)
    varying = [name for name in varying if name != column.name]
    constant = [name for name in constant if name != column.name]
    sure = bool(named) and unique == 1
    return LongShape(column.name, order, varying, constant, why, sure, timed)


def _unique_within_a_place(others: list[SeenColumn], rows: dict[str, list[int]]) -> str:
    """Return that ids are those of a site, where rows of an id that lie apart are of several."""
    for column in others:
        if not {*words_of(column.name)} & OF_PLACE or not _varies(column, rows):
            continue
        several = [places for places in rows.values() if len(places) > 1]
        parted = sum(len({column.cells[at] for at in places}) > 1 for places in several)
        if parted >= len(several) / 2:
            return f"; one id stands in several cells of `{column.name}`: it may begin anew in each"
    return ""


def _varies(column: SeenColumn, rows: dict[str, list[int]]) -> bool:
    """Return whether a participant has two values; empty cells are none."""
    for places in rows.values():
        found = {text for at in places if (text := (column.cells[at] or "").strip())}
        if len(found) > 1:
            return True
    return False


def _score(column: SeenColumn, rows: dict[str, list[int]]) -> tuple[int, float] | None:
    """Return whether a heading says a time, and the share of participants that have each once.

    None of a column that cannot be one: of an arm, of measured values, empty in many rows.
    """
    words = {*words_of(column.name)}
    # not a date of its own: each participant has others
    cells = {at: (column.cells[at] or "").strip() for places in rows.values() for at in places}
    filled = [text for text in cells.values() if text]
    if words & OF_ARM or are_dates(column) or not filled or len(filled) < len(cells):
        return None
    different = {*filled}
    most = max(map(len, rows.values()))
    if not 2 <= len(different) <= MOST_TIMES or len(different) > max(3 * most, 6):
        return None
    several = [places for places in rows.values() if len(places) > 1]
    once = [len({cells[at] for at in places}) == len(places) for places in several]
    unique = sum(once) / len(once)
    times = sum(find_timepoint(text) is not None for text in different) >= 0.8 * len(different)
    numbered = find_timepoint(f"x {column.name} 1")
    said = bool(words & OF_TIME) or bool(numbered and numbered[1].label.endswith("1"))
    if words & OF_EVENT and not words & {"redcap", "name"}:
        said = False  # a list of events, of which each row is another
    named = said or times
    if unique < (0.8 if named else 1.0):
        return None
    if not named and not all(text.isdigit() and int(text) <= MOST_TIMES for text in different):
        return None
    return int(named), unique


def _in_order(column: SeenColumn, rows: dict[str, list[int]], said: bool) -> tuple[list[str], bool]:
    """Return the timepoints in order of time: by what they say, else by the order of the rows.

    They are times where all can be read as such; where the column says so, half of them: a visit
    may be called `unscheduled`.
    """
    seen = list(
        dict.fromkeys((column.cells[at] or "").strip() for places in rows.values() for at in places)
    )
    times = {text: read_timepoint(text) for text in seen}
    if all(times.values()):
        return sorted(seen, key=lambda text: times[text].order), True  # type: ignore[union-attr]
    place: dict[str, list[int]] = defaultdict(list)
    for places in rows.values():
        for nth, at in enumerate(places):
            place[(column.cells[at] or "").strip()].append(nth)
    timed = said and sum(time is not None for time in times.values()) >= len(seen) / 2
    return sorted(seen, key=lambda text: sum(place[text]) / len(place[text])), timed
