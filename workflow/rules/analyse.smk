"""Stage 3: datasets in; tables of numbers out, one row a result."""

REPORTED_TABLES = ["row_accounts", "query_counts", "data_dictionary"]
"""Names of the result tables that this study has; the stages add theirs."""

if STUDY.project_exports:
    REPORTED_TABLES.append("project_elements")

FORECAST = (
    *("validate_table", "validate_dictionary", "validate_references", "validate_plausibility"),
    *("resolve_queries", "validate_corrected_table", "validate_corrected_dictionary"),
    *("validate_corrected_references", "validate_corrected_plausibility", "split_used_rows"),
    *("derive_contacts", "derive_participants", "derive_outcomes"),
    *("impute_block", "fit_analysis", "collect_estimates"),
)
"""The rules between the raw exports and the estimates, whose jobs a forecast runs again."""

SUMMARIES = ["flow"] if STUDY.is_trial else []
"""Names of the parts of the result table `summaries` that this study has."""


if PLAN.lock:
    REPORTED_TABLES += ["deviations", "plan_versions"]

    rule list_deviations:
        """How the plan that runs differs from the one that was locked; a difference needs a reason."""
        input:
            lock=PLAN.lock,
        output:
            # `update`: where a reason is missing, the last good tables are put back.
            deviations=update("results/tables/deviations.csv"),
            versions=update("results/tables/plan_versions.csv"),
            record="results/lineage/records/list_deviations.json",
        log:
            "results/logs/list_deviations.log",
        # It has nothing to wait for, and what stops a run should do so before the others begin.
        priority: 100
        params:
            code=code_of("list_deviations"),
            plan=PLAN.content,
            reasons=STUDY.analysis("deviations"),
            unblinded_on=PLAN.unblinded_on,
            defaults=PLAN.defaults,
        script:
            "../../scripts/list_deviations.py"


if STUDY.is_trial:

    rule tabulate_flow:
        """The flow of participants, one row a box of the chart."""
        input:
            participants="results/datasets/participants.parquet",
            screening=validated("screening"),
            assignments=validated("assignments"),
        output:
            table="results/summaries/flow.parquet",
            takes="results/takes/flow.json",
            record="results/lineage/records/tabulate_flow.json",
        log:
            "results/logs/tabulate_flow.log",
        params:
            code=code_of("tabulate_flow"),
            arms=STUDY.arms,
            forms=STUDY.follow_up_labels,
            followed_up=STUDY.analysis("followed_up"),
            treated=INTERVENTION_ARM,
        script:
            "../../scripts/tabulate_flow.py"


if STUDY.baseline_table:
    SUMMARIES.append("baseline")

    rule tabulate_baseline:
        """The participants at baseline, arm beside arm."""
        input:
            participants="results/datasets/participants.parquet",
            readings=STUDY.label_readings(*STUDY.baseline_forms),
        output:
            table="results/summaries/baseline.parquet",
            takes="results/takes/baseline.json",
            record="results/lineage/records/tabulate_baseline.json",
        log:
            "results/logs/tabulate_baseline.log",
        params:
            code=code_of("tabulate_baseline"),
            variables=STUDY.baseline_table,
            arms=ARMS,
        script:
            "../../scripts/tabulate_baseline.py"


