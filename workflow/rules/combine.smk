"""Stage 5: tables of both strands in; the joint display and the claims check out."""

if SUMMARIES:
    REPORTED_TABLES.append("summaries")

    rule collect_summaries:
        """What is counted and described, of all topics: one row a figure."""
        input:
            parts=expand("results/summaries/{topic}.parquet", topic=SUMMARIES),
        output:
            table=shown("results/tables/summaries.csv", TABLE),
            record="results/lineage/records/collect_summaries.json",
        log:
            "results/logs/collect_summaries.log",
        params:
            code=code_of("collect_summaries"),
        script:
            "../../scripts/collect_summaries.py"


if STUDY.interviews_participants:
    REPORTED_TABLES.append("interviewees_against_randomised")

    rule compare_interviewees:
        """Whom the interviews speak for: those interviewed beside all randomised."""
        input:
            interviews="results/validated/interviews.parquet",
            participants="results/datasets/participants.parquet",
            outcomes=["results/datasets/outcomes.parquet"] if STUDY.outcomes else [],
            readings=STUDY.label_readings(*STUDY.baseline_forms),
        output:
            table="results/tables/interviewees_against_randomised.csv",
            takes="results/takes/interviewees_against_randomised.json",
            record="results/lineage/records/compare_interviewees.json",
        log:
            "results/logs/compare_interviewees.log",
        params:
            code=code_of("compare_interviewees"),
            variables=STUDY.baseline_table,
            uptake=STUDY.analysis("uptake", {}).get("rows", []),
            contacts=STUDY.words["contact"]["many"].capitalize(),
            outcomes=[each for each in STUDY.outcomes if each["role"] == "primary"],
        script:
            "../../scripts/compare_interviewees.py"


COMPUTED = [f"results/tables/{table}.csv" for table in REPORTED_TABLES]
"""The tables computed so far: what the joint display and the claims may refer to."""


INTERVIEWED = {
    "segments": "results/datasets/segments.parquet",
    "transcripts": "results/validated/transcripts.parquet",
    "interviews": validated("interviews"),
    "codebook": validated("codebook"),
    "participants": (
        ["results/datasets/participants.parquet"] if STUDY.interviews_participants else []
    ),
}
"""What people with a theme are counted in, and what the trial knows of them."""


if STUDY.qualitative("joint_display") and "codes" in SUMMARIES:
    REPORTED_TABLES += ["joint_display", "convergence"]

    rule build_joint_display:
        """Theme by theme: interviews, questionnaire and trial beside each other."""
        input:
            **INTERVIEWED,
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
            arms=STUDY.labels["arms"],
        script:
            "../../scripts/build_joint_display.py"


THREADS_PAGE = {
    "template": template("threads.html.j2"),
    "css": template("lineage.css"),
    "fonts": sans(),
}
"""What the page of the threads is laid out with."""


if STUDY.qualitative("threads") and "codes" in SUMMARIES:

    rule follow_threads:
        """From a theme to an item, a variable and a result: steps that people followed, as a page."""
        input:
            **THREADS_PAGE,
            **INTERVIEWED,
            tables=COMPUTED,
        output:
            # `update`: a slip in the configuration ends this job, and the last ones are put back.
            page=update("results/qualitative/threads.html"),
            table=update("results/tables/threads.csv"),
            takes="results/takes/threads.json",
            record="results/lineage/records/follow_threads.json",
        log:
            "results/logs/follow_threads.log",
        params:
            code=code_of("follow_threads"),
            content=content_of(*THREADS_PAGE.values()),
            threads=STUDY.qualitative("threads"),
            labels=STUDY.labels,
            title=study_title,
            synthetic=config["study"]["synthetic"],
        script:
            "../../scripts/follow_threads.py"


if STUDY.has("published"):
    REPORTED_TABLES.append("claims")

    rule check_claims:
        """Each published figure beside the one that the rows give."""
        input:
            published="results/validated/published.parquet",
            tables=COMPUTED,
        output:
            table=shown(update("results/tables/claims.csv"), TABLE),
            takes="results/takes/claims.json",
            record="results/lineage/records/check_claims.json",
        log:
            "results/logs/check_claims.log",
        params:
            code=code_of("check_claims"),
            cells=config.get("claims", {}),
        script:
            "../../scripts/check_claims.py"
