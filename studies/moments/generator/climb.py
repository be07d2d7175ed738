"""Seeded hill climb: nudge scores until a published mean difference comes out."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from studies.moments.generator.chance import Chance
from studies.moments.generator.facts import Target
from studies.moments.generator.figures import moments, welch


@dataclass
class Goal:
    """What the climb aims at: the published figures, with about the same SD in both arms.

    `sd_slack` is how far the arms may lie from the SD that the interval's width implies.
    """

    target: Target
    sd_slack: float


def _distance(goal: Goal, sums: dict[str, list[float]]) -> tuple[float, bool]:
    difference, half = welch(tuple(sums["PM"]), tuple(sums["C"]))
    off = abs(difference - goal.target.difference), abs(half - goal.target.half_width)
    close = max(off) <= goal.target.tolerance
    total = (off[0] ** 2 + off[1] ** 2) / goal.target.tolerance**2
    implied = goal.target.half_width / 1.968 / math.sqrt(sum(1 / n for n, _, _ in sums.values()))
    for n, s, q in sums.values():
        sd = math.sqrt((q - s * s / n) / (n - 1))
        excess = max(0.0, abs(sd - implied) - goal.sd_slack)
        close = close and excess == 0
        total += (excess / 0.05) ** 2
    return total, close


def climb(
    goal: Goal,
    arms: list[str],
    scores: list[float | None],
    propose: Callable[[int, Chance], tuple[float | None, Callable[[], None]]],
    chance: Chance,
) -> None:
    """Change a few records at a time, and keep a change that comes nearer to the goal.

    A change that leads away a little is kept at times, so that the climb does not get stuck.

    `propose(i, chance)` gives a new score of record i and a function that puts it in force.
    """
    usable = [i for i, score in enumerate(scores) if score is not None]
    sums = {
        arm: list(moments([scores[i] for i in usable if arms[i] == arm])) for arm in ("PM", "C")
    }
    best, close = _distance(goal, sums)
    for _ in range(400_000):
        if close:
            return
        moves = [(i, *propose(i, chance)) for i in chance.few(usable)]
        trial = {arm: list(parts) for arm, parts in sums.items()}
        for i, new, _ in moves:
            trial[arms[i]][1] += new - scores[i]
            trial[arms[i]][2] += new * new - scores[i] * scores[i]
        distance, reached = _distance(goal, trial)
        if distance <= best + 2 * chance.share() ** 4:
            best, close, sums = distance, reached, trial
            for i, new, apply in moves:
                scores[i] = new
                apply()
    raise RuntimeError(f"the climb did not reach {goal}: {best}, {sums}")