if STUDY.outcomes:
    REPORTED_TABLES += ["estimates", "arms", "models"]
    SUMMARIES.append("missing_outcomes")

    rule tabulate_missing_outcomes:
        """Whose outcome is not known, by arm and reason; and the spread where values are skew."""
        input:
            participants="results/datasets/participants.parquet",
            outcomes="results/datasets/outcomes.parquet",
        output:
            table="results/summaries/missing_outcomes.parquet",
            takes="results/takes/missing_outcomes.json",
            record="results/lineage/records/tabulate_missing_outcomes.json",
        log:
            "results/logs/tabulate_missing_outcomes.log",
        params:
            code=code_of("tabulate_missing_outcomes"),
            outcomes=[each for each in STUDY.outcomes if each["role"] == "primary"],
            by_means=[each for each in STUDY.outcomes if each["kind"] == "continuous"],
            arms=ARMS,
        script:
            "../../scripts/tabulate_missing_outcomes.py"

    if STUDY.imputations:

        rule impute_block:
            """Some of the imputations of all outcomes of one strategy: one row an imputed value."""
            input:
                outcomes="results/datasets/outcomes.parquet",
                participants="results/datasets/participants.parquet",
            output:
                imputed="results/imputations/{imputation}/{block}.parquet",
                record="results/lineage/records/impute_block-{imputation}-{block}.json",
            log:
                "results/logs/impute_block-{imputation}-{block}.log",
            params:
                code=code_of("impute_block"),
                imputation=lambda wildcards: STUDY.imputations[wildcards.imputation],
                arms=ARMS,
                block=lambda wildcards: int(wildcards.block),
            script:
                "../../scripts/impute_block.py"

    rule fit_analysis:
        """One entry of the analysis plan: the effects of its outcomes, with their intervals."""
        input:
            outcomes="results/datasets/outcomes.parquet",
            participants="results/datasets/participants.parquet",
            imputed=lambda wildcards: expand(
                "results/imputations/{imputation}/{block}.parquet",
                zip,
                **STUDY.blocks_of_analysis(wildcards.analysis),
            ),
        output:
            estimates="results/analyses/{analysis}/estimates.parquet",
            arms="results/analyses/{analysis}/arms.parquet",
            models="results/analyses/{analysis}/models.parquet",
            takes="results/takes/analysis-{analysis}.json",
            record="results/lineage/records/fit_analysis-{analysis}.json",
        log:
            "results/logs/fit_analysis-{analysis}.log",
        params:
            code=code_of("fit_analysis"),
            entry=lambda wildcards: STUDY.analyses[wildcards.analysis],
            arms=STUDY.arms,
            level=LEVEL,
            cluster=STUDY.cluster_column,
            important=STUDY.analysis("important"),
            auxiliary=lambda wildcards: STUDY.auxiliary_of(wildcards.analysis),
        script:
            "../../scripts/fit_analysis.py"

    rule collect_estimates:
        """The results of all analyses: one row an estimate, an arm, a number of a model."""
        input:
            estimates=expand(rules.fit_analysis.output.estimates, analysis=STUDY.analyses),
            arms=expand(rules.fit_analysis.output.arms, analysis=STUDY.analyses),
            models=expand(rules.fit_analysis.output.models, analysis=STUDY.analyses),
            deviations=rules.list_deviations.output.deviations if PLAN.lock else [],
        output:
            estimates=shown("results/tables/estimates.csv", TABLE),
            arms=shown("results/tables/arms.csv", TABLE),
            models=shown("results/tables/models.csv", TABLE),
            record="results/lineage/records/collect_estimates.json",
        log:
            "results/logs/collect_estimates.log",
        params:
            code=code_of("collect_estimates"),
            multiplicity=STUDY.analysis("multiplicity", {}),
        script:
            "../../scripts/collect_estimates.py"

    REPORTED_TABLES.append("plan")

    rule tabulate_plan:
        """The analysis plan beside what was run: one row an analysis."""
        input:
            estimates=rules.collect_estimates.output.estimates,
        output:
            table=shown("results/tables/plan.csv", TABLE),
            record="results/lineage/records/tabulate_plan.json",
        log:
            "results/logs/tabulate_plan.log",
        params:
            code=code_of("tabulate_plan"),
            entries=list(STUDY.analyses.values()),
            stated=STUDY.stated,
        script:
            "../../scripts/tabulate_plan.py"


if CHECKED.effects:

    rule forecast_query_effects:
        """What the estimates would be with what each open query asks about used, and set aside."""
        input:
            # What these jobs read and made may be read by whoever takes their records.
            records=records_of(*FORECAST),
            queries=rules.split_used_rows.output.queries,
            estimates=rules.collect_estimates.output.estimates,
        output:
            effects="results/validation/query_effects.csv",
            record="results/lineage/records/forecast_query_effects.json",
        log:
            "results/logs/forecast_query_effects.log",
        params:
            code=code_of("forecast_query_effects", *contracts_of(*STUDY.tables)),
        script:
            "../../scripts/forecast_query_effects.py"


