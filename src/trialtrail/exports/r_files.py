"""Read data frames of R: one object (``.rds``), or one of several by its name (``.rda``)."""

from __future__ import annotations

import bz2
import gzip
import lzma
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from trialtrail.exports.export import Odd, no_column, unreadable
from trialtrail.exports.limits import MAX_UNPACKED, check_cells, too_large
from trialtrail.exports.r_classes import CLASSES, Column

PACKED: dict[bytes, Callable[..., Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ": lzma.open,
}
"""How R packs a file, by its first bytes."""
BLOCK = 1 << 20
ROW_NAMES = "row.names"
"""Column of the names of rows, where they are no numbers: those R gives by itself."""


class RFrame(NamedTuple):
    """A data frame as R has it: its columns by their names, and its attributes."""

    columns: Any
    about: Mapping[str, Any]


class FrameFound(NamedTuple):
    """The cells of a data frame, and what it says of its columns.

    Attributes:
        values: the cells.
        labels: of a column, code to label.
        missing: of a column, the ranges of values that are declared to be missing.
        odd: what is reported of it.
        titles: of a column, the label of the variable.
    """

    values: pd.DataFrame
    labels: dict[str, dict[str, str]]
    missing: dict[str, list[tuple[Any, Any]]]
    odd: list[Odd]
    titles: dict[str, str]


def read_frame(spec: dict, path: str, kind: str) -> FrameFound:
    """Return the data frame in a file of R; ``sheet`` of ``spec`` names it among several objects.

    Factors become their labels, days and times those of the place that the file names.

    Raises:
        StudyError: there is no such frame, it has columns of lists or tables or two of one name,
            or the file is larger than any export.
        Exception: whatever the library raises for a file that is none of R.
    """
    import rdata

    _check_unpacked(spec, path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # classes without a reader, which are taken as they are
        classes = {**rdata.conversion.DEFAULT_CLASS_MAP, **CLASSES, "data.frame": RFrame}
        parsed = rdata.parser.parse_file(path)
        found = rdata.conversion.convert(parsed, classes)
        objects = [("", parsed.object)] if kind == "rds" else [*_named(parsed.object)]
        titles = {name: _titles(each, rdata.conversion.convert) for name, each in objects}
    name, frame = ("", found) if kind == "rds" else _chosen(spec, found or {})
    if not isinstance(frame, RFrame):
        raise unreadable(
            spec,
            "The file holds another object of R than a data frame",
            kind,
            "save the data frame itself: saveRDS(as.data.frame(x), file)",
        )
    return _cells(spec, kind, frame)._replace(titles=titles[name])


def frame_names(path: str) -> list[str]:
    """Return the names of the data frames in a file of several objects; none where it is no such.

    They are the names that `sheet` of an export may have.
    """
    import rdata

    try:
        _check_unpacked({"label": path}, path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = rdata.conversion.convert(
                rdata.parser.parse_file(path),
                {**rdata.conversion.DEFAULT_CLASS_MAP, **CLASSES, "data.frame": RFrame},
            )
    except Exception:  # `read_frame` says what is wrong
        return []
    named = found.items() if isinstance(found, Mapping) else ()
    return [name for name, each in named if isinstance(each, RFrame)]


def _named(each: Any) -> Iterator[tuple[str, Any]]:
    """Yield the objects of a file of several with their names, as the library has parsed them."""
    while each is not None and each.tag is not None:
        yield each.tag.value.value.decode(), each.value[0]
        each = each.value[1]


def _titles(parsed: Any, convert: Callable[[Any], Any]) -> dict[str, str]:
    """Return the labels of the columns of a data frame, which the library does not keep."""
    found: dict[str, str] = {}
    about = convert(parsed.attributes) if parsed.attributes else {}
    if "data.frame" not in list(about.get("class", [])):
        return found
    for name, column in zip(about.get("names", []), parsed.value, strict=True):
        label = convert(column.attributes).get("label") if column.attributes else None
        if isinstance(label, np.ndarray) and len(label) == 1 and isinstance(label[0], str):
            found[str(name)] = str(label[0])
    return found


def _cells(spec: dict, kind: str, frame: RFrame) -> FrameFound:
    """Return the cells of a data frame."""
    names = [str(name) for name in frame.about.get("names", [])]
    for name in names:
        if names.count(name) > 1:
            raise unreadable(
                spec,
                f"The data frame has two columns named {name}",
                "columns",
                "give each a name of its own: names(x) <- make.unique(names(x))",
            )
    columns = dict(zip(names, frame.columns.values() if names else (), strict=True))
    rows = frame.about.get("row.names", ())
    out = FrameFound(pd.DataFrame(index=pd.RangeIndex(_count(rows))), {}, {}, [], {})
    check_cells(len(out.values), len(names), spec["label"], 1 << 40)
    series = {}
    for name, found in columns.items():
        column = found if isinstance(found, Column) else Column(found)
        cells = _series(column.values)
        if cells is None or len(cells) != len(out.values):
            raise no_column(spec, kind, name)
        series[name] = cells
        if column.labels:
            out.labels[name] = column.labels
        if column.missing:
            out.missing[name] = column.missing
        if column.odd:
            out.odd.append(Odd("guessed", None, name, column.odd))
    if getattr(rows, "dtype", np.dtype(int)).kind not in "iuf" and ROW_NAMES not in series:
        series = {ROW_NAMES: pd.Series([str(name) for name in rows], dtype="string"), **series}
    return out._replace(values=pd.DataFrame(series, index=out.values.index))


def _count(row_names: Any) -> int:
    """Return how many rows a frame has; R writes c(NA, -n) where it numbered n rows itself."""
    short = np.ma.isMaskedArray(row_names) and len(row_names) == 2 and row_names.mask[0]
    return abs(int(row_names[1])) if short else len(row_names)


def _series(values: Any) -> pd.Series | None:
    """Return the values of a column; None where they are no single values."""
    values = getattr(values, "values", values) if hasattr(values, "dims") else values
    if not isinstance(values, np.ndarray) or values.ndim != 1:
        return None
    if np.ma.isMaskedArray(values):
        dtype = "boolean" if values.dtype.kind == "b" else "Int64"
        return pd.Series(values.filled(0), dtype=dtype).mask(np.ma.getmaskarray(values))
    return pd.Series(values, dtype=object if values.dtype.kind in "OSU" else None)


def _chosen(spec: dict, objects: Mapping[str, Any]) -> tuple[str, Any]:
    """Return the object that ``sheet`` names, or the only data frame, and its name."""
    frames = [name for name, each in objects.items() if isinstance(each, RFrame)]
    name = spec.get("sheet", frames[0] if len(frames) == 1 else None)
    if name not in objects:
        what = "The file has several data frames" if frames else "The file has no data frame"
        what = f"The file has no object named {name}" if name else what
        do = f"name one of {', '.join(frames)} under exports.{spec['name']}.sheet"
        raise unreadable(spec, what, "sheet", do if frames else "save the data frame again")
    return name, objects[name]


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
