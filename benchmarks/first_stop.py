"""The time until a large export that is wrong in many cells stops the run, and says why.

    python -m benchmarks.first_stop [--rows 20000] [--repeat 5] [--cores 2]

A study in one delimited file of 112 columns, made by a seeded generator, whose exports stop the run
in one of these ways: *headings*, columns that the configuration does not know; *dates*, forty
columns of dates in another form than the configured one; *keys*, rows of a long file where one row
a participant is expected; *texts*, words in twenty columns of numbers; *limits*, twenty columns of
numbers beyond their limits; *half*, words in half of the cells of twenty columns, which are told
cell by cell; *all*, all of these at once but the half. Time is that of the whole command
``snakemake validate``, from its start to its end, in a new folder each time. Writes
``benchmarks/results/first_stop.json``.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.checkout import ROOT, write_result

WAYS = ("headings", "dates", "keys", "texts", "limits", "half", "all")
NUMBERS, DATES, OTHERS = 60, 40, 8
"""Columns of numbers, of dates and of texts that nobody uses, beside the four of every record."""
WRONG = 20
"""Columns of numbers that are wrong in one way."""
COLUMNS = 4 + NUMBERS + DATES + OTHERS
VISITS = 20
"""Rows a participant in a long file."""
LIMIT, BEYOND = 100, 900


def write_study(folder: Path, rows: int, way: str) -> Path:
    """Write a study that stops in one of `WAYS`; return its configuration file."""
    import numpy as np
    import pandas as pd

    chance = np.random.default_rng(20081023)
    ways = [each for each in WAYS if each != "half"] if way == "all" else [way]
    numbers = [f"X {k}" for k in range(NUMBERS)]
    dates = [f"D {k}" for k in range(DATES)]
    others = [f"T {k}" for k in range(OTHERS)]
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta(chance.integers(0, 300, rows), unit="D")
    people = np.arange(rows) // (VISITS if "keys" in ways else 1)
    frame = pd.DataFrame(
        {
            "No": [f"P{n:06}" for n in people],
            "Group": np.where(people % 2, "A", "B"),
            "Allocated": day.strftime("%d.%m.%Y"),
            "Seen": day.strftime("%d.%m.%Y"),
        }
        | {name: chance.integers(0, LIMIT + 1, rows).astype(str) for name in numbers}
        | {name: day.strftime("%Y/%m/%d" if "dates" in ways else "%d.%m.%Y") for name in dates}
        | {name: chance.choice(["", "well", "rang"], rows) for name in others}
    )
    if "texts" in ways:
        frame[numbers[:WRONG]] = "ill"
    if "half" in ways:
        frame.loc[::2, numbers[:WRONG]] = "ill"
    if "limits" in ways:
        frame[numbers[-WRONG:]] = str(BEYOND)
    (folder / "data").mkdir(parents=True)
    frame.to_csv(folder / "data" / "trial.csv", index=False, sep=";")
    file = folder / "study.yaml"
    config = configured(numbers, dates, [] if "headings" in ways else others)
    file.write_text(json.dumps(config, indent=1), encoding="utf-8")
    return file


def configured(numbers: list[str], dates: list[str], ignored: list[str]) -> dict:
    """Return the configuration of the study; JSON is YAML."""
    limits = {"minimum": 0, "maximum": LIMIT}
    variables = [
        {"id": name.lower().replace(" ", "_"), "column": name, "label": name, "type": kind} | more
        for names, kind, more in ((numbers, "integer", limits), (dates, "date", {}))
        for name in names
    ]
    columns = {"participant_id": "No", "arm": "Group", "randomised_on": "Allocated"}
    codes = {"arm": {"A": "leaflet", "B": "group"}}
    visit = {"participant_id": "No", "completed_on": "Seen"}
    form = {"label": "Visit", "timepoint": "baseline", "variables": variables}
    export = {"file": "data/trial.csv", "delimiter": ";", "dates": "%d.%m.%Y", "ignore": ignored}
    return {
        "study": {
            "title": "A large file",
            "short_name": "LARGE",
            "synthetic": True,
            "arms": [{"id": "leaflet", "label": "Leaflet"}, {"id": "group", "label": "Group"}],
        },
        "exports": {"trial": export},
        "missing": [""],
        "tables": {
            "participants": {"sources": [{"export": "trial", "columns": columns, "codes": codes}]}
        },
        "forms": {"visit": form | {"sources": [{"export": "trial", "columns": visit}]}},
    }


def at_fault(rows: int, way: str) -> int:
    """Return how many columns, records or cells are wrong in a way, all of them for ``all``."""
    counts = {"headings": OTHERS, "keys": rows, "dates": DATES * rows, "half": WRONG * rows // 2}
    counts |= {"texts": WRONG * rows, "limits": WRONG * rows}
    return counts[way] if way in counts else sum(counts.values()) - counts["half"]


def stopped(rows: int, way: str, cores: int) -> dict:
    """Run the validation of a new study once; return its seconds, findings and causes told."""
    base = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        file = write_study(base / "study", rows, way)
        command = [sys.executable, "-m", "snakemake", "validate", "--cores", str(cores)]
        command += ["--directory", str(file.parent), "--configfile", str(file)]
        start = time.perf_counter()
        done = subprocess.run(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        took = time.perf_counter() - start
        text = done.stdout
        words = next((line for line in text.splitlines() if "stop the run" in line), "")
        words = words or next((line for line in text.splitlines() if "stops the run" in line), "")
        if not words:  # the run ended well, or in a fault
            sys.exit(f"the study of {way} does not stop:\n{text[-3000:]}")
        return {
            "way": way,
            "rows": rows,
            "columns": COLUMNS,
            "cores": cores,
            "wrong": at_fault(rows, way),
            "seconds": round(took, 2),
            "findings": int(words.split()[0].replace(",", "")),
            "causes": sum(line.strip().startswith("rule:") for line in text.splitlines()),
        }
    finally:
        shutil.rmtree(base)


def main() -> None:
    """Measure each way in turn and write what it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=WAYS)
    options = parser.parse_args()
    rounds = []
    for _ in range(options.repeat):
        for way in options.ways:
            rounds.append(stopped(options.rows, way, options.cores))
            print(json.dumps(rounds[-1]), flush=True)
    write_result("first_stop", f"--rows {options.rows} --repeat {options.repeat}", rounds)


if __name__ == "__main__":
    main()
