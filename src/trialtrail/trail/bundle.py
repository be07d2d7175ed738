"""Pack results for those who may see all of them, and for those who may not.

The restricted bundle has every file. The public bundle has the tables that may be published (see
`suppress`), what is drawn from them alone, the public edition of the report where one was made
(`snakemake public`), and the lineage without row-level files. Both are the
same bytes for the same results, and the command tells the digest of each.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from runrecord.checking.independent_evidence import path_of
from runrecord.digest import IGNORED, file_digest, json_text
from runrecord.graph import Graph, load, place, results_folder
from runrecord.seal import RESULTS, files_of_record, read_record

from trialtrail.errors import StudyError
from trialtrail.results.disclosure import MINIMUM, TABLES_ABOUT_MANY, Table, suppress
from trialtrail.trail.absent import kinds_of

FORM = "trialtrail-bundle/2"
HEAD = "bundle.json"
DATE = (1980, 1, 1, 0, 0, 0)
"""The time stamp of every entry of a zip: the earliest that there is."""
ABOVE = re.compile(r"^(\.\./)+")
PUBLIC = "results/public/"
"""Where the public edition of tables and report lies."""
SHOWN = 5
"""Files that are not here: so many are named."""
LEFT_OUT = ("results/logs/", "results/benchmarks/")
README = """Public bundle of the results of a study.

