"""Documents of word processors: what is read of them, and what is told."""

import pandas as pd
import pytest
from docx import Document
from docx.oxml import parse_xml

from trialtrail.errors import StudyError
from trialtrail.exports.read import read_export
from trialtrail.exports.transcripts.transcript import counted, row_text
from trialtrail.qualitative.turns import find_turns

SPEC = {"name": "e", "label": "talks", "format": "documents", "known": ["turns"]}


def read(*paths, **more):
    return read_export(SPEC | more, [str(path) for path in paths])


def text_of(export):
    return export.rows["text"].tolist()


def told(export):
    return [odd.message for odd in export.odd]


@pytest.fixture
def word(tmp_path):
    """Read a document of Word that a function makes."""

    def made(make, **more):
        document = Document()
        make(document)
        (tmp_path / "talks").mkdir(exist_ok=True)
        path = tmp_path / "talks" / "a.docx"
        document.save(path)
        return read(path, **more)

    return made


def test_what_is_no_paragraph_of_word_is_told_with_its_count(word):
    def make(document):
        document.sections[0].header.paragraphs[0].text = "Study 7"
        document.sections[0].footer.paragraphs[0].text = "page"
        for n in range(2):
            paragraph = document.add_paragraph(f"R: said {n}")
            document.add_comment(paragraph.runs, text="who?", author="x", initials="x")
        document.add_paragraph("one", style="List Number")
        document.add_paragraph("two", style="List Bullet")

    export = word(make)
    assert text_of(export) == ["R: said 0\nR: said 1\none\ntwo"]
    assert sorted(told(export)) == [
        "2 paragraphs begin with a number or bullet of a list, which the file does not store as "
        "text",
        "the document has text in 2 comments, which is not read",
        "the document has text in a footer, which is not read",
        "the document has text in a header, which is not read",
    ]


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def test_changes_that_nobody_accepted_are_told_and_not_read(word):
    def make(document):
        document.add_paragraph("R: kept")
        for n in range(3):
            document.element.body.insert(
                0,
                parse_xml(
                    f"<w:p {W}><w:ins><w:r><w:t>new {n}</w:t></w:r></w:ins>"
                    "<w:del><w:r><w:delText>old</w:delText></w:r></w:del></w:p>"
                ),
            )

    export = word(make)
    assert text_of(export)[0].strip() == "R: kept"
    assert sorted(told(export)) == [
        "the document has text in 3 changes that are neither accepted nor rejected, "
        "which is not read",
        "the document has text in 3 deletions that are neither accepted nor rejected, "
        "which is not read",
    ]


def test_breaks_and_tabs_within_a_paragraph_of_word_are_signs_of_its_text(word):
    def make(document):
        paragraph = document.add_paragraph("I:\tone")
        paragraph.add_run().add_break()
        paragraph.add_run("two")

    assert text_of(word(make)) == ["I:\tone\ntwo"]


def test_tables_and_paragraphs_of_word_keep_their_order(word):
    def make(document):
        document.add_paragraph("Title")
        table = document.add_table(0, 3)
        for cells in (("00:00:01", "I", "one"), ("", "", ""), ("[00:00:05]", "R", "two")):
            for cell, text in zip(table.add_row().cells, cells, strict=True):
                cell.text = text
        document.add_paragraph("End")

    export = word(make)
    assert text_of(export) == ["Title\n[00:00:01] I: one\n[00:00:05] R: two\nEnd"]
    turns = find_turns(export.rows, ["I"])
    assert turns["time_start"].tolist()[1:] == [1.0, 5.0]


def test_a_cell_over_several_columns_stands_once(word):
    def make(document):
        table = document.add_table(1, 2)
        table.cell(0, 0).merge(table.cell(0, 1)).text = "over both"

    assert text_of(word(make)) == ["over both"]


def test_a_speaker_over_several_rows_goes_on(word):
    def make(document):
        table = document.add_table(3, 2)
        for row, words in enumerate(("one", "two", "three")):
            table.cell(row, 1).text = words
        table.cell(0, 0).merge(table.cell(1, 0)).text = "I"
        table.cell(2, 0).text = "R"

    assert text_of(word(make)) == ["I: one\ntwo\nR: three"]


def in_bold(*pairs):
    def make(document):
        for label, words in pairs:
            paragraph = document.add_paragraph()
            paragraph.add_run(label).bold = True
            paragraph.add_run(words)

    return make


def test_labels_in_bold_are_speakers_where_they_recur(word):
    export = word(in_bold(("Ann ", "how?"), ("R ", "well"), ("Ann ", "and?"), ("R ", "fine")))
    assert text_of(export) == ["Ann how?\nR well\nAnn and?\nR fine"]
    turns = find_turns(export.rows)
    assert turns["speaker"].tolist() == ["Ann", "R", "Ann", "R"]
    assert turns["text"].tolist() == ["how?", "well", "and?", "fine"]


def test_words_in_bold_are_no_speakers(word):
    export = word(in_bold(("Really ", "I do"), ("Never ", "so"), ("all bold", "")))
    assert find_turns(export.rows)["speaker"].isna().all()


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        (["I", "how?"], "I: how?"),
        (["I:", "how?"], "I: how?"),
        (["", "goes on"], "goes on"),
        (["3", "I", "how?"], "3. I: how?"),
        (["00:01:02", "I", "how?"], "[00:01:02] I: how?"),
        (["[00:01:02]", "I:", "how?"], "[00:01:02] I: how?"),
        (["a", "b", "c", "d"], "a\tb\tc\td"),
        (["I " * 40, "words"], "I " * 40 + "\twords"),
        (["one cell"], "one cell"),
        (["", " ", ""], ""),
    ],
)
def test_the_row_of_a_table_becomes_a_line(cells, text):
    assert row_text(cells) == text


