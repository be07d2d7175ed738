"""What runs again after a change: asked of Snakemake by dry runs in a copy of the checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from forging import read_json
from snakemake_runs import run_snakemake

from benchmarks.checkout import sources_of

RECORDS = "results/lineage/records"
JOBS = re.compile(r"^(\w+) +(\d+)$", re.MULTILINE)
LONG_AGO = 1_000_000_000
COMMENT = "\n\n# A comment, and a line more.\n"


class Checkout:
    """A copy of the code and the shipped study, in which a run has ended."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def snakemake(self, *options: str, python: tuple[str, ...] = ()) -> str:
        """Return what a command said, which must have ended well."""
        around = {**os.environ, "PYTHONPATH": sources_of(self.folder), "SNAKEMAKE_WARM_IDLE": "0"}
        options = ("--cores", "2", *options)
        if not python:
            code, said = run_snakemake(options, self.folder, around)
            assert code == 0, said
            return said
        command = [sys.executable, *python, "-m", "snakemake", *options]
        done = subprocess.run(
            command, cwd=self.folder, env=around, capture_output=True, text=True, check=False
        )
        said = done.stdout + done.stderr
        assert done.returncode == 0, said
        return said

    def again(self) -> Counter:
        """Return how many jobs of each rule would run, as a dry run has it."""
        said = self.snakemake("--dry-run")
        found = Counter({rule: int(number) for rule, number in JOBS.findall(said)})
        assert found or "Nothing to be done" in said, said
        return found - Counter(total=found["total"], all=found["all"])

    def records(self) -> dict[str, dict]:
        """Return the deterministic part of each job's record."""
        paths = (self.folder / RECORDS).glob("*.json")
        return {path.stem: read_json(path)["result"] for path in paths}

    def resting_on(self, begin: Callable[[dict], bool]) -> Counter:
        """Return the jobs whose record has what is asked for, and those below, by rule."""
        records = self.records()
        found = {job for job, result in records.items() if begin(result)}
        assert found
        while True:
            made = {name for job in found for name in records[job]["outputs"]}
            made |= {f"{RECORDS}/{job}.json" for job in found}
            more = {job for job, result in records.items() if made & result["inputs"].keys()}
            if more <= found:
                return Counter(records[job]["rule"] for job in found)
            found |= more


@pytest.fixture(scope="module")
def run(moments, tmp_path_factory) -> Checkout:
    """Return a copy of the run of the shipped study and of the checkout that it is in."""
    folder = tmp_path_factory.mktemp("checkout") / "copy"
    shutil.copytree(moments.folder, folder)
    return Checkout(folder)


@pytest.fixture
def put_back(run) -> Iterator[Callable[..., None]]:
    """Yield a function that changes a file; what was there is back afterwards, time stamps too."""
    before: dict[Path, tuple[bytes, os.stat_result]] = {}

    def change(name: str, new: Callable[[bytes], bytes], at: float | None = None) -> None:
        path = run.folder / name
        raw, state = path.read_bytes(), path.stat()
        before.setdefault(path, (raw, state))
        assert new(raw) != raw, name
        path.write_bytes(new(raw))
        if at is not None:
            os.utime(path, (at, at))

    yield change
    for path, (raw, state) in before.items():
        path.write_bytes(raw)
        os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


def replaced(old: str, new: str) -> Callable[[bytes], bytes]:
    """Return a change of one place of a text, which must be there."""

    def change(raw: bytes) -> bytes:
        assert old.encode() in raw, old
        return raw.replace(old.encode(), new.encode(), 1)

    return change


def commented(raw: bytes) -> bytes:
    return raw + COMMENT.encode()


def code_files(run: Checkout) -> list[str]:
    paths = [run.folder / "Snakefile", *(run.folder / "workflow/rules").glob("*.smk")]
    for part in ("scripts", "schemas", "src"):
        paths += (run.folder / part).rglob("*.py")
    copied = "standalone_verify.py"  # the results hold a copy of it, comments and all
    return [str(path.relative_to(run.folder)) for path in paths if path.name != copied]


def test_nothing_is_done_twice_and_pandas_is_not_loaded_to_find_that(run):
    assert run.again() == Counter()
    said = run.snakemake("--dry-run", python=("-X", "importtime"))
    loaded = set(re.findall(r"^import time:.*\| +(\w+)$", said, re.MULTILINE))
    assert "snakemake" in loaded
    assert not loaded & {"pandas", "pandera", "pyarrow", "scipy", "matplotlib"}


def test_a_comment_in_every_file_of_code_reruns_nothing(run, put_back):
    files = code_files(run)
    assert len(files) > 200
    for name in files:
        put_back(name, commented)
    assert run.again() == Counter()


UNTOUCHED = {
    "scripts/tabulate_flow.py": "fit_analysis",
    "src/trialtrail/report/formatting.py": "collect_summaries",
    "src/trialtrail/results/claims.py": "tabulate_flow",
    "schemas/results/summaries.py": "derive_participants",
    "src/trialtrail/analysis/survival/product_limit.py": "tabulate_flow",
    "src/trialtrail/exports/numbers.py": "",
}
"""Files of code, and a rule that does not rest on each; on the last all do."""


