"""Beside the stages: the page of the report in; the report as a Word file out.

It is read after the targets: no run but `snakemake word` makes it, because a run would take longer for
it. The seal names its file (`BESIDE`).
"""


rule write_word_report:
    """The report as a Word file, for who submits or goes on writing it."""
    input:
        page="results/report/print/report.html",
        figures=DRAWN,
        fonts=PRINT_FONTS,
        template=lambda wildcards: STUDY.word_template,
    output:
        document="results/report/report.docx",
        record="results/lineage/records/write_word_report.json",
    log:
        "results/logs/write_word_report.log",
    params:
        code=code_of("write_word_report"),
        content=lambda wildcards: content_of(PRINT_FONTS, STUDY.word_template),
    script:
        "../../scripts/write_word_report.py"


rule word:
    """The report as a Word file, beside the sealed results."""
    input:
        rules.write_word_report.output.document,
