"""Stage 4: coded segments in; where coders differ, what they decided, and how coding went out."""

CODINGS = {
    "segments": "results/datasets/segments.parquet",
    "codebook": validated("codebook"),
    "transcripts": "results/validated/transcripts.parquet",
}
"""What is coded, by which codes, and in which texts."""

CODED = "segments" in DERIVED


if CODED and STUDY.consensus:
    REPORTED_TABLES.append("consensus")

    rule apply_consensus:
        """What coders agree on, and what they decided where they differ, as a coding of its own."""
        input:
            **CODINGS,
            decisions=lambda wildcards: STUDY.consensus,
        output:
            # `update`: a slip in the file ends this job, and the last good tables are put back.
            parquet=update("results/datasets/consensus.parquet"),
            csv=update("results/datasets/consensus.csv"),
            columns="results/lineage/columns/consensus.json",
            table=update("results/tables/consensus.csv"),
            takes="results/takes/consensus.json",
            record="results/lineage/records/apply_consensus.json",
        log:
            "results/logs/apply_consensus.log",
        params:
            code=code_of("apply_consensus"),
            content=lambda wildcards: content_of(STUDY.consensus),
            label=lambda wildcards: STUDY.consensus_label,
            readers=QUALITATIVE("readers"),
        script:
            "../../scripts/apply_consensus.py"


DISAGREEMENTS_PAGE = {
    "page": template("disagreements.html.j2"),
    "css": [template("lineage.css"), template("disagreements.css")],
    "scripts": [template("disagreements.js"), template("disagreements_file.js")],
    "fonts": sans(),
}
"""What the page of the disagreements is laid out with."""


if CODED:
    REPORTED_TABLES.append("disagreement_places")

    rule tabulate_disagreement_places:
        """Where coders differ: places and characters, by code and by document."""
        input:
            **CODINGS,
            consensus=["results/tables/consensus.csv"] if STUDY.consensus else [],
        output:
            table="results/tables/disagreement_places.csv",
            takes="results/takes/disagreement_places.json",
            record="results/lineage/records/tabulate_disagreement_places.json",
        log:
            "results/logs/tabulate_disagreement_places.log",
        params:
            code=code_of("tabulate_disagreement_places"),
            readers=QUALITATIVE("readers"),
        script:
            "../../scripts/tabulate_disagreement_places.py"

    rule render_disagreements:
        """The page on which people decide where coders differ, and the same as a file to fill."""
        input:
            **DISAGREEMENTS_PAGE,
            **CODINGS,
            turns="results/datasets/turns.parquet",
            counts="results/tables/disagreement_places.csv",
            consensus=["results/tables/consensus.csv"] if STUDY.consensus else [],
        output:
            page="results/qualitative/disagreements.html",
            csv="results/qualitative/disagreements.csv",
            record="results/lineage/records/render_disagreements.json",
        log:
            "results/logs/render_disagreements.log",
        params:
            code=code_of("render_disagreements"),
            content=content_of(*DISAGREEMENTS_PAGE.values()),
            title=study_title,
            synthetic=config["study"]["synthetic"],
            readers=QUALITATIVE("readers"),
            roles=QUALITATIVE("roles", {}),
            stages=QUALITATIVE("stages", {}),
            file=STUDY.consensus_label or "consensus.csv",
        script:
            "../../scripts/render_disagreements.py"

    REPORTED_TABLES += ["codebook", "codebook_changes", "coding_history"]

    rule tabulate_codebook:
        """The codebook with its definitions, how far each code was used, and how codes changed."""
        input:
            **CODINGS,
            interviews=validated("interviews"),
        output:
            table="results/tables/codebook.csv",
            changes="results/tables/codebook_changes.csv",
            takes="results/takes/codebook.json",
            record="results/lineage/records/tabulate_codebook.json",
        log:
            "results/logs/tabulate_codebook.log",
        params:
            code=code_of("tabulate_codebook"),
            readers=QUALITATIVE("readers"),
            examples=QUALITATIVE("codebook_examples"),
        script:
            "../../scripts/tabulate_codebook.py"

    rule tabulate_coding_history:
        """What was coded when and by whom, and when codes came to be or were changed."""
        input:
            segments="results/datasets/segments.parquet",
            codebook=validated("codebook"),
            interviews=validated("interviews"),
        output:
            table="results/tables/coding_history.csv",
            takes="results/takes/coding_history.json",
            record="results/lineage/records/tabulate_coding_history.json",
        log:
            "results/logs/tabulate_coding_history.log",
        params:
            code=code_of("tabulate_coding_history"),
        script:
            "../../scripts/tabulate_coding_history.py"

    REPORTED_TABLES += ["saturation", "saturation_curve"]

    rule tabulate_saturation:
        """Whether the last people interviewed brought new codes, by role and stage."""
        input:
            **CODINGS,
            consensus=STUDY.counted_consensus,
            interviews=validated("interviews"),
        output:
            table="results/tables/saturation.csv",
            curve="results/tables/saturation_curve.csv",
            takes="results/takes/saturation.json",
            record="results/lineage/records/tabulate_saturation.json",
        log:
            "results/logs/tabulate_saturation.log",
        params:
            code=code_of("tabulate_saturation"),
            settings=STUDY.saturation,
            level=LEVEL,
        script:
            "../../scripts/tabulate_saturation.py"
