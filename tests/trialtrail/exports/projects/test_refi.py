"""REFI-QDA projects as programs write them: what is read, what is told, and nothing is lost."""

from __future__ import annotations

import zipfile

import pytest
from coded_projects import (
    AT,
    SPACE,
    TEXT,
    WORDS,
    coding,
    project_xml,
    qdpx,
    selection,
    text_source,
)
from reading import account, read, rows

from trialtrail.errors import StudyError
from trialtrail.exports.projects.model import UNNAMED

PLACE = ("document", "code", "start", "end", "coder", "selected", "coded_on")


def one(tmp_path, inside, **more):
    """Return a project of one text with ``inside`` it."""
    source = {key: more.pop(key) for key in ("name", "guid", "path") if key in more}
    files = more.pop("files", None)
    return qdpx(tmp_path / "p.qdpx", project_xml(text_source(inside, **source), **more), files)


@pytest.mark.parametrize("space", [SPACE, "urn:QDA-XML:project:1:0", "urn:QDA-XML:project:0:4"])
@pytest.mark.parametrize("braces", [True, False])
def test_codings_have_coder_code_place_and_the_words_of_the_program(tmp_path, space, braces):
    inside = selection(name=WORDS) + selection(3, 6, coding("b", "c2", "u2"), guid="s2")
    xml = project_xml(text_source(inside), space=space)
    if braces:
        for guid in ("u1", "u2", "a", "b"):
            xml = xml.replace(f'UID="{guid}"', f'UID="{{{guid.upper()}}}"')
            xml = xml.replace(f'User="{guid}"', f'User="{{{guid.upper()}}}"')
    path = qdpx(tmp_path / "p.qdpx", xml)
    start, end = map(str, AT)
    assert rows(path, "codings", *PLACE) == [
        ("talk_1", "bond", start, end, "ann", WORDS, "2024-05-06"),
        ("talk_1", "visit", "3", "6", "bob", "", "2024-05-06"),
    ]
    assert read(path).form["origin"] == "A program"


def test_words_are_never_cut_out_of_the_text(tmp_path):
    assert rows(one(tmp_path, selection()), "codings", "selected") == [("",)]


@pytest.mark.parametrize(
    ("name", "described", "selected", "memo"),
    [
        ("", WORDS, WORDS, ""),
        ("Grand, so...", WORDS, WORDS, ""),
        ("", "a warm answer", "", "a warm answer"),
        (WORDS, "a warm answer", WORDS, "a warm answer"),
        ("line:2", "", "", ""),
    ],
)
def test_words_stand_in_the_name_or_the_description(tmp_path, name, described, selected, memo):
    inside = f"<Description>{described}</Description>" + coding("a")
    path = one(tmp_path, selection(inside=inside, name=name))
    assert rows(path, "codings", "selected", "memo") == [(selected, memo)]


def test_user_and_day_stand_on_the_coding_or_the_selection_or_are_those_of_a_change(tmp_path):
    by = 'modifyingUser="u2" modifiedDateTime="2024-05-07T10:00:00"'
    inside = selection(inside=coding("a", user=""), more=by)
    inside += selection(inside=coding("a", "c2", "u1"), more=by, guid="s2")
    inside += selection(inside=coding("a", "c3", "gone-user"), more="", guid="s3")
    inside += selection(inside=coding("a", "c4", ""), more='creationDateTime="soon"', guid="s4")
    path = one(tmp_path, inside)
    assert rows(path, "codings", "coder", "coded_on") == [
        ("bob", "2024-05-07"),
        ("ann", "2024-05-07"),
        (f"{UNNAMED}_gone-use", ""),
        (UNNAMED, ""),
    ]
    (told,) = read(path).odd_sources
    assert (told.rule, told.column) == ("guessed", "coder")
    assert "1 of 4 codings" in told.message
    assert "constant `coder`" in told.message
    # Where the coder comes from a constant of the configuration nobody asks for a name.
    assert not read(path, known=["document", "code", "start", "end"]).odd_sources


