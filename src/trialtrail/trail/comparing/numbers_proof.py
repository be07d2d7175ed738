"""Prove by replays which change moves which printed numbers: alone, two together, or none."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

from trialtrail.errors import StudyError
from trialtrail.trail.comparing.cause_groups import CauseGroup
from trialtrail.trail.comparing.causes import FAILED, REPLAYED
from trialtrail.trail.comparing.effects import ALONE, JOINT, TOGETHER, UNEXPLAINED
from trialtrail.trail.comparing.numbers_answer import NumberDifference, NumbersAnswer
from trialtrail.trail.comparing.replay import Bench, Replay, replay_causes
from trialtrail.trail.printed.printed_numbers import DIFFER, Pair, PrintedNumber, match, partners

PAIR = "two together"
"""No single cause moves it, and two of them together give what B prints."""


class PrintedThere:
    """What another run prints in the place of the numbers of A and B."""

    def __init__(self, pairs: list[Pair], there: list[PrintedNumber]) -> None:
        self._of_a = partners([pair.a for pair in pairs if pair.a], there)
        self._of_b = partners([pair.b for pair in pairs if pair.b], there)

    def of(self, pair: Pair) -> str | None:
        """Return what is printed there, None where the number is not."""
        found = self._of_a.get(pair.a) if pair.a else None
        found = found or (self._of_b.get(pair.b) if pair.b else None)
        return found.printed if found else None


def prove_numbers(answer: NumbersAnswer, base: Path, cores: int, most: int) -> None:
    """Replay the causes in folders below ``base``; where A cannot be run again, say why."""
    if answer.whole.comparison.are_strangers:
        answer.unproven = "A and B read no raw file of the same name: are they of one study?"
        return
    if answer.whole.comparison.missing:
        answer.unproven = "files that a replay needs are not here (--raw-a, --raw-b, --code-b)"
        return
    try:
        bench = Bench(answer.whole.comparison, base, cores)
        replay_groups(answer, bench, most)
    except StudyError as error:  # what differs is known; what it says may name a raw file
        answer.unproven = f"A cannot be run again: {error.remedy}"


def replay_groups(answer: NumbersAnswer, bench: Bench, most: int) -> None:
    """Replay each group of causes alone and all together, and every two where these do not do.

    Args:
        answer: what differs; its differences and groups are completed.
        bench: makes the replays.
        most: how many pairs of causes are replayed at most.
    """
    able = [group for group in answer.groups if group.able]
    proof = replay_causes(bench, [group.able for group in able])
    answer.replays = proof.runs
    answer.notes = bench.notes
    answer.joint_problem = proof.joint.snapshot is None
    start_register = _register(proof.unchanged)
    start = PrintedThere(answer.pairs, start_register)
    answer.unchanged = sum(
        start.of(pair) != pair.a.printed for pair in answer.pairs if pair.a is not None
    )
    alone: dict[int, PrintedThere] = {}
    for group, replay in zip(able, proof.alone, strict=True):
        if replay.snapshot is None:
            group.state, group.why = FAILED, _job_of(replay.problem)
            continue
        group.state = REPLAYED
        register = _register(replay)
        there = alone[group.number] = PrintedThere(answer.pairs, register)
        group.moves = sum(pair.kind in DIFFER for pair in match(start_register, register))
        group.undone = sum(
            pair.kind not in DIFFER and there.of(pair) != start.of(pair) for pair in answer.pairs
        )
    joint = None if proof.joint.snapshot is None else _register(proof.joint)
    together = None if joint is None else PrintedThere(answer.pairs, joint)
    for one in answer.differences:
        _attribute(one, start, alone, together)
    _try_pairs(answer, bench, able, most)


def _attribute(
    one: NumberDifference,
    start: PrintedThere,
    alone: dict[int, PrintedThere],
    together: PrintedThere | None,
) -> None:
    """Say of a number how it comes about."""
    pair = one.pair
    a, b = (end.printed if end else None for end in (pair.a, pair.b))
    one.causes = [n for n, there in alone.items() if there.of(pair) != start.of(pair)]
    giving = [n for n in one.causes if alone[n].of(pair) == b]
    if together is None or together.of(pair) != b or start.of(pair) != a:
        one.how = UNEXPLAINED
        one.replayed = None if together is None or one.withheld else together.of(pair)
    elif len(giving) == len(one.causes) == 1:
        one.how = ALONE
    else:
        one.how = TOGETHER if one.causes else JOINT


def _try_pairs(answer: NumbersAnswer, bench: Bench, able: list[CauseGroup], most: int) -> None:
    """Find for each number that no cause moves alone the two that move it together."""
    joint = [one for one in answer.differences if one.how == JOINT]
    two = list(combinations(able, 2))
    if len(two) == 1:
        for one in joint:
            one.how, one.causes = PAIR, [group.number for group in able]
        return
    # Causes that stop the run by themselves, such as a column renamed in two places, come first.
    two.sort(key=lambda pair: -sum(group.state == FAILED for group in pair))
    for at, pair in enumerate(two[:most], 1):
        if not (joint := [one for one in joint if one.how == JOINT]):
            return
        replay = bench.replay([c for group in pair for c in group.able], f"pair-{at}")
        answer.replays += 1
        if replay.snapshot is not None:
            there = PrintedThere(answer.pairs, _register(replay))
            for one in joint:
                if there.of(one.pair) == (one.pair.b.printed if one.pair.b else None):
                    one.how, one.causes = PAIR, [group.number for group in pair]
    answer.tried_pairs = len(two) <= most or all(one.how != JOINT for one in joint)


def _register(replay: Replay) -> list[PrintedNumber]:
    return replay.snapshot.register or []


def _job_of(problem: str) -> str:
    """Return the job in which a replay stopped; what it said is not repeated."""
    job, colon, _ = problem.partition(": ")
    return f"in the job {job}" if colon and " " not in job else ""
