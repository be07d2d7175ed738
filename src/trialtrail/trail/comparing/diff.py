"""Compare two results folders: what changed, and which of it moved which cells and numbers.

Every change is a cause. It is proven by a replay: the run of A is made again in a folder of its
own with only that cause taken from B, and what then moves is the effect of that cause.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from runrecord.digest import json_text

from trialtrail.errors import StudyError
from trialtrail.trail.comparing.answer import CANNOT_TELL, Answer
from trialtrail.trail.comparing.causes import FAILED, REPLAYED, Cause, Comparison, may_move, units
from trialtrail.trail.comparing.effects import (
    UNEXPLAINED,
    Snapshot,
    attribute,
    differences,
    files_differing,
    moved,
    plain,
    snapshot_of,
)
from trialtrail.trail.comparing.replay import Bench, Replay, replay_causes
from trialtrail.trail.comparing.revisions import State, is_revision, state_of
from trialtrail.trail.comparing.run_folders import run_of
from trialtrail.trail.comparing.run_inputs import RunInputs
from trialtrail.trail.comparing.settings import differing

FORM = "trialtrail-diff/1"
MOST = 30
ROWS = 20
"""Numbers told one by one, the most important first."""


def compare(a: RunInputs, b: RunInputs) -> Answer:
    """Return what differs, without a replay."""
    snapshots = snapshot_of(a), snapshot_of(b)
    comparison = Comparison(a, b)
    lacking = [name for name, one in zip("AB", snapshots, strict=True) if one.register is None]
    if len(lacking) == 1:  # else every number of the other would be one that differs
        comparison.missing.append(f"{lacking[0]} has no report, so no printed number is compared")
        for one in snapshots:
            one.numbers = {}
    answer = Answer(comparison, differences(*snapshots), files_differing(a, b), snapshots)
    movers: dict[str, list[int]] = {}
    for cause in comparison.causes:
        for table in may_move(cause, (a.graph, b.graph)):
            movers.setdefault(table, []).append(cause.number)
    for one in answer.differences:
        one.causes = list(movers.get(one.address.partition("#")[0], []))
    return answer


def prove(answer: Answer, base: Path, cores: int, most: int = MOST) -> None:
    """Replay every cause alone and all of them together, and say what each brings about."""
    comparison = answer.comparison
    bench = Bench(comparison, base, cores)
    able = [cause for cause in comparison.causes if cause.data or cause.code or cause.entries]
    groups = units(able, most)
    proof = replay_causes(bench, groups)
    answer.replays, answer.notes = proof.runs, bench.notes
    unchanged = proof.unchanged
    answer.unchanged = list(moved(answer.snapshots[0].both(), unchanged.snapshot.both()))
    alone: dict[int, Snapshot] = {}
    for group, replay in zip(groups, proof.alone, strict=True):
        _note_effects(group, replay, unchanged)
        if replay.snapshot is not None:
            alone |= {cause.number: replay.snapshot for cause in group}
    answer.joint_problem = proof.joint.problem
    attribute(answer.differences, unchanged.snapshot, alone, proof.joint.snapshot)


def _note_effects(group: list[Cause], replay: Replay, unchanged: Replay) -> None:
    """Write into the causes of a group what their replay gave."""
    for cause in group:
        cause.beside = [other.number for other in group if other is not cause]
        if replay.snapshot is None:
            cause.state, cause.why = FAILED, replay.problem
            continue
        cause.state = REPLAYED
        cause.moves = moved(unchanged.snapshot.both(), replay.snapshot.both())
        if cause.kind == "parameter":
            cause.parameters = [
                f"{job}: {entry.name}"
                for job in sorted(replay.parameters)
                for entry in differing(unchanged.parameters.get(job, {}), replay.parameters[job])
            ]


def describe(answer: Answer) -> dict[str, Any]:
    """Return the answer as JSON has it."""
    comparison = answer.comparison
    return {
        "form": FORM,
        "a": comparison.a.shown,
        "b": comparison.b.shown,
        "causes": [_plain_cause(cause) for cause in comparison.causes],
        "differences": [plain(one) for one in answer.differences],
        "files": answer.files,
        "replays": answer.replays,
        "unchanged_differs": answer.unchanged,
        "joint_problem": answer.joint_problem,
        "explained": answer.replays is not None
        and all(one.how != UNEXPLAINED for one in answer.differences),
        "missing": comparison.missing,
        "notes": answer.notes,
    }


def _plain_cause(cause: Cause) -> dict[str, Any]:
    moves = [{"address": at, "a": a, "replay": b} for at, (a, b) in cause.moves.items()]
    found = {"number": cause.number, "kind": cause.kind, "name": cause.name, **cause.facts}
    found |= {"parameters": cause.parameters} if cause.kind == "parameter" else {}
    return found | {"state": cause.state, "why": cause.why, "beside": cause.beside, "moves": moves}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `trialtrail diff`."""
    parser.epilog = (
        "Exit code: 0 no printed number and no cell of a dataset or table differs; 1 one does; "
        "2 it cannot tell. With --numbers: 0 no printed number differs, whatever else does; "
        "1 one does, proven or not; 2 it cannot be told, such as without a report, or where one "
        "is not as it was sealed."
    )
    parser.add_argument(
        "a",
        metavar="A",
        help="a results folder, a restricted bundle of one, or a tag, branch or commit of the "
        "repository here: its results are those kept in it (results/, results.zip), else it is run",
    )
    parser.add_argument("b", metavar="B", help="what to compare it with, named in the same way")
    parser.add_argument(
        "--locks",
        action="store_true",
        help="run nothing: of a revision, compare its results.lock where it has no results",
    )
    parser.add_argument(
        "--numbers",
        action="store_true",
        help="only the printed numbers that differ, where they stand and why; no raw value",
    )
    for letter in ("a", "b"):
        name = letter.upper()
        parser.add_argument(
            f"--raw-{letter}", metavar="DIR", help=f"where the raw files of {name} are"
        )
        parser.add_argument(
            f"--config-{letter}", metavar="FILE", help=f"the configuration file of {name}"
        )
        parser.add_argument(
            f"--code-{letter}", metavar="DIR", help=f"a checkout of the code of {name}"
        )
    parser.add_argument(
        "--no-replay", action="store_true", help="name causes and effects without proof"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="answer in JSON")
    form.add_argument(
        "--markdown", action="store_true", help="with --numbers: as a comment for a pull request"
    )
    parser.add_argument(
        "--rows",
        type=count,
        default=ROWS,
        metavar="N",
        help="with --numbers: rows of the table, or numbers told of a cause (%(default)s)",
    )
    parser.add_argument(
        "--keep",
        metavar="DIR",
        help="keep runs of revisions and of A there, and use those that are there",
    )
    cores = os.cpu_count() or 1
    parser.add_argument("--cores", type=int, default=cores, help="for a replay (%(default)s)")
    parser.add_argument(
        "--most",
        type=int,
        default=MOST,
        metavar="N",
        help="of more changes than N, those of a column or file are replayed at once (%(default)s)",
    )


