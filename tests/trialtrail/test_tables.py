"""Tables between the rules: same rows, same bytes."""

import csv

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialtrail.results.counts import count_row, quartiles
from trialtrail.tables import (
    aggregate_by,
    count_matches,
    lookup,
    places_in_order,
    read_result,
    read_table,
    read_tables,
    write_csv,
    write_dataset,
    write_result,
    write_table,
)

from schemas.results.summaries import of_topic

FRAME = pd.DataFrame(
    {
        "id": pd.array(["007", None], dtype="string"),
        "n": pd.array([1, None], dtype="Int64"),
        "x": pd.array([1 / 3, None], dtype="Float64"),
        "yes": pd.array([True, None], dtype="boolean"),
        "day": pd.to_datetime(["2004-01-02", None]).astype("datetime64[ns]"),
    }
)


def test_a_dataset_comes_back_with_its_types(tmp_path):
    write_table(FRAME, tmp_path / "new" / "t.parquet")
    pd.testing.assert_frame_equal(read_table(tmp_path / "new" / "t.parquet"), FRAME)
    assert list(read_table(tmp_path / "new" / "t.parquet", ["n"])) == ["n"]


def test_equal_rows_are_equal_bytes_whatever_their_index(tmp_path):
    write_table(FRAME, tmp_path / "a.parquet")
    write_table(FRAME.set_axis([7, 3]), tmp_path / "b.parquet")
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_a_table_without_rows_keeps_its_types(tmp_path):
    write_table(FRAME.iloc[:0], tmp_path / "t.parquet")
    back = read_tables([tmp_path / "t.parquet"])["t"]
    assert back.dtypes.astype(str).tolist() == FRAME.dtypes.astype(str).tolist()


def test_the_twin_has_iso_dates_and_ten_digits(tmp_path):
    write_dataset(FRAME, tmp_path / "t.parquet", tmp_path / "t.csv")
    text = (tmp_path / "t.csv").read_bytes().decode("utf-8")
    assert text == "id,n,x,yes,day\n007,1,0.3333333333,True,2004-01-02\n,,,,\n"


def test_what_differs_at_the_sixteenth_digit_is_the_same_result(tmp_path):
    for name, value in (("a", 0.1 + 0.2), ("b", 0.3)):
        write_csv(pd.DataFrame({"row": ["r"], "x": [value]}), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"n": [1]}),
        pd.DataFrame({"row": ["a", "a"]}),
        pd.DataFrame({"row": ["a", None]}),
    ],
)
def test_a_result_that_cannot_be_addressed_is_refused(tmp_path, frame):
    with pytest.raises(ValueError, match="row"):
        write_result(frame, tmp_path / "t.csv")


def test_a_result_comes_back_with_its_names_as_text(tmp_path):
    frame = pd.DataFrame({"row": ["1", "NA"], "n": [5, 6], "label": ["None", ""]})
    write_result(frame, tmp_path / "t.csv")
    back = read_result(tmp_path / "t.csv")
    assert back["row"].tolist() == ["1", "NA"]
    assert back["n"].tolist() == [5, 6]
    assert back["label"].fillna("").tolist() == ["None", ""]


def test_a_count_has_its_percentage_if_there_is_something_to_count():
    assert count_row("r", "L", 1, 8)["percent"] == 12.5
    assert count_row("r", "L", 0, 8)["percent"] == 0
    assert count_row("r", "L", 0, 0)["percent"] is None
    assert count_row("r", "L", 5)["denominator"] is None


def test_a_summary_is_a_row_of_its_topic_with_whole_numbers_that_may_be_missing():
    frame = of_topic("flow", [count_row("r", "L", 5)])
    assert frame.dtypes.astype(str)[["n", "denominator"]].tolist() == ["Int64", "Int64"]
    assert frame.loc[0, ["row", "table", "item"]].tolist() == ["flow.r", "flow", "r"]
    assert of_topic("flow", []).empty


def test_quartiles_interpolate_between_the_known_values():
    values = pd.Series([4, 1, None, 2, 3], dtype="Int64")
    assert quartiles(values) == {"median": 2.5, "q1": 1.75, "q3": 3.25}
    assert quartiles(values[values > 9]) == {"median": None, "q1": None, "q3": None}


FORMULAS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+SUM(A1)",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\t=1+1",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_spreadsheet_would_obey_is_inert(tmp_path, text):
    frame = pd.DataFrame({"row": ["a", "b"], "note": pd.array([text, None], dtype="string")})
    write_csv(frame, tmp_path / "a.csv")
    with open(tmp_path / "a.csv", encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert [row["note"] for row in rows] == [f"'{text}", ""]


def test_numbers_and_intervals_are_no_formulas(tmp_path):
    texts = ["-0.94", "+3", "-0.94 to 4.21", "-5%", "a=b", "–3", "-1,234.5 to -0.1"]
    write_csv(pd.DataFrame({"row": texts, "x": [-1.5] * len(texts)}), tmp_path / "a.csv")
    with open(tmp_path / "a.csv", encoding="utf-8", newline="") as handle:
        assert [row["row"] for row in csv.DictReader(handle)] == texts


KEYS = st.lists(st.sampled_from(["a", "b", "c", None]), max_size=8)


@given(KEYS, st.lists(st.sampled_from("abcd"), unique=True))
def test_counts_and_summaries_are_those_of_pandas(others, values):
    rows = pd.DataFrame({"key": pd.array(others, "string")})
    rows["n"] = pd.array(range(len(rows)), "Int64")
    wanted = pd.Series(pd.array(values, "string"))
    groups = rows.groupby("key")
    counts = groups.size().reindex(wanted, fill_value=0)
    assert list(count_matches(wanted, rows["key"])) == counts.tolist()
    least = aggregate_by(wanted, rows["key"], rows["n"], "min")
    assert_same(least, groups["n"].min().reindex(wanted))
    first = rows.dropna().drop_duplicates("key").set_index("key")["n"].reindex(wanted)
    assert_same(lookup(wanted, rows["key"], rows["n"]), first)


def assert_same(one, other) -> None:
    """Assert that two columns of whole numbers are equal, missing values too."""
    assert pd.Series(one).astype("Int64").tolist() == other.astype("Int64").tolist()


@given(st.lists(st.tuples(st.sampled_from([1, 2, None]), st.sampled_from(["b", "ä", "z", "A"]))))
def test_the_order_of_rows_is_that_of_pandas(pairs):
    days = [None if day is None else pd.Timestamp(2004, 1, day) for day, _ in pairs]
    frame = pd.DataFrame({"day": pd.to_datetime(pd.Series(days, dtype="datetime64[ns]"))})
    frame["text"] = pd.array([text for _, text in pairs], "string")
    ordered = frame.sort_values(["day", "text"], kind="stable")
    assert places_in_order(frame, ["day", "text"]).tolist() == ordered.index.tolist()