if STUDY.timed_outcomes or STUDY.has("contacts"):
    REPORTED_TABLES.append("curves")

    rule tabulate_curves:
        """The share without, or with, an event by arm over time; the time to the first contact."""
        input:
            participants="results/datasets/participants.parquet",
            outcomes=["results/datasets/outcomes.parquet"] if STUDY.timed_outcomes else [],
            contacts=["results/datasets/contacts.parquet"] if STUDY.has("contacts") else [],
        output:
            table="results/tables/curves.csv",
            takes="results/takes/curves.json",
            record="results/lineage/records/tabulate_curves.json",
        log:
            "results/logs/tabulate_curves.log",
        params:
            code=code_of("tabulate_curves"),
            outcomes=STUDY.timed_outcomes,
            arms=ARMS,
            treated=INTERVENTION_ARM,
            level=LEVEL,
        script:
            "../../scripts/tabulate_curves.py"


if STUDY.has("contacts"):
    SUMMARIES += ["uptake", "contacts"]

    rule tabulate_uptake:
        """Who took up the intervention, and the attempts behind it."""
        input:
            participants="results/datasets/participants.parquet",
            contacts="results/datasets/contacts.parquet",
        output:
            uptake="results/summaries/uptake.parquet",
            contacts="results/summaries/contacts.parquet",
            takes="results/takes/uptake.json",
            record="results/lineage/records/tabulate_uptake.json",
        log:
            "results/logs/tabulate_uptake.log",
        params:
            code=code_of("tabulate_uptake"),
            arm=INTERVENTION_ARM,
            rows=STUDY.analysis("uptake", {}).get("rows", []),
            words=STUDY.words,
        script:
            "../../scripts/tabulate_uptake.py"


if STUDY.has("providers"):
    REPORTED_TABLES.append("retention")
    SUMMARIES.append("providers")

    rule tabulate_providers:
        """The providers, why they left, and how long they stayed."""
        input:
            providers="results/datasets/providers.parquet",
        output:
            table="results/summaries/providers.parquet",
            retention="results/tables/retention.csv",
            takes="results/takes/providers.json",
            record="results/lineage/records/tabulate_providers.json",
        log:
            "results/logs/tabulate_providers.log",
        params:
            code=code_of("tabulate_providers"),
            level=LEVEL,
            words=STUDY.words,
        script:
            "../../scripts/tabulate_providers.py"


if STUDY.harms:
    REPORTED_TABLES.append("harms")

    rule tabulate_harms:
        """Events of harm, arm beside arm: who had them, how often, and how the arms differ."""
        input:
            participants="results/datasets/participants.parquet",
            forms=validated(*STUDY.harms["tables"]),
            readings=STUDY.label_readings(*STUDY.harms["forms"]),
        output:
            table="results/tables/harms.csv",
            takes="results/takes/harms.json",
            record="results/lineage/records/tabulate_harms.json",
        log:
            "results/logs/tabulate_harms.log",
        params:
            code=code_of("tabulate_harms"),
            harms=STUDY.harms,
            arms=STUDY.arms,
            level=LEVEL,
        script:
            "../../scripts/tabulate_harms.py"


rule tabulate_dictionary:
    """Every column of the study: its type, its meaning, its limits, its rule."""
    input:
        columns=expand("results/lineage/columns/{dataset}.json", dataset=DERIVED),
        readings=STUDY.label_readings(*STUDY.forms),
    output:
        table=shown("results/tables/data_dictionary.csv", TABLE),
        record="results/lineage/records/tabulate_dictionary.json",
    log:
        "results/logs/tabulate_dictionary.log",
    params:
        code=code_of("tabulate_dictionary", *contracts_of(*STUDY.tables)),
        tables=STUDY.contracts,
        derived=DERIVED,
    script:
        "../../scripts/tabulate_dictionary.py"
