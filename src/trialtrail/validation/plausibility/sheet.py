"""A table of which the plausibility is looked at, and how a finding names a place in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from trialtrail.validation.findings import finding

MOST = 200
"""Findings of one kind about the rows of one table, above which it is reported once."""


@dataclass(frozen=True)
class Sheet:
    """The rows in use of one table.

    ``headings`` maps export -> column of the table -> column of the file; ``files`` maps export ->
    the file as the configuration names it.
    """

    name: str
    frame: pd.DataFrame
    headings: dict[str, dict[str, str]]
    files: dict[str, str]

    def numbers(self, column: str) -> np.ndarray:
        """Return a column as floats; missing values are not-a-number."""
        values = self.frame[column]
        return values.astype("Float64").to_numpy("float64", na_value=np.nan)

    def ignores(self, names: list[str], column: str = "") -> bool:
        """Return whether a list names the table, or the column of it."""
        return self.name in names or f"{self.name}.{column}" in names

    def of_rows(self, rule: str, column: str, rows: np.ndarray, message: str, found) -> list[dict]:
        """Return one finding for each row of the mask ``rows``; ``found`` has a text for each."""
        there = self.frame.loc[rows, ["_export", "_file", "_line", "record"]]
        return [
            finding(
                rule,
                self.name,
                message,
                export=export,
                file=file,
                line=line,
                record=record,
                column=self._heading(export, column),
                found=text,
            )
            for (export, file, line, record), text in zip(
                there.itertuples(index=False, name=None), found, strict=True
            )
        ]

    def of_column(self, rule: str, column: str, message: str, found: str, **place) -> dict:
        """Return one finding about many rows; ``place`` may give ``export`` and ``record``."""
        export = place.get("export") or next(iter(self.headings), "")
        return finding(
            rule,
            self.name,
            message,
            export=export,
            file=self.files.get(export, ""),
            record=place.get("record", ""),
            column=self._heading(export, column),
            found=found,
        )

    def _heading(self, export: str, column: str) -> str:
        return self.headings.get(export, {}).get(column, column)


def shown(value: float) -> str:
    """Return a number as a query shows it: whole numbers plain, others to four digits."""
    return str(int(value)) if float(value).is_integer() else f"{value:.4g}"
