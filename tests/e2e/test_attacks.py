"""A finished folder is bent in every way there is: both verifiers name the file and what follows.

The runs are judged by the package (`Check`) and by the one file of the standard library that lies
in the folder. The files of a run, code and raw data too, are copied to a place of the test's own.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from trialtrail.lineage import journal
from trialtrail.lineage.checking import standalone_verify
from trialtrail.lineage.checking.verify import Check
from trialtrail.lineage.checking.witnesses import path_of
from trialtrail.lineage.digest import file_digest, json_text, value_digest
from trialtrail.lineage.seal import files_of_record

TRAIL = "results/lineage/"
MANIFEST, LINEAGE = f"{TRAIL}manifest.sha256", f"{TRAIL}lineage.json"
JOURNAL, HEAD = f"{TRAIL}journal.jsonl", f"{TRAIL}journal_head.json"
NOTES = ".snakemake/metadata"
TABLE, OTHER = "results/tables/flow.csv", "results/tables/baseline.csv"
INTERMEDIATE = "results/validated/participants.parquet"


@dataclass
class Verdict:
    """What one verifier says: the files at fault, all it said, and what follows from a file."""

    faults: set[str]
    said: str
    below: dict[str, set[str]]


def ask_package(folder: Path, **options) -> Verdict:
    """Return what `trialtrail verify` says; files by their paths."""
    check = Check(folder / "results", **options)
    check.run()
    paths = {name: file["path"] for name, file in check.graph.files.items()}
    below = {
        paths.get(name, name): {paths[other] for other in check.downstream(name)}
        for name in check.faults
    }
    return Verdict({paths.get(name, name) for name in check.faults}, check.report(), below)


def ask_file(folder: Path, *options: str) -> Verdict:
    """Return what verify.py says."""
    said, argv = io.StringIO(), sys.argv
    sys.argv = ["verify.py", "--results", str(folder / "results"), *options]
    try:
        with contextlib.redirect_stdout(said):
            code = standalone_verify.main()
    finally:
        sys.argv = argv
    below: dict[str, set[str]] = {}
    path = ""
    for line in said.getvalue().splitlines()[:-2]:
        if line.startswith("  downstream: "):
            below[path].add(line.removeprefix("  downstream: "))
        elif not line.startswith((" ", "Note:")):
            path = line
            below[path] = set()
    assert code == bool(below)
    return Verdict(set(below), said.getvalue(), below)


def both(folder: Path) -> tuple[Verdict, Verdict]:
    """Return what both verifiers say."""
    return ask_package(folder), ask_file(folder)


@contextlib.contextmanager
def kept(folder: Path, *paths: str) -> Iterator[None]:
    """Put files back as they were, times and all."""
    before = {path: ((folder / path).read_bytes(), os.stat(folder / path)) for path in paths}
    try:
        yield
    finally:
        for path, (data, about) in before.items():
            (folder / path).write_bytes(data)
            os.utime(folder / path, ns=(about.st_atime_ns, about.st_mtime_ns))


def flip(path: Path) -> None:
    """Flip one bit in the middle of a file and give it its old time stamp."""
    data, about = bytearray(path.read_bytes() or b"\n"), path.stat()
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))


def manifest_of(folder: Path) -> list[str]:
    """Return the paths in the manifest."""
    return [line.split("  ", 1)[1] for line in (folder / MANIFEST).read_text().splitlines()]


def told_of(folder: Path) -> set[str]:
    """Return the paths that the manifest or a record names."""
    records = map(read_json, (folder / TRAIL / "records").glob("*.json"))
    named = {path_of(name, each) for each in records for _, name, _ in files_of_record(each)}
    return named.union(manifest_of(folder))


def read_json(path: Path):
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def world(good_run, tmp_path_factory) -> Path:
    """Return the folder of a run, with all it read and ran on, elsewhere and not to be shared."""
    root = tmp_path_factory.mktemp("world")
    folder = root / good_run.folder.relative_to("/")
    shutil.copytree(good_run.folder, folder)
    for path in sorted(told_of(good_run.folder)):
        target = Path(os.path.normpath(folder / path))
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(good_run.folder / path, target)
    return folder


@pytest.fixture(scope="module")
def follows(world) -> dict[str, set[str]]:
    """Return what lies downstream of each file, found by other means than the verifiers'."""
    lineage = read_json(world / LINEAGE)
    paths = {file["id"]: file["path"] for file in lineage["files"]}
    steps = {
        (paths[use["file"]], paths[made["file"]])
        for use in lineage["used"]
        for made in lineage["generated"]
        if use["job"] == made["job"] and "/records/" not in made["file"]
    }
    found = {path: {made for used, made in steps if used == path} for path in paths.values()}
    while True:
        wider = {
            path: below.union(*(found.get(other, set()) for other in below))
            for path, below in found.items()
        }
        if wider == found:
            return found
        found = wider


def test_nothing_is_found_in_a_clean_folder(world, good_run):
    for folder in (world, good_run.folder):
        for verdict in both(folder):
            assert verdict.faults == set(), verdict.said
            assert "all is whole" in verdict.said
            assert "not here" not in verdict.said
            assert "not compared" not in verdict.said


