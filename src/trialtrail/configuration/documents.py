"""Which exports are transcripts, a document a record, and which files these are.

Nothing heavy is imported here: the Snakefile runs it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trialtrail.exports.formats import PROJECTS, format_of

DOCUMENTS, WORD = "documents", "docx"
"""Formats of which each file is a transcript: of any kind, or of Word alone."""
ENDINGS = (".docx", ".odt", ".rtf", ".txt", ".md", ".vtt", ".srt")
"""Endings of documents that are read."""
TABLE, COLUMNS, TURNS = "transcripts", ("document", "text", "turns"), "turns"
"""The table that documents make, the columns that their reader gives, and the one that it gives
besides: what the form of a file says of turns and times."""
OF_SYSTEMS = ("thumbs.db", "desktop.ini")
"""Files that systems put into folders, which nobody wrote."""


def with_documents(config: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return the configuration with what it leaves unsaid of transcripts.

    An export that makes transcripts alone, by no columns but those of documents, and is a folder or
    a file with the ending of a document, has the format `documents`. What the form of its files
    says of turns is a column of the table, unless the configuration uses or ignores it.
    """
    sources = config.get("tables", {}).get(TABLE, {}).get("sources", [])
    found = {}
    for source in sources:
        name, spec = source["export"], config["exports"].get(source["export"], {})
        if "format" not in spec and _is_alone(config, name) and _looks_like(source, spec, folder):
            found[name] = spec | {"format": DOCUMENTS}
    exports = config.get("exports", {}) | found
    made = [_with_turns(source, exports.get(source["export"], {})) for source in sources]
    if not found and made == sources:
        return config
    tables = config["tables"] | {TABLE: config["tables"][TABLE] | {"sources": made}}
    return config | {"exports": exports, "tables": tables}


def _is_alone(config: dict[str, Any], export: str) -> bool:
    parts = [*config.get("tables", {}).items(), *config.get("forms", {}).items()]
    fed = {name for name, spec in parts for each in spec["sources"] if each["export"] == export}
    return fed == {TABLE}


def _looks_like(source: dict, spec: dict, folder: Path) -> bool:
    path = folder / spec.get("file", "")
    columns = set(source.get("columns", {}).values())
    if format_of({"label": spec.get("file", "")}) in PROJECTS:  # QualCoder's is a folder
        return False
    return columns <= set(COLUMNS) and (path.suffix.lower() in ENDINGS or path.is_dir())


def _with_turns(source: dict, spec: dict) -> dict:
    columns = source.get("columns", {})
    unused = [*spec.get("ignore", []), *source.get("ignore", []), *columns, *columns.values()]
    if spec.get("format") != DOCUMENTS or TURNS in unused:
        return source
    return source | {"columns": columns | {TURNS: TURNS}}


def files_within(path: Path) -> list[str]:
    """Return the files of a folder and of those below it, or the file itself.

    Those that are hidden, or that a program keeps while a document is open, are left out.
    """
    if not path.is_dir():
        return [path.as_posix()]
    found = [each for each in sorted(path.rglob("*")) if each.is_file()]
    return [each.as_posix() for each in found if not _is_passing(each.relative_to(path))]


def _is_passing(inside: Path) -> bool:
    names = inside.parts
    return (
        any(name.startswith((".", "~$", "__MACOSX")) for name in names)
        or names[-1].lower() in OF_SYSTEMS
        or names[-1].endswith("~")
    )