@pytest.mark.parametrize(
    ("kind", "n", "words"),
    [
        ("text box", 1, "a text box"),
        ("text box", 2, "2 text boxes"),
        ("endnote", 1, "an endnote"),
        ("footnote", 3, "3 footnotes"),
        ("field that Word fills in", 2, "2 fields that Word fills in"),
    ],
)
def test_what_is_counted_is_written_as_people_do(kind, n, words):
    assert counted(kind, n) == words


RTF = (
    r"{\rtf1\ansi\ansicpg1252{\header run head}{\fonttbl{\f0 Arial;}}\pard I: how\'92s"
    r"{\footnote a note} it?\line on\tab x\par {\*\annotation said by me}R: {\deleted no }"
    r"{\revised yes} a|b|\par\par{\header }end\par}"
)


def test_what_is_no_paragraph_of_rich_text_is_told(tmp_path):
    path = tmp_path / "a.rtf"
    path.write_text(RTF, "ascii")
    export = read(path, label="a.rtf")
    assert text_of(export) == ["I: how’s it?\non\tx\nR: yes a|b|\n\nend"]
    assert sorted(told(export)) == [
        "the document has text in a change that is neither accepted nor rejected, which is read",
        "the document has text in a comment, which is not read",
        "the document has text in a deletion that is neither accepted nor rejected, "
        "which is not read",
        "the document has text in a footnote, which is not read",
        "the document has text in a header, which is not read",
    ]


def test_rich_text_keeps_its_order_around_tables(tmp_path):
    rows = r"\trowd\cellx1 \intbl I\cell how?\cell\row \trowd\cellx1 \intbl R\cell well\cell\row"
    path = tmp_path / "a.rtf"
    path.write_text(rf"{{\rtf1 before\par {rows} \pard after\par {rows} \pard}}", "ascii")
    expected = "before\nI: how?\nR: well\nafter\nI: how?\nR: well"
    assert text_of(read(path, label="a.rtf")) == [expected]


def test_what_is_no_paragraph_of_libreoffice_is_told(tmp_path):
    from odfdo import Document, List, Paragraph

    document = Document("text")
    document.body.clear()
    paragraph = Paragraph("R:  two  spaces\tand\nmore")
    paragraph.insert_note(after="two", note_id="n1", citation="1", body="a note")
    paragraph.insert_annotation(after="and", body="who said it?", creator="x")
    document.body.append(paragraph)
    document.body.append(List(["one", "two"]))
    path = tmp_path / "a.odt"
    document.save(path)
    export = read(path, label="a.odt")
    assert text_of(export) == ["R:  two  spaces\tand\nmore\none\ntwo"]
    assert sorted(told(export)) == [
        "2 paragraphs begin with a number or bullet of a list, which the file does not store as "
        "text",
        "the document has text in a comment, which is not read",
        "the document has text in a footnote, which is not read",
    ]


@pytest.mark.parametrize("content", [b"", b"no such document", b"PK\x03\x04 broken"])
@pytest.mark.parametrize("ending", ["docx", "odt", "rtf", "vtt", "srt"])
def test_what_is_not_what_its_ending_says_is_told_without_its_words(tmp_path, ending, content):
    if (ending, content) == ("srt", b""):
        pytest.skip("subtitles without a cue are an empty file")
    path = tmp_path / f"a.{ending}"
    path.write_bytes(content)
    with pytest.raises(StudyError) as caught:
        read(path, label=path.name)
    assert caught.value.where == path.name
    assert "no such document" not in caught.value.text()


def test_changes_of_libreoffice_are_told(tmp_path):
    from odfdo import Document, Element

    document = Document("text")
    document.body.clear()
    info = "<office:change-info><dc:creator>x</dc:creator></office:change-info>"
    changes = (
        "<text:tracked-changes><text:changed-region text:id='a'><text:insertion>"
        f"{info}</text:insertion></text:changed-region><text:changed-region text:id='b'>"
        f"<text:deletion>{info}<text:p>gone</text:p></text:deletion></text:changed-region>"
        "</text:tracked-changes>"
    )
    words = (
        "<text:p>R: <text:change-start text:change-id='a'/>new<text:change-end "
        "text:change-id='a'/> said<text:change text:change-id='b'/></text:p>"
    )
    for part in (changes, words):
        document.body.append(Element.from_tag(part))
    path = tmp_path / "a.odt"
    document.save(path)
    export = read(path, label="a.odt")
    assert text_of(export) == ["R: new said"]
    assert sorted(told(export)) == [
        "the document has text in a change that is neither accepted nor rejected, which is read",
        "the document has text in a deletion that is neither accepted nor rejected, "
        "which is not read",
    ]


def test_an_empty_document_is_empty(tmp_path):
    Document().save(tmp_path / "a.docx")
    (tmp_path / "b.txt").write_bytes(b"")
    export = read(tmp_path / "a.docx", tmp_path / "b.txt", label=tmp_path.name)
    assert text_of(export) == ["", ""]
    assert find_turns(export.rows).empty


def test_the_shipped_text_of_word_is_what_python_docx_gives(word):
    def make(document):
        for text in ("Title", "", "  I: naïve  ", "R:\tx", ""):
            document.add_paragraph(text)

    export = word(make, format="docx", known=[])
    assert text_of(export) == ["Title\n\n  I: naïve  \nR:\tx\n"]
    assert export.header == ["document", "text"]
    assert isinstance(export.rows["text"].dtype, pd.StringDtype)
