"""Stage 1: raw exports in; typed tables, queries and the rows set aside out."""

EXPORTS = sorted({s["export"] for t in STUDY.tables for s in STUDY.spec(t)["sources"]})
CHECKED = STUDY.validation
FOUND = [*STUDY.tables, *(f"dictionary-{export}" for export in STUDY.dictionaries)]
RAW = expand("results/validation/raw/{table}.parquet", table=STUDY.tables)
# What the checks between tables, and those of what is odd, ask of the study.
BETWEEN = {
    "tables": STUDY.tables,
    "forms": STUDY.forms,
    "follow_up": STUDY.follow_up_forms,
    "is_visit": COUNTED,
    "offered": CHECKED.offered,
    "any_contact": CHECKED.any_contact,
    "checks": CHECKED.checks,
    "check_columns": CHECKED.check_columns,
    "headings": STUDY.headings,
    "actions": CHECKED.actions,
}
ODD = {
    "tables": STUDY.tables,
    "follow_up": STUDY.follow_up_forms,
    "arms": ARMS,
    "variables": CHECKED.variables,
    "numbers": CHECKED.numbers,
    "batteries": CHECKED.batteries,
    "evidence": {form: each["columns"] for form, each in STUDY.form_contents.items()},
    "took_place": STUDY.took_place,
    "timepoints": CHECKED.timepoints,
    "is_visit": COUNTED,
    "headings": STUDY.headings,
    "files": CHECKED.files,
    "plausibility": CHECKED.plausibility,
    "actions": CHECKED.actions,
}


rule validate_table:
    """Read the exports that feed one table, type every cell and check the table's contract."""
    input:
        exports=lambda wildcards: STUDY.files_of(wildcards.table),
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
        findings="results/validation/attempt/findings.parquet",
        record="results/lineage/records/validate_references.json",
    log:
        "results/logs/validate_references.log",
    params:
        **BETWEEN,
        code=code_of("validate_references", *contracts_of(*STUDY.tables)),
    script:
        "../../scripts/validate_references.py"


rule validate_plausibility:
    """Look for what is odd in the rows in use and may still be right; tell it as warnings."""
    input:
        checked=rules.validate_references.input.checked,
        findings=rules.validate_references.output.findings,
    output:
        findings="results/validation/attempt/plausibility.parquet",
        record="results/lineage/records/validate_plausibility.json",
    log:
        "results/logs/validate_plausibility.log",
    params:
        **ODD,
        code=code_of("validate_plausibility"),
    script:
        "../../scripts/validate_plausibility.py"


rule list_queries:
    """List every finding as a query, and what queries set aside."""
    input:
        findings=rules.validate_references.output.findings,
        plausibility=rules.validate_plausibility.output.findings,
        raw=RAW,
    output:
        queries="results/validation/attempt/queries.csv",
        numbered="results/validation/attempt/queries.parquet",
        set_aside="results/validation/attempt/set_aside.parquet",
        record="results/lineage/records/list_queries.json",
    log:
        "results/logs/list_queries.log",
    params:
        code=code_of("list_queries"),
        tables=STUDY.tables,
        severities=CHECKED.severities,
    script:
        "../../scripts/list_queries.py"


LISTED, SETTLED = rules.list_queries.output, rules.validate_references.input.checked

if CHECKED.resolutions:

    rule resolve_queries:
        """Apply the answers of people as a layer over the raw data, and check anew."""
        input:
            resolutions=lambda wildcards: CHECKED.resolutions,
            numbered=rules.list_queries.output.numbered,
            checked=rules.validate_references.input.checked,
            found=expand("results/validation/findings/{table}.parquet", table=STUDY.tables),
            dictionary_found=expand(
                "results/validation/findings/dictionary-{export}.parquet",
                export=STUDY.dictionaries,
            ),
            raw=RAW,
            exports=lambda wildcards: STUDY.all_files,
        output:
            checked=expand("results/validation/resolved/{table}.parquet", table=STUDY.tables),
            queries="results/validation/attempt/resolved_queries.csv",
            numbered="results/validation/attempt/resolved_queries.parquet",
            set_aside="results/validation/attempt/resolved_set_aside.parquet",
            resolutions="results/validation/attempt/resolutions.csv",
            record="results/lineage/records/resolve_queries.json",
        log:
            "results/logs/resolve_queries.log",
        params:
            **BETWEEN | ODD,
            code=code_of("resolve_queries", *contracts_of(*STUDY.tables)),
            content=lambda wildcards: content_of(CHECKED.resolutions, STUDY.all_files),
            label=lambda wildcards: CHECKED.resolutions_label,
            severities=CHECKED.severities,
            contracts={
                table: {
                    "sources": STUDY.sources(table),
                    "variables": STUDY.variables(table),
                    "is_form": table in STUDY.forms,
                }
                for table in STUDY.tables
            },
            dictionaries=CHECKED.dictionaries,
            files_of={export: STUDY.files(export) for export in EXPORTS},
        script:
            "../../scripts/resolve_queries.py"

    LISTED, SETTLED = rules.resolve_queries.output, rules.resolve_queries.output.checked


rule stop_on_errors:
    """Stop where a finding leaves nothing to compute with; earlier results stay as they are."""
    input:
        queries=LISTED.queries,
    output:
        gate="results/validation/attempt/gate.json",
        record="results/lineage/records/stop_on_errors.json",
    log:
        "results/logs/stop_on_errors.log",
    params:
        code=code_of("stop_on_errors"),
        actions=CHECKED.actions,
    script:
        "../../scripts/stop_on_errors.py"


rule settle_tables:
    """Part what is used from what is set aside, by row and by cell, and account for both."""
    input:
        gate=rules.stop_on_errors.output.gate,
        checked=SETTLED,
        raw=RAW,
        readings=expand("results/validation/reading/{table}.json", table=STUDY.tables),
        queries=LISTED.queries,
        set_aside=LISTED.set_aside,
        resolutions=[LISTED.resolutions] if CHECKED.resolutions else [],
    output:
        tables=expand("results/validated/{table}.parquet", table=STUDY.tables),
        set_aside=expand("results/validation/set_aside/{export}.csv", export=EXPORTS),
        cells="results/validation/cells_set_aside.csv",
        queries="results/validation/queries.csv",
        rows="results/tables/rows.csv",
        kinds="results/tables/queries.csv",
        exports="results/tables/exports.csv",
        normalisation="results/tables/normalisation.csv",
        resolutions=["results/validation/resolutions.csv"] if CHECKED.resolutions else [],
        record="results/lineage/records/settle_tables.json",
    log:
        "results/logs/settle_tables.log",
    params:
        code=code_of("settle_tables"),
        tables=STUDY.tables,
    script:
        "../../scripts/settle_tables.py"


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
        queries=rules.settle_tables.output.queries,
        rows=rules.settle_tables.output.rows,
        exports=rules.settle_tables.output.exports,
        normalisation=rules.settle_tables.output.normalisation,
        resolutions=rules.settle_tables.output.resolutions,
        tables=rules.settle_tables.output.tables,
        set_aside=LISTED.set_aside,
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
