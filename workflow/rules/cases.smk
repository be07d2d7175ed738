"""Stage 4: interviews, segments and quotations in; tables of cases, and the framework matrix, out."""

CASES = QUALITATIVE("cases")


if "quotations" in REPORTED_TABLES and STUDY.has("segments", "transcripts"):
    REPORTED_TABLES.append("quotation_balance")

    rule balance_quotations:
        """Who is quoted, against who was coded and who was interviewed."""
        input:
            quotations="results/tables/quotations.csv",
            segments="results/datasets/segments.parquet",
            codebook=validated("codebook"),
            interviews=validated("interviews"),
            transcripts="results/validated/transcripts.parquet",
        output:
            table=update("results/tables/quotation_balance.csv"),
            takes="results/takes/quotation_balance.json",
            record="results/lineage/records/balance_quotations.json",
        log:
            "results/logs/balance_quotations.log",
        params:
            naming=NAMING,
            roles=QUALITATIVE("roles"),
            stages=QUALITATIVE("stages"),
            code=code_of("balance_quotations"),
            coder=QUALITATIVE("coder"),
            contrary=CASES["contrary"],
            contrary_quotations=CASES["contrary_quotations"],
        script:
            "../../scripts/balance_quotations.py"


if STUDY.has("segments", "transcripts"):
    REPORTED_TABLES.append("framework_matrix")

    rule build_framework_matrix:
        """Case by theme: what was found, and the summaries that people wrote."""
        input:
            segments="results/datasets/segments.parquet",
            codebook=validated("codebook"),
            interviews=validated("interviews"),
            transcripts="results/validated/transcripts.parquet",
            summaries=STUDY.summary_files,
        output:
            # `update`: a slip in the summaries ends this job, and the last table is put back.
            table=update("results/tables/framework_matrix.csv"),
            takes="results/takes/framework_matrix.json",
            record="results/lineage/records/build_framework_matrix.json",
        log:
            "results/logs/build_framework_matrix.log",
        params:
            naming=NAMING,
            roles=QUALITATIVE("roles"),
            stages=QUALITATIVE("stages"),
            code=code_of("build_framework_matrix"),
            content=content_of(STUDY.summary_files),
            coder=QUALITATIVE("coder"),
            asked=CASES["asked"],
            entries=CASES.get("matrix", {}).get("entries", []),
        script:
            "../../scripts/build_framework_matrix.py"

    MATRIX_PAGE = {
        "template": template("framework_matrix.html.j2"),
        "style": template("lineage.css"),
        "fonts": sans(),
    }

    rule render_framework_matrix:
        """The page of the framework matrix, with links into the transcripts."""
        input:
            **MATRIX_PAGE,
            table="results/tables/framework_matrix.csv",
            segments="results/datasets/segments.parquet",
            transcripts="results/validated/transcripts.parquet",
        output:
            page="results/qualitative/framework_matrix.html",
            record="results/lineage/records/render_framework_matrix.json",
        log:
            "results/logs/render_framework_matrix.log",
        params:
            code=code_of("render_framework_matrix"),
            content=content_of(*MATRIX_PAGE.values()),
            title=study_title,
            synthetic=config["study"]["synthetic"],
        script:
            "../../scripts/render_framework_matrix.py"

    REPORTED_TABLES.append("fragility")

    rule measure_fragility:
        """Each qualitative claim without every person, and by each coder alone."""
        input:
            segments="results/datasets/segments.parquet",
            codebook=validated("codebook"),
            interviews=validated("interviews"),
            transcripts="results/validated/transcripts.parquet",
        output:
            table=update("results/tables/fragility.csv"),
            takes="results/takes/fragility.json",
            record="results/lineage/records/measure_fragility.json",
        log:
            "results/logs/measure_fragility.log",
        params:
            naming=NAMING,
            roles=QUALITATIVE("roles"),
            stages=QUALITATIVE("stages"),
            code=code_of("measure_fragility"),
            claims=CASES.get("claims", []),
        script:
            "../../scripts/measure_fragility.py"


if STUDY.has("interviews"):
    REPORTED_TABLES.append("stage_people")

    rule compare_stages:
        """Whether the same people were interviewed at each stage."""
        input:
            interviews="results/validated/interviews.parquet",
        output:
            table="results/tables/stage_people.csv",
            takes="results/takes/stage_people.json",
            record="results/lineage/records/compare_stages.json",
        log:
            "results/logs/compare_stages.log",
        params:
            code=code_of("compare_stages"),
            roles=QUALITATIVE("roles"),
        script:
            "../../scripts/compare_stages.py"


if CASES.get("propositions") and STUDY.has("segments", "transcripts"):
    REPORTED_TABLES.append("deviant_cases")

    rule check_deviant_cases:
        """Propositions, the cases against them that people told of, and whom to look at."""
        input:
            segments="results/datasets/segments.parquet",
            codebook=validated("codebook"),
            transcripts="results/validated/transcripts.parquet",
            interviews=validated("interviews"),
            quotations=(
                ["results/tables/quotations.csv"] if "quotations" in REPORTED_TABLES else []
            ),
        output:
            # `update`: a slip in the configuration ends this job, and the last table is put back.
            table=update("results/tables/deviant_cases.csv"),
            takes="results/takes/deviant_cases.json",
            record="results/lineage/records/check_deviant_cases.json",
        log:
            "results/logs/check_deviant_cases.log",
        params:
            code=code_of("check_deviant_cases"),
            propositions=CASES["propositions"],
            contrary=CASES["contrary"],
            asked=CASES["asked"],
            naming=NAMING,
        script:
            "../../scripts/check_deviant_cases.py"


if CASES.get("variables") and STUDY.has("interviews", "segments", "transcripts"):
    REPORTED_TABLES += ["case_matrix", "theme_by_group"]

    rule tabulate_case_matrix:
        """What the trial knows of the people interviewed, in bands, beside their themes."""
        input:
            interviews="results/validated/interviews.parquet",
            matrix="results/tables/framework_matrix.csv",
            interviewees=[
                f"results/tables/{table}.csv"
                for table in REPORTED_TABLES
                if table == "interviewees"
            ],
            datasets=expand(
                "results/datasets/{dataset}.parquet",
                dataset=sorted(
                    {
                        each["from"].partition(".")[0]
                        for each in CASES["variables"]
                        if each["from"].partition(".")[0] in DERIVED
                    }
                ),
            ),
        output:
            # `update`: a slip in the configuration ends this job, and the last tables are put back.
            table=update("results/tables/case_matrix.csv"),
            groups=update("results/tables/theme_by_group.csv"),
            takes="results/takes/case_matrix.json",
            record="results/lineage/records/tabulate_case_matrix.json",
        log:
            "results/logs/tabulate_case_matrix.log",
        params:
            code=code_of("tabulate_case_matrix"),
            variables=CASES["variables"],
            # As the table of interviewees: exact where people decided so.
            minimum=(
                1 if "exact_table" in STUDY.word_disclosure else STUDY.word_disclosure["minimum"]
            ),
            naming=NAMING,
            arms={arm["id"]: arm.get("label", arm["id"]) for arm in STUDY.arms},
        script:
            "../../scripts/tabulate_case_matrix.py"
