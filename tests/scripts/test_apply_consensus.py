"""The consensus as a dataset: what it holds, what it says of each passage, and what counts it."""

import json
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from snakemake.iocontainers import InputFiles

from trialtrail.errors import StudyError
from trialtrail.qualitative.agreement.readers import reading
from trialtrail.qualitative.disagreements import disagreements, places
from trialtrail.tables import read_result, read_table, write_table

from scripts import apply_consensus, tabulate_codes, tabulate_disagreement_places

TEXT = "I: What then?\nR: She was there, and there again.\nI: Yes."
CODEBOOK = pd.DataFrame(
    {
        "code": ["c", "k"],
        "label": ["C", "K"],
        "category": ["g", None],
        "category_label": ["G", None],
        "theme": ["t", "u"],
        "theme_label": ["T", "U"],
    },
    dtype="string",
)
ROWS = [
    ("d1", "c", "a", 17, 30, "text"),
    ("d1", "c", "b", 21, 30, "text"),
    ("d1", "k", "a", 36, 41, "text"),
    ("d1", "k", "b", 36, 41, "text"),
    ("d1", "k", "b", 50, 56, "text"),
    ("d1", "c", "a", 0, 56, "whole source"),
    ("d2", "c", "a", 0, 3, "text"),
]
FILLED = {"by": "A and B", "on": "2006-03-01", "why": "so"}


def coded():
    frame = pd.DataFrame(ROWS, columns=["document", "code", "coder", "start", "end", "kind"])
    theme = frame["code"].map({"c": "t", "k": "u"})
    more = {"interview_id": "I1", "role": "nurse", "number": 3, "stage": None, "theme": theme}
    frame = frame.assign(**more).assign(coded_on=pd.Timestamp("2006-02-01"))
    return frame.astype({"number": "Int64", "stage": "string", "kind": "string"})


TEXTS = {"d1": TEXT, "d2": "Yes."}
FOUND = disagreements(places(coded(), TEXTS, reading(coded(), list(TEXTS))))
EDGES = next(place for place in FOUND if place.code == "c")


def job_of(folder, rows):
    """Return the inputs of a run with these decisions, as paths."""
    pd.DataFrame(rows).to_csv(folder / "consensus.csv", index=False)
    frames = {
        "segments": coded(),
        "codebook": CODEBOOK,
        "transcripts": pd.DataFrame(TEXTS.items(), columns=["document", "text"]),
    }
    for name, frame in frames.items():
        write_table(frame, folder / f"{name}.parquet")
    paths = {name: str(folder / f"{name}.parquet") for name in frames}
    names = {"parquet": "made.parquet", "csv": "made.csv", "columns": "columns.json"}
    names |= {"table": "decisions.csv", "takes": "takes.json"}
    return SimpleNamespace(
        input=InputFiles(fromdict=paths | {"decisions": str(folder / "consensus.csv")}),
        output=SimpleNamespace(**{name: str(folder / file) for name, file in names.items()}),
        params=SimpleNamespace(label="consensus.csv", readers=None),
    )


@pytest.fixture
def made(tmp_path):
    """Return the job and the accounts of a run with one decision: as b, under another code."""
    decided = {"id": EDGES.id, "evidence": EDGES.evidence, "decision": "keep b", "code": "k"}
    gone = {"id": "D0000000000", "evidence": f"sha256:{'0' * 64}", "decision": "both"}
    job = job_of(tmp_path, [decided | FILLED, gone | FILLED])
    return job, apply_consensus.main(job)


def test_the_dataset_has_agreed_decided_and_single_passages(made):
    table = read_table(made[0].output.parquet)
    shown = table[["document", "code", "category", "theme", "start", "text", "origin"]]
    assert shown.fillna("").to_numpy().tolist() == [
        ["d1", "k", "", "u", 21, "was there", "decided"],
        ["d1", "k", "", "u", 36, "there", "agreed"],
        ["d2", "c", "g", "t", 0, "Yes", "one reader"],
    ]
    assert set(table["coder"]) == {"consensus"}
    decided = table.iloc[0]
    assert decided[["by", "why"]].tolist() == ["A and B", "so"]
    assert f"{decided['on']:%Y-%m-%d}" == "2006-03-01"
    assert decided["evidence"] == EDGES.evidence
    assert (decided["role"], decided["number"]) == ("nurse", 3)


def test_every_coding_is_accounted_for(made):
    rows = made[1]["segments"]
    assert rows.read == rows.used + sum(rows.set_aside.values()) == len(ROWS)
    assert sorted(rows.set_aside.values()) == [1, 1]  # the whole source, and what is undecided


def test_a_stale_decision_is_told_and_not_applied(made):
    table = read_result(made[0].output.table).set_index("row")
    assert table["state"].to_dict() == {EDGES.id: "applied", "D0000000000": "stale"}


def test_columns_and_takes_are_written(made):
    columns = json.loads(Path(made[0].output.columns).read_text("utf-8"))
    assert [each["column"] for each in columns["columns"]] == apply_consensus.COLUMNS
    taken = json.loads(Path(made[0].output.takes).read_text("utf-8"))
    assert list(taken["consensus"]) == [EDGES.id]


def test_what_is_undecided_is_counted(made, tmp_path):
    table, takes = str(tmp_path / "places.csv"), str(tmp_path / "places.json")
    given = dict(made[0].input.items())
    job = SimpleNamespace(
        input=InputFiles(fromdict=given | {"consensus": [made[0].output.table]}),
        output=SimpleNamespace(table=table, takes=takes),
        params=SimpleNamespace(readers=None),
    )
    tabulate_disagreement_places.main(job)
    found = read_result(table).set_index("row")
    assert found.loc["all", ["places", "decided", "undecided"]].tolist() == [2, 1, 1]
    taken = json.loads(Path(takes).read_text("utf-8"))["disagreement_places"]["all"]
    (decided,) = (each for each in taken if "decided" in each["cells"])
    assert decided["takes"][1]["where"] == {"row": EDGES.id}
    assert found.loc["document.d1", "characters"] == sum(place.characters for place in FOUND)


def test_the_consensus_is_counted_where_it_is_asked_for(made, tmp_path):
    output = SimpleNamespace(table=str(tmp_path / "codes.parquet"), takes=str(tmp_path / "c.json"))
    given = dict(made[0].input.items())
    counted = {}
    for coder, consensus in (("a", []), ("consensus", [made[0].output.parquet])):
        job = SimpleNamespace(
            input=InputFiles(fromdict=given | {"consensus": consensus}),
            output=output,
            params=SimpleNamespace(coder=coder),
        )
        tabulate_codes.main(job)
        table = read_table(output.table)
        rows = table[table["table"].isin(["codes", "passages"])].set_index(["table", "item"])["n"]
        counted[coder] = {key: rows[key] for key in (("codes", "t.g.c"), ("passages", "u.k"))}
        taken = Path(output.takes).read_text("utf-8")
        assert ("dataset:consensus" in taken) is (coder == "consensus")
        assert ("dataset:segments" in taken) is (coder == "a")
    assert counted["a"] == {("codes", "t.g.c"): 2, ("passages", "u.k"): 1}
    assert counted["consensus"] == {("codes", "t.g.c"): 1, ("passages", "u.k"): 2}


def test_a_slip_in_the_file_names_its_line(tmp_path):
    row = {"id": EDGES.id, "evidence": EDGES.evidence, "decision": "keep nobody"}
    with pytest.raises(StudyError, match="is no decision of") as told:
        apply_consensus.main(job_of(tmp_path, [row | FILLED]))
    assert "consensus.csv, line 2, column decision" in told.value.text()
