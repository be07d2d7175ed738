"""Makes the table `quotation_balance`: who is quoted, against who was coded and interviewed."""

from trialtrail.qualitative.balance import balance_quotations
from trialtrail.qualitative.cases import held_interviews
from trialtrail.qualitative.codebook import codebook_of
from trialtrail.record import Rows, run
from trialtrail.results.takes import taken_by, write_takes
from trialtrail.tables import read_optional, read_result, read_table, write_result

from schemas.results.base import conform
from schemas.results.cases import QuotationBalance

SETTINGS = ("coder", "contrary", "contrary_quotations", "roles", "stages")
NOT_PRINTED = "not printable: it is not verbatim, or its interview is not in the register"


def main(job) -> dict[str, Rows]:
    """Read quotations, segments and register; write the table."""
    quotations = read_result(job.input.quotations)
    segments = read_table(job.input.segments)
    interviews = read_optional(job.input, "interviews")
    documents = read_table(job.input.transcripts)["document"]
    held = held_interviews(interviews, documents, job.params.naming)
    given = {name: getattr(job.params, name, None) for name in SETTINGS}
    book = read_optional(job.input, "codebook")
    codebook = codebook_of(segments["code"]) if book is None else book
    rows = balance_quotations(quotations, segments, codebook, held, interviews, given)
    table = conform(rows, QuotationBalance)
    write_result(table, job.output.table)
    write_takes(job.output.takes, {"quotation_balance": taken_by(rows)})
    used = int((table["level"] == "quotation").sum())
    set_aside = {NOT_PRINTED: len(quotations) - used} if used < len(quotations) else {}
    return {"quotations": Rows(read=len(quotations), used=used, set_aside=set_aside)}


run(main, globals())
