"""Stage 2: validated tables in; analysis datasets out, each as Parquet with a CSV twin."""

DERIVED = ["participants"] if STUDY.is_trial else []
"""Datasets whose columns are derived one by one and reported in the data dictionary."""


if STUDY.is_trial:

    rule derive_participants:
        """One row a randomised participant: arm, baseline, uptake, the forms that are there."""
        input:
            tables=lambda wildcards: [
                *validated("participants", "assignments", *STUDY.forms),
                *(["results/datasets/contacts.parquet"] if STUDY.has("contacts") else []),
            ],
            readings=STUDY.label_readings(*STUDY.baseline_forms),
        output:
            parquet="results/datasets/participants.parquet",
            csv="results/datasets/participants.csv",
            columns="results/lineage/columns/participants.json",
            record="results/lineage/records/derive_participants.json",
        log:
            "results/logs/derive_participants.log",
        params:
            code=code_of("derive_participants"),
            baseline=STUDY.baseline_variables,
            forms=STUDY.form_contents,
            seen=STUDY.followed_up_by,
            analysis=STUDY.asked_of_participants,
        script:
            "../../scripts/derive_participants.py"


if STUDY.has("contacts"):
    DERIVED.append("contacts")

    rule derive_contacts:
        """One row an attempt of a provider to reach a participant."""
        input:
            tables=validated("contacts", "participants"),
        output:
            parquet="results/datasets/contacts.parquet",
            csv="results/datasets/contacts.csv",
            columns="results/lineage/columns/contacts.json",
            record="results/lineage/records/derive_contacts.json",
        log:
            "results/logs/derive_contacts.log",
        params:
            code=code_of("derive_contacts"),
            counted=UPTAKE_CONTACT,
        script:
            "../../scripts/derive_contacts.py"


if STUDY.has("providers"):
    DERIVED.append("providers")

    rule derive_providers:
        """One row a person who gives the intervention."""
        input:
            tables=lambda wildcards: [
                *validated("providers", "assignments", "provider_hours", "training"),
                *(["results/datasets/contacts.parquet"] if STUDY.has("contacts") else []),
            ],
        output:
            parquet="results/datasets/providers.parquet",
            csv="results/datasets/providers.csv",
            columns="results/lineage/columns/providers.json",
            record="results/lineage/records/derive_providers.json",
        log:
            "results/logs/derive_providers.log",
        params:
            code=code_of("derive_providers"),
        script:
            "../../scripts/derive_providers.py"


if STUDY.outcomes:

    DERIVED.append("outcomes")

    rule derive_outcomes:
        """One row a participant, an outcome and a timepoint."""
        input:
            tables=validated("participants", *STUDY.forms),
        output:
            parquet="results/datasets/outcomes.parquet",
            csv="results/datasets/outcomes.csv",
            columns="results/lineage/columns/outcomes.json",
            record="results/lineage/records/derive_outcomes.json",
        log:
            "results/logs/derive_outcomes.log",
        params:
            code=code_of("derive_outcomes"),
            outcomes=STUDY.outcomes,
        script:
            "../../scripts/derive_outcomes.py"


if STUDY.has("transcripts"):

    DERIVED.append("turns")

    rule derive_turns:
        """One row a turn of a speaker in a transcript: who, from where to where, and when."""
        input:
            transcripts="results/validated/transcripts.parquet",
        output:
            parquet="results/datasets/turns.parquet",
            csv="results/datasets/turns.csv",
            columns="results/lineage/columns/turns.json",
            record="results/lineage/records/derive_turns.json",
        log:
            "results/logs/derive_turns.log",
        params:
            code=code_of("derive_turns"),
            speakers=STUDY.qualitative("speakers"),
            interviewers=STUDY.qualitative("interviewers"),
        script:
            "../../scripts/derive_turns.py"


if STUDY.has("segments", "transcripts"):

    DERIVED += ["segments", *(["consensus"] if STUDY.consensus else [])]

    rule derive_segments:
        """One row a coded segment with who spoke, when, and whether its words are the transcript's."""
        input:
            segments="results/validated/segments.parquet",
            interviews=validated("interviews"),
            codebook=validated("codebook"),
            transcripts="results/validated/transcripts.parquet",
        output:
            parquet="results/datasets/segments.parquet",
            csv="results/datasets/segments.csv",
            columns="results/lineage/columns/segments.json",
            record="results/lineage/records/derive_segments.json",
        log:
            "results/logs/derive_segments.log",
        params:
            code=code_of("derive_segments"),
        script:
            "../../scripts/derive_segments.py"


if STUDY.has("questionnaire"):

    DERIVED.append("answers")

    rule derive_answers:
        """One row an answer to one item of the questionnaire."""
        input:
            questionnaire="results/validated/questionnaire.parquet",
        output:
            parquet="results/datasets/answers.parquet",
            csv="results/datasets/answers.csv",
            columns="results/lineage/columns/answers.json",
            record="results/lineage/records/derive_answers.json",
        log:
            "results/logs/derive_answers.log",
        params:
            code=code_of("derive_answers"),
            questions=STUDY.items,
        script:
            "../../scripts/derive_answers.py"


if STUDY.has("answer_codings", "questionnaire", "codebook"):

    DERIVED.append("coded_answers")

    rule derive_coded_answers:
        """One row a code that a coder gave to an answer in free words."""
        input:
            codings="results/validated/answer_codings.parquet",
            answers="results/datasets/answers.parquet",
            codebook="results/validated/codebook.parquet",
        output:
            parquet="results/datasets/coded_answers.parquet",
            csv="results/datasets/coded_answers.csv",
            columns="results/lineage/columns/coded_answers.json",
            record="results/lineage/records/derive_coded_answers.json",
        log:
            "results/logs/derive_coded_answers.log",
        params:
            code=code_of("derive_coded_answers"),
            items_in_words=[item["id"] for item in STUDY.items if item["type"] == "text"],
        script:
            "../../scripts/derive_coded_answers.py"
