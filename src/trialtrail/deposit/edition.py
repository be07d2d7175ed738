"""The public edition as it goes into a deposit: whole, of the present results, and of nobody.

What comes along is decided by the records of the jobs that made the edition, and by nothing else:
a file that somebody laid into the folder is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from runrecord.checking.independent_evidence import path_of
from runrecord.digest import file_digest
from runrecord.graph import Graph, place
from runrecord.seal import RESULTS, files_of_record, read_record

from trialtrail.configuration.schema import with_defaults
from trialtrail.errors import StudyError

FOLDER = f"{RESULTS}public/"
JOBS = (
    "publish_tables",
    "render_public_report",
    "lay_out_public_document-report",
    "lay_out_public_document-supplement",
    "write_public_word_report",
)
"""The jobs that make the public edition, by the names of their records."""
WITHIN = ("print/", "unpublished.json")
"""What the edition is made by on the way, and no reader asks for."""
SAME = ("study", "labels", "level")
"""Parameters that the public report and that of the results have in common."""
MAKE = "snakemake --cores 2 -- all public"
RULE = "a deposit is of the results as they are now"
Record = Mapping[str, Any]


def read_edition(graph: Graph, config: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the files of the public edition by their names in a deposit.

    Raises:
        StudyError: it is not there, not whole, not of the present results, or holds a file that no
            job of it made.
    """
    results = graph.results
    records = {job: _record(results, job) for job in JOBS}
    made = {name for record in records.values() for name in record["result"]["outputs"]}
    _check_nothing_else(results, made)
    sealed = graph.sealed()
    for job, record in records.items():
        for role, name, digest in files_of_record(record):
            if role == "code" or name.startswith(f"{RESULTS}lineage/"):
                continue
            path = place(path_of(name, record), results)
            if path.is_file():
                now = file_digest(path)
            elif name.startswith(RESULTS):
                now = ""
            else:
                continue  # a template or font that is not here: what it gave is compared
            if now != digest:
                raise _stale(name, f"{job} {'made' if role == 'output' else 'read'} other bytes")
            if role == "input" and name in sealed and sealed[name] != digest:
                raise _stale(name, "it is not as it was sealed")
    _check_settings(records, results, config)
    names = sorted(name for name in made if name.startswith(FOLDER))
    inside = [name.removeprefix(FOLDER) for name in names]
    return {name: (results / "public" / name).read_bytes() for name in inside if _is_read(name)}


def _is_read(name: str) -> bool:
    return not name.startswith(WITHIN)


def _record(results: Path, job: str) -> Record:
    path = results / "lineage" / "records" / f"{job}.json"
    if not path.is_file():
        raise StudyError(
            "There is no public edition of these results, or not all of it",
            where=path.as_posix(),
            rule="a deposit holds the public edition alone, which its own jobs make",
            remedy=f"make it: {MAKE}; read it (docs/disclosure.md), then ask again",
        )
    return read_record(path)


def _stale(name: str, why: str) -> StudyError:
    return StudyError(
        f"The public edition is not of the present results: {why}",
        where=name,
        rule=RULE,
        remedy=f"make both again: {MAKE}; read the edition, then ask again",
    )


def _check_nothing_else(results: Path, made: set[str]) -> None:
    """Refuse a file in the folder that is of no job of the edition."""
    found = [path for path in (results / "public").rglob("*") if path.is_file()]
    for path in sorted(found):
        name = f"{RESULTS}{path.relative_to(results).as_posix()}"
        if name not in made:
            raise StudyError(
                "A file lies in the public edition that no job of it made",
                where=name,
                rule="a deposit holds what the jobs of the public edition have checked",
                remedy="take it out of the folder; what else is to be deposited is added by hand"
                " to the finished folder, and by a person who has read it",
            )


def _check_settings(records: Mapping[str, Record], results: Path, config: Any) -> None:
    """Refuse an edition that was made under other settings than those of now."""
    chosen = with_defaults(config.get("disclosure", {}), "disclosure")
    if records["publish_tables"]["result"]["params"]["chosen"] != chosen:
        raise _stale("disclosure", "the configuration says otherwise what is withheld")
    ours = records["render_public_report"]["result"]["params"]
    theirs = _record(results, "render_report")["result"]["params"]
    for key in SAME:
        if json.dumps(ours.get(key), sort_keys=True) != json.dumps(theirs.get(key), sort_keys=True):
            raise _stale(key, "the report of the results says otherwise what the study is")


def minimum_of(config: Mapping[str, Any]) -> int:
    """Return the least count that the public edition of a study tells."""
    return with_defaults(config.get("disclosure", {}), "disclosure")["minimum"]


def names_of(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield each file of an edition with what it is, for a list of the contents."""
    about = {
        "report.pdf": "the report",
        "supplement.pdf": "what stands behind it: full tables, definitions, sources",
        "report.html": "both as one page for a screen",
        "report.docx": "the report as a Word file",
        "numbers.csv": "each number printed, and the cell of a table that it came from",
        "tables/estimates.csv": "every estimate, one row each",
        "tables/arms.csv": "what stands behind each estimate, one row an arm",
        "tables/summaries.csv": "what is counted and described, one row a figure",
        "tables/data_dictionary.csv": "what each column of the study means; no values",
    }
    for name in sorted(files):
        yield name, about.get(name, "a result table" if name.startswith("tables/") else "")
