"""Write into ``docs/cluster.md`` what the cluster's tests found.

    python -m benchmarks.slurm

``make cluster-test`` writes ``benchmarks/results/slurm.json`` and then this; a test holds the page
against it.
"""

from __future__ import annotations

from typing import Any

from benchmarks.checkout import ROOT
from benchmarks.render import load, table

PAGE = ROOT / "docs" / "cluster.md"
BEGIN, END = "<!-- found -->\n", "<!-- found so far -->\n"


def block(found: dict[str, Any]) -> str:
    """Return the part of the page that is computed: what was run, what it took, what was equal."""
    by_slurm, killed, s3 = found["by_slurm"], found["killed"], found["s3"]
    machine, drawn = found["machine"], found.get("simulated")
    rows = [
        ["on this machine alone, the default profile", f"{found['local']['seconds']}", "–"],
        ["by Slurm", f"{by_slurm['seconds']}", equal(by_slurm)],
        ["by Slurm, resumed after its node was killed", seconds_of(killed), equal(killed)],
        ["with raw data from S3", "–", equal(s3)],
    ]
    parts = ", ".join(f"{part} ({n})" for part, n in by_slurm["equal_digests"].items())
    return "\n".join(
        [
            *table(["the shipped study", "seconds", "digests equal to those of the first"], rows),
            f"Slurm {by_slurm['slurm']} ran {by_slurm['jobs']} jobs as {by_slurm['slurm_jobs']} of"
            f" its own, on {machine['cores']} cores, Python {machine['python']}. Compared were"
            f" {parts}. In the other run the daemon of the node and"
            f" {killed['processes_killed']} processes of its jobs were killed after"
            f" {killed['after_jobs']} jobs; resumed, {killed['jobs_when_resumed']} jobs ran."
            f" Putting {s3['files_put']} files into the bucket took {s3['seconds_to_put']} seconds,"
            f" with {s3['raw_files']} raw files fetched before. Afterwards"
            f" {found['taken_down']['processes_left']} processes were left.",
            *(of_simulation(drawn) if drawn else []),
            "",
        ]
    )


def of_simulation(drawn: dict[str, Any]) -> list[str]:
    """Return what is said of drawn trials by Slurm."""
    return [
        "",
        f"{drawn['trials']} drawn trials went out as {drawn['blocks']} blocks in"
        f" {drawn['slurm_jobs']} jobs of Slurm, in {drawn['seconds']} seconds, against"
        f" {drawn['seconds_here']} here on two cores; {drawn['equal_files']} files were equal.",
    ]


def equal(found: dict[str, Any]) -> str:
    """Return how many digests were found to be equal."""
    return f"{sum(found['equal_digests'].values()):,}"


def seconds_of(killed: dict[str, Any]) -> str:
    """Return the seconds of the run that resumed."""
    return f"{killed['seconds_when_resumed']}"


def page(found: dict[str, Any], text: str) -> str:
    """Return the page with its computed part written anew."""
    before, _, rest = text.partition(BEGIN)
    _, mark, after = rest.partition(END)
    return f"{before}{BEGIN}\n{block(found)}\n{mark}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(load("slurm"), PAGE.read_text(encoding="utf-8")), encoding="utf-8")
