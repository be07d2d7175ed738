"""Sort the answers to queries: a cell is accepted as it is or corrected, or the answer is stale."""

from trialtrail.record import run
from trialtrail.tables import read_table, write_table
from trialtrail.validation.resolutions import read_resolutions, sort_out


def main(job):
    """Read the answers and the queries of the raw data; write each answer with its cell."""
    params = job.params
    answers = read_resolutions(job.input.resolutions, params.label, params.second_signature)
    queries = read_table(job.input.numbered)
    write_table(sort_out(answers, queries, params.label), job.output.answers)


run(main, globals())
