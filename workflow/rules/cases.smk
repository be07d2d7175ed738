"""Stage 4: interviews, segments and quotations in; tables of cases, and the framework matrix, out."""

CASES = QUALITATIVE("cases")
LABELS_OF_PEOPLE = {"roles": QUALITATIVE("roles"), "stages": QUALITATIVE("stages")}


if STUDY.has("quotations", "segments", "codebook", "transcripts"):
    REPORTED_TABLES.append("quotation_balance")

    rule balance_quotations:
        """Who is quoted, against who was coded and who was interviewed."""
        input:
            quotations="results/tables/quotations.csv",
            segments="results/datasets/segments.parquet",
            codebook="results/validated/codebook.parquet",
            interviews=validated("interviews"),
        output:
            table=update("results/tables/quotation_balance.csv"),
            takes="results/takes/quotation_balance.json",
            record="results/lineage/records/balance_quotations.json",
        log:
            "results/logs/balance_quotations.log",
        params:
            **LABELS_OF_PEOPLE,
            code=code_of("balance_quotations"),
            coder=QUALITATIVE("coder"),
            contrary=CASES["contrary"],
            contrary_quotations=CASES["contrary_quotations"],
        script:
            "../../scripts/balance_quotations.py"
