"""What is asked for, and what of a run goes into the journal."""

import sys
from pathlib import Path

from runrecord import journal, syntax
from runrecord.environment import announce_repository
from runrecord.run_end import edited_meanwhile, stop_on_edits
from trialtrail.as_module import hand_on_hooks

BEFORE_DATA = ["results/report/power.html", "results/report/power.pdf"]
"""What is asked for of a study that has no tables yet; the rules that make it are read later."""

REPORTS = files_of_all_jobs([rules.lay_out_document.output.pdf])

REPORT_AND_TRAIL = [
    *REPORTS,
    rules.write_word_report.output.document,
    rules.render_report.output.html,
    rules.render_validation.output.page,
    rules.draw_lineage.output.page,
    rules.define_columns.output.page,
    rules.state_results.output.statement,
    # What is gone is made again, though nothing that is still there asks for it.
    *(path for path in made() if not os.path.exists(path)),
]

TARGETS = REPORT_AND_TRAIL if STUDY.tables else BEFORE_DATA

syntax.keep()


onstart:
    syntax.keep()  # once more: rules with a wildcard have asked for their code since
    isolation.check_libraries()
    announce_repository(ROOT)
    journal.run_started(
        "results/lineage",
        CONFIG_FILE,
        parsed_digest(CONFIG_FILE),
        touch=workflow.touch,
        remote=workflow.executor_plugin.common_settings.non_local_exec,
        resting=PLAN.resting,
    )


onsuccess:
    edited = edited_meanwhile("results/lineage")
    journal.run_ended("results/lineage", "done", edited)
    stop_on_edits(edited)
    # No job reads the lock: nothing depends on it, and it is compared when all is made.
    from trialtrail.trail import results_lock

    if not os.environ.get(results_lock.TOLD_LATER):
        lock = Path(CONFIG_FILE).parent / results_lock.NAME
        told = results_lock.what_differs("results", lock)
        for line in told if len(told) > 1 else ():
            print(line, file=sys.stderr)


onerror:
    journal.run_ended("results/lineage", "failed")


hand_on_hooks(workflow, globals())


rule validate:
    """Only the checks of the exports: the queries and the validated tables."""
    input:
        rules.split_used_rows.output.queries,
        rules.render_validation.output.page,
