"""Write the answer of `trialtrail diff --numbers` as a comment for a pull request."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

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

ROOM = 40_000
"""Characters of the rows that are folded; a comment may not be longer than 65,536."""
HEAD_LINES = 2
SPECIAL = re.compile(r"([\\`*_{}\[\]|~$])")
COLUMNS = ("Section", "Role", "Number and its cell", "Before", "After", "Change in SE", "Cause")


def as_written(answer: NumbersAnswer, rows: int) -> str:
    """Return the answer as Markdown: a table of at most ``rows`` rows, the rest folded."""
    lines = [f"**{_plain(headline(answer))}**"]
    for text in warnings(answer):
        lines += ["", f"> **{_plain(text)}.**"]
    found = answer.differences
    if found:
        lines += ["", *_table(COLUMNS, (_row(one) for one in found[:rows]))] if rows else []
        lines += _folded(found[rows:])
        lines += ["", *_causes(answer)]
    beside = [f"- {_plain(text)}" for text in beside_these(answer)]
    if beside:
        lines += [
            "",
            *(_details("Beside these", beside) if found else ["Beside these:", "", *beside]),
        ]
    lines += ["", *_details("What was compared", _compared(answer))]
    return "\n".join([*lines, ""])


def _row(one: NumberDifference) -> list[str]:
    before, after = ends_of(one)
    note = f" ({_plain(one.note)})" if one.note else ""
    number = f"{_code(one.pair.either.id)}<br>{_code(cell_of(one))}"
    cells = [_plain(section_of(one)), _plain(one.role), number]
    return [*cells, _plain(before), _plain(after) + note, _plain(change_of(one)), cause_of(one)]


def _folded(found: list[NumberDifference]) -> list[str]:
    """Return the numbers beyond those of the first table, as far as a comment has room."""
    if not found:
        return []
    body: list[str] = []
    room = ROOM
    for line in _table(COLUMNS, map(_row, found)):
        room -= len(line)
        if room < 0:
            break
        body.append(line)
    if (more := len(found) - len(body) + HEAD_LINES) > 0:
        body += ["", f"and {counted(more, NUMBER)} more; `--json` has all."]
    return ["", *_details(f"{len(found):,} more", body)]


def _causes(answer: NumbersAnswer) -> list[str]:
    rows = (
        [
            str(group.number),
            f"{_plain(group.kind)}: {_code(group.name)}",
            changes_of(group),
            _plain(effect_of(group)),
        ]
        for group in answer.groups
    )
    return [*_table(("Cause", "What changed", "How many", "Effect"), rows)]


def _compared(answer: NumbersAnswer) -> list[str]:
    runs = (answer.whole.comparison.a, answer.whole.comparison.b)
    facts = [compared(run) for run in runs]
    rows = [
        ["results", *(_code(run.shown) for run in runs)],
        ["manifest, SHA-256", *(_code(fact["manifest"] or "none") for fact in facts)],
        ["commit of the code", *(_code(commits_of(fact)) for fact in facts)],
        ["Python", *(fact["python"] for fact in facts)],
        ["printed numbers", *(f"{many:,}" for many in answer.totals)],
    ]
    return [*_table(("", "A", "B"), rows)]


def _details(summary: str, body: list[str]) -> list[str]:
    return ["<details>", f"<summary>{summary}</summary>", "", *body, "", "</details>"]


def _table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    names = list(columns)
    yield f"| {' | '.join(names)} |"
    yield "|" + " --- |" * len(names)
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _plain(text: str) -> str:
    """Return a text that Markdown shows as it is, and that addresses nobody."""
    return _safe(text).replace("@", "@&#8203;")


def _code(text: str) -> str:
    """Return a name in the type of code, in which nothing is a link."""
    return f"<code>{_safe(text)}</code>"


def _safe(text: str) -> str:
    escaped = html.escape(" ".join(visible(text).split()), quote=False)
    return SPECIAL.sub(r"\\\1", escaped)
