"""The project that is written back: valid, the same bytes each time, and read as what it was."""

from __future__ import annotations

import io
import os
import subprocess
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_tables import job

from trialtrail.exchange.refi_qda import Text, tree_of
from trialtrail.exports.read import read_export
from trialtrail.tables import write_table

from scripts.export_refi_qda import main, project_of

SCHEMA = Path(__file__).parents[1] / "golden" / "REFI-QDA-Project.xsd"
TALK = "I: How was it?\r\nA: 🙂 Grand, so it was.\rI: \x0bAnd then?\n"
OWN = "0d62985d-b147-5d01-a9b5-cae5dcd98342"
CODES = pd.DataFrame(
    [
        ("before", "Before", "", False, "", ""),
        ("before_positive", "positive", "before", True, "warm & <kind>", OWN.upper()),
        ("after", "After", "", False, "", ""),
        ("after_positive", "positive", "after", True, "", "a77c"),
        ("later", "much later", "after_positive", True, "", ""),
    ],
    columns=["code", "label", "parent", "codable", "definition", "guid"],
).astype({"codable": "boolean"})
CODES = CODES.replace("", pd.NA)


def segment(code, start, end, coder="ann", document="talk.01", **more):
    row = {"document": document, "code": code, "start": start, "end": end, "coder": coder}
    return row | {"coded_on": pd.NaT, "memo": pd.NA, "guid": pd.NA, "kind": "text"} | more


ROWS = [
    segment("before_positive", 21, 41, coded_on=pd.Timestamp("2024-05-06"), memo="a <b>\nnote"),
    segment("before_positive", 21, 41, "bob"),
    segment("later", 0, 16, guid=OWN),
    segment("after_positive", 0, len(TALK), kind="whole_source", memo="all of it"),
    segment("after_positive", 0, 4, document="talk.02"),
]
TEXTS = pd.DataFrame({"document": ["talk.01", "talk.02", "mute"], "text": [TALK, "Well.", "?"]})


def written(rows=ROWS, codes=CODES, texts=TEXTS, consensus=None) -> bytes:
    return project_of("A study", texts, codes, pd.DataFrame(rows), consensus)


def read_back(data: bytes, tmp_path, sheet="codings") -> pd.DataFrame:
    path = tmp_path / "p.qdpx"
    path.write_bytes(data)
    return read_export({"name": "e", "label": "p.qdpx", "sheet": sheet}, [str(path)]).rows


def schema():
    from lxml import etree

    return etree.XMLSchema(etree.parse(SCHEMA))


def xml_of(data: bytes):
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read("project.qde"))


def test_it_is_valid_against_the_schema_of_the_standard():
    checked = schema()
    checked.assertValid(xml_of(written()))
    checked.assertValid(xml_of(written(rows=ROWS[:1], codes=None)))
    checked.assertValid(xml_of(written(rows=[], codes=CODES[:0], texts=TEXTS[:0])))
    broken = xml_of(written())
    del broken.find(".//{*}PlainTextSelection").attrib["startPosition"]
    assert not checked.validate(broken)


def test_what_is_read_back_is_what_was_coded(tmp_path):
    data = written()
    rows = read_back(data, tmp_path)
    columns = ["document", "code", "start", "end", "coder", "coded_on", "memo", "kind"]
    day = "2024-05-06"
    assert rows[columns].to_numpy().tolist() == [
        ["talk.01", "before_positive", "20", "40", "ann", day, "a <b>\nnote", "text"],
        ["talk.01", "before_positive", "20", "40", "bob", "", "", "text"],
        # The standard has names and no ids: what is read back is called by its name.
        ["talk.01", "much_later", "0", "15", "ann", "", "", "text"],
        [
            "talk.01",
            "after_positive",
            "0",
            str(len(TALK) - 1),
            "ann",
            "",
            "all of it",
            "whole_source",
        ],
        ["talk.02", "after_positive", "0", "4", "ann", "", "", "text"],
    ]
    texts = dict(read_back(data, tmp_path, "texts")[["document", "text"]].to_numpy().tolist())
    plain = TALK.replace("\r\n", "\n").replace("\r", "\n")
    assert texts == {"talk.01": plain, "talk.02": "Well.", "mute": "?"}
    for row in rows.to_dict("records"):
        passage = texts[row["document"]][int(row["start"]) : int(row["end"])]
        assert row["selected"] in ("", passage.replace("\x0b", "\ufffd"))
    assert rows["guid"].tolist()[2] == OWN


def test_the_tree_of_codes_keeps_ids_definitions_and_identifiers(tmp_path):
    codes = read_back(written(), tmp_path, "code_tree")
    assert codes[["code", "parent", "codable"]].to_numpy().tolist() == [
        ["before", "", "false"],
        ["before_positive", "before", "true"],
        ["after", "", "false"],
        ["after_positive", "after", "true"],
        ["much_later", "after_positive", "true"],
    ]
    assert codes["definition"].tolist()[1] == "warm & <kind>"
    assert codes["guid"].tolist()[1] == OWN
    # QualCoder takes no second code of a name.
    assert codes["label"].is_unique


