"""One study as REFI-QDA, QualCoder and Taguette write it: the same dataset and the same tables."""

from __future__ import annotations

import pandas as pd
import pytest
from coded_projects import (
    coding,
    given,
    html_of,
    project_xml,
    qdpx,
    qualcoder,
    selection,
    taguette,
    text_source,
)

from trialtrail.exports.read import read_export

from scripts.derive_segments import COLUMNS, derive_segments
from scripts.tabulate_codes import tabulate_codes

TALKS = {
    "talk_1": "I: How was it? 😀\nA: Grand 🙂, so it was. Grand.\nI: And then?\n"
    "A: Grand, so it was.",
    "talk_2": "I: And yours?\nB: Née ré – a visit, and 👩‍👩‍👧 at the door.\nB: A visit, and tea.",
}
CODED = [
    ("ann", "talk_1", "bond", "Grand 🙂, so it was.", 0),
    ("ann", "talk_1", "bond", "Grand", 2),
    ("ann", "talk_2", "visit", "a visit, and 👩‍👩‍👧", 0),
    ("bob", "talk_1", "fear", "A: Grand 🙂, so it was. Grand.\nI: And then?", 0),
    ("bob", "talk_2", "visit", "tea", 0),
    ("bob", "talk_2", "fear", "door", 0),
]
"""Coder, document, code, words, and how many of the same stand before them."""
CODES = {"bond": "warmth", "visit": "warmth", "fear": ""}
"""The group of each code; one stands alone."""
CODERS = {"ann": "u1", "bob": "u2"}
DAY = "2024-05-06"


def place(document: str, words: str, before: int) -> tuple[int, int]:
    """Return [start, end) of words in code points."""
    start = -1
    for _ in range(before + 1):
        start = TALKS[document].index(words, start + 1)
    return start, start + len(words)


UNITS = {
    "code points": len,
    "utf-16": lambda text: len(text.encode("utf-16-le")) // 2,
    "utf-8 bytes": lambda text: len(text.encode()),
    "line ends as two": lambda text: len(text.replace("\n", "\r\n")),
}


TREE = (
    '<Code guid="g" name="warmth" isCodable="false">'
    '<Code guid="bond" name="bond" isCodable="true"/>'
    '<Code guid="visit" name="visit" isCodable="true"/></Code>'
    '<Code guid="fear" name="fear" isCodable="true"/>'
)
FLAT = "".join(f'<Code guid="{name}" name="{name}" isCodable="true"/>' for name in CODES)


def refi(path, unit, line_ends="\n", codes=TREE):
    """Write the study as REFI-QDA whose offsets count in ``unit``; return the path."""
    sources, files = "", {}
    for number, (document, text) in enumerate(TALKS.items()):
        inside = ""
        for n, (coder, of, code, words, before) in enumerate(CODED):
            if of != document:
                continue
            start, end = (UNITS[unit](text[:at]) for at in place(document, words, before))
            one = coding(code, f"c{n}", CODERS[coder])
            by = f'creatingUser="{CODERS[coder]}" creationDateTime="{DAY}T10:00:00Z"'
            shown = words.replace("\n", line_ends)
            inside += selection(start, end, one, shown, f"s{n}", by)
        source = text_source(inside, document, f"x{number}", f"internal://{number}.txt")
        sources, files[f"sources/{number}.txt"] = sources + source, text.replace("\n", line_ends)
    files = {name: text.encode() for name, text in files.items()}
    return qdpx(path, project_xml(sources, codes), files)


