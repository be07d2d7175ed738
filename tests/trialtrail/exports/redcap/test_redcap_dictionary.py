"""A REDCap data dictionary: fields, the columns of their export, what is refused."""

import pytest

from trialtrail.errors import StudyError
from trialtrail.exports.redcap.dictionary import (
    columns_of,
    field_of,
    identifiers_of,
    read_dictionary,
    undeclared_codes,
)

DICTIONARY = (
    "Variable / Field Name,Form Name,Field Type,Field Label,"
    '"Choices, Calculations, OR Slider Labels",Text Validation Min,Text Validation Max,'
    "Identifier?\n"
)
FIELDS = (
    'smoker,a,radio,<p>Smokes</p>,"0, Never | 1, Stopped, for good | 2",,,\n'
    "age,a,text,Age < 31,,16,30,\n"
    "ok,a,yesno,Ok,,,,\n"
    "name,b,text,Name,,,,y\n"
    'ill,b,checkbox,Ill,"1, Yes | -1, No | B.2, Other",,,y\n'
    "hello,b,descriptive,Hello,,,,\n"
)


def refused(call, *args):
    with pytest.raises(StudyError) as caught:
        call(*args)
    return caught.value


@pytest.fixture
def written(tmp_path):
    def read(text, encoding="utf-8-sig"):
        path = tmp_path / "d.csv"
        path.write_text(text, encoding=encoding)
        return read_dictionary(str(path), "raw/d.csv")

    return read


@pytest.fixture
def dictionary(written):
    return written(DICTIONARY + FIELDS)


def test_a_data_dictionary_gives_codes_and_limits(dictionary):
    assert dictionary["smoker"].choices == {"0": "Never", "1": "Stopped, for good", "2": "2"}
    assert (dictionary["age"].minimum, dictionary["age"].maximum) == ("16", "30")
    assert dictionary["ok"].choices == {"1": "Yes", "0": "No"}


def test_labels_lose_the_marks_of_the_editor_and_keep_the_rest(dictionary):
    assert (dictionary["smoker"].label, dictionary["age"].label) == ("Smokes", "Age < 31")


def test_a_check_box_has_a_column_a_choice(dictionary):
    assert dictionary["ill"].columns == ["ill___1", "ill____1", "ill___b_2"]
    assert field_of(dictionary)["ill____1"] == (dictionary["ill"], "-1")


def test_columns_are_those_of_the_fields_and_of_redcap_itself(dictionary):
    columns = columns_of(dictionary)
    assert {"age", "ill___1", "a_complete", "b_timestamp", "redcap_event_name"} <= set(columns)
    assert not {"ill", "hello"} & set(columns)


def test_identifiers_are_the_columns_of_the_fields_that_are_marked(dictionary):
    assert identifiers_of(dictionary) == ["name", "ill___1", "ill____1", "ill___b_2"]


def test_the_headings_may_be_those_of_the_api(written):
    text = "field_name,form_name,field_type,select_choices_or_calculations,identifier\n"
    fields = written(text + "a,f,calc,[b] + 1,\n")
    assert (fields["a"].calculation, fields["a"].form) == ("[b] + 1", "f")


def test_codes_that_only_one_side_has_are_found(dictionary):
    assert undeclared_codes(dictionary, "smoker", {"0": "never", "3": "current"}) == ["1", "2", "3"]
    assert undeclared_codes(dictionary, "age", {"1": "x"}) == []
    assert undeclared_codes(dictionary, "no_field", {"1": "x"}) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a,b\n1,2\n", "lacks the column Variable / Field Name"),
        ("", "lacks the column"),
        (DICTIONARY + "age,a,text,,,,,\nage,a,text,,,,,\n", "has the field age twice"),
        (DICTIONARY + 'age,a,"text', "no CSV file"),
    ],
)
def test_what_is_no_data_dictionary_is_told(written, text, what):
    error = refused(written, text)
    assert error.rule == "dictionary"
    assert what in error.what


def test_a_dictionary_of_another_encoding_is_told(written):
    error = refused(written, DICTIONARY + "age,a,text,Größe,,,,\n", "cp1252")
    assert error.rule == "dictionary"


def test_a_dictionary_that_is_not_there_is_told(tmp_path):
    assert refused(read_dictionary, str(tmp_path / "no.csv"), "d.csv").rule == "dictionary"
