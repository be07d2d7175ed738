"""Validate one REDCap export against its data dictionary: what each field may hold, and when."""

import pandas as pd

from trialtrail.exports.read import FILE, LINE, read_export
from trialtrail.exports.redcap.dictionary import read_dictionary
from trialtrail.record import Rows, run
from trialtrail.tables import read_table, write_table
from trialtrail.validation.findings import findings_frame
from trialtrail.validation.redcap_findings import found_by_tables, names_of, validate_dictionary
from trialtrail.validation.resolutions import corrected, corrections_of, read_answers


def main(job):
    """Read an export, its dictionary and the tables it feeds; write what departs from it."""
    spec = job.params.spec
    corrections = corrections_of(read_answers(job.input.get("answers")))
    export = corrected(read_export(spec, [job.input.export]), corrections)
    fields = read_dictionary(job.input.dictionary, spec["dictionary_label"])
    names = {
        table: names_of(read_table(path, ["_export", FILE, LINE, "record"]), export.name)
        for table, path in zip(job.params.uses, job.input.checked, strict=True)
    }
    known = found_by_tables(pd.concat(map(read_table, job.input.findings), ignore_index=True))
    found = validate_dictionary(export, spec, fields, job.params.uses, names, known)
    write_table(findings_frame(found), job.output.findings)
    return {export.name: Rows(read=len(export.rows), used=len(export.rows))}


run(main, globals())
