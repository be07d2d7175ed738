"""Stage 4: coded segments, and who read what, in; how far the coders agree out."""

if "segments" in DERIVED:
    REPORTED_TABLES += ["agreement", "agreement_drift", "disagreements", "readings"]

    rule measure_agreement:
        """How far the coders agree: by character, turn and passage, and by part of the documents."""
        input:
            segments="results/datasets/segments.parquet",
            codebook=validated("codebook"),
            transcripts="results/validated/transcripts.parquet",
            turns="results/datasets/turns.parquet",
            interviews=validated("interviews"),
        output:
            table="results/tables/agreement.csv",
            drift="results/tables/agreement_drift.csv",
            takes="results/takes/agreement.json",
            record="results/lineage/records/measure_agreement.json",
        log:
            "results/logs/measure_agreement.log",
        params:
            code=code_of("measure_agreement"),
            readers=QUALITATIVE("readers"),
            samples=STUDY.agreement["bootstrap"]["samples"],
            seed=STUDY.agreement["bootstrap"]["seed"],
            rounds=STUDY.agreement["rounds"],
            level=LEVEL,
        script:
            "../../scripts/measure_agreement.py"

    rule tabulate_disagreements:
        """Where coders differ: at the edges of passages, or in passages that not all marked."""
        input:
            segments="results/datasets/segments.parquet",
            codebook=validated("codebook"),
            transcripts="results/validated/transcripts.parquet",
        output:
            disagreements="results/tables/disagreements.csv",
            readings="results/tables/readings.csv",
            takes="results/takes/disagreements.json",
            record="results/lineage/records/tabulate_disagreements.json",
        log:
            "results/logs/tabulate_disagreements.log",
        params:
            code=code_of("tabulate_disagreements"),
            readers=QUALITATIVE("readers"),
        script:
            "../../scripts/tabulate_disagreements.py"
