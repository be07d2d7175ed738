"""Stage 5: the lay summary that people wrote in; how easily it is read out."""

LAY_SUMMARY = [path for path in STUDY.text_files() if Path(path).name == "lay_summary.md"]

if LAY_SUMMARY:
    REPORTED_TABLES.append("readability")

    rule measure_readability:
        """The lay summary's words a sentence and syllables a word, and the grade that they ask for."""
        input:
            text=LAY_SUMMARY[0],
        output:
            table="results/tables/readability.csv",
            record="results/lineage/records/measure_readability.json",
        log:
            "results/logs/measure_readability.log",
        params:
            code=code_of("measure_readability"),
            content=lambda wildcards: content_of(LAY_SUMMARY),
            language=config["study"].get("language", "en-GB"),
            limit=STUDY.report("lay_summary_grade"),
        script:
            "../../scripts/measure_readability.py"
