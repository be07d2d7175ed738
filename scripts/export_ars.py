"""Export the metadata of the analyses and their results by CDISC's Analysis Results Standard."""

import json
from pathlib import Path

from trialtrail.exchange.analyses import Known
from trialtrail.exchange.ars import reporting_event
from trialtrail.exchange.contents import printed_cells, sections_of
from trialtrail.record import Rows, run

NO_NUMBER = "a text, no number"


def main(job):
    """Read the statistics, the definitions and the finished report; write the reporting event."""
    rows = json.loads(Path(job.input.ard).read_text(encoding="utf-8"))
    define = json.loads(Path(job.input.define).read_text(encoding="utf-8"))
    numbers = printed_cells(job.input.numbers)
    printed = {}
    for address, words in numbers.values():
        printed.setdefault(address, words)
    event = reporting_event(
        rows,
        sections_of(job.input.report, numbers),
        printed,
        Known(**job.params.known, define=define),
    )
    text = json.dumps(event, ensure_ascii=False, indent=1) + "\n"
    Path(job.output.ars).write_text(text, encoding="utf-8")
    used = sum(len(each["results"]) for each in event["analyses"])
    aside = {NO_NUMBER: len(rows) - used} if used < len(rows) else {}
    return {"ard": Rows(read=len(rows), used=used, set_aside=aside)}


run(main, globals())
