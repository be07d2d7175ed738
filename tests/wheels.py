"""The three distributions as wheels, and environments into which they are installed.

No registry is asked: what the wheels need is copied from the environment of the tests, with the
lists of what was installed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from importlib.metadata import distribution
from pathlib import Path

from runrecord.installed import Installed

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("packages/runrecord", "packages/snakemake-executor-plugin-warm", ".")
OURS = ("runrecord", "snakemake-executor-plugin-warm", "trialtrail")
LIGHT = ("pyarrow", "pyyaml")
"""What the command needs by itself."""


def uv(*words: str) -> None:
    """Run uv for this interpreter, without a network.

    Raises:
        CalledProcessError: it failed.
    """
    command = [sys.executable, "-m", "uv", *words, "--offline", "--quiet"]
    subprocess.run(command, check=True, capture_output=True)


def build_wheels(folder: Path, parts: tuple[str, ...] = PARTS) -> list[Path]:
    """Build wheels as `make wheels` does; return their paths."""
    for part in parts:
        build = ["build", "--wheel", "--no-build-isolation", "--python", sys.executable]
        uv(*build, "--out-dir", str(folder), str(ROOT / part))
    return sorted(folder.glob("*.whl"))


def needed() -> list[str]:
    """Return the distributions that `trialtrail[run]` needs and that are not of this project."""
    here = Installed(sysconfig.get_path("purelib"), sys.prefix, "trialtrail")
    return [name for name in here.distributions if name not in OURS]


def make_environment(folder: Path, wheels: list[Path]) -> Path:
    """Make a virtual environment with wheels and what they need; return its folder of commands."""
    uv("venv", "--python", sys.executable, str(folder))
    python = folder / "bin" / "python"
    asked = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    library = Path(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip())
    for name in needed():
        copy_distribution(name, library)
    # Files of our own: a test writes to them, and uv would link them to its cache.
    given = ["pip", "install", "--no-deps", "--link-mode", "copy", "--python", str(python)]
    uv(*given, *map(str, wheels))
    return folder / "bin"


def copy_distribution(name: str, library: Path) -> None:
    """Copy the files of an installed distribution into another folder of libraries."""
    for file in distribution(name).files:
        source, target = Path(file.locate()), Path(os.path.normpath(library / file))
        if source.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(source, target)  # as installers do; nobody writes to them
            except OSError:
                shutil.copy2(source, target)


def extra_of(metadata: str) -> dict[str, list[str]]:
    """Return the requirements that the text of a wheel's metadata names, by extra; '' is none."""
    found: dict[str, list[str]] = {}
    for need, extra in re.findall(r"^Requires-Dist: (\S+)(?:.*extra == '(\w+)')?", metadata, re.M):
        found.setdefault(extra, []).append(re.split(r"[<>=;]", need)[0])
    return found
