"""Read the exports of questionnaire programs."""

from __future__ import annotations

from trialtrail.exports.delimited import read_delimited
from trialtrail.exports.export import Export, unreadable

QUALTRICS_HEADER_ROWS = 3
"""Names, question texts and import ids."""


def read_qualtrics(spec: dict, path: str) -> Export:
    """Return an export of Qualtrics, whose records begin after three header rows.

    Raises:
        StudyError: the rows are not there.
    """
    export = read_delimited(spec, path, QUALTRICS_HEADER_ROWS)
    if len(export.head) < QUALTRICS_HEADER_ROWS or "ImportId" not in "".join(export.head[2]):
        raise unreadable(
            spec,
            "The export does not have the three header rows of Qualtrics",
            "header",
            "export it again as CSV with import ids, or set its format to csv",
            f"{spec['label']}, lines 1 to 3",
        )
    return export
