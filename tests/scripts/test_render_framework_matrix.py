"""The page of the framework matrix: its links lead into the transcripts."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from lxml import html

from tests import small_interviews as small
from trialtrail.qualitative.cases import held_interviews
from trialtrail.qualitative.marked_text import pieces
from trialtrail.qualitative.matrix import build_framework_matrix
from trialtrail.tables import write_result, write_table

from schemas.results.base import conform
from schemas.results.cases import FrameworkMatrix
from scripts.render_framework_matrix import main

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
SUMMARY = {
    "case": "patient_1",
    "theme": "trust",
    "summary": "Feared <her>.",
    "by": "a",
    "place": "",
}


def page(folder, entries=()):
    """Return the page as a tree."""
    register, segments = small.register(), small.segments()
    rows = build_framework_matrix(
        *(segments, small.codebook(), held_interviews(register), register),
        [SUMMARY | {"on": "2025-01-02"}],
        {"entries": entries},
    )
    write_result(conform(rows, FrameworkMatrix), folder / "matrix.csv")
    write_table(segments, folder / "segments.parquet")
    write_table(small.transcripts(), folder / "transcripts.parquet")
    inputs = SimpleNamespace(
        table=str(folder / "matrix.csv"),
        segments=str(folder / "segments.parquet"),
        transcripts=str(folder / "transcripts.parquet"),
        template=str(TEMPLATES / "framework_matrix.html.j2"),
        style=str(TEMPLATES / "lineage.css"),
    )
    output = SimpleNamespace(page=str(folder / "page.html"))
    params = SimpleNamespace(title="A <study>", synthetic=False)
    main(SimpleNamespace(input=inputs, output=output, params=params))
    return html.document_fromstring((folder / "page.html").read_text(encoding="utf-8"))


EVERY = ["trust", "trust.start", "trust.growth", "fear", "openness", "doubt", "load", "time"]


@pytest.mark.parametrize("entries", [(), EVERY])
def test_every_link_leads_to_a_place_of_the_page(tmp_path, entries):
    tree = page(tmp_path, entries)
    names = [each.get("id") for each in tree.iter() if isinstance(each.tag, str) and each.get("id")]
    assert len(names) == len(set(names))
    links = [each.get("href") for each in tree.iterfind(".//a") if each.get("href")]
    assert {link[1:] for link in links if link.startswith("#")} <= set(names)
    assert not [link for link in links if link.startswith("http")]


def test_a_link_leads_to_the_words_of_the_passage(tmp_path):
    tree = page(tmp_path)
    (row,) = (r for r in tree.iterfind(".//tbody/tr") if r.findtext("th") == "Patient 1")
    targets = [tree.get_element_by_id(a.get("href")[1:]) for a in row.iterfind(".//a")]
    assert [each.getnext().text for each in targets] == ["I was afraid of her", "I told her all"]
    assert "Feared <her>." in row.text_content()


def test_the_transcripts_are_whole_and_escaped(tmp_path):
    tree = page(tmp_path)
    shown = [each.text_content() for each in tree.find_class("transcript")]
    coded = {document for document, *_ in small.CODINGS}
    assert shown == [text for document, text in small.TEXTS.items() if document in coded]


@pytest.mark.parametrize(
    "passages",
    [
        [],
        [(0, 4, "x", "a")],
        [(0, 10, "x", "a")],
        [(2, 5, "x", "a"), (2, 5, "y", "b"), (4, 8, "x", "b")],
        [(3, 6, "x", "a"), (0, 10, "y", "a"), (6, 10, "z", "c")],
    ],
)
def test_pieces_give_the_text_and_each_passage_begins_one(passages):
    text = "0123456789"
    cut = pieces(0, text, passages)
    assert "".join(piece.text for piece in cut) == text
    anchors = [name for piece in cut for name in piece.anchors]
    assert sorted(anchors) == sorted({f"t0-{start}-{end}" for start, end, *_ in passages})
    for start, end, code, coder in passages:
        marked = "".join(p.text for p in cut if f"{code} ({coder})" in p.marks)
        assert text[start:end] in marked
