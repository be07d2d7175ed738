"""Read a raw export as text, whatever program wrote it: every cell as it stands, with its place."""

from __future__ import annotations

from collections.abc import Callable

from trialtrail.exports.export import FILE, LINE, ORIGIN, Export
from trialtrail.exports.formats import PROJECTS, format_of

__all__ = ["FILE", "LINE", "ORIGIN", "Export", "format_of", "read_export"]

OF_DOCUMENTS = ("documents", "docx")
"""Formats of which each file is a transcript; `docx` is the older name."""
ROW_NUMBER = "(row)"
"""Name of the column that holds the number of each record, for a file without an id."""
WRITTEN = ("csv", "redcap", "qualtrics", "limesurvey", "xlsx")
"""Formats in which rows and columns without anything may stand that are none."""

ANY_CASE = ("xpt", "sas7bdat")
"""Formats of a program that tells no capital from a small letter: SAS writes AGE for age."""


def read_export(spec: dict, paths: list[str]) -> Export:
    """Read the export that ``spec`` describes from ``paths`` (several for a folder of documents).

    ``spec`` is an entry of ``exports`` in the configuration with its ``name`` and the ``label`` of
    its file or folder, as messages print it, and ``known``, the columns that it should have.

    Raises:
        StudyError: the file cannot be read in the form that the configuration gives.
    """
    kind = format_of(spec)
    from trialtrail.exports.headings import (
        named_as_known,
        numbered_as_known,
        without_blank,
        without_blank_rows,
    )

    export = _reader(kind)(spec, paths)
    if kind not in OF_DOCUMENTS:
        if kind in WRITTEN:
            export = without_blank(without_blank_rows(export))
        if kind in ("csv", "xlsx"):
            from trialtrail.exports.surveys import refuse_headings

            refuse_headings(spec, export)
        export = named_as_known(export, spec.get("known", []), any_case=kind in ANY_CASE)
        export = numbered_as_known(export, spec.get("known", []))
    if ROW_NUMBER in spec.get("known", []) and ROW_NUMBER not in export.header:
        _number_rows(export)
    export.form = {"format": kind, **export.form}
    return export


def _number_rows(export: Export) -> None:
    """Give each record its number in the file, as the column that the configuration asks for.

    A record of another width than the header is not among the rows, and is counted all the same.
    """
    lines = sorted({*export.rows[LINE].tolist(), *(line for line, _ in export.ragged)})
    number = {line: str(n) for n, line in enumerate(lines, start=1)}
    numbers = export.rows[LINE].map(number).astype("string")
    export.rows.insert(len(export.header), ROW_NUMBER, numbers)
    export.header = [*export.header, ROW_NUMBER]


def _reader(kind: str) -> Callable[[dict, list[str]], Export]:
    """Return the reader of a format; its libraries are imported when they are needed."""
    if kind in ("csv", "redcap"):
        from trialtrail.exports.delimited import read_delimited

        return lambda spec, paths: read_delimited(spec, paths[0])
    if kind == "qualtrics":
        from trialtrail.exports.surveys import read_qualtrics

        return lambda spec, paths: read_qualtrics(spec, paths[0])
    if kind == "limesurvey":
        from trialtrail.exports.surveys import read_limesurvey

        return lambda spec, paths: read_limesurvey(spec, paths[0])
    if kind == "xlsx":
        from trialtrail.exports.workbook import read_xlsx

        return lambda spec, paths: read_xlsx(spec, paths[0])
    if kind in PROJECTS:
        from trialtrail.exports.projects.read import read_project

        return lambda spec, paths: read_project(spec, paths[0], kind)
    if kind in OF_DOCUMENTS:
        from trialtrail.exports.transcripts.folder import read_documents

        return read_documents
    from trialtrail.exports.statistical import read_statistical

    return lambda spec, paths: read_statistical(spec, paths[0], kind)
