"""Stage 4: quotations in; each with what proves its words and its speaker out."""

if STUDY.has("quotations", "transcripts"):
    REPORTED_TABLES.append("quotations")

    rule flag_quotations:
        """Words of quotations that could tell who speaks, and what people decided of each."""
        input:
            quotations="results/validated/quotations.parquet",
            transcripts="results/validated/transcripts.parquet",
            edits=validated("quotation_edits"),
            pseudonyms=validated("pseudonyms"),
            decisions=validated("disclosure_decisions"),
            interviews=validated("interviews"),
            segments=(
                "results/datasets/segments.parquet"
                if "segments" in STUDY.word_disclosure["searched"] and "codes" in SUMMARIES
                else []
            ),
            lists=lambda wildcards: STUDY.disclosure_files,
        output:
            # `update`: a decision that cannot be carried out ends this job, and the last flags stay.
            flags=update("results/qualitative/flags.parquet"),
            record="results/lineage/records/flag_quotations.json",
        log:
            "results/logs/flag_quotations.log",
        params:
            code=code_of("flag_quotations"),
            content=lambda wildcards: content_of(STUDY.disclosure_files),
            chosen=STUDY.disclosure_params,
        script:
            "../../scripts/flag_quotations.py"

    rule collect_quotations:
        """The quotations: edits replayed over the transcript, speakers looked up in the register."""
        input:
            quotations="results/validated/quotations.parquet",
            transcripts="results/validated/transcripts.parquet",
            files=lambda wildcards: as_supplied(STUDY.files_of("transcripts")),
            edits=validated("quotation_edits"),
            pseudonyms=validated("pseudonyms"),
            flags=rules.flag_quotations.output.flags,
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


if STUDY.has("segments", "transcripts"):
    SUMMARIES.append("qualitative_facts")

    rule tabulate_qualitative_facts:
        """How the qualitative study was done: by whom, where, with how many codes and quotations."""
        input:
            interviews=validated("interviews"),
            codebook=validated("codebook"),
            segments="results/datasets/segments.parquet",
            turns="results/datasets/turns.parquet",
            exports="results/tables/exports.csv",
            quotations=[
                f"results/tables/{table}.csv" for table in REPORTED_TABLES if table == "quotations"
            ],
        output:
            table="results/summaries/qualitative_facts.parquet",
            takes="results/takes/qualitative_facts.json",
            record="results/lineage/records/tabulate_qualitative_facts.json",
        log:
            "results/logs/tabulate_qualitative_facts.log",
        params:
            code=code_of("tabulate_qualitative_facts"),
            quotations=STUDY.report("quotations"),
        script:
            "../../scripts/tabulate_qualitative_facts.py"
