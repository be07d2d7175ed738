"""REFI-QDA projects as programs write them: name spaces, braces, byte-order marks, line ends."""

import zipfile

import pytest

from trialtrail.errors import StudyError
from trialtrail.exports.read import read_export

SPACE = "urn:QDA-XML:project:1.0"
TEXT = "I: How was it?\nA: Grand, so it was.\nI: And then?"
AT = TEXT.index("Grand"), TEXT.index("was.") + 4


def project(
    tmp_path, text=TEXT, spans=(AT,), space="urn:QDA-XML:project:1.0", braces=False, **more
):
    """Return a project of one text, with a selection a span, each coded by one of two coders."""

    def guid(name):
        return f"{{{name.upper()}}}" if braces else name

    selections = "".join(
        f'<PlainTextSelection guid="s{n}" startPosition="{start}" endPosition="{end}"'
        f' name="{more.get("name", "Grand, so it was.")}" creatingUser="{guid("u1")}"'
        ' creationDateTime="2024-05-06T10:00:00Z">'
        f'<Coding guid="c{n}" creatingUser="{guid(f"u{1 + n % 2}")}">'
        f'<CodeRef targetGUID="{guid("a")}"/></Coding></PlainTextSelection>'
        for n, (start, end) in enumerate(spans)
    )
    xml = (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<Project name="p" origin="A program" xmlns="{space}">'
        f'<Users><User guid="{guid("u1")}" name="ann"/>'
        f'<User guid="{guid("u2")}" name="bob"/></Users>'
        f'<CodeBook><Codes><Code guid="{guid("t")}" name="Theme" isCodable="false">'
        f'<Code guid="{guid("k")}" name="Kind" isCodable="false">'
        f'<Code guid="{guid("a")}" name="bond" isCodable="true"><Description>warm</Description>'
        "</Code></Code></Code></Codes></CodeBook><Sources>"
        f'<TextSource guid="x" name="talk_1.txt" plainTextPath="internal://x.txt">{selections}'
        "</TextSource></Sources></Project>"
    )
    path = tmp_path / "p.qdpx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.qde", xml)
        archive.writestr("sources/x.txt", more.get("mark", "\ufeff") + text)
    return path


def read(path, **spec):
    return read_export({"name": "e", "label": "raw/p.qdpx"} | spec, [str(path)])


def cells(export):
    return export.rows[export.header].to_numpy().tolist()


@pytest.mark.parametrize("space", ["urn:QDA-XML:project:1.0", "urn:QDA-XML:codebook:1:0"])
@pytest.mark.parametrize("braces", [True, False])
def test_codings_have_coder_code_and_the_words_at_their_offsets(tmp_path, space, braces):
    export = read(project(tmp_path, spans=(AT, (3, 6)), space=space, braces=braces))
    start, end = map(str, AT)
    assert cells(export) == [
        ["talk_1", "bond", start, end, "ann", "Grand, so it was.", "2024-05-06"],
        ["talk_1", "bond", "3", "6", "bob", "How", "2024-05-06"],
    ]
    assert export.form["origin"] == "A program"


def test_texts_and_codes_are_tables_of_the_project_too(tmp_path):
    path = project(tmp_path)
    assert cells(read(path, sheet="texts")) == [["talk_1", TEXT]]
    assert cells(read(path, sheet="codes")) == [["bond", "bond", "Kind", "Theme", "warm"]]


@pytest.mark.parametrize(("as_one", "told"), [(True, "one sign"), (False, "two signs")])
def test_line_ends_of_two_signs_count_as_the_program_counts(tmp_path, as_one, told):
    text = TEXT.replace("\n", "\r\n")
    span = AT if as_one else (text.index("Grand"), text.index("was.") + 4)
    export = read(project(tmp_path, text=text, spans=(span,)))
    assert export.rows["selected"].tolist() == ["Grand, so it was."]
    assert export.form["line ends"] == told


def test_a_table_that_a_project_does_not_have_is_told(tmp_path):
    with pytest.raises(StudyError, match="codings, texts, codes"):
        read(project(tmp_path), sheet="memos")


def test_what_is_no_project_is_refused_without_a_word_of_it(tmp_path):
    path = tmp_path / "p.qdpx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.qde", "<Project>SECRET")
    with pytest.raises(StudyError) as caught:
        read(path)
    assert caught.value.rule == "refi_qda"
    assert "SECRET" not in caught.value.text()


def test_an_external_entity_is_refused(tmp_path):
    path = project(tmp_path)
    with zipfile.ZipFile(path) as archive:
        xml = archive.read("project.qde")
    entity = b'<?xml version="1.0"?><!DOCTYPE Project [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.qde", entity + xml.partition(b"?>")[2])
    with pytest.raises(StudyError, match="document type"):
        read(path)
