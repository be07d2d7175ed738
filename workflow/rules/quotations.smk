"""Stage 4: quotations in; each looked up in its transcript out."""

if STUDY.has("quotations", "interviews", "transcripts"):
    REPORTED_TABLES.append("quotations")

    rule collect_quotations:
        """The quotations, each looked up in its transcript at its offsets."""
        input:
            quotations="results/validated/quotations.parquet",
            transcripts="results/validated/transcripts.parquet",
            interviews="results/validated/interviews.parquet",
        output:
            table="results/tables/quotations.csv",
            takes="results/takes/quotations.json",
            record="results/lineage/records/collect_quotations.json",
        log:
            "results/logs/collect_quotations.log",
        params:
            code=code_of("collect_quotations"),
        script:
            "../../scripts/collect_quotations.py"


if STUDY.has("interviews", "segments", "codebook"):
    SUMMARIES.append("qualitative_facts")

    rule tabulate_qualitative_facts:
        """How the qualitative study was done: by whom, where, with how many codes and quotations."""
        input:
            interviews="results/validated/interviews.parquet",
            codebook="results/validated/codebook.parquet",
            segments="results/datasets/segments.parquet",
            quotations=[
                f"results/tables/{table}.csv" for table in REPORTED_TABLES if table == "quotations"
            ],
        output:
            table="results/summaries/qualitative_facts.parquet",
            takes="results/takes/qualitative_facts.json",
            record="results/lineage/records/tabulate_qualitative_facts.json",
        log:
            "results/logs/tabulate_qualitative_facts.log",
        params:
            code=code_of("tabulate_qualitative_facts"),
        script:
            "../../scripts/tabulate_qualitative_facts.py"