def test_columns_that_a_study_does_not_use_are_not_of_its_export(tmp_path):
    path = one(tmp_path, selection())
    known = ["document", "code", "start", "end", "coder", "lost"]
    assert read(path, known=known).header == known[:-1]
    assert read(path, "codes", known=["code", "label"]).header == ["code", "label"]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", ""), ("utf-8", "\ufeff"), ("utf-16", ""), ("utf-32", ""), ("cp1252", "")],
)
def test_texts_are_read_in_their_encoding(tmp_path, encoding, mark):
    text = mark + TEXT + "Caf\u00e9"
    path = one(tmp_path, selection(), files={"Sources/X.TXT": text.encode(encoding)})
    assert rows(path, "texts", "document", "text") == [("talk_1", TEXT + "Caf\u00e9")]
    assert ("encoding" in read(path, "texts").form) == (encoding == "cp1252")


@pytest.mark.parametrize(
    ("ends", "kept"), [("\r", "\n"), ("\n", "\n"), ("\r\n", "\r\n"), ("\u2028", "\u2028")]
)
def test_a_line_end_is_never_counted_another_way_than_the_program_did(tmp_path, ends, kept):
    text = TEXT.replace("\n", ends)
    path = one(tmp_path, selection(), files={"sources/x.txt": text.encode()})
    assert rows(path, "texts", "text") == [(TEXT.replace("\n", kept),)]
    assert rows(path, "codings", "start", "end") == [tuple(map(str, AT))]


def test_a_text_may_stand_in_the_project_itself_and_one_that_is_a_file_of_its_own(tmp_path):
    inline = f"<PlainTextContent>{TEXT}</PlainTextContent>" + selection()
    xml = project_xml(f'<TextSource guid="x" name="talk">{inline}</TextSource>')
    (tmp_path / "p.qde").write_text(xml, encoding="utf-8")
    assert rows(tmp_path / "p.qde", "texts", "document", "text") == [("talk", TEXT)]
    with zipfile.ZipFile(tmp_path / "other.qdpx", "w") as archive:
        archive.writestr("My project.qde", "\ufeff" + xml)
    assert rows(tmp_path / "other.qdpx", "texts", "where") == [("in the project itself",)]


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("relative:///texts/x.txt", "outside the archive (relative:)"),
        ("absolute:///elsewhere/x.txt", "outside the archive (absolute:)"),
        ("file:///elsewhere/x.txt", "outside the archive (file:)"),
        ("internal://other.txt", "no file of the name"),
    ],
)
def test_a_text_that_is_not_there_is_told_once(tmp_path, path, says):
    file = one(tmp_path, selection() + selection(3, 6, guid="s2"), path=path)
    export = read(file, "texts")
    assert len(export.rows) == 0
    (told,) = export.odd_sources
    assert (told.rule, told.record, told.column) == ("unread", "talk_1", "text")
    assert says in told.message
    assert len(read(file).rows) == 2
    assert not read(file).odd_sources


def test_a_source_without_a_name_is_found_by_its_guid_and_names_keep_their_points(tmp_path):
    path = qdpx(
        tmp_path / "p.qdpx",
        project_xml(
            text_source(selection(), None, guid="6338bacc-44ef")
            + text_source("", "mentor.01.docx", "x2")
            + text_source("", "Interview 3/4", "x3")
            + text_source("", "round 1/talk.txt", "x4")
            + text_source("", "talk.docx", "x5")
            + text_source("", "same.txt", "x6")
            + text_source("", "same.txt", "x7")
        ),
    )
    assert [document for (document,) in rows(path, "texts", "document")] == [
        *("source_6338bacc", "mentor.01", "Interview 3/4", "round 1/talk.txt", "talk.docx"),
        *("same (x6)", "same (x7)"),
    ]
    assert rows(path, "codings", "document", "document_guid") == [
        ("source_6338bacc", "6338bacc-44ef")
    ]


