"""Projects of QualCoder and Taguette as their databases hold them."""

from __future__ import annotations

import pytest
from coded_projects import AT, DAY, TEXT, WORDS, given, html_of, qdpx, qualcoder, taguette
from reading import account, read, rows

from trialtrail.errors import StudyError
from trialtrail.exports.projects.model import UNNAMED

MADE = {"owner": "ann", "date": DAY}
SOURCES = [
    {"id": 1, "name": "mentor.01.docx", "fulltext": TEXT, "memo": "first talk", **MADE},
    {"id": 2, "name": "leaflet.pdf", "fulltext": TEXT, "mediapath": "/docs/leaflet.pdf", **MADE},
    {"id": 3, "name": "photo.png", "mediapath": "/images/photo.png", **MADE},
    {"id": 4, "name": "call.mp3", "mediapath": "/audio/call.mp3", "av_text_id": 5, **MADE},
    {"id": 5, "name": "call.mp3.txt", "fulltext": TEXT.replace("\n", "\r"), **MADE},
]
CODES = {
    "code_cat": [
        {"catid": 1, "name": "Theme"},
        {"catid": 2, "name": "Kind", "supercatid": 1, "memo": "how"},
    ],
    "code_name": [
        {"cid": 1, "name": "bond", "memo": "warm", "catid": 2},
        {"cid": 2, "name": "Kind", "catid": None},
        {"cid": 3, "name": "visit", "supercid": 1},
    ],
}


def given_code(number, code=1, source=1, start=AT[0], end=AT[1], **more):
    """Return a coding of QualCoder."""
    row = {"ctid": number, "cid": code, "fid": source, "pos0": start, "pos1": end}
    return row | {"seltext": WORDS, "memo": ""} | MADE | more


def test_qualcoder_codings_texts_and_codes(tmp_path):
    codings = [
        given_code(1, memo="warm answer"),
        given_code(2, code=3, owner="bob", seltext="How", start=3, end=6),
        given_code(3, code=2, source=5, owner=None, date="yesterday"),
        given_code(4, source=2, important=1),
    ]
    path = qualcoder(
        tmp_path / "p.qda" / "data.qda", {"source": SOURCES, "code_text": codings, **CODES}
    )
    columns = ("document", "code", "start", "end", "coder", "selected", "coded_on", "kind", "memo")
    assert rows(path, "codings", *columns) == [
        ("mentor.01", "bond", "18", "35", "ann", WORDS, "2024-05-06", "text", "warm answer"),
        ("mentor.01", "visit", "3", "6", "bob", "How", "2024-05-06", "text", ""),
        ("call.mp3", "kind", "18", "35", UNNAMED, WORDS, "", "transcript", ""),
        ("leaflet", "bond", "18", "35", "ann", WORDS, "2024-05-06", "pdf_text", ""),
    ]
    assert rows(path, "texts", "document", "text") == [
        *(("mentor.01", TEXT), ("leaflet", TEXT), ("call.mp3", TEXT)),
    ]
    assert rows(path, "codes", "code", "parent", "theme", "category", "definition") == [
        ("bond", "", "theme", "theme_kind", "warm"),
        ("kind", "", "", "", ""),
        ("visit", "bond", "theme", "theme_kind", ""),
    ]


def test_qualcoder_tells_what_has_no_place_and_what_refers_to_nothing(tmp_path):
    data = {
        "source": SOURCES,
        **CODES,
        "code_text": [given_code(1), given_code(2, source=99), given_code(3, start="here")],
        "code_av": [{"avid": n, "id": 4, "cid": 1, "pos0": 0, "pos1": 9} for n in (1, 2)],
        "code_image": [
            {"imid": 1, "id": 3, "cid": 1, "x1": 0},
            {"imid": 2, "id": 2, "cid": 1, "x1": 0, "pdf_page": 4},
        ],
        "graph": [{"grid": 1, "name": "map"}],
        "stored_sql": [{"title": "all"}],
    }
    path = qualcoder(tmp_path / "p.qda", data)
    found = account(path)
    assert found["code_text"][:2] == (3, 1)
    assert found["code_av"] == (2, 0, {"times have no place in a text": 2})
    assert set(found["code_image"][2]) == {
        "an area of a picture has no place in a text",
        "an area of a page has no place in a text",
    }
    assert found["graph"][1] == found["stored_sql"][1] == 0
    told = {each.record: each.message for each in read(path).odd_sources}
    assert set(told) == {"mentor.01", "leaflet", "photo", "call", "(no source)"}
    assert told["call"].startswith("2 codings of this source are not read: 2 of times")


