"""Read the files of statistical programs: SPSS ``.sav``, Stata ``.dta``, SAS ``.xpt``, R, Parquet.

Values become the text that their program shows without formats: codes and not labels, whole numbers
without a decimal point, dates in ISO 8601. What the file itself declares to be missing is known to
be missing; labels of codes are kept to compare them with those of the configuration.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from trialtrail.errors import StudyError
from trialtrail.exports.export import FILE, LINE, Export, unreadable
from trialtrail.exports.limits import check_cells
from trialtrail.exports.program_formats import reader_of
from trialtrail.exports.workbook import MIDNIGHT

PROGRAMS = {
    **{"sav": "SPSS", "dta": "Stata", "xpt": "SAS transport", "parquet": "Parquet"},
    **{"rds": "R", "rda": "R"},
}
XPT_LINE = 80
"""Bytes of a line of a SAS transport file. It does not say how many records it has."""
DIGITS = 15
"""Digits of a number that a file of doubles can hold: 0.1 is 0.1 and not 0.1000000000000000055."""


def read_statistical(spec: dict, path: str, kind: str) -> Export:
    """Return the export in a file of a statistical program; a line is a record, the first is 1.

    Raises:
        StudyError: the file is not one of its kind, or larger than any export.
    """
    if kind == "xpt" and os.path.getsize(path) % XPT_LINE:
        raise unreadable(
            spec,
            "The file ends in the middle: a SAS transport file has whole lines of 80 bytes",
            kind,
            "copy or export it again",
        )
    try:
        reader = READERS.get(kind, _from_program)
        values, labels, missing, shown = reader(spec, path, kind)
    except StudyError:
        raise
    except Exception:  # each library has exceptions of its own, and their texts may hold values
        raise unreadable(
            spec,
            f"The file cannot be read as a file of {PROGRAMS[kind]}",
            kind,
            "save it again in the program it comes from, or set its format",
        ) from None
    names = [str(name) for name in values.columns]
    dates: list[tuple[str, str, str, int]] = []
    rows = pd.DataFrame(
        {str(name): _texts(values[name], dates, shown.get(str(name), _plain)) for name in values}
    )
    rows[FILE] = pd.array([spec["label"]], dtype="string").repeat(len(rows))
    rows[LINE] = pd.array(range(1, len(rows) + 1), dtype="Int64")
    export = Export(spec["name"], names, rows, header_line=1)
    export.form = {"program": PROGRAMS[kind]}
    export.changed, export.labels = dates, labels
    export.plain = {name: _decimals(values[name], rows[name]) for name in names}
    export.missing = {name: _declared(rows[name], codes) for name, codes in missing.items()}
    if spec.get("labels"):
        _label(export, spec.get("numeric", []))
    return export


def _from_program(spec: dict, path: str, kind: str) -> tuple[pd.DataFrame, dict, dict, dict]:
    """Return of each column values, labels of codes, what is declared missing, what shows it."""
    import pyreadstat

    readers: dict[str, Callable[..., tuple[pd.DataFrame, Any]]] = {
        "sav": pyreadstat.read_sav,
        "dta": pyreadstat.read_dta,
        "xpt": pyreadstat.read_xport,
    }
    more = {"encoding": spec["encoding"]} if spec.get("encoding") else {}
    if kind != "xpt":
        more["user_missing"] = True
    _, meta = readers[kind](path, metadataonly=True, **more)
    rows, columns = meta.number_rows or 0, meta.number_columns or 0
    check_cells(rows, columns, spec["label"], os.path.getsize(path))
    values, meta = readers[kind](path, **more)
    labels = {
        name: {_plain(code): str(text) for code, text in coded.items()}
        for name, coded in meta.variable_value_labels.items()
    }
    missing: dict[str, list] = {
        name: [(part["lo"], part["hi"]) for part in ranges]
        for name, ranges in (meta.missing_ranges or {}).items()
    }
    for name, codes in (meta.missing_user_values or {}).items():
        missing.setdefault(name, []).extend((code, code) for code in codes)
    return values, labels, missing, _shown(meta)


def _shown(meta: Any) -> dict[str, Callable[[object], str]]:
    """Return what shows the values of columns of single precision, or of formats of times."""
    shown: dict[str, Callable[[object], str]] = {
        name: _single for name, kind in meta.readstat_variable_types.items() if kind == "float"
    }
    for name, form in meta.original_variable_types.items():
        if reader := reader_of(form or ""):
            shown[name] = _numbers_by(reader)
    return shown


def _numbers_by(reader: Callable[[float], str]) -> Callable[[object], str]:
    """Return what shows numbers by ``reader``, and letters of missing values as they are."""
    return lambda value: reader(float(value)) if isinstance(value, int | float) else _plain(value)


def _single(value: object) -> str:
    """Return a number of single precision as the shortest text that is that number."""
    if not isinstance(value, int | float | np.floating):
        return _plain(value)
    return np.format_float_positional(np.float32(value), unique=True, trim="-")


def _from_parquet(spec: dict, path: str, kind: str) -> tuple[pd.DataFrame, dict, dict, dict]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        about = file.metadata
        check_cells(about.num_rows, about.num_columns, spec["label"], os.path.getsize(path))
        table = file.read()
    shown = {f.name: _single for f in table.schema if str(f.type) in ("float", "halffloat")}
    return table.to_pandas(types_mapper=pd.ArrowDtype, ignore_metadata=True), {}, {}, shown


def _from_r(spec: dict, path: str, kind: str) -> tuple[pd.DataFrame, dict, dict, dict]:
    from trialtrail.exports.r_files import read_frame

    return read_frame(spec, path, kind), {}, {}, {}


READERS = {"parquet": _from_parquet, "rds": _from_r, "rda": _from_r}
"""Readers of the formats that pyreadstat does not read."""


def _texts(
    values: pd.Series, dates: list[tuple[str, str, str, int]], shown: Callable[[object], str]
) -> pd.Series:
    """Return the text of each value, an empty text for none; note that dates were dates."""
    there = values.notna()
    distinct = values[there].drop_duplicates()
    texts = {value: shown(value) for value in distinct}
    text = values.map(texts, na_action="ignore").astype("string").fillna("")
    some = next(iter(distinct), None)
    if isinstance(some, date | pd.Timestamp | np.datetime64):
        dates.append((str(values.name), "a date of the file", "ISO 8601", int(there.sum())))
    return text


def _decimals(values: pd.Series, texts: pd.Series) -> frozenset[str]:
    """Return the texts of the numbers with decimals of a column."""
    if pd.api.types.is_object_dtype(values.dtype):  # letters of missing values among the numbers
        texts = texts[values.map(lambda value: isinstance(value, float)).to_numpy(dtype=bool)]
    elif not pd.api.types.is_numeric_dtype(values.dtype):
        return frozenset()
    return frozenset(text for text in texts.unique() if "." in text)


def _plain(value: object) -> str:
    """Return a value as text."""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating):
        number = float(value)
        return str(int(number)) if number.is_integer() else format(number, f".{DIGITS}g")
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
    if isinstance(value, datetime | date):
        return re.sub(r"\.0+$", "", value.isoformat()).removesuffix(MIDNIGHT)
    return str(value)


def _declared(texts: pd.Series, ranges: list[tuple[Any, Any]]) -> list[str]:
    """Return those of the texts that stand in a range declared to be missing."""
    out = []
    for text in sorted(set(texts) - {""}):
        try:
            number: float | str = float(text)
        except ValueError:
            number = text
        for low, high in ranges:
            if isinstance(number, str) == isinstance(low, str) and low <= number <= high:
                out.append(text)
                break
    return out


def _label(export: Export, numeric: Collection[str]) -> None:
    """Put the labels in the place of the codes, where the configuration asks for them.

    In a column of a number or a day, of which ``numeric`` has the names, a value with a label is
    that value.
    """
    for name, coded in export.labels.items():
        if name not in export.rows or name in numeric:
            continue
        known = export.rows[name].isin(list(coded))
        labelled = export.rows[name].map(coded, na_action="ignore").astype("string")
        export.rows[name] = labelled.where(known, export.rows[name])
        export.changed.append((name, "a code of the file", "its label", int(known.sum())))
        gone = export.missing.get(name, [])
        export.missing = {**export.missing, name: [coded.get(text, text) for text in gone]}
    export.labels = {name: coded for name, coded in export.labels.items() if name in numeric}
