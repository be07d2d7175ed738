"""Flags of texts with what people decided of each."""

from dataclasses import replace

import pandas as pd
import pytest

from trialtrail.errors import StudyError
from trialtrail.qualitative.disclosure_flags import (
    check_rules,
    counts_of,
    decided,
    edits_decided,
    flags_of_passages,
    flags_of_prose,
    flags_of_segments,
    undecided_rules,
    unused_decisions,
)
from trialtrail.qualitative.disclosure_lists import lists_of, pseudonyms_of, words_of
from trialtrail.qualitative.quotation_edits import Edit
from trialtrail.qualitative.quoted_passages import Passage
from trialtrail.qualitative.word_disclosure import Lists

from scripts.list_disclosure import counts_taken, with_prose

TEXT = "I went to Larne with Mary, in Larne again."
LISTS = Lists(listed={"places": ["Larne"]})


def flags(passage=None, decisions=None, stops=("listed",)):
    passage = passage or Passage(TEXT, 2, len(TEXT))
    rows = flags_of_passages({"1": passage}, {"1": "d1"}, LISTS)
    frame = None if decisions is None else pd.DataFrame(decisions)
    return decided(rows, frame, stops)


def decision(flag, what, text=pd.NA):
    day = pd.Timestamp("2026-03-31")
    return {"flag": flag, "decision": what, "text": text, "by": "x", "decided_on": day, "why": "y"}


def listed(table):
    return table[table["rule"] == "listed"]


def test_flags_have_the_offsets_of_the_transcript():
    found = listed(flags())
    assert [TEXT[a:b] for a, b in zip(found["start"], found["end"], strict=True)] == ["Larne"] * 2
    assert set(found["decision"]) == {"undecided"}
    assert found["stops"].all()
    assert undecided_rules(flags(), "q1") == ["listed"]
    assert undecided_rules(flags(stops=()), "q1") == []


def test_edits_before_it_do_not_move_a_flag():
    passage = Passage(TEXT, 2, len(TEXT), (Edit(2, 9, "elision", "…"),))
    assert list(listed(flags(passage))["start"]) == [10, 30]


def test_a_decision_holds_for_its_flag_alone_and_becomes_an_edit():
    first, second = listed(flags())["flag"]
    found = flags(decisions=[decision(first, "mask"), decision(second, "generalise", "[a town]")])
    edits = edits_decided(found, "q1")
    assert [(TEXT[e.start : e.end], e.text) for e in edits] == [
        ("Larne", "[name]"),
        ("Larne", "[a town]"),
    ]
    assert listed(found)["decided_on"].tolist() == ["2026-03-31"] * 2
    kept = flags(decisions=[decision(first, "keep")])
    assert edits_decided(kept, "q1") == []
    assert undecided_rules(kept, "q1") == ["listed"]  # the other


def test_words_around_that_changed_ask_for_a_decision_again():
    first = listed(flags())["flag"].iloc[0]
    other = Passage(TEXT.replace("went", "came"), 2, len(TEXT))
    found = flags(other, [decision(first, "keep")])
    assert "keep" not in set(found["decision"])
    assert unused_decisions(found, pd.DataFrame([decision(first, "keep")])) == [first]


@pytest.mark.parametrize(
    ("what", "text", "rule"),
    [
        ("generalise", pd.NA, "text"),
        ("generalise", "a town", "brackets"),
        ("mask", "x", "brackets"),
    ],
)
def test_a_decision_that_cannot_be_carried_out_is_refused(what, text, rule):
    first = listed(flags())["flag"].iloc[0]
    with pytest.raises(StudyError) as refusal:
        flags(decisions=[decision(first, what, text)])
    assert rule in refusal.value.text()
    assert "Larne" not in refusal.value.text()


def test_words_of_an_edit_are_changed_in_the_edit():
    edit = Edit(21, 25, "replacement", "[her aunt in Larne]")
    passage = Passage(TEXT, 2, 26, (edit,))
    found = listed(flags(passage))
    assert found["start"].isna().tolist() == [False, True]
    with pytest.raises(StudyError, match="words that people wrote"):
        flags(passage, [decision(found["flag"].iloc[1], "mask")])


