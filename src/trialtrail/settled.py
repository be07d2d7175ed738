"""Know in a moment that there is nothing to do: no file has been touched since the last whole run.

Whether a job must run follows from the workflow's own files, the configuration, the inputs and
outputs of all jobs, the folders that patterns were matched in, and the command. A run that ends
well notes the state of each of them; while all are as noted, the answer is known without reading
the rules. Whatever differs (a time stamp, a size, a file more in a folder, another option) leads to
the whole question again, which Snakemake answers as always.

The state of a file is what the kernel keeps of it, the time of its last change of any kind (ctime)
among them, which no program can set back. It is not its digest: `trialtrail verify` reads those.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from trialtrail import ROOT

NOTE = Path(".snakemake", "trialtrail", "settled.json")
FORM = "trialtrail-settled/1"
COUNTS = ("--cores", "-c", "--jobs", "-j", "--warm-idle")
"""Options that do not bear on what must run; they take a number, or none."""
PLACES = ("--directory", "-d", "--snakefile", "-s", "--configfile", "--profile", "--executor")
"""Options with one value under which the answer may be noted, each kept with its value."""
FLAGS = ("--keep-going", "-k", "--rerun-incomplete", "--ri", "--nocolor")
SURROUNDINGS = ("TRIALTRAIL_", "SNAKEMAKE_")
WATCHED = (".snakemake/incomplete", ".snakemake/metadata")
"""Folders of Snakemake in which a file more or less changes its answer."""


def targets() -> list[str]:
    """Return what the last whole run made, if nothing has been touched since; else nothing."""
    try:
        note = json.loads(NOTE.read_bytes())
        if note["form"] != FORM or note["asked"] != asked(sys.argv[1:]):
            return []
        if any(state(path) != was for path, was in note["files"].items()):
            return []
        return note["targets"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []


def note_settled(workflow: Any, made: Sequence[str], read: Iterable[str | Path]) -> None:
    """Note the state of all that the answer rests on, after a run that ended well.

    Args:
        workflow: Snakemake's, with the jobs of this run.
        made: the targets of the default rule.
        read: files and folders that the Snakefile itself has looked at.
    """
    command = asked(sys.argv[1:])
    if command is None:
        return
    paths = {*map(str, read), *map(str, made), *WATCHED}
    for job in workflow.dag.jobs:
        paths.update(map(str, job.input))
        paths.update(map(str, job.output))
    files = {path: state(path) for path in sorted(paths)}
    if any(files[path] is None for path in map(str, made)):
        return
    note = {"form": FORM, "asked": command, "targets": list(made), "files": files}
    NOTE.parent.mkdir(parents=True, exist_ok=True)
    draft = NOTE.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(note), encoding="utf-8")
    draft.replace(NOTE)


def note_unneeded(workflow: Any, made: Sequence[str], read: Iterable[str | Path]) -> None:
    """Note it also where Snakemake has looked at everything and found nothing to do.

    Called at the very end of the process, when Snakemake has left the working folder.
    """
    try:
        os.chdir(workflow.overwrite_workdir or ".")
        if any(True for _ in workflow.dag.needrun_jobs()):
            return
    except AttributeError:  # it did not come as far
        return
    note_settled(workflow, made, read)


def get_ready() -> None:
    """Let the warm interpreter begin, if the command is a plain one that is going to run jobs."""
    if asked(sys.argv[1:]) is not None:
        with contextlib.suppress(ImportError, OSError):
            from snakemake_executor_plugin_warm import prepare

            prepare()


def forget() -> None:
    """Drop the note, before anything is run."""
    NOTE.unlink(missing_ok=True)


def asked(arguments: Sequence[str], environ: Mapping[str, str] | None = None) -> list | None:
    """Return what was asked for, as far as it bears on what must run; None for anything special."""
    environ = os.environ if environ is None else environ
    kept, rest = [], list(arguments)
    while rest:
        word, _, value = rest.pop(0).partition("=")
        if word in COUNTS or (word[:2] in COUNTS and word[2:].isdigit()):
            if not value and word in COUNTS and rest and (rest[0].isdigit() or rest[0] == "all"):
                rest.pop(0)
        elif word in PLACES:
            if not value and not rest:
                return None
            kept.append([word, value or rest.pop(0)])
        elif word in FLAGS and not value:
            kept.append([word])
        else:
            return None
    around = sorted([k, v] for k, v in environ.items() if k.startswith(SURROUNDINGS))
    return [kept, around, sys.version, sys.executable, str(ROOT)]


def state(path: str | Path) -> list[int] | None:
    """Return what changes when anything is done to a file or in a folder; None where it is not."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return [found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino, found.st_dev]
