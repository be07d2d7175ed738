"""From files of many makers to a report: seconds, tries, questions, and what was not found.

    python -m benchmarks.first_studies [--only NAME ...] [--more LIST.yaml] [--cores 2]

For each maker of `tests/first_files.py`, `trialtrail new` writes a study from its files in a new
folder, with the answers of a person as options, and the study runs to its report. Both are done
once and nothing is mended by hand: tries are 1 where the report is there, and 0 where it is not,
with the rule that stopped it. What the study says is held against what is right for the file
(`tests/first_truth.py`). Files that are not made here are named in a YAML file of entries
`{name, maker, files, redcap, answers: {arm, reference, primary, timepoint, event, id}}`; of them
only their name, maker and times are kept. Writes ``benchmarks/results/first_studies.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.checkout import ROOT, sources_of, write_result

sys.path.insert(0, str(ROOT / "tests"))

WORDS_OF_ANSWERS = ("arm", "reference", "primary", "timepoint", "event", "id")
MOST_SECONDS = 900
COMMAND = (sys.executable, "-c", "import sys; from trialtrail.cli import main; sys.exit(main())")


def main() -> None:
    """Measure each file in turn and write what it took."""
    from first_files import MAKERS

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=[*MAKERS])
    parser.add_argument("--more", type=Path, help="a YAML file that names other files")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="a folder to keep studies and results in")
    parser.add_argument("--no-result", action="store_true", help="only print what is measured")
    options = parser.parse_args()
    rounds = []
    for name in options.only or MAKERS:
        rounds.append(measured(name, made(name), options))
        print(json.dumps(rounds[-1], ensure_ascii=False), flush=True)
    for entry in others(options.more):
        rounds.append(measured(entry["name"], given(entry), options))
        print(json.dumps(rounds[-1], ensure_ascii=False), flush=True)
    if not options.no_result:
        write_result("first_studies", f"--cores {options.cores}", rounds)


def made(name: str):
    """Return what writes the files of a maker into a folder."""
    from first_files import MAKERS

    return MAKERS[name]


def others(path: Path | None) -> Iterator[dict[str, Any]]:
    """Yield the entries of the list of other files, their paths from its folder."""
    import yaml

    if path is None:
        return
    for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
        files = [(path.parent / each).resolve() for each in entry["files"]]
        redcap = (path.parent / entry["redcap"]).resolve() if entry.get("redcap") else None
        yield entry | {"files": files, "redcap": redcap}


def given(entry: dict[str, Any]):
    """Return what copies the files of an entry into a folder."""
    from first_files import Answered, FirstFile, Truth

    def copy(folder: Path) -> FirstFile:
        folder.mkdir(parents=True)
        paths = [Path(shutil.copy(each, folder)) for each in entry["files"]]
        redcap = Path(shutil.copy(entry["redcap"], folder)) if entry["redcap"] else None
        answers = Answered(**{key: str(entry["answers"].get(key, "")) for key in WORDS_OF_ANSWERS})
        return FirstFile(entry["name"], entry["maker"], paths, answers, Truth(id=""), redcap)

    return copy


def measured(name: str, write: Any, options: argparse.Namespace) -> dict[str, Any]:
    """Write a study and run it once; return what it took and how far it came."""
    base = Path(tempfile.mkdtemp(prefix="first-"))
    try:
        file = write(base / "study" / "data")
        study = base / "study" / "study.yaml"
        words = ["new", *file.words, "--out", str(study)]
        asked = sum(bool(each) for each in asdict(file.answers).values())
        found: dict[str, Any] = {"name": name, "maker": file.maker, "questions": asked, "tries": 0}
        seconds, text = _timed([*COMMAND, *words], base)
        found |= {"new": seconds, "rows": file.truth.rows, "made": bool(file.truth.id)}
        if not study.exists():
            return found | {"stopped": stop_of(text), "at": "new"}
        found |= lines_of(study) | {"wrong": wrong(study, file)}
        seconds, text = run(study, options.cores)
        found["run"] = seconds
        report = study.parent / "results" / "report" / "report.pdf"
        if not report.exists():
            return found | {"stopped": stop_of(text), "at": "run"}
        return found | {"tries": 1, "queries": queries(study.parent / "results")}
    finally:
        if options.keep:
            shutil.copytree(base / "study", options.keep / name, dirs_exist_ok=True)
        shutil.rmtree(base)


def run(study: Path, cores: int) -> tuple[float, str]:
    """Run the workflow of a study to its report; return seconds and what it said."""
    command = [sys.executable, "-m", "snakemake", "--cores", str(cores)]
    command += ["--directory", str(study.parent), "--configfile", str(study)]
    return _timed(command, ROOT)


def _timed(command: list[str], folder: Path) -> tuple[float, str]:
    start = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": sources_of(ROOT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=MOST_SECONDS,
        check=False,
    )
    return round(time.perf_counter() - start, 1), done.stdout


def stop_of(text: str) -> str:
    """Return the rules by which a command stopped; the last line where it names none."""
    rules = dict.fromkeys(re.findall(r"^\s*rule: *(.+)$", text, re.MULTILINE))
    last = next((line for line in reversed(text.splitlines()) if line.strip()), "nothing said")
    return "; ".join(rules) or last.strip()


def lines_of(study: Path) -> dict[str, int]:
    """Return how many lines a study has, and how many of them somebody should look at."""
    lines = study.read_text(encoding="utf-8").splitlines()
    return {"lines": len(lines), "comments": sum(line.lstrip().startswith("#") for line in lines)}


def wrong(study: Path, file: Any) -> list[str]:
    """Return in what a study differs from what is right; nothing where that is not known."""
    from first_truth import differences

    if not file.truth.id:
        return []
    return differences(study.read_text(encoding="utf-8"), file.truth, file.answers)


def queries(results: Path) -> int:
    """Return how many queries a run has raised."""
    path = results / "validation" / "queries.csv"
    return max(0, sum(1 for _ in path.open(encoding="utf-8")) - 1) if path.exists() else 0


if __name__ == "__main__":
    main()
