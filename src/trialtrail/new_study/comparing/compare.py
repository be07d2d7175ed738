"""`trialtrail new --check STUDY FILE...`: compare a study with newer files, and change nothing.

Each file is compared with the export whose file has its name, or else with the one whose columns it
has. What the study has at present is read too, where it is there, so that only changes are told.
CSV is read with Python's library alone; files of programs need the libraries of a run.
"""

from __future__ import annotations

import argparse
import codecs
import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from trialtrail.errors import StudyError
from trialtrail.escaping import visible
from trialtrail.exports.formats import format_of
from trialtrail.exports.guess import find_encoding
from trialtrail.exports.visible_text import plain_heading
from trialtrail.new_study.comparing.changes import Difference, Table, differences, rows_told
from trialtrail.new_study.comparing.configured import Configured, Expected, read_configured
from trialtrail.new_study.files.layout import told_apart_plainly
from trialtrail.new_study.files.text_files import Layout, layout_of

LIGHT = ("csv", "redcap", "qualtrics")
"""Formats that are read with Python's library alone."""
HEADINGS = {"qualtrics": 3}
"""Rows of headings of a format, where they are more than one."""
LAYOUT = ("encoding", "delimiter", "header_row")
"""Keys of an export that say how a text file is laid out."""
FITS = 0.5
"""Share of the columns that a study takes which a file has to have."""
DIFFERENT = 1
"""Exit code: something differs."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the option by which a study is compared and none is written."""
    parser.add_argument(
        "--check",
        type=Path,
        metavar="STUDY",
        help="compare this study.yaml with the files, which may be newer, and write nothing",
    )


def command(options: argparse.Namespace) -> int:
    """Compare the study ``options.check`` with ``options.files``; return 1 where they differ."""
    lines, many = compare(options.check, [Path(file) for file in options.files])
    print(visible("\n".join(lines)))
    return DIFFERENT if many else 0


def compare(file: Path, paths: Sequence[Path]) -> tuple[list[str], int]:
    """Return what is told of a study and of newer files, and how many differences there are.

    Without files, those of the study are compared with what it says of them.

    Raises:
        StudyError: the study or a file cannot be read, or a file is none of the study's.
    """
    study = read_configured(file)
    pairs = list(_pairs(study, paths))
    lines, many = [], 0
    for export, path in pairs:
        found, rows = _of_export(export, study, path)
        many += len(found)
        lines.append(f"{path.name}, as the export {export.name} ({export.place}): {rows}")
        for each in found:
            lines += [f"  - {each.what}", f"      where: {each.place}", f"      do:    {each.do}"]
    if many:
        lines.append(f"{many} difference{'' if many == 1 else 's'}; nothing was changed.")
    else:
        lines.append(f"{file.name} fits: nothing has to be changed.")
    return lines, many


def _pairs(study: Configured, paths: Sequence[Path]) -> Iterator[tuple[Expected, Path]]:
    """Yield each file with each export that it is the newer file of."""
    if not paths:
        yield from ((export, export.path) for export in study.exports)
    for path in paths:
        if not path.is_file():
            raise StudyError("There is no such file", where=path.as_posix(), remedy="correct it")
        named = [each for each in study.exports if each.path.name == path.name]
        found = named or _by_columns(study, path)
        if not found:
            raise StudyError(
                "The file is none of the study's: no export has its name, or half of its columns",
                where=path.as_posix(),
                rule=f"{study.file.name} has the exports"
                f" {', '.join(each.name for each in study.exports) or 'of no rows'}",
                remedy="name the newer file of one of them",
            )
        yield from ((export, path) for export in found)


def _by_columns(study: Configured, path: Path) -> list[Expected]:
    """Return the exports of the one file most of whose columns a file has.

    Raises:
        StudyError: it has none that can be read, and one that cannot be read in the same form.
    """
    shares: dict[Path, float] = {}
    unread: StudyError | None = None
    for export in study.exports:
        if export.path.suffix.lower() != path.suffix.lower():
            continue
        try:
            table, _ = read_table(export, path)
        except StudyError as error:
            unread = error
            continue
        share = _share(export, table.columns)
        shares[export.path] = max(share, shares.get(export.path, 0))
    best = max(shares, key=lambda each: shares[each], default=None)
    if best is None or shares[best] < FITS:
        if unread is not None:
            raise unread
        return []
    return [export for export in study.exports if export.path == best]


def _share(export: Expected, headings: Any) -> float:
    wanted = {plain_heading(name) for name in export.uses}
    return len(wanted & {*headings}) / len(wanted) if wanted else 0.0


def _of_export(export: Expected, study: Configured, path: Path) -> tuple[list[Difference], str]:
    """Return what differs between an export and a file, and how many rows that has."""
    new, changed = read_table(export, path)
    old = None
    if export.path.is_file() and not export.path.samefile(path):
        old, _ = read_table(export, export.path)
    rows, lost = rows_told(export, new, old)
    return _once([*changed, *lost, *differences(export, study, new, old)]), rows


def _once(found: Sequence[Difference]) -> list[Difference]:
    """Return each thing once, with all places that it concerns."""
    places: dict[tuple[str, str], dict[str, None]] = {}
    for each in found:
        places.setdefault((each.what, each.do), {})[each.place] = None
    return [Difference(what, "; ".join(of), do) for (what, do), of in places.items()]


