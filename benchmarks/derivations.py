"""One derivation under pandas, Polars and DuckDB: the uptake of each participant from the contacts.

    python -m benchmarks.derivations [--rows 10000 100000 1000000 10000000] [--repeat 5]

It is the derivation that grows with the longest table: of each participant, how many attempts, how
many that reached them, the minutes, the first and the last day, and how many of each mode. The
table is synthetic. Each engine reads the same Parquet file and gives the same table, which is
checked; a process of its own for each, so that the peak of its memory is its own. Writes
``benchmarks/results/derivations.json``.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.checkout import write_result
from benchmarks.engines import OTHERS, others

KEYS = ("participant", "attempts", "reached", "minutes", "first", "last", "visits", "calls")


def by_pandas(path: str):
    """Return the table by pandas and Arrow, with the functions of the derivations themselves."""
    import pandas as pd

    from trialtrail.tables import by_each, read_table, times_each

    log = read_table(path)
    key, day = log["participant"], log["date"]
    people = pd.Series(sorted(key.unique()), dtype=key.dtype)
    return [
        people,
        times_each(people, key),
        times_each(people, key[log["reached"]]),
        by_each(people, key, log["minutes"], "sum"),
        by_each(people, key, day, "min"),
        by_each(people, key, day, "max"),
        times_each(people, key[log["mode"] == "visit"]),
        times_each(people, key[log["mode"] == "call"]),
    ]


def by_polars(path: str):
    """Return the table by Polars."""
    import polars as pl

    return (
        pl.scan_parquet(path)
        .group_by("participant")
        .agg(
            pl.len().alias("attempts"),
            pl.col("reached").sum(),
            pl.col("minutes").sum(),
            pl.col("date").min().alias("first"),
            pl.col("date").max().alias("last"),
            (pl.col("mode") == "visit").sum().alias("visits"),
            (pl.col("mode") == "call").sum().alias("calls"),
        )
        .sort("participant")
        .collect()
    )


def by_duckdb(path: str):
    """Return the table by DuckDB."""
    import duckdb

    return duckdb.sql(
        f"""select participant, count(*), sum(reached::int), sum(minutes), min(date), max(date),
            sum((mode = 'visit')::int), sum((mode = 'call')::int)
            from read_parquet('{path}') group by participant order by participant"""
    ).materialize()


READ = {
    "pandas": lambda table: zip(*table, strict=True),
    "polars": lambda table: table.select(KEYS).rows(),
    "duckdb": lambda table: table.fetchall(),
}
"""What makes rows of a table, to compare the tables; it is not timed."""
ENGINES = {"pandas": by_pandas, "polars": by_polars, "duckdb": by_duckdb}


def measure(engine: str, path: str) -> dict:
    """Do the derivation in this process; return seconds, peak memory and a digest of the table."""
    import hashlib

    module = {"pandas": "pandas", "polars": "polars", "duckdb": "duckdb"}[engine]
    __import__(module)
    # The peak of a process begins with that of the one which started it, unless it is set back.
    Path("/proc/self/clear_refs").write_text("5")
    before = peak_memory()
    start = time.perf_counter()
    table = ENGINES[engine](path)
    seconds = time.perf_counter() - start
    peak = peak_memory()
    plain = [tuple(str(cell)[:10] for cell in row) for row in READ[engine](table)]
    digest = hashlib.sha256(repr(plain).encode()).hexdigest()
    return {"seconds": seconds, "megabytes": (peak - before) / 1024, "table": digest}


def peak_memory() -> int:
    """Return the most memory that this process had at one time, in kilobytes."""
    status = Path("/proc/self/status").read_text()
    (line,) = (each for each in status.splitlines() if each.startswith("VmHWM:"))
    return int(line.split()[1])


def write_contacts(path: str, rows: int) -> None:
    """Write a synthetic contact log of so many rows, about thirty a participant."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    draw = np.random.default_rng(rows)
    people = np.sort(draw.integers(0, max(rows // 30, 1), rows))
    names = np.char.add("P-", np.char.zfill(people.astype(str), 8))
    day = np.datetime64("2003-11-01") + draw.integers(0, 600, rows).astype("timedelta64[D]")
    table = {
        "participant": names,
        "mode": np.array(["visit", "call", "letter"])[draw.integers(0, 3, rows)],
        "reached": draw.random(rows) < 0.6,
        "minutes": draw.integers(1, 120, rows),
        "date": day.astype("datetime64[ns]"),  # as the workflow writes days
    }
    pq.write_table(pa.table(table), path, compression="zstd")


def main() -> None:
    """Measure all, or one in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[10**4, 10**5, 10**6, 10**7])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--one", nargs=2, metavar=("ENGINE", "FILE"))
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(*options.one)))
        return
    others("doit")
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for rows in options.rows:
            path = str(Path(folder, f"{rows}.parquet"))
            write_contacts(path, rows)
            taken: dict[str, list[dict]] = {engine: [] for engine in ENGINES}
            for _ in range(options.repeat):
                for engine in ENGINES:
                    python = sys.executable if engine == "pandas" else str(OTHERS / "bin/python")
                    command = [python, "-m", "benchmarks.derivations", "--one", engine, path]
                    said = subprocess.run(command, capture_output=True, text=True, check=True)
                    taken[engine].append(json.loads(said.stdout))
            tables = {each["table"] for runs in taken.values() for each in runs}
            if len(tables) != 1:
                sys.exit(f"the engines do not agree at {rows} rows")
            for engine, runs in taken.items():
                medians = {
                    key: statistics.median(run[key] for run in runs)
                    for key in ("seconds", "megabytes")
                }
                found.append({"engine": engine, "rows": rows, **medians})
                print(found[-1], flush=True)
            Path(path).unlink()
    sizes = " ".join(map(str, options.rows))
    write_result("derivations", f"--rows {sizes} --repeat {options.repeat}", found)


if __name__ == "__main__":
    main()
