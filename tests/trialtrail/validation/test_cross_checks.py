"""Checks between tables, on a handful of rows each."""

import pandas as pd
import pytest

from trialtrail.validation.contracts import load_model, references
from trialtrail.validation.cross_checks import Plan, all_findings
from trialtrail.validation.cross_checks.allocation import (
    arm_findings,
    consent_findings,
    number_findings,
)
from trialtrail.validation.cross_checks.dates import date_findings, month_findings
from trialtrail.validation.cross_checks.places import offset_findings
from trialtrail.validation.cross_checks.qualitative import (
    attribution_findings,
    reader_findings,
    transcript_findings,
    visit_findings,
)
from trialtrail.validation.cross_checks.references import reference_findings, repeated_findings


def table(**columns):
    frame = pd.DataFrame(columns)
    for name in frame:
        if name.endswith("_on"):
            frame[name] = pd.to_datetime(frame[name]).astype("datetime64[ns]")
        elif name in ("number", "start", "end", "visits"):
            frame[name] = frame[name].astype("Int64")
        elif name in ("eligible", "consented"):
            frame[name] = frame[name].astype("boolean")
        else:
            frame[name] = frame[name].astype("string")
    return frame


def rows_of(findings):
    """Return (table, column, rule) -> positions of the rows."""
    out = {}
    for each in findings:
        rows = [*each.rows[each.rows].index]
        if rows:
            out.setdefault((each.table, each.column, each.rule), []).extend(rows)
    return out


PARTICIPANTS = table(
    participant_id=["1", "2"], randomised_on=["2004-01-10", None], screening_id=["S1", "S2"]
)
PROVIDERS = table(
    provider_id=["A", "B"],
    registered_on=["2004-01-01", "2004-03-15"],
    resigned_on=["2004-06-30", None],
)


def test_a_value_without_its_row_is_told_and_an_empty_one_is_not():
    contacts = table(participant_id=["1", "9", None])
    links = {"contacts": {"participant_id": ("participants", "participant_id")}}
    found = rows_of(reference_findings({"contacts": contacts, "participants": PARTICIPANTS}, links))
    assert found == {("contacts", "participant_id", "reference"): [1]}


def test_a_table_that_is_not_supplied_is_not_checked_against():
    links = {"contacts": {"provider_id": ("providers", "provider_id")}}
    assert rows_of(reference_findings({"contacts": table(provider_id=["Z"])}, links)) == {}
    assert (
        list(all_findings({"participants": PARTICIPANTS}, Plan(links, ["visit"], ["visit"]))) == []
    )


def test_dates_keep_to_those_they_depend_on():
    contacts = table(
        participant_id=["1", "1", "2", "1", "1", "9"],
        provider_id=["A", "A", "A", "A", "B", "A"],
        contact_on=[
            "2004-01-09",
            "2004-01-10",
            "2003-12-31",
            "2004-07-01",
            "2004-03-14",
            None,
        ],
    )
    tables = {"contacts": contacts, "participants": PARTICIPANTS, "providers": PROVIDERS}
    # 0: a day before randomisation; 2: before A registered; 4: before B did; 3: after A resigned
    assert rows_of(date_findings(tables, [], [])) == {
        ("contacts", "contact_on", "order"): [0, 2, 4, 3]
    }


def test_the_days_of_the_limits_themselves_pass():
    contacts = table(
        participant_id=["1", "1"], provider_id=["A", "A"], contact_on=["2004-01-10", "2004-06-30"]
    )
    tables = {"contacts": contacts, "participants": PARTICIPANTS, "providers": PROVIDERS}
    assert rows_of(date_findings(tables, [], [])) == {}


def test_only_forms_of_the_follow_up_come_after_randomisation():
    form = table(participant_id=["1", "2"], completed_on=["2004-01-01", "2004-01-01"])
    tables = {"visit": form, "baseline": form, "participants": PARTICIPANTS}
    assert rows_of(date_findings(tables, ["visit", "baseline"], ["visit"])) == {
        ("visit", "completed_on", "order"): [0]
    }


def test_months_of_registration_and_resignation_count():
    hours = table(
        provider_id=["A", "A", "A", "A", "B", "B", "Z"],
        month=["2003-12", "2004-01", "2004-06", "2004-07", "2004-02", "2030-01", "1999-01"],
    )
    found = rows_of(month_findings({"provider_hours": hours, "providers": PROVIDERS}))
    assert found == {("provider_hours", "month", "order"): [0, 4, 3]}


def test_who_was_randomised_had_consented_and_was_eligible():
    people = table(participant_id=["1", "2", "3", "4"], screening_id=["S1", "S2", "S3", None])
    screening = table(
        screening_id=["S1", "S2", "S3"], consented=[True, False, None], eligible=[False, True, None]
    )
    found = rows_of(consent_findings({"participants": people, "screening": screening}))
    assert found == {("participants", "screening_id", "consent"): [1, 0]}


