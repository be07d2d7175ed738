"""Write the answer of `trialtrail diff --numbers` as plain text."""

from __future__ import annotations

from collections.abc import Iterator

from runrecord.graph import counted

from trialtrail.escaping import visible
from trialtrail.trail.comparing.numbers_answer import NumberDifference, NumbersAnswer, compared
from trialtrail.trail.comparing.numbers_words import (
    NUMBER,
    beside_these,
    cause_of,
    cell_of,
    change_of,
    changes_of,
    commits_of,
    effect_of,
    ends_of,
    headline,
    section_of,
    warnings,
)

INDENT = "   "
SHORT = 16


def as_written(answer: NumbersAnswer, rows: int) -> str:
    """Return the answer as text, with at most ``rows`` numbers of each cause, and a line end."""
    comparison = answer.whole.comparison
    lines = [
        f"{letter}  {run.shown}  {_named(compared(run))}"
        for letter, run in (("A", comparison.a), ("B", comparison.b))
    ]
    lines += ["", headline(answer), *(f"{text}." for text in warnings(answer))]
    if answer.differences:
        lines += ["", *_causes(answer)]
    for cause, numbers in _by_cause(answer).items():
        lines += ["", f"{counted(len(numbers), NUMBER)}; cause: {cause}"]
        lines += [f"{INDENT}{_number(one)}" for one in numbers[:rows]]
        if (more := len(numbers) - rows) > 0:
            lines.append(f"{INDENT}and {more:,} more (--rows N, --json)")
    beside = [f"{INDENT}{text}" for text in beside_these(answer)]
    lines += ["", "Beside these:", *beside] if beside else []
    return visible("\n".join([*lines, ""]))


def _named(facts: dict) -> str:
    manifest = facts["manifest"]
    digest = f"manifest {manifest[:SHORT]}" if manifest else "no manifest"
    return f"({digest}, commit {commits_of(facts, SHORT)})"


def _causes(answer: NumbersAnswer) -> Iterator[str]:
    for group in answer.groups:
        changes = changes_of(group)
        changed = f" ({changes} changed)" if changes else ""
        yield f"{group.number}. {group.kind}: {group.name}{changed}"
        yield f"{INDENT}{effect_of(group)}"


def _by_cause(answer: NumbersAnswer) -> dict[str, list[NumberDifference]]:
    """Return the numbers by their cause, that of the most important number first."""
    found: dict[str, list[NumberDifference]] = {}
    for one in answer.differences:
        found.setdefault(cause_of(one), []).append(one)
    return found


def _number(one: NumberDifference) -> str:
    before, after = ends_of(one)
    change = change_of(one)
    parts = [one.pair.either.id, f"{before} -> {after}"]
    parts += [f"{change} standard errors"] if change else []
    parts += [f"[{section_of(one)}]"] if one.sections else []
    parts += [cell_of(one), *([one.role] if one.role else []), *([one.note] if one.note else [])]
    parts += [f"replayed {one.replayed}"] if one.replayed is not None else []
    return "  ".join(parts)
