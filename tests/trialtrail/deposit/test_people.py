"""What is of one participant is found in files of every kind, and nothing else is."""

from __future__ import annotations

import io
import zipfile
import zlib

import pytest

from trialtrail.deposit.people import check_description, check_nobody
from trialtrail.errors import StudyError

IDS = {f"BT{number:03}" for number in range(1, 41)}
PLAIN = {str(number) for number in range(1, 41)}


def docx(text: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr("word/document.xml", f"<w:t>{text}</w:t>")
    return stream.getvalue()


def pdf(attached: str, *, compressed: bool = True) -> bytes:
    data = attached.encode()
    data = zlib.compress(data) if compressed else data
    return b"%PDF-1.7\n1 0 obj <<>>\nstream\n" + data + b"\nendstream\nendobj\n"


def rows(ids, column="participant_id") -> str:
    return f"{column},age\n" + "".join(f"{each},70\n" for each in sorted(ids))


TELLING = {
    "a table of participants": {"tables/a.csv": rows(IDS).encode()},
    "ids of numbers alone": {"tables/a.csv": rows(PLAIN).encode()},
    "ids under another name": {"tables/a.csv": rows(PLAIN, "row").encode()},
    "a column of what was said": {"tables/a.csv": b"row,segment_id\na,1\n"},
    "an id in a note": {"tables/a.csv": b"row,note\na,Without BT007.\n"},
    "an id on a page": {"report.html": b"<p>Of BT007 nothing is known.</p>"},
    "an id in a Word file": {"report.docx": docx("as BT007 said")},
    "an id parted by marks": {"report.docx": docx("as <w:b/>BT007</w:t><w:t>said")},
    "a table attached": {"report.pdf": pdf(rows(PLAIN))},
    "an id attached": {"report.pdf": pdf("row,note\na,BT007\n")},
    "not compressed": {"report.pdf": pdf(rows(IDS), compressed=False)},
    "an id in a title of a PDF": {"report.pdf": b"%PDF-1.7\n1 0 obj <</Title (Of BT007)>>\n"},
    "an id in a title in UTF-16": {
        "report.pdf": b"1 0 obj <</Title (\xfe\xff" + "BT007 für".encode("utf-16-be") + b")>>\n"
    },
    "an id in a title in hex": {
        "report.pdf": b"<</Title <" + "\ufeffüber BT007".encode("utf-16-be").hex().encode() + b">>>"
    },
    "an id in packed objects": {
        "report.pdf": b"stream\n"
        + zlib.compress(b"7 0 8 40 <</Alt (\xfe\xff" + "BT007".encode("utf-16-be") + b")>>")
        + b"\nendstream\n"
    },
    "a dataset": {"participants.parquet": b"PAR1"},
    "a log": {"run.log": b"nothing"},
}
SILENT = {
    "counts that are ids as well": {"tables/a.csv": b"row,n\na,7\nb,12\nc,40\n"},
    "part of a longer word": {"report.html": b"<p>XBT007X and BT0070</p>"},
    "fonts that a page carries": {
        "report.html": b"src: url(data:font/woff2;base64,AA/BT007+/aa==)"
    },
    "the dictionary": {"tables/data_dictionary.csv": b"row,column\np.id,participant_id\n"},
    "nothing": {"report.pdf": b"", "report.html": b"", "tables/a.csv": b""},
}


def check_all(files: dict[str, bytes]) -> None:
    """Check files by ids of either kind, and where none is known."""
    for ids in (IDS, PLAIN, set()):
        check_nobody(files, ids)


@pytest.mark.parametrize("case", TELLING)
def test_what_tells_of_one_is_refused(case):
    (name,) = TELLING[case]
    with pytest.raises(StudyError) as refused:
        check_all(TELLING[case])
    text = refused.value.text()
    assert name in text
    assert "do:" in text
    assert "BT007" not in text


@pytest.mark.parametrize("case", SILENT)
def test_what_tells_of_nobody_is_not(case):
    check_all(SILENT[case])


@pytest.mark.parametrize("name", ["tables/BT007.csv", "tables/uptake_BT007.csv", "BT007/a.html"])
def test_the_name_of_a_file_tells_of_nobody_either(name):
    with pytest.raises(StudyError, match="stands in its name") as refused:
        check_nobody({name: b"row\n"}, IDS)
    assert "BT007" not in refused.value.text()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("README.md", "# The trial of BT007\n"),
        ("datacite.json", '{"titles": [{"title": "BT007 and others"}]}'),
        ("CITATION.cff", "keywords:\n- BT007\n"),
    ],
)
def test_what_a_deposit_says_of_itself_tells_of_nobody(name, text):
    with pytest.raises(StudyError, match="has the id of a participant") as refused:
        check_description({name: text.encode(), "LICENCE.txt": b"CC0-1.0"}, IDS)
    assert name in refused.value.text()
    assert "BT007" not in refused.value.text()
    check_description({name: text.replace("BT007", "XBT007X").encode()}, IDS)