def test_codes_of_one_name_are_two_and_have_one_id_in_every_table(tmp_path):
    codes = (
        '<Code guid="t1" name="Before" isCodable="false"><Code guid="a" name="positive"/></Code>'
        '<Code guid="t2" name="After" isCodable="false"><Code guid="b" name="positive"/></Code>'
        '<Code guid="c" name="Visits / week 1.5"><Code guid="d" name="none"/></Code>'
        '<Code guid="e" name="Visits: week 1.5"/>'
    )
    inside = "".join(selection(inside=coding(each, f"c{each}")) for each in "abde")
    path = one(tmp_path, inside, codes=codes)
    ids = ["before_positive", "after_positive", "none", "visits_week_1_5_2"]
    assert [code for (code,) in rows(path, "codings", "code")] == ids
    assert rows(path, "codes", "code", "label", "parent", "theme", "category", "definition") == [
        ("before_positive", "positive", "", "before", "", ""),
        ("after_positive", "positive", "", "after", "", ""),
        ("visits_week_1_5", "Visits / week 1.5", "", "", "", ""),
        ("none", "none", "visits_week_1_5", "", "", ""),
        ("visits_week_1_5_2", "Visits: week 1.5", "", "", "", ""),
    ]
    assert rows(path, "code_tree", "code", "codable")[:2] == [
        ("before", "false"),
        ("before_positive", "true"),
    ]


def test_groups_above_a_code_are_its_theme_and_category(tmp_path):
    path = one(tmp_path, "")
    assert rows(path, "codes", "code", "category", "category_label", "theme_label") == [
        ("bond", "kind", "Kind", "Theme"),
        ("visit", "kind", "Kind", "Theme"),
    ]
    assert rows(path, "codes", "definition") == [("warm",), ("",)]


def test_one_bad_selection_is_told_and_the_others_are_read(tmp_path):
    inside = selection() + selection("a few", 35, guid="s2") + selection(18, "", guid="s3")
    inside += selection(1, 2, coding("nowhere"), guid="s4") + selection(900, 901, guid="s5")
    inside += selection(inside='<Coding guid="c9" creatingUser="u1"/>', guid="s6")
    path = one(tmp_path, inside)
    assert rows(path, "codings", "code", "start") == [
        *(("bond", "18"), ("nowhere", "1"), ("bond", "900")),
    ]
    (told,) = read(path).odd_sources
    assert told.record == "talk_1"
    assert "3 codings of this source are not read: 2 of a passage of a text" in told.message
    count = account(path)["Coding of a passage of a text"]
    assert count[:2] == (6, 3)
    assert count[2] == {"the offsets are no whole numbers": 2, "it names no code": 1}


OTHERS = (
    '<PDFSource guid="p" name="leaflet.pdf" path="internal://p.pdf">'
    '<PDFSelection guid="ps" page="0" firstX="1" firstY="1" secondX="9" secondY="9">{area}'
    '</PDFSelection><Representation guid="r" plainTextPath="internal://x.txt">{text}'
    '</Representation>{whole}</PDFSource><AudioSource guid="au" name="call.mp3">'
    '<Transcript guid="tr" name="call" plainTextPath="internal://x.txt">'
    '<SyncPoint guid="f" timeStamp="0" position="18"/><SyncPoint guid="g" timeStamp="9"'
    ' position="35"/><SyncPoint guid="h" timeStamp="12"/>'
    '<TranscriptSelection guid="q" name="call.mp3" fromSyncPoint="f" toSyncPoint="g">{turn}'
    '</TranscriptSelection><TranscriptSelection guid="q2" fromSyncPoint="g" toSyncPoint="h">{lost}'
    '</TranscriptSelection></Transcript><AudioSelection guid="as" begin="0" end="9">{times}'
    '</AudioSelection></AudioSource><PictureSource guid="pi" name="photo">'
    '<PictureSelection guid="pis" firstX="1" firstY="1" secondX="5" secondY="5">{picture}'
    "</PictureSelection></PictureSource>"
)


