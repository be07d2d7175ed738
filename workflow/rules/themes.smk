"""Stage 4: interviews and questionnaire in; tables of people, codes and answers out."""

QUALITATIVE = STUDY.qualitative


if STUDY.has("interviews"):
    REPORTED_TABLES.append("interviewees")
    SUMMARIES.append("interviews")

    rule tabulate_interviewees:
        """Who was invited and interviewed, and the table of those interviewed."""
        input:
            interviews="results/validated/interviews.parquet",
            trial=[
                f"results/datasets/{dataset}.parquet"
                for dataset in ("participants", "providers")
                if STUDY.has(dataset)
            ],
        output:
            interviewees="results/tables/interviewees.csv",
            interviews="results/summaries/interviews.parquet",
            takes="results/takes/interviewees.json",
            record="results/lineage/records/tabulate_interviewees.json",
        log:
            "results/logs/tabulate_interviewees.log",
        params:
            code=code_of("tabulate_interviewees"),
            roles=QUALITATIVE("interviewees", []),
            naming=NAMING,
            bands=STUDY.word_disclosure["bands"],
            exact="exact_table" in STUDY.word_disclosure,
            percent_from=QUALITATIVE("percent_from"),
        script:
            "../../scripts/tabulate_interviewees.py"


if STUDY.has("segments", "transcripts"):
    SUMMARIES.append("codes")

    rule tabulate_codes:
        """Themes, categories and codes: segments and documents, by role and stage."""
        input:
            segments="results/datasets/segments.parquet",
            consensus=STUDY.counted_consensus,
            codebook=validated("codebook"),
            interviews=validated("interviews"),
            transcripts="results/validated/transcripts.parquet",
        output:
            table="results/summaries/codes.parquet",
            takes="results/takes/codes.json",
            record="results/lineage/records/tabulate_codes.json",
        log:
            "results/logs/tabulate_codes.log",
        params:
            code=code_of("tabulate_codes"),
            coder=QUALITATIVE("coder"),
            percent_from=QUALITATIVE("percent_from"),
        script:
            "../../scripts/tabulate_codes.py"


if STUDY.has("questionnaire"):
    SUMMARIES.append("questionnaire")

    rule tabulate_questionnaire:
        """Each item of the questionnaire: how many affirm it, of how many who answered."""
        input:
            answers="results/datasets/answers.parquet",
            providers=validated("providers"),
        output:
            table="results/summaries/questionnaire.parquet",
            takes="results/takes/questionnaire.json",
            record="results/lineage/records/tabulate_questionnaire.json",
        log:
            "results/logs/tabulate_questionnaire.log",
        params:
            code=code_of("tabulate_questionnaire"),
            questions=STUDY.items,
            percent_from=QUALITATIVE("percent_from"),
        script:
            "../../scripts/tabulate_questionnaire.py"


if "coded_answers" in DERIVED:
    SUMMARIES.append("free_text")

    rule tabulate_free_text:
        """What was coded of the answers in free words: who said it, of those who wrote something."""
        input:
            coded="results/datasets/coded_answers.parquet",
            answers="results/datasets/answers.parquet",
            codebook="results/validated/codebook.parquet",
        output:
            table="results/summaries/free_text.parquet",
            takes="results/takes/free_text.json",
            record="results/lineage/records/tabulate_free_text.json",
        log:
            "results/logs/tabulate_free_text.log",
        params:
            code=code_of("tabulate_free_text"),
            questions=STUDY.items,
        script:
            "../../scripts/tabulate_free_text.py"
