"""Stage 1: raw exports in; typed tables, queries and the rows set aside out."""

EXPORTS = sorted({s["export"] for t in STUDY.tables for s in STUDY.spec(t)["sources"]})
CHECKED = STUDY.validation
FOUND = [*STUDY.tables, *(f"dictionary-{export}" for export in STUDY.dictionaries)]
RAW = expand("results/validation/raw/{table}.parquet", table=STUDY.tables)
CROSS_CHECK_PARAMS = {
    "tables": STUDY.tables,
    "forms": STUDY.forms,
    "follow_up": STUDY.follow_up_forms,
    "is_visit": UPTAKE_CONTACT,
    "offered": CHECKED.offered,
    "any_contact": CHECKED.any_contact,
    "checks": CHECKED.checks,
    "check_columns": CHECKED.check_columns,
    "readers": STUDY.qualitative("readers"),
    "headings": STUDY.headings,
    "actions": CHECKED.actions,
}
PLAUSIBILITY_PARAMS = {
    "tables": STUDY.tables,
    "follow_up": STUDY.follow_up_forms,
    "visits": list(STUDY.follow_up_labels),
    "arms": ARMS,
    "variables": CHECKED.variables,
    "observed": CHECKED.observed,
    "numbers": CHECKED.numbers,
    "batteries": CHECKED.batteries,
    "evidence": {form: each["columns"] for form, each in STUDY.form_contents.items()},
    "took_place": STUDY.took_place,
    "timepoints": CHECKED.timepoints,
    "is_visit": UPTAKE_CONTACT,
    "headings": STUDY.headings,
    "files": CHECKED.files,
    "plausibility": CHECKED.plausibility,
    "actions": CHECKED.actions,
}


rule validate_table:
    """Read the exports that feed one table, type every cell and check the table's contract."""
    input:
        exports=lambda wildcards: as_supplied(STUDY.files_of(wildcards.table)),
    output:
        # `update`: an export that cannot be read ends this job, and the last good tables stay.
        checked=update("results/validation/checked/{table}.parquet"),
        raw=update("results/validation/raw/{table}.parquet"),
        findings=update("results/validation/findings/{table}.parquet"),
        reading=update("results/validation/reading/{table}.json"),
        record=update("results/lineage/records/validate_table-{table}.json"),
    log:
        "results/logs/validate_table-{table}.log",
    params:
        code=lambda wildcards: code_of("validate_table", *contracts_of(wildcards.table)),
        content=lambda wildcards: content_of(STUDY.files_of(wildcards.table)),
        owners=lambda wildcards: STUDY.owners_of(wildcards.table),
        sources=lambda wildcards: STUDY.sources(wildcards.table),
        variables=lambda wildcards: STUDY.variables(wildcards.table),
        is_form=lambda wildcards: wildcards.table in STUDY.forms,
        arms=ARMS,
        actions=CHECKED.actions,
    script:
        "../../scripts/validate_table.py"


rule validate_dictionary:
    """Check one REDCap export against its data dictionary."""
    input:
        export=lambda wildcards: STUDY.files(wildcards.export)[0],
        dictionary=lambda wildcards: STUDY.files(wildcards.export)[-1],
        events=lambda wildcards: STUDY.events_files(wildcards.export),
        checked=lambda wildcards: expand(
            "results/validation/checked/{table}.parquet",
            table=STUDY.columns_fed(wildcards.export),
        ),
        findings=lambda wildcards: expand(
            "results/validation/findings/{table}.parquet",
            table=STUDY.columns_fed(wildcards.export),
        ),
    output:
        # `update`: an export that cannot be read ends this job, and the last findings stay.
        findings=update("results/validation/findings/dictionary-{export}.parquet"),
        record=update("results/lineage/records/validate_dictionary-{export}.json"),
    log:
        "results/logs/validate_dictionary-{export}.log",
    params:
        code=code_of("validate_dictionary"),
        content=lambda wildcards: content_of(
            STUDY.files(wildcards.export), STUDY.events_files(wildcards.export)
        ),
        spec=lambda wildcards: STUDY.dictionary_of(wildcards.export),
        uses=lambda wildcards: STUDY.columns_fed(wildcards.export),
    script:
        "../../scripts/validate_dictionary.py"