def test_a_surname_behind_a_pseudonym_goes_with_it():
    text = "I met Mary Smith there."
    passage = Passage(text, 0, len(text), (), (Edit(6, 10, "pseudonym", "Rose"),))
    rows = flags_of_passages({"1": passage}, {"1": "d1"}, Lists(harmless=["Rose"]))
    found = decided(rows, pd.DataFrame([decision(rows[0]["flag"], "mask")]), ())
    edits = edits_decided(found, "q1")
    assert [text[e.start : e.end] for e in edits] == ["Mary Smith"]
    whole = replace(passage, decided=tuple(edits))
    assert (whole.printed, whole.faults) == ("I met [name] there.", [])


def test_prose_and_coded_passages_are_looked_through_too():
    rows = flags_of_prose({"a.md": "All in Larne."}, LISTS)
    assert [(row["item"], row["rule"]) for row in rows] == [("a.md", "listed")]
    segments = pd.DataFrame({"document": ["d1"] * 3, "start": [0, 5, 30], "end": [12, 16, 35]})
    rows = flags_of_segments(segments, {"d1": TEXT}, LISTS)
    assert [(row["start"], row["words"]) for row in rows] == [(10, "Larne"), (30, "Larne")]


def test_counts_are_of_each_rule_and_decision():
    first = listed(flags())["flag"].iloc[0]
    found = flags(decisions=[decision(first, "mask")])
    counts = {row["row"]: row for row in counts_of(found, ["listed"], ["quotations", "texts"])}
    row = counts["quotations.listed"]
    assert (row["flags"], row["masked"], row["undecided"], row["stops"]) == (2, 1, 1, True)
    assert not counts["quotations.capitalised"]["stops"]
    table = pd.DataFrame(counts.values())
    assert set(counts_taken(table, True)) == set(counts)


@pytest.mark.parametrize(
    ("patterns", "stops", "where"),
    [
        ({"a": "("}, (), "patterns.a"),
        ({"a": "x*"}, (), "patterns.a"),
        ({"age": "x"}, (), "patterns.age"),
        ({}, ("phone",), "stops"),
    ],
)
def test_rules_that_cannot_be_used_are_refused(patterns, stops, where):
    with pytest.raises(StudyError) as refusal:
        check_rules(Lists(patterns=patterns), stops)
    assert where in refusal.value.text()
    check_rules(Lists(patterns={"a": "x+"}), ("a", "telephone"))


def test_a_list_is_read_line_by_line(tmp_path):
    path = tmp_path / "places.txt"
    path.write_text("\ufeffLarne\n\n# not these\n  the Glens \n", encoding="utf-8")
    assert words_of(path) == ["Larne", "the Glens"]


def test_pseudonyms_are_checked_before_they_are_used():
    transcripts = pd.DataFrame({"text": ["with Mary and Rose"]})
    names = pd.DataFrame({"name": ["Mary"], "pseudonym": ["Rose"]})
    with pytest.raises(StudyError, match="occurs in a transcript"):
        pseudonyms_of(names, transcripts)
    assert pseudonyms_of(None, transcripts) == {}
    assert pseudonyms_of(names, transcripts.replace({"text": {"with Mary and Rose": "Mary"}})) == {
        "Mary": "Rose"
    }


def test_lists_hold_the_numbers_of_the_register_and_what_is_harmless():
    chosen = {"rare": [], "lists": {}, "minimum": 3, "harmless": ["TV"], "patterns": {}}
    interviews = pd.DataFrame({"participant_id": ["T-1", None], "provider_id": [None, "M9"]})
    found = lists_of(chosen, pd.DataFrame({"text": ["x"]}), {"Mary": "Rose"}, interviews)
    assert (found.identifiers, found.hidden) == (["M9", "T-1"], ["Mary"])
    assert found.harmless == ["TV", "Rose"]


def test_flags_of_prose_stand_behind_those_of_quotations():
    prose = flags_of_prose({"a.md": "All in Larne."}, LISTS)
    both = with_prose(flags(), prose, None, ["listed"])
    assert list(both["texts"])[-1] == "texts"
    assert len(both) == len(flags()) + 1
    assert with_prose(flags(), [], None, []).equals(flags())
