"""The files that are kept within the PDF of the report: its data, its plan, digests of all.

Nothing heavy is imported here: the Snakefile asks which tables are attached.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

OF_PEOPLE = frozenset(
    ("case_matrix", "deviant_cases", "framework_matrix", "interviewees", "quotations")
)
"""Tables of which a row is a person, or what a person said: they hold more than is printed."""
MANIFEST = "manifest.sha256"
KINDS = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".sha256": "text/plain",
    ".yaml": "application/yaml",
}


@dataclass(frozen=True)
class Attached:
    """A file that is kept within a PDF.

    Attributes:
        name: what it is called there; its ending tells what it is.
        content: its bytes.
        role: what it is to the document (ISO 19005-3, annex E): ``Source`` (it is made from it),
            ``Data`` (a part of it shows it), ``Supplement``.
        description: one sentence for who opens the list of attachments.
    """

    name: str
    content: bytes
    role: str
    description: str


def media_type(name: str) -> str:
    """Return the media type of an attached file, by its ending alone."""
    return KINDS.get(PurePosixPath(name).suffix, "application/octet-stream")


def attached_tables(tables: Iterable[str], study: Mapping[str, Any]) -> list[str]:
    """Return those of the reported tables that are attached, by their paths.

    Tables of people stay out: the report prints less of them than they hold. Of a blinded run none
    is attached, as a table may tell the arms apart where the report withholds it.
    """
    if study.get("blinded"):
        return []
    return [path for path in tables if PurePosixPath(path).stem not in OF_PEOPLE]


def as_manifest(digests: Mapping[str, str]) -> str:
    """Return digests by file name in the form that `sha256sum -c` reads, sorted by name."""
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests))


def attached_files(
    numbers: Path,
    tables: Sequence[Path],
    lock: Sequence[Path],
    digests: Path,
    plan: Mapping[str, Any],
) -> list[Attached]:
    """Return what is attached to the report or its supplement.

    The manifest names the files that the jobs before the report read and made, and the attached
    ones. It is not the seal's: that one has the digest of the PDF itself.

    Args:
        numbers: the register of the printed numbers.
        tables: the result tables, as `attached_tables` chose them.
        lock: the file of the locked plan, where the study has one.
        digests: of all files that the jobs so far read or made.
        plan: the analyses as the configuration has them.
    """
    files = [
        Attached(numbers.name, numbers.read_bytes(), "Data", "Each printed number and its cell."),
        *(
            Attached(path.name, path.read_bytes(), "Source", f"The result table {path.stem}.")
            for path in tables
        ),
        *(
            Attached(path.name, path.read_bytes(), "Supplement", "The locked analysis plan.")
            for path in lock
        ),
    ]
    if plan:
        text = json.dumps(plan, indent=1, sort_keys=True, ensure_ascii=False, default=str) + "\n"
        words = "The analyses as the configuration has them, by their keys."
        files.append(Attached("analysis_plan.json", text.encode(), "Supplement", words))
    known = digests.read_text(encoding="utf-8")
    own = {f"attached/{each.name}": hashlib.sha256(each.content).hexdigest() for each in files}
    words = "Digests of the attached files, and of all that was read and made before the report."
    manifest = Attached(MANIFEST, (as_manifest(own) + known).encode(), "Supplement", words)
    return [*files, manifest]