def test_qualcoder_cases_variables_and_memos(tmp_path):
    data = {
        "source": SOURCES,
        "cases": [{"caseid": 1, "name": "Ann", "memo": "a case", **MADE}],
        "case_text": [
            {"id": 1, "caseid": 1, "fid": 1, "pos0": 0, "pos1": 9},
            {"id": 2, "caseid": 7, "fid": 1, "pos0": 0, "pos1": 9},
        ],
        "attribute_type": [{"name": "role", "valuetype": "character", "caseOrFile": "case"}],
        "attribute": [
            {"attrid": 1, "name": "role", "attr_type": "case", "value": "mentor", "id": 1},
            {"attrid": 2, "name": "wave", "attr_type": "file", "value": "early", "id": 1},
            {"attrid": 3, "name": "wave", "attr_type": "file", "value": "", "id": 2},
        ],
        "journal": [{"jid": 1, "name": "audit", "jentry": "agreed", **MADE}],
        "annotation": [{"anid": 1, "fid": 1, "pos0": 0, "pos1": 5, "memo": "risk", **MADE}],
    }
    path = qualcoder(tmp_path / "p.qda", data)
    assert rows(path, "cases", "case", "document", "start", "description") == [
        ("Ann", "", "", "a case"),
        ("Ann", "mentor.01", "0", ""),
    ]
    assert rows(path, "variables", "variable", "of", "name", "value", "type") == [
        ("role", "", "", "", "character"),
        ("role", "case", "Ann", "mentor", "character"),
        ("wave", "source", "mentor.01", "early", ""),
    ]
    assert rows(path, "memos", "kind", "text", "document", "writer") == [
        ("journal", "agreed", "", "ann"),
        ("annotation", "risk", "mentor.01", "ann"),
        ("description", "first talk", "mentor.01", "ann"),
    ]
    assert account(path)["attribute"] == (3, 2, {"it has no value": 1})


def test_groups_of_qualcoder_in_a_circle_end_nothing(tmp_path):
    circle = [
        {"catid": 1, "name": "A", "supercatid": 2},
        {"catid": 2, "name": "B", "supercatid": 1},
    ]
    codes = {"code_cat": circle, "code_name": [{"cid": 1, "name": "c", "catid": 1}]}
    path = qualcoder(tmp_path / "p.qda", codes)
    assert rows(path, "codes", "code", "category") == [("c", "a")]


SPOKEN = "I: Wie war es?\nA: Schön 🙂 so it was.\n"
TAGS = [
    {"id": 1, "project_id": 1, "path": "initiating.awkward", "description": "at first"},
    {"id": 2, "project_id": 1, "path": "external", "description": ""},
    {"id": 3, "project_id": 1, "path": "external.time", "description": ""},
]


def highlighted(words, number=1, text=SPOKEN, document=1):
    """Return a highlight of Taguette over words of a document: offsets in bytes."""
    start = len(text[: text.index(words)].encode())
    end = start + len(words.encode())
    row = {"id": number, "document_id": document, "start_offset": start, "end_offset": end}
    return row | {"snippet": f"<p>{words}</p>"}


def talk(text=SPOKEN, number=1, project=1, between="\n"):
    """Return a document of Taguette."""
    content = html_of(text, between)
    row = {"id": number, "name": f"mentor.0{number}.docx", "description": "", "contents": content}
    return row | {"project_id": project, "filename": "m.docx", "created": DAY}


