"""What people decided where coders differ: how the file is read, what is applied, what is stale."""

import csv

import pandas as pd
import pytest

from trialtrail.errors import StudyError
from trialtrail.qualitative.agreement.readers import reading
from trialtrail.qualitative.consensus import passages, read_decisions, sort_out
from trialtrail.qualitative.disagreements import places

TEXTS = {"d1": "I: One?\nR: Two three four five six.\nR: Seven.", "d2": "." * 40, "d3": "?" * 9}
ROWS = [
    ("d1", "c", "a", 11, 20),
    ("d1", "c", "b", 15, 25),
    ("d1", "k", "a", 26, 30),
    ("d1", "x", "a", 0, 7),
    ("d1", "x", "b", 0, 7),
    ("d2", "c", "b", 0, 4),
    ("d2", "k", "a", 30, 33),
    ("d3", "c", "a", 2, 5),
]
CODES = ["c", "k", "x", "unused"]
FILL = {"by": "A and B", "on": "2006-03-01", "why": "read again"}


def coded(rows=ROWS):
    return pd.DataFrame(rows, columns=["document", "code", "coder", "start", "end"])


def found(rows=ROWS, texts=TEXTS):
    segments = coded(rows)
    return places(segments, texts, reading(segments, list(texts)))


PLACES = {(each.document, each.code): each for each in found()}
EDGES, ALONE = PLACES["d1", "c"], PLACES["d1", "k"]


def row_of(place, **filled):
    seen = {"document": place.document, "marked_code": place.code, "evidence": place.evidence}
    return {"id": place.id} | seen | FILL | filled


