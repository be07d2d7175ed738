"""Stage 7: the records of all jobs in; the manifest and the graph of lineage out."""

MACHINERY = sorted(os.path.relpath(p) for p in (ROOT / "src/trialtrail/lineage").rglob("*.py"))
"""Code that every job runs on and that changes no result: sealed with the rest."""

SOURCES = sorted(
    os.path.relpath(path)
    for folder in ("scripts", "schemas", "src")
    for path in (ROOT / folder).rglob("*.py")
)
"""All code of the project; the pages show the text of what the jobs ran on."""

PLUGIN = (ROOT / "src/snakemake_executor_plugin_warm").glob("*.py")
MAP = sorted(
    os.path.relpath(path)
    for path in [
        ROOT / "Snakefile",
        ROOT / "src/trialtrail/warm.py",
        *(ROOT / "schemas/configuration").glob("*.yaml"),
        *(ROOT / "workflow/rules").glob("*.smk"),
        *code_closure(ROOT / "src/trialtrail/configuration/study.py"),
        *PLUGIN,
    ]
)
"""What says which jobs there are and with which parameters, and what starts them: sealed, too."""

VERIFIER = os.path.relpath(ROOT / "src/trialtrail/lineage/checking/standalone_verify.py")
"""What an auditor runs without this project; the seal puts a copy beside the manifest."""


rule seal_lineage:
    """Join the records of all jobs; refuse what contradicts."""
    input:
        records=records(),
        report=rules.render_report.output.pdf,
        # Nothing else reads them, so that one which is gone would not be made again.
        takes=outputs("takes"),
        verifier=VERIFIER,
        configuration=lambda wildcards: os.path.relpath(CONFIG_FILE),
        map=MAP,
        code=[*code_of("seal_lineage"), *MACHINERY],
    output:
        manifest="results/lineage/manifest.sha256",
        lineage="results/lineage/lineage.json",
        head="results/lineage/journal_head.json",
        verifier="results/lineage/verify.py",
        record="results/lineage/records/seal_lineage.json",
    log:
        "results/logs/seal_lineage.log",
    script:
        "../../scripts/seal_lineage.py"


rule draw_lineage:
    """The page on which an auditor searches, and walks from a number to the raw files and back."""
    input:
        lineage=rules.seal_lineage.output.lineage,
        records=rules.seal_lineage.input.records,
        columns=expand("results/lineage/columns/{dataset}.json", dataset=DERIVED),
        dictionary=rules.tabulate_dictionary.output.table,
        numbers=rules.render_report.output.numbers,
        queries=rules.settle_tables.output.queries,
        sources=SOURCES,
        template=template("lineage.html.j2"),
        style=template("lineage.css"),
        fonts=sans(),
        scripts=[template(f"lineage{part}.js") for part in ("_walk", "_drawing", "_search", "")],
        code=[*code_of("draw_lineage"), *MACHINERY],
    output:
        page="results/lineage/index.html",
        record="results/lineage/records/draw_lineage.json",
    log:
        "results/logs/draw_lineage.log",
    params:
        title=study_title,
        synthetic=config["study"]["synthetic"],
    script:
        "../../scripts/draw_lineage.py"


rule define_columns:
    """The data definitions: each column's origin, method, sources and code."""
    input:
        lineage=rules.seal_lineage.output.lineage,
        records=rules.seal_lineage.input.records,
        columns=expand("results/lineage/columns/{dataset}.json", dataset=DERIVED),
        dictionary=rules.tabulate_dictionary.output.table,
        sources=SOURCES,
        template=template("define.html.j2"),
        style=template("lineage.css"),
        fonts=sans(),
        code=[*code_of("define_columns"), *MACHINERY],
    output:
        page="results/lineage/define.html",
        record="results/lineage/records/define_columns.json",
    log:
        "results/logs/define_columns.log",
    params:
        title=study_title,
        synthetic=config["study"]["synthetic"],
    script:
        "../../scripts/define_columns.py"


rule export_crate:
    """The run as a Provenance Run Crate; of the run's times and users, so not compared."""
    input:
        lineage=rules.seal_lineage.output.lineage,
        manifest=rules.seal_lineage.output.manifest,
        records=rules.seal_lineage.input.records,
        snakefile=os.path.relpath(ROOT / "Snakefile"),
        stages=sorted(os.path.relpath(path) for path in (ROOT / "workflow/rules").glob("*.smk")),
        code=[*code_of("export_crate"), *MACHINERY],
    output:
        crate="results/lineage/ro-crate-metadata.json",
        snakefile="results/lineage/Snakefile",
        record="results/lineage/records/export_crate.json",
    log:
        "results/logs/export_crate.log",
    params:
        title=study_title,
    script:
        "../../scripts/export_crate.py"


rule export_prov:
    """The run as PROV-JSON; of the run's times and users, so not compared."""
    input:
        lineage=rules.seal_lineage.output.lineage,
        records=rules.seal_lineage.input.records,
        code=[*code_of("export_prov"), *MACHINERY],
    output:
        prov="results/lineage/prov.json",
        record="results/lineage/records/export_prov.json",
    log:
        "results/logs/export_prov.log",
    script:
        "../../scripts/export_prov.py"


rule state_results:
    """What the run made, with digests, the pages among it: the statement that a person signs."""
    input:
        lineage=rules.seal_lineage.output.lineage,
        manifest=rules.seal_lineage.output.manifest,
        records=rules.seal_lineage.input.records,
        report=[
            rules.render_report.output.pdf,
            rules.render_report.output.html,
            rules.render_report.output.numbers,
        ],
        pages=[rules.draw_lineage.output.page, rules.define_columns.output.page],
        forms=[
            rules.export_crate.output.crate,
            rules.export_crate.output.snakefile,
            rules.export_prov.output.prov,
        ],
        code=[*code_of("state_results"), *MACHINERY],
    output:
        statement="results/lineage/statement.intoto.json",
        record="results/lineage/records/state_results.json",
    log:
        "results/logs/state_results.log",
    params:
        title=study_title,
    script:
        "../../scripts/state_results.py"
