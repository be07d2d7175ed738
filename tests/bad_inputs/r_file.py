"""Write a data frame as R itself would (R Internals, 1.8, Serialization Formats)."""

from __future__ import annotations

import gzip
import math
import struct
from datetime import date

import pandas as pd

SYMBOL, PAIRS, CHARS, INTEGERS, REALS, TEXTS, LIST, NOTHING = 1, 2, 9, 13, 14, 16, 19, 254
OBJECT, ATTRIBUTES, TAG, UTF_8 = 1 << 8, 1 << 9, 1 << 10, 8 << 12
NO_INTEGER = -(2**31)
NO_REAL = bytes.fromhex("7ff00000000007a2")
EPOCH = date(1970, 1, 1)


def rds_of(frame: pd.DataFrame) -> bytes:
    """Return a frame as the bytes of an ``.rds`` file: columns of texts, numbers or dates."""
    about = {
        "names": _texts(list(frame.columns)),
        "class": _texts(["data.frame"]),
        "row.names": _head(INTEGERS) + struct.pack(">iii", 2, NO_INTEGER, -len(frame)),
    }
    columns = b"".join(_column(frame[name].tolist()) for name in frame)
    whole = _head(LIST | OBJECT | ATTRIBUTES) + struct.pack(">i", len(frame.columns)) + columns
    return gzip.compress(b"X\n" + struct.pack(">iii", 2, 0x40200, 0x20300) + whole + _about(about))


def _head(flags: int) -> bytes:
    return struct.pack(">i", flags)


def _chars(text: str | None) -> bytes:
    if text is None:
        return _head(CHARS) + struct.pack(">i", -1)
    data = text.encode()
    return _head(CHARS | UTF_8) + struct.pack(">i", len(data)) + data


def _texts(texts: list) -> bytes:
    return _head(TEXTS) + struct.pack(">i", len(texts)) + b"".join(map(_chars, texts))


def _about(attributes: dict[str, bytes]) -> bytes:
    out = b""
    for name, value in attributes.items():
        out += _head(PAIRS | TAG) + _head(SYMBOL) + _chars(name) + value
    return out + _head(NOTHING)


def _column(values: list) -> bytes:
    there = [value for value in values if value is not None and value == value]
    if any(isinstance(value, str) for value in there):
        return _texts([None if value is None or value != value else str(value) for value in values])
    days = any(isinstance(value, date) for value in there)
    flags = REALS | (OBJECT | ATTRIBUTES if days else 0)
    out = _head(flags) + struct.pack(">i", len(values)) + b"".join(map(_real, values))
    return out + (_about({"class": _texts(["Date"])}) if days else b"")


def _real(value: object) -> bytes:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NO_REAL
    return struct.pack(">d", (value - EPOCH).days if isinstance(value, date) else float(value))
