"""What is of one participant is found in files of every kind, and nothing else is."""

from __future__ import annotations

import io
import zipfile
import zlib

import pytest

from trialtrail.deposit.people import check_nobody
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
