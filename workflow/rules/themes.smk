"""Stage 4: interviews and questionnaire in; tables of codes, agreement, quotations and answers out."""

QUALITATIVE = STUDY.qualitative


if STUDY.has("interviews"):
    REPORTED_TABLES.append("interviewees")
    SUMMARIES.append("interviews")

    rule tabulate_interviewees:
        """Who was invited and interviewed, and the table of those interviewed."""
        input:
            interviews="results/validated/interviews.parquet",
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
            labels=QUALITATIVE("roles", {}) | QUALITATIVE("stages", {}),
        script:
            "../../scripts/tabulate_interviewees.py"


if STUDY.has("segments", "interviews", "codebook", "transcripts"):
    REPORTED_TABLES.append("agreement")
    SUMMARIES.append("codes")

    rule tabulate_codes:
        """Themes, categories and codes: segments and documents, by role and stage."""
        input:
            segments="results/datasets/segments.parquet",
            codebook="results/validated/codebook.parquet",
            interviews="results/validated/interviews.parquet",
        output:
            table="results/summaries/codes.parquet",
            takes="results/takes/codes.json",
            record="results/lineage/records/tabulate_codes.json",
        log:
            "results/logs/tabulate_codes.log",
        params:
            code=code_of("tabulate_codes"),
            coder=QUALITATIVE("coder"),
        script:
            "../../scripts/tabulate_codes.py"

    rule measure_agreement:
        """How far the coders agree, character by character."""
        input:
            segments="results/datasets/segments.parquet",
            codebook="results/validated/codebook.parquet",
            transcripts="results/validated/transcripts.parquet",
        output:
            table="results/tables/agreement.csv",
            takes="results/takes/agreement.json",
            record="results/lineage/records/measure_agreement.json",
        log:
            "results/logs/measure_agreement.log",
        params:
            code=code_of("measure_agreement"),
        script:
            "../../scripts/measure_agreement.py"


if STUDY.has("quotations", "interviews", "transcripts"):
    REPORTED_TABLES.append("quotations")

    rule collect_quotations:
        """The quotations, each looked up in its transcript at its offsets."""
        input:
            quotations="results/validated/quotations.parquet",
            transcripts="results/validated/transcripts.parquet",
            interviews="results/validated/interviews.parquet",
        output:
            table="results/tables/quotations.csv",
            takes="results/takes/quotations.json",
            record="results/lineage/records/collect_quotations.json",
        log:
            "results/logs/collect_quotations.log",
        params:
            code=code_of("collect_quotations"),
        script:
            "../../scripts/collect_quotations.py"


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
        script:
            "../../scripts/tabulate_questionnaire.py"
