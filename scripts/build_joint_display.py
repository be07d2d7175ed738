"""Makes `joint_display` (a row a finding under a theme) and `convergence` (a row a theme)."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from trialtrail.errors import StudyError
from trialtrail.record import run
from trialtrail.results.cells import Address, Cells, parse
from trialtrail.results.takes import RESULT, Takes, takes, write_takes
from trialtrail.tables import write_result

from schemas.results.base import conform
from schemas.results.joint_display import Convergence, JointDisplay

STRANDS = ("interviews", "questionnaire", "trial")
NUMBERS = ("n", "denominator", "percent", "estimate", "lower", "upper")
JUDGEMENT = ("verdict", "by", "on", "why")
"""What a judgement says. (Write `"on"` in quotes: YAML 1.1 takes the bare word for `true`.)"""
WHERE = "configuration, themes of the joint display"
DIGITS = 6
"""Significant digits that the digest of the evidence sees: a judgement does not hang on more."""


def rows_below(theme: str, cells: Cells) -> list[str]:
    """Return the addresses of a theme and its categories in the table of codes."""
    rows = cells.table("codes", where=WHERE).rows
    below = [
        row
        for row, entry in rows.items()
        if entry["level"] == "category" and row.startswith(f"{theme}.")
    ]
    return [f"codes#{row}" for row in (theme, *below)]


def sources(theme: Mapping[str, Any], cells: Cells) -> list[tuple[str, str]]:
    """Return strand and address of each finding under a theme, in the order of the strands.

    The interviews speak through the theme and its categories, unless the configuration lists rows
    of the table of codes; the questionnaire through its items; the trial through its cells.
    """
    listed = {
        "interviews": [f"codes#{row}" for row in theme.get("interviews") or []]
        or rows_below(theme["theme"], cells),
        "questionnaire": [f"questionnaire#{item}" for item in theme.get("questionnaire") or []],
        "trial": list(theme.get("trial") or []),
    }
    return [(strand, address) for strand in STRANDS for address in listed[strand]]


def finding(strand: str, text: str, cells: Cells) -> dict[str, Any]:
    """Return one finding: its address, its label, and the numbers that stand in its row.

    An address with a column gives that number alone, as ``value``. In the interviews ``n`` are the
    interviews in which the theme was found, of all that were held.

    Raises:
        StudyError: no such table, row or column.
    """
    address = parse(text, where=WHERE)
    row = cells.row(address, where=WHERE)
    found: dict[str, Any] = {"strand": strand, "source": str(address)}
    found |= {"label": row.get("label", address.row), "unit": row.get("unit", "")}
    if address.column:
        return found | {"value": cells.number(address, where=WHERE)}
    present = [name for name in NUMBERS if name in row]
    return found | {
        name: cells.number(Address(address.table, address.row, name), where=WHERE)
        for name in present
    }


def evidence_digest(findings: Iterable[Mapping[str, Any]]) -> str:
    """Return the SHA-256 of the numbers of a theme's findings, by address.

    It changes with a number or with a finding more or less, and not with their order or labels.
    """
    lines = []
    for each in findings:
        numbers = (each.get(name) for name in (*NUMBERS, "value"))
        shown = ("" if number is None else format(number, f".{DIGITS}g") for number in numbers)
        lines.append(" ".join([each["source"], *shown]))
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def judgement(theme: str, given: Mapping[str, Any] | None, evidence: str) -> dict[str, Any]:
    """Return what people judged of a theme, and whether the evidence is still what they saw.

    ``state`` is ``current`` (the digest given is the present one; its first 12 characters do),
    ``stale`` (it is another), ``unsealed`` (none was given) or ``not judged``.

    Raises:
        StudyError: a judgement does not say who, when or why.
    """
    if not given:
        return {"evidence": evidence, "state": "not judged"}
    missing = [name for name in JUDGEMENT if not given.get(name)]
    if missing:
        raise StudyError(
            f"the convergence verdict of theme `{theme}` does not say `{missing[0]}`",
            where=WHERE,
            rule="a judgement by people names what, who, when and why",
            remedy=f"give {', '.join(JUDGEMENT)}",
        )
    seal = str(given.get("evidence") or "").removeprefix("sha256:").lower()
    state = "current" if len(seal) >= 12 and evidence.startswith(seal) else "stale"
    judged = {name: str(given[name]) for name in JUDGEMENT}
    return judged | {"evidence": evidence, "sealed": seal, "state": state if seal else "unsealed"}


def build_joint_display(
    themes: Sequence[Mapping[str, Any]], cells: Cells
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the joint display and the convergence of its strands.

    In the display a row is one finding under one theme, named ``<theme>.<n>``: a strand, the
    address it was read from, its label and its numbers. In the convergence a row is a theme: how
    many findings each strand has, and the verdict of people with the digest of its evidence.
    """
    display, verdicts = [], []
    for theme in themes:
        name = theme["theme"]
        about = cells.row(Address("codes", name), where=WHERE)
        found = [finding(strand, address, cells) for strand, address in sources(theme, cells)]
        named = {"theme": name, "theme_label": about["label"]}
        display += [{"row": f"{name}.{n}"} | named | each for n, each in enumerate(found, start=1)]
        strands = [each["strand"] for each in found]
        verdicts.append(
            {"row": name, "label": about["label"]}
            | {strand: strands.count(strand) for strand in STRANDS}
            | judgement(name, theme.get("convergence"), evidence_digest(found))
        )
    first = ["row", "theme", "theme_label", "strand", "source", "label", "unit"]
    kinds = dict.fromkeys(("n", "denominator"), "Int64")
    kinds |= dict.fromkeys(("percent", "estimate", "lower", "upper", "value"), "Float64")
    judged = ["row", "label", *STRANDS, *JUDGEMENT, "evidence", "sealed", "state"]
    return (
        pd.DataFrame(display, columns=[*first, *NUMBERS, "value"]).astype(kinds),
        pd.DataFrame(verdicts, columns=judged),
    )


def display_takes(display: pd.DataFrame, cells: Cells) -> dict[str, list[dict]]:
    """Return what the cells of each finding take: those of the row that it was read from."""
    taken = {}
    for row, source in zip(display["row"], display["source"], strict=True):
        address = cells.canonical(parse(source, where=WHERE))
        table, where = f"{RESULT}:{address.table}", {"row": address.row}
        if address.column:
            taken[row] = takes(("value",), Takes(table, (address.column,), where))
        else:
            parts = [takes((name,), Takes(table, (name,), where)) for name in NUMBERS]
            taken[row] = [entry for each in parts for entry in each]
    return taken


def main(job) -> None:
    """Read the result tables; write the joint display and the convergence."""
    cells = Cells.of_files(job.input.tables)
    display, convergence = build_joint_display(job.params.themes, cells)
    write_result(conform(display, JointDisplay), job.output.table)
    write_takes(job.output.takes, {"joint_display": display_takes(display, cells)})
    write_result(conform(convergence, Convergence), job.output.convergence)


run(main, globals())
