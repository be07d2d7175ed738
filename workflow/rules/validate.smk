"""Stage 1: raw exports in; typed tables, queries and the rows set aside out."""

EXPORTS = sorted({s["export"] for t in STUDY.tables for s in STUDY.spec(t)["sources"]})
CHECKED = STUDY.validation
FOUND = [*STUDY.tables, *(f"dictionary-{export}" for export in STUDY.dictionaries)]


rule validate_table:
    """Read the exports that feed one table, type every cell and check the table's contract."""
    input:
        exports=lambda wildcards: STUDY.files_of(wildcards.table),
        code=lambda wildcards: code_of("validate_table", *contracts_of(wildcards.table)),
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
        content=lambda wildcards: STUDY.digests_of(wildcards.table),
        owners=lambda wildcards: STUDY.owners_of(wildcards.table),
        sources=lambda wildcards: STUDY.sources(wildcards.table),
        variables=lambda wildcards: STUDY.variables(wildcards.table),
        is_form=lambda wildcards: wildcards.table in STUDY.forms,
        arms=ARMS,
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
        code=code_of("validate_dictionary"),
    output:
        # `update`: an export that cannot be read ends this job, and the last findings stay.
        findings=update("results/validation/findings/dictionary-{export}.parquet"),
        record=update("results/lineage/records/validate_dictionary-{export}.json"),
    log:
        "results/logs/validate_dictionary-{export}.log",
    params:
        spec=lambda wildcards: STUDY.dictionary_of(wildcards.export),
        uses=lambda wildcards: STUDY.columns_fed(wildcards.export),
    script:
        "../../scripts/validate_dictionary.py"


rule validate_references:
    """Check the tables against each other; tell every finding."""
    input:
        checked=expand("results/validation/checked/{table}.parquet", table=STUDY.tables),
        findings=expand("results/validation/findings/{table}.parquet", table=FOUND),
        code=code_of("validate_references", *contracts_of(*STUDY.tables)),
    output:
        findings="results/validation/attempt/findings.parquet",
        record="results/lineage/records/validate_references.json",
    log:
        "results/logs/validate_references.log",
    params:
        tables=STUDY.tables,
        forms=STUDY.forms,
        follow_up=STUDY.follow_up_forms,
        is_visit=COUNTED,
        offered=CHECKED.offered,
        any_contact=CHECKED.any_contact,
        checks=CHECKED.checks,
        check_columns=CHECKED.check_columns,
        headings=STUDY.headings,
        actions=CHECKED.actions,
    script:
        "../../scripts/validate_references.py"


rule validate_plausibility:
    """Look for what is odd in the rows in use and may still be right; tell it as warnings."""
    input:
        checked=rules.validate_references.input.checked,
        findings=rules.validate_references.output.findings,
        code=code_of("validate_plausibility"),
    output:
        findings="results/validation/attempt/plausibility.parquet",
        record="results/lineage/records/validate_plausibility.json",
    log:
        "results/logs/validate_plausibility.log",
    params:
        tables=STUDY.tables,
        follow_up=STUDY.follow_up_forms,
        arms=ARMS,
        variables=CHECKED.variables,
        numbers=CHECKED.numbers,
        batteries=CHECKED.batteries,
        is_visit=COUNTED,
        headings=STUDY.headings,
        files=CHECKED.files,
        plausibility=CHECKED.plausibility,
        actions=CHECKED.actions,
    script:
        "../../scripts/validate_plausibility.py"


rule list_queries:
    """List every finding as a query, and the rows that queries set aside."""
    input:
        findings=rules.validate_references.output.findings,
        plausibility=rules.validate_plausibility.output.findings,
        code=code_of("list_queries"),
    output:
        queries="results/validation/attempt/queries.csv",
        set_aside="results/validation/attempt/set_aside.parquet",
        record="results/lineage/records/list_queries.json",
    log:
        "results/logs/list_queries.log",
    params:
        actions=CHECKED.actions,
        severities=CHECKED.severities,
    script:
        "../../scripts/list_queries.py"


rule stop_on_errors:
    """Stop where a finding leaves nothing to compute with; earlier results stay as they are."""
    input:
        queries=rules.list_queries.output.queries,
        code=code_of("stop_on_errors"),
    output:
        gate="results/validation/attempt/gate.json",
        record="results/lineage/records/stop_on_errors.json",
    log:
        "results/logs/stop_on_errors.log",
    params:
        actions=CHECKED.actions,
    script:
        "../../scripts/stop_on_errors.py"


rule settle_tables:
    """Part the rows that are used from those set aside, and account for both."""
    input:
        gate=rules.stop_on_errors.output.gate,
        checked=rules.validate_references.input.checked,
        raw=expand("results/validation/raw/{table}.parquet", table=STUDY.tables),
        readings=expand("results/validation/reading/{table}.json", table=STUDY.tables),
        queries=rules.list_queries.output.queries,
        set_aside=rules.list_queries.output.set_aside,
        page=template("validation.html.j2"),
        code=code_of("settle_tables"),
    output:
        tables=expand("results/validated/{table}.parquet", table=STUDY.tables),
        set_aside=expand("results/validation/set_aside/{export}.csv", export=EXPORTS),
        queries="results/validation/queries.csv",
        page="results/validation/validation.html",
        rows="results/tables/rows.csv",
        kinds="results/tables/queries.csv",
        exports="results/tables/exports.csv",
        normalisation="results/tables/normalisation.csv",
        record="results/lineage/records/settle_tables.json",
    log:
        "results/logs/settle_tables.log",
    params:
        tables=STUDY.tables,
        title=config["study"]["title"],
        synthetic=config["study"]["synthetic"],
    script:
        "../../scripts/settle_tables.py"