`[c]` marks a number that would tell of fewer than {minimum} people, or would let one be worked out.
bundle.json names the files that are here whole, and how many rows of each table are marked;
lineage.json says what was made from what.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `trialtrail bundle`."""
    parser.add_argument("--public", metavar="OUT.zip", help="without rows and small cells")
    parser.add_argument("--restricted", metavar="OUT.zip", help="with everything")
    parser.add_argument("--minimum", type=int, default=MINIMUM, help="least count (%(default)s)")
    parser.add_argument(
        "--rounding", type=int, default=1, help="round counts to multiples of this (%(default)s)"
    )
    parser.add_argument(
        "--also",
        action="append",
        default=[],
        metavar="FILE",
        help="a report or figure that a person has cleared for publication, with what a PDF has"
        " attached",
    )


def command(arguments: argparse.Namespace) -> int:
    """Make the bundles that are asked for; tell the digest of each."""
    if not (arguments.public or arguments.restricted):
        raise StudyError("No bundle is asked for", remedy="give --public, --restricted or both")
    if arguments.minimum < 1:
        raise StudyError("The least count is below 1", remedy="give --minimum 5, or more")
    results = results_folder(arguments.results)
    outputs = [Path(out) for out in (arguments.public, arguments.restricted) if out]
    whole = gather(results, outputs)
    if arguments.restricted:
        write_zip(Path(arguments.restricted), whole, private=True)
    if arguments.public:
        tables = _tables(whole, arguments.minimum, arguments.rounding)
        graph = load(results)
        public = publish(whole, graph, tables, set(arguments.also))
        for note in attachments(set(arguments.also), graph, tables):
            print(note, file=sys.stderr)
        write_zip(Path(arguments.public), public)
    for path in outputs:
        print(f"{file_digest(path)}  {path}")
    return 0


def gather(results: Path, but: list[Path]) -> dict[str, bytes]:
    """Return every file of the results, and every other that the run rests on, by name.

    Raises:
        StudyError: a file is missing, or two would have one name.
    """
    whole: dict[str, bytes] = {}
    skipped = {path.resolve() for path in but}
    for path in sorted(results.rglob("*")):
        inside = path.relative_to(results)
        name = f"{RESULTS}{inside.as_posix()}"
        plain = path.is_file() and path.resolve() not in skipped
        if plain and not name.startswith(LEFT_OUT) and not IGNORED & {*inside.parts}:
            whole[name] = path.read_bytes()
    absent = {}
    for name, path in _files_named(results):
        if name in whole or name in absent:
            continue
        try:
            whole[name] = place(path, results, name).read_bytes()
        except OSError:
            absent[name] = path
    if absent:
        shown = ", ".join(sorted(absent)[:SHOWN])
        raise StudyError(
            f"{len(absent):,} of the files that the results rest on are not here"
            f" ({kinds_of(results, absent.values())}), and a restricted bundle has everything",
            where=f"{shown}, ..." if len(absent) > SHOWN else shown,
            remedy="trialtrail verify says what else is missing",
        )
    return whole


def _files_named(results: Path) -> Iterator[tuple[str, str]]:
    """Yield name and path of each file of the manifest, and of those that later jobs ran on."""
    graph = load(results)
    names = {file["path"]: name for name, file in graph.files.items()}
    paths = [*graph.sealed()]
    for path in sorted((results / "lineage" / "records").glob("*.json")):
        record = read_record(path)
        paths += [path_of(name, record) for _, name, _ in files_of_record(record)]
    for path in paths:
        yield names.get(path) or ABOVE.sub("", path), path


def publish(
    whole: dict[str, bytes], graph: Graph, tables: dict[str, Table], also: set[str]
) -> dict[str, bytes]:
    """Return the files of the public bundle; ``tables`` as they may be published."""
    minimum = next((table.minimum for table in tables.values()), MINIMUM)
    kept = {name for name, table in tables.items() if table.is_whole}
    kept |= cleared(also, graph)
    kept |= {name for name in graph.files if open_to_all(name, graph, kept) and name in whole}
    public = {name: whole[name] for name in sorted(kept)}
    parts = {name: table for name, table in tables.items() if name not in kept}
    public |= {name: csv_text(table.columns, table.released()) for name, table in parts.items()}
    public |= edition(whole, tables)
    hidden = {name: table.marked_rows for name, table in parts.items()}
    head = {
        "form": FORM,
        "minimum": minimum,
        "whole": sorted(kept),
        "suppressed_rows": {name: len(rows) for name, rows in sorted(hidden.items())},
    }
    public[HEAD] = json_text(head).encode()
    public["lineage.json"] = json_text(public_lineage(graph, set(public))).encode()
    readme = README.format(minimum=minimum)
    return public | {"README.txt": readme.encode()}


def edition(whole: dict[str, bytes], tables: dict[str, Table]) -> dict[str, bytes]:
    """Return the files of the public edition of the report, none where none was made.

    Raises:
        StudyError: its tables are not those that are published now.
    """
    found = {name: data for name, data in whole.items() if name.startswith(PUBLIC)}
    for name, data in found.items():
        table = tables.get(name.replace(PUBLIC, RESULTS, 1))
        if not name.startswith(f"{PUBLIC}tables/"):
            continue
        if table is None or csv_text(table.columns, table.released()) != data:
            raise StudyError(
                f"{name} is not the table that would be published now",
                rule="a public bundle tells of one edition alone",
                remedy="make it again by `snakemake public`, and give --minimum and --rounding as"
                " `disclosure` in the configuration says",
            )
    return found


def cleared(also: set[str], graph: Graph) -> set[str]:
    """Return the files that a person has cleared.

    Raises:
        StudyError: one is not in the lineage, or of a kind that is never public.
    """
    for name in sorted(also):
        kind = graph.files.get(name, {}).get("kind", "no")
        if kind not in ("figure", "report"):
            raise StudyError(
                f"{name} is a {kind} file of the lineage: it cannot be cleared here",
                rule="only a figure or a report is published on a person's word",
            )
    return also


def attachments(also: set[str], graph: Graph, tables: dict[str, Table]) -> list[str]:
    """Return what is to be told of PDFs that a person cleared: the small counts attached to them.

    A PDF is laid out with the tables that are attached to it as its inputs.
    """
    notes = []
    for name in sorted(also):
        if not name.endswith(".pdf"):
            continue
        read = sorted(each for each in graph.inputs(name) if graph.files[each]["kind"] == "table")
        partly = [each for each in read if each not in tables or not tables[each].is_whole]
        if partly:
            notes.append(f"note: {name} has attached, with small counts: {', '.join(partly)}")
    return notes


def open_to_all(name: str, graph: Graph, kept: set[str]) -> bool:
    """Return whether a figure or report is made from tables that are published whole, alone."""
    if graph.files[name]["kind"] not in ("figure", "report"):
        return False
    read = graph.inputs(name)
    free = ("code", "configuration")
    return bool(read) and all(other in kept or graph.files[other]["kind"] in free for other in read)


def public_lineage(graph: Graph, public: set[str]) -> dict[str, Any]:
    """Return the graph without digests and sizes of what is withheld, rows, and names of raw files.

    A digest without a key lets a guess at a small file be checked, and a raw file may be named
    after a person; code has its digests.
    """
    raw = sorted(name for name, file in graph.files.items() if file["kind"] == "raw")
    names = {name: f"raw/{at:04}{Path(name).suffix}" for at, name in enumerate(raw, 1)}
    files = []
    for name, file in sorted(graph.files.items()):
        about = {"id": names.get(name, name), "kind": file["kind"], "public": name in public}
        whole = graph.files[name]["kind"] == "code" or (
            name in public and file["kind"] in ("figure", "report")
        )
        files.append(about | ({"sha256": file["sha256"]} if whole and "sha256" in file else {}))
    jobs = [
        {"id": job, "rule": about["rule"], "wildcards": about["wildcards"]}
        for job, about in sorted(graph.jobs.items())
    ]
    used = [
        {"job": job, "file": names.get(file, file), "role": role}
        for role, edges in (("input", graph.reads), ("code", graph.code))
        for job, found in sorted(edges.items())
        for file in sorted(found)
    ]
    made = [
        {"job": job, "file": file} for job, found in sorted(graph.made.items()) for file in found
    ]
    about = {"form": "trialtrail-public-lineage/1", "files": files, "jobs": jobs}
    return about | {"used": used, "generated": made}


def csv_text(columns: list[str], rows: list[list[str]]) -> bytes:
    """Return a table as CSV."""
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows([columns, *rows])
    return stream.getvalue().encode()


def write_zip(path: Path, files: dict[str, bytes], *, private: bool = False) -> None:
    """Write a zip whose bytes depend on names and contents alone.

    Nothing is compressed: what a compressor makes of a text differs between its versions.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    mode = 0o600 if private else 0o644
    with (
        os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as stream,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as packed,
    ):
        for name in sorted(files):
            about = zipfile.ZipInfo(name, DATE)
            about.create_system, about.external_attr = 3, 0o100644 << 16
            packed.writestr(about, files[name])
    draft.replace(path)


def _tables(whole: dict[str, bytes], minimum: int, rounding: int = 1) -> dict[str, Table]:
    """Return the tables that may be published, by name, with what is suppressed in them.

    They are those of the public edition, where one was made.
    """
    made = [name for name in whole if name.startswith(f"{PUBLIC}tables/")]
    names = [name.replace(PUBLIC, RESULTS, 1) for name in made]
    names = names or [f"results/tables/{stem}.csv" for stem in TABLES_ABOUT_MANY]
    read = {name: read_table(whole[name]) for name in names if name in whole}
    return suppress({name: table for name, table in read.items() if table}, minimum, rounding)


def read_table(data: bytes) -> tuple[list[str], list[list[str]]] | None:
    """Return columns and rows of a CSV; None where cells have no address of their own."""
    try:
        lines = list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))
    except (UnicodeDecodeError, csv.Error):
        return None
    if not lines:
        return None
    columns, rows = lines[0], lines[1:]
    even = all(len(row) == len(columns) for row in rows)
    alone = len({row[0] for row in rows if row}) == len(rows) and len(set(columns)) == len(columns)
    return (columns, rows) if even and alone else None
