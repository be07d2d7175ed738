"""Forecast the effect of each open query: the estimates with what it asks about used, or not."""

from trialtrail.forecast.effects import effects_of_queries, table_of_options
from trialtrail.forecast.sealed_run import SealedRun
from trialtrail.record import Rows, run
from trialtrail.tables import write_result
from trialtrail.validation.findings import OPEN, read_queries

from schemas.results.base import conform
from schemas.results.query_effects import QueryEffects


def main(job):
    """Read what the jobs before read and made; write what would come of each answer."""
    queries = read_queries(job.input.queries)
    asked = queries.loc[queries["status"] == OPEN, "query_id"].tolist()
    options = effects_of_queries(SealedRun.read("results", job.input.records), asked)
    write_result(conform(table_of_options(options), QueryEffects), job.output.effects)
    answered = {"answered": len(queries) - len(asked)} if len(asked) < len(queries) else {}
    return {"queries": Rows(read=len(queries), used=len(asked), set_aside=answered)}


run(main, globals())
