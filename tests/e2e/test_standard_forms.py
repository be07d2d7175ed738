"""The standard forms of a real run: others' programs read them and find no error."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

import pytest
from crate_validator import cache_of_contexts, validate

from trialtrail.cli import main


@pytest.fixture(scope="module")
def cache(tmp_path_factory) -> Path:
    """Return the validator's HTTP cache."""
    return cache_of_contexts(tmp_path_factory.mktemp("cache"))


def test_the_crate_passes_the_validator_at_required(good_run, cache):
    exit_code, report = validate(good_run.results / "lineage", cache)
    assert (exit_code, report["issues"]) == (0, [])
    assert report["passed"]


def test_the_validator_finds_a_part_that_is_missing(good_copy, cache):
    (good_copy.results / "lineage" / "lineage.json").unlink()
    exit_code, report = validate(good_copy.results / "lineage", cache)
    assert exit_code != 0
    assert "lineage.json" in json.dumps(report["issues"])


def test_the_statement_is_of_the_files_that_are_there(good_run):
    statement = json.loads((good_run.results / "lineage/statement.intoto.json").read_text())
    told = {subject["name"]: subject["digest"]["sha256"] for subject in statement["subject"]}
    assert {"results/lineage/manifest.sha256", "results/report/report.pdf"} <= {*told}
    for name, digest in told.items():
        if "#" not in name:
            found = hashlib.sha256((good_run.folder / name).read_bytes()).hexdigest()
            assert found == digest, name


def test_a_signed_run_is_still_whole_and_its_bundles_are_as_told(good_copy, tmp_path, capsys):
    results, key = str(good_copy.results), str(tmp_path / "key")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    signers = tmp_path / "signers"
    signers.write_text(f"ann {Path(key + '.pub').read_text()}")
    assert main(["sign", "--key", key, "--dsse", "--results", results]) == 0
    assert main(["check-signature", "--allowed-signers", str(signers), "--results", results]) == 0
    assert main(["verify", "--results", results]) == 0, capsys.readouterr().out
    bundles = [str(tmp_path / name) for name in ("r.zip", "p.zip")]
    told = ["--restricted", bundles[0], "--public", bundles[1], "--results", results]
    capsys.readouterr()
    assert main(["bundle", *told]) == 0
    digests = [hashlib.sha256(Path(name).read_bytes()).hexdigest() for name in reversed(bundles)]
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == digests
