"""A small study whose jobs are run as Snakemake runs them, in a folder of the test's own."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from runrecord import Rows, journal, run
from runrecord.checking import standalone_verify
from runrecord.seal import seal_run
from runrecord.syntax import syntax_of

RECORDS = "results/lineage/records"
VERIFIER = "verify.py"


class Named(list):
    """A list whose items have names, too: what Snakemake gives as input, output, params."""

    def __init__(self, **items: Any) -> None:
        super().__init__()
        self.names = items
        for name, value in items.items():
            setattr(self, name, value)
            self.extend(value if isinstance(value, list) else [value])

    def items(self):
        return self.names.items()


class Job:
    """A job as a script sees it."""

    def __init__(self, rule: str, *, config: dict | None = None, **parts: dict[str, Any]) -> None:
        self.rule, self.config = rule, config or {}
        output = {"record": f"{RECORDS}/{rule}.json"} | parts.get("output", {})
        self.input, self.output = Named(**parts.get("input", {})), Named(**output)
        self.params, self.wildcards = (Named(**parts.get(key, {})) for key in ("params", "wild"))
        self.log = [f"results/logs/{rule}.log"]
        for path in self.output:
            Path(path).parent.mkdir(parents=True, exist_ok=True)


def code_of(*paths: str) -> dict[str, dict[str, str]]:
    """Return the parameter by which a rule declares its files of code."""
    return {"code": {path: syntax_of(path).sha256 for path in paths}}


def do(job: Job, main: Callable[[Job], Any]) -> None:
    """Run a job from a script of its rule's name."""
    script = Path(f"scripts/{job.rule}.py")
    if not script.exists():
        script.write_text(f"# {job.rule}\n")
    run(main, {"snakemake": job, "__file__": str(script.absolute())})


def write_csv(path: str, *lines: tuple) -> None:
    """Write the lines as CSV."""
    with open(path, "w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, lineterminator="\n").writerows(lines)


def read_json(path: str) -> Any:
    """Return what a JSON file holds."""
    return json.loads(Path(path).read_text(encoding="utf-8"))


def _raw() -> None:
    write_csv("data/register.csv", ("Study No", "Alloc"), ("P-01", "A"), ("P-02", "B"))
    write_csv("data/log.csv", ("Ref", "Study No"), ("C1", "P-01"), ("C2", "P-01"), ("C3", "P-09"))
    Path("data/talk").mkdir()
    for number in range(8):
        Path(f"data/talk/talk_{number}.txt").write_text(f"I: hello {number}\nR: well, yes\n")


def _write_parquet(path: str, columns: dict[str, list]) -> None:
    """Write columns as Parquet."""
    import pyarrow.parquet  # here, for most that use this module write none

    pyarrow.parquet.write_table(pyarrow.table(columns), path)


def _validate(job: Job) -> dict[str, Rows]:
    _write_parquet(job.output.people, {"participant_id": ["P-01", "P-02"]})
    _write_parquet(job.output.visits, {"contact_id": ["C1", "C2"]})
    return {"register": Rows(2, 2), "log": Rows(3, 2, {"unknown participant": 1})}


def _derive(job: Job) -> dict[str, Rows]:
    columns = {"participant_id": ["P-01", "P-02"], "visits": [2, None]}
    _write_parquet(job.output.table, columns)
    write_csv(job.output.csv, ("participant_id", "visits"), ("P-01", 2), ("P-02", ""))
    return {"participants": Rows(2, 2)}


def _tabulate(job: Job) -> None:
    header = ("row", "label", "n", "denominator")
    write_csv(job.output.table, header, ("any_visit", "Any visit", 1, 2), ("a/b", "Both", 0, 2))


def _quote(job: Job) -> None:
    header = ("row", "role", "number", "stage", "document", "start", "end", "text")
    write_csv(job.output.table, header, ("q7", "mentor", 3, "later", "talk_3", 9, 20, "well, yes"))


def _report(job: Job) -> None:
    Path(job.output.pdf).write_bytes(b"%PDF")
    header = ("id", "printed", "value", "table", "row", "column")
    number = ("any_visit", "1 of 2", "1", "uptake", "any_visit", "n")
    write_csv(job.output.numbers, header, number)


def seal_up(configuration: str = "study.yaml", **params: Any) -> None:
    """Seal the records that are there, as the rule seal_lineage does with these parameters."""
    Path(VERIFIER).write_bytes(Path(standalone_verify.__file__).read_bytes())
    records = [path for path in sorted(Path(RECORDS).glob("*.json")) if path.stem != "seal_lineage"]
    job = Job(
        "seal_lineage",
        input={
            "records": [path.as_posix() for path in records],
            "verifier": VERIFIER,
            "configuration": configuration,
        },
        output={
            "manifest": "results/lineage/manifest.sha256",
            "lineage": "results/lineage/lineage.json",
            "head": "results/lineage/journal_head.json",
            "verifier": "results/lineage/verify.py",
        },
        params=params,
    )
    do(job, seal_run)


@contextmanager
def a_run() -> Iterator[None]:
    """Note the start and the end of a run, as the Snakefile does."""
    journal.run_started("results/lineage", "study.yaml")
    yield
    journal.run_ended("results/lineage", "done")


def run_all() -> None:
    """Run five jobs from ten raw files to a report, and seal them."""
    _raw()
    Path("study.yaml").write_text("study: small\n")
    with a_run():
        _run_jobs()
        seal_up()


def _run_jobs() -> None:
    # For which pyarrow looks: the processes of the jobs are forks of this one, and have it.
    import pandas  # noqa: F401

    people, visits = "results/validated/people.parquet", "results/validated/visits.parquet"
    dataset, twin = (f"results/datasets/participants.{kind}" for kind in ("parquet", "csv"))
    uptake, quotations = "results/tables/uptake.csv", "results/tables/quotations.csv"
    talks = [f"data/talk/talk_{number}.txt" for number in range(8)]
    Path("scripts/validate.py").write_text("# validate\n")
    do(
        Job(
            "validate",
            input={"raw": ["data/register.csv", "data/log.csv"]},
            params=code_of("scripts/validate.py"),
            output={"people": people, "visits": visits},
        ),
        _validate,
    )
    do(
        Job(
            "derive",
            input={"people": people, "visits": visits},
            output={"table": dataset, "csv": twin},
        ),
        _derive,
    )
    do(Job("tabulate", input={"people": dataset}, output={"table": uptake}), _tabulate)
    do(Job("quote", input={"talks": talks}, output={"table": quotations}), _quote)
    do(
        Job(
            "report",
            input={"tables": [uptake, quotations], "people": people},
            output={"pdf": "results/report/report.pdf", "numbers": "results/report/numbers.csv"},
        ),
        _report,
    )
