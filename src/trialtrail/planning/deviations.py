"""The deviations from a locked plan: what differs, against which version, and who explains it.

Against which version a study is judged: the last one that was locked before the day of the
unblinding, where `study.unblinded_on` states it; otherwise the last one. A version of the day
itself counts as after it: dates do not tell what came first. What a later version took over is
still a deviation; the reason of that version explains it. Where the first version is of the day of
the unblinding or after it, nothing shows that any analysis was planned before, and all of them
count as post hoc.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from trialtrail.errors import StudyError
from trialtrail.planning.differences import (
    Defaults,
    Difference,
    differences,
    same,
)
from trialtrail.planning.reasons import Explained, match_reasons, now_of
from trialtrail.planning.words import reason_to_fill_in, told
from trialtrail.results.plan_status import EVERY, LOCKED_LATE

Version = Mapping[str, Any]
NOT_STATED = "not_stated"
RULE = "a run differs from the locked plan only where analysis.deviations says why"
DO = (
    "add a reason under analysis.deviations as below, lock the plan again "
    "(trialtrail plan lock), or undo the change"
)


@dataclass(frozen=True)
class Judged:
    """A plan that runs, judged against its locked versions.

    Attributes:
        versions: all of them, the first one first.
        against: the version that it is judged against; None where the first one is too late.
        unblinded_on: the day of the unblinding, None where it is not stated.
        found: the differences, each with its reason.
    """

    versions: Sequence[Version]
    against: Version | None
    unblinded_on: date | None
    found: Sequence[Explained]

    def days(self, on: str) -> int | None:
        """Return how many days a date is after the unblinding; None where that is not stated."""
        if self.unblinded_on is None:
            return None
        return (date.fromisoformat(on[:10]) - self.unblinded_on).days


def judged_against(versions: Sequence[Version], unblinded_on: date | None) -> Version | None:
    """Return the version that a study is judged against; None where the first is too late."""
    if unblinded_on is None:
        return versions[-1]
    before = [each for each in versions if date.fromisoformat(each["at"][:10]) < unblinded_on]
    return before[-1] if before else None


def unexplained(
    versions: Sequence[Version],
    present: Mapping[str, Any],
    unblinded_on: date | None,
    defaults: Defaults | None = None,
) -> tuple[list[Difference], list[Explained]]:
    """Return the differences that need a reason of their own, and those that have one of a lock."""
    against = judged_against(versions, unblinded_on)
    if against is None:
        first = versions[0]
        late = Difference(LOCKED_LATE, EVERY, LOCKED_LATE, present=f"version {first['version']}")
        return (
            differences(versions[-1]["content"], present, defaults),
            [Explained(late, first["why"], first["by"], first["at"][:10])],
        )
    later = versions[versions.index(against) + 1 :]
    steps = [(each, _by_place(against, each["content"], defaults)) for each in later]
    open_ones, explained = [], []
    for difference in differences(against["content"], present, defaults):
        locked_by = _locked_by(difference, steps)
        if locked_by is None:
            open_ones.append(difference)
        else:
            why = f"version {locked_by['version']} of the plan: {locked_by['why']}"
            explained.append(Explained(difference, why, locked_by["by"], locked_by["at"][:10]))
    return open_ones, explained


def _by_place(
    against: Version, content: Mapping[str, Any], defaults: Defaults | None
) -> dict[tuple[str, str], Difference]:
    found = differences(against["content"], content, defaults)
    return {(each.of, each.key): each for each in found}


def _locked_by(difference: Difference, steps: Sequence[tuple[Version, Mapping]]) -> Version | None:
    """Return the version that took a difference over, which the versions after it still have."""
    found = None
    for version, own in reversed(steps):
        known = own.get((difference.of, difference.key))
        if known is None or not same(known.present, difference.present):
            break
        found = version
    return found


def judge(
    versions: Sequence[Version],
    present: Mapping[str, Any],
    reasons: Sequence[Mapping[str, Any]],
    unblinded_on: str | None,
    defaults: Defaults | None = None,
    today: date | None = None,
) -> Judged:
    """Return the deviations of a plan, each with its reason.

    Args:
        versions: the locked versions, as `runrecord.locked.read` gives them.
        present: what runs, as `plan_of` gives it.
        reasons: what the configuration has under `analysis.deviations`.
        unblinded_on: the day of the unblinding, as the configuration states it.
        defaults: what stands for keys that are left out, see `differences`.
        today: no reason and no unblinding is dated after it (and a day more, for time zones).

    Raises:
        StudyError: a difference has no reason, or a reason explains none, says nothing or has an
            impossible date; each is named.
    """
    today = today or datetime.now(UTC).date()
    day = _day(unblinded_on)
    if day is not None and day > today + timedelta(days=1):
        raise StudyError(
            f"The unblinding is dated {unblinded_on}, which is in the future",
            where="study.unblinded_on",
            rule="what has not happened has no date yet",
            remedy="correct the date, or take the key out until then",
        )
    left, found = unexplained(versions, present, day, defaults)
    against = judged_against(versions, day)
    since = date.fromisoformat((against or versions[-1])["at"][:10])
    known = {(each.of, each.key): each for each in (*left, *(e.difference for e in found))}
    used, mistakes = match_reasons(reasons, known, since, today)
    without = [each for each in left if (each.of, each.key) not in used]
    if without or mistakes:
        raise _stopped(without, mistakes, against or versions[-1])
    locks = [each for each in found if (each.difference.of, each.difference.key) not in used]
    order = list(known)
    every = sorted((*used.values(), *locks), key=lambda each: _place(each.difference, order))
    return Judged(versions, against, day, every)


def _place(difference: Difference, order: Sequence[tuple[str, str]]) -> tuple[bool, int]:
    """Return where a difference stands in the table: that a lock is too late comes first."""
    late = difference.kind == LOCKED_LATE
    return not late, order.index((difference.of, difference.key))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _stopped(
    without: Sequence[Difference], mistakes: Sequence[str], against: Version
) -> StudyError:
    """Return the message that names each difference without a reason, and each mistake."""
    number = len(without) + len(mistakes)
    lines = [
        f"What runs is not the plan that was locked as version {against['version']} on "
        f"{against['at'][:10]} ({number} to be settled)."
    ]
    lines += [f"  {told(each)}" for each in without]
    lines += [f"  {text}" for text in mistakes]
    remedy = DO
    if without:
        listed = "\n".join(f"    - {reason_to_fill_in_for(each)}" for each in without)
        remedy = f"{DO}\n  analysis:\n   deviations:\n{listed}"
    return StudyError("\n".join(lines), where="analysis", rule=RULE, remedy=remedy)


def reason_to_fill_in_for(difference: Difference) -> str:
    """Return a reason in YAML for a difference, with what a person has to fill in left empty."""
    return reason_to_fill_in(difference.of, difference.key, now_of(difference))
