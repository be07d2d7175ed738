"""Results and datasets in forms of CDISC: tables and datasets in; ARD, ARS and ADaM-like files out."""

MELTED = [
    f"results/tables/{table}.csv"
    for table in ("estimates", "arms", "models", "summaries", "curves", "harms")
    if table in [*REPORTED_TABLES, "summaries"]
]
"""The tidy tables of the results that this study has."""


rule export_ard:
    """The results as Analysis Results Data: one row a statistic, with its address."""
    input:
        tables=MELTED,
    output:
        ard="results/ard/ard.parquet",
        json="results/ard/ard.json",
        record="results/lineage/records/export_ard.json",
    log:
        "results/logs/export_ard.log",
    params:
        code=code_of("export_ard"),
    script:
        "../../scripts/export_ard.py"
