"""Results and datasets in forms of CDISC: tables and datasets in; ARD, ARS and ADaM-like files out."""

from trialtrail.exchange.settings import known_of, trial_of

MELTED = [
    f"results/tables/{table}.csv"
    for table in ("estimates", "arms", "models", "summaries", "curves", "harms")
    if table in [*REPORTED_TABLES, "summaries"]
]
"""The tidy tables of the results that this study has."""


ADAM = ["adsl"]
"""The ADaM-like datasets that this study has."""

if [each for each in STUDY.outcomes if each not in STUDY.timed_outcomes]:
    ADAM.append("adeff")

if STUDY.timed_outcomes:
    ADAM.append("adtte")


if STUDY.is_trial:

    rule export_ard:
        """The results as Analysis Results Data: one row a statistic, with its address."""
        input:
            tables=MELTED,
        output:
            ard="results/ard/ard.parquet",
            json="results/ard/ard.json",
            record="results/lineage/records/export_ard.json",
        log:
            "results/logs/export_ard.log",
        params:
            code=code_of("export_ard"),
        script:
            "../../scripts/export_ard.py"

    rule export_adam:
        """The participants and their outcomes as ADaM-like datasets, with definitions."""
        input:
            participants="results/datasets/participants.parquet",
            outcomes=["results/datasets/outcomes.parquet"] if STUDY.outcomes else [],
            columns=[
                "results/lineage/columns/participants.json",
                *(["results/lineage/columns/outcomes.json"] if STUDY.outcomes else []),
            ],
            readings=STUDY.label_readings(*STUDY.baseline_forms),
        output:
            xpt=[f"results/adam/{dataset}.xpt" for dataset in ADAM],
            json=[f"results/adam/{dataset}.json" for dataset in ADAM],
            define="results/adam/define.json",
            define_xml="results/adam/define.xml",
            record="results/lineage/records/export_adam.json",
        log:
            "results/logs/export_adam.log",
        params:
            code=code_of("export_adam"),
            trial=trial_of(STUDY, INTERVENTION_ARM),
        script:
            "../../scripts/export_adam.py"

    rule export_ars:
        """The analyses, their methods, groups and results by CDISC's Analysis Results Standard."""
        input:
            ard=rules.export_ard.output.json,
            define=rules.export_adam.output.define,
            report=rules.render_report.output.html,
            numbers=rules.render_report.output.numbers,
        output:
            ars="results/ard/ars.json",
            record="results/lineage/records/export_ars.json",
        log:
            "results/logs/export_ars.log",
        params:
            code=code_of("export_ars"),
            known=known_of(STUDY, LEVEL),
        script:
            "../../scripts/export_ars.py"


if STUDY.has("segments", "transcripts"):

    rule export_refi_qda:
        """The coded transcripts as a project that programs for qualitative analysis open."""
        input:
            segments="results/datasets/segments.parquet",
            transcripts="results/validated/transcripts.parquet",
            codebook=validated("codebook"),
            consensus=(
                [rules.apply_consensus.output.parquet]
                if workflow.is_rule("apply_consensus")
                else []
            ),
        output:
            project="results/exchange/project.qdpx",
            record="results/lineage/records/export_refi_qda.json",
        log:
            "results/logs/export_refi_qda.log",
        params:
            code=code_of("export_refi_qda"),
            title=config["study"]["short_name"],
        script:
            "../../scripts/export_refi_qda.py"
