"""What the trial knows of the people interviewed, beside their themes, in bands.

People are found in the datasets through `participant_id` and `provider_id` of the register. A
number of one person is told by its band, unless the study says that it may be told exactly. A count
of which only a bound is known is in a band where the bound alone says in which.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from trialtrail.qualitative.case_bands import (
    NOT_KNOWN,
    WITHHELD,
    Known,
    mistake,
    shown,
    told_alike,
)
from trialtrail.qualitative.cases import REGISTER, people, whose
from trialtrail.results.cells import nearest
from trialtrail.results.takes import RESULT, TAKES, Takes, takes

INTERVIEWS, OUTCOMES = "interviews", "outcomes"
KEYS = {"participants": "participant_id", "outcomes": "participant_id", "providers": "provider_id"}
"""Datasets, and the column by which the register leads to them."""
MATRIX = f"{RESULT}:framework_matrix"


def values_of(
    variable: Mapping[str, Any],
    held: pd.DataFrame,
    register: pd.DataFrame,
    datasets: Mapping[str, pd.DataFrame],
    labels: Mapping[str, str],
) -> dict[str, Known | None]:
    """Return what is known of each person whom the variable concerns.

    Of the register it concerns the roles in which it is known of somebody, and the first interview
    in which it is known counts; of a dataset those whom the register leads to it. ``labels`` are
    those of the arms.

    Raises:
        StudyError: there is no such table, column, outcome or timepoint.
    """
    name, _, column = variable["from"].partition(".")
    own = register.assign(person=_persons(register))
    own = own[own["interview_id"].isin(held["interview_id"])]
    if name == INTERVIEWS:
        _column(column, own, variable)
        told = set(own.loc[own[column].notna(), "role"])
        return {
            str(person): next((v for v in _knowns(rows, column, labels) if v is not None), None)
            for person, rows in own[own["role"].isin(told)].groupby("person", sort=False)
        }
    table, column = _dataset(variable, name, column, datasets)
    key = KEYS[name]
    linked = own[own[key].notna()].drop_duplicates("person")
    found = {}
    for person, wanted in zip(linked["person"], linked[key], strict=True):
        rows = table[table[key] == wanted]
        found[str(person)] = next(iter(_knowns(rows, column, labels)), None)
    return found


def _persons(register: pd.DataFrame) -> pd.Series:
    return register["role"].astype("string") + "_" + register["number"].astype("string")


def _dataset(
    variable: Mapping[str, Any], name: str, column: str, datasets: Mapping[str, pd.DataFrame]
) -> tuple[pd.DataFrame, str]:
    """Return the rows of a dataset that a variable is of, and the column."""
    if name not in KEYS or name not in datasets:
        known = [INTERVIEWS, *datasets]
        what = f"no table of people is named `{name}`{nearest(name, known)}"
        raise mistake(what, variable, "name the register or a dataset")
    table = datasets[name]
    if name != OUTCOMES:
        _column(column, table, variable)
        return table, column
    rows = table[table["outcome"] == column]
    if rows.empty:
        what = f"no outcome is named `{column}`{nearest(column, table['outcome'].unique())}"
        raise mistake(what, variable, "correct the name")
    timepoints = list(rows["timepoint"].dropna().unique())
    wanted = variable.get("timepoint") or (timepoints[0] if len(timepoints) == 1 else "")
    if timepoints and wanted not in timepoints:
        what = f"the outcome has no timepoint `{wanted}`{nearest(wanted, timepoints)}"
        raise mistake(what, variable, "write its `timepoint`")
    return rows[rows["timepoint"] == wanted] if timepoints else rows, "value"


def _column(column: str, table: pd.DataFrame, variable: Mapping[str, Any]) -> None:
    if column not in table:
        known = [each for each in table if not str(each).startswith("_")]
        what = f"`{variable['from']}` is no column of its table{nearest(column, known)}"
        raise mistake(what, variable, "correct the name")


def _knowns(rows: pd.DataFrame, column: str, labels: Mapping[str, str]) -> Iterator[Known | None]:
    """Yield what is known in each row, None where its cell is empty."""
    bounds = rows.get(f"{column}_bound", pd.Series(pd.NA, index=rows.index))
    for value, bound in zip(rows[column], bounds, strict=True):
        if pd.isna(value):
            yield None
        elif isinstance(value, bool) or str(value) in ("True", "False"):
            yield Known(text="yes" if str(value) == "True" else "no")
        elif isinstance(value, int | float) or pd.api.types.is_number(value):
            number = float(value)
            above, below = bound == "above", bound == "below"
            yield Known(
                number + 1 if above is True else -math.inf if below is True else number,
                math.inf if above is True else number - 1 if below is True else number,
            )
        else:
            text = str(value)
            yield Known(text=labels.get(text, text.replace("_", " ")))


def tabulate_case_variables(
    variables: Sequence[Mapping[str, Any]],
    held: pd.DataFrame,
    register: pd.DataFrame,
    datasets: Mapping[str, pd.DataFrame],
    arms: Mapping[str, str] | None = None,
    minimum: int = 1,
    groups: Mapping[str, tuple] | None = None,
) -> list[dict[str, Any]]:
    """Return a row for each person and variable that concerns the person.

    What is told is shared by at least ``minimum`` people of the role, variable by variable; with
    ``groups`` (see `alike.groups_of`) it is the same of all who are printed alike elsewhere.

    ``arms`` are what the arms are called.

    Raises:
        StudyError: as `values_of` and `shown`.
    """
    everybody = people(held).to_dict("records")
    rows = []
    for variable in variables:
        known = values_of(variable, held, register, datasets, arms or {})
        told = {}
        for role in dict.fromkeys(person["role"] for person in everybody):
            own = [person["person"] for person in everybody if person["role"] == role]
            here = {case: known[case] for case in own if case in known}
            if groups is None or variable.get("exact"):
                told |= shown(here, variable, minimum)
            else:
                told |= told_alike(here, {case: groups[case] for case in own}, variable, minimum)
        rows += [
            {
                "row": f"{person['person']}.{variable['id']}",
                "case": person["person"],
                "label": person["whom"],
                "role": person["role"],
                "number": person["number"],
                "variable": variable["id"],
                "variable_label": variable["label"],
                "unit": variable.get("unit"),
                "value": told[person["person"]],
                "banded": bool(variable.get("bands")) and known[person["person"]] is not None,
                TAKES: takes(("value", "label"), *_taken(variable, whose(person))),
            }
            for person in everybody
            if person["person"] in told
        ]
    order = {person["person"]: place for place, person in enumerate(everybody)}
    return sorted(rows, key=lambda row: order[row["case"]])


def _taken(variable: Mapping[str, Any], own: Mapping[str, Any]) -> list[Takes]:
    """Return what the value of a variable takes, of one person or of all."""
    name, _, column = variable["from"].partition(".")
    if name == INTERVIEWS:
        columns = (column, f"{column}_bound") if column == "visits" else (column,)
        return [Takes(REGISTER, columns, own)]
    key = KEYS[name]
    where: dict[str, Any] = {}
    if name == OUTCOMES:
        where = {"outcome": column}
        where |= {"timepoint": variable["timepoint"]} if "timepoint" in variable else {}
        column = "value"
    return [Takes(REGISTER, (key,), own), Takes(f"dataset:{name}", (column,), where, (), (key,))]


def tabulate_theme_by_group(
    values: Sequence[Mapping[str, Any]],
    matrix: pd.DataFrame,
    variables: Sequence[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """Return for each theme, and level of a variable in a role, in how many people it was found.

    ``n`` are people with the theme, of the ``denominator`` in the level who were asked or of whom
    that is not known; ``people`` are all in the level. Nothing is tested and no share is given: the
    people were chosen, and are few.
    """
    states = matrix.set_index(["case", "theme"])["state"]
    themes = matrix[["theme", "theme_label"]].drop_duplicates("theme")
    rows: list[dict[str, Any]] = []
    for variable in variables:
        mine = [row for row in values if row["variable"] == variable["id"]]
        for role in dict.fromkeys(row["role"] for row in mine):
            own = [row for row in mine if row["role"] == role]
            rows += _of_role(str(role), own, states, themes, variable)
    return rows


def _of_role(
    role: str,
    own: Sequence[Mapping[str, Any]],
    states: pd.Series,
    themes: pd.DataFrame,
    variable: Mapping[str, Any],
) -> Iterator[dict[str, Any]]:
    """Yield the rows of the people of one role, by levels of a variable."""
    for place, level in enumerate(_levels(variable, own), start=1):
        cases = [row["case"] for row in own if (row["value"] or NOT_KNOWN) == level]
        for theme, label in themes.itertuples(index=False, name=None):
            of = [case for case in cases if states[case, theme] != "not asked"]
            found = [case for case in of if states[case, theme] == "found"]
            every = _taken(variable, {"role": role})
            cells = [Takes(MATRIX, ("state",), {"row": f"{case}.{theme}"}) for case in cases]
            yield {
                "row": f"{theme}.{variable['id']}.{role}.{place}",
                "theme": theme,
                "theme_label": label,
                "variable": variable["id"],
                "variable_label": variable["label"],
                "unit": variable.get("unit"),
                "role": role,
                "level": level,
                "people": len(cases),
                "n": len(found),
                "denominator": len(of),
                TAKES: [
                    *takes(("people", "denominator", "n", "level"), *every),
                    *takes(("n", "denominator"), *cells),
                ],
            }


def _levels(variable: Mapping[str, Any], own: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the levels that somebody has, bands in their order, what is not told last."""
    given = dict.fromkeys(str(row["value"] or NOT_KNOWN) for row in own)
    last = [name for name in (WITHHELD, NOT_KNOWN) if name in given]
    cuts = variable.get("bands") or []
    return [*sorted((each for each in given if each not in last), key=_place(cuts)), *last]


def _place(cuts: Sequence[float]) -> Callable[[str], tuple]:
    """Return by what bands that were joined are in order: the cut at which each begins."""
    begins = {f"{cut:g}": place for place, cut in enumerate(cuts, start=1)}
    return lambda name: (begins.get(name.split(" ")[0], 0), name)
