"""Stage 5: tables and the study's texts in; what these state of the conduct, and its rows, out."""

CONDUCT_TABLES = [
    f"results/tables/{table}.csv" for table in STUDY.results_of_conduct(REPORTED_TABLES)
]
CONDUCT = ["results/tables/conduct.csv"] if STUDY.conduct else []


if STUDY.conduct:
    REPORTED_TABLES.append("conduct")

    rule tabulate_conduct:
        """Each fact of the conduct that the study states, and the rows that bear it out or do not."""
        input:
            validated=validated(*STUDY.tables_of_conduct),
            tables=CONDUCT_TABLES,
        output:
            table="results/tables/conduct.csv",
            takes="results/takes/conduct.json",
            record="results/lineage/records/tabulate_conduct.json",
        log:
            "results/logs/tabulate_conduct.log",
        params:
            code=code_of("tabulate_conduct"),
            facts=STUDY.conduct,
        script:
            "../../scripts/tabulate_conduct.py"


if STUDY.text_files():
    REPORTED_TABLES.append("statements")

    rule check_statements:
        """The sentences of the texts that state something of the conduct, and what they rest on."""
        input:
            conduct=CONDUCT,
            readability=["results/tables/readability.csv"] if LAY_SUMMARY else [],
            texts=lambda wildcards: STUDY.text_files(),
            answers=lambda wildcards: STUDY.checklist_answers,
        output:
            # `update`: a slip in a text ends this job, and the last table is put back.
            table=update("results/tables/statements.csv"),
            queries=update("results/validation/statements.csv"),
            takes="results/takes/statements.json",
            record="results/lineage/records/check_statements.json",
        log:
            "results/logs/check_statements.log",
        params:
            code=code_of("check_statements"),
            content=lambda wildcards: content_of(STUDY.text_files(), STUDY.checklist_answers),
        script:
            "../../scripts/check_statements.py"
