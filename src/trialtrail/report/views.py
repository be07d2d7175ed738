"""Result tables as templates see them: rows, their cells as numbers or text, and no arithmetic."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup, escape

from trialtrail.analysis.measures import is_interaction, measure_of
from trialtrail.analysis.plan import MAIN
from trialtrail.report.formatting import as_printed, has_number
from trialtrail.report.found_rows import FoundRows
from trialtrail.report.numbers import NOT_TOLD, Numbers, mark
from trialtrail.report.verdicts import is_claimed, possible, side, subject, verdict
from trialtrail.results.cells import Address

COMPARISON = (
    *("analysis", "outcome", "timepoint", "arm", "measure"),
    *("subgroup_level", "shifted", "delta"),
)
"""Columns of `estimates` that tell its rows apart."""
OF_TIMES = ("hazard_ratio", "restricted_mean_difference", "incidence_difference")
"""Measures of the time to an event."""
PRIMARY = "primary"
SKEW = "skew_outcomes"
"""The topic of the outcomes with a long tail."""
NOTHING = "–"
"""What a table prints for an empty cell."""


class RowView:
    """One row of a result table, as templates see it."""

    def __init__(self, numbers: Numbers, table: str, row: str, values: Mapping[str, str]) -> None:
        self._numbers, self._table, self.id, self._values = numbers, table, row, values

    @property
    def stem(self) -> str:
        """Return the part of the row's name before its first dot, nothing where there is none."""
        return self.id.partition(".")[0] if "." in self.id else ""

    @property
    def has_parent(self) -> bool:
        """Tell whether the table has a row of which this one is a part: its stem."""
        return self.stem in self._numbers.cells.table(self._table).rows

    @property
    def is_judged(self) -> bool:
        """Tell whether this row is an effect by the measure that its outcome is judged by."""
        return (
            bool(self.measure)
            and measure_of(self.measure).limited
            and not is_interaction(self.measure)
        )

    @property
    def measure(self) -> str:
        """Return the measure of an effect."""
        return self.raw("measure")

    @property
    def of_arm(self) -> str:
        """Return the arm that this row is of, by its id."""
        return self.raw("arm")

    @property
    def is_adjusted(self) -> bool:
        """Tell whether this row is an effect that is adjusted for covariates."""
        return self.has("adjusted_for")

    def has(self, column: str) -> bool:
        """Tell whether the column exists and is filled here."""
        return self._values.get(column, "") != ""

    def without(self, column: str) -> RowView:
        """Return this row as if it did not have what stands in a column."""
        left = {name: value for name, value in self._values.items() if name != column}
        return RowView(self._numbers, self._table, self.id, left)

    def raw(self, column: str) -> str:
        """Return the cell's text for a decision of the template, not for print."""
        return self._values.get(column, "")

    @property
    def is_shifted(self) -> bool:
        """Tell whether imputed values were shifted for this effect."""
        return self.has("shifted")

    @property
    def has_interval(self) -> bool:
        """Tell whether this effect has an interval."""
        return self.has("lower") and self.has("upper")

    @property
    def is_of_a_part(self) -> bool:
        """Tell whether this row is of some of the transcripts alone: of a stage or a round."""
        return self.has("stage") or self.has("round")

    @property
    def is_round_day(self) -> bool:
        """Tell whether this point of a curve is at a round day."""
        return ".day_" in self.id

    @property
    def is_estimated(self) -> bool:
        """Tell whether this row has an estimate."""
        return self.has("estimate")

    def alike(self, *columns: str) -> list[RowView]:
        """Return the rows that hold what this one holds in the columns that the table has.

        Where it has none of them, this row alone.
        """
        shared = {name: self._values[name] for name in columns if name in self._values}
        every = TableView(self._numbers, self._table).where(**shared)
        return every if len(shared) == len(columns) else [self]

    def arms(self) -> list[RowView]:
        """Return the rows of `arms` of the analysis, outcome and timepoint of an estimate."""
        same = ("analysis", "outcome", "timepoint")
        return TableView(self._numbers, "arms").where(**{name: self.raw(name) for name in same})

    @property
    def skew(self) -> list[RowView]:
        """Return the median and quartiles by arm of the outcome of a difference of means, if skew.

        They are rows of `skew_outcomes`, of the arms that are compared.
        """
        if SKEW not in self._numbers.cells.tables() or self.measure != "mean_difference":
            return []
        same = {"item": self.raw("outcome"), "timepoint": self.raw("timepoint")}
        arms = [self.raw("reference"), self.raw("arm")]
        found = TableView(self._numbers, SKEW).where(**same, arm=arms)
        return sorted(found, key=lambda row: arms.index(row.raw("arm")))

    @property
    def is_analysed_otherwise(self) -> bool:
        """Tell whether a sensitivity analysis compares the outcome by another measure."""
        same = {"outcome": self.raw("outcome"), "timepoint": self.raw("timepoint")}
        others = TableView(self._numbers, "estimates").where(role="sensitivity", **same)
        return any(row.measure != self.measure for row in others)

    @property
    def compared_arms(self) -> list[RowView]:
        """Return the two rows of `arms` that an estimate compares, the reference first."""
        arms = {row.raw("arm"): row for row in self.arms()}
        return [arms[name] for name in (self.raw("reference"), self.raw("arm")) if name in arms]

    def counterpart(self, **other: str) -> RowView | None:
        """Return the estimate that differs from this one in the given columns alone.

        What is compared is the analysis, outcome, timepoint, arm and measure. None where there is
        no such row.
        """
        known = TableView(self._numbers, self._table).columns
        wanted = {name: self.raw(name) for name in COMPARISON if name in known} | other
        return next(iter(TableView(self._numbers, self._table).where(**wanted)), None)

    @property
    def verdict(self) -> str:
        """Return which sentence this effect allows."""
        return verdict(self._values)

    @property
    def is_claimed(self) -> bool:
        """Tell whether a difference that the interval excludes may be told as one."""
        return is_claimed(self._values)

    @property
    def population(self) -> str:
        """Return the population that an effect is of."""
        return self.raw("population")

    @property
    def is_of_times(self) -> bool:
        """Tell whether this effect is of the time to an event, of which some have none."""
        return self.measure.removesuffix("_interaction") in OF_TIMES

    @property
    def has_adjusted_p(self) -> bool:
        """Tell whether the plan adjusts the p of this effect for several outcomes."""
        return self.has("p_adjusted")

    @property
    def is_without_values(self) -> bool:
        """Tell whether this row of `arms` has nobody with a value."""
        return self.raw("n_with_data") == "0"

    @property
    def is_without_spread(self) -> bool:
        """Tell whether this row of `arms` has a mean of one value, which has no spread."""
        return self.has("mean") and not self.has("sd")

    @property
    def is_without_events(self) -> bool:
        """Tell whether no event was observed in either arm, both of which have participants."""
        arms = self.compared_arms
        return bool(arms) and all(
            arm.raw("events") == "0" and arm.raw("n_with_data") != "0" for arm in arms
        )

    @property
    def side(self) -> str:
        """Return whether this effect is above or below no difference: higher or lower."""
        return side(self._values)

    @property
    def subject(self) -> str:
        """Return what of the outcome this effect says to be higher or lower."""
        return subject(self._values)

    @property
    def possible(self) -> list[str]:
        """Return the directions in which this effect does not exclude an important difference."""
        return possible(self._values)

    @property
    def is_ratio(self) -> bool:
        """Tell whether this row is an effect that is a ratio."""
        return bool(self.measure) and measure_of(self.measure).ratio

    @property
    def measured(self) -> str:
        """Return what the measure of this effect is called."""
        return measure_of(self.measure).title

    def of_model(self, component: str, **more: str) -> list[RowView]:
        """Return the numbers of the model of an estimate that are of one component."""
        if "models" not in self._numbers.cells.tables():
            return []
        same = ("analysis", "outcome", "timepoint")
        wanted = {name: self.raw(name) for name in same} | {"component": component} | more
        return TableView(self._numbers, "models").where(**wanted)

    @property
    def has_other_timepoints(self) -> bool:
        """Tell whether the analysis has effects on this outcome at other timepoints."""
        same = {name: self.raw(name) for name in ("analysis", "outcome")}
        rows = TableView(self._numbers, self._table).where(**same)
        return len({row.raw("timepoint") for row in rows}) > 1

    @property
    def is_of_primary(self) -> bool:
        """Tell whether the main analysis of what this effect is of is a primary one."""
        main = self.counterpart(analysis=MAIN)
        return main is not None and main.raw("role") == PRIMARY

    @property
    def short_unit(self) -> Markup:
        """Return the unit without what stands after a comma, such as the range of a scale."""
        unit = self.raw("unit").partition(",")[0]
        return self.t("unit") if has_number(unit) else escape(as_printed(unit))

    @property
    def unit_of_arms(self) -> Markup | str:
        """Return the unit of what the arms of this effect have, which of risks is per cent."""
        if self.measure == "mean_difference":
            return self.t("unit")
        return "%" if self.measure == "risk_difference" else ""

    @property
    def has_arms_adjusted(self) -> bool:
        """Tell whether the arms of this effect have adjusted means, risks or rates."""
        return any(each.has("adjusted") for each in self.arms())

    @property
    def has_instrument(self) -> bool:
        """Tell whether this effect is one of a model with an instrument."""
        return bool(self.of_model("first_stage_f"))

    def address(self, column: str) -> Address:
        """Return the address of a cell of this row."""
        return Address(self._table, self.id, column)

    def n(self, column: str, spec: str | None = None, nothing: str = NOTHING) -> Markup:
        """Return the number of a cell, marked and registered; a dash where it is empty."""
        if not self.has(column):
            return self.nothing(column, nothing)
        return mark(self._numbers.number(self.address(column), spec))

    def nothing(self, column: str, otherwise: str = NOTHING) -> Markup:
        """Return what is printed of an empty cell: a dash, or that its number is not told."""
        withheld = self._numbers.cells.is_withheld(self.address(column))
        return NOT_TOLD if withheld else escape(otherwise)

    def t(self, column: str, sentence: bool = False) -> Markup:
        """Return the text of a cell; registered like a number where it holds one.

        ``sentence`` begins it with a capital.
        """
        if has_number(self.raw(column)):
            return mark(self._numbers.text(self.address(column), sentence), "t")
        return escape(as_printed(self.raw(column), sentence))

    def in_words(self, column: str) -> Markup:
        """Return the text of a cell that holds an id or a key, in words where it has no number."""
        text = self.raw(column)
        return self.t(column) if has_number(text) else escape(as_printed(text.replace("_", " ")))


