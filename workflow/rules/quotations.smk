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
