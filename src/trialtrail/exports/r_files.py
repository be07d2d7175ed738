"""Read data frames of R: one object (``.rds``), or one of several by its name (``.rda``)."""

from __future__ import annotations

import bz2
import gzip
import lzma
import warnings
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from trialtrail.exports.export import unreadable
from trialtrail.exports.limits import MAX_UNPACKED, check_cells, too_large

EPOCH = date(1970, 1, 1)
PACKED: dict[bytes, Callable[..., Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ": lzma.open,
}
"""How R packs a file, by its first bytes."""
BLOCK = 1 << 20
ROW_NAMES = "row.names"
"""Column of the names of rows, where they are no numbers that R gave by itself."""


def read_frame(spec: dict, path: str, kind: str) -> pd.DataFrame:
    """Return the data frame in a file of R; ``sheet`` of ``spec`` names it among several objects.

    Factors become their labels, days and times those of the place that the file names (of UTC
    where it names none).

    Raises:
        StudyError: there is no such frame, or the file is larger than any export.
        Exception: whatever the library raises for a file that is none of R.
    """
    import rdata

    _check_unpacked(spec, path)
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # classes that it does not know, which are taken as they are
        classes = {**rdata.conversion.DEFAULT_CLASS_MAP, **CLASSES}
        found = rdata.conversion.convert(rdata.parser.parse_file(path), classes)
    frame = found if kind == "rds" else _chosen(spec, found)
    if not isinstance(frame, pd.DataFrame):
        raise unreadable(
            spec,
            "The file holds another object of R than a data frame",
            kind,
            "save the data frame itself: saveRDS(as.data.frame(x), file)",
        )
    check_cells(len(frame), frame.shape[1], spec["label"], 1 << 40)
    frame.columns = [str(name) for name in frame.columns]
    if not isinstance(frame.index, pd.RangeIndex):
        frame.insert(0, ROW_NAMES, [str(name) for name in frame.index])
    return frame.reset_index(drop=True)


def _chosen(spec: dict, objects: Mapping[str, Any]) -> Any:
    """Return the object that ``sheet`` names, or the only data frame."""
    frames = [name for name, each in objects.items() if isinstance(each, pd.DataFrame)]
    name = spec.get("sheet", frames[0] if len(frames) == 1 else None)
    if name not in objects:
        what = "The file has several data frames" if frames else "The file has no data frame"
        what = f"The file has no object named {name}" if name else what
        do = f"name one of {', '.join(frames)} under exports.{spec['name']}.sheet"
        raise unreadable(spec, what, "sheet", do if frames else "save the data frame again")
    return objects[name]


def _check_unpacked(spec: dict, path: str) -> None:
    """Refuse a file that unpacks to more than any export has, without holding it."""
    with open(path, "rb") as stream:
        head = stream.read(8)
    opener = next((each for mark, each in PACKED.items() if head.startswith(mark)), None)
    if opener is None:
        return
    size = 0
    with opener(path, "rb") as stream:
        while block := stream.read(BLOCK):
            size += len(block)
            if size > MAX_UNPACKED:
                what = "The file unpacks to very much"
                raise too_large(spec["label"], what, f"{MAX_UNPACKED >> 20:,} megabytes")


def _factor(codes: Any, about: Mapping[str, Any]) -> np.ndarray:
    """Return the labels of a factor; R's code of a missing value is below all others."""
    levels = about["levels"]
    values = np.ma.filled(np.ma.asarray(codes), 0)
    return np.array([levels[i - 1] if i > 0 else None for i in values], dtype=object)


def _days(values: Any, about: Mapping[str, Any]) -> Any:
    """Return days that are counted from 1970."""
    return _objects(values, lambda count: EPOCH + timedelta(days=int(np.floor(count))))


def _times(values: Any, about: Mapping[str, Any]) -> Any:
    """Return times that are counted in seconds from 1970, as the clock of their zone showed."""
    zone = str(next(iter(about.get("tzone", [])), "") or "UTC")
    place = UTC if zone in ("UTC", "GMT") else ZoneInfo(zone)

    def shown(seconds: float) -> datetime:
        return datetime.fromtimestamp(seconds, UTC).astimezone(place).replace(tzinfo=None)

    return _objects(values, shown)


def _objects(values: Any, make: Callable[[float], object]) -> Any:
    numbers = np.ma.filled(np.ma.asarray(values).astype(float), np.nan)
    found = [None if np.isnan(number) else make(float(number)) for number in numbers]
    return pd.Series(found, dtype=object).array


CLASSES: dict[str, Callable[[Any, Mapping[str, Any]], Any]] = {
    "factor": _factor,
    "ordered": _factor,
    "Date": _days,
    "POSIXct": _times,
}
"""Classes of R that are read here: the library leaves days as counts, and takes a factor's code of
0, which R never writes, for its last label."""
