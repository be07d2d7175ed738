"""Validate one table: read its exports, type every cell, check its contract.

Where answers to queries lie over the raw data, the corrections stand in the place of what was read.
"""

import json

from trialtrail.exports.read import read_export
from trialtrail.record import Rows, run
from trialtrail.tables import write_table
from trialtrail.validation.cells import contract_of
from trialtrail.validation.findings import findings_frame
from trialtrail.validation.resolutions import corrected, corrections_of, read_answers
from trialtrail.validation.table import validate_table


def main(job):
    """Read the exports of one table; write its typed rows, its raw rows and what was found."""
    table = job.wildcards.table
    files: dict[str, list[str]] = {}
    for source, path in zip(job.params.owners, job.input.exports, strict=True):
        files.setdefault(source, []).append(path)
    sources = [dict(source) for source in job.params.sources]
    for source in sources:
        if source.get("dictionary"):
            source["dictionary"] = files[source["name"]].pop()
    params = job.params
    contract = contract_of(table, params.variables, params.is_form, params.arms, params.actions)
    corrections = corrections_of(read_answers(job.input.get("answers")))

    def read(source):
        return corrected(read_export(source, files[source["name"]]), corrections)

    checked = validate_table(table, sources, contract, read)
    write_table(checked.frame, job.output.checked)
    write_table(findings_frame(checked.found), job.output.findings)
    if not job.input.get("answers"):  # what was read is the same with the answers over it
        write_table(checked.raw, job.output.raw)
        with open(job.output.reading, "w", encoding="utf-8") as handle:
            json.dump(checked.readings, handle, indent=1, ensure_ascii=False, sort_keys=True)
            handle.write("\n")
    used = len(checked.frame)
    return {table: Rows(checked.count, used, {"width": checked.count - used})}


run(main, globals())
