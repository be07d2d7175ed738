"""One interview in whatever form gives one text and one table of turns."""

import pandas as pd
import pytest

from trialtrail.exports.read import read_export
from trialtrail.qualitative.turns import find_turns

TURNS = [
    ("I", "How was it, the first visit?", 1.0, 3.5),
    ("W1", "Grand, so it was 🙂 — née “Ó Sé”.", 4.0, 9.25),
    ("I", "And then? A & B < C", 10.0, 12.0),
    ("Mary Smith", "She said: no.", 12.0, 13.0),
    ("I", "كيف الحال؟", 3600.0, 3601.5),
]
MORE = "And the week after, cafe\u0301."
"""What W1 goes on to say in a paragraph, or cue, of its own; its last letter is of two signs."""
LINES = [
    line
    for speaker, words, *_ in TURNS
    for line in (f"{speaker}: {words}", MORE)[: 1 + (speaker == "W1")]
]
TEXT = "\n".join(LINES)
COMPARED = ["document", "turn", "speaker", "interviewer", "start", "end", "text"]
"""All but the times, which subtitles alone have."""


def as_docx(path):
    from docx import Document

    document = Document()
    for line in LINES:
        document.add_paragraph(line)
    document.save(path)


def as_docx_with_a_table(path):
    from docx import Document

    document = Document()
    table = document.add_table(0, 2)
    for speaker, words, *_ in TURNS:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = speaker, words
        if speaker == "W1":
            cells[1].add_paragraph(MORE)
    document.save(path)


def as_odt(path):
    from odfdo import Document, Paragraph

    document = Document("text")
    document.body.clear()
    for line in LINES:
        document.body.append(Paragraph(line))
    document.save(path)


def as_odt_with_a_table(path):
    from odfdo import Cell, Document, Paragraph, Row, Table

    document = Document("text")
    document.body.clear()
    table = Table("turns")
    for speaker, words, *_ in TURNS:
        row = Row()
        paragraphs = [words, MORE] if speaker == "W1" else [words]
        for texts in ([speaker], paragraphs):
            cell = Cell()
            for text in texts:
                cell.append(Paragraph(text))
            row.append_cell(cell)
        table.append_row(row)
    document.body.append(table)
    document.save(path)


def rtf_of(text):
    """Return text as word processors write it: what is no ASCII in UTF-16 code units, signed."""
    out = []
    for sign in text:
        if sign in "\\{}":
            out.append("\\" + sign)
        elif ord(sign) < 128:
            out.append(sign)
        else:
            units = sign.encode("utf-16-le")
            for at in range(0, len(units), 2):
                unit = int.from_bytes(units[at : at + 2], "little", signed=True)
                out.append(f"\\u{unit}?")
    return "".join(out)


def as_rtf(path):
    lines = "".join(f"\\pard\\plain {rtf_of(line)}\\par\n" for line in LINES)
    path.write_text(f"{{\\rtf1\\ansi\\ansicpg1252{{\\fonttbl{{\\f0 Arial;}}}}\n{lines}}}", "ascii")


def as_rtf_with_a_table(path):
    rows = []
    for speaker, words, *_ in TURNS:
        second = rtf_of(words) + (f"\\par {rtf_of(MORE)}" if speaker == "W1" else "")
        rows.append(
            f"\\trowd\\cellx1000\\cellx9000\\pard\\intbl {speaker}\\cell {second}\\cell\\row\n"
        )
    path.write_text(f"{{\\rtf1\\ansi {''.join(rows)}}}", "ascii")


def clock(seconds, sign):
    whole = int(seconds)
    part = round((seconds - whole) * 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{sign}{part:03}"


def cues():
    """Yield speaker, words, from and to of each cue; what W1 goes on to say is another cue."""
    for speaker, words, start, end in TURNS:
        if speaker == "W1":
            yield speaker, words, start, 6.0
            yield speaker, MORE, 6.5, end
        else:
            yield speaker, words, start, end


def as_vtt(path):
    import html

    blocks = [
        f"{clock(start, '.')} --> {clock(end, '.')}\n"
        f"<v {speaker}>{html.escape(words, quote=False)}</v>"
        for speaker, words, start, end in cues()
    ]
    path.write_text("WEBVTT\n\nNOTE made for a test\n\n" + "\n\n".join(blocks) + "\n", "utf-8")


def as_srt(path):
    blocks = [
        f"{n}\r\n{clock(start, ',')} --> {clock(end, ',')}\r\n{speaker}: {words}"
        for n, (speaker, words, start, end) in enumerate(cues(), start=1)
    ]
    path.write_bytes(("\ufeff" + "\r\n\r\n".join(blocks) + "\r\n").encode())


def as_txt(path):
    path.write_bytes((TEXT + "\n").encode())


def as_txt_of_windows(path):
    path.write_bytes(b"\xff\xfe" + TEXT.replace("\n", "\r\n").encode("utf-16-le"))


def as_txt_of_old_macs(path):
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r").encode())


FORMS = {
    "docx": as_docx,
    "docx, a table": as_docx_with_a_table,
    "odt": as_odt,
    "odt, a table": as_odt_with_a_table,
    "rtf": as_rtf,
    "rtf, a table": as_rtf_with_a_table,
    "vtt": as_vtt,
    "srt": as_srt,
    "txt": as_txt,
    "txt of Windows": as_txt_of_windows,
    "txt of old Macs": as_txt_of_old_macs,
}


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Return the table of transcripts that each form gives."""
    tables = {}
    for form, write in FORMS.items():
        folder = tmp_path_factory.mktemp("form") / "talks"
        folder.mkdir()
        path = folder / f"talk_1.{form[:4].strip(', ')}"
        write(path)
        spec = {"name": "e", "label": "talks", "format": "documents"}
        spec["known"] = ["document", "text", "turns"]
        export = read_export(spec, [path.as_posix()])
        assert [odd.message for odd in export.odd] == []
        tables[form] = export.rows[["document", "text", "turns"]]
    return tables


@pytest.mark.parametrize("form", FORMS)
def test_the_text_is_one(read, form):
    assert read[form]["text"].tolist() == [TEXT]


@pytest.mark.parametrize("form", FORMS)
def test_the_turns_are_one(read, form):
    turns = find_turns(read[form], ["I"])
    pd.testing.assert_frame_equal(turns[COMPARED], find_turns(read["docx"], ["I"])[COMPARED])
    assert turns["speaker"].tolist() == [speaker for speaker, *_ in TURNS]
    said = [f"{words}\n{MORE}" if speaker == "W1" else words for speaker, words, *_ in TURNS]
    assert turns["text"].tolist() == said
    timed = list(zip(turns["time_start"], turns["time_end"], strict=True))
    if form in ("vtt", "srt"):
        assert timed == [(start, end) for *_, start, end in TURNS]
    else:
        assert turns[["time_start", "time_end"]].isna().all(axis=None)