def test_codings_of_every_kind_are_read_or_told_one_query_a_source(tmp_path):
    parts = ("area", "text", "whole", "turn", "lost", "times", "picture")
    inside = {part: coding("b", f"c-{part}") for part in parts}
    inside["text"] = selection(inside=inside["text"], guid="s9")
    inside["times"] += coding("a", "c-times-2")
    sources = text_source(selection() + coding("b", "cw")) + OTHERS.format(**inside)
    path = qdpx(tmp_path / "p.qdpx", project_xml(sources))
    end = str(len(TEXT))
    assert rows(path, "codings", "document", "kind", "start", "end", "selected") == [
        ("talk_1", "text", "18", "35", ""),
        ("talk_1", "whole_source", "0", end, ""),
        ("leaflet", "pdf_text", "18", "35", ""),
        ("leaflet", "whole_source", "0", end, ""),
        ("call", "transcript", "18", "35", ""),
    ]
    assert [document for (document,) in rows(path, "texts", "document")] == [
        *("talk_1", "leaflet", "call"),
    ]
    told = {each.record: each.message for each in read(path).odd_sources}
    assert list(told) == ["leaflet", "call", "photo"]
    assert "1 of an area of a PDF" in told["leaflet"]
    assert told["call"].startswith("3 codings of this source are not read: 2 of times of an audio")
    found = account(path)
    codings = {name: each for name, each in found.items() if name.startswith("Coding ")}
    assert sum(each[0] for each in codings.values()) == 10
    assert sum(each[1] for each in codings.values()) == 5
    assert found["SyncPoint"][:2] == (3, 2)


def test_an_element_that_nobody_thought_of_is_told_by_its_name(tmp_path):
    extra = '<Emotion guid="z" name="glad"><Shade/></Emotion>'
    path = one(
        tmp_path, selection(inside=coding("a") + extra) + extra, rest="<Moods><Mood/></Moods>"
    )
    found = account(path)
    assert {name: each[0] for name, each in found.items() if not each[1]} == {
        **{"Emotion": 2, "Shade": 2, "Moods": 1, "Mood": 1},
    }
    assert len(read(path).rows) == 1


REST = (
    '<Cases><Case guid="k1" name="Ann"><Description>first</Description>'
    '<VariableValue><VariableRef targetGUID="v"/><TextValue>mentor</TextValue></VariableValue>'
    '<SourceRef targetGUID="x"/><SelectionRef targetGUID="s1"/><SourceRef targetGUID="gone"/>'
    '</Case></Cases><Notes><Note guid="n1" name="diary"'
    ' plainTextPath="internal://n.txt" creatingUser="u2"'
    ' creationDateTime="2024-05-08T09:00:00Z"/><Note guid="n2"><PlainTextContent>odd'
    '</PlainTextContent></Note><Note guid="n3" name=""/></Notes>'
    '<Links><Link guid="l1" originGUID="n1" targetGUID="s2"/></Links>'
    '<Sets><Set guid="m" name="Early"><MemberSource targetGUID="x"/><MemberCode targetGUID="a"/>'
    '</Set></Sets><Graphs><Graph guid="g"><Vertex guid="w" firstX="1" firstY="1"/></Graph></Graphs>'
)
VARIABLES = '<Variables><Variable guid="v" name="role" typeOfVariable="Text"/></Variables>'


