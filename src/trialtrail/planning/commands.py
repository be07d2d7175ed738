"""The commands `trialtrail plan`: lock the plan, and say what is locked and what differs."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from runrecord import journal, locked
from runrecord.digest import file_digest

from trialtrail.configuration import Study
from trialtrail.configuration.kind_of_study import needs_trial
from trialtrail.configuration.reading import configuration_of
from trialtrail.errors import StudyError
from trialtrail.escaping import visible
from trialtrail.planning.content import defaults, plan_of
from trialtrail.planning.deviations import judge, judged_against
from trialtrail.planning.words import told

FILE = "plan_lock.json"
RULE = "a plan is locked by somebody, for a reason, and in a file that the configuration names"
DIFFERS, WHOLE = 1, 0


def lock_plan(options: argparse.Namespace) -> int:
    """Lock the plan as it is configured: a version more in the file of the lock, and an entry."""
    for part in ("by", "why"):
        if not any(sign.isalnum() for sign in getattr(options, part)):
            raise StudyError(f"--{part} says nothing", rule=RULE, remedy="give a name and a reason")
    study = _study(options.configfile)
    path = _file_of(study, options.configfile)
    content, labels = plan_of(study)
    by, why = options.by.strip(), options.why.strip()
    results = Path(options.results)
    lineage, base = results / "lineage", results.resolve().parent
    configuration = os.path.relpath(options.configfile.resolve(), base)
    facts = {
        "path": Path(os.path.relpath(Path(path).resolve(), base)).as_posix(),
        "configuration": {Path(configuration).as_posix(): file_digest(options.configfile)},
    }
    before = Path(path).read_bytes() if Path(path).exists() else None
    version = locked.append(path, content, labels, by=by, why=why)
    facts |= {"by": by, "why": why, "locked_at": version["at"], **locked.head(path)}
    try:
        entry = journal.append(lineage, "plan_lock", **facts)
    except BaseException:  # nothing is locked that the journal does not have
        Path(path).unlink() if before is None else Path(path).write_bytes(before)
        raise
    for line in _version_lines(version):
        print(visible(line))
    print(f"\nKept in {path}, and noted as entry {entry['n']} of {lineage}/{journal.FILE}.")
    print("Who is sent its digest, or reads it where it is published, can tell that it was not")
    print("changed afterwards. Keep the file with the configuration, in the repository.")
    day = study.config["study"].get("unblinded_on")
    if day and version["at"][:10] >= day:
        print(f"\nIt is locked after the unblinding on {day}: estimates are still judged against")
        print("the last version before that day, and this one explains what differs from it.")
    return WHOLE


def show_versions(options: argparse.Namespace) -> int:
    """Print the locked versions, the last one first."""
    study = _study(options.configfile)
    versions = locked.read(_locked_file(study, options.configfile))
    day = study.config["study"].get("unblinded_on")
    against = judged_against(versions, day and date.fromisoformat(day))
    for version in reversed(versions):
        for line in _version_lines(version):
            print(visible(line))
        if version is against:
            print("  estimates are judged against this version")
    if against is None:
        print(f"No version was locked before the unblinding on {day}: all counts as post hoc.")
    return WHOLE


def show_status(options: argparse.Namespace) -> int:
    """Print how the configuration differs from the locked plan; 1 where that stops a run."""
    study = _study(options.configfile)
    versions = locked.read(_locked_file(study, options.configfile))
    given = study.config["study"].get("unblinded_on")
    content, _ = plan_of(study)
    reasons = study.analysis("deviations")
    try:
        judged = judge(versions, content, reasons, given, defaults())
    except StudyError as error:
        print(visible(error.text()))
        return DIFFERS
    against = judged.against
    if against is None:
        print(f"No version was locked before the unblinding on {given}: all counts as post hoc.")
    else:
        print(f"Judged against version {against['version']}, locked on {against['at'][:10]}.")
    for each in judged.found:
        print(visible(f"  {told(each.difference)}"))
        print(visible(f"    {each.reason} ({each.by}, {each.on})"))
    if not judged.found:
        print("What is configured is the locked plan: nothing differs.")
    return WHOLE


def _study(file: Path) -> Study:
    """Return the study of a configuration file.

    Raises:
        StudyError: the file cannot be read, or cannot be used.
    """
    study = Study(configuration_of(file, "name the file with --configfile"), file)
    needs_trial(study.config, "A locked analysis plan")
    return study


def _file_of(study: Study, configuration: Path) -> str:
    """Return the file of the lock, which may not be there yet.

    Raises:
        StudyError: the configuration names none.
    """
    if study.plan_lock:
        return study.plan_lock
    place = Path(os.path.relpath(configuration.resolve().parent, study.folder.resolve()))
    raise StudyError(
        "The configuration does not say where the locked plan is kept",
        where=f"{configuration.as_posix()}, study.plan_lock",
        rule=RULE,
        remedy=f"add `plan_lock: {(place / FILE).as_posix()}` under `study`, and lock again",
    )


def _locked_file(study: Study, configuration: Path) -> str:
    """Return the file of the lock, which is there.

    Raises:
        StudyError: the plan was never locked.
    """
    path = _file_of(study, configuration)
    if not Path(path).exists():
        raise StudyError(
            "The plan is not locked, or its lock is gone",
            where=path,
            rule=RULE,
            remedy="lock it with `trialtrail plan lock --by NAME --why TEXT`, or put the file back",
        )
    return path


def _version_lines(version: dict[str, Any]) -> Iterator[str]:
    """Yield a version in lines: number and time, who and why, what it locks, its digest."""
    content = version["content"]
    yield f"version {version['version']}, locked {version['at']} by {version['by']}"
    yield f"  why: {version['why']}"
    analyses, outcomes = len(content["analyses"]), len(content["outcomes"])
    yield f"  {analyses} analyses of {outcomes} outcomes"
    yield f"  digest: {version['sum']}"
