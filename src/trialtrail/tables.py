"""Read and write the tables that pass between the rules: same rows, same bytes.

A *dataset* is Parquet (typed, with a CSV twin for people); a *result* is CSV whose first column,
``row``, names each row once, so that ``table#row/column`` is the address of a cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from trialtrail.escaping import FORMULA_SIGNS, UNPRINTABLE, as_written, guarded, visible

SIGNIFICANT_DIGITS = 10
"""Digits kept of a result: library versions differ at about the sixteenth."""


def read_table(path: str | Path, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Return a Parquet dataset with nullable types (string, Int64, Float64, boolean, dates)."""
    wanted = None if columns is None else list(columns)
    return pd.read_parquet(path, columns=wanted, dtype_backend="numpy_nullable")


def read_rows(path: str | Path, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Return a checked table with the names of its exports and files held once each.

    They are texts of every row and a third of the memory of a table.
    """
    frame = read_table(path, columns)
    names = [name for name in ("_export", "_file") if name in frame]
    return frame.astype(dict.fromkeys(names, "category"))


def read_optional(inputs: Any, name: str) -> pd.DataFrame | None:
    """Return a table among the inputs of a job that a study may lack, ``None`` where it does.

    The input of a rule is then a list of no paths.
    """
    given = inputs.get(name) or []
    paths = [given] if isinstance(given, str | Path) else list(given)
    return read_table(paths[0]) if paths else None


def columns_in(path: str | Path) -> list[str]:
    """Return the names of the columns of a Parquet dataset."""
    import pyarrow.parquet as pq

    return pq.read_schema(path).names


def match_positions(values: pd.Series, others: pd.Series) -> np.ndarray:
    """Return the place in ``others`` at which each of ``values`` stands first; -1 where it is not.

    Both are columns of one type. It is what `Index.get_indexer` does, by Arrow: of texts pandas
    makes an object each.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    wanted = pa.array(values)
    found = pc.index_in(wanted, value_set=pa.array(others).cast(wanted.type), skip_nulls=True)
    return pc.fill_null(found, -1).to_numpy(zero_copy_only=False)


def places_in_order(frame: pd.DataFrame, by: Sequence[str]) -> np.ndarray:
    """Return the places of the rows in the order of the columns ``by``, missing values last.

    Rows that are alike keep their order. Texts are in the order of their code points, as in pandas.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    table = pa.table({name: pa.array(frame[name]) for name in by})
    found = pc.sort_indices(table, sort_keys=[(name, "ascending") for name in by])
    return found.to_numpy().astype("int64")


def is_in(values: pd.Series, others: pd.Series) -> pd.Series:
    """Return which of ``values`` occur in ``others``; a missing value does not."""
    return pd.Series(match_positions(values, others) >= 0, index=values.index)


def count_matches(values: pd.Series, others: pd.Series) -> ExtensionArray:
    """Return how often each of ``values``, which are distinct, occurs in ``others``."""
    places = match_positions(others, values)
    counts = np.bincount(places[places >= 0], minlength=len(values))
    return pd.array(counts, dtype="Int64")


def lookup(keys: pd.Series, others: pd.Series, values: pd.Series) -> ExtensionArray:
    """Return for each of ``keys`` the value beside it in ``others``, the first of several."""
    return values.array.take(match_positions(keys, others), allow_fill=True)


def aggregate_by(values: pd.Series, others: pd.Series, what: pd.Series, how: str) -> pd.Series:
    """Return for each of ``values`` a summary of what stands beside it in ``others``.

    ``values`` are distinct. ``how`` is a summary of a pandas group, such as ``min``; what occurs
    nowhere has none.
    """
    places = match_positions(others, values)
    known = places >= 0
    return what[known].groupby(places[known]).agg(how).reindex(range(len(values)))


def in_rows(frame: pd.DataFrame, columns: Sequence[str]) -> Iterator[tuple]:
    """Return the values of each row in ``columns``, as `itertuples` does, of texts far sooner."""
    return zip(*(frame[name].tolist() for name in columns), strict=True)


def as_text(values: pd.Series) -> pd.Series:
    """Return values as a configuration writes them: whole numbers plain, true and false small."""
    if pd.api.types.is_bool_dtype(values):
        return values.astype("string").str.lower()
    texts = values.astype("string")
    if pd.api.types.is_float_dtype(values):
        texts = texts.str.replace(r"\.0$", "", regex=True)
    return texts


def write_table(frame: pd.DataFrame, path: str | Path) -> None:
    """Write ``frame`` as Parquet without the writer's metadata, so equal rows are equal bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, compression="zstd")


def write_dataset(frame: pd.DataFrame, parquet: str | Path, csv: str | Path) -> None:
    """Write a dataset as Parquet and its CSV twin."""
    write_table(frame, parquet)
    write_csv(frame, csv)


def write_csv(frame: pd.DataFrame, path: str | Path) -> None:
    """Write ``frame`` as UTF-8 CSV: ISO dates, LF line ends, floats to 10 significant digits.

    Texts are escaped: a spreadsheet program that opens the file obeys none (`escaped_texts`).
    """
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    escaped_texts(frame).to_csv(
        path,
        index=False,
        lineterminator="\n",
        date_format="%Y-%m-%d",
        float_format=lambda value: format(value, f".{SIGNIFICANT_DIGITS}g"),
    )


def escaped_texts(frame: pd.DataFrame) -> pd.DataFrame:
    """Return ``frame`` with texts that no spreadsheet program and no terminal obeys.

    The Parquet twin of a dataset has every text as it is, and `read_result` gives back what was
    written, but for unprintable signs.
    """
    changed = {}
    for name in frame.columns[[_holds_text(dtype) for dtype in frame.dtypes]]:
        texts = frame[name].astype("string")
        risky = texts.str[:1].isin([*FORMULA_SIGNS, "'"]) | texts.str.contains(f"[{UNPRINTABLE}]")
        risky = risky.fillna(False).astype(bool)
        if risky.any():
            plain = texts[risky].map(lambda text: guarded(visible(text)))
            changed[name] = frame[name].astype(object).where(~risky, plain)
    return frame.assign(**changed) if changed else frame


def _holds_text(dtype: object) -> bool:
    return pd.api.types.is_object_dtype(dtype) or isinstance(dtype, pd.StringDtype)


def write_result(frame: pd.DataFrame, path: str | Path) -> None:
    """Write a result table; its first column must be ``row``, filled and unique.

    Raises:
        ValueError: the table cannot be addressed cell by cell.
    """
    if frame.columns[0] != "row":
        raise ValueError("the first column of a result table is `row`")
    if frame["row"].isna().any() or frame["row"].duplicated().any():
        raise ValueError("each row of a result table has a name of its own in `row`")
    write_csv(frame, path)


def read_result(path: str | Path) -> pd.DataFrame:
    """Return a result table with ``row`` as text; numbers where a column holds numbers only."""
    kinds = {"row": "string"}
    return unguarded(pd.read_csv(path, dtype=kinds, keep_default_na=False, na_values=[""]))


def unguarded(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame that was read from CSV with its texts as before `escaped_texts`."""
    texts = frame.columns[[_holds_text(dtype) for dtype in frame.dtypes]]
    guards = {name: frame[name].astype("string").str[:1] == "'" for name in texts}
    return frame.assign(
        **{
            name: frame[name].mask(rows.fillna(False).astype(bool), frame[name].map(as_written))
            for name, rows in guards.items()
            if rows.any()
        }
    )


def read_tables(paths: Sequence[str | Path]) -> dict[str, pd.DataFrame]:
    """Return the datasets at ``paths`` by the name of their file."""
    return {Path(path).stem: read_table(path) for path in paths}
