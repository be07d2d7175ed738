"""Makes `threads` (a row a step) and the page on which readers follow them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from trialtrail.errors import StudyError
from trialtrail.pages import render_page
from trialtrail.qualitative.joint_display.findings import NUMBERS, OTHER, Sources, ask
from trialtrail.qualitative.joint_display.people import People
from trialtrail.qualitative.joint_display.queries import CELL, ITEM, read_query
from trialtrail.qualitative.joint_display.verdicts import (
    CURRENT,
    STALE,
    UNSEALED,
    evidence_digest,
    pattern_digest,
    seal_state,
    sealed_by,
)
from trialtrail.record import run
from trialtrail.report.fonts import inlined
from trialtrail.report.formatting import (
    as_printed,
    as_quoted,
    decimals_for_effect,
    format_number,
)
from trialtrail.results.cells import Cells, parse
from trialtrail.results.takes import write_takes
from trialtrail.tables import write_result

from schemas.results.base import conform
from schemas.results.threads import Threads

WHERE = "configuration, threads"
OF_INTERVIEWS = ("codes", "codes_by_stage", "codes_of_all_coders", "passages", "quotations")
OF_QUESTIONNAIRE = "questionnaire"


def strand_of(step: Mapping[str, Any]) -> str:
    """Return whose finding a step is: of the interviews, the questionnaire or the trial."""
    if ITEM in step:
        return "questionnaire"
    if CELL not in step:
        return "interviews"
    table = parse(step[CELL], where=WHERE).table
    if table in OF_INTERVIEWS:
        return "interviews"
    return "questionnaire" if table == OF_QUESTIONNAIRE else "trial"


def follow_threads(
    threads: Sequence[Mapping[str, Any]], sources: Sources
) -> tuple[pd.DataFrame, dict[str, list[dict]]]:
    """Return the steps of all threads with what each gives now, and what their cells take.

    A step is stale when its own numbers, words or pattern are others than those sealed.

    Raises:
        StudyError: two threads or two steps of one have the same id, or what `ask` says.
    """
    rows, taken = [], {}
    _check_ids([thread["id"] for thread in threads], WHERE)
    for thread in threads:
        where = f"{WHERE}, {thread['id']}"
        _check_ids([step["id"] for step in thread["steps"]], where)
        about = {name: str(thread.get(name) or "") for name in ("question", "by", "on")}
        about |= {"thread": thread["id"], "conclusion": thread.get("conclusion") or ""}
        for place, step in enumerate(thread["steps"], start=1):
            found = ask(read_query(strand_of(step), step, where=where), sources)
            evidence, patterns = evidence_digest([found.row]), pattern_digest([found.row])
            seal = str(step.get("evidence") or "")
            row = {"row": f"{thread['id']}.{step['id']}", "step": place, "found": step["found"]}
            row |= {"evidence": evidence, "seal": sealed_by(evidence, patterns), "sealed": seal}
            row["state"] = seal_state(seal, evidence, patterns)[0]
            rows.append(about | found.row | row)
            taken[row["row"]] = found.takes
    table = pd.DataFrame(rows, columns=list(Threads.to_schema().columns)).replace({"": None})
    whole = ("n", "denominator", "n_other", "denominator_other", "step")
    kinds = dict.fromkeys({*NUMBERS, *OTHER, "value"}, "Float64") | dict.fromkeys(whole, "Int64")
    return table.astype(kinds), taken


def _check_ids(ids: Sequence[str], where: str) -> None:
    for name in ids:
        if list(ids).count(name) > 1:
            raise StudyError(
                f"two have the id `{name}`",
                where=where,
                rule="a thread, and a step of it, has an id of its own",
                remedy="rename one of them",
            )


def page_of(table: pd.DataFrame, labels: Mapping[str, Mapping[str, str]], files: Cells) -> list:
    """Return the threads as the page shows them: steps with their numbers in print."""
    threads = []
    for name, steps in table.groupby("thread", sort=False):
        first = steps.iloc[0]
        states = set(steps["state"])
        worst = next(state for state in (STALE, UNSEALED, CURRENT) if state in states)
        listed = [_step(row, labels, files) for row in _filled(steps)]
        about = {name: first[name] for name in ("question", "by", "on")}
        end = "" if pd.isna(first["conclusion"]) else first["conclusion"]
        threads.append(about | {"id": name, "conclusion": end, "state": worst, "steps": listed})
    return threads


def _filled(steps: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in row.items() if not pd.isna(value)}
        for row in steps.to_dict("records")
    ]


def _step(row: dict, labels: Mapping[str, Mapping[str, str]], files: Cells) -> dict[str, Any]:
    who = [labels["roles"].get(row["role"], row["role"])] if "role" in row else []
    who += [labels["stages"].get(row["stage"], row["stage"])] if "stage" in row else []
    column = next((name for name in ("value", "estimate", "n", "text") if name in row), "n")
    shown = {name: row.get(name, "") for name in ("row", "strand", "state", "found", "seal")}
    words = row["kind"] == "quotation"
    verbatim = bool(row.get("verbatim", True))
    return shown | {
        "label": as_printed(row["label"]),
        "who": row.get("speaker") or ", ".join(who),
        "number": "" if words else number_in_print(row),
        "text": as_quoted(row["text"]) if words and verbatim else "",
        "changed": words and not verbatim,
        "expect": row.get("expect", ""),
        "shown": row.get("shown", ""),
        "source": row["source"],
        "file": f"results/{files.file_of(parse(row['source']).table)}"
        if row["kind"] != "people"
        else "results/datasets/segments.parquet",
        "cell": f"results/tables/threads.csv#{row['row']}/{column}",
    }


def number_in_print(row: Mapping[str, Any]) -> str:
    """Return the numbers of a step as they are printed, with their denominators."""
    if "value" in row:
        unit = f" {row['unit']}" if "unit" in row else ""
        return _printed(row["value"], "g") + unit
    if "estimate" in row:
        limits = [format(row[name], ".10g") for name in ("lower", "upper") if name in row]
        if len(limits) < 2:
            return _printed(row["estimate"], ".2f")
        spec = decimals_for_effect((limits[0], limits[1]))
        ends = [_printed(row[name], spec) for name in ("lower", "upper")]
        return f"{_printed(row['estimate'], spec)} ({' to '.join(ends)})"
    one = _counted(row, "")
    return f"{one}; {_counted(row, '_other')}" if "n_other" in row else one


def _counted(row: Mapping[str, Any], which: str) -> str:
    if f"n{which}" not in row:
        return "no number"
    text = _printed(row[f"n{which}"], "d")
    if f"denominator{which}" in row:
        text += f" of {_printed(row[f'denominator{which}'], 'd')}"
    ends = {"people": "people", "item": "who answered"}
    group = row.get(f"group{which}", ends.get(row["kind"], ""))
    return f"{text} {group}".strip()


def _printed(value: float, spec: str) -> str:
    return format_number(format(value, ".10g"), spec)


def main(job) -> None:
    """Read the result tables and the coded interviews; write the threads and their page."""
    params = job.params
    people = People.of_job(job.input)
    cells = Cells.of_files(job.input.tables)
    table, taken = follow_threads(params.threads, Sources(cells, people, params.labels["arms"]))
    table = conform(table, Threads)
    write_result(table, job.output.table)
    write_takes(job.output.takes, {"threads": taken})
    css = Path(job.input.css).read_text(encoding="utf-8")
    render_page(
        job.input.template,
        job.output.page,
        css=Markup(inlined(css, Path(job.input.template).parent)),
        title=params.title,
        synthetic=params.synthetic,
        threads=page_of(table, params.labels, cells),
    )


run(main, globals())