def read_table(export: Expected, path: Path) -> tuple[Table, list[Difference]]:
    """Return a file as the study's keys have it read, and which of them do not fit it any more.

    Raises:
        StudyError: it cannot be read, or needs the libraries of a run.
    """
    kind = format_of(export.spec | {"label": path.name})
    if kind not in LIGHT:
        return _by_reader(export, path, kind), []
    given = {key: export.spec[key] for key in (*LAYOUT, "quote") if key in export.spec}
    found, changed = _layout(export, path, given)
    return _delimited(path, found, export.spec, HEADINGS.get(kind, 1)), changed


def _layout(export: Expected, path: Path, given: dict[str, Any]) -> tuple[Layout, list[Difference]]:
    """Return how a text file is laid out: by the keys of the study, or as it is found to be."""
    if _is_utf_8_now(path, given.get("encoding", "utf-8")):
        now = {**given, "encoding": "utf-8"}
        found = _laid_out(path, now)
        if found is not None and _share(export, _headings(found)) >= FITS:
            return found, list(_keys_changed(export, given, found))
    wanted = _laid_out(path, given)
    here = _share(export, _headings(wanted)) if wanted else -1.0
    if wanted is None or here < FITS:
        other = _laid_out(path, {key: given[key] for key in given if key == "quote"})
        if other is not None and _share(export, _headings(other)) > here:
            return other, list(_keys_changed(export, given, other))
    if wanted is None:
        raise StudyError(
            "The file cannot be read as text",
            where=path.as_posix(),
            rule=f"exports.{export.name} is a delimited file",
            remedy="export it again as CSV",
        )
    return wanted, []


def _is_utf_8_now(path: Path, encoding: str) -> bool:
    """Return whether a file is UTF-8, has signs that show it, and is taken for a code page.

    In a code page of one byte every file can be read, with wrong letters.
    """
    try:
        if codecs.lookup(encoding).name.startswith("utf"):
            return False
    except LookupError:
        return False  # what reads the file says so
    content = path.read_bytes()
    return not content.isascii() and find_encoding(str(path))[0].startswith("utf-8")


def _laid_out(path: Path, given: dict[str, Any]) -> Layout | None:
    try:
        return layout_of(path, given)
    except (UnicodeError, LookupError, csv.Error):
        return None


def _headings(found: Layout) -> list[str]:
    return [plain_heading(cell) for cell in found.records[0]] if found.records else []


def _keys_changed(export: Expected, given: dict[str, Any], found: Layout) -> Iterator[Difference]:
    now = {
        "encoding": found.encoding,
        "delimiter": found.delimiter,
        "header_row": found.header_row,
    }
    usual = {"encoding": "utf-8", "delimiter": ",", "header_row": 1}
    for key in LAYOUT:
        before = given.get(key, usual[key])
        if now[key] != before and not (key == "encoding" and _alike(now[key], before)):
            what = f"The {key.replace('_', ' ')} of the file is {now[key]!r}, not {before!r}"
            yield Difference(what, export.place, f"write `{key}: {_as_yaml(now[key])}`")


def _alike(one: str, two: str) -> bool:
    return one.startswith("utf-8") and two.startswith("utf-8")


def _as_yaml(value: Any) -> str:
    return json.dumps(value)


def _delimited(path: Path, found: Layout, spec: dict[str, Any], headings: int) -> Table:
    """Return the cells of a delimited file below its headings."""
    quote = spec.get("quote", '"')
    options: dict[str, Any] = {"delimiter": found.delimiter, "quotechar": quote or '"'}
    options["quoting"] = csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE
    if spec.get("escape"):
        options |= {"escapechar": spec["escape"], "doublequote": False}
    records, ragged, line = [], 0, 0
    header: list[str] = []
    try:
        with open(path, encoding=found.encoding, newline="") as stream:
            reader = csv.reader(stream, **options)
            seen = 0
            for cells in reader:
                first, line = line + 1, reader.line_num
                if first < found.header_row or not any(map(plain_heading, cells)):
                    continue
                seen += 1
                if seen == 1:
                    header = told_apart_plainly(cells)
                elif seen > headings:
                    whole = len(cells) == len(header)
                    records += [cells] if whole else []
                    ragged += not whole
    except (UnicodeError, csv.Error):
        raise StudyError(
            "The file is no well-formed CSV",
            where=f"{path.name}, after line {line}",
            remedy="export it again; look at the quotation marks and the encoding of that line",
        ) from None
    columns = {name: [cells[i] for cells in records] for i, name in enumerate(header) if name}
    return Table(columns, len(records), ragged)


def _by_reader(export: Expected, path: Path, kind: str) -> Table:
    """Return a file of a program, by the reader of a run.

    Raises:
        StudyError: the libraries of a run are not here.
    """
    try:
        from trialtrail.exports.read import read_export

        known = sorted(export.uses)
        spec = {**export.spec, "name": export.name, "label": path.name, "known": known}
        found = read_export(spec, [str(path)])
    except ImportError:
        raise StudyError(
            f"A file in the format {kind} needs the libraries of a run to be read",
            where=path.as_posix(),
            rule="`pip install trialtrail` alone reads CSV",
            remedy="install the rest: pip install 'trialtrail[run]'",
        ) from None
    names = told_apart_plainly(found.header)
    cells = {
        name: ["" if cell is None else str(cell) for cell in found.rows[column].fillna("").tolist()]
        for name, column in zip(names, found.rows.columns, strict=False)
    }
    gone = {plain_heading(name): {*texts} for name, texts in found.missing.items()}
    return Table(cells, len(found.rows), len(found.ragged), True, gone)
