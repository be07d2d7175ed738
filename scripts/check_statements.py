"""Makes `statements`: a row is a sentence that states something of the conduct; and queries."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pandas as pd

from trialtrail.conduct.claims import (
    ALLOWED,
    UNTIED,
    Statement,
    facts_of,
    is_against,
    statements_of,
    statements_of_answers,
)
from trialtrail.record import run
from trialtrail.report.facts import CONTRADICTED, TABLE
from trialtrail.report.texts import StudyText, read_text
from trialtrail.results.cells import Cells
from trialtrail.results.takes import RESULT, Takes, takes, write_takes
from trialtrail.tables import write_csv, write_result
from trialtrail.validation.findings import (
    QUERY_COLUMNS,
    finding,
    findings_frame,
    number_queries,
)

from schemas.results.base import conform
from schemas.results.conduct import Statements

CONTRADICTS, RESTS_ON_NOTHING, HARD_TO_READ = "statement", "untied", "readability"
SEVERITIES = {CONTRADICTS: "error", RESTS_ON_NOTHING: "warning", HARD_TO_READ: "warning"}
ABOVE = "above"
"""What `readability` says of a text that asks for more school years than the study's limit."""
READABILITY = "readability"
Facts = Mapping[str, Mapping[str, str]]


def statement_rows(texts: list[StudyText], facts: Facts, answers: Path | None = None) -> list[dict]:
    """Return the row of the whole, and one a statement in the order of the texts.

    ``answers`` are those to the items of reporting checklists, which come last.
    """
    rows = []
    stated = [(text.path, statements_of(text)) for text in texts]
    for path, statements in stated + (
        [(answers, statements_of_answers(answers))] if answers else []
    ):
        name = path.stem
        for place, each in enumerate(statements, start=1):
            about = {"row": f"{name}.{place}", "text": path.name, "line": each.line}
            about["called"] = name.replace("_", " ").capitalize()
            rows.append(about | _row(each, facts))
    states = [row["state"] for row in rows]
    whole = {
        "row": "all",
        "tied": sum(row["fact"] is not None for row in rows),
        "against": sum(map(is_against, states)),
        "allowed": states.count(ALLOWED),
        "untied": states.count(UNTIED),
        "phrases": sum(len(text.allowed) for text in texts),
    }
    return [whole, *rows]


def _row(each: Statement, facts: Facts) -> dict:
    return {
        "fact": each.fact or None,
        "word": each.word or None,
        "words": each.words,
        "state": each.state(facts),
        "reason": each.reason or None,
    }


def statement_findings(rows: list[dict], facts: Facts, files: Mapping[str, str]) -> Iterator[dict]:
    """Yield what somebody should answer: facts that rows do not bear out, and untied sentences."""
    for row in (each for each in rows if each["row"] != "all"):
        place = {"file": files[row["text"]], "line": row["line"], "export": "texts"}
        if row["state"] == UNTIED:
            yield finding(
                RESTS_ON_NOTHING,
                "texts",
                f"The sentence states something of the conduct (“{row['word']}”) and rests on no"
                " row: tie it by fact(), or allow the phrase with its reason under `untied`",
                column=row["word"],
                **place,
            )
        elif is_against(row["state"]):
            fact = facts.get(row["fact"], {})
            yield finding(
                CONTRADICTS,
                "texts",
                _against(row["state"], fact),
                record=row["fact"],
                found=f"{fact.get('n', '')} of {fact.get('denominator', '')}",
                **place,
            )


def readability_findings(
    rows: Iterable[Mapping[str, str]], files: Mapping[str, str]
) -> Iterator[dict]:
    """Yield what somebody should answer of texts that are harder to read than the study's limit."""
    for row in rows:
        if row["status"] == ABOVE:
            yield finding(
                HARD_TO_READ,
                "texts",
                f"The text for lay readers asks for more than school grade {float(row['limit']):g}"
                " (Flesch and Kincaid): shorten its sentences and words",
                export="texts",
                file=files[f"{row['row']}.md"],
                found=f"grade {float(row['grade']):.1f}",
            )


def _against(state: str, fact: Mapping[str, str]) -> str:
    if not fact:
        return "The text calls a fact that `conduct` does not declare"
    says = "contradict" if state == CONTRADICTED else "do not tell whether it is so:"
    return (
        f"The text states “{fact['statement']}”, and the rows {says} it"
        f" ({fact['source']}; asked is {fact['asked']}). The report prints what they give"
    )


def statement_takes(rows: list[dict]) -> dict[str, list[dict]]:
    """Return what the state of a sentence takes that is tied to a fact: its verdict."""
    tied = {row["row"]: row["fact"] for row in rows if row.get("fact")}
    return {
        name: takes(("state",), Takes(f"{RESULT}:{TABLE}", ("verdict",), {"row": fact}))
        for name, fact in tied.items()
    }


def main(job) -> None:
    """Read the texts and the facts; write what the texts state, and the queries of it."""
    paths = [job.input.texts] if isinstance(job.input.texts, str) else list(job.input.texts)
    texts = [read_text(Path(path)) for path in paths]
    cells = Cells.of_files(job.input.conduct)
    facts = facts_of(cells.table(TABLE) if TABLE in cells.tables() else None)
    given = job.input.get("answers") or []
    answers = next(map(Path, [given] if isinstance(given, str) else given), None)
    rows = statement_rows(texts, facts, answers)
    write_result(conform(pd.DataFrame(rows), Statements), job.output.table)
    write_takes(job.output.takes, {"statements": statement_takes(rows)})
    files = {Path(path).name: str(path) for path in (*paths, *filter(None, [answers]))}
    measured = Cells.of_files(job.input.get("readability") or [])
    rows_read = measured.table(READABILITY).rows if measured.tables() else {}
    read = [{**row, "row": name} for name, row in rows_read.items()]
    found = findings_frame(
        [*statement_findings(rows, facts, files), *readability_findings(read, files)]
    )
    write_csv(number_queries(found, SEVERITIES)[QUERY_COLUMNS], job.output.queries)


run(main, globals())
