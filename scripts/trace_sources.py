"""Trace the sources of the report: for each table and figure its rule and its raw files.

Beside them stand the commits of the software that made the results. The same records give the
account of rows: one row of `steps` is one table that one step read.
"""

import json
from collections import defaultdict
from pathlib import Path

import pandas as pd

from trialtrail import __version__
from trialtrail.configuration.documents import ENDINGS
from trialtrail.record import run
from trialtrail.tables import write_result

from schemas.results.accounts import Steps
from schemas.results.base import conform

FEW = 3
"""Files of one folder that are named one by one; of more, the folder is named with their number."""

MANY = 6
"""Outputs of a job from which on each is followed under its own name."""

ALL = "all exports"
ELSEWHERE = ("repository", "study")
"""First words of the names of files outside the working folder; see `runrecord.places`."""
VALIDATION = ("validate_", "resolve_queries", "split_used_rows", "render_validation")
"""Beginnings of the names of rules whose rows the table `row_accounts` accounts for."""


def read_results(records: list[str]) -> list[dict]:
    """Return the deterministic part of each record."""
    return [json.loads(Path(path).read_text(encoding="utf-8"))["result"] for path in records]


def made_with(records: list[str]) -> dict:
    """Return the version of the software, and the commits from which the jobs were run.

    ``clean`` is whether none of them ran from a checkout with changes that are in no commit; it is
    null where no job was run from a checkout.
    """
    runs = [
        json.loads(Path(path).read_text(encoding="utf-8"))["run"].get("git", {}) for path in records
    ]
    commits = sorted({run["commit"] for run in runs if run.get("commit")})
    clean = all(run.get("clean") for run in runs) if commits else None
    return {"version": __version__, "commits": commits, "clean": clean}


def at_home(name: str) -> str:
    """Return how a raw file is called where the study is at home.

    A record of a run in another folder puts a word before the names of files outside it.
    """
    first, _, rest = name.partition("/")
    return rest if first in ELSEWHERE else name


def followed(output: str, result: dict) -> list[str]:
    """Return the inputs that ``output`` was made from.

    A job that makes many tables at once keeps the rows of each under the table's name; which rows
    another table's checks set aside is reported by the account of rows, not here.
    """
    inputs = list(result["inputs"])
    if len(result["outputs"]) <= MANY:
        return inputs
    table = Path(output).stem
    return [name for name in inputs if Path(name).stem == table] or inputs


def raw_files(output: str, made_by: dict[str, dict]) -> list[str]:
    """Return the files at the start of every chain that ends in ``output``."""
    raw, seen, queue = set(), set(), [output]
    while queue:
        name = queue.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in made_by:
            queue += followed(name, made_by[name])
        else:
            raw.add(at_home(name))
    return sorted(raw)


def gathered(files: list[str]) -> list[str]:
    """Return ``files`` with the many files of one ending in one folder shown as one entry."""
    kinds: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in files:
        kinds[Path(name).parent.as_posix(), Path(name).suffix].append(name)
    out = []
    for (folder, ending), names in kinds.items():
        many = len(names) > FEW and ending.lower() in ENDINGS
        out += [f"{folder}/*{ending} ({len(names)} files)"] if many else names
    return sorted(out)


def trace_sources(results: list[dict], items: list[str], ignore: set[str]) -> list[dict]:
    """Return for each of ``items`` its title, the rule that made it and its raw files.

    ``ignore`` names inputs that are no data: templates and fonts.
    """
    made_by = {output: result for result in results for output in result["outputs"]}
    everything = sorted({raw for item in items for raw in raw_files(item, made_by)} - ignore)
    entries = []
    for item in items:
        files = [name for name in raw_files(item, made_by) if name not in ignore]
        title = "/".join(Path(item).parts[-2:])
        rule = made_by[item]["rule"]
        shown = [ALL] if files == everything and len(files) > MANY else gathered(files)
        entries.append({"item": item, "title": title, "rule": rule, "files": shown})
    return entries


def job_name(result: dict) -> str:
    """Return the rule of a job, with what its wildcards stand for."""
    return "-".join([result["rule"], *map(str, result.get("wildcards", {}).values())])


def rows_by_step(results: list[dict]) -> pd.DataFrame:
    """Return the account of rows of every step after the validation: one row is one table read."""
    rows = [
        {
            "row": f"{job_name(result)}.{table}",
            "step": job_name(result),
            "table": table,
            "rows_in": count["read"],
            "rows_out": count["used"],
            "set_aside": sum(count["set_aside"].values()),
            "reasons": "; ".join(sorted(r for r, n in count["set_aside"].items() if n)),
        }
        for result in results
        for table, count in result["rows"].items()
        if not result["rule"].startswith(VALIDATION)
    ]
    columns = ["row", "step", "table", "rows_in", "rows_out", "set_aside", "reasons"]
    return pd.DataFrame(rows, columns=columns)


def main(job):
    """Read the records; write the sources and the account of rows."""
    results = read_results(list(job.input.records))
    entries = trace_sources(results, job.params.made, set(job.params.ignore))
    text = json.dumps(entries, indent=1, sort_keys=True, ensure_ascii=False)
    Path(job.output.sources).write_text(text + "\n", encoding="utf-8")
    software = json.dumps(made_with(list(job.input.records)), indent=1)
    Path(job.output.software).write_text(software + "\n", encoding="utf-8")
    write_result(conform(rows_by_step(results), Steps), job.output.steps)


run(main, globals())
