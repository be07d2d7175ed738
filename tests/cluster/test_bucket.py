"""Raw exports from a bucket, results into it: an S3 server of the test's own, on loopback."""

from __future__ import annotations

import hashlib
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.slurm import PAGE
from tests.cluster.node import ROOT, TESTED, Machine, said, verified
from tests.cluster.results import compared, digest, digests
from tests.test_docs import commands

pytestmark = pytest.mark.cluster
BUCKET = "s3://trial/2024"
RAW = ROOT / "studies" / "moments" / "data"
KEYS = {"ACCESS_KEY": "of-a-test", "SECRET_KEY": "of-a-test"}


@pytest.fixture(scope="module")
def address():
    """Return the address of an S3 server that lives as long as the tests of this file."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(
        command, env=Machine().environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        end = time.monotonic() + 30
        while socket.socket().connect_ex(("127.0.0.1", port)):
            assert server.poll() is None, "the S3 server has ended"
            assert time.monotonic() < end, "the S3 server does not answer"
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture(scope="module")
def site(address):
    """Return a machine that knows where the bucket is, as docs/cluster.md says it."""
    known = KEYS | {"ENDPOINT_URL": address}
    return Machine(**{f"SNAKEMAKE_STORAGE_S3_{name}": value for name, value in known.items()})


@pytest.fixture(scope="module")
def client(address):
    """Return a client of another kind than the one that is tested."""
    import boto3

    told = {"aws_access_key_id": "of-a-test", "aws_secret_access_key": "of-a-test"}
    return boto3.client("s3", endpoint_url=address, region_name="us-east-1", **told)


@pytest.fixture(scope="module")
def study(folder, client) -> Path:
    """Return a folder with the configuration and the list of raw files, which lie in the bucket."""
    there = folder / "bucket"
    (there / "config").mkdir(parents=True)
    (there / "config" / "config.yaml").write_bytes((ROOT / "config/config.yaml").read_bytes())
    (there / "studies" / "moments").mkdir(parents=True)
    (there / "studies" / "moments" / "text").symlink_to(ROOT / "studies" / "moments" / "text")
    lock = "studies/moments/plan_lock.json"
    (there / lock).write_bytes((ROOT / lock).read_bytes())
    client.create_bucket(Bucket="trial")
    lines = []
    for path in sorted(path for path in RAW.rglob("*") if path.is_file()):
        name = path.relative_to(ROOT).as_posix()
        client.upload_file(str(path), "trial", f"2024/{name}")
        lines.append(f"{digest(path)}  {name}\n")
    (there / "data.sha256").write_text("".join(lines))
    return there


def bucket(site: Machine, study: Path, rule: str) -> subprocess.CompletedProcess:
    """Fetch or put by the command that the page has."""
    (command,) = [each for each in commands(PAGE, TESTED) if f" {rule} --config" in each]
    assert BUCKET in command
    return site.told(command, study)


def test_from_the_bucket_and_back(site, study, client, local, account):
    """The raw files come as listed, the study runs, and the bucket then has the same results."""
    fetched = bucket(site, study, "fetch")
    assert fetched.returncode == 0, fetched.stdout
    for line in (study / "data.sha256").read_text().splitlines():
        told, _, name = line.partition("  ")
        assert digest(study / name) == told
    options = ("--cores", "2", "--configfile", str(study / "config/config.yaml"))
    site.run(study, *options)
    assert "all is whole" in verified(study)
    counts = compared(digests(local), digests(study))
    begun = time.monotonic()
    put = bucket(site, study, "put")
    assert put.returncode == 0, put.stdout
    seconds = round(time.monotonic() - begun)
    made = {path for path in (study / "results").rglob("*") if path.is_file()}
    objects = in_bucket(client, "2024/results/")
    assert objects == {path.relative_to(study).as_posix(): digest(path) for path in made}
    listed = client.get_object(Bucket="trial", Key="2024/results.sha256")["Body"].read().decode()
    assert {line[66:]: line[:64] for line in listed.splitlines()} == objects
    account["s3"] = {
        "raw_files": len((study / "data.sha256").read_text().splitlines()),
        "files_put": len(objects),
        "seconds_to_put": seconds,
        "equal_digests": counts,
    }


def in_bucket(client, prefix: str) -> dict[str, str]:
    """Return the digests of the objects under a prefix, by their names after that of the study."""
    found = {}
    pages = client.get_paginator("list_objects_v2").paginate(Bucket="trial", Prefix=prefix)
    for each in (each for page in pages for each in page.get("Contents", [])):
        body = client.get_object(Bucket="trial", Key=each["Key"])["Body"].read()
        found[each["Key"].removeprefix("2024/")] = hashlib.sha256(body).hexdigest()
    return found


def test_another_file_than_the_one_listed_is_refused(site, study, client, tmp_path):
    there = tmp_path / "refused"
    there.mkdir()
    name = "studies/moments/data/screening.csv"
    (there / "data.sha256").write_text(f"{'0' * 64}  {name}\n")
    fetched = bucket(site, there, "fetch")
    assert fetched.returncode != 0
    assert f"Not the files that are listed, by their digests: {name}" in fetched.stdout
    assert not (there / name).exists()


def test_exports_in_a_bucket_are_no_files(site, study):
    """What cannot work is told before anything runs: a configuration names files."""
    config = (study / "config/config.yaml").read_text(encoding="utf-8")
    there = study.with_name("direct")
    there.mkdir()
    changed = config.replace(
        "file: studies/moments/data/screening.csv", f"file: {BUCKET}/screening.csv"
    )
    (there / "study.yaml").write_text(
        changed.replace("folder: ..", f"outside_files: true\nfolder: {study}")
    )
    run = site.start(there, "--cores", "1", "-n", "--configfile", str(there / "study.yaml"))
    assert run.wait(60) != 0
    assert "A file of the export screening is missing" in said(there)
