"""Files of datasets: SAS transport, version 5, and Dataset-JSON 1.1.

Neither has the time at which it was written, so that the same data give the same bytes: the day
that stands in their heads is the last one in the data. Sources: SAS Institute, TS-140, *The Record
Layout of a SAS Transport Data Set*; CDISC, *Dataset-JSON v1.1*, 2024-12-05.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from trialtrail.exchange.names import TEXT as LONGEST
from trialtrail.exchange.names import cut
from trialtrail.exchange.variables import DATE, FLOAT, INTEGER, TEXT, AdamDataset, Variable

SAS_EPOCH = pd.Timestamp("1960-01-01")
"""The day that SAS counts days from; it stands for a day that is not known."""
SAS_DATE = "DATE9."
RECORD = 80
"""Bytes of a record of a transport file."""
TIME_AT = ((1, 64), (2, 0), (5, 64), (6, 0))
"""Records and bytes of its head in which a time stands: created, modified; library, member."""
DATA_TYPES = {TEXT: "string", INTEGER: "integer", FLOAT: "float", DATE: "date"}


def last_day(datasets: Iterable[AdamDataset]) -> datetime.date:
    """Return the last day in any dataset, the first day of SAS where there is none."""
    days = [v.values.max() for each in datasets for v in each.variables if v.kind == DATE]
    known = [day for day in days if not pd.isna(day)]
    return max([*known, SAS_EPOCH]).date()


def write_xpt(dataset: AdamDataset, path: str | Path, day: datetime.date) -> None:
    """Write a dataset as SAS transport file, version 5; texts are cut to 200 bytes of UTF-8."""
    import pyreadstat

    frame = pd.DataFrame({each.name: as_sas(each) for each in dataset.variables})
    pyreadstat.write_xport(
        frame,
        str(path),
        file_label=dataset.label,
        column_labels=[each.label for each in dataset.variables],
        table_name=dataset.name,
        file_format_version=5,
        variable_format={each.name: SAS_DATE for each in dataset.variables if each.kind == DATE},
    )
    fix_times(Path(path), day)


def as_sas(variable: Variable) -> pd.Series:
    """Return the values as SAS has them: texts without an end, days since 1960, numbers."""
    if variable.kind == TEXT:
        texts = variable.values.astype("string").fillna("")
        long = is_long(texts)
        return texts.mask(long, texts[long].map(lambda text: cut(text, LONGEST))).astype(object)
    if variable.kind == DATE:
        return (variable.values - SAS_EPOCH).dt.days.astype("float64")
    return variable.values.astype("Float64").astype("float64")


def is_long(texts: pd.Series) -> pd.Series:
    """Return which texts have more bytes than a transport file has room for."""
    may_be = texts.str.len().mul(4).gt(LONGEST).fillna(False).to_numpy(dtype=bool)
    may_be[may_be] = [len(text.encode()) > LONGEST for text in texts[may_be]]
    return pd.Series(may_be, index=texts.index)


def fix_times(path: Path, day: datetime.date) -> None:
    """Put a day in place of the times in the head of a transport file.

    Raises:
        ValueError: they do not stand where they should, so that nothing is changed.
    """
    content = bytearray(path.read_bytes())
    months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
    time = f"{day:%d}{months[day.month - 1]}{day:%y}:00:00:00".encode()
    for record, byte in TIME_AT:
        at = record * RECORD + byte
        _check_is_time(content[at : at + len(time)].decode("latin-1"))
        content[at : at + len(time)] = time
    path.write_bytes(bytes(content))


def _check_is_time(text: str) -> None:
    parts = text[7:].split(":")
    if len(text) != 16 or [len(part) for part in parts] != [0, 2, 2, 2]:
        raise ValueError("no time stands in the head of the transport file where it should")


def dataset_json(dataset: AdamDataset, study: str, day: datetime.date, version: str) -> str:
    """Return a dataset as Dataset-JSON 1.1, a record a line; texts are whole."""
    head = {
        "datasetJSONCreationDateTime": f"{day.isoformat()}T00:00:00",
        "datasetJSONVersion": "1.1.0",
        "fileOID": f"{oid(study)}.{dataset.name}",
        "sourceSystem": {"name": "trialtrail", "version": version},
        "studyOID": f"ST.{oid(study)}",
        "metaDataVersionOID": f"MDV.{oid(study)}",
        "metaDataRef": "define.xml",
        "itemGroupOID": f"IG.{dataset.name}",
        "records": len(dataset.frame),
        "name": dataset.name,
        "label": dataset.label,
        "columns": [json_column(dataset, each) for each in dataset.variables],
    }
    columns = [json_values(each) for each in dataset.variables]
    rows = [json.dumps(row, ensure_ascii=False) for row in zip(*columns, strict=True)]
    text = json.dumps(head, ensure_ascii=False, indent=1)
    return text.removesuffix("\n}") + ',\n "rows": [\n' + ",\n".join(rows) + "\n ]\n}\n"


def oid(text: str) -> str:
    """Return a text as part of an identifier."""
    return "".join(sign if sign.isalnum() else "_" for sign in text)


def json_column(dataset: AdamDataset, variable: Variable) -> dict[str, Any]:
    """Return what Dataset-JSON says of a variable."""
    about: dict[str, Any] = {
        "itemOID": f"IT.{dataset.name}.{variable.name}",
        "name": variable.name,
        "label": variable.label,
        "dataType": DATA_TYPES[variable.kind],
    }
    if variable.kind == DATE:
        about["targetDataType"] = "integer"
    about["length"] = length_of(variable)
    if variable.kind == DATE:
        about["displayFormat"] = SAS_DATE
    if variable.name in dataset.keys:
        about["keySequence"] = dataset.keys.index(variable.name) + 1
    return about


def length_of(variable: Variable) -> int:
    """Return how many characters a value has at most, of a number how many bytes."""
    if variable.kind != TEXT:
        return 8 if variable.kind != DATE else 10
    longest = variable.values.str.len().max()
    return 1 if pd.isna(longest) else max(1, int(longest))


def json_values(variable: Variable) -> list[Any]:
    """Return the values as JSON has them: days by ISO 8601, null where there is none."""
    values = variable.values
    if variable.kind == DATE:
        values = values.dt.strftime("%Y-%m-%d")
    return values.astype(object).where(values.notna(), None).tolist()