def in_qualcoder(path):
    """Write the study as a project of QualCoder; return the path."""
    numbers = {name: number for number, name in enumerate(CODES, start=1)}
    documents = {name: number for number, name in enumerate(TALKS, start=1)}
    made = {"date": f"{DAY} 10:00:00"}
    rows = {
        "source": [
            {"id": documents[name], "name": name, "fulltext": text, "owner": "ann", **made}
            for name, text in TALKS.items()
        ],
        "code_cat": [{"catid": 1, "name": "warmth"}],
        "code_name": [
            {"cid": numbers[name], "name": name, "catid": 1 if group else None}
            for name, group in CODES.items()
        ],
        "code_text": [
            {"ctid": n, "cid": numbers[code], "fid": documents[document], "seltext": words}
            | dict(zip(("pos0", "pos1"), place(document, words, before), strict=True))
            | {"owner": coder, **made}
            for n, (coder, document, code, words, before) in enumerate(CODED, start=1)
        ],
    }
    return qualcoder(path / "p.qda" / "data.qda", rows)


def in_taguette(path):
    """Write the study as a project of Taguette, whose offsets are bytes; return the path."""
    tags = {name: number for number, name in enumerate(CODES, start=1)}
    documents = {name: number for number, name in enumerate(TALKS, start=1)}
    highlights, given_by = [], []
    for n, (coder, document, code, words, before) in enumerate(CODED, start=1):
        start, end = place(document, words, before)
        text = TALKS[document]
        offsets = (len(text[:at].encode()) for at in (start, end))
        row = {"id": n, "document_id": documents[document], "snippet": words}
        highlights.append(row | dict(zip(("start_offset", "end_offset"), offsets, strict=True)))
        given_by.append(given(n, n, [tags[code]], coder, f"{DAY} 10:00:00"))
    rows = {
        "documents": [
            {"id": documents[name], "name": name, "project_id": 1, "contents": html_of(text)}
            for name, text in TALKS.items()
        ],
        "tags": [
            {"id": tags[name], "project_id": 1, "path": name, "description": ""} for name in CODES
        ],
        "highlights": highlights,
        "highlight_tags": [
            {"highlight_id": n, "tag_id": tags[each[2]]} for n, each in enumerate(CODED, start=1)
        ],
        "commands": given_by,
    }
    return taguette(path, rows)


def read(path, name, **spec):
    """Return one table of an export as validation has it."""
    known = {"name": "e", "label": path.name} | ({"sheet": name} if name else {}) | spec
    frame = read_export(known, [str(path)]).rows.replace("", pd.NA).astype("string")
    offsets = {each: "Int64" for each in ("start", "end") if each in frame}
    frame = frame.drop(columns=["document_guid"], errors="ignore").astype(offsets)
    if "coded_on" in frame:
        frame["coded_on"] = pd.to_datetime(frame["coded_on"]).astype("datetime64[us]")
    return frame


def tables_of(path, segments=None, book=None) -> tuple[pd.DataFrame, pd.DataFrame, dict]:
    """Return dataset, tables of codes and what was set aside of a project, without a register."""
    segments = read(path, "codings") if segments is None else segments
    texts, book = read(path, "texts"), read(path, "codes") if book is None else book
    dataset, set_aside = derive_segments(segments, None, book, texts)
    return dataset, tabulate_codes(dataset, book, None, transcripts=texts), set_aside


SAME = [name for name in COLUMNS if name not in ("unit", "guid", "_export", "_file", "_line")]


def assert_same(found, expected):
    """Compare dataset and tables, but for unit, identifiers and where a record stands."""
    assert found[2] == expected[2] == {}
    pd.testing.assert_frame_equal(found[0][SAME], expected[0][SAME])
    pd.testing.assert_frame_equal(found[1], expected[1])


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """Return the study as REFI-QDA in code points."""
    return tables_of(refi(tmp_path_factory.mktemp("plain") / "p.qdpx", "code points"))


@pytest.fixture(scope="module")
def flat(tmp_path_factory):
    """Return the same with a codebook without groups, as Taguette's are."""
    return tables_of(refi(tmp_path_factory.mktemp("flat") / "p.qdpx", "code points", codes=FLAT))


