"""Variables of ADaM-like datasets: their values, and where they are from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from trialtrail.exchange.names import label_of
from trialtrail.origins import COMPUTED, rule_in_words, sources_of

TEXT, INTEGER, FLOAT, DATE = "text", "integer", "float", "date"
"""Kinds of variables."""
ASSIGNED, COLLECTED, DERIVED = "Assigned", "Collected", "Derived"
"""Where a variable is from, in the terms of Define-XML 2.1."""
YES_NO = {"Y": "Yes", "N": "No"}


@dataclass(frozen=True)
class Variable:
    """A variable of a dataset.

    Attributes:
        name: at most 8 capitals and digits.
        label: at most 40 bytes.
        kind: `TEXT`, `INTEGER`, `FLOAT` or `DATE`.
        values: one a record, missing where there is none.
        origin: `ASSIGNED`, `COLLECTED` or `DERIVED`.
        method: how it comes about, in words.
        sources: columns that it is made from, as ``layer:table.column``.
        codes: its values -> what they stand for, where they are codes.
    """

    name: str
    label: str
    kind: str
    values: pd.Series
    origin: str
    method: str
    sources: tuple[str, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AdamDataset:
    """A dataset as it is exchanged.

    Attributes:
        name: its name.
        label: at most 40 bytes.
        of: its class in ADaM.
        structure: what a record is.
        keys: the variables that tell its records apart.
        variables: its variables, in order.
        parameters: one entry a value of PARAMCD: where AVAL of its records is from.
    """

    name: str
    label: str
    of: str
    structure: str
    keys: tuple[str, ...]
    variables: Sequence[Variable]
    parameters: Sequence[Mapping[str, Any]] = ()

    @property
    def frame(self) -> pd.DataFrame:
        """The records."""
        return pd.DataFrame({each.name: each.values for each in self.variables})


class Declared:
    """What is declared of the columns of a dataset, by column."""

    def __init__(self, dataset: str, columns: Mapping[str, Any]) -> None:
        self.dataset = dataset
        self._columns = {each["column"]: each for each in columns["columns"]}

    def title(self, column: str) -> str:
        """Return what readers call a column, with its unit where there is room."""
        about = self._columns[column]
        return label_of(about["title"], about["unit"])

    def method(self, column: str) -> str:
        """Return the rule of a column."""
        return rule_in_words(self._columns[column])

    def origin(self, column: str) -> str:
        """Return where a column is from."""
        kinds = {each["kind"] for each in self._columns[column]["derivations"]}
        return DERIVED if COMPUTED in kinds else COLLECTED

    def sources(self, column: str) -> tuple[str, ...]:
        """Return the column itself and the columns that it is made from."""
        own = f"dataset:{self.dataset}.{column}"
        return (own, *map(str, sources_of(self._columns[column])))

    def where(self, column: str, **rows: str) -> list[Mapping[str, Any]]:
        """Return the derivations of a column that fill some rows."""
        return [
            each
            for each in self._columns[column]["derivations"]
            if all(each["where"].get(name) == value for name, value in rows.items())
        ]


def copied(
    declared: Declared,
    values: pd.Series,
    name: str,
    label: str = "",
    codes: Mapping[str, str] | None = None,
) -> Variable:
    """Return a column of a dataset as a variable: yes and no as Y and N, texts as they are."""
    column = str(values.name)
    kind, plain, own = as_kind(values)
    return Variable(
        name,
        label or declared.title(column),
        kind,
        plain,
        declared.origin(column),
        declared.method(column),
        declared.sources(column),
        own or codes or {},
    )


def as_kind(values: pd.Series) -> tuple[str, pd.Series, Mapping[str, str]]:
    """Return the kind of a column, its values as that kind, and the codes of a yes or no."""
    if pd.api.types.is_bool_dtype(values):
        return TEXT, yes_no(values), YES_NO
    if pd.api.types.is_datetime64_any_dtype(values):
        return DATE, values, {}
    if pd.api.types.is_integer_dtype(values):
        return INTEGER, values, {}
    if pd.api.types.is_numeric_dtype(values):
        return FLOAT, values, {}
    return TEXT, values.astype("string"), {}


def yes_no(values: pd.Series) -> pd.Series:
    """Return yes and no as Y and N."""
    return values.astype("boolean").map({True: "Y", False: "N"}).astype("string")
