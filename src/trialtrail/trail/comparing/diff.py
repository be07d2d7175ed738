"""Compare two results folders: what changed, and which of it moved which cells and numbers.

Every change is a cause. It is proven by a replay: the run of A is made again in a folder of its
own with only that cause taken from B, and what then moves is the effect of that cause.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from runrecord.digest import json_text

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
from trialtrail.trail.comparing.replay import Bench, Replay
from trialtrail.trail.comparing.run_inputs import RunInputs
from trialtrail.trail.comparing.settings import differing

FORM = "trialtrail-diff/1"
MOST = 30


def compare(a: RunInputs, b: RunInputs) -> Answer:
    """Return what differs, without a replay."""
    comparison = Comparison(a, b)
    found = differences(snapshot_of(a), snapshot_of(b))
    answer = Answer(comparison, found, files_differing(a, b))
    for cause in comparison.causes:
        tables = may_move(cause, (a.graph, b.graph))
        for one in found:
            if one.address.partition("#")[0] in tables:
                one.causes.append(cause.number)
    return answer


def prove(answer: Answer, base: Path, cores: int, most: int = MOST) -> None:
    """Replay every cause alone and all of them together, and say what each brings about."""
    comparison = answer.comparison
    bench = Bench(comparison, base, cores)
    unchanged = bench.unchanged()
    answer.replays = 1
    start = unchanged.snapshot.both()
    here = snapshot_of(comparison.a)
    answer.unchanged = list(moved(here.both(), start))
    able = [cause for cause in comparison.causes if cause.data or cause.code or cause.entries]
    groups = units(able, most)
    alone: dict[int, Snapshot] = {}
    last = unchanged
    for at, group in enumerate(groups, 1):
        last = bench.replay(group, f"replay-{at}")
        answer.replays += 1
        _note_effects(group, last, unchanged)
        if last.snapshot is not None:
            alone |= {cause.number: last.snapshot for cause in group}
    if len(groups) > 1:
        last = bench.replay(able, "all")
        answer.replays += 1
    answer.joint_problem = last.problem
    attribute(answer.differences, unchanged.snapshot, alone, last.snapshot)
    answer.notes = bench.notes


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
        "a": comparison.a.results.as_posix(),
        "b": comparison.b.results.as_posix(),
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
        "2 it cannot tell."
    )
    parser.add_argument("a", metavar="A", help="a results folder")
    parser.add_argument("b", metavar="B", help="the results folder to compare it with")
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
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    parser.add_argument(
        "--keep", metavar="DIR", help="keep the replay of A there, and use it if it is there"
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


def command(options: argparse.Namespace) -> int:
    """Answer `trialtrail diff`; return `Answer.exit_code`."""
    from trialtrail.trail.comparing.diff_text import as_text

    a = RunInputs(options.a, options.raw_a, options.code_a, options.config_a)
    b = RunInputs(options.b, options.raw_b, options.code_b, options.config_b)
    answer = compare(a, b)
    if not (options.no_replay or answer.same or answer.exit_code == CANNOT_TELL):
        with _workbench(options.keep) as base:
            prove(answer, base, options.cores, options.most)
    print(json_text(describe(answer)) if options.json else as_text(answer), end="")
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
