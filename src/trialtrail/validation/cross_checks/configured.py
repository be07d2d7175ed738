"""The study's own checks: two places that should agree, or dates in an order and at a distance.

A check is a mapping as the configuration writes it out: ``rule``, ``kind``, its two places
(``first`` and ``then``), ``own`` (the one whose row the finding is of), limits and ``message``.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from trialtrail.errors import StudyError
from trialtrail.tables import match_positions
from trialtrail.validation.cross_checks.row_findings import RowFindings, Tables

DAYS = {"days": 1, "weeks": 7}
MONTHS = {"months": 1, "years": 12}
PROVIDERS = "providers"
EXACT = 1e-9
"""Numbers no further apart than this are equal: decimals are not exact in a computer."""


def configured_findings(tables: Tables, checks: list[dict]) -> Iterator[RowFindings]:
    """Yield the rows that break one of the study's own checks; where a value lacks, none is.

    A check of a table that is not there is left out.

    Raises:
        StudyError: the two sides cannot be compared, such as a text with a date.
    """
    for check in checks:
        if not _tables_of(check) <= tables.keys():
            continue
        own = check[check["own"]]
        first, then = (
            Side(tables, own["table"]).at(check[side], check) for side in ("first", "then")
        )
        if check["kind"] == "agree":
            rows = _disagreeing(first, then, check)
        else:
            rows = _out_of_order(first, then, check)
        broken = rows.fillna(False).astype(bool)
        yield RowFindings(own["table"], own["column"], check["rule"], check["message"], broken)


def _tables_of(check: dict) -> set[str]:
    """Return the tables that a check looks at, those of its terms too."""
    places = [check[side] for side in ("first", "then")]
    places += [term for place in places for term in place["terms"] if "table" in term]
    names = {place["table"] for place in places}
    return names | {"participants"} if "screening" in names and len(names) > 1 else names


class Side:
    """Values of other tables beside the rows of one table, joined by participant or provider."""

    def __init__(self, tables: Tables, own: str) -> None:
        self.tables, self.own = tables, own

    def at(self, place: dict, check: dict) -> pd.Series:
        """Return what stands at a place for each row of the table, its terms added.

        Raises:
            StudyError: a time is added to what is no date, or it is not a number.
        """
        values = self.column(place["table"], place["column"])
        if place["terms"] and not _is_date(values):
            raise _refusal(check, f"`{place['table']}.{place['column']}` is not a date")
        for term in place["terms"]:
            if "amount" in term:
                amount = pd.Series(term["amount"], index=values.index)
            else:
                amount = self.column(term["table"], term["column"])
                if not _is_number(amount):
                    name = f"{term['table']}.{term['column']}"
                    raise _refusal(check, f"`{name}` is not a number of {term['unit']}")
                amount = amount.astype("Float64").to_numpy("float64", na_value=np.nan)
                amount = pd.Series(term["sign"] * amount, index=values.index)
            values = moved(values, amount, term["unit"])
        return values

    def column(self, table: str, column: str) -> pd.Series:
        """Return a column of ``table`` beside each row of the own table."""
        frame, other = self.tables[self.own], self.tables[table]
        if table == self.own:
            return frame[column]
        if table == PROVIDERS:
            mine, theirs = frame["provider_id"], other["provider_id"]
        else:
            mine, theirs = self._participants(self.own), self._participants(table)
        at = match_positions(mine, theirs)
        return pd.Series(other[column].array.take(at, allow_fill=True), index=frame.index)

    def _participants(self, table: str) -> pd.Series:
        """Return the participant of each row; in the screening, whose number was randomised."""
        frame = self.tables[table]
        if table != "screening":
            return frame["participant_id"]
        people = self.tables["participants"]
        at = match_positions(frame["screening_id"], people["screening_id"])
        return pd.Series(people["participant_id"].array.take(at, allow_fill=True), frame.index)


def moved(dates: pd.Series, amount: pd.Series, unit: str) -> pd.Series:
    """Return dates moved by ``amount`` units of time, forwards where it is positive.

    Months and years are those of the calendar: 31 January and a month is the last of February. They
    are whole numbers; where one is not, the date is unknown.
    """
    days = dates.to_numpy("datetime64[D]")
    count = amount.to_numpy("float64")
    known = ~np.isnan(count) & ~np.isnat(days)
    if unit in MONTHS:
        known &= np.mod(count, 1) == 0
        steps = np.where(known, count, 0).astype("int64") * MONTHS[unit]
        start = days.astype("datetime64[M]")
        month = start + steps.astype("timedelta64[M]")
        last = (month + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
        out = np.minimum(month.astype("datetime64[D]") + (days - start.astype(days.dtype)), last)
    else:
        steps = np.where(known, count, 0) * DAYS[unit]
        out = days.astype("datetime64[s]") + np.round(steps * 86400).astype("timedelta64[s]")
    out = np.where(known, out.astype("datetime64[ns]"), np.datetime64("NaT", "ns"))
    return pd.Series(out, index=dates.index)


def _shifted(dates: pd.Series, terms: list[dict], sign: int = 1) -> pd.Series:
    for term in terms:
        dates = moved(dates, pd.Series(sign * term["amount"], index=dates.index), term["unit"])
    return dates


def _disagreeing(left: pd.Series, right: pd.Series, check: dict) -> pd.Series:
    within = check["within"]
    if _is_date(left) and _is_date(right) and not isinstance(within, float):
        terms = within or []
        return (right > _shifted(left, terms)) | (right < _shifted(left, terms, -1))
    if _is_number(left) and _is_number(right) and not isinstance(within, list):
        apart = (left.astype("Float64") - right.astype("Float64")).abs()
        return apart > (within or 0) + EXACT
    if _is_text(left) == _is_text(right) and left.dtype == right.dtype and within is None:
        return left != right
    raise _refusal(check, "the two places are not of one kind, or `within` is not of theirs")


def _out_of_order(earlier: pd.Series, later: pd.Series, check: dict) -> pd.Series:
    if not (_is_date(earlier) and _is_date(later)):
        raise _refusal(check, "both places must be dates")
    rows = later < _shifted(earlier, check["at_least"])
    if check["at_most"]:
        rows = rows | (later > _shifted(earlier, check["at_most"]))
    return rows


def _is_date(values: pd.Series) -> bool:
    return pd.api.types.is_datetime64_any_dtype(values.dtype)


def _is_number(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values.dtype) and values.dtype != "boolean"


def _is_text(values: pd.Series) -> bool:
    return pd.api.types.is_string_dtype(values.dtype)


def _refusal(check: dict, what: str) -> StudyError:
    return StudyError(
        f"The check `{check['id']}` cannot be made: {what}",
        where="validation.checks of the configuration",
        rule=check["kind"],
        remedy="name other columns, or take the check out",
    )
