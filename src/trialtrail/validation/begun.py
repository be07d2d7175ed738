"""Cells that a program filled in a form that nobody began, and those of visits that were not made.

Such cells are no values. They are made blank and counted as a change of form; a value that a person
entered for a visit that did not take place is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from trialtrail.exports.export import Export
from trialtrail.tables import as_text
from trialtrail.validation.missing_codes import codes_by_heading, has_value

NOT_BEGUN = "what a program fills in a form that nobody began"
NOT_ASKED = "a box beside a ticked code of a missing value"
NOT_HELD = "a cell of a visit that did not take place"
MESSAGES = {
    NOT_BEGUN: "nobody began the form: what a program filled in its cells is no value",
    NOT_HELD: "the visit did not take place by `took_place`: what is in its cells is no value",
}
"""What is told once of the records of an export whose cells were made blank."""
NOTHING = ("", "0", "false", "no", "unchecked")
"""Texts of a box that nobody ticked."""
ZEROS = (0, 0.0, False)


@dataclass
class Blanked:
    """The typed rows without such cells: the changes (column of the table, from, to, cells), and
    the cells with a value although the visit did not take place, by column; ``records`` has the
    rows of which a cell was made blank, by the reason."""

    frame: pd.DataFrame
    changes: list[tuple[str, str, str, int]] = field(default_factory=list)
    records: dict[str, set] = field(default_factory=dict)
    told: dict[str, pd.Series] = field(default_factory=dict)

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
        return says_so(rows[took_place["variable"]], took_place["values"])
    return rows[list(columns)].notna().any(axis=1)


def says_so(values: pd.Series, wanted: Sequence[str] | None) -> pd.Series:
    """Return which values are among ``wanted``, as text; where that is None, any value is."""
    found = values.notna() if wanted is None else as_text(values).isin(wanted)
    return found.fillna(False).astype(bool)


def without_unfilled(
    typed: pd.DataFrame, export: Export, source: Mapping, variables: Sequence[str]
) -> Blanked:
    """Return the typed rows of a form without what is no value.

    Args:
        typed: the rows, as `type_source` returns them.
        export: the same rows as text.
        source: where they are from; ``begun`` says how such cells are told apart
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
    """Make blank what stands in the rows whose visit did not take place; tell what is no zero."""
    missed = ~says_so(out.frame[rule["variable"]], rule["values"])
    for name in variables:
        if name == rule["variable"] or name not in out.frame:
            continue
        values = out.frame[name]
        told = missed & values.notna() & ~values.isin(ZEROS).fillna(False)
        if told.any():
            out.told[name] = told
        out.blank(name, missed, NOT_HELD)
