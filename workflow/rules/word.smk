"""Stage 6: the page of the report in; the report as a Word file out."""


rule write_word_report:
    """The report as a Word file, for who submits or goes on writing it."""
    input:
        page="results/report/print/report.html",
        figures=DRAWN,
        fonts=PRINT_FONTS,
        template=lambda wildcards: STUDY.word_template,
    output:
        # `update`: a template that cannot be used ends this job, and the last file is put back.
        document=update("results/report/report.docx"),
        record="results/lineage/records/write_word_report.json",
    log:
        "results/logs/write_word_report.log",
    params:
        code=code_of("write_word_report"),
        content=lambda wildcards: content_of(PRINT_FONTS, STUDY.word_template),
    script:
        "../../scripts/write_word_report.py"


rule word:
    """Only the report as a Word file, and what it rests on."""
    input:
        rules.write_word_report.output.document,
