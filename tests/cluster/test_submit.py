"""Jobs go to Kubernetes and to AWS Batch as their profiles say, told by stand-ins for both.

A stand-in takes what the real program would be told, runs the script of the job as a pod would, and
tells its state in the form of the real one. No cluster was asked.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.cluster.node import ROOT
from tools.cluster import submit

PROFILES = ("kubernetes", "aws-batch")
PROGRAM = "cluster-generic-{}-cmd"
KUBECTL = """\
import json, os, subprocess, sys
from pathlib import Path

place = Path(os.environ["STANDS_IN"])
command = sys.argv[1]
if command == "create":
    job = json.load(sys.stdin)
    name = f"job.batch/trialtrail-{len([*place.iterdir()])}"
    (place / name.replace("/", "_")).write_text(json.dumps(job))
    print(name)
elif command == "get":
    path = place / sys.argv[2].replace("/", "_")
    if path.exists():
        job = json.loads(path.read_text())
        (container,) = job["spec"]["template"]["spec"]["containers"]
        done = subprocess.run(container["command"], cwd=container["workingDir"])
        failed = {"type": "Failed", "status": "True"}
        status = {"conditions": [failed]} if done.returncode else {"succeeded": 1}
        print(json.dumps(job | {"status": status}))
elif command == "delete":
    for name in sys.argv[4:]:
        (place / name.replace("/", "_")).unlink()
"""
AWS = """\
import json, os, subprocess, sys
from pathlib import Path

place = Path(os.environ["STANDS_IN"])
words = sys.argv[3:]
given = dict(zip(words[::2], words[1::2]))
command = sys.argv[2]
if command == "submit-job":
    name = f"b-{len([*place.iterdir()])}"
    (place / name).write_text(json.dumps(given))
    print(name)
elif command == "describe-jobs":
    path = place / given["--jobs"]
    if path.exists():
        changed = json.loads(json.loads(path.read_text())["--container-overrides"])
        done = subprocess.run(changed["command"], cwd="/")
        print("FAILED" if done.returncode else "SUCCEEDED")
elif command == "terminate-job":
    (place / given["--job-id"]).unlink()
"""


@pytest.fixture
def cluster(tmp_path, monkeypatch) -> Path:
    """Return the folder in which the stand-ins keep their jobs."""
    programs, jobs = tmp_path / "bin", tmp_path / "jobs"
    programs.mkdir()
    jobs.mkdir()
    for name, code in (("kubectl", KUBECTL), ("aws", AWS)):
        path = programs / name
        path.write_text(f"#!{sys.executable}\n{code}")
        path.chmod(0o755)
    # A `python3` that is a launcher may put programs of its own before these.
    (programs / "python3").symlink_to(sys.executable)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("STANDS_IN", str(jobs))
    monkeypatch.setenv("TRIALTRAIL_CHECKOUT", str(ROOT))
    return jobs


def profile(name: str) -> dict:
    return yaml.safe_load((ROOT / "profiles" / name / "config.yaml").read_text(encoding="utf-8"))


def asked(name: str, command: str, *more: str, folder: Path) -> str:
    """Return what a command of a profile prints, as Snakemake's generic plugin gives it."""
    resources = type("Resources", (), {"mem_mb": 1500, "runtime": 10})
    line = profile(name)[PROGRAM.format(command)].format(resources=resources)
    line = f"{line} {' '.join(map(shlex.quote, more))}"
    done = subprocess.run(line, shell=True, cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def script(folder: Path, text: str) -> str:
    folder.mkdir(exist_ok=True)
    path = folder / "a job's script.sh"
    path.write_text(f"#!/bin/sh\n{text}\n")
    return str(path)


@pytest.mark.parametrize("name", PROFILES)
def test_a_job_runs_in_the_folder_of_the_run_and_its_end_is_told(name, cluster, tmp_path):
    folder = tmp_path / "my study"
    good = script(folder, "echo done > made.txt")
    job = asked(name, "submit", good, folder=folder)
    assert asked(name, "status", job, folder=folder) == "success"
    assert (folder / "made.txt").read_text() == "done\n"
    bad = asked(name, "submit", script(folder, "exit 3"), folder=folder)
    assert asked(name, "status", bad, folder=folder) == "failed"
    assert bad != job


@pytest.mark.parametrize("name", PROFILES)
def test_a_job_that_was_cancelled_has_failed(name, cluster, tmp_path):
    folder = tmp_path / "run"
    jobs = [asked(name, "submit", script(folder, "true"), folder=folder) for _ in range(2)]
    asked(name, "cancel", *jobs, folder=folder)
    assert [asked(name, "status", job, folder=folder) for job in jobs] == ["failed", "failed"]


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ({}, "running"),
        ({"active": 1}, "running"),
        ({"succeeded": 1}, "success"),
        ({"failed": 1}, "failed"),
        ({"conditions": [{"type": "Failed", "status": "True"}]}, "failed"),
        ({"conditions": [{"type": "Failed", "status": "False"}]}, "running"),
    ],
)
def test_each_state_of_kubernetes_is_read(status, told, monkeypatch):
    monkeypatch.setattr(submit, "ask", lambda *_, **__: json.dumps({"status": status}))
    assert submit.Kubernetes().status("job.batch/a") == told