def test_cases_variables_memos_sets_and_links_are_tables_too(tmp_path):
    inside = selection(inside=coding("a", more='<NoteRef targetGUID="n2"/>'))
    inside += selection(3, 6, "", guid="s2")
    inside += selection(7, 9, "<Description>she pauses</Description>", guid="s3")
    inside += selection(0, 1, coding("k1", "c7"), guid="s4")
    xml = project_xml(text_source(inside), rest=REST).replace("<Cases>", VARIABLES + "<Cases>")
    path = qdpx(tmp_path / "p.qdpx", xml, {"x.txt": TEXT, "n.txt": "we met", "n.docx": b"PK"})
    assert rows(path, "codings", "code", "memo") == [("bond", "odd")]
    assert rows(path, "cases", "case", "document", "start", "end", "description") == [
        ("Ann", "", "", "", "first"),
        ("Ann", "talk_1", "0", "1", ""),
        ("Ann", "talk_1", "", "", ""),
        ("Ann", "talk_1", "18", "35", ""),
    ]
    assert rows(path, "variables", "variable", "of", "name", "value") == [
        ("role", "", "", ""),
        ("role", "case", "Ann", "mentor"),
    ]
    assert rows(path, "memos", "kind", "name", "text", "document", "start", "writer") == [
        ("annotation", "diary", "we met", "talk_1", "3", "bob"),
        ("note", "", "odd", "", "", UNNAMED),
        ("annotation", "", "she pauses", "talk_1", "7", "ann"),
    ]
    assert rows(path, "sets", "set", "kind", "member") == [
        ("Early", "source", "talk_1"),
        ("Early", "code", "bond"),
    ]
    assert rows(path, "links", "origin", "target") == [("n1", "s2")]
    found = account(path)
    assert found["SourceRef of a case"] == (
        *(2, 1, {"it refers to no source or passage that is read": 1}),
    )
    assert found["file in the archive"][:2] == (3, 2)
    assert found["Note"] == (3, 2, {"its text is not in the file as plain text": 1})
    assert found["Vertex"][:2] == (1, 0)


def test_a_codebook_is_read_and_the_points_of_taguette_part_groups(tmp_path):
    xml = (
        '<CodeBook xmlns="urn:QDA-XML:codebook:1:0" origin="Taguette 1.5.2"><Codes>'
        '<Code guid="1" name="external.time" isCodable="true"/>'
        '<Code guid="2" name="dr. who" isCodable="true"/></Codes><Sets/></CodeBook>'
    )
    (tmp_path / "c.qdc").write_text(xml, encoding="utf-8")
    assert rows(tmp_path / "c.qdc", "codes", "code", "label", "theme") == [
        ("external_time", "external.time", "external"),
        ("dr_who", "dr. who", ""),
    ]
    (tmp_path / "d.qdc").write_text(xml.replace("Taguette", "MAXQDA"), encoding="utf-8")
    assert rows(tmp_path / "d.qdc", "codes", "theme") == [("",), ("",)]
    with pytest.raises(StudyError, match="codes, code_tree"):
        read(tmp_path / "c.qdc", "codings")


def test_codes_with_one_guid_or_none_do_not_end_the_reading(tmp_path):
    twice = '<Code guid="a" name="one"/><Code guid="a" name="two"/><Code guid="" name="three"/>'
    path = one(tmp_path, selection(), codes=twice)
    assert rows(path, "codes", "code") == [("one",)]
    assert [each.record for each in read(path, "codes").odd_sources] == ["two", "three"]


def test_a_table_that_a_project_does_not_have_is_told(tmp_path):
    with pytest.raises(StudyError, match="codings, texts, codes"):
        read(one(tmp_path, selection()), "diagrams")


def test_what_is_no_project_is_refused_without_a_word_of_it(tmp_path):
    for name, content in (("p.qdpx", None), ("p.qde", b"<Project>SECRET"), ("p.qdc", b"SECRET")):
        path = tmp_path / name
        if content is None:
            qdpx(path, "<Project>SECRET")
        else:
            path.write_bytes(content)
        with pytest.raises(StudyError) as caught:
            read(path)
        assert "SECRET" not in caught.value.text()


