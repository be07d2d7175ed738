"""Word what differs between the printed numbers of two reports, for a text and for Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runrecord.graph import counted

from trialtrail.trail.comparing.cause_groups import (
    RAW,
    CauseGroup,
    counted_few,
    summary_of,
)
from trialtrail.trail.comparing.causes import FAILED, REPLAYED
from trialtrail.trail.comparing.effects import ALONE, JOINT, TOGETHER, UNEXPLAINED
from trialtrail.trail.comparing.numbers_answer import NumberDifference, NumbersAnswer
from trialtrail.trail.comparing.numbers_proof import PAIR
from trialtrail.trail.printed.printed_numbers import BELOW, DIFFER, REWRITTEN

NUMBER = ("printed number", "printed numbers")
NOT_PRINTED = "not printed"
FIXED, FEW = 0.01, 0.005
LISTED = 20
"""Quotations and files named; of more, the count is given (--json has all)."""


def headline(answer: NumbersAnswer) -> str:
    """Return in one sentence whether printed numbers differ, how many, which, and by what."""
    total = f"{len(answer.pairs):,}"
    if not answer.differences:
        return f"No printed number differs ({total} compared)."
    counts = {kind: len(answer.of_kind(kind)) for kind in DIFFER}
    kinds = ", ".join(f"{many:,} {kind}" for kind, many in counts.items() if many)
    verb = "differs" if len(answer.differences) == 1 else "differ"
    primary = sum(one.is_primary_estimate for one in answer.differences)
    of_primary = f"{primary:,} of primary estimates" if primary else "no primary estimate"
    said = f"{len(answer.differences):,} of {total} printed numbers {verb} ({kinds}; {of_primary})"
    if answer.replays is None:
        may = summary_of(group for group in answer.groups if not group.is_idle)
        return f"{said}; {f'what may have moved them: {may}' if may else 'no cause is known'}."
    moving = {n for one in answer.differences for n in one.causes}
    by = summary_of(group for group in answer.groups if group.number in moving)
    return f"{said}{f'; by {by}' if by else ''}."


def warnings(answer: NumbersAnswer) -> Iterator[str]:
    """Yield what a reader must not overlook."""
    if answer.unexplained:
        verb = "is" if len(answer.unexplained) == 1 else "are"
        yield (
            f"UNEXPLAINED: {counted(len(answer.unexplained), NUMBER)} {verb} not what all changes "
            "together give"
        )
    if answer.joint_problem:
        yield "with all changes together the replay stops, so nothing is explained"
    if answer.unchanged:
        yield (
            f"the replay of A does not print what A does: {counted(answer.unchanged, NUMBER)} "
            "are not the same"
        )
    if answer.unproven:
        yield f"NOT PROVEN: {answer.unproven}"
    if not answer.tried_pairs:
        yield "not every two changes were replayed together: there are more of them than --most"
    yield from answer.notes


def cause_of(one: NumberDifference) -> str:
    """Return by which causes a number moves."""
    numbers = " and ".join(map(str, one.causes))
    return {
        ALONE: f"{numbers} alone",
        PAIR: f"{numbers} together, neither alone",
        TOGETHER: f"{numbers}" + (" together" if len(one.causes) > 1 else ", with others"),
        JOINT: "all together, no two that were tried",
        UNEXPLAINED: "UNEXPLAINED",
    }.get(one.how, "not proven")


def ends_of(one: NumberDifference) -> tuple[str, str]:
    """Return what is printed before and after, or why that is not told."""
    pair = one.pair
    return tuple(
        NOT_PRINTED if end is None else f"({one.withheld})" if one.withheld else text
        for end, text in ((pair.a, one.before), (pair.b, one.after))
    )


def change_of(one: NumberDifference) -> str:
    """Return by how many standard errors an estimate moved, empty where none is known."""
    if one.change is None:
        return ""
    return f"{one.change:.2f}" if one.change >= FEW else f"<{FIXED}"


def section_of(one: NumberDifference) -> str:
    """Return the first heading under which it is printed, and how many more there are."""
    first = one.sections[0] if one.sections else ""
    return f"{first} (and {len(one.sections) - 1} more)" if len(one.sections) > 1 else first


def cell_of(one: NumberDifference) -> str:
    """Return the cell that it is printed from, and the one in A where that is another."""
    cell = one.pair.either.address
    return f"{cell} (in A {one.pair.a.address})" if one.pair.has_moved else cell


def changes_of(group: CauseGroup) -> str:
    """Return how many cells, records or files of raw data changed; or files of code."""
    if group.kind == RAW:
        return "" if group.is_whole_file else counted_few(group.count)
    return f"{group.count:,}" if group.count > 1 else ""


def effect_of(group: CauseGroup) -> str:
    """Return what a group of causes does by itself."""
    if group.is_idle:
        return "moves none, by the lineage"
    if group.state == FAILED:
        return " ".join(filter(None, ("by itself it stops the run", group.why)))
    if group.state != REPLAYED:
        return f"not replayed{f': {group.why}' if group.why else ''}"
    moves = f"by itself it moves {counted(group.moves, NUMBER)}"
    return f"{moves}; {group.undone:,} of A and B are the same again" if group.undone else moves


def beside_these(answer: NumbersAnswer) -> Iterator[str]:
    """Yield what differs and is no difference of printed numbers."""
    below, rewritten = len(answer.of_kind(BELOW)), len(answer.of_kind(REWRITTEN))
    if below:
        yield f"{counted(below, NUMBER)} moved below the printed digits"
    if rewritten:
        yield f"{counted(rewritten, NUMBER)} written in another way, the number the same"
    if answer.readdressed:
        yield f"{counted(len(answer.readdressed), NUMBER)} the same, of a cell with another address"
    if answer.quotations:
        yield f"quotations whose words are not the same: {_some(answer.quotations)}"
    if answer.cells:
        yield f"{counted(answer.cells, ('cell', 'cells'))} of result tables not the same"
    if answer.whole.files:
        yield f"files that are not the same bytes: {_some(answer.whole.files)}"
    if answer.groups and not answer.differences:
        yield f"what changed: {summary_of(answer.groups)}"


def commits_of(facts: dict[str, Any], digits: int | None = None) -> str:
    """Return the commits that a run was made with, and whether files differed from them."""
    commits = ", ".join(commit[:digits] for commit in facts["commits"]) or "not known"
    return f"{commits} and changes" if facts["clean"] is False else commits


def _some(names: list[str]) -> str:
    more = len(names) - LISTED
    return ", ".join(names[:LISTED]) + (f" and {more:,} more" if more > 0 else "")