rule validate_references:
    """Check the tables against each other; tell every finding."""
    input:
        checked=expand("results/validation/checked/{table}.parquet", table=STUDY.tables),
        findings=expand("results/validation/findings/{table}.parquet", table=FOUND),
    output:
        findings="results/validation/draft/findings.parquet",
        record="results/lineage/records/validate_references.json",
    log:
        "results/logs/validate_references.log",
    params:
        **CROSS_CHECK_PARAMS,
        code=code_of("validate_references", *contracts_of(*STUDY.tables)),
    script:
        "../../scripts/validate_references.py"


rule validate_plausibility:
    """Look for what is odd in the rows in use and may be right; list every finding as a query."""
    input:
        checked=rules.validate_references.input.checked,
        findings=rules.validate_references.output.findings,
        raw=RAW,
    output:
        # Of a rule before the one that stops: the outputs of a job that fails are deleted.
        queries="results/validation/draft/queries.csv",
        numbered="results/validation/draft/queries.parquet",
        set_aside="results/validation/draft/set_aside.parquet",
        record="results/lineage/records/validate_plausibility.json",
    log:
        "results/logs/validate_plausibility.log",
    params:
        **PLAUSIBILITY_PARAMS,
        code=code_of("validate_plausibility"),
        severities=CHECKED.severities,
    script:
        "../../scripts/validate_plausibility.py"


LISTED = rules.validate_plausibility.output
CHECKED_TABLES = rules.validate_references.input.checked

if CHECKED.resolutions:

    rule resolve_queries:
        """Sort the answers of people to the queries of the raw data, and find the cell of each."""
        input:
            resolutions=lambda wildcards: CHECKED.resolutions,
            numbered=rules.validate_plausibility.output.numbered,
        output:
            answers="results/validation/corrected/answers.parquet",
            record="results/lineage/records/resolve_queries.json",
        log:
            "results/logs/resolve_queries.log",
        params:
            code=code_of("resolve_queries"),
            content=lambda wildcards: content_of(CHECKED.resolutions),
            label=lambda wildcards: CHECKED.resolutions_label,
            second_signature=CHECKED.second_signature,
        script:
            "../../scripts/resolve_queries.py"

    # Stage 1 once more, with the answers over the raw data: the same rules on other files.
    use rule validate_table as validate_corrected_table with:
        input:
            exports=lambda wildcards: as_supplied(STUDY.files_of(wildcards.table)),
            answers=rules.resolve_queries.output.answers,
        output:
            checked="results/validation/corrected/checked/{table}.parquet",
            findings="results/validation/corrected/findings/{table}.parquet",
            record="results/lineage/records/validate_corrected_table-{table}.json",
        log:
            "results/logs/validate_corrected_table-{table}.log",

    use rule validate_dictionary as validate_corrected_dictionary with:
        input:
            export=lambda wildcards: STUDY.files(wildcards.export)[0],
            dictionary=lambda wildcards: STUDY.files(wildcards.export)[-1],
            events=lambda wildcards: STUDY.events_files(wildcards.export),
            answers=rules.resolve_queries.output.answers,
            checked=lambda wildcards: expand(
                "results/validation/corrected/checked/{table}.parquet",
                table=STUDY.columns_fed(wildcards.export),
            ),
            findings=lambda wildcards: expand(
                "results/validation/corrected/findings/{table}.parquet",
                table=STUDY.columns_fed(wildcards.export),
            ),
        output:
            findings="results/validation/corrected/findings/dictionary-{export}.parquet",
            record="results/lineage/records/validate_corrected_dictionary-{export}.json",
        log:
            "results/logs/validate_corrected_dictionary-{export}.log",

    use rule validate_references as validate_corrected_references with:
        input:
            answers=rules.resolve_queries.output.answers,
            checked=expand(
                "results/validation/corrected/checked/{table}.parquet", table=STUDY.tables
            ),
            findings=expand("results/validation/corrected/findings/{table}.parquet", table=FOUND),
        output:
            findings="results/validation/corrected/findings.parquet",
            record="results/lineage/records/validate_corrected_references.json",
        log:
            "results/logs/validate_corrected_references.log",

    use rule validate_plausibility as validate_corrected_plausibility with:
        input:
            answers=rules.resolve_queries.output.answers,
            before=rules.validate_plausibility.output.numbered,
            checked=rules.validate_corrected_references.input.checked,
            findings=rules.validate_corrected_references.output.findings,
            raw=RAW,
        output:
            queries="results/validation/corrected/queries.csv",
            numbered="results/validation/corrected/queries.parquet",
            set_aside="results/validation/corrected/set_aside.parquet",
            resolutions="results/validation/corrected/resolutions.csv",
            record="results/lineage/records/validate_corrected_plausibility.json",
        log:
            "results/logs/validate_corrected_plausibility.log",

    LISTED = rules.validate_corrected_plausibility.output
    CHECKED_TABLES = rules.validate_corrected_references.input.checked


