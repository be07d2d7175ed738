"""Days of codings that cannot be."""

import pandas as pd

from trialtrail.validation.plausibility import coding_dates
from trialtrail.validation.plausibility.coding_dates import coding_date_findings
from trialtrail.validation.plausibility.sheet import Sheet


def sheet(name, **columns):
    frame = pd.DataFrame(columns)
    place = {"_export": name, "_file": f"{name}.csv", "_line": range(2, len(frame) + 2)}
    heading = {name: {"coded_on": "Day"}}
    return Sheet(name, frame.assign(**place, record=""), heading, {name: f"{name}.csv"})


def days(*texts):
    return pd.to_datetime(list(texts))


SEGMENTS = sheet(
    "segments",
    document=["d1", "d1", "d2", "d3"],
    code=["new", "old", "new", "old"],
    coder="a",
    coded_on=days("2006-01-10", "2006-01-09", None, "2006-01-01"),
)
INTERVIEWS = sheet(
    "interviews", document=["d1", "d2", None], interviewed_on=days("2006-01-10", "2006-01-10", None)
)
CODEBOOK = sheet(
    "codebook",
    code=["new", "old"],
    label=["New", "Old"],
    replaces=["x; y", None],
    changed_on=days("2006-01-11", "2006-01-12"),
)


def found(*sheets):
    rows = coding_date_findings({each.name: each for each in sheets})
    return [(row["line"], row["column"], row["rule"], row["message"]) for row in rows]


def test_codings_before_their_interview_or_their_code_are_told():
    before = "the day of the coding is before that of the interview"
    code = "the day of the coding is before that on which its code took the place of others"
    assert found(SEGMENTS, INTERVIEWS, CODEBOOK) == [
        (3, "Day", "implausible_date", before),
        (2, "Day", "implausible_date", code),
    ]


def test_nothing_is_told_without_days_or_without_what_they_are_compared_with():
    assert found(SEGMENTS) == []
    undated = SEGMENTS.frame.assign(coded_on=pd.NaT)
    assert found(Sheet("segments", undated, {}, {}), INTERVIEWS, CODEBOOK) == []
    plain = Sheet("codebook", CODEBOOK.frame[["code", "label"]], {}, {})
    assert found(SEGMENTS, plain) == []


def test_many_are_told_once(monkeypatch):
    monkeypatch.setattr(coding_dates, "MOST", 0)
    (row,) = found(SEGMENTS, INTERVIEWS)
    assert row[0] is None
    assert "in more than 0 codings" in row[3]
