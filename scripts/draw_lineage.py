"""Write `index.html`: one page, without network, from a printed number to the raw files."""

import shutil
from pathlib import Path
from typing import Any

from markupsafe import Markup

from trialtrail.pages import render_page
from trialtrail.record import Rows, run
from trialtrail.report.fonts import inlined
from trialtrail.trail.pages.catalogue import catalogue
from trialtrail.trail.pages.page import (
    KINDS,
    embedded,
    gather,
    kind_of,
    link,
    load_graph,
    page_data,
    read_csv,
    read_takes,
)
from trialtrail.trail.pages.policy import script_policy


def paths(files: str | list[str] | None) -> list[str]:
    """Return input files as a list, whether one or several or none were given."""
    return [files] if isinstance(files, str) else list(files or [])


def listing(graph) -> list[dict[str, Any]]:
    """Return the files by kind, for a reader whose browser runs no script."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for name in sorted(graph.files):
        about = graph.files[name] | {"maker": graph.maker.get(name, ""), "name": name}
        groups.setdefault(kind_of(name, graph), []).append(about | {"link": link(about)})
    order = [*KINDS, *sorted(set(groups) - set(KINDS))]
    return [
        {
            "kind": kind,
            "title": KINDS.get(kind, kind),
            "files": groups[kind],
            "count": len({name.rpartition(".")[0] for name in names_of(groups[kind])}),
        }
        for kind in order
        if kind in groups
    ]


def names_of(files: list[dict[str, Any]]) -> list[str]:
    """Return the names of files; a dataset and its CSV twin differ in the ending only."""
    return [file["name"] for file in files]


def main(job) -> dict[str, Rows]:
    """Read the graph and what belongs to it; write the page and the sign that others look for."""
    graph = load_graph(job.input.lineage)
    evidence = gather(
        graph,
        paths(job.input.records),
        paths(getattr(job.input, "columns", None)),
        getattr(job.input, "dictionary", None),
        paths(getattr(job.input, "sources", None)),
    )
    numbers, queries = read_csv(job.input.numbers), read_csv(job.input.queries)
    takes = read_takes(paths(job.input.takes))
    data = page_data(evidence, catalogue(evidence), numbers, queries, takes)
    style = Path(job.input.style)
    script = "\n".join(Path(path).read_text("utf-8") for path in paths(job.input.scripts))
    css = inlined(style.read_text("utf-8"), style.parent)
    render_page(
        job.input.template,
        job.output.page,
        title=job.params.title,
        synthetic=job.params.synthetic,
        css=Markup(css),
        script=Markup(script),
        policy=script_policy(script),
        data=Markup(embedded(data)),
        groups=listing(graph),
        jobs=data["jobs"],
        numbers=data["numbers"],
        taken=data["taken"],
        files=data["files"],
    )
    shutil.copyfile(job.input.sign, job.output.sign)
    return {
        "numbers": Rows(read=len(numbers), used=len(data["numbers"])),
        "queries": Rows(read=len(queries), used=len(data["queries"])),
    }


run(main, globals())
