"""Makes `define.html`, the data definitions: one row is one column of a dataset or table."""

from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from markupsafe import Markup
from runrecord.seal import RESULTS

from trialtrail.pages import render_page
from trialtrail.record import Rows, run
from trialtrail.report.fonts import inlined
from trialtrail.trail.pages.catalogue import catalogue
from trialtrail.trail.pages.column_entries import Column, Evidence, Table
from trialtrail.trail.pages.page import gather, load_graph

SHOWN = 6
"""Sources of a column that are shown at once; of more, the rest unfolds."""


def paths(files: str | list[str] | None) -> list[str]:
    """Return input files as a list, whether one or several or none were given."""
    return [files] if isinstance(files, str) else list(files or [])


def source_link(kind: str, name: str, here: set[str]) -> dict[str, str]:
    """Return the text and the target of a source; what is not on this page is on the other."""
    if kind == "column" and name in here:
        return {"text": name.removeprefix("validated."), "href": f"#{quote(name)}"}
    text = name
    if kind == "column" and "#" in name:
        file, _, heading = name.partition("#")
        text = f"{PurePosixPath(file).name}: {heading}"
    elif kind == "file":
        text = PurePosixPath(name).name
    return {"text": text, "href": f"index.html#{kind}-{quote(name)}"}


def code_of(column: Column, evidence: Evidence) -> dict[str, str] | None:
    """Return the place of a column's code and its lines."""
    if column.code is None or column.code.file not in evidence.texts:
        return None
    lines = evidence.texts[column.code.file].splitlines()[column.code.first - 1 : column.code.last]
    return {"place": f"{column.code.file}, line {column.code.first}", "text": "\n".join(lines)}


def definition(table: Table, evidence: Evidence, here: set[str]) -> dict[str, Any]:
    """Return a table as the page shows it."""
    columns = []
    for column in table.columns:
        sources = [source_link(source.kind, source.id, here) for source in column.sources]
        columns.append(
            {
                "column": column,
                "sources": sources[:SHOWN],
                "more": sources[SHOWN:],
                "code": code_of(column, evidence),
            }
        )
    twin = table.file.removesuffix(".parquet") + ".csv"
    files = [table.file, *([twin] if twin in evidence.graph.files else [])]
    links = [{"name": name, "href": f"../{name.removeprefix(RESULTS)}"} for name in files]
    kind = "Dataset" if table.kind == "dataset" else "Validated table"
    return {"kind": kind, "table": table, "columns": columns, "files": links}


def main(job) -> dict[str, Rows]:
    """Read what is known of the columns; write the page."""
    evidence = gather(
        load_graph(job.input.lineage),
        paths(job.input.records),
        paths(getattr(job.input, "columns", None)),
        getattr(job.input, "dictionary", None),
        paths(getattr(job.input, "sources", None)),
    )
    tables = [table for table in catalogue(evidence) if table.kind != "raw"]
    here = {column.id for table in tables for column in table.columns}
    style = Path(job.input.style)
    render_page(
        job.input.template,
        job.output.page,
        title=job.params.title,
        synthetic=job.params.synthetic,
        css=Markup(inlined(style.read_text("utf-8"), style.parent)),
        groups=[
            (title, [definition(table, evidence, here) for table in tables if table.kind == kind])
            for kind, title in (("dataset", "Datasets"), ("validated", "Validated tables"))
        ],
    )
    return {"columns": Rows(read=len(here), used=len(here))}


run(main, globals())
