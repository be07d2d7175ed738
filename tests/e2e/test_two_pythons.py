"""Two clean runs, on two versions of Python, in different folders: the same bytes but for reasons.

The other interpreter is found on the search path, among those of pyenv, or by `OTHER_PYTHON`. Its
environment is made by the set-up that a newcomer runs, from the same lock file.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.checkout import copy_checkout, sources_of

pytestmark = pytest.mark.nightly
ROOT = Path(__file__).resolve().parents[2]
SUPPORTED = ("3.13", "3.12", "3.11")
TIME_LIMIT = 900
DIFFERENT = {
    "journal.jsonl": "times of the attempts",
    "journal_head.json": "the digest of an entry of the journal",
    "lineage.json": "sizes and digests of the records",
    "index.html": "those digests, and the versions of the libraries",
    "manifest.sha256": "the digests of the records, and of the files named here",
    "ro-crate-metadata.json": "times, users and versions",
    "statement.intoto.json": "times and versions, and digests of the above",
}
"""What differs between two runs in `results/lineage`, beside the records, and why."""


def other_python() -> str | None:
    """Return an interpreter of another supported version than this one's, None if there is none."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    found = [os.environ.get("OTHER_PYTHON"), *(shutil.which(f"python{v}") for v in SUPPORTED)]
    found += [str(path) for v in SUPPORTED for path in pyenv.glob(f"{v}.*/bin/python{v}")]
    own = f"{sys.version_info[0]}.{sys.version_info[1]}"
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    for candidate in filter(None, found):
        done = subprocess.run([candidate, "-c", ask], capture_output=True, text=True, check=False)
        if done.returncode == 0 and done.stdout.strip() in {*SUPPORTED} - {own}:
            return candidate
    return None


@pytest.fixture(scope="module")
def elsewhere(moments) -> Path:
    """Return the folder of a run of the shipped study on the other version."""
    python = other_python()
    if python is None:
        pytest.skip(f"no other Python of {', '.join(SUPPORTED)} is here; OTHER_PYTHON names one")
    folder = moments.folder.parent.with_name("other") / "another place"
    copy_checkout(folder)
    venv = folder.parent / "venv"
    around = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"}
    around |= {"VENV": str(venv), "PYTHON": python}
    subprocess.run(["sh", "tools/setup.sh"], cwd=ROOT, env=around, check=True, timeout=TIME_LIMIT)
    done = subprocess.run(
        [str(venv / "bin/python"), "-m", "snakemake", "--cores", "2"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": sources_of(folder)},
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_the_same_bytes_are_made_on_both(moments, elsewhere, digests):
    one, two = (digests(folder / "results") for folder in (moments.folder, elsewhere))
    assert one.keys() == two.keys()
    differing = {name for name in one if one[name] != two[name]}
    records = {name for name in one if name.startswith("lineage/records/")}
    assert {"report/report.pdf", "report/supplement.pdf"} <= one.keys() - differing
    assert differing - records == {f"lineage/{name}" for name in DIFFERENT}
    for part in ("validated", "datasets", "tables", "figures", "report", "validation"):
        assert any(name.startswith(f"{part}/") for name in one)


def test_the_records_agree_in_what_is_no_matter_of_time_or_place(moments, elsewhere):
    versions = []
    for path in sorted((moments.results / "lineage/records").glob("*.json")):
        one, two = (
            json.loads((folder / "results/lineage/records" / path.name).read_text())
            for folder in (moments.folder, elsewhere)
        )
        versions.append((one["environment"]["python"], two["environment"]["python"]))
        reads_records = any("/records/" in name for name in one["result"]["inputs"])
        for part, told in one["result"].items():
            if not (reads_records and part in ("inputs", "outputs")):
                assert two["result"][part] == told, f"{path.name}: {part}"
    assert {one == two for one, two in versions} == {False}
