"""Stage 5: all tables in; what reporting guidelines ask of the study, and where it is told, out."""

GUIDELINES = [
    template(f"checklists/{name}.yaml")
    for name in (
        *("consort", "spi", "nonpharmacological", "harms"),
        *("coreq", "srqr", "gramms", "tidier"),
    )
]
CHECKLISTS = STUDY.report("checklists", {})

# Which of them a study meets is asked of its tables; without any of these it meets none.
MEETS_SOME = STUDY.is_trial or "codes" in SUMMARIES or STUDY.has("contacts")
if CHECKLISTS.get("guidelines", MEETS_SOME):
    TABLES_SO_FAR = [f"results/tables/{table}.csv" for table in REPORTED_TABLES]
    REPORTED_TABLES.append("checklists")

    rule tabulate_checklists:
        """Each item of the reporting guidelines: what data and people say to it, or that it is missing."""
        input:
            tables=TABLES_SO_FAR,
            guidelines=GUIDELINES,
            sections=template("sections.yaml"),
            answers=lambda wildcards: STUDY.checklist_answers,
        output:
            # `update`: a slip in the answers ends this job, and the last table is put back.
            table=update("results/tables/checklists.csv"),
            takes="results/takes/checklists.json",
            record="results/lineage/records/tabulate_checklists.json",
        log:
            "results/logs/tabulate_checklists.log",
        params:
            code=code_of("tabulate_checklists"),
            content=lambda wildcards: content_of(
                GUIDELINES, template("sections.yaml"), STUDY.checklist_answers
            ),
            guidelines=CHECKLISTS.get("guidelines"),
            texts=STUDY.text_files(),
            study=STUDY.printed,
        script:
            "../../scripts/tabulate_checklists.py"
