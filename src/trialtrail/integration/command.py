"""The commands `trialtrail lock` and `trialtrail ci`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from runrecord.graph import counted

from trialtrail.errors import StudyError
from trialtrail.escaping import visible
from trialtrail.trail.results_lock import (
    NAME,
    compare_locks,
    lines_of,
    lock_of,
    read_lock,
    write_lock,
)

PASSED, FAILED, STOPPED = 0, 1, 3
"""Exit codes: nothing that the study lists was found; something was; the run stopped. 2 is for a
question that cannot be answered, as of every other command."""
STUDY = "study.yaml"
SHOWN = 50
"""Lines that are told of one check; `--all` tells more."""
CODES = (
    "Exit code: 0 nothing is found that `ci.fail_on` of the study lists; 1 something is; 2 it "
    "cannot be told, such as without a configuration; 3 the run stopped."
)


def add_lock_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `trialtrail lock`."""
    parser.epilog = "Exit code of --check: 0 no printed number differs, 1 one does, 2 no lock."
    _add_study(parser)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; name the numbers that differ"
    )


def add_ci_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `trialtrail ci`."""
    parser.epilog = CODES
    _add_study(parser)
    parser.add_argument(
        "--cores", type=int, default=os.cpu_count() or 1, help="for the run (%(default)s)"
    )
    parser.add_argument(
        "--no-run", action="store_true", help="look at the results as they are, and run nothing"
    )
    parser.add_argument("--all", action="store_true", help=f"more than {SHOWN} lines of a check")
    writing = parser.add_argument_group("trialtrail ci init: write the files for CI, once")
    writing.add_argument("--github", action="store_true", help="only that for GitHub Actions")
    writing.add_argument("--gitlab", action="store_true", help="only that for GitLab")
    writing.add_argument(
        "--install",
        metavar="WHERE",
        help="where CI gets trialtrail: `index`, git+https://...@COMMIT, or a folder of wheels",
    )
    writing.add_argument("--force", action="store_true", help="write over files that are there")


def _add_study(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "study",
        nargs="?",
        default=STUDY,
        metavar="STUDY",
        help="the configuration of the study (%(default)s)",
    )
    parser.add_argument(
        "--results", metavar="DIR", help="the results folder (`results` beside the configuration)"
    )


def lock_command(options: argparse.Namespace) -> int:
    """Write the lock of a study, or say what differs from it."""
    study, results = _places(options)
    path = study.parent / NAME
    if options.check:
        if not path.is_file():
            raise StudyError(
                f"There is no {NAME}", where=path.as_posix(), remedy="write it: trialtrail lock"
            )
        committed = read_lock(path.read_text(encoding="utf-8"), path.as_posix())
        moved = compare_locks(committed, lock_of(results, sealed=False))
        print("\n".join(lines_of(moved)))
        return FAILED if moved.pairs else PASSED
    lock = lock_of(results)
    try:
        before = read_lock(path.read_text(encoding="utf-8"), path.as_posix())
    except (StudyError, OSError, UnicodeDecodeError):
        before = None
    write_lock(path, lock)
    if before is not None:
        print("\n".join(lines_of(compare_locks(before, lock))).replace(NAME, f"the {NAME} before"))
    count = counted(len(lock.numbers), ("printed number", "printed numbers"))
    queries = counted(len(lock.queries), ("open error query", "open error queries"))
    print(f"{visible(path.as_posix())}: {count}, {queries}. Look at it, and commit it.")
    return PASSED


def ci_command(options: argparse.Namespace) -> int:
    """Run the whole analysis and make the checks that the study lists; or write files for CI."""
    if options.study == "init" and not Path("init").exists():
        from trialtrail.integration.init import write_files

        return write_files(options)
    from trialtrail.configuration.reading import configuration_of

    study, results = _places(options)
    wanted = fail_on(configuration_of(study, "name it: trialtrail ci STUDY.yaml"))
    if not options.no_run:
        from trialtrail.running import run_study

        if results != study.parent / "results":
            raise StudyError(
                "A run writes its results beside the configuration",
                where=results.as_posix(),
                remedy="leave --results out, or look at what is there: --no-run",
            )
        words = ["--cores", str(options.cores)]
        code = run_study(study, words, lock_told_later="changed_number" in wanted)
        if code:
            print(f"FAILS  the run stopped with {code}; it says above why", file=sys.stderr)
            return STOPPED
    return tell(wanted, study, results, None if options.all else SHOWN)


def tell(wanted: list[str], study: Path, results: Path, most: int | None = SHOWN) -> int:
    """Make the checks, print what each finds, and return the exit code."""
    from trialtrail.integration.checks import CHECKS, Checked

    checked = Checked(results, study.parent / NAME)
    outcomes = [check(checked) for name, check in CHECKS.items() if name in wanted]
    width = max((len(one.name) for one in outcomes), default=0)
    for one in outcomes:
        print(visible(f"{'FAILS' if one.problems else 'ok':<6} {one.name:<{width}}  {one.said}"))
        for line in one.problems[:most]:
            print(visible(f"         {line}"))
        if most is not None and len(one.problems) > most:
            print(f"         and {len(one.problems) - most:,} more (--all)")
        if one.problems:
            print(f"         -> {one.remedy}")
    failed = [one.name for one in outcomes if one.problems]
    asked = counted(len(outcomes), ("check", "checks"))
    print(f"{asked}: {', '.join(failed)} failed" if failed else f"{asked}: all passed")
    return FAILED if failed else PASSED


def fail_on(configuration: dict[str, Any]) -> list[str]:
    """Return the checks that a study lists, or those of the schema's default.

    Raises:
        StudyError: it lists one that there is not.
    """
    from trialtrail.configuration.schema import default_of
    from trialtrail.integration.checks import CHECKS

    section = configuration.get("ci")
    listed = section.get("fail_on") if isinstance(section, dict) else None
    wanted = default_of("ci.fail_on") if listed is None else listed
    unknown = [one for one in wanted if one not in CHECKS] if isinstance(wanted, list) else ["it"]
    if unknown:
        raise StudyError(
            "There is no such check",
            where=f"ci.fail_on: {', '.join(map(str, unknown))}",
            rule=f"it lists some of {', '.join(CHECKS)}",
            remedy="correct the list",
        )
    return wanted


def _places(options: argparse.Namespace) -> tuple[Path, Path]:
    """Return the configuration of the study, which is there, and its results folder.

    Raises:
        StudyError: there is no configuration.
    """
    study = Path(options.study)
    study = study / STUDY if study.is_dir() else study
    if not study.is_file():
        raise StudyError(
            "No configuration file is here",
            where=study.as_posix(),
            remedy="name the file of the study",
        )
    return study, Path(options.results) if options.results else study.parent / "results"
