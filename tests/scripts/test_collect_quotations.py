"""Quotations against the transcript, the edits, the register and what people decided."""

import pandas as pd
import pytest

from trialtrail.errors import StudyError
from trialtrail.qualitative.disclosure_flags import COLUMNS
from trialtrail.qualitative.labels import Naming

from scripts.collect_quotations import Known, collect_quotations, files_by_document

TEXT = "well, I never did\nI: Why?\nR: Mary said not to, in Ballymena."
TRANSCRIPTS = pd.DataFrame(
    {"document": ["d1", "d2"], "text": [TEXT, "so what"], "_file": ["t/d1.txt", "t/d2.txt"]}
)
INTERVIEWS = pd.DataFrame(
    {
        "interview_id": ["I1", "I2", "I3"],
        "role": ["p"] * 3,
        "number": [3, 4, 5],
        "stage": ["early"] * 3,
        "status": ["interviewed"] * 3,
        "document": ["d1", "d3", "d4"],
    }
)
EXACT = Naming(exact={"why": "w", "by": "b", "on": "2026-01-01"})
CONFIRMED = {"why": "a misprint", "by": "two", "on": "2026-01-01"}


def collect(known=None, **changed):
    printed = {
        "quotation": "1",
        "theme": "t",
        "sub_theme": "a",
        "role": "p",
        "number": 3,
        "stage": "early",
        "document": "d1",
        "start": 6,
        "end": 13,
        "text": "I never",
        "_file": "quotations.csv",
        "_line": 2,
    }
    frame = pd.DataFrame([printed | changed])
    return collect_quotations(frame, TRANSCRIPTS, known or Known(INTERVIEWS)).iloc[0]


def edits(*rows):
    frame = pd.DataFrame(rows, columns=["kind", "start", "end", "text", "why"])
    return frame.assign(quotation="1", by="two")


def at(words):
    start = TEXT.index(words)
    return {"start": start, "end": start + len(words)}


def test_a_quotation_that_is_right_says_so_and_has_its_proof():
    found = collect()
    assert found["row"] == "q1"
    assert found["verbatim"]
    assert found["printable"]
    assert found["found_at"] == 6
    assert (found["attribution"], found["differs_in"]) == ("agrees", "")
    assert found["label"] == "P 3, early interview"
    assert found["source"] == "t/d1.txt"
    # printf 'I never' | sha256sum
    digest = "0572171fc404de57fba38b1abbf8b1efbe93a5409328ee151384226013c2d789"
    assert found["slice_sha256"] == digest
    assert (found["edits"], found["refused"]) == ("", "")


def test_the_proof_reaches_the_bytes_of_the_file(tmp_path):
    file = tmp_path / "d1.txt"
    file.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    found = collect(Known(INTERVIEWS, files={"d1": str(file)}))
    assert found["place"] == "bytes 9 to 16 (utf-8)"
    assert file.read_bytes()[9:16] == b"I never"
    assert len(found["source_sha256"]) == 64


def test_an_attribution_that_the_register_contradicts_is_refused():
    found = collect(stage="later")
    assert (found["attribution"], found["differs_in"]) == ("differs", "stage")
    assert (found["stage"], found["printed_stage"]) == ("early", "later")
    assert found["refused"] == "the register contradicts the stage attributed to it"
    assert not found["printable"]
    assert collect(number=4, role="q")["differs_in"] == "role, number"


def test_an_attribution_that_people_acknowledged_is_printed_as_the_register_has_it():
    known = Known(INTERVIEWS, attributions={"q1": {"stage": "early"} | CONFIRMED})
    found = collect(known, stage="later")
    assert found["printable"]
    assert found["label"] == "P 3, early interview"
    assert found["printed_label"] == "P 3, later interview"
    assert found["acknowledged"] == "two, 2026-01-01: a misprint"


@pytest.mark.parametrize(
    ("entry", "stage", "what"),
    [
        ({"q1": {"stage": "later"}}, "later", "not the register's"),
        ({"q1": {"stage": "early"}}, "early", "differs in nothing"),
        ({"q1": {"number": 3}}, "later", "differs in: stage"),
        ({"q1": {}}, "later", "acknowledged is: nothing"),
        ({"q2": {"stage": "early"}}, "early", "no quotation `q2`"),
    ],
)
def test_an_acknowledgement_of_something_else_is_refused(entry, stage, what):
    entry = {name: each | CONFIRMED for name, each in entry.items()}
    with pytest.raises(StudyError, match=what):
        collect(Known(INTERVIEWS, attributions=entry), stage=stage)


def test_what_was_not_printed_does_not_differ():
    assert collect(stage=pd.NA)["attribution"] == "agrees"


@pytest.mark.parametrize(("start", "end", "where"), [(7, 14, 6), (0, 7, 6)])
def test_words_that_stand_elsewhere_are_refused_and_found(start, end, where):
    found = collect(start=start, end=end)
    assert not found["verbatim"]
    assert not found["printable"]
    assert found["found_at"] == where
    assert found["refused"].endswith("they stand at character 6")


