"""The card of a number: one small page that says what it rests on, to be sent by mail.

It holds addresses and digests, and no value of a participant: a number about one person, a text or
a cell of a dataset has none. The same results make the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from pathlib import Path, PurePosixPath

from runrecord.digest import DAMAGE, file_digest
from runrecord.graph import MANIFEST, Graph
from runrecord.seal import RESULTS

from trialtrail.errors import StudyError
from trialtrail.trail.about_many import why_withheld
from trialtrail.trail.absent import NOT_HERE
from trialtrail.trail.printed.printed_numbers import PrintedNumber
from trialtrail.trail.tracing.lookup import Target, read_dicts, split
from trialtrail.trail.tracing.raw_rows import USES
from trialtrail.trail.tracing.trace import USED, Tree

STATEMENT = "lineage/statement.intoto.json"
REPORTS = tuple(f"{RESULTS}report/{name}" for name in ("report.pdf", "supplement.pdf"))
SPANS = 150
"""Runs of lines named of one column; of more, the rest is counted."""
NOT_TOLD = "a card is sent to people who may not see the data"
STYLE = """
html { font: 16px/1.5 system-ui, sans-serif; color: #1c2329; background: #fff; }
body { margin: 0; }
main { max-width: 52rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 2rem; margin: 0 0 0.3rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; color: #1d5b6f; margin: 1.8rem 0 0.4rem; }
dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: 0.2rem 1.2rem; margin: 0.8rem 0 0; }
dt { color: #5f6a72; overflow-wrap: anywhere; }
dd { margin: 0; overflow-wrap: anywhere; }
.sha, code { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 0.82rem; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.88rem; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 1rem 0.25rem 0; border-bottom: 1px solid #dfe3e6; overflow-wrap: anywhere; min-width: 6rem; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: 0.4rem; } }
@media print { html { font-size: 10pt; } main { padding: 0; max-width: none; } .scroll { overflow: visible; } }
"""  # noqa: E501
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def card_of(target: Target, graph: Graph) -> str:
    """Return the card of a printed number or of a cell of a result table.

    Raises:
        StudyError: the target is no such cell, or tells of one person.
    """
    number = _number(target, graph)
    title = number.printed or number.value
    facts = [
        ("Printed", target.facts.get("printed", "")),
        ("Value", number.value),
        ("Cell", _cell(number, target)),
        ("Under", target.facts.get("under", "")),
        ("Id", number.id),
        ("Study", _study(graph)),
    ]
    parts = [
        f"<h1>{escape(title)}</h1>",
        "<p>What this number is, and what it rests on. No value of a participant is here.</p>",
        _facts(facts),
        _section("Digests (SHA-256)", _facts(_digests(target, graph), code=True)),
        _section("Made by", _jobs(target, graph)),
        _section("Made from", _made_from(target)),
        _section("Left out", _left_out(target)),
        _section("To check it", _steps(number, target)),
    ]
    return _page(title, parts)


def _number(target: Target, graph: Graph) -> PrintedNumber:
    """Return the number that the card is of.

    Raises:
        StudyError: it may not be told.
    """
    path, _, fragment = target.asked.partition("#")
    row, column = split(target.facts.get("cell", target.asked).partition("#")[2])
    is_cell = graph.files[target.file]["kind"] == "table" and row and column
    if not is_cell or "value" not in target.facts:
        raise StudyError(
            f"No card is made of `{target.asked}`",
            rule=f"it is of a printed number, or of one cell of a result table: {NOT_TOLD}",
            remedy="give the id of a number, or table#row/column",
        )
    value = target.facts["value"]
    printed = target.facts.get("printed", value)
    id_ = (fragment or path) if target.is_printed else ""
    number = PrintedNumber(id_, printed, value, PurePosixPath(target.file).stem, row, column)
    beside = next((each for each in read_dicts(graph, target.file) if each.get("row") == row), {})
    cells = {f"{number.table}#{row}/{name}": text for name, text in beside.items()}
    if why := why_withheld(number, cells):
        raise StudyError(f"No card is made of `{target.asked}`: it is {why}", rule=NOT_TOLD)
    return number


def _cell(number: PrintedNumber, target: Target) -> str:
    return f"{target.file}#{number.row}/{number.column}"


def _study(graph: Graph) -> str:
    try:
        stated = json.loads((graph.results / STATEMENT).read_text(encoding="utf-8"))
        return str(stated["predicate"]["buildDefinition"]["externalParameters"]["study"])
    except DAMAGE:
        return ""


def _digests(target: Target, graph: Graph) -> list[tuple[str, str]]:
    """Return the digests of what the number stands in and rests on, and which files are absent."""
    raw = sorted({cell.file for cell in (*target.cells, *target.set_aside)})
    labels = {graph.files[name]["path"]: name for name in graph.files}
    names = [target.file, *(name for name in REPORTS if name in graph.files)]
    names += [labels.get(name, name) for name in raw]
    found = [(f"{RESULTS}{name}", _own(graph.results / name)) for name in (MANIFEST, STATEMENT)]
    return found + [(name, _sealed(name, graph)) for name in names if name in graph.files]


def _own(path: Path) -> str:
    return file_digest(path) if path.is_file() else NOT_HERE


def _sealed(name: str, graph: Graph) -> str:
    """Return the digest that a file was sealed with, and how it is here."""
    sealed, path = graph.files[name].get("sha256", ""), graph.path(name)
    if not path.is_file():
        return f"{sealed} ({NOT_HERE})"
    return sealed if file_digest(path) == sealed else f"{sealed} (here it is another)"


def _jobs(target: Target, graph: Graph) -> str:
    """Return a row for each job on the way, the last first: rows in, used, and its record."""
    tree = Tree(graph, False, False, target.passed)
    tree.lines(target.file)
    makers = [graph.maker.get(name) for name in graph.upstream(target.file)]
    rows = []
    for job in dict.fromkeys(job for job in makers if job in tree.jobs):
        about = graph.jobs[job]
        read, used = (sum(n[key] for n in about["rows"].values()) for key in ("read", "used"))
        counts = f"{read:,} in, {used:,} used" if about["rows"] else ""
        rows.append((job, counts, about["result_sha256"]))
    return _table("Jobs", ("Job", "Rows", "Digest of its result"), rows)


def _made_from(target: Target) -> str:
    """Return the raw cells by file, column and use: their lines, and no value."""
    groups: dict[tuple[str, int, str], list[int]] = {}
    for cell in sorted(target.cells):
        key = (cell.file, USES.index(target.cells[cell]), cell.column)
        groups.setdefault(key, []).append(cell.line)
    rows = [
        (file, column or "the record", USED[USES[use]], lines_in_words(found))
        for (file, use, column), found in sorted(groups.items())
    ]
    for each in target.records:
        lines = f"{each.records:,} records, {each.first} to {each.last}"
        rows.append((each.file, "the record", "is among these", lines))
    return _table("Raw cells", ("Raw file", "Column", "What for", "Lines"), rows)


def _left_out(target: Target) -> str:
    groups: dict[tuple[str, str, str], list[int]] = {}
    for cell in sorted(target.set_aside):
        groups.setdefault((cell.file, cell.column, target.set_aside[cell]), []).append(cell.line)
    rows = [(*key, lines_in_words(found)) for key, found in sorted(groups.items())]
    return _table("What is left out", ("Raw file", "Column", "Why", "Lines"), rows)


def lines_in_words(lines: list[int]) -> str:
    """Return the lines as runs, ``2 to 105, 107``; of very many, how many more there are."""
    spans: list[list[int]] = []
    for line in sorted(set(lines)):
        if spans and line == spans[-1][1] + 1:
            spans[-1][1] = line
        else:
            spans.append([line, line])
    shown, rest = spans[:SPANS], spans[SPANS:]
    named = [f"{a}" if a == b else f"{a} to {b}" for a, b in shown]
    more = sum(b - a + 1 for a, b in rest)
    return ", ".join(named) + (f" and {more:,} more" if more else "")


def _steps(number: PrintedNumber, target: Target) -> str:
    asked = escape(number.id or f'"{_cell(number, target)}"', quote=False)
    steps = (
        "Open <code>results/index.html</code> of the folder, give it the folder, and compare the"
        " digest of the statement with the one above and with the published one.",
        f"<code>trialtrail trace {asked}</code> names the same cells, lines and jobs.",
        f"<code>sha256sum {escape(target.file)}</code> gives the digest of the table above; the row"
        f" <code>{escape(number.row)}</code> of it has the value.",
    )
    return "<ol>" + "".join(f"<li>{step}</li>" for step in steps) + "</ol>"


def _section(title: str, content: str) -> str:
    return f"<h2>{escape(title)}</h2>\n{content}" if content else ""


def _facts(pairs: Iterable[tuple[str, str]], code: bool = False) -> str:
    mark = ' class="sha"' if code else ""
    shown = [(label, text) for label, text in pairs if text]
    lines = (f"<dt>{escape(label)}</dt><dd{mark}>{escape(text)}</dd>" for label, text in shown)
    return "<dl>" + "".join(lines) + "</dl>"


def _table(label: str, headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in headings)
    body = "\n".join(
        "<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in rows
    )
    table = f"<table><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>"
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(label)}">{table}</div>'
    )


def _page(title: str, parts: list[str]) -> str:
    body = "\n".join(filter(None, parts))
    return f"""<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}: what it rests on</title>
<style>{STYLE}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""
