"""Names by which the things of a project are addressed: ids of codes, names of documents.

What a thing is says its guid; its id is made of its name, so that people and tables of other files
can name it, and of its path where the name is not its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

from trialtrail.exports.projects.model import Code, Source

ENDINGS = frozenset(
    (
        *(".txt", ".md", ".docx", ".doc", ".odt", ".rtf", ".pdf", ".html", ".htm", ".xml"),
        *(".epub", ".vtt", ".srt", ".csv", ".xlsx", ".pptx", ".mp3", ".wav", ".m4a"),
        *(".ogg", ".flac", ".aac", ".wma", ".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm"),
        *(".wmv", ".mpg", ".mpeg", ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif"),
        *(".tiff", ".svg", ".webp", ".heic"),
    )
)
"""Endings of files that are sources; any other point is part of the name."""
SHOWN = 8
"""Characters of a guid that stand for a name where there is none."""


def guid_of(text: str | None) -> str:
    """Return an identifier without the braces that some programs put around it."""
    return (text or "").strip().strip("{}").lower()


def slug(name: str) -> str:
    """Return a name as an id: small letters, digits and underscores, in any script.

    It is safe as the row and the column of ``table#row/column`` and between points.
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\W_]+", "_", plain).strip("_")


def code_ids(codes: Sequence[Code]) -> dict[str, str]:
    """Return the id of each code by its guid: its name, with its path where the name repeats.

    ``positive`` under Before and under After are ``before_positive`` and ``after_positive``; codes
    whose whole paths are alike are numbered in the order of the file.
    """
    by_guid = {code.guid: code for code in codes}
    paths = {code.guid: _path(code, by_guid) for code in codes}
    length = {guid: 1 for guid in paths}
    while True:
        ids = {guid: "_".join(path[-length[guid] :]) for guid, path in paths.items()}
        counts = Counter(ids.values())
        longer = [g for g in ids if counts[ids[g]] > 1 and length[g] < len(paths[g])]
        if not longer:
            return _numbered(ids, {guid: len(path) for guid, path in paths.items()})
        for guid in longer:
            length[guid] += 1


def _path(code: Code, by_guid: dict[str, Code]) -> list[str]:
    """Return the slugs from the outermost group to the code; a circle of parents is cut."""
    path, seen = [], set()
    each: Code | None = code
    while each is not None and each.guid not in seen:
        seen.add(each.guid)
        path.append(slug(each.name) or f"code_{slug(each.guid)[:SHOWN]}")
        each = by_guid.get(each.parent)
    return path[::-1]


def _numbered(ids: dict[str, str], depths: dict[str, int]) -> dict[str, str]:
    """Return ids with a number where one is taken; the code with the shortest path keeps it."""
    taken: set[str] = set()
    out: dict[str, str] = {}
    for guid in sorted(ids, key=lambda each: depths[each]):
        wanted, number = ids[guid], 1
        while wanted in taken or (number > 1 and wanted in ids.values()):
            number += 1
            wanted = f"{ids[guid]}_{number}"
        taken.add(wanted)
        out[guid] = wanted
    return {guid: out[guid] for guid in ids}


def document_of(name: str) -> str:
    """Return the document of a source's name: without folders and the ending of a known file kind.

    ``talk.01.docx`` and ``talk.01`` are both ``talk.01``; the slash of a name without such
    an ending is part of it.
    """
    file = PurePosixPath(name.strip().replace("\\", "/"))
    if file.suffix.lower() in ENDINGS and file.stem:
        return file.stem.strip()
    return name.strip()


def documents_of(sources: Sequence[Source]) -> dict[str, str]:
    """Return the document of each source by its guid, each name once.

    Sources whose documents would be alike keep their ending, or get the start of their guid; one
    without a name is called by its guid.
    """
    out: dict[str, str] = {}
    plain = {s.guid: document_of(s.name) or f"source_{s.guid[:SHOWN]}" for s in sources}
    counts = Counter(plain.values())
    full = Counter(s.name.strip() for s in sources if counts[plain[s.guid]] > 1)
    taken = {document for document, n in counts.items() if n == 1}
    for source in sources:
        document, name = plain[source.guid], source.name.strip()
        if counts[document] > 1:
            document = name if name and full[name] == 1 and name not in taken else ""
            document = document or f"{plain[source.guid]} ({source.guid[:SHOWN]})"
        number, wanted = 1, document
        while document in out.values():
            number += 1
            document = f"{wanted} ({number})"
        out[source.guid] = document
    return out


def grouped_by_points(codes: Sequence[Code]) -> list[Code]:
    """Return codes whose names are paths, as Taguette's tags are, with the groups they lie in.

    ``home.time`` lies in the group home, and ``home.time.night`` below it; a point
    beside a space parts nothing. Names stay whole.
    """
    by_name = {code.name: code.guid for code in codes}
    groups: dict[str, Code] = {}
    for code in codes:
        parent = ""
        for above in _groups_in(code.name):
            if above not in by_name and above not in groups:
                groups[above] = Code(f"group:{above}", above, parent, codable=False)
            parent = by_name.get(above) or groups[above].guid
        code.parent = code.parent or parent
    return [*groups.values(), *codes]


def _groups_in(path: str) -> list[str]:
    """Return the groups that a path names, the outermost first."""
    parts = path.split(".")
    if len(parts) < 2 or any(not part or part != part.strip() for part in parts):
        return []
    return [".".join(parts[:n]) for n in range(1, len(parts))]
