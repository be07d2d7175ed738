"""Transcripts of whatever kinds, and codings whose offsets count what their program counts."""

import csv
import io

import pandas as pd
import pytest
from small_trial import made, validated, write_study

from trialtrail.qualitative.units import UNITS, Ruler

TALK = "I: How was it?\nW1: 🙂 Grand, so it was. née\nI: And then?\nW1: Nothing 🙂 more, so I left."
SAID = ["Grand, so it was.", "née", "And then?", "Nothing 🙂 more", "so I left."]
SUBTITLES = "WEBVTT\n\n00:01.000 --> 00:02.500\n<v I>How?\n\n00:03.000 --> 00:04.000\n<v R>Well.\n"
PLAIN = [unit for unit in UNITS if not unit.is_shifted]
USUAL = ("utf-16", "utf-8 bytes", "code points, line ends as two")
EACH_UNIT = [
    pytest.param(unit, id=unit.name, marks=() if unit.name in USUAL else pytest.mark.nightly)
    for unit in PLAIN
]


def with_transcripts(config):
    config["exports"]["talks"] = {"file": "talks"}
    columns = {"document": "document", "text": "text"}
    config["tables"]["transcripts"] = {"sources": [{"export": "talks", "columns": columns}]}


def with_codings(config):
    with_transcripts(config)
    config["exports"]["codings"] = {"file": "codings.csv"}
    names = ("document", "code", "start", "end", "coder", "selected")
    source = {"export": "codings", "columns": dict(zip(names, names, strict=True))}
    config["tables"]["segments"] = {"sources": [source]}


def with_quotations(config):
    with_transcripts(config)
    config["exports"]["quotations"] = {"file": "quotations.csv"}
    names = ("quotation", "document", "start", "end", "text")
    source = {"export": "quotations", "columns": dict(zip(names, names, strict=True))}
    config["tables"]["quotations"] = {"sources": [source]}


def written(rows):
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def codings(unit, words=SAID, shift=0):
    ruler = Ruler(TALK)
    rows = []
    for said in words:
        at = TALK.index(said)
        start, end = ruler.offsets(unit, at, at + len(said))
        place = {"start": start + shift, "end": end + shift}
        rows.append(
            {"document": "talk_1", "code": "c"} | place | {"coder": "ann", "selected": said}
        )
    return rows


def of_study(tmp_path, change, **files):
    files = {"talks/talk_1.txt": TALK} | {f"{name}.csv": text for name, text in files.items()}
    return validated(write_study(tmp_path / "study", change=change, files=files))


def test_a_folder_of_mixed_files_becomes_turns_with_their_times(tmp_path):
    files = {
        "talks/talk_1.txt": TALK.replace("\n", "\r\n"),
        "talks/talk_2.vtt": SUBTITLES,
        "talks/notes.pdf": "%PDF",
    }
    file = write_study(tmp_path / "study", change=with_transcripts, files=files)
    run = made(file, "results/datasets/turns.csv")
    assert run.exit_code == 0, run.said
    turns = pd.read_csv(run.folder / "results" / "datasets" / "turns.csv")
    assert list(zip(turns["document"], turns["speaker"], turns["text"], strict=True)) == [
        ("talk_1", "I", "How was it?"),
        ("talk_1", "W1", "🙂 Grand, so it was. née"),
        ("talk_1", "I", "And then?"),
        ("talk_1", "W1", "Nothing 🙂 more, so I left."),
        ("talk_2", "I", "How?"),
        ("talk_2", "R", "Well."),
    ]
    assert turns["time_start"].dropna().tolist() == [1.0, 3.0]
    assert turns["time_end"].dropna().tolist() == [2.5, 4.0]
    told = validated(file).told("unread")
    assert told["file"].tolist() == ["talks/notes.pdf"]


def test_a_transcript_alone_is_no_delimited_text(tmp_path):
    def alone(config):
        with_transcripts(config)
        config["exports"]["talks"] = {"file": "talks/talk_1.txt"}

    found = of_study(tmp_path, alone)
    assert found.refusal is None
    assert found.tables["transcripts"]["text"].tolist() == [TALK]


def test_two_files_of_one_name_are_refused_with_both(tmp_path):
    files = {"talks/talk_1.txt": TALK, "talks/talk_1.md": TALK}
    refusal = validated(
        write_study(tmp_path / "study", change=with_transcripts, files=files)
    ).refusal
    assert "talks/talk_1.md and talks/talk_1.txt" in refusal.text()


@pytest.mark.parametrize("unit", EACH_UNIT)
def test_codings_of_every_program_stand_where_their_words_do(tmp_path, unit):
    found = of_study(tmp_path, with_codings, codings=written(codings(unit)))
    assert found.refusal is None
    assert found.told("offsets").empty
    assert found.told("verbatim").empty


def test_a_coding_that_fits_no_unit_is_a_query_with_its_place(tmp_path):
    rows = codings(PLAIN[1])
    rows[1] |= {"start": rows[1]["start"] - 4, "end": rows[1]["end"] - 4}
    found = of_study(tmp_path, with_codings, codings=written(rows)).told("verbatim")
    assert found["message"].tolist() == [
        "the words differ from the transcript at the offsets (counted in utf-16); "
        f"nearest at character {TALK.index('née')}"
    ]
    assert found["line"].tolist() == [3]


def test_a_slip_of_one_coding_is_no_way_of_counting(tmp_path):
    rows = codings(PLAIN[0], ["How was it?"], shift=1)
    found = of_study(tmp_path, with_codings, codings=written(rows)).told("verbatim")
    assert found["message"].str.endswith("; nearest at character 3").all()
    assert len(found) == 1


def test_a_quotation_is_written_in_code_points_and_to_the_sign(tmp_path):
    rows = [
        {
            "quotation": n,
            "document": "talk_1",
            **{k: each[k] for k in ("start", "end")},
            "text": text,
        }
        for n, (each, text) in enumerate(
            [(codings(PLAIN[0])[0], SAID[0]), (codings(PLAIN[0])[4], "so I left")], start=1
        )
    ]
    found = of_study(tmp_path, with_quotations, quotations=written(rows)).told("verbatim")
    assert found["line"].tolist() == [3]
    rows[1]["text"] = SAID[4]
    for row, each in zip(rows, (codings(PLAIN[1])[n] for n in (0, 4)), strict=True):
        row |= {k: each[k] for k in ("start", "end")}
    found = of_study(tmp_path / "b", with_quotations, quotations=written(rows)).told("verbatim")
    assert found["message"].tolist() == [
        "the words stand at the offsets if these are counted in utf-16: write them in code points; "
        f"nearest at character {TALK.index(words)}"
        for words in (SAID[0], SAID[4])
    ]