TRANSCRIPTS = table(document=["d"], text=["one 🙂 two"])


def test_offsets_count_code_points_and_end_within_the_text():
    segments = table(
        document=["d", "d", "d", "gone"],
        start=[4, 0, 6, 0],
        end=[5, 9, 10, 99],
        selected=["🙂", None, "two", "x"],
    )
    found = rows_of(offset_findings({"segments": segments, "transcripts": TRANSCRIPTS}))
    assert found == {("segments", "end", "offsets"): [2]}


def test_words_that_differ_from_the_transcript_are_told():
    quotations = table(document=["d", "d"], start=[0, 0], end=[3, 3], text=["one", "One"])
    found = rows_of(offset_findings({"quotations": quotations, "transcripts": TRANSCRIPTS}))
    assert found == {("quotations", "text", "verbatim"): [1]}


def test_tables_without_rows_have_no_findings():
    empty = {
        "segments": table(document=[], start=[], end=[], selected=[]),
        "transcripts": TRANSCRIPTS.iloc[:0],
        "participants": PARTICIPANTS.assign(arm=pd.Series(dtype="string")).iloc[:0],
        "providers": PROVIDERS.iloc[:0],
        "provider_hours": table(provider_id=["A"], month=["2004-01"]),
        "contacts": table(
            participant_id=["1"], provider_id=["A"], contact_on=["2004-01-01"], mode=["visit"]
        ),
        "questionnaire": table(provider_id=[], recorded_on=[]),
    }
    assert rows_of(all_findings(empty, Plan(offered=["new"], is_visit={"mode": ["visit"]}))) == {}


def test_a_coding_is_of_a_transcript_that_its_coder_read():
    segments = table(document=["d", "e", "d", "e"], coder=["r1", "r1", "r2", "r3"])
    readers = {"r1": ["d"], "r3": "all", "r4": ["d"]}
    found = rows_of(reader_findings({"segments": segments}, readers))
    assert found == {("segments", "document", "not_read"): [1]}
    for nothing_to_say in (None, "all", {}):
        assert rows_of(reader_findings({"segments": segments}, nothing_to_say)) == {}
    assert rows_of(reader_findings({}, readers)) == {}


def test_an_attribution_is_that_of_the_register():
    interviews = table(document=["d", "e"], role=["p", "q"], number=[1, 2], stage=["early", None])
    quotations = table(
        document=["d", "d", "e", "gone"],
        role=["p", "q", "q", "p"],
        number=[1, 2, None, 5],
        stage=["early", "later", "later", "early"],
    )
    found = rows_of(attribution_findings({"quotations": quotations, "interviews": interviews}))
    assert found == {
        ("quotations", "role", "attribution"): [1],
        ("quotations", "number", "attribution"): [1],
        ("quotations", "stage", "attribution"): [1],
    }


LOG = table(
    participant_id=["1", "1", "1", "2"],
    contact_on=["2004-01-01", "2004-02-01", "2004-03-01", "2004-01-01"],
    mode=["visit", "visit", "visit", "call"],
    result=["held"] * 4,
)


@pytest.mark.parametrize(
    ("visits", "bound", "day", "agrees"),
    [
        (2, "exact", "2004-02-01", True),
        (3, "exact", "2004-02-01", False),
        (3, "exact", None, True),
        (2, "above", None, True),
        (3, "above", None, False),
        (4, "below", None, True),
        (3, "below", None, False),
        (None, None, None, True),
    ],
)
def test_a_count_of_visits_agrees_with_the_log_up_to_its_day(visits, bound, day, agrees):
    interviews = table(
        participant_id=["1"], visits=[visits], visits_bound=[bound], interviewed_on=[day]
    )
    counted = {"mode": ["visit"], "result": ["held"]}
    found = rows_of(visit_findings({"interviews": interviews, "contacts": LOG}, counted))
    assert found == ({} if agrees else {("interviews", "visits", "agreement"): [0]})


def test_a_count_of_somebody_who_is_no_participant_is_not_checked():
    interviews = table(
        participant_id=[None], visits=[7], visits_bound=["exact"], interviewed_on=[None]
    )
    tables = {"interviews": interviews, "contacts": LOG}
    assert rows_of(visit_findings(tables, {"mode": ["visit"]})) == {}


