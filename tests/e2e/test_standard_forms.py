"""The standard forms of a real run: others' programs read them and find no error."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from trialtrail.cli import main

CONTEXTS = Path(__file__).resolve().parents[1] / "golden" / "ro-crate"
PAGES = {
    "https://w3id.org/ro/crate/1.1/context": "context-1.1.jsonld",
    "https://w3id.org/ro/terms/workflow-run/context": "workflow-run-context.json",
}
TIME_LIMIT = 120
"""Seconds after which the validator is given up."""


@pytest.fixture(scope="session")
def cache(tmp_path_factory) -> Path:
    """Return the validator's HTTP cache, holding the two contexts, so that no network is asked."""
    import requests
    import requests_cache
    from requests.adapters import BaseAdapter
    from urllib3 import HTTPResponse

    class Local(BaseAdapter):
        def send(self, request, **_):
            kind = {"Content-Type": "application/ld+json"}
            body = io.BytesIO((CONTEXTS / PAGES[request.url]).read_bytes())
            answer = requests.Response()
            answer.status_code, answer.url, answer.request = 200, request.url, request
            answer.headers.update(kind)
            answer.raw = HTTPResponse(body, kind, 200, preload_content=False)
            return answer

        def close(self):
            pass

    path = tmp_path_factory.mktemp("cache") / "cache"
    with requests_cache.CachedSession(str(path), expire_after=-1) as session:
        session.mount("https://", Local())
        for page in PAGES:
            session.get(page)
    return path


def validate(crate: Path, cache: Path) -> tuple[int, dict]:
    """Return the exit code and the report of rocrate-validator at REQUIRED."""
    report = cache.with_name("report.json")
    program = Path(sys.executable).with_name("rocrate-validator")
    command = [program, "-y", "validate", "--offline", "--cache-path", cache, "--no-paging"]
    command += ["-p", "provenance-run-crate", "-l", "required", "-f", "json", "-o", report, crate]
    done = subprocess.run(
        [*map(str, command)], capture_output=True, timeout=TIME_LIMIT, check=False
    )
    return done.returncode, json.loads(report.read_text(encoding="utf-8"))


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
