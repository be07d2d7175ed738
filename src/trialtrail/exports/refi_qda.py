"""Read a project of a program for qualitative analysis in the exchange form REFI-QDA (``.qdpx``).

A project is an archive: ``project.qde`` has codes, sources and codings, ``sources/`` the texts.
Three tables can be read of it, named like the sheets of a workbook: ``codings`` (a row a code given
by a coder to a passage), ``texts`` (a row a source) and ``codes``. Programs differ in what the
standard leaves open: name spaces, braces around identifiers, byte-order marks, and whether a line
end of two signs counts as one. What was found of that is reported as the form of the file.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from trialtrail.errors import StudyError
from trialtrail.exports.export import Export, frame_of, unreadable
from trialtrail.exports.limits import check_archive

PROJECT = "project.qde"
PARTS = {
    "codings": ("document", "code", "start", "end", "coder", "selected", "coded_on"),
    "texts": ("document", "text"),
    "codes": ("code", "label", "category", "theme", "definition"),
}
"""The tables of a project, and their columns."""
INTERNAL = "internal://"


@dataclass
class Source:
    """One text of a project: its name without ending, its words, its selections."""

    document: str
    text: str
    selections: list[Any] = field(default_factory=list)


def read_refi_qda(spec: dict, path: str) -> Export:
    """Return one table of a project; ``spec`` names it as its ``sheet`` (default: codings).

    Raises:
        StudyError: the file is no such project, or has no such table.
    """
    part = spec.get("sheet", "codings")
    if part not in PARTS:
        raise unreadable(
            spec,
            f"A REFI-QDA project has no table named {part}",
            "sheet",
            f"name one of {', '.join(PARTS)} under exports.{spec['name']}.sheet",
        )
    check_archive(path, spec["label"], "a REFI-QDA project")
    try:
        root, sources, line_ends = _read(path)
        made = {"codings": _codings, "texts": _texts, "codes": _codes}[part](root, sources)
        records = list(enumerate(made, start=1))
    except StudyError:
        raise
    except Exception:  # lxml and zipfile raise what they raise, and their texts may hold values
        raise unreadable(
            spec,
            "The file cannot be read as a REFI-QDA project",
            "refi_qda",
            "export the project again as .qdpx",
        ) from None
    columns = list(PARTS[part])
    rows, _ = frame_of(spec["label"], columns, records)
    export = Export(spec["name"], columns, rows)
    export.form = {"table": part, "origin": root.get("origin", "not stated"), **line_ends}
    return export


def _read(path: str) -> tuple[Any, list[Source], dict[str, str]]:
    """Return (the project, its texts, how line ends count where there are any of two signs)."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    with zipfile.ZipFile(path) as archive:
        root = etree.fromstring(archive.read(PROJECT), parser)
        files = {PurePosixPath(name).name: name for name in archive.namelist()}
        sources = []
        for element in _all(root, "TextSource"):
            plain = element.get("plainTextPath", "").removeprefix(INTERNAL)
            name = files.get(PurePosixPath(plain).name)
            inline = next(iter(_all(element, "PlainTextContent")), None)
            text = (inline.text or "") if inline is not None else ""
            if name is not None:
                text = archive.read(name).decode("utf-8-sig")
            document = PurePosixPath(element.get("name", "")).name
            stem = document.rsplit(".", 1)[0] if "." in document[-6:] else document
            sources.append(Source(stem, text, _all(element, "PlainTextSelection")))
    return root, sources, _count_line_ends(sources)


def _all(element: Any, name: str) -> list[Any]:
    """Return the elements below ``element`` with a name, in whatever name space."""
    return [each for each in element.iter("{*}" + name)]


def _count_line_ends(sources: list[Source]) -> dict[str, str]:
    """Make each text one in which its offsets count; tell how line ends of two signs count.

    A selection repeats its words in ``name``. The way of counting under which more of them stand at
    their offsets is the program's.
    """
    if not any("\r\n" in source.text for source in sources):
        return {}
    as_two = sum(_hits(source.text, source) for source in sources)
    as_one = sum(_hits(source.text.replace("\r\n", "\n"), source) for source in sources)
    if as_one > as_two:
        for source in sources:
            source.text = source.text.replace("\r\n", "\n")
    return {"line ends": "one sign" if as_one > as_two else "two signs"}


def _hits(text: str, source: Source) -> int:
    """Return how many selections have their words at their offsets, spaces and line ends apart."""
    found = 0
    for selection in source.selections:
        start, end = _offsets(selection)
        said = "".join(selection.get("name", "").split())
        found += bool(said) and "".join(text[start:end].split()).startswith(said[:40])
    return found


def _offsets(selection: Any) -> tuple[int, int]:
    return int(selection.get("startPosition")), int(selection.get("endPosition"))


def _guid(text: str | None) -> str:
    """Return an identifier without the braces that some programs put around it."""
    return (text or "").strip("{}").lower()


def _codings(root: Any, sources: list[Source]) -> Iterator[list[str]]:
    users = {_guid(user.get("guid")): user.get("name", "") for user in _all(root, "User")}
    names = {_guid(code.get("guid")): code.get("name", "") for code in _all(root, "Code")}
    for source in sources:
        for selection in source.selections:
            start, end = _offsets(selection)
            for coding in _all(selection, "Coding"):
                by = coding.get("creatingUser") or selection.get("creatingUser")
                when = coding.get("creationDateTime") or selection.get("creationDateTime") or ""
                words = source.text[start:end]
                place = [str(start), str(end), users.get(_guid(by), ""), words, when[:10]]
                for reference in _all(coding, "CodeRef"):
                    code = names.get(_guid(reference.get("targetGUID")), "")
                    yield [source.document, code, *place]


def _texts(root: Any, sources: list[Source]) -> Iterator[list[str]]:
    for source in sources:
        yield [source.document, source.text]


def _codes(root: Any, sources: list[Source]) -> Iterator[list[str]]:
    """Yield the codes that can be given, the category above each, and the outermost, its theme."""
    for code in _all(root, "Code"):
        if code.get("isCodable") == "false":
            continue
        above = [each.get("name", "") for each in code.iterancestors("{*}Code")]
        name, definition = code.get("name", ""), next(iter(_all(code, "Description")), None)
        theme = above[-1] if above else name
        category = above[0] if above else name
        yield [
            name,
            name,
            category,
            theme,
            (definition.text or "") if definition is not None else "",
        ]
