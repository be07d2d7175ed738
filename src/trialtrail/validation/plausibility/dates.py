"""Days that cannot be, or that lie far from all others of their column."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trialtrail.validation.plausibility.sheet import Sheet

UNTIL = "_until"
"""The ending of the column with the last day of a partial date."""
RECRUITED = ("participants", "randomised_on")
BIRTHS_SPREAD = 5 * 365.25
"""Days between the quartiles of a column of the baseline from which on it may be one of births."""
YEAR = 365.25
DECADE = 10 * YEAR
"""Days without any other between two parts of a column of what happened: one part is wrong."""
FEW, SHARE = 3, 0.05
"""Days outside the bulk of a column that may be errors: so many, or this share if that is more."""
MOST_OF_ALL = 0.25
"""A larger share of a column is no error of a few cells, and says that there is no one bulk."""

FILLED_IN = (
    *("1753-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1901-01-01", "1904-01-01"),
    *("1911-11-11", "1960-01-01", "1970-01-01", "2050-12-31", "2099-12-31", "2100-01-01"),
)
"""Days from which programs count, and which they, and people, fill in where none is known."""
APART, SHARED, AS_MANY = YEAR, 3, 3
"""Such a day is reported where it comes first or last, so many days from the next one; and where so
many records share it, and so many times as many as share any other day."""

Days = Mapping[tuple[str, str], np.ndarray]
"""(table, column) -> the days of its rows since 1970, not-a-number where there is none."""


@dataclass(frozen=True)
class Reason:
    """Why a day is reported: what the message says, and which rows it is true of."""

    message: str
    rows: np.ndarray


def date_findings(
    sheets: Mapping[str, Sheet], baseline: Collection[str], settings: dict
) -> Iterator[dict]:
    """Yield a finding for each day that is not plausible, once for each cell of a file.

    Told is, in this order: what lies before ``first_year``; after ``exported_on`` where that is
    given; what a program has filled in (`filled_in`); and, as far as the cells show it, outside the
    bulk of its column (`outside`), after all that the study has recorded, or, of a day on which
    people were born, after the last participant was randomised. ``baseline`` are the forms of the
    baseline. There is no clock: the same files give the same findings on every day.
    """
    days = dates_of(sheets)
    last = last_recorded(days, settings)
    seen: set[tuple] = set()
    for (table, column), values in days.items():
        sheet = sheets[table]
        if sheet.ignores(settings["ignore"], column):
            continue
        left = ~np.isnan(values)
        whole = np.where(_is_whole(sheet.frame, column), values, np.nan)
        for reason in _reasons((table, column), values, whole, last, baseline, settings):
            rows = reason.rows & left
            left &= ~rows
            yield from _findings_of_reason(
                sheet, column, rows, reason.message, values, settings["most"], seen
            )


def _reasons(
    at: tuple[str, str],
    values: np.ndarray,
    whole: np.ndarray,
    last: Mapping[str, float],
    baseline: Collection[str],
    settings: dict,
) -> Iterator[Reason]:
    with np.errstate(invalid="ignore"):
        first = day_number(f"{settings['first_year']:04}-01-01")
        what = f"before {settings['first_year']}, before anybody in the study was born"
        yield Reason(f"the day lies {what}", values < first)
        if settings["exported_on"]:
            message = "the day lies after the day on which the exports were made"
            yield Reason(message, values > day_number(settings["exported_on"]))
        message = "the day is one that programs fill in where none is known, and lies apart"
        yield Reason(message, filled_in(whole))
        rows, gap, count = outside(values, limit_of(at, values, settings), settings)
        of = "outside the recruitment period of" if at == RECRUITED else "far from"
        far = f"more than {gap:.0f} days away"
        message = f"the day lies {of} the other {count} of its column: {far}"
        yield Reason(message, rows)
        if at == RECRUITED or _happened(at):
            message = "the day lies ten years and more from most others of its column"
            yield Reason(message, _another_decade(values, settings["least"]))
        message = f"the day lies more than {settings['years']:g} years after all that is recorded"
        yield Reason(message, _unless_most(values, last["any"] + settings["years"] * YEAR))
        may_be_births = at[0] in baseline and at[1] != "completed_on"
        if may_be_births and _spread(values) >= BIRTHS_SPREAD:
            message = "of a column of days years apart, the day lies after the last randomisation"
            yield Reason(message, _unless_most(values, last["randomised"]))


def _is_whole(frame: pd.DataFrame, column: str) -> np.ndarray:
    """Return of which rows the day is known, and not only the month or the year."""
    until = f"{column}{UNTIL}"
    if until not in frame:
        return np.ones(len(frame), dtype=bool)
    return (frame[until] == frame[column]).fillna(False).to_numpy(dtype=bool)


def _happened(at: tuple[str, str]) -> bool:
    """Return whether a column has the days of what happened in the study."""
    return at[1] == "completed_on" or at[0] == "contacts"


def _another_decade(values: np.ndarray, least: int) -> np.ndarray:
    """Return which days lie ten years from the bulk of their column, however many they are.

    Of fewer days than ``least`` nobody knows which are the bulk.
    """
    order = np.flatnonzero(~np.isnan(values))
    order = order[np.argsort(values[order], kind="stable")]
    rows = np.zeros(len(values), dtype=bool)
    if len(order) >= least:
        part = np.concatenate([[0], np.cumsum(np.diff(values[order]) > DECADE)])
        rows[order[part != np.bincount(part).argmax()]] = True
    return rows


def _unless_most(values: np.ndarray, limit: float) -> np.ndarray:
    """Return which days lie after a limit; none where most do, as in a column of planned days."""
    rows = values > limit
    return rows if rows.sum() * 2 <= (~np.isnan(values)).sum() else rows & False


def dates_of(sheets: Mapping[str, Sheet]) -> dict[tuple[str, str], np.ndarray]:
    """Return the days of all columns of dates, of a partial date the first, as days since 1970."""
    found = {}
    for table, sheet in sheets.items():
        for column, values in sheet.frame.items():
            of_partial = str(column).endswith(UNTIL) and column[: -len(UNTIL)] in sheet.frame
            if pd.api.types.is_datetime64_any_dtype(values) and not of_partial:
                days = values.to_numpy("datetime64[D]")
                found[table, column] = np.where(
                    np.isnat(days), np.nan, days.astype("int64").astype(float)
                )
    return found


def last_recorded(days: Days, settings: dict) -> dict[str, float]:
    """Return the last day of all that happened in the study, and of the randomisations.

    What happened are randomisations, the days of forms and contacts; of each, what lies outside its
    bulk is no evidence. A day is infinite where nothing says it.
    """
    ends = {}
    for at, values in days.items():
        if at == RECRUITED or _happened(at):
            rows, *_ = outside(values, limit_of(at, values, settings), settings)
            known = values[~rows & ~np.isnan(values)]
            if len(known) >= settings["least"]:
                ends[at] = float(known.max())
    return {
        "any": max(ends.values(), default=np.inf),
        "randomised": ends.get(RECRUITED, np.inf),
    }


def limit_of(at: tuple[str, str], values: np.ndarray, settings: dict) -> float:
    """Return the gap, in days, beyond which days of a column are outside its bulk.

    Participants are recruited one after another, so a gap longer than ``recruitment_gap`` days, and
    than half of them took, is remarkable. Other days, those of births among them, may lie further
    apart: ``years`` years, and three times the distance between their quartiles.
    """
    if at == RECRUITED:
        return max(settings["recruitment_gap"], _spread(values))
    return max(settings["years"] * YEAR, 3 * _spread(values))


def _spread(values: np.ndarray) -> float:
    """Return the days between the quartiles."""
    known = values[~np.isnan(values)]
    return float(np.subtract(*np.quantile(known, [0.75, 0.25]))) if len(known) else 0.0


def outside(values: np.ndarray, gap: float, settings: dict) -> tuple[np.ndarray, float, int]:
    """Return (which days lie outside the bulk of a column, the gap, how many are within).

    The days are parted wherever two neighbours are more than ``gap`` days apart; the bulk is the
    largest part. No day is outside in a column of fewer than ``least`` days, or of which too many
    would be: then there is more than one bulk.
    """
    none = np.zeros(len(values), dtype=bool)
    order = np.flatnonzero(~np.isnan(values))
    order = order[np.argsort(values[order], kind="stable")]
    if len(order) < settings["least"]:
        return none, gap, len(order)
    part = np.concatenate([[0], np.cumsum(np.diff(values[order]) > gap)])
    sizes = np.bincount(part)
    rows = none.copy()
    rows[order[part != sizes.argmax()]] = True
    many = int(rows.sum())
    if many > max(FEW, SHARE * len(order)) or many > MOST_OF_ALL * len(order):
        return none, gap, len(order)
    return rows, gap, len(order) - many


def filled_in(values: np.ndarray) -> np.ndarray:
    """Return which days a program has filled in, however many they are.

    People are born and seen on such days too, so that one is reported only where it lies apart from
    all others of its column, or where more records share it than chance would make.
    """
    days, counts = np.unique(values[~np.isnan(values)], return_counts=True)
    rows = np.zeros(len(values), dtype=bool)
    for day in map(day_number, FILLED_IN):
        here = days == day
        others, most = days[~here], max(counts[~here], default=0)
        if not here.any():
            continue
        count = int(counts[here][0])
        first_or_last = len(others) and not others.min() <= day <= others.max()
        apart = first_or_last and np.abs(others - day).min() > APART
        if apart or (count >= SHARED and count >= AS_MANY * most):
            rows |= values == day
    return rows


def day_number(day: str) -> float:
    """Return the days since 1970 of an ISO date."""
    return float(np.datetime64(day, "D").astype("int64"))


def _findings_of_reason(
    sheet: Sheet,
    column: str,
    rows: np.ndarray,
    message: str,
    values: np.ndarray,
    most: int,
    seen: set[tuple],
) -> Iterator[dict]:
    """Yield the findings of one reason; many of one column are reported once."""
    found = [str(np.datetime64(int(value), "D")) for value in values[rows]]
    each = [
        finding
        for finding in sheet.of_rows("implausible_date", column, rows, message, found)
        if (finding["export"], finding["file"], finding["line"], finding["column"]) not in seen
    ]
    seen |= {(f["export"], f["file"], f["line"], f["column"]) for f in each}
    if len(each) <= most:
        yield from each
        return
    whole = f"more than {most} days of the column: {message}"
    yield sheet.of_column("implausible_date", column, whole, f"{len(each)} days")