def test_taguette_offsets_are_bytes_and_its_commands_say_who_and_when(tmp_path):
    data = {
        "documents": [talk()],
        "tags": TAGS,
        "highlights": [
            highlighted("so it was", 1),
            highlighted("Schön 🙂", 2),
            highlighted("Wie", 3),
        ],
        "highlight_tags": [
            *({"highlight_id": 1, "tag_id": 1}, {"highlight_id": 1, "tag_id": 3}),
            {"highlight_id": 2, "tag_id": 2},
        ],
        "commands": [
            given(1, 1, [1], "ann", "2024-05-06 10:00:00"),
            given(2, 1, [1, 3], "bob", "2024-05-07 10:00:00"),
            {"id": 3, "date": DAY, "user_login": "ann", "payload": '{"type": "tag_add"}'},
        ],
    }
    path = taguette(tmp_path / "p.sqlite3", data)
    columns = ("document", "code", "start", "end", "coder", "coded_on", "selected")
    assert rows(path, "codings", *columns) == [
        ("mentor.01", "initiating_awkward", "30", "39", "ann", "2024-05-06", "so it was"),
        ("mentor.01", "external_time", "30", "39", "bob", "2024-05-07", "so it was"),
        ("mentor.01", "external", "18", "29", UNNAMED, "", "Schön 🙂"),
    ]
    assert rows(path, "texts", "text") == [(SPOKEN.rstrip(),)]
    text = SPOKEN.encode()
    assert text[30:39].decode() == "so it was"
    assert text[18:29].decode() == "Schön 🙂 "[:-1]
    assert rows(path, "codes", "code", "label", "parent", "theme", "definition") == [
        ("initiating_awkward", "initiating.awkward", "", "initiating", "at first"),
        ("external", "external", "", "", ""),
        ("external_time", "external.time", "external", "", ""),
    ]
    found = account(path)
    assert found["highlights"] == (3, 2, {"no tag was given to it": 1})
    assert found["commands"][:2] == (3, 2)
    assert found["projects"] == (1, 0, {"nothing is described of it": 1})


def test_paragraphs_that_touch_in_html_are_parted_and_offsets_move_along(tmp_path):
    plain = SPOKEN.replace("\n", "")
    data = {
        "documents": [talk(between="")],
        "tags": TAGS,
        "highlights": [highlighted("Schön 🙂", 1, plain), highlighted("es?A: Sch", 2, plain)],
        "highlight_tags": [{"highlight_id": n, "tag_id": 1} for n in (1, 2)],
    }
    data["highlights"][1]["snippet"] = "<p>es?</p><p>A: Sch</p>"
    path = taguette(tmp_path / "p.sqlite3", data)
    text = rows(path, "texts", "text")[0][0]
    assert text == SPOKEN.rstrip()
    for start, end, words in rows(path, "codings", "start", "end", "selected"):
        assert text.encode()[int(start) : int(end)].decode() == words
    assert read(path, "texts").form["line feeds put between paragraphs"] == "1"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a &amp; b &nbsp;c</p>", "a & b \xa0c"),
        ("<h1>Talk</h1>\n\n<p>a<br/>b <b>c</b></p>", "Talk\n\na\nb c"),
        ("<pre>\nx\r\ny</pre>", "x\ny"),
        ("<table><tr><td>I</td><td>How?</td></tr></table>", "IHow?"),
        ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
        ("", ""),
    ],
)
def test_text_nodes_of_html(html, text):
    from trialtrail.exports.projects.taguette import nodes_of

    assert nodes_of(html).text == text


def test_a_database_of_several_projects_is_refused_and_one_is_meant(tmp_path):
    path = taguette(tmp_path / "p.sqlite3", {"documents": [talk(), talk(number=2, project=2)]})
    with pytest.raises(StudyError, match="2 projects of Taguette"):
        read(path)


@pytest.mark.parametrize(
    ("format_", "make", "says"),
    [
        ("taguette", lambda path: qualcoder(path, {}), "This is a project of QualCoder"),
        ("qualcoder", lambda path: taguette(path, {}), "This is a project of Taguette"),
        ("qualcoder", lambda path: qdpx(path, "<Project/>"), "This is a REFI-QDA project"),
        ("refi_qda", lambda path: qualcoder(path, {}), "This is a project of QualCoder"),
        ("csv", lambda path: taguette(path, {}), "This is a project of Taguette"),
        ("taguette", lambda path: path.write_text("a,b"), "no database of SQLite"),
    ],
)
def test_a_file_of_another_kind_is_named(tmp_path, format_, make, says):
    path = tmp_path / "file"
    make(path)
    with pytest.raises(StudyError, match=says):
        read(path, format=format_)


@pytest.mark.parametrize("kind", ["qualcoder", "taguette"])
def test_a_damaged_database_is_refused(tmp_path, kind):
    path = tmp_path / "file"
    (qualcoder if kind == "qualcoder" else taguette)(path, {})
    path.write_bytes(path.read_bytes()[:9000])
    with pytest.raises(StudyError):
        read(path, format=kind)
