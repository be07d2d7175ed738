"""Stage 4: coded segments in; how far the coders agree out."""

if STUDY.has("segments", "interviews", "codebook", "transcripts"):
    REPORTED_TABLES.append("agreement")

    rule measure_agreement:
        """How far the coders agree, character by character."""
        input:
            segments="results/datasets/segments.parquet",
            codebook="results/validated/codebook.parquet",
            transcripts="results/validated/transcripts.parquet",
        output:
            table="results/tables/agreement.csv",
            takes="results/takes/agreement.json",
            record="results/lineage/records/measure_agreement.json",
        log:
            "results/logs/measure_agreement.log",
        params:
            code=code_of("measure_agreement"),
        script:
            "../../scripts/measure_agreement.py"