def test_nothing_is_found_in_results_without_the_checkout(world, tmp_path):
    shutil.copytree(world / "results", tmp_path / "moved/results")
    alone, file = both(tmp_path / "moved")
    for verdict in (alone, file):
        assert verdict.faults == set(), verdict.said
        assert "not here, so not checked" in verdict.said
    assert "not compared with Snakemake's own notes" in alone.said
    assert "not compared" not in file.said
    raw = "data/trial.csv"
    assert raw in ask_package(tmp_path / "moved", strict=True).faults
    assert raw in ask_file(tmp_path / "moved", "--strict").faults


def test_the_file_in_the_folder_needs_nothing_and_is_the_one_published(world, tmp_path):
    shutil.copytree(world / "results", tmp_path / "elsewhere/delivered")
    path = tmp_path / "elsewhere/delivered/lineage/verify.py"
    assert path.read_bytes() == Path(standalone_verify.__file__).read_bytes()
    assert len(path.read_text().splitlines()) < 250
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(path)],
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all is whole" in done.stdout


def test_one_byte_in_every_file_in_turn(world, follows):
    records = {path.relative_to(world).as_posix() for path in (world / TRAIL).rglob("*.json")}
    paths = sorted(records | told_of(world) | {MANIFEST, JOURNAL})
    missed = []
    for path in paths:
        with kept(world, path):
            flip(world / path)
            for verdict in both(world):
                expected = follows.get(path, set())
                if path not in verdict.faults or not expected <= verdict.below[path]:
                    missed.append((path, verdict.said))
    assert missed == []
    assert len(paths) > 100


def test_what_follows_from_a_record_is_what_its_job_made(world, follows):
    path = f"{TRAIL}records/derive_outcomes.json"
    with kept(world, path):
        flip(world / path)
        for verdict in both(world):
            assert "results/datasets/outcomes.parquet" in verdict.below[path]
            assert follows["results/datasets/outcomes.parquet"] <= verdict.below[path]


def test_outputs_swapped(world, follows):
    with kept(world, TABLE, OTHER):
        one, two = ((world / path).read_bytes() for path in (TABLE, OTHER))
        (world / TABLE).write_bytes(two)
        (world / OTHER).write_bytes(one)
        for verdict in both(world):
            assert {TABLE, OTHER} <= verdict.faults
            assert "results/report/report.pdf" in verdict.below[TABLE]


@pytest.mark.parametrize("tail", ["scripts/tabulate_flow.py", "src/trialtrail/tables.py"])
def test_script_replaced_or_module_changed_after_the_run(world, tail):
    (path,) = (path for path in manifest_of(world) if path.endswith(tail))
    with kept(world, path):
        (world / path).write_text("def main(job):\n    return None\n")
        for verdict in both(world):
            assert verdict.faults == {path}
            assert TABLE in verdict.below[path]


def test_file_added_and_file_deleted(world, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(world / "results", folder / "results")
    (folder / "results/tables/extra.csv").write_text("row\n")
    (folder / TABLE).unlink()
    (folder / f"{TRAIL}records/tabulate_baseline.json").unlink()
    for verdict in both(folder):
        expected = {"results/tables/extra.csv", TABLE, f"{TRAIL}records/tabulate_baseline.json"}
        assert expected <= verdict.faults


def test_journal_deleted_reordered_and_truncated(world):
    lines = (world / JOURNAL).read_bytes().splitlines(keepends=True)
    bent = [lines[:at] for at in range(len(lines))]
    bent += [lines[:at] + lines[at + 1 :] for at in range(len(lines))]
    bent += [
        [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]] for at in range(len(lines) - 1)
    ]
    bent.append([*lines[:-1], lines[-1][:-20]])
    with kept(world, JOURNAL):
        for entries in bent:
            (world / JOURNAL).write_bytes(b"".join(entries))
            for verdict in both(world):
                assert JOURNAL in verdict.faults


def test_entry_deleted_and_chain_made_anew(world):
    lines = (world / JOURNAL).read_bytes().splitlines()
    with kept(world, JOURNAL):
        for at, line in enumerate(lines):
            entry = json.loads(line)
            rechain(world, lines[:at] + lines[at + 1 :], {})
            for verdict in both(world):
                if entry["kind"] != "attempt":
                    assert JOURNAL in verdict.faults
                else:
                    assert f"{TRAIL}records/{entry['job']}.json" in verdict.faults


def rechain(folder: Path, lines: list[bytes], changes: dict[str, str]) -> None:
    """Write a journal whose chain is whole, with digests put in the place of others."""
    made: list[bytes] = []
    for line in lines:
        facts = json.loads(substitute(line.decode(), changes))
        entry = {"n": len(made) + 1, "kind": facts["kind"], "at": facts["at"]}
        entry["previous"] = journal._digest(made[-1]) if made else journal.START
        entry |= {key: facts[key] for key in sorted(facts.keys() - journal.RESERVED)}
        text = json.dumps(entry)
        made.append(f'{text[:-1]}, "sum": "{journal._digest(text.encode())}"}}'.encode())
    (folder / JOURNAL).write_bytes(b"".join(line + b"\n" for line in made))


