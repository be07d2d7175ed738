"""The page of disagreements and the file to fill."""

import re
from types import SimpleNamespace

import pandas as pd
import pytest
from snakemake.iocontainers import InputFiles

from trialtrail import ROOT
from trialtrail.qualitative.consensus import read_decisions
from trialtrail.tables import read_result, write_result, write_table

from schemas.results.base import conform
from schemas.results.coding import ConsensusDecisions
from scripts import render_disagreements, tabulate_disagreement_places

TEMPLATES = ROOT / "templates"
TEXT = "I: What then?\nR: She 👶🏽 was there, and <b>there</b> again.\nI: Yes."
CODEBOOK = pd.DataFrame(
    {
        "code": ["c", "k"],
        "label": ["First & best", "Kept"],
        "category": [None, None],
        "category_label": [None, None],
        "theme": ["t", "t"],
        "theme_label": ["Theme", "Theme"],
    },
    dtype="string",
)
CODED = [
    ("d1", "c", "a", 17, 33),
    ("d1", "c", "b", 21, 33),
    ("d1", "c", "e", 21, 33),
    ("d1", "k", "a", 40, 45),
    ("d1", "k", "b", 40, 45),
    ("d1", "k", "e", 40, 45),
    ("d1", "k", "b", 50, 56),
]


def segments(rows=CODED):
    frame = pd.DataFrame(rows, columns=["document", "code", "coder", "start", "end"])
    frame = frame.assign(role="nurse", number=3, stage=None, theme="t", category=None)
    frame["coded_on"] = pd.Timestamp("2006-03-01")
    frame["memo"] = ["why I <think> so" if start == 17 else None for start in frame["start"]]
    return frame.astype({"number": "Int64", "stage": "string", "memo": "string"})


def rendered(folder, rows=CODED, decided=()):
    """Make the table, the page and the file in a folder; return them and the codings."""
    given = {
        "segments": segments(rows),
        "codebook": CODEBOOK,
        "transcripts": pd.DataFrame({"document": ["d1"], "text": [TEXT]}),
        "turns": pd.DataFrame({"document": ["d1"] * 2, "start": [0, 14], "end": [13, 59]}),
    }
    paths = {name: str(folder / f"{name}.parquet") for name in given}
    for name, frame in given.items():
        write_table(frame, paths[name])
    consensus = []
    if decided:
        consensus = [str(folder / "consensus.csv")]
        write_result(conform(list(decided), ConsensusDecisions), consensus[0])
    counts = SimpleNamespace(table=str(folder / "disagreements.csv"), takes=str(folder / "t.json"))
    read = InputFiles(fromdict=paths | {"consensus": consensus})
    tabulate_disagreement_places.main(
        SimpleNamespace(input=read, output=counts, params=SimpleNamespace(readers=None))
    )
    page = SimpleNamespace(page=str(folder / "page.html"), csv=str(folder / "fill.csv"))
    page_of = {
        "consensus": consensus,
        "counts": counts.table,
        "page": str(TEMPLATES / "disagreements.html.j2"),
        "css": [str(TEMPLATES / f"{name}.css") for name in ("lineage", "disagreements")],
        "scripts": [str(TEMPLATES / f"disagreements{part}.js") for part in ("", "_file")],
    }
    read = InputFiles(fromdict=paths | page_of)
    params = SimpleNamespace(
        title="A study",
        synthetic=True,
        readers={},
        roles={"nurse": "Nurse"},
        stages={},
        file="c.csv",
    )
    render_disagreements.main(SimpleNamespace(input=read, output=page, params=params))
    return folder / "page.html", folder / "fill.csv", read_result(counts.table).set_index("row")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return rendered(tmp_path_factory.mktemp("page"))


def test_the_table_counts_places_and_characters(made):
    table = made[2]
    assert table.loc["all", ["agreed", "places", "places_edges"]].tolist() == [1, 2, 1]
    assert table.loc["all", ["characters_edges", "characters_unmatched"]].tolist() == [4, 6]
    assert table.loc["t.c", "characters"] == 4
    assert table.loc["document.d1", "characters"] == 10
    assert table.loc["t", ["decided", "undecided"]].tolist() == [0, 2]


def test_each_number_on_the_page_is_a_cell_of_the_table(made):
    page, _, table = made
    cells = re.findall(
        r'data-cell="disagreement_places#([^"]+)/(\w+)">([\d,]+)<', page.read_text("utf-8")
    )
    assert len(cells) > 20
    for row, column, printed in cells:
        assert int(printed.replace(",", "")) == table.loc[row, column]


def test_the_page_shows_the_text_as_it_is_and_what_each_marked(made):
    page = made[0].read_text("utf-8")
    assert "<mark>She 👶🏽 was there</mark>" in page
    assert "<mark>👶🏽 was there</mark>" in page
    assert '<u class="theirs">She </u>' in page
    assert "&lt;b&gt;" in page
    assert "<b>there</b>" not in page
    assert "why I &lt;think&gt; so" in page
    assert "Nurse 3" in page


def test_the_file_to_fill_has_a_row_a_disagreement_and_is_read_back(made, tmp_path):
    file = pd.read_csv(made[1], dtype="string")
    assert file["characters"].tolist() == ["6", "4"]
    assert file["marked_by_a"].fillna("").tolist() == ["", "She 👶🏽 was there"]
    assert read_decisions(str(made[1]), "fill.csv") == []
    file.loc[1, ["decision", "by", "on", "why"]] = ["both", "A", "2006-03-02", "=so"]
    filled = tmp_path / "filled.csv"
    file.to_csv(filled, index=False)
    (decision,) = read_decisions(str(filled), "filled.csv")
    assert (decision.id, decision.decision, decision.why) == (file.loc[1, "id"], "both", "=so")


def test_decisions_that_are_there_are_shown_and_stale_ones_apart(made, tmp_path):
    name = pd.read_csv(made[1])["id"][0]
    said = {
        "decision": "keep b",
        "by": "A",
        "on": pd.Timestamp("2006-03-02"),
        "why": "so",
        "line": 2,
    }
    rows = [
        {"row": name, "state": "applied", "document": "d1", "marked_code": "k"} | said,
        {"row": "D0", "state": "stale", "document": "d1", "marked_code": "k", "now": name} | said,
    ]
    page, file, table = rendered(tmp_path, decided=rows)
    text = page.read_text("utf-8")
    assert "Decided: keep b. A, 2006-03-02: so" in text
    assert "Stale decisions" in text
    assert f'<a href="#{name}">{name}</a>' in text
    assert pd.read_csv(file)["decision"].tolist()[0] == "keep b"
    assert table.loc["all", ["decided", "undecided"]].tolist() == [1, 1]


def test_one_coder_leaves_nothing_to_compare(tmp_path):
    page, file, table = rendered(tmp_path, rows=CODED[:1])
    assert "nothing to compare" in page.read_text("utf-8")
    assert table.loc["all", "places"] == 0
    assert len(pd.read_csv(file)) == 0
