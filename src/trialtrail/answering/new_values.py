"""Whether a corrected value can be read: the cell is typed and checked as a run would do it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trialtrail.answering.raw_record import RawExports
from trialtrail.exports.read import read_export
from trialtrail.validation.cells import contract_of
from trialtrail.validation.resolutions import Correction, corrected
from trialtrail.validation.rules import NEVER_KEPT, kind_of
from trialtrail.validation.table import validate_table


@dataclass(frozen=True)
class Finding:
    """What is wrong with a value: the rule that it breaks, and what the check says."""

    rule: str
    message: str

    @property
    def unreadable(self) -> bool:
        """Return whether nothing could be computed with the value."""
        return kind_of(self.rule) in NEVER_KEPT


def findings_with(
    exports: RawExports, query: Mapping[str, Any], text: str, others: Sequence[Correction]
) -> list[Finding]:
    """Return what the checks of its tables find in a cell that holds a new text.

    Checks between tables, of a REDCap dictionary and of what is odd are those of the next run.

    Args:
        exports: the raw data.
        query: the query of the cell.
        text: what is to stand there.
        others: the corrections that are in force beside it.

    Raises:
        StudyError: an export cannot be read any more.
    """
    mine = Correction(query["export"], query["line"], query["column"], text)
    place = (mine.export, mine.line, mine.column)
    rest = [each for each in others if (each.export, each.line, each.column) != place]
    found: dict[tuple[str, str], Finding] = {}
    for job in exports.jobs_of(mine.export):
        sources, files = exports.sources_of(job)
        if not any(
            mine.column in s["columns"].values() for s in sources if s["name"] == mine.export
        ):
            continue
        params = exports.run.jobs[job]["params"]
        table = exports.run.jobs[job]["wildcards"]["table"]
        names = ("variables", "is_form", "arms", "actions")
        contract = contract_of(table, *(params[name] for name in names))

        def read(source, files=files):
            return corrected(read_export(source, files[source["name"]]), [*rest, mine])

        for each in validate_table(table, sources, contract, read).found:
            if (each["export"], each["line"], each["column"]) == place:
                found[each["rule"], each["message"]] = Finding(each["rule"], each["message"])
    return list(found.values())
