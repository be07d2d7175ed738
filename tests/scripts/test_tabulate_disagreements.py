"""Characters on which coders differ, and what each coder read and marked."""

import pandas as pd
from small_tables import job

from trialtrail.qualitative.agreement.items import items_of
from trialtrail.qualitative.agreement.readers import reading
from trialtrail.tables import read_result, write_table

from scripts.tabulate_disagreements import main, tabulate_disagreements, tabulate_readings

CODEBOOK = pd.DataFrame(
    {
        "code": ["c", "k"],
        "label": ["C", "K"],
        "theme": ["t"] * 2,
        "theme_label": ["T"] * 2,
        "category": [pd.NA] * 2,
        "category_label": [pd.NA] * 2,
    },
    dtype="string",
)
SEGMENTS = pd.DataFrame(
    [
        *(("d1", "c", 0, 20, "r1"), ("d1", "c", 5, 25, "r2"), ("d1", "k", 40, 50, "r1")),
        *(("d1", "c", 42, 52, "r2"), ("d2", "c", 0, 9, "r1")),
    ],
    columns=["document", "code", "start", "end", "coder"],
).assign(theme="t", category=pd.NA)
LENGTHS = pd.Series({"d1": 100, "d2": 60})
ITEMS = items_of(CODEBOOK)


def disagreements(readers=None):
    read = reading(SEGMENTS, list(LENGTHS.index), readers)
    return {row["row"]: row for row in tabulate_disagreements(SEGMENTS, read, ITEMS)}


def test_the_row_of_all_sums_the_codes_and_a_theme_is_judged_as_one():
    found = disagreements()
    parts = ("differing", "edges", "without_counterpart")
    assert [found["c"][name] for name in parts] == [20, 10, 10]
    assert [found["k"][name] for name in parts] == [10, 0, 10]
    assert [found["all"][name] for name in parts] == [30, 10, 20]
    # Under the theme the other code of the same passage is a counterpart.
    assert [found["t"][name] for name in parts] == [14, 14, 0]
    assert found["all"]["edges_percent"] + found["all"]["without_percent"] == 100


def test_a_document_of_one_reader_does_not_count_unless_another_read_it():
    assert disagreements()["all"]["documents"] == 1
    found = disagreements({"r2": "all"})["c"]
    assert (found["documents"], found["without_counterpart"]) == (2, 19)


def test_of_one_coder_there_is_no_disagreement_and_no_0():
    found = disagreements({"r2": []})["all"]
    assert found["documents"] == 0
    assert "differing" not in found


def test_what_each_coder_read_and_marked():
    read = reading(SEGMENTS, list(LENGTHS.index), {"r2": "all"})
    rows = tabulate_readings(SEGMENTS, read, LENGTHS, ITEMS, {"r2": "all"})
    found = {row["row"]: row for row in rows}
    assert (found["r1"]["known"], found["r2"]["known"]) == ("marked", "stated")
    assert (found["r2"]["documents"], found["r2"]["documents_marked"]) == (2, 1)
    assert (found["r2"]["characters"], found["r2"]["segments"]) == (160, 2)
    assert (found["r1.c"]["marked"], found["r1.t"]["marked"]) == (29, 39)
    assert found["r1.k"]["marked_percent"] == 100 * 10 / 160


def test_the_tables_are_written_and_the_rows_balance(tmp_path):
    texts = pd.DataFrame({"document": LENGTHS.index, "text": ["." * n for n in LENGTHS]})
    frames = {"segments": SEGMENTS, "codebook": CODEBOOK, "transcripts": texts}
    for name, frame in frames.items():
        write_table(frame, tmp_path / name)
    inputs = {name: tmp_path / name for name in frames}
    outputs = {name: f"{name}.csv" for name in ("disagreements", "readings", "takes")}
    task = job(tmp_path, inputs, outputs, {"readers": {"r1": ["d1"]}})
    rows = main(task)["segments"]
    assert (rows.read, rows.used) == (5, 4)
    assert rows.balanced
    assert list(read_result(task.output.disagreements)["row"]) == ["all", "t", "c", "k"]
    assert len(read_result(task.output.readings)) == 8
