"""Beside the stages: result tables in; the public edition of tables and report out.

It is read after the targets: no run but `snakemake public` makes it. The seal holds no digest of it and
names its folder (`BESIDE`). The report is made from the published tables alone: its job can read no other.
"""

DISCLOSURE = STUDY.disclosure
PUBLISHED = [table for table in REPORTED_TABLES if table in DISCLOSURE["tables"]]


rule publish_tables:
    """The tables that may be published, with small counts, and what tells them, withheld."""
    input:
        tables=REPORTED,
    output:
        tables=expand("results/public/tables/{table}.csv", table=PUBLISHED),
        unpublished="results/public/unpublished.json",
        record="results/lineage/records/publish_tables.json",
    log:
        "results/logs/publish_tables.log",
    params:
        code=code_of("publish_tables"),
        chosen=DISCLOSURE,
    script:
        "../../scripts/publish_tables.py"


rule render_public_report:
    """The public edition of the report and its supplement, as pages."""
    input:
        template=template("report.html.j2"),
        templates=TEMPLATES,
        tables=rules.publish_tables.output.tables,
        unpublished=rules.publish_tables.output.unpublished,
        texts=lambda wildcards: STUDY.text_files(),
        references=lambda wildcards: STUDY.references,
    output:
        html="results/public/report.html",
        numbers="results/public/numbers.csv",
        report="results/public/print/report.html",
        supplement="results/public/print/supplement.html",
        record="results/lineage/records/render_public_report.json",
    log:
        "results/logs/render_public_report.log",
    params:
        code=code_of("render_public_report"),
        content=content_of(TEMPLATES, STUDY.text_files(), STUDY.references),
        study=STUDY.printed,
        level=LEVEL,
        labels=STUDY.labels,
    script:
        "../../scripts/render_public_report.py"


rule lay_out_public_document:
    """The public edition of the report, or of its supplement, as a PDF with the public tables attached."""
    input:
        page="results/public/print/{document}.html",
        fonts=PRINT_FONTS,
        numbers="results/public/numbers.csv",
        tables=rules.publish_tables.output.tables,
    output:
        pdf="results/public/{document}.pdf",
        record="results/lineage/records/lay_out_public_document-{document}.json",
    log:
        "results/logs/lay_out_public_document-{document}.log",
    params:
        code=code_of("lay_out_public_document"),
        content=content_of(PRINT_FONTS),
    script:
        "../../scripts/lay_out_public_document.py"


rule write_public_word_report:
    """The public edition of the report as a Word file."""
    input:
        page="results/public/print/report.html",
        fonts=PRINT_FONTS,
    output:
        document="results/public/report.docx",
        record="results/lineage/records/write_public_word_report.json",
    log:
        "results/logs/write_public_word_report.log",
    params:
        code=code_of("write_public_word_report"),
        content=content_of(PRINT_FONTS),
    script:
        "../../scripts/write_public_word_report.py"


rule public:
    """Only the public edition: tables and report without small counts."""
    input:
        rules.publish_tables.output.tables,
        rules.render_public_report.output.html,
        expand(rules.lay_out_public_document.output.pdf, document=WILDCARDS["document"]),
        rules.write_public_word_report.output.document,
