"""A finished folder is bent in every way there is: both verifiers name the file and what follows.

The runs are judged by the package (`Check`) and by the one file of the standard library that lies
in the folder. The files of a run, code and raw data too, are copied to a place of the test's own.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
from forging import (
    INTERMEDIATE,
    JOURNAL,
    LINEAGE,
    MANIFEST,
    NOTES,
    OTHER,
    TABLE,
    TRAIL,
    Digests,
    Verdict,
    ask_file,
    ask_package,
    both,
    digests_found,
    flip,
    forge_records,
    kept,
    manifest_of,
    read_json,
    rechain,
    rewrite,
    told_of,
)
from runrecord.checking import independent_evidence, standalone_verify, verify

Again = Callable[..., tuple[Verdict, Verdict]]


@pytest.fixture(scope="module")
def whole(world) -> Digests:
    """Return the digests of all files of the world before anything was changed in it."""
    return digests_found(world)


@pytest.fixture
def again(world, whole, monkeypatch) -> Again:
    """Return the function that asks both verifiers; of all but what has changed, digests are known.

    Snakemake's notes, which stay as they are, are read once, and compared anew with the records
    only where a file of the trail has changed.
    """
    notes = verify.read_notes(world)
    monkeypatch.setattr(verify, "read_notes", lambda folder: notes)
    monkeypatch.setattr(independent_evidence, "_literal", literal)
    compare, as_sealed, in_trail = verify.snakemake_differences, [], True

    def differences(*compared):
        if in_trail:
            return compare(*compared)
        if not as_sealed:
            as_sealed.append(list(compare(*compared)))
        return as_sealed[0]

    monkeypatch.setattr(verify, "snakemake_differences", differences)

    def ask(*changed: str) -> tuple[Verdict, Verdict]:
        nonlocal in_trail
        in_trail = any(path.startswith(TRAIL) for path in changed)
        return both(world, {path: found for path, found in whole.items() if path not in changed})

    return ask


literal = cache(independent_evidence._literal)


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
        assert "not here, not checked" in verdict.said
        assert verdict.code == standalone_verify.NOT_ALL_HERE
    assert "not compared with Snakemake's own notes" in alone.said
    assert "not compared" not in file.said
    raw = "data/trial.csv"
    assert raw in ask_package(tmp_path / "moved", strict=True).faults
    assert raw in ask_file(tmp_path / "moved", strict=True).faults


def test_the_file_in_the_folder_needs_nothing_and_is_the_one_published(world, tmp_path):
    shutil.copytree(world / "results", tmp_path / "elsewhere/delivered")
    path = tmp_path / "elsewhere/delivered/lineage/verify.py"
    assert path.read_bytes() == Path(standalone_verify.__file__).read_bytes()
    assert len(path.read_text().splitlines()) < 1100
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(path)],
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == standalone_verify.NOT_ALL_HERE, done.stdout + done.stderr
    assert "all that is here is as recorded" in done.stdout


def of_each_kind(paths: list[str]) -> list[str]:
    """Return the first file of each kind: of a folder and an ending."""
    kinds: dict[tuple[str, str], list[str]] = {}
    for path in paths:
        kinds.setdefault((str(Path(path).parent), Path(path).suffix), []).append(path)
    return [path for kind in kinds.values() for path in kind[:1]]


@pytest.mark.parametrize(
    "chosen", [of_each_kind, pytest.param(list, id="all", marks=pytest.mark.nightly)]
)
def test_one_byte_in_every_file_in_turn(chosen, world, follows, again):
    records = {path.relative_to(world).as_posix() for path in (world / TRAIL).rglob("*.json")}
    paths = chosen(sorted(records | told_of(world) | {MANIFEST, JOURNAL}))
    missed = []
    for path in paths:
        with kept(world, path):
            flip(world / path)
            for verdict in again(path):
                expected = follows.get(path, set())
                if path not in verdict.faults or not expected <= verdict.below[path]:
                    missed.append((path, verdict.said))
    assert missed == []
    assert len(paths) > 50


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
    (folder / f"{TRAIL}records/collect_estimates.json").unlink()
    for verdict in both(folder):
        expected = {"results/tables/extra.csv", TABLE, f"{TRAIL}records/collect_estimates.json"}
        assert expected <= verdict.faults


def ends_and_middle(places: range) -> list[int]:
    """Return the first two places, the two in the middle and the last two."""
    middle = len(places) // 2
    return [*places[:2], *places[middle : middle + 2], *places[-2:]]


some_and_all = pytest.mark.parametrize(
    "chosen", [ends_and_middle, pytest.param(list, id="all", marks=pytest.mark.nightly)]
)


@some_and_all
def test_journal_deleted_reordered_and_truncated(chosen, world, again):
    lines = (world / JOURNAL).read_bytes().splitlines(keepends=True)
    places = chosen(range(len(lines)))
    bent = [lines[:at] for at in places]
    bent += [lines[:at] + lines[at + 1 :] for at in places]
    bent += [
        [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]
        for at in places
        if at + 1 < len(lines)
    ]
    bent.append([*lines[:-1], lines[-1][:-20]])
    with kept(world, JOURNAL):
        for entries in bent:
            (world / JOURNAL).write_bytes(b"".join(entries))
            for verdict in again(JOURNAL):
                assert JOURNAL in verdict.faults


@some_and_all
def test_entry_deleted_and_chain_made_anew(chosen, world, again):
    lines = (world / JOURNAL).read_bytes().splitlines()
    with kept(world, JOURNAL):
        for at in chosen(range(len(lines))):
            entry = json.loads(lines[at])
            rechain(world, lines[:at] + lines[at + 1 :], {})
            for verdict in again(JOURNAL):
                if entry["kind"] != "attempt":
                    assert JOURNAL in verdict.faults
                else:
                    assert f"{TRAIL}records/{entry['job']}.json" in verdict.faults


def test_file_record_and_notes_edited_together(copy, follows):
    forge_records(copy)
    for verdict in both(copy):
        assert {TABLE, f"{TRAIL}records/collect_summaries.json"} <= verdict.faults
        assert follows[TABLE] <= verdict.below[TABLE]


def test_lineage_and_manifest_edited_with_them(copy):
    changes = forge_records(copy)
    for path in (LINEAGE, MANIFEST):
        rewrite(copy / path, changes)
    for verdict in both(copy):
        assert {f"{TRAIL}records/collect_summaries.json", MANIFEST} <= verdict.faults


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"starttime": 4e9, "endtime": 4e9}, "--touch"),
        ({"endtime": 1e9}, "the record was written after the job had ended"),
        ({"rule": "another"}, "rule another and collect_summaries"),
        ({"params": ["'another'"]}, "a parameter is another"),
        ({"input": ["data/other.csv"]}, "data/other.csv is not among the inputs recorded"),
        ({"input": []}, "is not among the inputs that Snakemake noted"),
        ({"code": '"../../scripts/other.py"'}, "is not among the code recorded"),
    ],
)
def test_notes_of_snakemake_that_tell_otherwise(copy, change, text):
    for path in (copy / NOTES).iterdir():
        note = read_json(path)
        if note["rule"] == "collect_summaries":
            path.write_text(json.dumps(note | change))
    verdict = ask_package(copy)
    assert verdict.faults == {TABLE, f"{TRAIL}records/collect_summaries.json"}
    assert text in verdict.said


@pytest.mark.parametrize("late", [False, True])
def test_of_a_job_sent_elsewhere_snakemake_hears_when_it_asks(copy, late):
    """It notes then that the job began; after the end of the run it has nothing to note."""
    start, *rest = (copy / JOURNAL).read_bytes().splitlines()
    rechain(copy, [start.replace(b'"touch"', b'"remote": true, "touch"'), *rest], {})
    ended = datetime.fromisoformat(json.loads(rest[-1])["at"])
    for path in (copy / NOTES).iterdir():
        note = read_json(path)
        if note["rule"] == "collect_summaries":
            heard = ended.timestamp() + (60 if late else 0)
            path.write_text(json.dumps(note | {"starttime": heard, "endtime": heard}))
    told = "marked as made after the job" in ask_package(copy).said
    assert told == late


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
