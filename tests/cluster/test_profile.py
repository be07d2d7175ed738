"""The profile for Slurm, the lock file and the page, without a cluster."""

from __future__ import annotations

import re
from types import SimpleNamespace

import yaml

from benchmarks.render import load
from benchmarks.slurm import PAGE, page
from tests.cluster.node import ROOT

PROFILE = yaml.safe_load((ROOT / "profiles/slurm/config.yaml").read_text(encoding="utf-8"))
ALONE: set[str] = set()
"""Rules that are meant to run as Slurm jobs of their own."""
NOT_RUN = {"all", "validate", "plan", "simulate", "power", "public", "word"}
"""Rules that only ask for files."""
OLDER = {"python-dateutil"}
"""What the S3 client holds back, against the lock file of everybody (decision 19)."""


def rules() -> set[str]:
    """Return the rules of the workflow."""
    files = [ROOT / "Snakefile", *(ROOT / "workflow/rules").glob("*.smk")]
    texts = [path.read_text(encoding="utf-8") for path in files]
    named = r"^\s*(?:use rule \w+ as|rule) (\w+)(?::| with:)"
    return {name for text in texts for name in re.findall(named, text, re.MULTILINE)}


def groups() -> dict[str, str]:
    """Return the group of each rule that the profile names."""
    return dict(line.split("=") for line in PROFILE["groups"])


def test_every_rule_has_a_group_or_runs_alone():
    assert groups().keys() | ALONE | NOT_RUN == rules()
    assert not groups().keys() & (ALONE | NOT_RUN)
    assert len(PROFILE["groups"]) == len(groups()), "a rule has two groups"


def test_every_group_says_how_many_parts_share_a_job():
    components = dict(line.split("=") for line in PROFILE["group-components"])
    assert components.keys() == set(groups().values())
    assert all(int(number) >= 1 for number in components.values())


def test_resources_are_numbers_whatever_the_size_of_the_inputs():
    assert PROFILE["set-resources"].keys() <= rules()
    asked = [PROFILE["default-resources"], *PROFILE["set-resources"].values()]
    assert PROFILE["default-resources"].keys() == {"mem_mb", "runtime"}
    for name, told in (pair for each in asked for pair in each.items()):
        sizes = [value(told, size_mb) for size_mb in (0, 1.5, 4000)]
        assert all(isinstance(size, int | float) and size > 0 for size in sizes), name
        assert sizes == sorted(sizes)


def value(told: int | str, size_mb: float) -> float:
    """Return a resource for inputs of a size, as Snakemake computes it."""
    known = {"__builtins__": {}, "max": max, "min": min}
    return eval(str(told), known, {"input": SimpleNamespace(size_mb=size_mb)})


def test_a_group_asks_for_what_one_job_needs():
    """The plugin runs the jobs of a group one after the other."""
    assert PROFILE["cores"] == 1
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "workflow/rules").glob("*.smk")]
    assert not any(re.search(r"^\s+threads:", text, re.MULTILINE) for text in texts)


def locked(name: str) -> dict[str, set[str]]:
    """Return the versions of a lock file by package: more than one where Pythons differ."""
    found: dict[str, set[str]] = {}
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    for package, version in re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE):
        found.setdefault(package, set()).add(version)
    return found


def test_the_environment_of_the_cluster_is_that_of_everybody_and_the_plugins():
    ours, cluster = locked("lock.txt"), locked("cluster.txt")
    assert {name for name in ours if cluster.get(name) != ours[name]} == OLDER
    plugins = {"snakemake-executor-plugin-slurm", "snakemake-storage-plugin-s3", "moto"}
    assert plugins <= cluster.keys() - ours.keys()
    assert "https://" not in (ROOT / "requirements/cluster.txt").read_text(encoding="utf-8")


def test_the_page_says_what_was_found():
    text = PAGE.read_text(encoding="utf-8")
    assert text == page(load("slurm"), text), "python -m benchmarks.slurm writes it"