def test_offsets_outside_the_transcript_are_refused():
    found = collect(start=90, end=97)
    assert "no passage of its transcript" in found["refused"]
    assert found["found_at"] == 6


def test_words_that_were_changed_are_not_found():
    found = collect(text="I NEVER")
    assert not found["printable"]
    assert pd.isna(found["found_at"])


def test_edits_replay_to_the_printed_words():
    place = at("Mary said not to, in Ballymena.")
    own = edits(
        ("replacement", *at("Mary").values(), "[the nurse]", "a name"),
        ("elision", *at(", in Ballymena").values(), " …", "a place"),
    )
    found = collect(Known(INTERVIEWS, own), text="[the nurse] said not to ….", **place)
    assert found["refused"] == ""
    assert found["text"] == "[the nurse] said not to …."
    assert found["edits"].count("kind") == 2
    unedited = collect(Known(INTERVIEWS, own), text="Mary said not to, in Ballymena.", **place)
    assert "not those of the transcript with the edits given" in unedited["refused"]


def test_an_elision_that_drops_a_negation_is_refused_without_a_reason():
    place = at("Mary said not to")
    for why, refused in ((pd.NA, True), ("she repeats it", False)):
        own = edits(("elision", *at("not").values(), "[...]", why))
        found = collect(Known(INTERVIEWS, own), text="Mary said [...] to", **place)
        assert ("takes a negation away" in found["refused"]) == refused
        assert bool(found["cautions"]) != refused


def test_pseudonyms_are_printed_whether_the_export_has_them_or_not():
    known = Known(INTERVIEWS, names={"Mary": "Rosalind"})
    for text in ("Mary said", "Rosalind said"):
        found = collect(known, text=text, **at("Mary said"))
        assert (found["text"], found["refused"]) == ("Rosalind said", "")


def test_an_edit_that_meets_a_name_halfway_is_refused():
    own = edits(("elision", *at("ry said").values(), "…", ""))
    known = Known(INTERVIEWS, own, names={"Mary": "Rosalind"})
    assert "overlap" in collect(known, text="Ma… not", **at("Mary said not"))["refused"]


def test_a_passage_over_several_turns_is_told():
    turns = pd.DataFrame(
        {"document": "d1", "speaker": ["R", "I", "R"], "start": [0, 18, 26], "end": [17, 25, 60]}
    ).assign(interviewer=pd.array([False, True, pd.NA], dtype="boolean"))
    place = at("did\nI: Why?\nR: Mary")
    found = collect(Known(INTERVIEWS, turns=turns), text="did\nI: Why?\nR: Mary", **place)
    assert found["cautions"] == (
        "it spans 3 turns of 2 speakers; it holds words of the interviewer"
    )
    assert found["printable"]
    assert collect(Known(INTERVIEWS, turns=turns))["cautions"] == ""


def flag(decision, printed="", stops=True):
    row = dict.fromkeys(COLUMNS, "") | {"texts": "quotations", "item": "q1", "rule": "listed"}
    row |= at("Ballymena") | {"decision": decision, "printed": printed, "stops": stops}
    return pd.DataFrame([row | {"by": "two" if printed else "", "flag": "f"}])


def test_flagged_words_stop_until_people_decide():
    words = "in Ballymena."
    undecided = collect(Known(INTERVIEWS, flags=flag("undecided")), text=words, **at(words))
    assert undecided["refused"] == "nobody has decided on words that the rule `listed` flags"
    told = Known(INTERVIEWS, flags=flag("undecided", stops=False))
    assert collect(told, text=words, **at(words))["printable"]
    known = Known(INTERVIEWS, flags=flag("mask", "[place]"))
    assert collect(known, text=words, **at(words))["text"] == "in [place]."
    kept = collect(Known(INTERVIEWS, flags=flag("keep")), text=words, **at(words))
    assert kept["text"] == words


def test_a_document_that_is_not_in_the_register_has_no_speaker():
    found = collect(document="d2", start=0, end=2, text="so")
    assert found["verbatim"]
    assert found["attribution"] == "not in the register"
    assert not found["printable"]
    assert found["refused"] == ""


def test_without_a_register_a_quotation_is_an_interviewees():
    found = collect(Known())
    assert (found["attribution"], found["label"]) == ("no register", "Interviewee")
    assert found["printable"]
    two_are_many = Known(naming=Naming(minimum=2))
    assert collect(two_are_many)["label"] == "Interviewee 1"


def test_a_file_is_found_by_the_path_that_the_table_names():
    given = ["../study/t/d1.txt", "../study/more/t/d2.txt"]
    assert files_by_document(TRANSCRIPTS, given) == dict(zip(["d1", "d2"], given, strict=True))
    assert files_by_document(TRANSCRIPTS, ["t/other.txt"]) == {}
