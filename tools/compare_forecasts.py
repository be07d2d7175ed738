"""Compare forecasts with corrected runs: the same corrections, answered by both.

    python -m tools.compare_forecasts --top 10
    python -m tools.compare_forecasts --draw 50 --seed 1

Each corrected run is an ordinary one, in a copy of the study and its results: an answer to a query
stands in its file of answers, and a cell is written over in the raw file. Snakemake then runs what
lies downstream. The forecast is right where every cell of the table of estimates is the same text,
or where both refuse to go on.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from trialtrail import ROOT
from trialtrail.errors import StudyError
from trialtrail.forecast.corrections import QUERY, ask, queries_of
from trialtrail.forecast.effects import OPTIONS, effects_of_queries, table_of_options
from trialtrail.forecast.forecast import Row, forecast, rows_of
from trialtrail.forecast.narrowing import ALL, PRIMARY
from trialtrail.forecast.query_effects import PROPOSED, effects_of
from trialtrail.forecast.sealed_run import SealedRun, open_run
from trialtrail.forecast.telling import in_columns
from trialtrail.tables import read_table

ESTIMATES = "results/tables/estimates.csv"
ANSWERS = "answers_to_try.csv"
PLAIN = (None, "delimited", "redcap", "qualtrics")
"""Forms of exports in which a cell can be written over as text."""
TOUCHING = ("participants", "assignments", "contacts", "providers")
"""Tables, beside the forms, of which some corrections reach an estimate."""

Runner = Callable[[Sequence[str]], tuple[int, str]]
"""Runs Snakemake with options; returns its exit code and what it said."""


@dataclass(frozen=True)
class Outcome:
    """What a correction comes to: the estimates, or why there are none."""

    rows: Mapping[str, Row]
    stopped: str = ""
    seconds: float = 0.0


def draw(run: SealedRun, count: int, seed: int) -> list[str]:
    """Return corrections as the command takes them: of open queries, and of cells of any table.

    Of three, one answers a query and two are of cells; of these, four of five are of tables that
    may reach an estimate. The new value of a cell is that of another record, or none.
    """
    rng = np.random.default_rng(seed)
    queries = queries_of(run)
    known = queries[queries["line"].notna()]["query_id"].tolist()
    found: dict[str, None] = {}
    while len(found) < count:
        if known and rng.random() < 1 / 3:
            found[f"{rng.choice(known)}={rng.choice(list(OPTIONS))}"] = None
        elif cell := _cell(run, rng):
            found[cell] = None
    return list(found)


def _cell(run: SealedRun, rng: np.random.Generator) -> str | None:
    """Return a new value of a cell drawn at random; None where the draw hits none."""
    jobs = {job["wildcards"]["table"]: job for job in run.of_rule("validate_table").values()}
    forms = {table for table, job in jobs.items() if job["params"]["is_form"]}
    near = sorted(forms | {table for table in TOUCHING if table in jobs})
    table = str(rng.choice(near if rng.random() < 0.8 else sorted(jobs)))
    source = rng.choice(jobs[table]["params"]["sources"])
    if not _is_plain(run, table, source):
        return None
    checked = read_table(run.path(f"results/validation/checked/{table}.parquet"))
    raw = read_table(run.path(f"results/validation/raw/{table}.parquet"))
    mine = checked.index[(checked["_export"] == source["name"]) & checked["record"].notna()]
    if not len(mine):
        return None
    row, other = rng.choice(mine, 2)
    heading = str(rng.choice(sorted(set(source["columns"].values()) & set(raw))))
    value = "" if rng.random() < 0.2 else str(raw[heading].fillna("").iloc[other])
    if value.strip() != value or "\n" in value:
        return None
    record, line = checked["record"].iloc[row], checked["_line"].iloc[row]
    return f"{source['name']}:{record}@{line}:{heading}={value or 'blank'}"


def _is_plain(run: SealedRun, table: str, source: Mapping) -> bool:
    return source.get("format") in PLAIN and source["label"].endswith(".csv")


def forecast_of(run: SealedRun, correction: str) -> Outcome:
    """Return what the forecast of all analyses says."""
    start = time.monotonic()
    try:
        found = forecast(run, ask(run, [correction]), scope=ALL)
    except StudyError as refusal:
        return Outcome({}, refusal.what, time.monotonic() - start)
    rows = {s.then["row"]: s.then for s in found.shifts if s.then}
    return Outcome(rows, "", time.monotonic() - start)


def corrected_run(
    run: SealedRun, configuration: Path, correction: str, snakemake: Runner
) -> Outcome:
    """Return what an ordinary run with the correction gives, in a folder of its own."""
    start = time.monotonic()
    home = run.results.resolve().parent
    # Beside the run, for the code is a parameter of the jobs by its path from their folder.
    with tempfile.TemporaryDirectory(dir=home.parent) as base:
        folder = Path(base)
        ignored = shutil.ignore_patterns(".snakemake", ".git", ".venv", "__pycache__")
        shutil.copytree(home, folder, symlinks=True, ignore=ignored, dirs_exist_ok=True)
        _copy_notes(home, folder)
        file = folder / configuration.resolve().relative_to(home)
        name, _, value = correction.partition("=")
        if QUERY.fullmatch(name):
            if value == PROPOSED:
                value = ask(run, [correction]).own.iloc[0]["text"]
            _answer(run, file, name, value)
        else:
            _write_over(run, folder, name, "" if value == "blank" else value)
        exit_code, said = snakemake(
            [ESTIMATES, "--directory", str(folder), "--configfile", str(file)]
        )
        seconds = time.monotonic() - start
        if exit_code:
            return Outcome({}, _problem(said), seconds)
        return Outcome(rows_of(folder / ESTIMATES), "", seconds)


def _copy_notes(home: Path, folder: Path) -> None:
    """Copy what Snakemake knows of the jobs that it has run, so that it runs only what it must."""
    for name in ("metadata", "trialtrail", "runrecord"):
        if (home / ".snakemake" / name).is_dir():
            shutil.copytree(home / ".snakemake" / name, folder / ".snakemake" / name)


def _answer(run: SealedRun, file: Path, query: str, value: str) -> None:
    """Write the answer to a query into a file of answers, and name that in the configuration."""
    config = yaml.safe_load(file.read_text(encoding="utf-8"))
    mine = queries_of(run).set_index("query_id").loc[query]
    row = {"query_id": query, "new_value": value, "who": "T", "when": "2026-01-01", "why": "try"}
    with open(
        file.parent / config.get("folder", ".") / ANSWERS, "w", encoding="utf-8", newline=""
    ) as stream:
        writer = csv.DictWriter(stream, [*row, "evidence"])
        writer.writeheader()
        writer.writerow(row | {"evidence": mine["evidence"]})
    config.setdefault("validation", {})["resolutions"] = ANSWERS
    file.write_text(yaml.safe_dump(config, sort_keys=False, allow_unicode=True), encoding="utf-8")


def _write_over(run: SealedRun, folder: Path, name: str, value: str) -> None:
    """Write a value into a cell of a raw file of delimited text."""
    own = ask(run, [f"{name}={value or 'blank'}"]).own.iloc[0]
    export, heading, line = own["export"], own["column"], int(own["line"])
    job, source = next(
        (job, source)
        for job in run.of_rule("validate_table").values()
        for source in job["params"]["sources"]
        if source["name"] == export and heading in source["columns"].values()
    )
    end = os.path.normpath(source["label"])
    path = folder / next(n for n in job["inputs"] if f"/{n}".endswith(f"/{end}"))
    encoding = source.get("encoding") or "utf-8-sig"
    text = path.read_bytes().decode(encoding)
    lines = text.splitlines(keepends=True)
    delimiter = source.get("delimiter") or max(",;\t", key=lines[0].count)
    header = next(csv.reader([lines[source.get("header_row", 1) - 1]], delimiter=delimiter))
    ending = "\r\n" if lines[line - 1].endswith("\r\n") else "\n"
    cells = next(csv.reader([lines[line - 1]], delimiter=delimiter))
    cells[header.index(heading)] = value
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator=ending).writerow(cells)
    lines[line - 1] = stream.getvalue()
    path.write_bytes("".join(lines).encode(encoding))


def in_a_process(cores: int) -> Runner:
    """Return what runs Snakemake in a process of its own."""

    def go(options: Sequence[str]) -> tuple[int, str]:
        command = [sys.executable, "-m", "snakemake", *options, "--cores", str(cores)]
        surroundings = {k: v for k, v in os.environ.items() if k != "TRIALTRAIL_TRACEBACK"}
        done = subprocess.run(
            [*command, "--snakefile", str(ROOT / "Snakefile")],
            cwd=ROOT,
            env=surroundings | {"SNAKEMAKE_WARM_IDLE": "0"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        return done.returncode, done.stdout

    return go


def _problem(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    stops = [line for line in lines if "stops the run" in line or "stop the run" in line]
    return next(iter(stops), lines[-1] if lines else "it stopped without a word")


def agree(mine: Outcome, other: Outcome) -> bool:
    """Return whether a forecast and a run are the same, text by text."""
    return bool(mine.stopped) == bool(other.stopped) and mine.rows == other.rows


def compare(
    run: SealedRun, configuration: Path, corrections: Sequence[str], snakemake: Runner
) -> Iterator[tuple[str, Outcome, Outcome]]:
    """Yield each correction with its forecast and its corrected run."""
    for correction in corrections:
        mine = forecast_of(run, correction)
        yield correction, mine, corrected_run(run, configuration, correction, snakemake)


def tried(run: SealedRun, top: int) -> list[str]:
    """Return the open queries with the largest effects, each with the answer that moves most."""
    table = table_of_options(effects_of_queries(run))
    words = {told: answer for answer, told in OPTIONS.items()} | {PROPOSED: PROPOSED}
    found = []
    for effect in effects_of(table)[:top]:
        mine = table[table["query_id"] == effect.query]
        if effect.primary:
            mine = mine[mine["role"].eq(PRIMARY).fillna(False)]
        sizes = mine["change_in_errors"].astype("Float64").abs().fillna(0)
        found.append(f"{effect.query}={words[mine.loc[sizes.idxmax(), 'option']]}")
    return found


def _told(
    run: SealedRun, correction: str, mine: Outcome, other: Outcome, values: bool
) -> tuple[str, ...]:
    """Return a line of the table: the estimate that moves most, now, forecast and in the run."""
    name = correction if values else correction.partition("=")[0]
    seconds = (f"{mine.seconds:.1f}", f"{other.seconds:.1f}")
    same = "equal" if agree(mine, other) else "NOT EQUAL"
    if mine.stopped or other.stopped:
        return (name, "stops", "", "", mine.stopped and "stops", other.stopped and "stops", same)
    now = rows_of(run.path(ESTIMATES))
    moved = [row for row in mine.rows if mine.rows[row] != now.get(row)]
    own = [r for r in moved if mine.rows[r]["role"] in (PRIMARY, "secondary")] or moved
    row = max(own, key=lambda r: _errors(now.get(r), mine.rows[r]), default="")
    cells = [_estimate(each.get(row)) for each in (now, mine.rows, other.rows)]
    return (name, row or "none", f"{len(moved)}", *cells, same, *seconds)


def _errors(now: Row | None, then: Row) -> float:
    if not now or not now["se"] or not then["estimate"]:
        return 0.0
    return abs(float(then["estimate"]) - float(now["estimate"])) / float(now["se"])


def _estimate(row: Row | None) -> str:
    return f"{row['estimate']} ({row['lower']} to {row['upper']})" if row else ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; return 0 where all are equal."""
    parser = argparse.ArgumentParser(prog="tools.compare_forecasts", description=__doc__)
    parser.add_argument("--results", default="results", help="the results folder (%(default)s)")
    parser.add_argument("--configuration", default="config/config.yaml", help="(%(default)s)")
    parser.add_argument("--top", type=int, default=0, help="the queries with the largest effects")
    parser.add_argument("--draw", type=int, default=0, help="so many corrections at random")
    parser.add_argument("--seed", type=int, default=1, help="(%(default)s)")
    parser.add_argument("--cores", type=int, default=2, help="(%(default)s)")
    options = parser.parse_args(arguments)
    run = open_run(options.results)
    corrections = tried(run, options.top) + (
        draw(run, options.draw, options.seed) if options.draw else []
    )
    lines = [("correction", "estimate", "moved", "now", "forecast", "corrected run", "", "s", "s")]
    equal = 0
    for correction, mine, other in compare(
        run, Path(options.configuration), corrections, in_a_process(options.cores)
    ):
        equal += agree(mine, other)
        line = _told(run, correction, mine, other, values=bool(QUERY.match(correction)))
        lines.append((*line, *[""] * (len(lines[0]) - len(line))))
        print(f"{len(lines) - 1} of {len(corrections)}: {' '.join(line)}", file=sys.stderr)
    print("\n".join(in_columns(lines)))
    print(f"{equal} of {len(corrections)} forecasts equal their corrected runs in every cell.")
    return 0 if equal == len(corrections) else 1


if __name__ == "__main__":
    raise SystemExit(main())
