"""Folders of transcripts: each file is read, told or refused, and none is passed over."""

import pytest

from trialtrail.configuration.documents import files_within, with_documents
from trialtrail.errors import StudyError
from trialtrail.exports.read import read_export

SPEC = {"name": "e", "label": "data/talks", "format": "documents", "known": ["turns"]}


@pytest.fixture
def folder(tmp_path):
    """Make a folder with files of a few words."""

    def made(*names):
        for name in names:
            path = tmp_path / "data" / "talks" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("I: how?\nR: well", "utf-8")
        return tmp_path / "data" / "talks"

    return made


def read(folder, **more):
    return read_export(SPEC | more, files_within(folder))


def test_a_file_that_is_not_read_is_told(folder):
    export = read(folder("b.txt", "a.md", "c.pdf", "old/d.txt", "README.md", "none"))
    assert export.rows["document"].tolist() == ["a", "b"]
    assert {odd.file: odd.rule for odd in export.odd} == {
        f"data/talks/{name}": "unread" for name in ("c.pdf", "old/d.txt", "README.md", "none")
    }


def test_a_folder_within_of_the_same_name_is_another(folder):
    export = read(folder("a.txt", "talks/b.txt"), label="data/talks/")
    assert export.rows["_file"].tolist() == ["data/talks/a.txt"]
    assert [odd.file for odd in export.odd] == ["data/talks/talks/b.txt"]


def test_what_no_person_put_there_is_nothing(folder):
    export = read(folder("a.txt", ".DS_Store", "~$a.docx", "Thumbs.db", ".git/x.txt", "a.txt~"))
    assert export.rows["document"].tolist() == ["a"]
    assert export.odd == []


@pytest.mark.parametrize("names", [("t.txt", "t.md"), ("t.srt", "t.TXT"), ("t.vtt", "t.txt")])
def test_two_files_of_one_name_are_refused_and_both_named(folder, names):
    place = folder("other.txt", *names)
    for name in names:
        if name.endswith(("srt", "vtt")):
            head = "WEBVTT\n\n" if name.endswith("vtt") else "1\n"
            (place / name).write_text(f"{head}00:00:01.000 --> 00:00:02.000\nhow?\n", "utf-8")
    with pytest.raises(StudyError) as caught:
        read(place)
    assert all(f"data/talks/{name}" in caught.value.where for name in names)


def test_the_older_format_tells_what_it_does_not_read(folder, tmp_path):
    from docx import Document

    place = folder("b.txt")
    Document().save(place / "a.docx")
    export = read(place, format="docx", known=[])
    assert export.rows["document"].tolist() == ["a"]
    assert [odd.file for odd in export.odd] == ["data/talks/b.txt"]


def study(file, columns=None, **spec):
    source = {"export": "talks", "columns": columns or {"document": "document", "text": "text"}}
    return {
        "exports": {"talks": {"file": file, **spec}},
        "tables": {"transcripts": {"sources": [source]}},
    }


def outcome(config, folder):
    made = with_documents(config, folder)
    columns = made["tables"]["transcripts"]["sources"][0]["columns"]
    return made["exports"]["talks"].get("format"), "turns" in columns


def test_what_makes_transcripts_alone_and_looks_like_documents_is_documents(folder):
    data = folder("a.txt").parent
    for file in ("talks", "talks/a.txt", "x.docx", "x.vtt", "x.SRT"):
        assert outcome(study(file), data) == ("documents", True)
    for file in ("x.csv", "x.qdpx", "x.xlsx"):
        assert outcome(study(file), data) == (None, False)
    assert outcome(study("x.txt", {"document": "Doc", "text": "Words"}), data) == (None, False)
    assert outcome(study("x.txt", format="csv"), data) == ("csv", False)
    assert outcome(study("talks", format="docx"), data) == ("docx", False)


def test_what_is_known_of_turns_is_left_where_the_study_says_so(folder):
    data = folder("a.txt").parent
    assert outcome(study("talks", ignore=["turns"]), data) == ("documents", False)
    other = study("talks")
    other["tables"]["codebook"] = {"sources": [{"export": "talks", "columns": {"code": "code"}}]}
    assert outcome(other, data) == (None, False)
