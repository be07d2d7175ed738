"""Forgeries of the whole, and of what lies beside the products: what finds them out."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from forging import (
    HEAD,
    JOURNAL,
    LAYERS,
    LINEAGE,
    MANIFEST,
    PAGE,
    STATEMENT,
    TABLE,
    TRAIL,
    Verdict,
    ask_file,
    ask_package,
    both,
    digests_found,
    forge_all,
    kept,
    manifest_of,
    read_json,
    rechain,
)
from runrecord import journal
from runrecord.digest import file_digest

RAW = "data/trial.csv"


@pytest.mark.parametrize("path", [TABLE, PAGE])
def test_when_all_is_rewritten_only_what_is_kept_elsewhere_tells(copy, world, path):
    """The chain has no key: the published digest of the statement, or its signature, is the key."""
    forge_all(copy, path)
    assert (copy / path).read_bytes() != (world / path).read_bytes()
    for verdict in both(copy):
        assert verdict.faults == set(), verdict.said
    published = file_digest(world / STATEMENT)
    assert ask_package(copy, expect=published).faults == {MANIFEST}
    assert ask_file(copy, expect=published).faults == {MANIFEST}
    sealed = file_digest(world / MANIFEST)  # it vouches for what was made before it, and no page
    assert ask_file(copy, expect=sealed).faults == ({MANIFEST} if path == TABLE else set())
    for digest in (published, sealed):
        assert ask_file(world, expect=digest).faults == set()
        assert ask_package(world, expect=digest).faults == set()


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("path", [TABLE, PAGE])
def test_who_forgets_one_layer_is_found_out(copy, path, layer):
    forge_all(copy, path, (layer,))
    package, file = both(copy)
    untold = {(PAGE, "lineage"), (PAGE, "manifest"), (PAGE, "notes"), (TABLE, "notes")}
    if (path, layer) not in untold:  # where that layer tells nothing of the file
        assert package.faults, "the package found nothing"
        assert file.faults, "verify.py found nothing"


@pytest.mark.nightly
def test_the_last_entries_and_the_seals_note_of_them_are_gone(copy):
    lines = (copy / JOURNAL).read_bytes().splitlines()
    known = {k: v for k, v in digests_found(copy).items() if k not in (JOURNAL, HEAD)}
    for at in range(1, len(lines)):
        rechain(copy, lines[:at], {})
        journal.write_head(copy / HEAD)
        for verdict in both(copy, known):
            assert verdict.faults, at
    (copy / JOURNAL).write_bytes(b"".join(line + b"\n" for line in lines))
    (copy / HEAD).unlink()
    for verdict in both(copy):
        assert HEAD in verdict.faults


@pytest.mark.nightly
def test_an_older_run_in_the_place_of_the_last(world, good_copy, workflow):
    """Old results are whole in themselves; the raw files, or the published digest, tell."""
    old = file_digest(good_copy.results / "lineage/statement.intoto.json")
    older = good_copy.folder / "older"
    shutil.copytree(good_copy.results, older / "results")
    text = (good_copy.folder / RAW).read_bytes()
    (good_copy.folder / RAW).write_bytes(text.replace(b"10.9", b"12.9", 1))
    done = workflow(good_copy.folder, config=good_copy.folder / "study.yaml")
    assert done.exit_code == 0, done.said
    new = file_digest(good_copy.results / "lineage/statement.intoto.json")
    assert new != old
    newer = good_copy.folder / "newer"
    good_copy.results.rename(newer)
    shutil.copytree(older / "results", good_copy.results)
    for verdict in both(good_copy.folder):
        assert RAW in verdict.faults
        assert "results/report/report.pdf" in verdict.below[RAW]
    assert ask_file(older, expect=new).faults == {MANIFEST}
    assert ask_package(older, expect=new).faults == {MANIFEST}
    # One old file with its old record among the new ones.
    shutil.rmtree(good_copy.results)
    newer.rename(good_copy.results)
    changed = "results/tables/estimates.csv"
    record = f"{TRAIL}records/collect_estimates.json"
    for path in (changed, record):
        shutil.copy2(older / path, good_copy.folder / path)
    for verdict in both(good_copy.folder):
        assert {changed, record} <= verdict.faults


def tails() -> list[str]:
    return [
        "templates/sections/methods.html.j2",
        "schemas/raw/participants.py",
        "study.yaml",
        "requirements/lock.txt",
        "Snakefile",
        "workflow/rules/analyse.smk",
        "src/trialtrail/configuration/study.py",
        "packages/runrecord/src/runrecord/seal.py",
        "packages/snakemake-executor-plugin-warm/src/snakemake_executor_plugin_warm/server.py",
    ]


@pytest.fixture(scope="module")
def judged(world) -> Callable[[str], tuple[Verdict, Verdict]]:
    """Return the function that asks both verifiers; of all files but one, digests are known."""
    whole = digests_found(world)
    return lambda path: both(world, {name: whole[name] for name in whole if name != path})


@pytest.mark.parametrize("tail", tails())
def test_what_the_jobs_ran_on_is_changed_after_the_run(world, judged, tail):
    named = [path for path in manifest_of(world) if "schemas/configuration/" not in path]
    (path,) = (path for path in named if path.endswith(tail))
    with kept(world, path):
        with open(world / path, "a") as stream:
            stream.write("\n")
        for verdict in judged(path):
            assert verdict.faults == {path}
            assert "results/report/report.pdf" in verdict.below[path]


def test_the_verifier_in_the_folder_is_changed(copy):
    path = f"{TRAIL}verify.py"
    text = (copy / path).read_text()
    (copy / path).write_text(
        text.replace("return FAULT if self.faults", "return WHOLE if self.faults")
    )
    for verdict in both(copy):  # both are asked from elsewhere
        assert path in verdict.faults


def test_links_are_named_whatever_they_lead_to(copy, tmp_path):
    same, folder, gone = "results/tables/arms.csv", "results/figures", "results/tables/gone.csv"
    for path in (same, folder):
        (copy / path).rename(tmp_path / Path(path).name)
        (copy / path).symlink_to(tmp_path / Path(path).name)
    (copy / gone).symlink_to(tmp_path / "nowhere")
    (copy / "results/itself").symlink_to(copy / "results/itself")
    for verdict in both(copy):
        assert {same, folder, gone, "results/itself"} <= verdict.faults


@pytest.mark.parametrize(
    "path",
    [
        "results/tables/__pycache__/extra.csv",
        "results/lineage/__pycache__/verify.cpython-311.pyc",
        "results/logs/extra.csv",
        "results/logs/folder/tabulate_flow.log",
        "results/.hidden",
        "results/lineage/records/extra.txt",
        "results/lineage/failed/folder/extra.json",
        "results/report/report.pdf\n.txt",
        os.fsdecode(b"results/tables/\xff.csv"),
    ],
)
def test_a_file_more_is_named_wherever_it_lies(copy, path):
    (copy / path).parent.mkdir(parents=True, exist_ok=True)
    (copy / path).write_text("row\n")
    package, file = both(copy)
    assert path in package.faults
    if path.isprintable():  # else the name is told over two lines, or with an escape
        assert path in file.faults
    assert file.faults


DAMAGES = {
    "nested too deep": lambda text: "[" * 100_000,
    "a number too long": lambda text: "9" * 10_000,
    "nothing": lambda text: "",
    "no text": lambda text: "\ud800",
    "a list": lambda text: "[]",
    "null": lambda text: "null",
    "no digests": lambda text: json.dumps(_without_digests(json.loads(text))),
}


def _without_digests(value):
    if isinstance(value, dict):
        return {key: _without_digests(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_digests(item) for item in value]
    return {"is": "no digest"} if isinstance(value, str) and len(value) == 64 else value


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize(
    "path", [LINEAGE, HEAD, STATEMENT, f"{TRAIL}records/collect_summaries.json"]
)
def test_damage_is_told_and_nothing_breaks(world, judged, path, damage):
    with kept(world, path):
        text = DAMAGES[damage]((world / path).read_text())
        (world / path).write_bytes(text.encode("utf-8", "surrogatepass"))
        for verdict in judged(path):
            assert path in verdict.faults


def test_a_damaged_line_of_the_manifest_is_told(world, judged):
    with kept(world, MANIFEST):
        with open(world / MANIFEST, "a") as stream:
            stream.write(f"\\{'0' * 64}  a\\q\n")
        for verdict in judged(MANIFEST):
            assert MANIFEST in verdict.faults


def test_the_statement_is_gone_or_is_another(copy):
    told = read_json(copy / STATEMENT)
    told["subject"] = [each for each in told["subject"] if each["name"] != PAGE]
    (copy / STATEMENT).write_text(json.dumps(told))
    for verdict in both(copy):
        assert STATEMENT in verdict.faults
    (copy / STATEMENT).unlink()
    for verdict in both(copy):
        assert STATEMENT in verdict.faults
