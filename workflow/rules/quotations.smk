"""Stage 4: quotations in; each with what proves its words, and what could tell who speaks, out."""

if STUDY.has("quotations", "transcripts"):
    REPORTED_TABLES += ["word_disclosure", "quotations"]

    rule scan_disclosure:
        """Words of what is printed that could tell who speaks, and what people decided of each."""
        input:
            quotations="results/validated/quotations.parquet",
            transcripts="results/validated/transcripts.parquet",
            edits=validated("quotation_edits"),
            pseudonyms=validated("pseudonyms"),
            decisions=validated("disclosure_decisions"),
            interviews=validated("interviews"),
            segments=(
                "results/datasets/segments.parquet"
                if "segments" in STUDY.word_disclosure["scan"] and "codes" in SUMMARIES
                else []
            ),
            texts=lambda wildcards: STUDY.text_files(),
            lists=lambda wildcards: STUDY.disclosure_files,
        output:
            # `update`: a decision that cannot be carried out ends this job, and the last tables stay.
            table=update("results/tables/word_disclosure.csv"),
            flags=update("results/qualitative/disclosure.parquet"),
            listed=update("results/qualitative/disclosure.csv"),
            takes="results/takes/word_disclosure.json",
            record="results/lineage/records/scan_disclosure.json",
        log:
            "results/logs/scan_disclosure.log",
        params:
            code=code_of("scan_disclosure"),
            content=lambda wildcards: content_of(STUDY.text_files(), STUDY.disclosure_files),
            chosen=STUDY.disclosure_params,
        script:
            "../../scripts/scan_disclosure.py"

    rule collect_quotations:
        """The quotations: edits replayed over the transcript, speakers looked up in the register."""
        input:
            quotations="results/validated/quotations.parquet",
            transcripts="results/validated/transcripts.parquet",
            files=lambda wildcards: as_supplied(STUDY.files_of("transcripts")),
            edits=validated("quotation_edits"),
            pseudonyms=validated("pseudonyms"),
            flags=rules.scan_disclosure.output.flags,
            interviews=validated("interviews"),
            turns=(
                "results/datasets/turns.parquet"
                if any(rule.name == "derive_turns" for rule in workflow.rules)
                else []
            ),
        output:
            # `update`: an acknowledgement of nothing ends this job, and the last table stays.
            table=update("results/tables/quotations.csv"),
            takes="results/takes/quotations.json",
            record="results/lineage/records/collect_quotations.json",
        log:
            "results/logs/collect_quotations.log",
        params:
            code=code_of("collect_quotations"),
            content=lambda wildcards: content_of(STUDY.files_of("transcripts")),
            attributions=QUALITATIVE("attributions"),
            naming=NAMING,
        script:
            "../../scripts/collect_quotations.py"
