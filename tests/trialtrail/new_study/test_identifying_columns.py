"""Columns that tell who somebody is are found by headings and cells; no reason holds a cell."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialtrail.new_study.columns.identifying import why_identifying
from trialtrail.new_study.columns.identifying_words import HEADINGS
from trialtrail.new_study.files.seen import SeenColumn

LOOKS = (
    *("e-mail addresses", "internet addresses (IP)", "places on the map", "national numbers"),
    *("names of photographs or recordings", "numbers of bank accounts", "telephone numbers"),
    *("postcodes", "names of people"),
)
REASONS = {
    "",
    *(f"its {where} says {what}" for what, *_ in HEADINGS for where in ("heading", "label")),
    *(f"its cells look like {what}" for what in LOOKS),
    "some cells have e-mail addresses",
    "its cells are free text, in which people may be named",
    "its cells are dates over many decades, as dates of birth are",
}
CODES = ["1", "2", "1", "3"] * 10


@pytest.mark.parametrize(
    "heading",
    [
        *(
            "Name",
            "Vorname",
            "Nachname",
            "first_name",
            "LastName",
            "RecipientFirstName",
            "Patient Name",
        ),
        *(
            "Name des Patienten",
            "Nom",
            "Prénom",
            "Apellidos",
            "initials",
            "next_of_kin_contact_name",
        ),
        *("E-Mail", "email_address", "Courriel", "Telefon", "Tel.", "phone_1", "Handynummer"),
        *("ec_phone", "Adresse", "Straße", "Wohnort", "PLZ", "postcode", "Zip Code", "Code postal"),
        *("Geburtsdatum", "Geb.-Datum", "dob", "date_of_birth", "BRTHDTC", "Date de naissance"),
        *(
            "Fecha de nacimiento",
            "NHS number",
            "nhs_no",
            "SSN",
            "MRN",
            "Versichertennummer",
            "KVNR",
        ),
        *("Krankenhausnummer", "hospital_no", "IPAddress", "IP Address", "LocationLatitude"),
        *("_geolocation", "deviceid", "username", "_submitted_by", "prolific_pid", "WorkerId"),
        *("Unterschrift", "signature", "photo_file", "Bemerkungen", "comments", "Q5_7_TEXT"),
    ],
)
def test_a_heading_says_it(heading):
    assert why_identifying(SeenColumn(heading, []))


@pytest.mark.parametrize(
    "heading",
    [
        *(
            "Pat.-Nr.",
            "patient_id",
            "participant_id",
            "USUBJID",
            "Group",
            "name_of_drug",
            "Site name",
        ),
        *("redcap_event_name", "Age", "hospital_days", "number of hospital visits", "owns_phone"),
        *(
            "phone_use_hours",
            "birth_year",
            "Geburtsjahr",
            "tel_interview_mode",
            "notes_count",
            "BMI",
        ),
        *(
            "platelets",
            "ip_joint",
            "center",
            "Arm",
            "token",
            "ResponseId",
            "email_reminders",
            "hand",
        ),
        *("Medikament Name", "visit name", "gait speed", "location_pain", "Strength", "phenomenon"),
    ],
)
def test_a_heading_of_something_else_does_not(heading):
    assert not why_identifying(SeenColumn(heading, []))
    assert not why_identifying(SeenColumn(heading, CODES))


@pytest.mark.parametrize("heading", ["Handy", "note", "Street noise", "Str", "consent email"])
def test_few_short_answers_speak_against_a_heading(heading):
    assert not why_identifying(SeenColumn(heading, CODES))


NUMBERS = np.random.default_rng(1).integers(1000000, 9999999, 30).tolist()
COLUMNS = {
    "e-mail": [f"a{n}@post.example" for n in NUMBERS],
    "telephone": [f"+49 171 {n}" for n in NUMBERS],
    "telephone with a stroke": [f"0171/{n}" for n in NUMBERS],
    "telephone in the US": [f"(415) 555-{n % 10000:04d}" for n in NUMBERS],
    "account": ["DE89370400440532013000", "GB82WEST12345698765432", "FR1420041010050500013M02606"],
    "national number": ["943 476 5919", "943 476 5870", "4010232137", "9434765919", "9434765870"],
    "social security": [f"{n % 600 + 100}-{n % 89 + 10}-{n % 8000 + 1000}" for n in NUMBERS],
    "address of a computer": [f"192.0.2.{n % 256}" for n in NUMBERS],
    "place": [f"48.1{n % 9000 + 999} 11.5{n % 7000 + 999} 520 4.9" for n in NUMBERS],
    "postcode": [f"BT{n % 90 + 1} {n % 9}AB" for n in NUMBERS],
    "names": [f"{a} {b}" for a in ("Alpha", "Bravo", "Delta") for b in ("Oscar", "Papa", "Romeo")],
    "names turned": [
        f"{b}, {a}" for a in ("Alpha", "Bravo", "Delta") for b in ("Oscar", "Papa", "Zulu")
    ],
    "saluted": [f"Mrs {each}" for each in ("Alpha", "Bravo", "Delta", "Echo")],
    "pictures": [f"IMG_{n}.jpg" for n in NUMBERS],
    "sentences": [f"{n} says that the course was held too far away" for n in NUMBERS],
    "days of birth": [f"{1930 + n}-03-{n % 27 + 1:02d}" for n in range(60)],
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_cells_say_it_under_a_heading_that_does_not(kind):
    reason = why_identifying(SeenColumn("x7", COLUMNS[kind]))
    assert reason
    assert not any(cell in reason for cell in COLUMNS[kind])


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("seen", [f"2024-01-{n:02d}" for n in range(1, 29)]),
        ("seen", [f"{n:02d}.03.2024" for n in range(1, 29)]),
        ("crp", [f"0.{n:03d}" for n in range(30)]),
        ("number", [f"0{n:010d}" for n in NUMBERS]),
        ("Pat.-Nr.", ["943 476 5919", "943 476 5870", "4010232137", "9434765870"]),
        (
            "agrees",
            ["Strongly agree with all of the statements", "Not at all, or not yet sure"] * 20,
        ),
        ("diagnosis", ["Type Two Diabetes", "Heart Failure", "Stroke", "Heart Failure"] * 9),
        ("version", ["1.2.3.4"] * 2),
        ("since", [f"{1960 + n}-03-01" for n in range(60)]),
        ("x7", ["DE00370400440532013000", "GB00WEST12345698765432", "FR002004101005050001"]),
        ("barcode", [f"{n}" for n in NUMBERS]),
    ],
)
def test_cells_that_only_look_a_little_like_it_do_not(heading, cells):
    assert not why_identifying(SeenColumn(heading, cells))


def test_a_single_e_mail_address_in_a_text_is_enough():
    cells = ["fine", "ok", "write to a@post.example", "fine"] * 5
    assert why_identifying(SeenColumn("x", cells)) == "some cells have e-mail addresses"


def test_what_the_dictionary_says_comes_first_and_a_type_of_the_file_speaks_for_it():
    marked = SeenColumn("q3", CODES, identifies="the dictionary marks it")
    assert why_identifying(marked) == "the dictionary marks it"
    ticked = SeenColumn("email", ["0", "1"], value_labels={"0": "No", "1": "Yes"})
    assert not why_identifying(ticked)
    assert why_identifying(SeenColumn("V12", [], label="Date of birth"))


@given(st.text(max_size=20), st.lists(st.none() | st.text(max_size=30), max_size=12))
def test_a_reason_is_the_same_whatever_the_cells_are_called(heading, cells):
    """Reasons are of a fixed number of texts: a cell cannot be part of one."""
    assert why_identifying(SeenColumn(heading, cells)) in REASONS
