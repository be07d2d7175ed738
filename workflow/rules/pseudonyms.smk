"""Transcripts with pseudonyms, for who asks for them: a target of its own, beside the seal.

It is read after the targets, so that no run makes it unasked; `common.smk` names its files (`BESIDE`).
"""

if STUDY.has("pseudonyms", "transcripts"):

    rule pseudonymise_transcripts:
        """The transcripts with pseudonyms, and the codings at their places in them."""
        input:
            transcripts="results/validated/transcripts.parquet",
            pseudonyms="results/validated/pseudonyms.parquet",
            segments=["results/datasets/segments.parquet"] if "codes" in SUMMARIES else [],
        output:
            transcripts="results/qualitative/pseudonymised.csv",
            codings="results/qualitative/pseudonymised_codings.csv",
            record="results/lineage/records/pseudonymise_transcripts.json",
        log:
            "results/logs/pseudonymise_transcripts.log",
        params:
            code=code_of("pseudonymise_transcripts"),
        script:
            "../../scripts/pseudonymise_transcripts.py"
