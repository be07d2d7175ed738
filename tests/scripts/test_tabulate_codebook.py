"""The codebook with its use, examples and history; and the history of the coding."""

import pandas as pd

from trialtrail.qualitative.agreement.readers import reading
from trialtrail.qualitative.audit_trail import codebook_changes
from trialtrail.qualitative.disagreements import places

from schemas.results.base import conform
from schemas.results.coding import CodebookChanges, CodebookEntries, CodingHistory
from scripts.tabulate_codebook import tabulate_codebook
from scripts.tabulate_coding_history import history_takes, tabulate_coding_history

TEXTS = {"d1": "0123456789 abc def", "d2": "0123456789"}
CODEBOOK = pd.DataFrame(
    [
        ("used", "Used", "t", "When so", None, None, None, None, None),
        ("given", "Given", "t", "When so", "own words", None, None, None, None),
        ("never", "Never", "t", "When not", None, None, None, None, None),
        ("undefined", "Undefined", "t", None, None, "old_one; old_two", "2006-02-10", "A", "alike"),
        ("left", "Left", "t", None, None, "whole", "2006-02-01", "B", "two things"),
        ("right", "Right", "t", "x", None, "whole", "2006-02-01", "B", "two things"),
        ("word", "Word", "t", "x", None, None, "2006-02-03", "A", "clearer words"),
        ("renamed", "Renamed", "t", "x", None, "former", "2006-02-02", None, None),
    ],
    columns=[
        *("code", "label", "theme", "definition", "example"),
        *("replaces", "changed_on", "changed_by", "why"),
    ],
).assign(theme_label="T", changed_on=lambda frame: pd.to_datetime(frame["changed_on"]))
ROWS = [
    ("d1", "used", "a", 0, 5, "2006-01-20", "because"),
    ("d1", "used", "b", 0, 5, "2006-02-05", None),
    ("d2", "used", "a", 2, 4, "2006-01-21", None),
    ("d2", "used", "b", 2, 4, None, None),
    ("d1", "undefined", "a", 11, 14, "2006-01-20", None),
    ("d2", "left", "b", 0, 1, "2006-02-05", None),
    ("d2", "word", "b", 0, 1, "2006-02-02", None),
]
SEGMENTS = pd.DataFrame(
    ROWS, columns=["document", "code", "coder", "start", "end", "coded_on", "memo"]
).assign(coded_on=lambda frame: pd.to_datetime(frame["coded_on"]), theme="t")
REGISTER = pd.DataFrame(
    {
        "document": ["d1", "d2"],
        "role": "nurse",
        "number": [1, 1],
        "interviewed_on": pd.to_datetime(["2006-01-20", "2006-01-22"]),
    }
)


def codebook(*, drawn=False):
    found = places(SEGMENTS, TEXTS, reading(SEGMENTS, list(TEXTS))) if drawn else None
    table = tabulate_codebook(CODEBOOK, SEGMENTS, REGISTER, found, TEXTS)
    return conform(table, CodebookEntries).set_index("row")


def test_use_is_of_coders_passages_interviews_and_people():
    table = codebook()
    row = table.loc["t.used"]
    assert row[["coders", "passages", "interviews", "people"]].tolist() == [2, 4, 2, 1]
    assert f"{row['first_coded_on']:%Y-%m-%d}" == "2006-01-20"
    assert f"{row['last_coded_on']:%Y-%m-%d}" == "2006-02-05"
    assert table.loc["t", "passages"] == len(ROWS)


def test_what_is_wanting_is_told():
    told = codebook()["told"].dropna().to_dict()
    assert told == {
        "t.given": "defined and never used",
        "t.never": "defined and never used",
        "t.undefined": "used without a definition",
        "t.left": "used without a definition",
        "t.right": "defined and never used",
        "t.renamed": "defined and never used",
    }


def test_an_example_is_the_codebooks_or_the_shortest_agreed_passage_where_asked_for():
    examples = codebook()["example"].dropna().to_dict()
    assert examples == {"t.given": "own words"}
    table = codebook(drawn=True)
    assert table["example"].dropna().to_dict() == {"t.used": "23", "t.given": "own words"}
    assert table["example_from"].dropna().to_dict() == {"t.used": "codings", "t.given": "codebook"}


def test_splits_and_merges_are_told_apart_by_day():
    changes = codebook_changes(CODEBOOK)
    conform(changes.assign(row=changes["code"]), CodebookChanges)
    assert changes[["code", "change"]].to_numpy().tolist() == [
        ["left", "split"],
        ["right", "split"],
        ["renamed", "replaced"],
        ["word", "changed"],
        ["undefined", "merged"],
    ]
    assert changes.loc[4, ["replaces", "by", "why"]].tolist() == ["old_one; old_two", "A", "alike"]
    plain = codebook_changes(CODEBOOK[["code", "label", "theme"]])
    assert len(plain) == 0


def history():
    return conform(tabulate_coding_history(SEGMENTS, CODEBOOK, REGISTER), CodingHistory)


def test_a_row_is_a_day_and_a_person():
    table = history().set_index("row")
    assert list(table.index) == [
        *("2006-01-20.a", "2006-01-21.a", "2006-02-01.B", "2006-02-02.unknown", "2006-02-02.b"),
        *("2006-02-03.A", "2006-02-05.b", "2006-02-10.A", "undated.b"),
    ]
    first = table.loc["2006-01-20.a"]
    assert first[["documents", "passages", "codes", "codes_first_used", "memos"]].tolist() == [
        *(1, 2, 2, 2, 1)
    ]
    assert first["first_used"] == "Used; Undefined"
    assert table.loc["2006-02-05.b", "first_used"] == "Left"
    assert table.loc["2006-02-01.B", ["passages", "codebook_changes"]].tolist() == [0, 2]
    assert table.loc["undated.b", ["passages", "codes_first_used"]].tolist() == [1, 0]


def test_codings_before_the_interview_and_before_the_code_are_counted():
    table = history().set_index("row")
    early = table["before_interview"]
    assert early.sum() == early["2006-01-21.a"] == 1
    # `undefined` took the place of two codes on the 10th of February; `word` only changed.
    assert table["before_code"].sum() == table.loc["2006-01-20.a", "before_code"] == 1


def test_codings_without_days_and_a_codebook_without_history_have_a_history():
    undated = SEGMENTS.assign(coded_on=pd.NaT).drop(columns="memo")
    table = conform(
        tabulate_coding_history(undated, CODEBOOK[["code", "label", "theme"]], None), CodingHistory
    )
    assert table["row"].tolist() == ["undated.a", "undated.b"]
    assert table["passages"].sum() == len(ROWS)


def test_each_row_says_what_it_takes():
    table = history()
    taken = history_takes(table, {"codebook": True, "interviews": True})
    assert set(taken) == set(table["row"])
    where = taken["2006-01-20.a"][0]["takes"][0]["where"]
    # As the trail compares: the text of a moment.
    assert where == {"coder": "a", "coded_on": "2006-01-20 00:00:00"}
    assert taken["undated.b"][0]["takes"][0]["where"]["coded_on"] == {"known": False}