class TableView:
    """A result table, as templates see it: its columns and an iterable of rows."""

    def __init__(
        self,
        numbers: Numbers,
        name: str,
        wanted: Mapping[str, str | Sequence[str]] | None = None,
    ) -> None:
        """Take the table ``name``, of which ``wanted`` may leave some rows only, as in `where`."""
        table = numbers.cells.table(name)
        self._numbers = numbers
        self.name, self.columns = name, table.columns
        whole = numbers.views.get(name)
        if whole is None:
            rows = [RowView(numbers, name, row, values) for row, values in table.rows.items()]
            whole = numbers.views[name] = FoundRows(rows)
        self._found = FoundRows(whole.where(wanted)) if wanted else whole
        self._rows = self._found.listed

    def __iter__(self) -> Iterator[RowView]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def where(self, **wanted: str | Sequence[str]) -> list[RowView]:
        """Return the rows in which each named column holds the given text, or one of several."""
        return self._found.where(wanted)

    def below(self, prefix: str) -> list[RowView]:
        """Return the rows whose name begins with ``prefix`` and a dot."""
        return self._found.below(prefix)

    def get(self, row: str) -> RowView | None:
        """Return the row of that name, ``None`` where there is none."""
        return self._found.by_id.get(row)

    def any(self, column: str, **wanted: str | Sequence[str]) -> bool:
        """Tell whether any row fills the column, of those that `where` gives."""
        return any(row.has(column) for row in self.where(**wanted))

    def any_below(self, prefix: str) -> bool:
        """Tell whether a row of an arm has a name that begins with ``prefix`` and a dot."""
        return any(row.has("arm") for row in self.below(prefix))

    def shifts(self) -> list[list[RowView]]:
        """Return estimates with shifted imputed values and an interval, in groups by the shift.

        A group is a comparison and whose values were shifted.
        """
        columns = ("analysis", "outcome", "timepoint", "arm", "shifted")
        found: dict[tuple[str, ...], list[RowView]] = {}
        for row in self._rows:
            if row.is_shifted and row.has("lower"):
                found.setdefault(tuple(row.raw(name) for name in columns), []).append(row)
        return [sorted(rows, key=lambda row: float(row.raw("delta"))) for rows in found.values()]

    def groups(self, *columns: str) -> list[list[RowView]]:
        """Return the rows in groups of neighbours with the same texts in the columns."""
        found: list[list[RowView]] = []
        for row in self._rows:
            if found and all(found[-1][0].raw(name) == row.raw(name) for name in columns):
                found[-1].append(row)
            else:
                found.append([row])
        return found

    def beside_main(self) -> list[list[RowView]]:
        """Return estimates in groups of one comparison, that of the main analysis before them.

        Where there are some of primary outcomes, those of other outcomes are left out.
        """
        found: dict[tuple[str, ...], list[RowView]] = {}
        for row in self._rows:
            named = tuple(row.raw(name) for name in COMPARISON[1:])
            group = found.setdefault(named, [])
            main = row.counterpart(analysis=MAIN)
            group += [main, row] if main and not group else [row]
        primary = [group for group in found.values() if group[0].raw("role") == PRIMARY]
        if primary or any(row.is_of_primary for row in self._of_roles()):
            return primary
        return list(found.values())

    def _of_roles(self) -> list[RowView]:
        """Return the rows of the whole table with the roles of these."""
        roles = list({row.raw("role") for row in self._rows})
        return TableView(self._numbers, self.name).where(role=roles) if roles else []

    def gathered(self, *columns: str) -> list[list[RowView]]:
        """Return the rows in groups with the same texts in the columns, wherever they stand."""
        found: dict[tuple[str, ...], list[RowView]] = {}
        for row in self._rows:
            found.setdefault(tuple(row.raw(name) for name in columns), []).append(row)
        return list(found.values())

    def first_of_each(self, *columns: str) -> list[RowView]:
        """Return the first row of each group with the same texts in the columns."""
        return [group[0] for group in self.gathered(*columns)]

    def most(self, column: str) -> RowView:
        """Return the row with the greatest number in a column that some row fills."""
        return max(
            (row for row in self._rows if row.has(column)), key=lambda row: float(row.raw(column))
        )

    def before(self, row: RowView, column: str) -> str | None:
        """Return what the row above holds in the column, ``None`` for the first row."""
        place = self._found.places[row.id]
        return self._rows[place - 1].raw(column) if place else None

    def censored(self, column: str) -> list[RowView]:
        """Return the rows in which the column holds a bound and not a count."""
        return [row for row in self._rows if re.match(r"[<>]", row.raw(column))]

    def noted(self, without: str) -> list[RowView]:
        """Return the rows with a note, but for those of one verdict."""
        return [row for row in self._rows if row.has("note") and row.raw("verdict") != without]