def substitute(text: str, changes: dict[str, str]) -> str:
    for old, new in changes.items():
        text = text.replace(old, new)
    return text


def rewrite(path: Path, changes: dict[str, str]) -> bool:
    """Put digests in the place of others, and note the file's own change; return if there is."""
    before, text = file_digest(path), path.read_text(encoding="utf-8")
    path.write_text(substitute(text, changes), encoding="utf-8")
    after = file_digest(path)
    changes |= {before: after} if before != after else {}
    return before != after


def forge_records(folder: Path) -> dict[str, str]:
    """Change a table; make its record, those of its readers and Snakemake's notes tell of it so."""
    before = file_digest(folder / TABLE)
    flip(folder / TABLE)
    changes = {before: file_digest(folder / TABLE)}
    records = sorted((folder / TRAIL / "records").glob("*.json"))
    while any([rewrite(path, changes) for path in records if path.stem != "seal_lineage"]):
        pass
    for path in (folder / NOTES).iterdir():
        path.write_text(substitute(path.read_text(), changes))
    return changes


@pytest.fixture
def copy(world, tmp_path) -> Path:
    """Return a copy of the results and of Snakemake's notes, to be forged."""
    for name in ("results", NOTES):
        shutil.copytree(world / name, tmp_path / "copy" / name)
    return tmp_path / "copy"


def test_file_record_and_notes_edited_together(copy, follows):
    forge_records(copy)
    for verdict in both(copy):
        assert {TABLE, f"{TRAIL}records/tabulate_flow.json"} <= verdict.faults
        assert follows[TABLE] <= verdict.below[TABLE]


def test_lineage_and_manifest_edited_with_them(copy):
    changes = forge_records(copy)
    for path in (LINEAGE, MANIFEST):
        rewrite(copy / path, changes)
    for verdict in both(copy):
        assert {f"{TRAIL}records/tabulate_flow.json", MANIFEST} <= verdict.faults


def test_when_all_is_rewritten_only_what_is_kept_elsewhere_tells(copy, world):
    """The chain has no key: the published digest of the manifest, or its signature, is the key."""
    changes = forge_records(copy)
    lineage = json.loads(substitute((copy / LINEAGE).read_text(), changes))
    for job in lineage["jobs"]:
        job["result_sha256"] = value_digest(read_json(copy / job["record"])["result"])
    old = file_digest(copy / LINEAGE)
    (copy / LINEAGE).write_text(json_text(lineage))
    changes[old] = file_digest(copy / LINEAGE)
    lines = (copy / JOURNAL).read_bytes().splitlines()
    sealed = read_json(copy / HEAD)["entries"]
    old = file_digest(copy / HEAD)
    rechain(copy, lines[:sealed], changes)
    journal.write_head(copy / HEAD)
    changes[old] = file_digest(copy / HEAD)
    rewrite(copy / MANIFEST, changes)
    late = sorted((copy / TRAIL / "records").glob("*.json"))
    while any([rewrite(path, changes) for path in late]):
        pass
    rechain(copy, lines, changes)
    for path in (copy / NOTES).iterdir():
        path.write_text(substitute(path.read_text(), changes))
    for verdict in both(copy):
        assert verdict.faults == set(), verdict.said
    published = file_digest(world / MANIFEST)
    assert ask_package(copy, expect=published).faults == {MANIFEST}
    assert ask_file(copy, "--expect", published).faults == {MANIFEST}
    assert ask_file(world, "--expect", published).faults == set()


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"starttime": 4e9, "endtime": 4e9}, "--touch"),
        ({"endtime": 1e9}, "the record was written after the job had ended"),
        ({"rule": "another"}, "rule another and tabulate_flow"),
        ({"params": ["'another'"]}, "a parameter is another"),
        ({"input": ["data/other.csv"]}, "data/other.csv is not among the inputs recorded"),
        ({"input": []}, "is not among the inputs that Snakemake noted"),
        ({"code": '"../../scripts/other.py"'}, "is not among the code recorded"),
    ],
)
def test_notes_of_snakemake_that_tell_otherwise(copy, change, text):
    for path in (copy / NOTES).iterdir():
        note = read_json(path)
        if note["rule"] == "tabulate_flow":
            path.write_text(json.dumps(note | change))
    verdict = ask_package(copy)
    assert verdict.faults == {TABLE, f"{TRAIL}records/tabulate_flow.json"}
    assert text in verdict.said


def test_touch_after_an_intermediate_was_edited(good_copy, workflow):
    """Snakemake then takes all for made; the digests do not, and the journal has the run."""
    flip(good_copy.folder / INTERMEDIATE)
    config = good_copy.folder / "study.yaml"
    touched = workflow(good_copy.folder, "--touch", "--forceall", config=config)
    assert touched.exit_code == 0, touched.said
    assert "Nothing to be done" in workflow(good_copy.folder, config=config).said
    for verdict in both(good_copy.folder):
        assert {INTERMEDIATE, JOURNAL} <= verdict.faults
        assert "--touch" in verdict.said
        assert "results/report/report.pdf" in verdict.below[INTERMEDIATE]