def written(tmp_path, *rows):
    path = tmp_path / "consensus.csv"
    columns = ["id", "evidence", "document", "marked_code", "decision", "start", "end", "code"]
    with open(path, "w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, [*columns, *FILL], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def sorted_out(tmp_path, *rows, there=None, texts=TEXTS):
    decisions = read_decisions(written(tmp_path, *rows), "consensus.csv")
    return sort_out(decisions, there or found(), texts, CODES, "consensus.csv")


def left_at(tmp_path, place, **filled):
    """Return the passages that the consensus has at a place: code, start, end."""
    table = sorted_out(tmp_path, row_of(place, **filled))
    segments = coded()
    all_of_them = passages(found(), table, segments, reading(segments, list(TEXTS)))
    mine = all_of_them[all_of_them["disagreement"] == place.id]
    return [tuple(row) for row in mine[["code", "start", "end"]].itertuples(index=False)]


@pytest.mark.parametrize(
    ("filled", "left"),
    [
        ({"decision": "keep a"}, [("c", 11, 20)]),
        ({"decision": "b"}, [("c", 15, 25)]),
        ({"decision": "Both"}, [("c", 11, 25)]),
        ({"decision": "ALL"}, [("c", 11, 25)]),
        ({"decision": "neither"}, []),
        ({"decision": "edges", "start": "15", "end": "20"}, [("c", 15, 20)]),
        ({"decision": "edges", "start": "15.0", "end": "20.0"}, [("c", 15, 20)]),
        ({"decision": "keep b", "code": "unused"}, [("unused", 15, 25)]),
        ({"decision": "edges", "start": "8", "end": "34", "code": "k"}, [("k", 8, 34)]),
    ],
)
def test_each_decision_leaves_what_it_says(tmp_path, filled, left):
    assert left_at(tmp_path, EDGES, **filled) == left


def test_keeping_the_reader_who_marked_nothing_leaves_nothing(tmp_path):
    assert left_at(tmp_path, ALONE, decision="keep b") == []
    assert left_at(tmp_path, ALONE, decision="keep a") == [("k", 26, 30)]


def test_agreed_passages_and_those_with_one_reader_are_there_and_undecided_ones_are_not():
    segments = coded()
    nothing = sort_out([], found(), TEXTS, CODES, "")
    there = passages(found(), nothing, segments, reading(segments, list(TEXTS)))
    assert there[["document", "code", "start", "origin"]].to_numpy().tolist() == [
        ["d1", "x", 0, "agreed"],
        ["d3", "c", 2, "one reader"],
    ]
    assert there["by"].isna().all()


def test_each_decided_passage_says_who_when_why_and_of_what(tmp_path):
    table = sorted_out(tmp_path, row_of(EDGES, decision="both", why='=the, "whole" idea'))
    segments = coded()
    there = passages(found(), table, segments, reading(segments, list(TEXTS)))
    row = there[there["origin"] == "decided"].iloc[0]
    assert (row["by"], row["on"], row["why"]) == ("A and B", "2006-03-01", '=the, "whole" idea')
    assert row["evidence"] == EDGES.evidence


@pytest.mark.parametrize(
    "changed",
    [
        {"rows": [("d1", "c", "a", 11, 21), *ROWS[1:]]},
        {"rows": ROWS[1:]},
        {"rows": [*ROWS, ("d1", "c", "z", 11, 20)]},
        {"texts": {**TEXTS, "d1": TEXTS["d1"].replace("three", "tree.")}},
    ],
)
def test_a_decision_whose_evidence_changed_is_stale_and_not_applied(tmp_path, changed):
    there = found(**changed)
    texts = changed.get("texts", TEXTS)
    table = sorted_out(tmp_path, row_of(EDGES, decision="both"), there=there, texts=texts)
    assert table["state"].tolist() == ["stale"]
    today = [each.id for each in there if (each.document, each.code) == ("d1", "c")]
    assert table["now"].fillna("").tolist() == [", ".join(today)]
    segments = coded(changed.get("rows", ROWS))
    left = passages(there, table, segments, reading(segments, list(texts)))
    assert not left["origin"].eq("decided").any()


@pytest.mark.parametrize(
    ("filled", "says"),
    [
        ({"decision": "both", "by": ""}, "no `by`"),
        ({"decision": "both", "why": " "}, "no `why`"),
        ({"decision": "both", "on": ""}, "no `on`"),
        ({"decision": "both", "on": "03/04/2006"}, "not a date that can be read in one way"),
        ({"decision": ""}, "no `decision`"),
        ({"decision": "keep z"}, "is no decision of"),
        ({"decision": "whatever"}, "is no decision of"),
        ({"decision": "both of them"}, "is no decision of"),
        ({"decision": "edges"}, "`start` is no whole number"),
        ({"decision": "edges", "start": "12", "end": "x"}, "`end` is no whole number"),
        ({"decision": "edges", "start": "20", "end": "20"}, "is not at the place"),
        ({"decision": "edges", "start": "0", "end": "5"}, "is not at the place"),
        ({"decision": "edges", "start": "36", "end": "40"}, "is not at the place"),
        ({"decision": "edges", "start": "12", "end": "4000"}, "is not at the place"),
        ({"decision": "both", "start": "3", "end": "5"}, "decided otherwise"),
        ({"decision": "both", "code": "nosuch"}, "no code `nosuch`"),
        ({"decision": "neither", "code": "k"}, "leaves nothing"),
        ({"decision": "both", "id": "D12345"}, "No disagreement is named D12345"),
        ({"decision": "both", "id": "D1234567890", "evidence": ""}, "No disagreement is named"),
        ({"decision": "both", "evidence": ALONE.evidence}, "evidence of .* that of another row"),
        ({"decision": "both", "document": "d2"}, "document of .* that of another row"),
        ({"decision": "both", "marked_code": "x"}, "marked_code of .* that of another row"),
    ],
)
def test_what_cannot_be_carried_out_is_told_with_its_line(tmp_path, filled, says):
    rows = [row_of(PLACES["d2", "k"], decision="keep a"), row_of(EDGES, **filled)]
    with pytest.raises(StudyError, match=says) as told:
        sorted_out(tmp_path, *rows)
    assert "consensus.csv, line 3" in told.value.text()


def test_a_place_has_one_decision_and_the_file_its_columns(tmp_path):
    twice = [row_of(EDGES, decision="both"), row_of(EDGES, decision="neither")]
    with pytest.raises(StudyError, match="has two decisions"):
        sorted_out(tmp_path, *twice)
    path = tmp_path / "short.csv"
    path.write_text("id,decision,by,on\nD1,both,A,2006-03-01\n")
    with pytest.raises(StudyError, match="lacks the column why"):
        read_decisions(str(path), "short.csv")


def test_rows_that_nobody_filled_are_passed_over(tmp_path):
    empty = row_of(EDGES) | dict.fromkeys(FILL, "")
    assert read_decisions(written(tmp_path, empty), "consensus.csv") == []
