"""Stage 5: flags of quotations and the study's prose in; what could tell who speaks out."""

if STUDY.has("quotations", "transcripts"):
    # After the joint display and the claims: nothing of them rests on the study's prose.
    REPORTED_TABLES.append("word_disclosure")

    rule list_disclosure:
        """All words that could tell who speaks, listed for people, and how many are decided."""
        input:
            flags=rules.flag_quotations.output.flags,
            transcripts="results/validated/transcripts.parquet",
            pseudonyms=validated("pseudonyms"),
            decisions=validated("disclosure_decisions"),
            interviews=validated("interviews"),
            texts=lambda wildcards: STUDY.text_files(),
            lists=lambda wildcards: STUDY.disclosure_files,
        output:
            # `update`: a decision that cannot be carried out ends this job, and the last tables stay.
            table=update("results/tables/word_disclosure.csv"),
            listed=update("results/qualitative/disclosure.csv"),
            takes="results/takes/word_disclosure.json",
            record="results/lineage/records/list_disclosure.json",
        log:
            "results/logs/list_disclosure.log",
        params:
            code=code_of("list_disclosure"),
            content=lambda wildcards: content_of(STUDY.text_files(), STUDY.disclosure_files),
            chosen=STUDY.disclosure_params,
        script:
            "../../scripts/list_disclosure.py"