def test_nothing_is_recorded_after_consent_was_withdrawn():
    people = PARTICIPANTS.assign(withdrawn_on=pd.to_datetime(["2004-06-01", None]))
    days = ["2004-06-01", "2004-06-02", "2005-01-01"]
    forms = {
        name: table(participant_id=["1", "1", "2"], completed_on=days)
        for name in ("visit", "baseline")
    }
    contacts = table(participant_id=["1", "1", "2"], provider_id=[None] * 3, contact_on=days)
    interviews = table(participant_id=["1", "1", None], interviewed_on=days)
    assignments = table(participant_id=["1", "1", "2"], assigned_on=days)
    tables = {"participants": people, "contacts": contacts, "interviews": interviews, **forms}
    tables["assignments"] = assignments
    found = rows_of(date_findings(tables, ["visit", "baseline"], ["visit"]))
    assert found == {
        ("contacts", "contact_on", "consent"): [1],
        ("assignments", "assigned_on", "consent"): [1],
        ("interviews", "interviewed_on", "consent"): [1],
        ("visit", "completed_on", "consent"): [1],
        ("baseline", "completed_on", "consent"): [1],
    }


ARMED = PARTICIPANTS.assign(arm=pd.array(["new", "old"], dtype="string"))


@pytest.mark.parametrize(("any_contact", "rows"), [(False, [2]), (True, [2, 3])])
def test_only_arms_that_are_offered_contacts_have_them(any_contact, rows):
    log = table(
        participant_id=["1", "1", "2", "2", "9"],
        mode=["visit", "call", "visit", "call", "visit"],
    )
    assignments = table(participant_id=["1", "2"])
    tables = {"participants": ARMED, "contacts": log, "assignments": assignments}
    found = rows_of(arm_findings(tables, ["new"], {"mode": ["visit"]}, any_contact))
    assert found == {
        ("contacts", "participant_id", "arm_contact"): rows,
        ("assignments", "participant_id", "arm_contact"): [1],
    }
    assert rows_of(arm_findings(tables, ["new", "old"], {"mode": ["visit"]}, any_contact)) == {}


def test_without_contacts_that_count_only_any_contact_is_checked():
    tables = {"participants": ARMED, "contacts": table(participant_id=["2"], mode=["visit"])}
    assert rows_of(arm_findings(tables, ["new"], {}, any_contact=False)) == {}
    assert rows_of(arm_findings(tables, ["new"], {}, any_contact=True)) != {}


def test_the_first_questionnaire_of_a_provider_is_the_one():
    frame = table(
        provider_id=["A", "B", "A", None, None, "A"],
        recorded_on=["2004-05-02", "2004-05-01", "2004-05-01", None, None, None],
    )
    found = rows_of(repeated_findings({"questionnaire": frame}))
    assert found == {("questionnaire", "provider_id", "repeated"): [0, 5]}


def test_an_interview_has_a_transcript_and_a_transcript_an_interview():
    interviews = table(
        document=["d", None, None, None],
        status=["interviewed", "interviewed", "declined", None],
    )
    transcripts = table(document=["d", "e"], text=["x", "y"])
    tables = {"interviews": interviews, "transcripts": transcripts}
    assert rows_of(transcript_findings(tables)) == {
        ("transcripts", "document", "transcript"): [1],
        ("interviews", "document", "transcript"): [1],
    }


def test_whoever_an_interview_names_is_in_the_trial():
    interviews = table(participant_id=["1", "9", None, None], provider_id=[None, None, "A", "Z"])
    segments = table(document=["d", "gone"], code=["c", "x"])
    links = {
        name: references(load_model(name).to_schema())
        for name in ("interviews", "segments", "questionnaire")
    }
    tables = {
        "interviews": interviews.assign(document=pd.array([None] * 4, dtype="string")),
        "segments": segments,
        "transcripts": TRANSCRIPTS,
        "codebook": table(code=["c"]),
        "participants": PARTICIPANTS,
        "providers": PROVIDERS,
        "questionnaire": table(provider_id=["A", "Z", None]),
    }
    assert rows_of(reference_findings(tables, links)) == {
        ("interviews", "participant_id", "reference"): [1],
        ("interviews", "provider_id", "reference"): [3],
        ("segments", "document", "reference"): [1],
        ("segments", "code", "reference"): [1],
        ("questionnaire", "provider_id", "reference"): [1],
    }


def test_a_study_number_of_the_screening_must_be_that_of_its_participant():
    screening = table(screening_id=["S1", "S2", "S3", "S4"], participant_id=["1", "9", None, "2"])
    found = rows_of(number_findings({"screening": screening, "participants": PARTICIPANTS}))
    assert found == {("screening", "participant_id", "unmatched"): [1, 3]}
    unknown = PARTICIPANTS.assign(screening_id=pd.array([None, None], "string"))
    found = rows_of(number_findings({"screening": screening, "participants": unknown}))
    assert found == {("screening", "participant_id", "unmatched"): [1]}


def test_a_quotation_stands_under_a_theme_of_the_codebook():
    quotations = table(theme=["one", "two", None])
    codebook = table(theme=["one", "one"])
    found = rows_of(attribution_findings({"quotations": quotations, "codebook": codebook}))
    assert found == {("quotations", "theme", "attribution"): [1]}
