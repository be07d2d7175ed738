"""Stage 7: the records of all jobs in; the manifest and the graph of lineage out."""

from runrecord.project import project
from runrecord.seal import VERIFIER

RECORDING, LOGGER = "packages/runrecord/src/runrecord", "src/snakemake_logger_plugin_trialtrail"

MACHINERY = code_digests(project().modules_in(RECORDING))
"""Code that every job runs on and that changes no result: sealed with the rest."""

SOURCES = sorted(
    os.path.relpath(path)
    for folder in (RECORDING, "scripts", "schemas", "src/trialtrail", LOGGER)
    for path in project().modules_in(folder)
)
"""All code of the project; the pages show the text of what the jobs ran on."""

WARM = "packages/snakemake-executor-plugin-warm/src/snakemake_executor_plugin_warm"
PLUGIN = project().modules_in(WARM)
OTHERS = ("Snakefile", "src/trialtrail/__init__.py", "src/trialtrail/warm.py")
MAP = code_digests(
    [
        *map(project().path, OTHERS),
        *sorted((ROOT / "schemas/configuration").glob("*.yaml")),
        *sorted((ROOT / "workflow/rules").glob("*.smk")),
        *code_closure(project().path("src/trialtrail/configuration/study.py")),
        *PLUGIN,
    ]
)
"""What says which jobs there are and with which parameters, and what starts them: sealed, too."""


FIRST_PAGE = {
    "template": template("first_page.html.j2"),
    "styles": [template("lineage.css"), template("first_page.css")],
    "fonts": sans(),
    "scripts": [
        template(f"check_{part}.js")
        for part in ("text", "journal", "folder", "records", "graph", "seal", "signature", "page")
    ],
}
"""What the first page of the results is laid out with; in this order its script is put together."""


rule introduce_results:
    """Write the first page of the results: what can be checked, and the check in a browser."""
    input:
        **FIRST_PAGE,
    output:
        page="results/index.html",
        record="results/lineage/records/introduce_results.json",
    log:
        "results/logs/introduce_results.log",
    params:
        code=code_of("introduce_results"),
        content=content_of(*FIRST_PAGE.values()),
        title=study_title,
        synthetic=config["study"]["synthetic"],
        published_digest=config["study"].get("published_digest", ""),
    script:
        "../../scripts/introduce_results.py"


rule seal_lineage:
    """Join the records of all jobs; refuse what contradicts."""
    input:
        records=records(),
        report=[
            *files_of_all_jobs([rules.lay_out_document.output.pdf]),
            rules.write_word_report.output.document,
        ],
        # Nothing else reads them, so that one which is gone would not be made again.
        takes=outputs_named("takes"),
        verifier=VERIFIER,
        configuration=lambda wildcards: os.path.relpath(CONFIG_FILE),
        map=ancient(list(MAP)),
    output:
        manifest="results/lineage/manifest.sha256",
        lineage="results/lineage/lineage.json",
        head="results/lineage/journal_head.json",
        verifier="results/lineage/verify.py",
        record="results/lineage/records/seal_lineage.json",
    log:
        "results/logs/seal_lineage.log",
    params:
        code={**code_of("seal_lineage"), **MACHINERY},
        map=MAP,
        beside=BESIDE,
        content=content_of(VERIFIER, os.path.relpath(CONFIG_FILE)),
    script:
        "../../scripts/seal_lineage.py"


PAGE = {
    "template": template("lineage.html.j2"),
    "style": template("lineage.css"),
    "fonts": sans(),
    "scripts": [
        template(f"lineage{part}.js") for part in ("_walk", "_drawing", "_search", "_card", "")
    ],
    "sign": template("lineage_sign.svg"),
}
"""What the page of the lineage is laid out with."""


rule draw_lineage:
    """Write the page on which an auditor searches, and goes from a number to the raw files."""
    input:
        **PAGE,
        lineage=rules.seal_lineage.output.lineage,
        records=rules.seal_lineage.input.records,
        columns=expand("results/lineage/columns/{dataset}.json", dataset=DERIVED),
        dictionary=rules.tabulate_dictionary.output.table,
        numbers=rules.render_report.output.numbers,
        queries=rules.split_used_rows.output.queries,
        takes=outputs_named("takes"),
        sources=ancient(SOURCES),
    output:
        page="results/lineage/index.html",
        # The report looks for it, to know whether the trail lies beside it.
        sign="results/lineage/trail.svg",
        record="results/lineage/records/draw_lineage.json",
    log:
        "results/logs/draw_lineage.log",
    params:
        code={**code_of("draw_lineage"), **MACHINERY},
        content=content_of(*PAGE.values()),
        title=study_title,
        synthetic=config["study"]["synthetic"],
    script:
        "../../scripts/draw_lineage.py"


DEFINE = {
    "template": template("define.html.j2"),
    "style": template("lineage.css"),
    "fonts": sans(),
}
"""What the data definitions are laid out with."""


rule define_columns:
    """The data definitions: each column's origin, method, sources and code."""
    input:
        **DEFINE,
        lineage=rules.seal_lineage.output.lineage,
        records=rules.seal_lineage.input.records,
        columns=expand("results/lineage/columns/{dataset}.json", dataset=DERIVED),
        dictionary=rules.tabulate_dictionary.output.table,
        sources=ancient(SOURCES),
    output:
        page="results/lineage/define.html",
        record="results/lineage/records/define_columns.json",
    log:
        "results/logs/define_columns.log",
    params:
        code={**code_of("define_columns"), **MACHINERY},
        content=content_of(*DEFINE.values()),
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
        snakefile=ancient(os.path.relpath(ROOT / "Snakefile")),
        stages=ancient([path for path in MAP if path.endswith(".smk")]),
    output:
        crate="results/lineage/ro-crate-metadata.json",
        snakefile="results/lineage/Snakefile",
        record="results/lineage/records/export_crate.json",
    log:
        "results/logs/export_crate.log",
    params:
        code={**code_of("export_crate"), **MACHINERY},
        title=study_title,
    script:
        "../../scripts/export_crate.py"


rule state_results:
    """What the run made, with digests, the pages among it: the statement that a person signs."""
    input:
        lineage=rules.seal_lineage.output.lineage,
        manifest=rules.seal_lineage.output.manifest,
        records=rules.seal_lineage.input.records,
        report=[
            *files_of_all_jobs([rules.lay_out_document.output.pdf]),
            rules.write_word_report.output.document,
            rules.render_report.output.html,
            rules.render_report.output.numbers,
        ],
        pages=[
            rules.draw_lineage.output.page,
            rules.draw_lineage.output.sign,
            rules.define_columns.output.page,
        ],
        forms=[rules.export_crate.output.crate, rules.export_crate.output.snakefile],
    output:
        statement="results/lineage/statement.intoto.json",
        record="results/lineage/records/state_results.json",
    log:
        "results/logs/state_results.log",
    params:
        code={**code_of("state_results"), **MACHINERY},
        title=study_title,
    script:
        "../../scripts/state_results.py"
