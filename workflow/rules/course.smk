"""Stage 3: validated tables in; the days on which the study ran, and what its providers were taught, out."""

DATED = ["screening", "participants", "contacts", "training", "interviews", "questionnaire"]
OF_COURSE = [name for name in [*DATED, "providers", *STUDY.forms] if STUDY.has(name)]

if OF_COURSE:
    SUMMARIES.append("course")

    rule tabulate_course:
        """The first and last day of each table, and the topics of the providers' training."""
        input:
            tables=[f"results/validated/{name}.parquet" for name in OF_COURSE],
        output:
            table="results/summaries/course.parquet",
            takes="results/takes/course.json",
            record="results/lineage/records/tabulate_course.json",
        log:
            "results/logs/tabulate_course.log",
        params:
            code=code_of("tabulate_course"),
            tables=OF_COURSE,
            forms=STUDY.form_labels,
        script:
            "../../scripts/tabulate_course.py"
