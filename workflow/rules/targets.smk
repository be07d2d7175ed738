"""What is asked for, and what the journal is told of a run."""

import atexit

from trialtrail import settled
from trialtrail.lineage import journal
from trialtrail.lineage.environment import announce_repository
from trialtrail.lineage.job.store import Store

TARGETS = [
    rules.render_report.output.pdf,
    rules.render_report.output.html,
    rules.render_validation.output.page,
    rules.seal_lineage.output.manifest,
    rules.draw_lineage.output.page,
    rules.define_columns.output.page,
    rules.export_crate.output.crate,
    rules.export_prov.output.prov,
    rules.state_results.output.statement,
]


onstart:
    settled.forget()
    announce_repository(ROOT)
    journal.run_started(
        "results/lineage",
        CONFIG_FILE,
        touch=workflow.touch,
        remote=workflow.executor_plugin.common_settings.non_local_exec,
    )


onsuccess:
    journal.run_ended("results/lineage", "done")
    Store("results/lineage").trim()
    settled.note_settled(workflow, TARGETS, looked_at())


onerror:
    journal.run_ended("results/lineage", "failed")
    Store("results/lineage").trim()


# Where Snakemake finds nothing to do it calls no handler.
atexit.register(lambda: settled.note_unneeded(workflow, TARGETS, looked_at()))


rule validate:
    """Only the checks of the exports: the queries and the validated tables."""
    input:
        rules.settle_tables.output.queries,
        rules.render_validation.output.page,
