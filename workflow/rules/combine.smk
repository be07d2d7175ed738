"""Stage 5: tables of both strands in; the joint display and the claims check out."""

if SUMMARIES:
    REPORTED_TABLES.append("summaries")

    rule collect_summaries:
        """What is counted and described, of all topics: one row a figure."""
        input:
            parts=expand("results/summaries/{topic}.parquet", topic=SUMMARIES),
        output:
            table="results/tables/summaries.csv",
            record="results/lineage/records/collect_summaries.json",
        log:
            "results/logs/collect_summaries.log",
        params:
            code=code_of("collect_summaries"),
        script:
            "../../scripts/collect_summaries.py"


COMPUTED = [f"results/tables/{table}.csv" for table in REPORTED_TABLES]
"""The tables computed so far: what the joint display and the claims may refer to."""


if STUDY.qualitative("joint_display") and "codes" in SUMMARIES:
    REPORTED_TABLES += ["joint_display", "convergence"]

    rule build_joint_display:
        """Theme by theme: interviews, questionnaire and trial beside each other."""
        input:
            tables=COMPUTED,
        output:
            # `update`: a slip in the configuration ends this job, and the last tables are put back.
            table=update("results/tables/joint_display.csv"),
            convergence=update("results/tables/convergence.csv"),
            takes="results/takes/joint_display.json",
            record="results/lineage/records/build_joint_display.json",
        log:
            "results/logs/build_joint_display.log",
        params:
            code=code_of("build_joint_display"),
            themes=STUDY.qualitative("joint_display"),
        script:
            "../../scripts/build_joint_display.py"


if STUDY.has("published"):
    REPORTED_TABLES.append("claims")

    rule check_claims:
        """Each published figure beside the one that the rows give."""
        input:
            published="results/validated/published.parquet",
            tables=COMPUTED,
        output:
            table=update("results/tables/claims.csv"),
            takes="results/takes/claims.json",
            record="results/lineage/records/check_claims.json",
        log:
            "results/logs/check_claims.log",
        params:
            code=code_of("check_claims"),
            cells=config.get("claims", {}),
        script:
            "../../scripts/check_claims.py"
