"""The validation of one large export, beside only reading it.

    python -m benchmarks.validate [--rows 1000000] [--repeat 5]

A contact log of a million rows and 30 columns, made by a seeded generator: texts with quotation
marks, dates, codes, missing codes and 22 numbers with limits, one bad cell in two thousand rows.
Each measurement is a process of its own. *Read* is `read_export` alone; *validate* reads, types
every cell, checks the contract and tells every finding; *job* also writes what the job writes. Time
is that of the process after its imports; memory is the most that it held beyond what it held then.
Writes ``benchmarks/results/validate.json``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.checkout import ROOT, write_result

KINDS = ("read", "validate", "job")
NUMBERS = 22
KILO = 1024
"""Linux counts memory in kilobytes of 1024 bytes."""
COLUMNS = {
    "contact_id": "Ref",
    "participant_id": "Study No",
    "provider_id": "Mentor",
    "contact_on": "Date",
    "mode": "Mode",
    "result": "Outcome",
    "minutes": "Mins",
    "topics": "Topics",
}
CODES = {
    "mode": {"H": "home", "T": "telephone", "X": "text"},
    "result": {str(code): f"outcome {code}" for code in range(1, 8)},
}
VARIABLES = [
    {"id": f"x{k}", "column": f"X {k}", "label": f"x{k}", "minimum": 0, "maximum": 100}
    | {"type": "integer" if k % 2 else "number"}
    for k in range(NUMBERS - 1)
]


def write_log(path: Path, rows: int) -> None:
    """Write the contact log."""
    import numpy as np
    import pandas as pd

    chance = np.random.default_rng(20081023)
    day = pd.to_datetime("2004-01-01") + pd.to_timedelta(chance.integers(0, 900, rows), unit="D")
    notes = ["", 'left a "message"', "rang, no answer", "fine", "NK"]
    frame = pd.DataFrame(
        {
            "Ref": [f"C{i:08}" for i in range(rows)],
            "Study No": [f"P-{i:05}" for i in chance.integers(0, rows // 30 + 1, rows)],
            "Mentor": [f"M{i:03}" for i in chance.integers(0, 200, rows)],
            "Date": day.strftime("%d/%m/%Y"),
            "Mode": chance.choice(list("HTX"), rows),
            "Outcome": chance.integers(1, 8, rows),
            "Mins": chance.integers(1, 90, rows).astype(str),
            "Topics": chance.choice(["", "Diet; Smoking", "Sleep"], rows),
            "Note": chance.choice(notes, rows),
        }
    )
    for variable in VARIABLES:
        whole = variable["type"] == "integer"
        values = chance.integers(0, 101, rows) if whole else chance.uniform(0, 100, rows).round(2)
        frame[variable["column"]] = values
    bad = chance.choice(rows, rows // 2000, replace=False)
    frame.loc[bad[0::3], "Mins"] = "900"
    frame.loc[bad[1::3], "Mode"] = "Q"
    frame.loc[bad[2::3], "X 1"] = 101
    frame.loc[chance.choice(rows, rows // 50, replace=False), "Mins"] = "NK"
    frame.to_csv(path, index=False, lineterminator="\r\n")


def source(label: str) -> dict:
    """Return the source of the table, as the configuration gives it to the validation."""
    columns = COLUMNS | {each["id"]: each["column"] for each in VARIABLES}
    return {
        "name": "log",
        "label": label,
        "missing": ["", "NK"],
        "dates": ["%d/%m/%Y"],
        "columns": columns,
        "codes": CODES,
        "known": [*columns.values(), "Note"],
    }


def measured(kind: str, path: str) -> dict[str, float]:
    """Do one kind of work in this process; return its seconds, megabytes and the table's size."""
    import pandera.pandas  # noqa: F401  (the imports are no part of the work)

    from trialtrail.exports.read import read_export
    from trialtrail.tables import write_table
    from trialtrail.validation.cells import contract_of
    from trialtrail.validation.findings import findings_frame
    from trialtrail.validation.table import validate_table

    spec = source("log.csv")
    contract = contract_of("contacts", VARIABLES, False, ["a", "b"])
    before, start = _peak(), time.perf_counter()
    if kind == "read":
        frame = read_export(spec, [path]).rows
    else:
        checked = validate_table(
            "contacts", [spec], contract, lambda each: read_export(each, [path])
        )
        frame = checked.raw
    if kind == "job":
        folder = Path(path).parent
        write_table(checked.frame, folder / "checked.parquet")
        write_table(checked.raw, folder / "raw.parquet")
        write_table(findings_frame(checked.found), folder / "findings.parquet")
    took, most = time.perf_counter() - start, _peak() - before
    size = frame.memory_usage(index=True, deep=True).sum() / KILO**2
    found = 0 if kind == "read" else len(checked.found)
    return {"seconds": took, "megabytes": most, "table": size, "findings": found}


def _peak() -> float:
    """Return the most memory this program has held; what `getrusage` says is also of its parent."""
    with open("/proc/self/status", encoding="ascii") as stream:
        return next(int(line.split()[1]) / KILO for line in stream if line.startswith("VmHWM:"))


def main() -> None:
    """Measure in turn and write what it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--one", nargs=2, metavar=("KIND", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measured(*options.one)))
        return
    rounds = []
    with tempfile.TemporaryDirectory(prefix="bench-") as base:
        path = Path(base) / "log.csv"
        write_log(path, options.rows)
        size = path.stat().st_size / KILO**2
        for _ in range(options.repeat):
            took = {"file": size, "rows": options.rows}
            for kind in KINDS:
                command = [sys.executable, "-m", "benchmarks.validate", "--one", kind, str(path)]
                done = subprocess.run(
                    command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
                )
                took[kind] = json.loads(done.stdout)
            rounds.append(took)
            print(json.dumps(took), flush=True)
    write_result("validate", f"--rows {options.rows} --repeat {options.repeat}", rounds)


if __name__ == "__main__":
    main()