@pytest.mark.parametrize("name", ["p.qdpx", "p.qde", "p.qdc"])
def test_an_external_entity_is_refused(tmp_path, name):
    entity = '<?xml version="1.0"?><!DOCTYPE Project [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    xml = entity + project_xml(text_source("")).partition("?>")[2]
    path = tmp_path / name
    if name == "p.qdpx":
        qdpx(path, xml)
    else:
        path.write_text(xml, encoding="utf-8")
    with pytest.raises(StudyError, match="document type"):
        read(path)


def test_cases_of_nvivo_are_codes_of_its_codebook_and_no_codes(tmp_path):
    codes = '<Code guid="k1" name="Ann"/><Code guid="a" name="bond"/>'
    inside = selection() + selection(3, 6, coding("k1", "c2"), guid="s2") + coding("k1", "c3")
    rest = '<Cases><Case guid="k1" name="Ann"/></Cases>'
    path = one(tmp_path, inside, codes=codes, rest=rest)
    assert rows(path, "codes", "code") == [("bond",)]
    assert rows(path, "codings", "code") == [("bond",)]
    assert rows(path, "cases", "case", "start", "end") == [
        *(("Ann", "", ""), ("Ann", "3", "6"), ("Ann", "0", str(len(TEXT)))),
    ]


def test_a_case_without_a_name_has_the_values_of_a_source(tmp_path):
    value = '<VariableValue><VariableRef targetGUID="v"/><IntegerValue>3</IntegerValue>'
    case = f'<Case guid="k">{value}</VariableValue><SourceRef targetGUID="x"/></Case>'
    xml = project_xml(text_source(""), rest=f"{VARIABLES}<Cases>{case}</Cases>")
    path = qdpx(tmp_path / "p.qdpx", xml)
    assert rows(path, "variables", "variable", "of", "name", "value")[1:] == [
        ("role", "source", "talk_1", "3")
    ]
    assert rows(path, "cases", "case") == []


def test_where_transcripts_come_of_projects_alone_a_lost_text_is_one_query(tmp_path):
    path = one(tmp_path, selection() + selection(3, 6, guid="s2"), path="relative:///x.txt")
    alone = {"texts_of_projects": True}
    export = read(path, **alone)
    assert (len(export.rows), export.odd_sources, export.explained) == (0, [], True)
    assert len(read(path, "texts", **alone).odd_sources) == 1


def test_codings_of_notes_and_of_texts_within_areas_are_asked_about_too(tmp_path):
    within = f'<Representation guid="r2">{selection(inside=coding("b", "c8"))}</Representation>'
    pdf = (
        '<PDFSource guid="p" name="leaflet"><PDFSelection guid="ps" page="0" firstX="1" firstY="1"'
        f' secondX="9" secondY="9">{within}</PDFSelection></PDFSource>'
    )
    note = f'<Note guid="n9" name="diary"><PlainTextContent>we met</PlainTextContent>{selection()}'
    xml = project_xml(text_source("") + pdf, rest=f"<Notes>{note}</Note></Notes>")
    path = qdpx(tmp_path / "p.qdpx", xml)
    told = {each.record: each.message for each in read(path).odd_sources}
    assert set(told) == {"diary", "leaflet"}
    assert "1 of a passage of a note (memos are no transcripts)" in told["diary"]
    assert len(read(path).rows) == 0


def test_two_users_of_one_name_are_one_coder_and_a_note_says_so(tmp_path):
    inside = selection() + selection(3, 6, coding("a", "c2", "u2"), guid="s2", more="")
    xml = project_xml(text_source(inside)).replace('name="bob"', 'name="ann"')
    path = qdpx(tmp_path / "p.qdpx", xml)
    assert rows(path, "codings", "coder") == [("ann",), ("ann",)]
    assert [(each.rule, each.record) for each in read(path).odd_sources] == [("guessed", "ann")]
