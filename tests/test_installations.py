"""What says how trialtrail is installed: the files agree with each other and with the project."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tools.run_dockerfile import Builder, Stage, inside, instructions
from trialtrail import ROOT, __version__

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
BROUGHT = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
STEPS = instructions(DOCKERFILE)
RECIPE = (ROOT / "container/trialtrail.def").read_text(encoding="utf-8")
SET_UP = (ROOT / "tools/setup.sh").read_text(encoding="utf-8")
PACKAGES = ("trialtrail", "runrecord", "snakemake-executor-plugin-warm")
BY_CONDA = {"pango": {"libpango-1.0-0", "libpangoft2-1.0-0"}, "harfbuzz": {"libharfbuzz-subset0"}}
"""Packages of conda-forge -> the packages of Debian that they stand for."""


def of_system(text: str) -> set[str]:
    """Return the libraries that a text installs through apt."""
    return set(re.findall(r"\blib[a-z]+[\w.+-]*\b", " ".join(re.findall(r"apt.*", text))))


def copied() -> set[str]:
    """Return what the Dockerfile copies of the checkout."""
    words = [rest.split() for name, rest in STEPS if name == "COPY"]
    return {path for line in words if not line[0].startswith("--") for path in line[:-1]}


def test_the_wheel_is_laid_out_as_the_repository():
    for path, place in BROUGHT.items():
        assert place == f"trialtrail/_workflow/{path}"
        assert (ROOT / path).exists(), path


def test_what_the_rules_ask_of_the_root_is_brought():
    """Each folder or file that a rule or a module names from the root of the repository."""
    asked = re.compile(r"ROOT / \"([\w.-]+)|ROOT / (?:f?\")([\w.-]+)")
    files = [ROOT / "Snakefile", *(ROOT / "workflow").rglob("*.smk"), *(ROOT / "src").rglob("*.py")]
    found = {one or two for p in files for one, two in asked.findall(p.read_text(encoding="utf-8"))}
    # The configuration that ships, and whether this is a checkout, are asked of checkouts alone.
    assert {part.partition("/")[0] for part in found} <= {*BROUGHT, "config", ".git"}
    assert len(found) >= 5


def test_the_image_is_built_from_what_the_wheel_brings():
    tops = {path.partition("/")[0] for path in copied()}
    assert {path.partition("/")[0] for path in BROUGHT} <= tops
    assert {"src", "packages", "pyproject.toml", PROJECT["project"]["readme"]} <= tops
    kept = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {line.removeprefix("!") for line in kept if line.startswith("!")} == tops
    assert [path for path in copied() if not (ROOT / path).exists()] == []


def test_the_libraries_of_the_system_are_the_same_everywhere():
    wanted = of_system(SET_UP)
    assert len(wanted) >= 3
    (apt,) = (rest for name, rest in STEPS if name == "RUN" and "apt-get install" in rest)
    assert of_system(apt) == wanted
    assert of_system(RECIPE.replace("\\\n", "")) == wanted
    assert set().union(*BY_CONDA.values()) == wanted


def test_the_image_takes_packages_of_the_lock_with_their_hashes():
    runs = [rest for name, rest in STEPS if name == "RUN"]
    installs = [part for rest in runs for part in rest.split("&&") if " install " in part]
    for part in installs:
        if "apt-get" not in part:
            locked = "--require-hashes" in part or "--constraint requirements/lock.txt" in part
            assert locked, part
    assert sum("pip install" in part for part in installs) == 3
    assert "echo requirements/lock.txt > /opt/trialtrail/.trialtrail-lock" in " ".join(runs)
    assert "note_compiled" in " ".join(runs)


def test_the_image_is_of_a_supported_python_and_no_root():
    bases = {rest.partition(" AS ")[0] for name, rest in STEPS if name == "FROM"}
    (version,) = (re.fullmatch(r"python:(3\.\d+)-slim-\w+", base)[1] for base in bases)
    assert f"Programming Language :: Python :: {version}" in PROJECT["project"]["classifiers"]
    assert [rest for name, rest in STEPS if name == "USER"] == ["1000"]
    assert ("ENTRYPOINT", '["trialtrail"]') in STEPS
    assert f'version="{__version__}"' in DOCKERFILE


def test_the_image_is_linted():
    found = Path(sys.executable).with_name("hadolint")
    if not found.is_file():
        pytest.skip("hadolint has no wheel for this machine")
    done = subprocess.run([found, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_pixi_takes_the_packages_of_this_project():
    told = tomllib.loads((ROOT / "pixi.toml").read_text(encoding="utf-8"))
    assert {*told["dependencies"]} == {"python", *BY_CONDA}
    assert {*told["pypi-dependencies"]} == {*PACKAGES}
    for name, about in told["pypi-dependencies"].items():
        project = tomllib.loads((ROOT / about["path"] / "pyproject.toml").read_text())["project"]
        assert project["name"] == name
        assert {*about.get("extras", [])} <= {*project.get("optional-dependencies", {})}
    lower = PROJECT["project"]["requires-python"]
    assert told["dependencies"]["python"].startswith(f"{lower},<")


def test_the_environment_of_conda_takes_the_same():
    told = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    pixi = tomllib.loads((ROOT / "pixi.toml").read_text(encoding="utf-8"))["dependencies"]
    *of_conda, by_pip = told["dependencies"]
    found = dict(line.partition(" ")[::2] for line in of_conda)
    assert found.pop("pip") == ""
    assert found == pixi
    assert by_pip == {"pip": ["--find-links dist", "trialtrail[run]"]}
    assert "run" in PROJECT["project"]["optional-dependencies"]


def test_the_container_for_developers_is_set_up_by_the_makefile():
    told = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text(encoding="utf-8"))
    assert re.fullmatch(r"python:3\.\d+-\w+", told["image"])
    target = told["postCreateCommand"].removeprefix("make ")
    assert f"\n{target}:" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_steps_are_read_as_they_stand():
    text = "# a comment\nFROM base AS one\nRUN a \\\n# within\n    && b\n\nCOPY --from=one /x /y\n"
    assert instructions(text) == [
        ("FROM", "base AS one"),
        ("RUN", "a      && b"),
        ("COPY", "--from=one /x /y"),
    ]


def test_a_step_that_is_not_known_ends_it(tmp_path):
    with pytest.raises(SystemExit, match="VOLUME is not obeyed here"):
        Builder(tmp_path, tmp_path).build("VOLUME /x")


def test_files_and_settings_are_as_the_steps_say(tmp_path):
    base, context = tmp_path / "base", tmp_path / "context"
    (base / "etc").mkdir(parents=True)
    (context / "part").mkdir(parents=True)
    (context / "part/a").write_text("a")
    (context / "b").write_text("b")
    steps = """
        FROM x AS one
        WORKDIR /in
        COPY part part
        COPY b ./
        ENV A=1 PATH=/opt:$PATH
        FROM x
        WORKDIR /study
        COPY --from=one /in /out
        USER 7
        ENTRYPOINT ["p"]
        CMD ["q"]
    """
    builder = Builder(base, tmp_path / "into", context)
    last = builder.build(steps)
    assert builder.stages["one"].environment["PATH"].startswith("/opt:/usr/local/sbin")
    assert builder.stages["one"].environment["A"] == "1"
    assert (last.root / "out/part/a").read_text() == "a"
    assert (last.root / "out/b").read_text() == "b"
    assert (last.folder, last.user, last.entry, last.command) == ("/study", "7", ["p"], ["q"])


@pytest.mark.nightly
def test_the_steps_of_the_image_lead_to_a_report(tmp_path):
    """On a bare Debian with its own Python in the place of the image's."""
    needs = [name for name in ("debootstrap", "unshare", "chroot") if shutil.which(name) is None]
    if needs or os.geteuid() != 0:
        pytest.skip(f"only as root, with debootstrap; missing: {', '.join(needs) or 'root'}")
    base = tmp_path / "base"
    given = "ca-certificates,python3,python3-venv"
    made = ["debootstrap", "--variant=minbase", f"--include={given}", "bookworm", str(base)]
    if subprocess.run(made, capture_output=True, check=False).returncode:
        pytest.skip("no archive of Debian can be reached")
    study = tmp_path / "study"
    shutil.copytree(ROOT / "tests/studies/balance", study)
    builder = Builder(base, tmp_path / "image")
    stage: Stage = builder.build(DOCKERFILE)
    for path in [study, *study.rglob("*")]:
        os.chown(path, 12345, 12345)  # a number that nobody has there, as --user gives it
    tmp_path.chmod(0o755)
    done = inside(stage, [*stage.entry, *stage.command], {}, study, "12345")
    assert done.returncode == 0, done.stdout
    assert "Exception" not in done.stdout
    told = inside(stage, [*stage.entry, "verify"], {}, study, "12345")
    assert "all is whole" in told.stdout
    assert "not from the lock" not in told.stdout
    assert "byte code of libraries that was not checked" not in told.stdout
