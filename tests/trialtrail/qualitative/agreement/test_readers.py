import pandas as pd
import pytest

from trialtrail.errors import StudyError
from trialtrail.qualitative.agreement.readers import (
    how_known,
    of_readers,
    reading,
    shared_documents,
)

SEGMENTS = pd.DataFrame({"coder": ["r1", "r1", "r2"], "document": ["d1", "d2", "d1"]})
DOCUMENTS = ["d1", "d2", "d3"]


def read(stated=None, segments=SEGMENTS):
    table = reading(segments, DOCUMENTS, stated)
    return {coder: list(table.columns[table.loc[coder]]) for coder in table.index}


def test_who_marked_something_read_the_document_unless_the_study_says_more():
    assert read() == {"r1": ["d1", "d2"], "r2": ["d1"]}
    assert read("all") == {"r1": DOCUMENTS, "r2": DOCUMENTS}
    assert read({"r2": "all"}) == {"r1": ["d1", "d2"], "r2": DOCUMENTS}
    assert read({"r1": ["d3", "d1"], "r2": []}) == {"r1": ["d1", "d3"], "r2": []}


def test_a_reader_may_have_marked_nothing_at_all():
    assert read({"r3": ["d1"]})["r3"] == ["d1"]


def test_how_it_is_known():
    assert [how_known("r1", each) for each in (None, "all", {"r1": []}, {"r2": []})] == [
        "marked",
        "stated",
        "stated",
        "marked",
    ]


def test_a_document_counts_where_two_read_it():
    assert shared_documents(reading(SEGMENTS, DOCUMENTS)) == ["d1"]
    assert shared_documents(reading(SEGMENTS, DOCUMENTS, {"r3": ["d2"]})) == ["d1", "d2"]


def test_segments_of_who_did_not_read_are_told_apart():
    table = reading(SEGMENTS, DOCUMENTS, {"r1": ["d1"]})
    assert list(of_readers(SEGMENTS, table)) == [True, False, True]
    assert list(of_readers(SEGMENTS.iloc[:0], reading(SEGMENTS.iloc[:0], DOCUMENTS))) == []


def test_a_document_that_is_no_transcript_is_refused():
    with pytest.raises(StudyError, match="`d9`"):
        read({"r1": ["d9"]})
