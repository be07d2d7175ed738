"""One node of Slurm on loopback, and the processes of a run, which can be told from all others."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "cluster" / "slurm.sh"
MARK, OF_THESE_TESTS = "TRIALTRAIL_TEST_MARK", uuid.uuid4().hex
LIMIT = 600
"""Seconds after which a run is given up."""
FLAGS = (
    *("--workflow-profile", "profiles/slurm", "--slurm-no-account"),
    *("--slurm-status-command", "squeue", "--latency-wait", "15"),
)
"""What this Slurm needs beyond the profile: it keeps no accounts, and its node shares the disk."""
TESTED = "<!-- tested on a cluster -->"
"""In docs/cluster.md before each block of commands that these tests run."""
PARTS = {
    "datasets": "datasets/",
    "tables": "tables/",
    "figures": "figures/",
    "PDF": "report/report.pdf",
    "HTML": "report/report.html",
}
"""Parts of the results by where they lie; the other files are counted together."""


class Machine:
    """This machine: runs of the shipped study, in an environment that bears a mark."""

    def __init__(self, **surroundings: str) -> None:
        own = {MARK: OF_THESE_TESTS, "SNAKEMAKE_WARM_IDLE": "0"}
        self.environ = {**os.environ, **own, **surroundings}

    def start(self, folder: Path, *options: str) -> subprocess.Popen:
        """Start a run of the shipped study in a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "snakemake", *options]
        command += ["--directory", str(folder), "--snakefile", str(ROOT / "Snakefile")]
        with open(folder / "said.txt", "a", encoding="utf-8") as said:
            return subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environ,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def run(self, folder: Path, *options: str) -> float:
        """Run the shipped study in a folder; return the seconds it took."""
        begun = time.monotonic()
        run = self.start(folder, *options)
        try:
            code = run.wait(LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGTERM)
            run.wait(30)
            raise
        assert code == 0, said(folder)
        return time.monotonic() - begun

    def told(self, command: str, study: Path) -> subprocess.CompletedProcess:
        """Run a command of the documentation on the study in a folder."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{self.environ['PATH']}"
        return subprocess.run(
            ["sh", "-c", command.replace("my-study", shlex.quote(str(study)))],
            cwd=ROOT,
            env=self.environ | {"PATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT,
            check=False,
        )

    def processes(self, of_jobs: bool = False) -> dict[int, str]:
        """Return the processes with the mark, those of jobs alone where asked: id and command."""
        found = {}
        for place in Path("/proc").iterdir():
            if not place.name.isdigit():
                continue
            try:
                around = (place / "environ").read_bytes().split(b"\0")
                ended = (place / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
                command = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            of_job = any(part.startswith(b"SLURM_JOB_ID=") for part in around)
            marked = f"{MARK}={OF_THESE_TESTS}".encode() in around
            if marked and not ended and (of_job or not of_jobs):
                found[int(place.name)] = command
        return found

    def nothing_is_left(self, seconds: float = 15) -> dict[int, str]:
        """Return what is still alive of it after a while."""
        end = time.monotonic() + seconds
        while (left := self.processes()) and time.monotonic() < end:
            time.sleep(0.1)
        return left


class Slurm(Machine):
    """A node of Slurm in a folder of its own; its daemons and jobs bear the mark, too."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        path = os.pathsep.join([str(folder / "bin"), os.environ["PATH"]])
        super().__init__(SLURM_CONF=str(folder / "slurm.conf"), PATH=path)

    def tool(self, act: str) -> None:
        """Let tools/cluster/slurm.sh do something; it says itself what went wrong."""
        command = ["sh", str(TOOL), act, *([] if act == "install" else [str(self.folder)])]
        subprocess.run(command, env=self.environ, check=True, timeout=LIMIT)

    def ask(self, *command: str) -> str:
        """Return what a command of Slurm says."""
        done = subprocess.run(
            command, env=self.environ, capture_output=True, text=True, check=True, timeout=30
        )
        return done.stdout.strip()

    def jobs(self) -> int:
        """Return how many jobs this Slurm has been given."""
        return len(self.ask("squeue", "--noheader", "--states=all", "--format=%i").splitlines())


def reason_to_skip() -> str:
    """Return why Slurm cannot be tested here, nothing where it can."""
    if os.getuid() != 0:
        return "Slurm's daemons need root"
    if not shutil.which("slurmctld") and not shutil.which("apt-get"):
        return "Slurm is not here, and there is no apt to install it"
    return ""


def said(folder: Path) -> str:
    """Return what the runs in a folder said."""
    return (folder / "said.txt").read_text(encoding="utf-8")


def journal(folder: Path) -> list[dict]:
    """Return the entries of the journal of a folder, as far as they are written."""
    try:
        lines = (folder / "results/lineage/journal.jsonl").read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return []
    return [json.loads(line) for line in lines]


def attempts(folder: Path) -> list[dict]:
    """Return the attempts at jobs that the journal has."""
    return [entry for entry in journal(folder) if entry["kind"] == "attempt"]


def records(folder: Path) -> list[dict]:
    """Return the records of the jobs."""
    found = sorted((folder / "results/lineage/records").glob("*.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in found]


def verified(folder: Path) -> str:
    """Return the last line of `trialtrail verify`."""
    trialtrail = Path(sys.executable).with_name("trialtrail")
    done = subprocess.run(
        [trialtrail, "verify"], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout
    return done.stdout.strip().splitlines()[-1]
