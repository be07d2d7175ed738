"""Read the files of statistical programs: SPSS, Stata, SAS (``.xpt``, ``.sas7bdat``), R, Parquet.

Values become the text that their program shows without formats: codes and not labels, whole numbers
without a decimal point, dates in ISO 8601. What the file itself declares to be missing is known to
be missing; labels of codes are kept to compare them with those of the configuration.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from trialtrail.errors import StudyError
from trialtrail.exports.export import (
    FILE,
    LINE,
    Export,
    Odd,
    no_column,
    told_apart,
    unreadable,
)
from trialtrail.exports.kinds import no_text, other_kind
from trialtrail.exports.limits import check_cells
from trialtrail.exports.numbers import REAL
from trialtrail.exports.program_formats import (
    OF_SAS,
    duration,
    is_day,
    reader_of,
    shown_number,
)
from trialtrail.exports.workbook import MIDNIGHT

PROGRAMS = {
    **{"sav": "SPSS", "dta": "Stata", "xpt": "SAS transport", "sas7bdat": "SAS"},
    **{"rds": "R", "rda": "R", "parquet": "Parquet"},
}
PACKED = ("rds", "rda")
"""Formats whose files are packed, as others are."""
DATE, NUMBER = "a date of the file", "a number under a format of the file"
TIMES = (date, np.datetime64)
Shown = Callable[[object], str]
XPT_LINE = 80
"""Bytes of a line of a SAS transport file. It does not say how many records it has."""
SHORTENED = (
    "{:,} numbers have more digits than {} precision holds, so the last ones may be others: keep "
    "ids as text"
)
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
        values, labels, missing, shown, odd, titles = reader(spec, path, kind)
    except StudyError:
        raise
    except Exception:  # each library has exceptions of its own, and their texts may hold values
        found = no_text(path) if kind not in PACKED else None
        if found and PROGRAMS[kind] not in found[0]:
            raise other_kind(spec, f"file of {PROGRAMS[kind]}", *found, rule=kind) from None
        raise unreadable(
            spec,
            f"The file cannot be read as a file of {PROGRAMS[kind]}",
            kind,
            "save it again in the program it comes from, or set its format",
        ) from None
    names = [str(name) for name in values.columns]
    values.columns = told_apart(names)
    changed: list[tuple[str, str, str, int]] = []
    days: dict[str, frozenset[str]] = {}
    rows = pd.DataFrame(
        {name: _texts(values[name], changed, days, shown.get(name, _plain)) for name in values}
    )
    rows[FILE] = pd.array([spec["label"]], dtype="string").repeat(len(rows))
    rows[LINE] = pd.array(range(1, len(rows) + 1), dtype="Int64")
    export = Export(spec["name"], names, rows, header_line=1)
    export.form = {"program": PROGRAMS[kind]}
    export.changed, export.labels = changed, labels
    export.odd = [*odd, *_shortened(values, shown, spec.get("counted", []))]
    export.days = days
    export.plain = {name: _decimals(values[name], rows[name]) for name in values}
    export.missing = {
        name: _declared(values[name], rows[name], codes) for name, codes in missing.items()
    }
    export.titles = {name: text for name in titles if (text := " ".join(titles[name].split()))}
    export.answers = {name: dict(coded) for name, coded in labels.items()}
    if spec.get("labels"):
        _label(export, spec.get("numeric", []))
    return export


class Found(NamedTuple):
    """What a library reads of a file.

    Attributes:
        values: the cells.
        labels: of a column, code to label.
        missing: of a column, the ranges of values that the file declares to be missing.
        shown: of a column, what makes a text of a value, where that is not `_plain`.
        odd: what is reported of the file.
        titles: of a column, the label of the variable.
    """

    values: pd.DataFrame
    labels: dict[str, dict[str, str]] = {}
    missing: dict[str, list[tuple[Any, Any]]] = {}
    shown: dict[str, Shown] = {}
    odd: list[Odd] = []
    titles: dict[str, str] = {}


def _from_program(spec: dict, path: str, kind: str) -> Found:
    import pyreadstat

    readers: dict[str, Callable[..., tuple[pd.DataFrame, Any]]] = {
        "sav": pyreadstat.read_sav,
        "dta": pyreadstat.read_dta,
        "xpt": pyreadstat.read_xport,
        "sas7bdat": pyreadstat.read_sas7bdat,
    }
    more = {"encoding": spec["encoding"]} if spec.get("encoding") else {}
    if kind not in OF_SAS:
        more["user_missing"] = True
    _, meta = readers[kind](path, metadataonly=True, **more)
    rows, columns = meta.number_rows or 0, meta.number_columns or 0
    check_cells(rows, columns, spec["label"], os.path.getsize(path))
    # The library knows some formats of days and times only, and makes 06:00 of 30 hours.
    values, meta = readers[kind](path, disable_datetime_conversion=True, **more)
    shown = _shown(meta, kind)
    labels = {
        name: {shown.get(name, _plain)(code): str(text) for code, text in coded.items()}
        for name, coded in meta.variable_value_labels.items()
    }
    missing: dict[str, list] = {
        name: [(part["lo"], part["hi"]) for part in ranges]
        for name, ranges in (meta.missing_ranges or {}).items()
    }
    for name, codes in (meta.missing_user_values or {}).items():
        missing.setdefault(name, []).extend((code, code) for code in codes)
    titles = {name: text for name, text in meta.column_names_to_labels.items() if text}
    return Found(values, labels, missing, shown, titles=titles)


def _shown(meta: Any, kind: str) -> dict[str, Shown]:
    """Return what shows the values of columns of single precision, or of formats of times."""
    shown: dict[str, Shown] = {
        name: _single for name, type_ in meta.readstat_variable_types.items() if type_ == "float"
    }
    for name, form in meta.original_variable_types.items():
        reader = reader_of(form or "", kind)
        if reader is None and name not in meta.variable_value_labels:
            reader = shown_number(form or "", kind, shown.get(name, _plain))
        if reader:
            shown[name] = _numbers_by(reader)
    return shown


def _shortened(values: pd.DataFrame, shown: dict[str, Shown], counted: Collection[str]):
    """Yield each column of whole numbers that a file cannot hold exactly, unless it is counted.

    A program that keeps an id of nine digits as a number of single precision keeps another id.
    """
    for name in map(str, values.columns):
        how = shown.get(name, _plain)
        if name in counted or how not in EXACT or not pd.api.types.is_float_dtype(values[name]):
            continue
        numbers = values[name].to_numpy(dtype=float, na_value=np.nan)
        numbers = numbers[np.isfinite(numbers)]
        precision, limit = EXACT[how]
        many = int((np.abs(numbers) >= limit).sum())
        if many and not (numbers % 1).any():
            yield Odd("shortened", None, name, SHORTENED.format(many, precision))


def _numbers_by(reader: Callable[[float], str]) -> Shown:
    """Return what shows numbers by ``reader``, and letters of missing values as they are."""

    def text(value: object) -> str:
        if not isinstance(value, int | float):
            return _plain(value)
        try:
            return reader(float(value))
        except (OverflowError, ValueError):  # beyond the years of any calendar
            return _plain(value)

    return text


def _single(value: object) -> str:
    """Return a number of single precision as the shortest text that is that number."""
    return _shortest(value, np.float32)


def _half(value: object) -> str:
    return _shortest(value, np.float16)


def _shortest(value: object, kind: type[np.floating]) -> str:
    if not isinstance(value, int | float | np.floating):
        return _plain(value)
    return np.format_float_positional(kind(value), unique=True, trim="-")


def _from_parquet(spec: dict, path: str, kind: str) -> Found:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        about = file.metadata
        check_cells(about.num_rows, about.num_columns, spec["label"], os.path.getsize(path))
        table = file.read()
    shown: dict[str, Shown] = {}
    names = told_apart(table.column_names)
    for place, (name, column) in enumerate(zip(names, table.schema, strict=True)):
        if pa.types.is_nested(column.type):
            raise no_column(spec, kind, column.name)
        if pa.types.is_float32(column.type) or pa.types.is_float16(column.type):
            shown[name] = _single if pa.types.is_float32(column.type) else _half
        if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
            # Some programs do not mark their texts as texts.
            texts = table.column(place).cast(pa.large_string())
            table = table.set_column(place, column.name, texts)
    frame = table.rename_columns(names).to_pandas(types_mapper=pd.ArrowDtype, ignore_metadata=True)
    frame.columns = table.column_names
    return Found(frame, shown=shown)


def _from_r(spec: dict, path: str, kind: str) -> Found:
    from trialtrail.exports.r_files import read_frame

    frame = read_frame(spec, path, kind)
    return Found(frame.values, frame.labels, frame.missing, {}, frame.odd, frame.titles)


READERS = {"parquet": _from_parquet, "rds": _from_r, "rda": _from_r}
"""Readers of the formats that pyreadstat does not read."""


def _texts(
    values: pd.Series,
    changed: list[tuple[str, str, str, int]],
    days: dict[str, frozenset[str]],
    shown: Shown,
) -> pd.Series:
    """Return the text of each value, an empty text for none.

    Note what was changed in form, and the texts of what the file has as days, or parts of them.
    """
    there = values.notna()
    distinct = values[there].drop_duplicates()
    texts = {value: shown(value) for value in distinct}
    text = values.map(texts, na_action="ignore").astype("string").fillna("")
    as_held = shown in (_plain, _single, _half)
    if as_held and not any(issubclass(each, TIMES) for each in set(map(type, texts))):
        return text
    kinds = {value: _kind(value, found, as_held) for value, found in texts.items()}
    if any(kinds.values()):
        days[str(values.name)] = frozenset(text for value, text in texts.items() if kinds[value])
        count = values.map(kinds, na_action="ignore").value_counts()
        for kind, after in ((DATE, "ISO 8601"), (NUMBER, "what the format shows")):
            if kind in count.index:
                changed.append((str(values.name), kind, after, int(count[kind])))
    return text


def _kind(value: object, text: str, as_held: bool) -> str:
    """Return what a value was, where its text is another form of it."""
    if isinstance(value, TIMES):
        return DATE
    if as_held or not isinstance(value, int | float):
        return ""
    return "" if text == _plain(value) else DATE if is_day(text) else NUMBER


def _decimals(values: pd.Series, texts: pd.Series) -> frozenset[str]:
    """Return the texts of the numbers with decimals of a column."""
    if pd.api.types.is_object_dtype(values.dtype):  # letters of missing values among the numbers
        texts = texts[values.map(lambda value: isinstance(value, float)).to_numpy(dtype=bool)]
    elif not pd.api.types.is_numeric_dtype(values.dtype):
        return frozenset()
    return frozenset(text for text in texts.unique() if re.fullmatch(REAL, text) and "." in text)


def _plain(value: object) -> str:
    """Return a value as text."""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating):
        number = float(value)
        return str(int(number)) if number.is_integer() else format(number, f".{DIGITS}g")
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
    if isinstance(value, timedelta):
        return duration(value.total_seconds())
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date):
        return re.sub(r"\.0+$", "", value.isoformat()).removesuffix(MIDNIGHT)
    return str(value)


EXACT: dict[Shown, tuple[str, int]] = {
    _plain: ("double", 2**53),
    _single: ("single", 2**24),
    _half: ("half", 2**11),
}
"""What shows numbers of a precision, its name, and where whole numbers begin to be left out."""


def _declared(values: pd.Series, texts: pd.Series, ranges: list[tuple[Any, Any]]) -> list[str]:
    """Return the texts of the values that stand in a range declared to be missing."""
    found = set()
    pairs = pd.DataFrame({"value": values, "text": texts}).dropna().drop_duplicates("value")
    for value, text in zip(pairs["value"], pairs["text"], strict=True):
        for low, high in ranges:
            if isinstance(value, str) == isinstance(low, str) and low <= value <= high:
                found.add(text)
    return sorted(found - {""})


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
        export.answers = {**export.answers, name: {text: text for text in coded.values()}}
        gone = export.missing.get(name, [])
        export.missing = {**export.missing, name: [coded.get(text, text) for text in gone]}
    export.labels = {name: coded for name, coded in export.labels.items() if name in numeric}
