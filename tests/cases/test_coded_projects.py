"""Studies whose codings come as projects or tables of programs, through the validation."""

from __future__ import annotations

import io

import openpyxl
import pytest
from coded_projects import (
    TEXT,
    WORDS,
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
from small_trial import validated, write_study

SAME = ("document", "code", "start", "end", "selected", "coder", "coded_on", "kind", "memo", "guid")
CODES = ("code", "label", "parent", "codable", "definition", "guid")


def of_project(file, **codings):
    """Return the change of the small trial that reads texts, codes and codings of one project."""

    def change(config):
        for sheet in ("codings", "texts", "code_tree"):
            config["exports"][sheet] = {"file": file, "sheet": sheet}
        config["exports"]["codings"] |= codings
        sources = {
            "transcripts": ("texts", {"document": "document", "text": "text"}),
            "codebook": ("code_tree", dict(zip(CODES, CODES, strict=True))),
            "segments": ("codings", dict(zip(SAME, SAME, strict=True))),
        }
        for table, (export, columns) in sources.items():
            config["tables"][table] = {"sources": [{"export": export, "columns": columns}]}

    return change


def study(tmp_path, name, make, **codings):
    """Return the validated study whose project ``make`` writes."""
    path = tmp_path / "made" / name
    path.parent.mkdir(parents=True)
    make(path)
    files = {f"data/{name}": path.read_bytes()}
    return validated(
        write_study(tmp_path / "study", change=of_project(f"data/{name}", **codings), files=files)
    )


def refi(inside, **more):
    """Return what writes a project of one text."""
    return lambda path: qdpx(path, project_xml(text_source(inside, **more)))


def test_a_project_of_qualcoder_a_folder_of_it_taguette_and_refi_are_one_study(tmp_path):
    made = {"owner": "ann", "date": "2024-05-06 10:00:00"}
    theirs = {
        "source": [{"id": 1, "name": "talk_1.txt", "fulltext": TEXT, **made}],
        "code_name": [{"cid": 1, "name": "bond", **made}],
        "code_text": [
            {"ctid": 1, "cid": 1, "fid": 1, "pos0": 18, "pos1": 35, "seltext": WORDS} | made
        ],
    }
    highlight = {"id": 1, "document_id": 1, "start_offset": 18, "end_offset": 35}
    tagged = {
        "documents": [{"id": 1, "name": "talk_1", "contents": html_of(TEXT), "project_id": 1}],
        "tags": [{"id": 1, "path": "bond", "description": ""}],
        "highlights": [highlight | {"snippet": f"<p>{WORDS}</p>"}],
        "highlight_tags": [{"highlight_id": 1, "tag_id": 1}],
        "commands": [given(1, 1, [1], "ann")],
    }
    flat = '<Code guid="a" name="bond"/>'
    source = text_source(selection(name=WORDS))
    studies = [
        study(tmp_path / "1", "p.qda", lambda path: qualcoder(path, theirs)),
        study(tmp_path / "2", "p.sqlite3", lambda path: taguette(path, tagged)),
        study(tmp_path / "3", "p.qdpx", lambda path: qdpx(path, project_xml(source, flat))),
    ]
    qualcoder(tmp_path / "4" / "data" / "p.qda" / "data.qda", theirs)
    studies.append(validated(write_study(tmp_path / "4", change=of_project("data/p.qda"))))
    own = ["guid", "_export", "_file", "_line"]
    first = studies[0].tables
    for each in studies:
        assert each.refusal is None
        assert not len(each.queries), each.queries
        for table in ("segments", "codebook"):
            frames = (tables[table].drop(columns=own) for tables in (first, each.tables))
            assert next(frames).equals(next(frames))
    assert studies[0].tables["transcripts"]["text"].tolist() == [TEXT]
    assert studies[1].tables["transcripts"]["text"].tolist() == [TEXT.rstrip()]


def test_bad_selections_are_one_query_each_and_the_rest_is_used(tmp_path):
    spans = [(18, 35), (18, 18), (35, 18), (-1, 3), ("x", 3)]
    inside = "".join(
        selection(start, end, coding("a", f"c{n}"), guid=f"s{n}")
        for n, (start, end) in enumerate(spans)
    )
    found = study(tmp_path, "p.qdpx", refi(inside))
    assert found.refusal is None
    rules = found.queries[["rule", "line"]].to_numpy().tolist()
    assert sorted(rule for rule, _ in rules) == ["offsets", "offsets", "range", "unread"]
    assert len(found.tables["segments"]) == 4


def test_an_external_text_is_one_query(tmp_path):
    many = "".join(selection(n, n + 2, guid=f"s{n}") for n in range(12))
    found = study(tmp_path, "p.qdpx", refi(many, path="absolute:///x.txt"))
    assert found.queries[["rule", "record", "column"]].to_numpy().tolist() == [
        ["unread", "talk_1", "text"]
    ]


def test_codings_without_a_coder_are_kept_and_asked_about_once(tmp_path):
    bare = [selection(n, n + 2, coding("a", f"c{n}", ""), guid=f"s{n}", more="") for n in range(9)]
    found = study(tmp_path, "p.qdpx", refi("".join(bare)))
    assert found.queries["rule"].tolist() == ["guessed"]
    assert set(found.tables["segments"]["coder"]) == {"unnamed"}


HIGHLIGHTS = [
    ("id", "document", "tag", "content"),
    (1, "talk_1", "bond", WORDS),
    (2, "talk_1", "bond", "How was it?"),
]
RETRIEVED = [
    ("Color", "Document name", "Code", "Beginning", "End", "Segment", "Created by", "Created"),
    ("\u25cf", "talk_1", "Theme\\Kind\\bond", 2, 2, WORDS, "ann", "2024-05-06"),
    ("\u25cf", "talk_1", "Theme\\Kind\\visit", 1, 1, "How was it?", "bob", "2024-05-07"),
]
TAKEN = {
    "taguette": (
        HIGHLIGHTS,
        {"document": "document", "code": "tag", "selected": "content"},
        {"constants": {"coder": "ann"}, "ignore": ["id"]},
    ),
    "maxqda": (
        RETRIEVED,
        {
            "document": "Document name",
            "code": "Code",
            "selected": "Segment",
            "coder": "Created by",
            "coded_on": "Created",
        },
        {"ignore": ["Color", "Beginning", "End"]},
    ),
}


def written(rows, ending):
    """Return a table as the bytes of a file."""
    if ending == "csv":
        return "\r\n".join(",".join(f'"{cell}"' for cell in row) for row in rows).encode(
            "utf-8-sig"
        )
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("program", TAKEN)
def test_tables_of_coded_passages_are_ordinary_exports(tmp_path, program, ending):
    rows, columns, more = TAKEN[program]
    project = qdpx(tmp_path / "p.qdpx", project_xml(text_source("")))

    def change(config):
        of_project("data/p.qdpx")(config)
        del config["exports"]["codings"]
        config["exports"]["highlights"] = {"file": f"data/h.{ending}"}
        source = {"export": "highlights", "columns": columns, **more}
        config["tables"]["segments"] = {"sources": [source]}

    files = {"data/p.qdpx": project.read_bytes(), f"data/h.{ending}": written(rows, ending)}
    found = validated(write_study(tmp_path / "study", change=change, files=files))
    assert found.refusal is None
    assert not len(found.queries), found.queries
    segments = found.tables["segments"]
    assert segments["selected"].tolist() == [WORDS, "How was it?"]
    assert segments["start"].isna().all()