rule split_used_rows:
    """Split the rows used from those set aside and account for both; stop where a finding asks it."""
    input:
        checked=CHECKED_TABLES,
        raw=RAW,
        readings=expand("results/validation/reading/{table}.json", table=STUDY.tables),
        queries=LISTED.queries,
        set_aside=LISTED.set_aside,
        resolutions=[LISTED.resolutions] if CHECKED.resolutions else [],
    output:
        # `update`: where a finding stops this job, the last good tables stay. The record does not: the
        # files put back are newer than the queries, and without it the next run would take them.
        tables=update(expand("results/validated/{table}.parquet", table=STUDY.tables)),
        set_aside=update(expand("results/validation/set_aside/{export}.csv", export=EXPORTS)),
        cells=update("results/validation/cells_set_aside.csv"),
        queries=update("results/validation/queries.csv"),
        row_accounts=update("results/tables/row_accounts.csv"),
        query_counts=update("results/tables/query_counts.csv"),
        exports=update("results/tables/exports.csv"),
        normalisation=update("results/tables/normalisation.csv"),
        project_elements=update(
            ["results/tables/project_elements.csv"] if STUDY.project_exports else []
        ),
        resolutions=update(["results/validation/resolutions.csv"] if CHECKED.resolutions else []),
        record="results/lineage/records/split_used_rows.json",
    log:
        "results/logs/split_used_rows.log",
    params:
        code=code_of("split_used_rows"),
        tables=STUDY.tables,
        actions=CHECKED.actions,
    script:
        "../../scripts/split_used_rows.py"


VALIDATION_PAGE = {
    "page": template("validation.html.j2"),
    "css": template("lineage.css"),
    "fonts": sans(),
}
"""What the page of the queries is laid out with."""


rule render_validation:
    """Render the validation for people, and tabulate what is missing."""
    input:
        **VALIDATION_PAGE,
        queries=rules.split_used_rows.output.queries,
        rows=rules.split_used_rows.output.row_accounts,
        exports=rules.split_used_rows.output.exports,
        normalisation=rules.split_used_rows.output.normalisation,
        resolutions=rules.split_used_rows.output.resolutions,
        tables=rules.split_used_rows.output.tables,
        set_aside=LISTED.set_aside,
        effects=["results/validation/query_effects.csv"] if CHECKED.effects else [],
    output:
        page="results/validation/validation.html",
        workbook="results/validation/queries.xlsx",
        missing="results/tables/missing.csv",
        patterns="results/tables/form_patterns.csv",
        record="results/lineage/records/render_validation.json",
    log:
        "results/logs/render_validation.log",
    params:
        code=code_of("render_validation"),
        content=content_of(*VALIDATION_PAGE.values()),
        tables=STUDY.tables,
        title=study_title,
        synthetic=config["study"]["synthetic"],
        arms=STUDY.arms,
        forms=STUDY.form_contents,
        supplied=STUDY.supplied,
        actions=CHECKED.actions,
    script:
        "../../scripts/render_validation.py"
