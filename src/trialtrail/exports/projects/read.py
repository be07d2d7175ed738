"""Read one table of a project, whichever program wrote it."""

from __future__ import annotations

from trialtrail.errors import StudyError
from trialtrail.exports.export import Export, unreadable
from trialtrail.exports.projects.model import Project
from trialtrail.exports.projects.tables import CODEBOOK_PARTS, PARTS, export_of

REMEDY = {
    "refi_qda": "export the project again as .qdpx",
    "qdc": "export the codebook again as .qdc",
    "qualcoder": "open the project in QualCoder, close it, and take its folder .qda again",
    "taguette": "export the project again from Taguette as a SQLite3 database",
}


def read_project(spec: dict, path: str, kind: str) -> Export:
    """Return the table of a project that ``spec`` names as its ``sheet`` (default: the first).

    Raises:
        StudyError: the file is no project of this kind, or has no such table.
    """
    try:
        project = project_of(spec, path, kind)
    except StudyError:
        raise
    except Exception:  # libraries raise what they raise, and their texts may hold values
        what = "The file cannot be read as a project of a program for qualitative analysis"
        raise unreadable(spec, what, kind, REMEDY[kind]) from None
    return export_of(spec, project, CODEBOOK_PARTS if kind == "qdc" else tuple(PARTS))


def project_of(spec: dict, path: str, kind: str) -> Project:
    """Return the project in a file; ``kind`` is its format.

    Raises:
        StudyError: the file is no project of this kind.
    """
    if kind in ("refi_qda", "qdc"):
        from trialtrail.exports.projects.refi import read_refi

        return read_refi(spec, path, kind)
    if kind == "qualcoder":
        from trialtrail.exports.projects.qualcoder import read_qualcoder

        return read_qualcoder(spec, path)
    from trialtrail.exports.projects.taguette import read_taguette

    return read_taguette(spec, path)
