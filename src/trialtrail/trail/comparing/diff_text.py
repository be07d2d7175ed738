"""Word the answer of `trialtrail diff` for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from runrecord.graph import counted

from trialtrail.trail.comparing.answer import Answer
from trialtrail.trail.comparing.causes import FAILED, REPLAYED, Cause
from trialtrail.trail.comparing.effects import JOINT, TOGETHER, UNEXPLAINED, Difference

INDENT = "   "
SHOWN = 8
"""Cells shown of one cause; of more, the count is given (--json has all)."""
WIDE = 60
CELLS, NUMBERS = ("table cell", "table cells"), ("printed number", "printed numbers")


def as_text(answer: Answer) -> str:
    """Return the answer as text, with a line end."""
    causes = answer.comparison.causes
    lines = [
        f"A  {answer.comparison.a.shown}",
        f"B  {answer.comparison.b.shown}",
        "",
    ]
    if answer.same:
        return "\n".join([*lines, "No difference.", ""])
    lines.append(
        f"{counted(len(causes), ('change', 'changes'))}. "
        f"Not the same: {_count(one.address for one in answer.differences)}."
    )
    for cause in causes:
        lines += ["", *_cause(cause, answer)]
    lines += ["", *_closing(answer)]
    return "\n".join([*lines, ""])


def _cause(cause: Cause, answer: Answer) -> Iterator[str]:
    yield f"{cause.number}. {cause.kind}: {cause.name}"
    yield from (f"{INDENT}{line}" for line in _what(cause.facts, cause.kind))
    for name in cause.parameters[:SHOWN]:
        yield f"{INDENT}parameter of {name}"
    if cause.state == FAILED:
        yield f"{INDENT}replayed alone, the run stops: {cause.why}"
    elif cause.state == REPLAYED:
        beside = f" with {_numbers(cause.beside)}" if cause.beside else ""
        yield f"{INDENT}replayed{beside}: moves {_count(cause.moves)}"
        yield from _moves(cause, answer)
    elif cause.why:
        yield f"{INDENT}not replayed: {cause.why}"
    else:
        may = [one.address for one in answer.differences if cause.number in one.causes]
        yield f"{INDENT}not replayed; {_count(may)} that differ lie downstream"


def _what(facts: dict[str, Any], kind: str) -> Iterator[str]:
    if kind == "environment":
        python = facts["python"]
        if python["a"] != python["b"]:
            yield f"Python: {python['a']} -> {python['b']}"
        for name, versions in facts["libraries"].items():
            yield f"{name}: {versions['a']} -> {versions['b']}"
        for name in sorted({*facts["lock"]["a"], *facts["lock"]["b"]}):
            one, two = (facts["lock"][run].get(name) for run in ("a", "b"))
            if one != two:
                yield f"{name}: {_short(one)} -> {_short(two)}"
    elif kind == "record-keeping":
        for file in facts["files"]:
            yield f"{file['file']}: {_short(file['a'])} -> {_short(file['b'])}"
    elif kind == "code":
        yield f"{_short(facts['a'])} -> {_short(facts['b'])}"
    elif kind == "parameter" or facts.get("what") in ("cell", "record"):
        yield f"{_shown(facts['a'])} -> {_shown(facts['b'])}"
    for detail in facts.get("details", [])[:SHOWN]:
        line = detail["line"] or detail["line_b"]
        place = ", ".join(filter(None, [f"line {line}" if line else "", detail["column"] or ""]))
        ends = (
            f": {_shown(detail['a'])} -> {_shown(detail['b'])}" if detail["what"] == "cell" else ""
        )
        yield f"{detail['what']} {place}{ends}"
    if (more := len(facts.get("details", [])) - SHOWN) > 0:
        yield f"and {more:,} more"


def _moves(cause: Cause, answer: Answer) -> Iterator[str]:
    known = {one.address: one for one in answer.differences}
    for address, (old, new) in list(cause.moves.items())[:SHOWN]:
        one = known.get(address)
        note = "  (the same in A and B: other changes undo it)" if one is None else ""
        if one is not None and one.b != new:
            note = f"  (B has {_shown(one.b)})"
        yield f"{INDENT * 2}{address}  {_shown(old)} -> {_shown(new)}{note}"
    if (more := len(cause.moves) - SHOWN) > 0:
        yield f"{INDENT * 2}and {more:,} more"


def _closing(answer: Answer) -> Iterator[str]:
    yield from (f"Cannot tell: {text}." for text in answer.comparison.missing)
    if answer.replays is None:
        if answer.files:
            yield f"Not the same bytes: {', '.join(answer.files)}."
        if not answer.comparison.missing:
            yield "Nothing was replayed: a change need not have moved what lies downstream."
        return
    by = {how: [o for o in answer.differences if o.how == how] for how in _HOW}
    for how, text in _HOW.items():
        if by[how]:
            yield f"{_count(o.address for o in by[how])} {text}:"
            yield from _listed(by[how])
    if answer.joint_problem:
        yield f"With all changes together the replay stops: {answer.joint_problem}"
    if answer.unchanged:
        yield f"The replay of A does not give what A has: {_count(answer.unchanged)} differ."
    yield from (f"Note: {note}." for note in answer.notes)
    if not by[UNEXPLAINED]:
        yield f"All that differs is explained ({counted(answer.replays, ('replay', 'replays'))})."


_HOW = {
    TOGETHER: "moved by several changes, which together give B's value",
    JOINT: "moved by no single change, and by all together",
    UNEXPLAINED: "unexplained: all changes together do not give what B has",
}


def _listed(found: list[Difference]) -> Iterator[str]:
    for one in found[:SHOWN]:
        causes = f"  (changes {_numbers(one.causes)})" if one.causes else ""
        replayed = f"; replayed {_shown(one.replayed)}" if one.how == UNEXPLAINED else ""
        yield f"{INDENT}{one.address}  {_shown(one.a)} -> {_shown(one.b)}{replayed}{causes}"
    if len(found) > SHOWN:
        yield f"{INDENT}and {len(found) - SHOWN:,} more"


def _count(addresses: Iterable[str]) -> str:
    whole = list(addresses)
    numbers = sum(address.startswith("report#") for address in whole)
    return f"{counted(len(whole) - numbers, CELLS)} and {counted(numbers, NUMBERS)}"


def _numbers(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))


def _short(digest: str | None) -> str:
    return f"{digest[:12]}…" if digest else "(absent)"


def _shown(value: Any) -> str:
    if value is None:
        return "(absent)"
    text = str(value) or "(empty)"
    return text if len(text) <= WIDE else f"{text[:WIDE]}…"
