"""Transcripts of plain text and subtitles: encodings, line ends, voices, times."""

import pytest

from trialtrail.errors import StudyError
from trialtrail.exports.read import read_export
from trialtrail.qualitative.turns import find_turns

SPEC = {"name": "e", "label": "talks", "format": "documents", "known": ["turns"]}


@pytest.fixture
def read(tmp_path):
    """Read one file of a folder, by its name and bytes."""

    def made(name, data, **more):
        folder = tmp_path / "talks"
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
        return read_export(SPEC | more, [str(folder / name)])

    return made


WORDS = "I: café?\nR: “Grand” €5"


@pytest.mark.parametrize(
    ("encoding", "found", "guessed"),
    [
        ("utf-8", "utf-8", []),
        ("utf-8-sig", "UTF-8 with a byte-order mark", []),
        ("utf-16", "utf-16", []),
        ("utf-32", "utf-32", []),
        ("cp1252", "cp1252", ["encoding"]),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_text_is_one_in_every_encoding_and_with_all_line_ends(
    read, encoding, found, guessed, end
):
    export = read("a.txt", (WORDS + "\n").replace("\n", end).encode(encoding))
    assert export.rows["text"].tolist() == [WORDS]
    assert (export.form["encoding"], export.guessed) == (found, guessed)


def test_the_encoding_of_the_configuration_is_taken_and_a_mark_is_stronger(read):
    data = "I: Größe".encode("cp850")
    assert read("a.txt", data, encoding="cp850").rows["text"].tolist() == ["I: Größe"]
    marked = "I: Größe".encode("utf-8-sig")
    assert read("a.txt", marked, encoding="cp850").rows["text"].tolist() == ["I: Größe"]
    with pytest.raises(StudyError, match="utf-8") as caught:
        read("a.txt", data, encoding="utf-8")
    assert caught.value.where == "talks/a.txt"


@pytest.mark.parametrize("sign", ["\x85", "\x0c", "\x0b", "\u2028", "\u200b", "e\u0301", "\u202b"])
def test_signs_that_offsets_count_stay_as_they_are(read, sign):
    text = f"I: one{sign}two\nR: three"
    export = read("a.txt", text)
    assert export.rows["text"].tolist() == [text]
    words = find_turns(export.rows, ["I"])["text"].tolist()
    assert words == [f"one{sign}two", "three"]


def test_blank_lines_stay_and_one_last_line_end_is_none(read):
    assert read("a.md", "I: a\n\n\nR: b\n\n").rows["text"].tolist() == ["I: a\n\n\nR: b\n"]


def test_bytes_of_no_text_are_refused(read):
    with pytest.raises(StudyError):
        read("a.txt", b"I: a\x00\x01\x02\x00b" * 3 + b"\xff\x00", encoding="cp1252")


VTT = """WEBVTT - a talk

NOTE not read

STYLE
::cue {color: red}

intro
00:01.000 --> 00:03.500 align:start
<v.loud Ann Smith>How <i>was</i>
it &amp; you?</v>

00:00:04.000 --> 00:00:05.000
<v R>Grand <00:00:04.500>so</v> <v Ann Smith>And?</v>

00:00:06.000 --> 00:00:07.000
goes on
"""


def test_voices_are_speakers_and_cues_have_times(read):
    export = read("a.vtt", VTT)
    assert export.rows["text"].tolist() == [
        "Ann Smith: How was it & you?\nR: Grand so\nAnn Smith: And?\ngoes on"
    ]
    turns = find_turns(export.rows)
    assert turns["speaker"].tolist() == ["Ann Smith", "R", "Ann Smith"]
    assert turns["text"].tolist() == ["How was it & you?", "Grand so", "And?\ngoes on"]
    assert turns["time_start"].tolist() == [1.0, 4.0, 4.0]
    assert turns["time_end"].tolist() == [3.5, 5.0, 7.0]


def of_cues(*cues):
    return "\n\n".join(
        f"{n}\n00:00:{n:02},000 --> 00:00:{n:02},900\n{words}" for n, words in enumerate(cues, 1)
    )


def test_a_label_that_each_cue_repeats_stands_once(read):
    export = read("a.srt", of_cues("Ann: one", "Ann: two", "Bob: three", "Ann: four"))
    assert export.rows["text"].tolist() == ["Ann: one\ntwo\nBob: three\nAnn: four"]
    turns = find_turns(export.rows)
    assert turns["speaker"].tolist() == ["Ann", "Bob", "Ann"]
    assert turns["time_end"].tolist() == [2.9, 3.9, 4.9]


def test_cues_without_speakers_are_turns_of_nobody_with_times(read):
    export = read("a.srt", of_cues("one\nline", "<i>two</i>", "- three\n- four"))
    assert export.rows["text"].tolist() == ["one line\ntwo\n- three\n- four"]
    turns = find_turns(export.rows)
    assert turns["speaker"].isna().all()
    assert turns["time_start"].tolist() == [1.0, 2.0, 3.0, 3.0]


def test_subtitles_without_a_speaker_column_are_read_all_the_same(read):
    export = read("a.vtt", VTT, known=[])
    assert export.header == ["document", "text"]
    assert find_turns(export.rows)["speaker"].tolist() == ["Ann Smith", "R", "Ann Smith"]
