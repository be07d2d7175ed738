"""Write the files by which GitHub and GitLab run and check a study: `trialtrail ci init`."""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
from pathlib import Path

from trialtrail import __version__
from trialtrail.errors import StudyError
from trialtrail.escaping import visible
from trialtrail.integration.locked_packages import INDEX, locked

TEMPLATES = Path(__file__).parent / "files"
GITHUB, GITLAB = ".github/workflows/trialtrail.yml", ".gitlab-ci.yml"
LOCK, STUDY = "requirements.lock", "study.yaml"
SYSTEM = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
"""Packages of Debian and Ubuntu that the PDF needs."""
PYTHON = "3.12"
INDENT = {"github": 10, "gitlab": 6}


def write_files(options: argparse.Namespace) -> int:
    """Write the files for the study of this folder; nothing is written over without --force."""
    here = Path.cwd()
    if not (here / STUDY).is_file():
        raise StudyError(
            f"There is no {STUDY} here",
            where=here.as_posix(),
            rule="the files are written for the study of the folder in which the command is given",
            remedy="go to the folder of the study",
        )
    top = Path(_git("rev-parse", "--show-toplevel") or here).resolve()
    inside = here.resolve().relative_to(top).as_posix()
    prefix = "" if inside == "." else f"{inside}/"
    _refuse_odd(prefix)
    text, commands = locked(options.install or INDEX, here)
    both = options.github == options.gitlab
    files = {here / LOCK: text}
    for name, path, wanted in (
        ("github", GITHUB, options.github or both),
        ("gitlab", GITLAB, options.gitlab or both),
    ):
        if wanted:
            files[top / path] = _filled(name, inside, prefix, commands)
    there = [path for path in files if path.exists()]
    if there and not options.force:
        raise StudyError(
            f"{', '.join(visible(path.relative_to(top).as_posix()) for path in there)} is there",
            where=top.as_posix(),
            rule="nothing is written over",
            remedy="look at it, then give --force",
        )
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="\n")
        print(visible(path.relative_to(top).as_posix()))
    for note in _notes(options, here):
        print(note, file=sys.stderr)
    return 0


def _filled(name: str, folder: str, inside: str, commands: list[str]) -> str:
    """Return the text of a file: what is between two @ is filled in."""
    text = (TEMPLATES / f"{name}.yml").read_text(encoding="utf-8")
    for mark, value in {
        "VERSION": __version__,
        "BRANCH": _branch(),
        "FOLDER": folder,
        "INSIDE": inside,
        "PYTHON": PYTHON,
        "SYSTEM": SYSTEM,
        "STUDY": shlex.quote(STUDY),
        "INSTALL": f"\n{' ' * INDENT[name]}".join(commands),
    }.items():
        text = text.replace(f"@{mark}@", value)
    return text


def _notes(options: argparse.Namespace, here: Path) -> list[str]:
    notes = []
    if (options.install or INDEX) == INDEX:
        notes.append(
            f"CI installs trialtrail {__version__} from the package index, without a hash. Where "
            "it is not there: --install git+https://...@COMMIT, or a folder of wheels."
        )
    if _git("check-ignore", "results/") == "":
        notes.append("Add results/ and .snakemake/ to .gitignore: they have rows of participants.")
    if not (here / "results.lock").is_file():
        notes.append("Write results.lock and commit it: trialtrail lock")
    return notes


def _branch() -> str:
    """Return the branch whose every state is checked: that of the origin, else the one here."""
    origin = _git("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
    found = origin.removeprefix("origin/") or _git("symbolic-ref", "--quiet", "--short", "HEAD")
    return found if found and not set(found) & set("\"\\'\n@") else "main"


def _git(*words: str) -> str:
    try:
        done = subprocess.run(["git", *words], capture_output=True, text=True, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


def _refuse_odd(prefix: str) -> None:
    if set(prefix) & set("\"'\\$`@\n") or not prefix.isprintable():
        raise StudyError(
            "The path of the study has a sign that the files for CI cannot hold",
            where=visible(prefix),
            rule="no quotation mark, backslash, dollar, at sign or line break",
            remedy="rename the folder",
        )