def test_the_consensus_is_one_coder_more(tmp_path):
    row = {"document": "talk.02", "code": "later", "start": 0, "end": 4, "coder": "consensus"}
    row |= {"origin": "decided", "by": "ann and bob", "on": pd.Timestamp("2024-06-01")}
    decided = pd.DataFrame([row | {"why": "heard again"}, row | {"origin": "agreed", "end": 5}])
    decided.loc[1, ["by", "on"]] = pd.NA
    rows = read_back(written(consensus=decided), tmp_path)
    mine = rows[rows["coder"] == "consensus"]
    assert mine[["coded_on", "memo"]].to_numpy().tolist() == [
        ["2024-06-01", "decided by ann and bob: heard again"],
        ["", "agreed"],
    ]


def test_equal_codings_are_equal_bytes_in_whatever_order_of_time(monkeypatch):
    first = written()
    monkeypatch.setattr("time.time", lambda: 0.0)
    assert written() == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {each.date_time[0] for each in archive.infolist()} == {1980}
    assert written(rows=ROWS[1:]) != first


WORDS = st.text(alphabet="ab \n\r\u00e9\U0001f642\x00\x1f\u2028", max_size=12)


@settings(max_examples=60)
@given(text=WORDS, data=st.data())
def test_any_text_and_any_words_are_written_and_placed(text, data, tmp_path_factory):
    end = data.draw(st.integers(0, len(text)))
    start = data.draw(st.integers(0, end))
    memo, coder = data.draw(WORDS), data.draw(WORDS)
    rows = [segment("later", start, end, coder, memo=memo, document="d")]
    texts = pd.DataFrame({"document": ["d"], "text": [text]})
    made = written(rows=rows, texts=texts)
    schema().assertValid(xml_of(made))
    folder = tmp_path_factory.mktemp("any")
    (row,) = read_back(made, folder).to_dict("records")
    plain = dict(read_back(made, folder, "texts")[["document", "text"]].to_numpy().tolist())["d"]
    passage = plain[int(row["start"]) : int(row["end"])]
    assert passage.replace("\n", "") == text[start:end].replace("\n", "").replace("\r", "")


@pytest.mark.parametrize(
    ("text", "offset", "moved"),
    [("a\r\nb", 0, 0), ("a\r\nb", 1, 1), ("a\r\nb", 3, 2), ("a\r\nb", 4, 3), ("a\rb", 3, 3)],
)
def test_offsets_move_with_the_line_ends(text, offset, moved):
    assert Text(text).moved(offset) == moved


def test_two_codes_of_one_path_are_two():
    paths = [{"path": ("A", "x"), "code": "x"}, {"path": ("A", "x"), "code": "x_2"}]
    (group,) = tree_of(paths)
    assert [each.id for each in group.below] == ["x", "x_2"]
    assert [each.label for each in group.below] == ["A / x", "A / x (2)"]
    assert len({each.guid for each in group.walk()}) == 3


QUALCODER = os.environ.get("QUALCODER_PYTHON")
"""An interpreter with QualCoder, which no package index has: github.com/ccbogel/QualCoder."""


@pytest.mark.skipif(not QUALCODER, reason="QUALCODER_PYTHON names no interpreter with QualCoder")
def test_the_code_of_qualcoder_opens_it(tmp_path):
    driver = Path(__file__).parents[1] / "qualcoder_import.py"
    path = tmp_path / "p.qdpx"
    path.write_bytes(written())
    command = [QUALCODER, str(driver), str(path), str(tmp_path / "out")]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    spec = {"name": "e", "label": "data.qda", "sheet": "codings"}
    theirs = read_export(spec, [str(tmp_path / "out" / "data.qda")]).rows
    ours = read_back(path.read_bytes(), tmp_path)
    # QualCoder has no codings of whole sources, and a day of its own where none is given.
    ours = ours[ours["kind"] == "text"]
    columns = ["document", "code", "start", "end", "coder", "selected", "memo"]
    assert theirs[columns].to_numpy().tolist() == ours[columns].to_numpy().tolist()


def test_the_job_writes_the_project_and_accounts_for_every_row(tmp_path):
    tables = {"segments": pd.DataFrame(ROWS), "transcripts": TEXTS, "codebook": CODES}
    paths = {}
    for name, frame in tables.items():
        paths[name] = tmp_path / f"{name}.parquet"
        write_table(frame, paths[name])
    inputs = paths | {"codebook": [paths["codebook"]], "consensus": []}
    task = job(tmp_path, inputs, {"project": "project.qdpx"}, {"title": "A study"})
    rows = main(task)
    assert {name: (each.read, each.used) for name, each in rows.items()} == {
        "segments": (5, 5),
        "transcripts": (3, 3),
    }
    assert (tmp_path / "project.qdpx").read_bytes() == written()
