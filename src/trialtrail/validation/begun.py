"""Cells that a program filled in a form that nobody began, and those of visits that were not made.

Such cells are no values. They are made blank and counted as a change of form; a value that a person
entered for a visit that did not take place is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from trialtrail.exports.export import Export
from trialtrail.exports.normalise import folded
from trialtrail.tables import as_text
from trialtrail.validation.findings import finding
from trialtrail.validation.missing_codes import codes_by_heading, has_value

NOT_BEGUN = "what a program fills in a form that nobody began"
NOT_ASKED = "a box beside a ticked code of a missing value"
NOT_HELD = "a cell of a visit that did not take place"
MESSAGES = {
    NOT_BEGUN: "nobody began the form: what a program filled in its cells is no value",
    NOT_HELD: "the visit did not take place by `took_place`: what is in its cells is no value",
}
"""What is reported once of the records of an export whose cells were made blank."""
NOTHING = ("", "0", "false", "no", "none", "unchecked")
"""Texts of a box that nobody ticked, and words that say as little as a zero."""
ZEROS = (0, 0.0, False)
VALUE = "a value although the form says that the visit did not take place: it is not used"
RULE_FAILS = (
    "{0:,} of {1:,} records with values are of visits that did not take place by `took_place`: "
    "look whether {2} says it, and by which `values`"
)
NOBODY_SEEN = (
    "{0} has values and none of those that `followed_up` names: nobody of this export is counted "
    "as followed up"
)
LEAST, MOST = 5, 0.5
"""Records with values, and the share of them, above which the rule is wrong and not the records."""


@dataclass
class Blanked:
    """The typed rows without such cells: the changes (column of the table, from, to, cells);
    ``valued`` has by column the cells with a value although the visit did not take place,
    ``records`` by the reason the rows of which a cell was made blank, and ``rule_fails`` how many
    records with values lose them, and of how many, where `took_place` cannot be right."""

    frame: pd.DataFrame
    changes: list[tuple[str, str, str, int]] = field(default_factory=list)
    records: dict[str, set] = field(default_factory=dict)
    valued: dict[str, pd.Series] = field(default_factory=dict)
    rule_fails: tuple[int, int] | None = None

    def blank(self, column: str, rows: pd.Series, why: str) -> None:
        """Make the cells of a column blank where there are values; count them."""
        for name in (column, f"{column}_bound", f"{column}_until"):
            if name in self.frame:
                there = rows & self.frame[name].notna()
                if there.any():
                    self.frame = self.frame.assign(**{name: self.frame[name].mask(there)})
                    self.records.setdefault(why, set()).update(there.index[there])
                    if name == column:
                        self.changes.append((column, why, "no value", int(there.sum())))


def has_begun(
    rows: pd.DataFrame, columns: Sequence[str], took_place: Mapping | None = None
) -> pd.Series:
    """Return of which validated rows of a form a participant has the form.

    The visit took place by the form's own rule; without one, a person's cell of ``columns`` has a
    value, since those that nobody filled are blank by then.
    """
    if took_place:
        return was_held(rows, took_place)
    return rows[list(columns)].notna().any(axis=1)


def says_so(values: pd.Series, wanted: Sequence[str] | None) -> pd.Series:
    """Return which values are among ``wanted``, as text; where that is None, any value is.

    Another spelling of a value, in case or as a number, is that value.
    """
    if wanted is None:
        return values.notna()
    texts = as_text(values)
    known = {folded(text) for text in wanted}
    mine = [text for text in texts.dropna().unique() if folded(text) in known]
    return texts.isin(mine).fillna(False).astype(bool)


def is_filled(values: pd.Series) -> pd.Series:
    """Return which values are there and say more than a zero, or no, does."""
    if pd.api.types.is_string_dtype(values.dtype):
        nothing = values.str.casefold().isin(NOTHING)
    else:
        nothing = values.isin(ZEROS)
    return values.notna() & ~nothing.fillna(False).astype(bool)


def was_held(rows: pd.DataFrame, took_place: Mapping) -> pd.Series:
    """Return the visits of which the variable of `took_place` says that they took place.

    Where no values are named any does but a zero, or no: a program writes that by itself.
    """
    values = rows[took_place["variable"]]
    return (
        is_filled(values) if took_place["values"] is None else says_so(values, took_place["values"])
    )


def without_unfilled(
    typed: pd.DataFrame, export: Export, source: Mapping, variables: Sequence[str]
) -> Blanked:
    """Return the typed rows of a form without what is no value.

    Args:
        typed: the rows, as `type_source` returns them.
        export: the same rows as text.
        source: where they are from; ``begun`` says how such cells are recognised
            (`configuration.begun.begun_of`), ``missing`` which texts are no value.
        variables: the variables of the form.
    """
    out, begun = Blanked(typed), source.get("begun")
    if not begun:
        return out
    rows = export.rows.reset_index(drop=True)
    for name, boxes in begun.get("boxes", {}).items():
        marked = pd.Series(False, index=typed.index)
        for box in boxes:
            if box in rows:
                marked |= _ticked(rows[box])
        out.blank(name, marked, NOT_ASKED)
    if begun.get("blank"):
        nobody = ~is_begun(rows, begun, source["missing"], codes_by_heading(source, export))
        for name in begun["blank"]:
            out.blank(name, nobody, NOT_BEGUN)
    if "took_place" in begun:
        _not_held(out, begun["took_place"], variables)
    return out


def is_begun(
    rows: pd.DataFrame,
    begun: Mapping,
    missing: Sequence[str],
    missing_of: Mapping[str, Sequence[str]] | None = None,
) -> pd.Series:
    """Return in which rows somebody filled a cell of the form: an answer, or a tick.

    ``missing`` are texts that stand for no value, ``missing_of`` those of some columns.
    """
    found = pd.Series(False, index=rows.index)
    for name in begun["filled"]:
        if name in rows:
            found |= has_value(rows[name], (missing_of or {}).get(name, missing))
    for name in begun["ticked"]:
        if name in rows:
            found |= _ticked(rows[name])
    return found.astype(bool)


def _ticked(texts: pd.Series) -> pd.Series:
    return ~texts.fillna("").str.strip().str.casefold().isin(NOTHING)


def _not_held(out: Blanked, rule: Mapping, variables: Sequence[str]) -> None:
    """Make blank what stands in the rows whose visit did not take place; tell what is no zero.

    Where most records with values would lose them, it is rather the rule that is wrong.
    """
    missed = ~was_held(out.frame, rule)
    names = [name for name in variables if name != rule["variable"] and name in out.frame]
    filled = {name: is_filled(out.frame[name]) for name in names}
    any_filled = pd.DataFrame(filled, index=out.frame.index).any(axis=1)
    lost, count = int((any_filled & missed).sum()), int(any_filled.sum())
    if lost >= LEAST and lost > MOST * count:
        out.rule_fails = (lost, count)
    for name in names:
        if (valued := missed & filled[name]).any():
            out.valued[name] = valued
        out.blank(name, missed, NOT_HELD)


def visit_findings(
    table: str, export: Export, source: Mapping, kept: Blanked, of_cells: Callable
) -> list[dict]:
    """Return what is reported of forms that nobody began and of visits that did not take place.

    ``of_cells`` makes the findings of the cells of a column.
    """
    found = []
    place = {"export": export.name, "file": source["label"]}
    for why in sorted(set(MESSAGES) & set(kept.records)):
        count = len(kept.records[why])
        many = f"{count} {'record' if count == 1 else 'records'}"
        found.append(finding("not_begun", table, MESSAGES[why], found=many, **place))
    heading = source["columns"].get
    if kept.rule_fails:
        variable = source["begun"]["took_place"]["variable"]
        column = heading(variable, variable)
        message = RULE_FAILS.format(*kept.rule_fails, column)
        return [*found, finding("most", table, message, column=column, **place)]
    for name, rows in kept.valued.items():
        found += of_cells(table, export, heading(name, name), rows, "no_visit", VALUE)
    return found


def nobody_seen(table: str, typed: pd.DataFrame, export: Export, source: Mapping) -> list[dict]:
    """Return the finding that no record has one of the values of `followed_up`, where it is so."""
    rule = source.get("followed_up")
    if not rule or not is_filled(typed[rule["variable"]]).any():
        return []
    if says_so(typed[rule["variable"]], rule["values"]).any():
        return []
    column = source["columns"].get(rule["variable"], rule["variable"])
    message = NOBODY_SEEN.format(column)
    place = {"export": export.name, "file": source["label"], "column": column}
    return [finding("no_visit", table, message, **place)]
