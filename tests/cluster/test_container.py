"""The container's recipe against the set-up, and what Snakemake says where there is no image."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib

import pytest

from tests.cluster.node import ROOT

RECIPE = (ROOT / "container" / "trialtrail.def").read_text(encoding="utf-8")
SETUP = (ROOT / "tools" / "setup.sh").read_text(encoding="utf-8")
INSIDE = "/opt/trialtrail/"


def section(name: str) -> list[str]:
    """Return the lines of a section of the recipe."""
    found = re.search(rf"^%{name}\n(.*?)(?=^%|\Z)", RECIPE, re.MULTILINE | re.DOTALL)
    return [line.strip() for line in found[1].splitlines() if line.strip()]


def copied() -> dict[str, str]:
    """Return the files and folders that are copied, and to where."""
    return dict(line.split() for line in section("files"))


def test_what_is_copied_is_there_and_is_all_that_the_setup_reads():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert all((ROOT / name).exists() for name in copied())
    assert all(to == INSIDE + name for name, to in copied().items())
    read = {"pyproject.toml", "tools", "src", project["project"]["readme"]}
    read |= {name.split("/")[0] for name in re.findall(r"\b(requirements/\w+\.txt)", SETUP)}
    packages = {"schemas"}  # lies beside src and is imported by name (src/trialtrail/__init__.py)
    assert read | packages <= copied().keys()


def test_packages_of_the_system_are_those_of_the_setup():
    """The recipe installs what the set-up takes for granted; the set-up installs the rest."""
    installed = re.search(r"apt-get install (.+)", "\n".join(section("post")))[1].split()
    named = {package for package in installed if not package.startswith("-")}
    assert named == {"ca-certificates", "python3", "python3-venv"}
    assert f"sh {INSIDE}tools/setup.sh" in section("post")
    assert "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in SETUP
    assert "From: debian:bookworm-slim" in RECIPE, "its Python is 3.11, which the lock file has"


def test_jobs_in_a_container_find_the_environment():
    assert section("environment") == [f"export PATH={INSIDE}.venv/bin:$PATH"]
    assert 'container: "container/trialtrail.sif"' in (ROOT / "Snakefile").read_text("utf-8")


def asked_for_apptainer(folder, path):
    """Return how a run ends that is told to use Apptainer."""
    command = [sys.executable, "-m", "snakemake", "--cores", "1", "--directory", str(folder)]
    command += ["--snakefile", str(ROOT / "Snakefile")]
    command += ["--software-deployment-method", "apptainer"]
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def path_with_apptainer(tmp_path):
    """Return a path with a program that says it is Apptainer, and does nothing else."""
    program = tmp_path / "bin" / "apptainer"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho apptainer version 1.3.4\n")
    program.chmod(0o755)
    return f"{program.parent}{os.pathsep}{os.environ['PATH']}"


@pytest.mark.e2e
def test_without_an_image_no_job_begins(tmp_path, path_with_apptainer):
    done = asked_for_apptainer(tmp_path, path_with_apptainer)
    assert done.returncode == 1
    assert "There is no image to run the jobs in" in done.stderr
    assert "where: container/trialtrail.sif" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "results").exists()


@pytest.mark.e2e
@pytest.mark.skipif(bool(shutil.which("apptainer")), reason="Apptainer is here")
def test_without_apptainer_no_job_begins(tmp_path):
    (tmp_path / "container").mkdir()
    (tmp_path / "container" / "trialtrail.sif").touch()
    done = asked_for_apptainer(tmp_path, os.environ["PATH"])
    assert done.returncode == 1
    assert "apptainer or singularity command has to be available" in done.stderr
    assert not (tmp_path / "results" / "validation").exists()


@pytest.mark.cluster
def test_the_steps_of_the_recipe_make_an_environment(tmp_path):
    """Done in an empty folder, without an engine: what is copied is enough for the set-up."""
    for name in copied():
        target = tmp_path / name
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
            shutil.copytree(ROOT / name, target, ignore=ignored)
        else:
            shutil.copy2(ROOT / name, target)
    around = {key: value for key, value in os.environ.items() if key not in ("VENV", "LOCK")}
    subprocess.run(["sh", "tools/setup.sh"], cwd=tmp_path, env=around, check=True, timeout=300)
    modules = "import weasyprint, snakemake, trialtrail, schemas.base; print(trialtrail.ROOT)"
    told = subprocess.run(
        [str(tmp_path / ".venv/bin/python"), "-c", modules],
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert told.stdout.strip() == str(tmp_path)
