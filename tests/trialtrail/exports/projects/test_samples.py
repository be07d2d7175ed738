"""Files that programs wrote themselves; they are not shipped, and the tests skip without them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from reading import account, read, rows

SAMPLES = Path(os.environ.get("CODED_SAMPLES", ""))
"""The folder with the files of real programs."""
FILES = {
    "qualcoder_two_coders.qda": ("code_text", 6),
    "qualcoder_two_coders.qdpx": ("Coding of a passage of a text", 6),
}


def sample(name: str) -> Path:
    """Return a file of a real program; without it the test is skipped."""
    path = SAMPLES / name
    if not os.environ.get("CODED_SAMPLES") or not path.exists():
        pytest.skip(f"CODED_SAMPLES names no folder with {name}")
    return path


@pytest.mark.parametrize("name", FILES)
def test_every_coding_of_a_sample_is_read(name):
    element, count = FILES[name]
    path = sample(name)
    assert account(path)[element] == (count, count, {})
    texts = dict(rows(path, "texts", "document", "text"))
    for document, start, end, words in rows(
        path, "codings", "document", "start", "end", "selected"
    ):
        assert texts[document][int(start) : int(end)] == words


def test_qualcoder_and_what_it_exports_are_the_same_tables():
    theirs, exported = map(sample, FILES)
    for sheet, own in (("codings", ["document_guid", "guid"]), ("texts", ["guid", "where"])):
        first, second = (
            read(path, sheet).rows.drop(columns=[*own, "_file"]) for path in (theirs, exported)
        )
        assert first.equals(second)
    columns = ("code", "label", "theme", "definition")
    assert rows(theirs, "codes", *columns) == rows(exported, "codes", *columns)


def test_a_codebook_of_taguette_is_read():
    assert rows(sample("taguette_codebook.qdc"), "codes", "code", "theme") == [
        ("interesting", ""),
        ("initiating_awkward", "initiating"),
        ("initiating_rapport", "initiating"),
        ("external_time", "external"),
    ]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_highlights_of_taguette_are_an_ordinary_table(ending):
    export = read(sample(f"taguette_highlights.{ending}"))
    assert export.header == ["id", "document", "tag", "content"]
    assert len(export.rows) == 3
