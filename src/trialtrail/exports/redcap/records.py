"""The rows of a REDCap export, asked for a field: of the row itself, of its visit, of an event."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from trialtrail.exports.normalise import of_codes
from trialtrail.exports.redcap.dictionary import EVENT, INSTANCE, INSTRUMENT, Field
from trialtrail.exports.redcap.logic import NotCompared, Reference
from trialtrail.exports.redcap.values import Value
from trialtrail.tables import match_positions

BETWEEN = "\x1f"
"""Parts the record from the event in a key; no cell holds it."""


class Records:
    """Rows of a raw export with the fields of its dictionary.

    A record has one row an event and, beside it, one row for each instance of a repeating
    instrument. A field that is asked for in such a row and belongs to another instrument is that of
    the event's own row.

    Args:
        rows: text columns under their names in the file.
        fields: the dictionary; its first field names the record.
        missing: texts that stand for a missing value.
    """

    def __init__(
        self, rows: pd.DataFrame, fields: dict[str, Field], missing: Sequence[str]
    ) -> None:
        self.rows, self.fields = rows.reset_index(drop=True), fields
        self._missing = [code.strip() for code in missing if code.strip()]
        self.codes = frozenset(self._missing)
        self._choices = {
            column: field.choices for field in list(fields.values())[1:] for column in field.columns
        }
        self._texts: dict[str, pd.Series] = {}
        self.record = self.text(next(iter(fields), ""))
        self.event = self.text(EVENT)
        self.instrument = self.text(INSTRUMENT)
        self.instance = self.text(INSTANCE)
        self.events = set(self.event.unique()) - {""}
        self.repeating = set(self.instrument.unique()) - {""}

    def __len__(self) -> int:
        return len(self.rows)

    def has(self, column: str) -> bool:
        """Return whether the export has the column."""
        return column in self.rows

    def text(self, column: str) -> pd.Series:
        """Return a column without white space at the ends; empty where the export lacks it.

        Of a field, another spelling of a code of a missing value is the code: -99.0 is -99.
        """
        if column not in self._texts:
            if column in self.rows:
                text = self.rows[column].fillna("").str.strip()
                if column in self._choices:
                    text = of_codes(text, self._missing, self._choices[column])
            else:
                text = pd.Series("", index=self.rows.index, dtype="string")
            self._texts[column] = text
        return self._texts[column]

    def filled(self, column: str) -> np.ndarray:
        """Return where the column holds a value; a code of a missing value is none."""
        text = self.text(column)
        return ((text != "") & ~text.isin(self.codes)).to_numpy(dtype=bool)

    def value(self, reference: Reference) -> Value:
        """Return what a reference stands for, row by row.

        Raises:
            NotCompared: it is no field of the dictionary, or not one of this export.
        """
        event, part = "", reference.parts[-1]
        if len(reference.parts) == 2 and part.name in self.fields:
            event = reference.parts[0].name
        if len(reference.parts) > 2 or (len(reference.parts) == 2 and not event):
            raise NotCompared("it names one instance of a repeating instrument")
        field = self.fields.get(part.name)
        if field is None:
            raise NotCompared(f"[{part.name}] is no field of the dictionary")
        column = self._column(field, part.code)
        if event:
            return self._of_event(field, self.text(column), event)
        return self._of_visit(field, self.text(column))

    def _column(self, field: Field, code: str) -> str:
        if (field.kind == "checkbox") != bool(code):
            raise NotCompared(f"[{field.name}] is used without its choice, or has none")
        if code and code not in field.boxes:
            raise NotCompared(f"[{field.name}] has no choice {code}")
        column = field.boxes[code] if code else field.name
        if not self.has(column):
            raise NotCompared(f"the export lacks the column {column}")
        return column

    def _of_event(self, field: Field, text: pd.Series, event: str) -> Value:
        keys = self.record.str.cat(pd.Series(event, self.rows.index, dtype="string"), sep=BETWEEN)
        return self._looked_up(field, text, keys)

    def _of_visit(self, field: Field, text: pd.Series) -> Value:
        elsewhere = ((self.instrument != "") & (self.instrument != field.form)).to_numpy(dtype=bool)
        unsure = np.zeros(len(self), dtype=bool)
        if field.form in self.repeating:  # which of its instances is meant, the row does not say
            unsure = (self.instrument != field.form).to_numpy(dtype=bool)
        if elsewhere.any():
            keys = self.record.str.cat(self.event, sep=BETWEEN)
            found = self._looked_up(field, text, keys)
            text = text.mask(elsewhere, found.text)
            unsure = unsure | (elsewhere & found.unsure)
        return self._as_written(field, unsure, text)

    def _as_written(self, field: Field, unsure: np.ndarray, text: pd.Series) -> Value:
        """Return a column of texts as a value; a decimal comma is one where numbers may have it."""
        if field.decimal:
            text = text.mask(~text.isin(self.codes), text.str.replace(",", "."))
        return Value(unsure, given_text=text, codes=self.codes)

    def _looked_up(self, field: Field, text: pd.Series, keys: pd.Series) -> Value:
        """Return the text in the row of the record and event that each key names."""
        own = (self.instrument == "").to_numpy(dtype=bool)
        known = self.record.str.cat(self.event, sep=BETWEEN)[own].reset_index(drop=True)
        places = match_positions(keys, known)
        found = text[own].array.take(places, allow_fill=True)
        repeated = known.duplicated(keep=False).to_numpy(dtype=bool)
        unsure = np.zeros(len(keys), dtype=bool)
        if len(known):
            unsure = (places >= 0) & repeated[places]
        if field.form in self.repeating:
            unsure = np.ones(len(keys), dtype=bool)
        found = pd.Series(found, index=self.rows.index).fillna("")
        return self._as_written(field, unsure, found)