def test_the_study_is_the_one_that_was_written(plain):
    dataset, tables, _ = plain
    columns = (dataset[name] for name in ("coder", "document", "code", "text"))
    assert sorted(zip(*columns, strict=True)) == sorted(each[:4] for each in CODED)
    assert dataset["verbatim"].all()
    counts = tables[tables["table"] == "codes"].set_index("item")["n"].to_dict()
    assert counts == {"all": 2, "warmth": 2, "warmth.bond": 1, "warmth.visit": 1, "fear": 2}


@pytest.mark.parametrize("unit", [name for name in UNITS if name != "code points"])
def test_a_unit_of_offsets_changes_nothing_but_its_name(tmp_path, plain, unit):
    found = tables_of(refi(tmp_path / "p.qdpx", unit))
    assert_same(found, plain)
    assert {unit in each for each in found[0]["unit"]} == {True}


@pytest.mark.parametrize("unit", ["code points", "line ends as two"])
def test_line_ends_of_two_signs_change_no_table_and_no_words(tmp_path, plain, unit):
    dataset, tables, set_aside = tables_of(refi(tmp_path / "p.qdpx", unit, "\r\n"))
    assert set_aside == {}
    assert list(dataset["text"].str.replace("\r\n", "\n")) == list(plain[0]["text"])
    pd.testing.assert_frame_equal(tables, plain[1])


def test_qualcoder_gives_the_same_tables(tmp_path, plain):
    assert_same(tables_of(in_qualcoder(tmp_path)), plain)


def test_taguette_gives_the_same_tables(tmp_path, flat):
    assert_same(tables_of(in_taguette(tmp_path / "p.sqlite3")), flat)


def test_highlights_of_taguette_without_offsets_give_the_same_passages(tmp_path, flat):
    parts = []
    for coder in CODERS:
        rows = [each for each in CODED if each[0] == coder]
        frame = pd.DataFrame(
            {
                "id": range(1, len(rows) + 1),
                "document": [each[1] for each in rows],
                "tag": [each[2] for each in rows],
                "content": [each[3] for each in rows],
            }
        )
        # The program lists a pair again in an export by a part of a tag's path.
        pd.concat([frame, frame[:1]]).to_csv(tmp_path / f"{coder}.csv", index=False)
        names = {"tag": "code", "content": "selected"}
        parts.append(read(tmp_path / f"{coder}.csv", "").rename(columns=names).assign(coder=coder))
    book = read(refi(tmp_path / "p.qdpx", "code points", codes=FLAT), "codes")
    segments = pd.concat(parts, ignore_index=True).drop(columns="id")
    dataset, _, set_aside = tables_of(tmp_path / "p.qdpx", segments, book)
    several = "the words stand at several places of the transcript, and no offsets are given"
    again = "the coder gave this code to this passage before"
    assert set_aside == {again: 2, several: 1}
    recurs = (flat[0]["text"] == "Grand").to_numpy()
    columns = [name for name in SAME if name != "coded_on"]
    expected = flat[0].loc[~recurs, columns].reset_index(drop=True)
    pd.testing.assert_frame_equal(dataset[columns], expected)
    assert set(dataset["unit"]) == {"words"}


def test_a_name_under_two_parents_is_two_codes_in_every_unit(tmp_path):
    codes = FLAT.replace('name="bond"', 'name="visit"')
    codes = f'<Code guid="g" name="Before" isCodable="false">{codes}</Code>'.replace(
        '<Code guid="visit" name="visit" isCodable="true"/>',
        '</Code><Code guid="h" name="After" isCodable="false">'
        '<Code guid="visit" name="visit" isCodable="true"/></Code>'
        '<Code guid="i" name="Other" isCodable="false">',
    )
    found = [
        tables_of(refi(tmp_path / f"{n}.qdpx", unit, codes=codes)) for n, unit in enumerate(UNITS)
    ]
    for each in found:
        assert_same(each, found[0])
    counts = found[0][1].query("table == 'codes' and level == 'code'").set_index("item")["n"]
    assert len(counts) == 3
    assert sorted(counts) == [1, 1, 2]