@pytest.mark.parametrize("state", ["SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING"])
def test_each_state_of_batch_before_its_end_is_running(state, monkeypatch):
    monkeypatch.setattr(submit, "ask", lambda *_, **__: state)
    assert submit.Batch().status("a") == "running"


def test_a_program_that_fails_ends_the_command(cluster, tmp_path):
    (tmp_path / "bin" / "kubectl").write_text("#!/bin/sh\nexit 4\n")
    with pytest.raises(SystemExit, match="kubectl ended with 4"):
        submit.main(["kubernetes", "status", "job.batch/a"])


def test_a_pod_asks_for_what_the_profile_says(cluster, tmp_path):
    asked("kubernetes", "submit", script(tmp_path / "run", "true"), folder=tmp_path / "run")
    (path,) = cluster.iterdir()
    spec = json.loads(path.read_text())["spec"]
    assert spec["backoffLimit"] == 0
    assert spec["activeDeadlineSeconds"] == 600
    (container,) = spec["template"]["spec"]["containers"]
    assert container["resources"]["requests"]["memory"] == f"{1500 + submit.OVERHEAD}M"
    (mount,) = container["volumeMounts"]
    assert mount["mountPath"] == "/srv/trialtrail"


@pytest.mark.parametrize("name", PROFILES)
def test_groups_and_resources_are_those_of_slurm(name):
    slurm, own = profile("slurm"), profile(name)
    ours = {key for key in own if not key.startswith("cluster-generic-")} - {"executor"}
    theirs = {key for key in slurm if not key.startswith("slurm-")} - {"executor"}
    assert ours == theirs
    assert {key: own[key] for key in ours} == {key: slurm[key] for key in ours}


@pytest.mark.parametrize("name", PROFILES)
def test_the_workflow_is_planned_by_the_profile(name, tmp_path):
    """A dry run, with the executor taken out where its plugin is not installed."""
    given = profile(name)
    try:
        import snakemake_executor_plugin_cluster_generic  # noqa: F401
    except ModuleNotFoundError:
        given = {key: each for key, each in given.items() if not key.startswith("cluster-generic")}
        given["executor"] = "dryrun"
    place = tmp_path / "profile"
    place.mkdir()
    (place / "config.yaml").write_text(yaml.safe_dump(given), encoding="utf-8")
    command = [sys.executable, "-m", "snakemake", "--dry-run", "--workflow-profile", str(place)]
    command += ["--snakefile", str(ROOT / "Snakefile"), "--directory", str(tmp_path / "run")]
    command += ["--configfile", str(ROOT / "tests/studies/balance/study.yaml")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "render_report" in done.stdout + done.stderr
