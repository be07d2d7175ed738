"""Two states of a transcript are compared paragraph by paragraph, whatever kind it is of."""

import io
import zipfile

import pytest
from docx import Document

from trialtrail.trail.comparing.raw_cells import RawPair
from trialtrail.trail.comparing.raw_tables import read_document

BEFORE, AFTER = ["I: how?", "R: well"], ["I: how?", "R: fine", "I: so"]


def as_docx(lines):
    document, stream = Document(), io.BytesIO()
    for line in lines:
        document.add_paragraph(line)
    document.save(stream)
    return stream.getvalue()


def as_txt(lines):
    return "\r\n".join(lines).encode("utf-8-sig")


@pytest.mark.parametrize("write", [as_docx, as_txt])
def test_a_document_is_its_paragraphs(write):
    table = read_document(write(BEFORE))
    assert [record for record in table.records] == [(line,) for line in BEFORE]


@pytest.mark.parametrize("content", [b"{\\rtf1 a}", b"PK no document", b"\xff\xfe\x00"])
def test_what_has_no_paragraphs_is_compared_as_a_whole(content):
    with pytest.raises((ValueError, zipfile.BadZipFile)):
        read_document(content)


@pytest.mark.parametrize("write", [as_docx, as_txt])
def test_changes_of_a_document_name_the_paragraphs(write):
    forms = ({"format": "documents"}, {"format": "documents"})
    changes = RawPair(write(BEFORE), write(AFTER), forms)
    assert {each.key for each in changes.details} == {"R: well", "R: fine", "I: so"}