@pytest.mark.parametrize("name", UNTOUCHED)
def test_a_docstring_reruns_what_imports_its_file_and_no_more(run, put_back, name):
    put_back(name, replaced('"""', '"""Now: '))
    found = run.again()
    assert found == run.resting_on(lambda result: name in result["code"])
    assert UNTOUCHED[name] not in found
    loaded = {result["rule"] for result in run.records().values() if name in result["modules"]}
    assert loaded
    assert loaded <= found.keys()


@pytest.mark.parametrize(
    "name", ["src/trialtrail/analysis/survival/product_limit.py", "schemas/results/summaries.py"]
)
def test_an_older_module_that_differs_reruns_as_a_newer_one(run, put_back, name):
    put_back(name, lambda raw: raw + b"\n\nLATER = 1\n", at=LONG_AGO)
    assert run.again() == run.resting_on(lambda result: name in result["code"])


OLDER = {
    "templates/report.css": ("{", " {"),
    "templates/validation.html.j2": ("<", " <"),
    "templates/lineage.js": ("\n", "\n\n"),
    "templates/flow_chart.svg.j2": ("\n", "\n\n"),
    "studies/moments/data/contact_log.csv": (",T,1,10,,", ",T,1,11,,"),
    "config/config.yaml": ("\n", "\n# a comment\n"),
}


@pytest.mark.parametrize("name", OLDER)
def test_an_older_file_that_differs_reruns_what_reads_it(run, put_back, name):
    put_back(name, replaced(*OLDER[name]), at=LONG_AGO)
    found = run.again()
    assert found == run.resting_on(lambda result: name in result["inputs"])
    assert 0 < found.total() < len(run.records())


@pytest.mark.parametrize(
    "name", ["schemas/configuration/analysis.yaml", "workflow/rules/derive.smk"]
)
def test_an_older_file_of_the_map_that_differs_is_sealed_anew(run, put_back, name):
    put_back(
        name, lambda raw: raw + b"\nlater: 1\n" if name.endswith("yaml") else raw + b"\n\nX = 1\n"
    )
    found = run.again()
    assert found == run.resting_on(lambda result: result["rule"] == "seal_lineage")


def test_one_raw_cell_reruns_what_rests_on_its_tables(run, put_back):
    name = "studies/moments/data/contact_log.csv"
    put_back(name, replaced(",T,1,10,,", ",T,1,11,,"))
    found = run.again()
    assert found == run.resting_on(lambda result: name in result["inputs"])
    fed = [
        r for r in run.records().values() if r["rule"] == "validate_table" and name in r["inputs"]
    ]
    assert found["validate_table"] == len(fed) < 5


GONE = {
    "results/report/report.html": "render_report",
    "results/report/numbers.csv": "render_report",
    "results/validation/queries.csv": "split_used_rows",
    "results/validation/validation.html": "render_validation",
    "results/validation/set_aside/contact_log.csv": "split_used_rows",
    "results/validated/contacts.parquet": "split_used_rows",
    "results/datasets/participants.csv": "derive_participants",
    "results/tables/estimates.csv": "collect_estimates",
    "results/tables/claims.csv": "check_claims",
    "results/figures/forest_plot.svg": "draw_forest_plot",
    "results/lineage/records/tabulate_flow.json": "tabulate_flow",
    "results/lineage/define.html": "define_columns",
}
SAMPLE = {
    "results/report/report.html",
    "results/validation/set_aside/contact_log.csv",
    "results/datasets/participants.csv",
    "results/tables/estimates.csv",
    "results/lineage/records/tabulate_flow.json",
}
"""One of each kind; the others are of the night."""


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[] if name in SAMPLE else [pytest.mark.nightly]) for name in GONE],
)
def test_what_is_gone_is_made_again(run, name):
    path, aside = run.folder / name, run.folder / "aside"
    path.rename(aside)
    try:
        assert GONE[name] in run.again()
    finally:
        aside.rename(path)


@pytest.mark.nightly
def test_jobs_that_ran_before_and_after_a_comment_are_sealed_together(run):
    """The last of the module: the copy is not put back as it was."""
    name = "src/trialtrail/tables.py"
    with open(run.folder / name, "a", encoding="utf-8") as stream:
        stream.write(COMMENT)
    run.snakemake("--forcerun", "draw_flow_chart")
    records = run.records()
    assert len({result["code"][name] for result in records.values() if name in result["code"]}) == 2
    for command in (["-m", "trialtrail.cli", "verify"], ["-I", "results/lineage/verify.py"]):
        done = subprocess.run(
            [sys.executable, *command],
            cwd=run.folder,
            env={**os.environ, "PYTHONPATH": sources_of(run.folder)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert run.again() == Counter()