def count(text: str) -> int:
    """Return the whole number, zero or more, that an option gives.

    Raises:
        ValueError: it is none.
    """
    number = int(text)
    if number < 0:
        raise ValueError
    return number


def command(options: argparse.Namespace) -> int:
    """Answer `trialtrail diff`; return the exit code of the answer."""
    if options.markdown and not options.numbers:
        raise StudyError("Markdown is of the printed numbers", remedy="give --numbers as well")
    with ExitStack() as stack:
        a, b = (_state(stack, options, letter) for letter in "ab")
        for state in (a, b):
            if state.how:
                print(f"{state.shown}: {state.how}", file=sys.stderr)
        if options.locks or None in (a.results, b.results):
            from trialtrail.trail.comparing.locks_answer import tell_locks

            form = "json" if options.json else "markdown" if options.markdown else "text"
            return tell_locks(a, b, form=form, rows=options.rows if options.numbers else None)
        runs = [
            stack.enter_context(_run_at(state, options, letter))
            for state, letter in ((a, "a"), (b, "b"))
        ]
        answer = compare(*runs)
        return _tell_numbers(answer, options) if options.numbers else _tell(answer, options)


def _state(stack: ExitStack, options: argparse.Namespace, letter: str) -> State:
    """Return what a word of the command names: a results folder, a bundle, or a git revision."""
    given, study = getattr(options, letter), getattr(options, f"config_{letter}")
    if is_revision(given):
        return stack.enter_context(
            state_of(given, study, options.keep, options.cores, may_run=not options.locks)
        )
    results = Path(given)
    if not results.exists():
        raise StudyError(
            "It is no results folder, no bundle, and no revision of a git repository here",
            where=given,
            remedy="name one of these; a tag may have to be fetched: git fetch --tags",
        )
    return State(given, Path(study) if study else results.resolve().parent, results=results)


def _run_at(state: State, options: argparse.Namespace, letter: str):
    """Return the inputs of a run; of a revision, what it brought stands for what is not given."""
    raw, code = (getattr(options, f"{part}_{letter}") for part in ("raw", "code"))
    study = getattr(options, f"config_{letter}")
    if not is_revision(getattr(options, letter)):
        return run_of(str(state.results), raw, code, study)
    folder = str(state.folder)
    own = str(state.code) if state.code else code
    return run_of(str(state.results), raw or folder, code or own, str(state.study), state.shown)


def _tell(answer: Answer, options: argparse.Namespace) -> int:
    from trialtrail.trail.comparing.diff_text import as_text

    if not (options.no_replay or answer.same or answer.exit_code == CANNOT_TELL):
        with _workbench(options.keep) as base:
            prove(answer, base, options.cores, options.most)
    print(json_text(describe(answer)) if options.json else as_text(answer), end="")
    return answer.exit_code


def _tell_numbers(whole: Answer, options: argparse.Namespace) -> int:
    """Answer for the printed numbers; where none differs there is nothing to replay."""
    from trialtrail.trail.comparing import numbers_json, numbers_markdown, numbers_text
    from trialtrail.trail.comparing.numbers_answer import number_answer
    from trialtrail.trail.comparing.numbers_proof import prove_numbers

    answer = number_answer(whole, options.most)
    if options.no_replay:
        answer.unproven = "nothing was replayed (--no-replay)" if answer.differences else ""
    elif answer.differences:
        with _workbench(options.keep) as base:
            prove_numbers(answer, base, options.cores, options.most)
    if options.json:
        print(json_text(numbers_json.as_json(answer)), end="")
    else:
        written = numbers_markdown if options.markdown else numbers_text
        print(written.as_written(answer, options.rows), end="")
    return answer.exit_code


@contextmanager
def _workbench(keep: str | None):
    if keep:
        base = Path(keep).resolve()
        base.mkdir(parents=True, exist_ok=True)
        yield base
        return
    with tempfile.TemporaryDirectory(prefix="trialtrail-") as base:
        yield Path(base).resolve()
