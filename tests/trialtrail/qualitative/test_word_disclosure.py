"""What rules and lists see in words, and what they do not."""

import pytest

from trialtrail.qualitative.word_disclosure import (
    Lists,
    flags_in,
    flags_in_prose,
    transcripts_with,
)

LISTS = Lists(
    listed={"places": ["Ballymena", "the Shankill", "Bear & Sons"]},
    hidden=["Mary"],
    identifiers=["T-0021"],
    rare=["lighthouse keeper"],
    rare_in={"twins": 1, "prison": 9, "lighthouse keeper": 1},
    harmless=["Sure Start"],
    patterns={"case_number": r"\bC-\d{4}\b"},
)


def seen(text, lists=LISTS):
    return [(flag.rule, flag.words) for flag in flags_in(text, lists)]


@pytest.mark.parametrize(
    ("text", "rule", "words"),
    [
        ("write to m.o'hara+x@mail.example.org now", "e_mail", "hara+x@mail.example.org"),
        ("see www.example.org/me for it", "web_address", "www.example.org/me"),
        ("ring 028 9012 3456 or so", "telephone", "028 9012 3456"),
        ("ring (07700) 900-123, love", "telephone", "(07700) 900-123"),
        ("ring +44 7700 900123", "telephone", "+44 7700 900123"),
        ("off BT12 6BA there", "postcode", "BT12 6BA"),
        ("born 3/4/1981 at home", "date", "3/4/1981"),
        ("on the 12th of March it rained", "date", "the 12th of March"),
        ("in October 2004 we moved", "date", "October 2004"),
        ("at 14 Rose Hill Park then", "address", "14 Rose Hill Park"),
        ("so Mrs O'Neill came", "titled_name", "Mrs O'Neill"),
        ("then Dr. Khan said", "titled_name", "Dr. Khan"),
        ("she was a 23-year-old then", "age", "23-year-old"),
        ("I was seventeen and", "age", "I was seventeen"),
        ("when I’m forty-one", "age", "I’m forty-one"),
        ("my six children are", "family_size", "my six children"),
        ("I had my four; then", "family_size", "my four"),
        ("went to ballymena twice", "listed", "ballymena"),
        ("up the\nShankill again", "listed", "the\nShankill"),
        ("from Bear & Sons they say", "listed", "Bear & Sons"),
        ("to Mary's house", "hidden_name", "Mary"),
        ("number t-0021 it was", "identifier", "t-0021"),
        ("with the twins that day", "rare", "twins"),
        ("a lighthouse keeper, him", "rare", "lighthouse keeper"),
        ("it is C-1234 then", "case_number", "C-1234"),
        ("we saw Siobhan there", "capitalised", "Siobhan"),
        ("in Royal Victoria they", "capitalised", "Royal Victoria"),
        ("to Zoë-Louise, she", "capitalised", "Zo"),
    ],
)
def test_a_rule_sees_what_it_is_for(text, rule, words):
    found = seen(text)
    assert any(each == rule and words in w for each, w in found), found


@pytest.mark.parametrize(
    "text",
    [
        "And then I'd go. Nobody came on Tuesday, so I rang my Mammy.",
        "the prison was on the way",  # in many transcripts
        "I was twenty minutes late and it was three weeks",
        "we met Sure Start people",
        "four or five of us, marvellous, and 100 of them in 2004",
        "may be in march they march",
        "maryland is far",
        "😀 well 👩🏽 no",
    ],
)
def test_what_tells_of_nobody_is_not_flagged(text):
    assert seen(text) == []


def test_a_stretch_is_flagged_once_and_by_what_is_surest():
    assert seen("to Mary Smith's") == [("hidden_name", "Mary Smith's")]
    assert seen("off 14 Ballymena Road then") == [("listed", "14 Ballymena Road")]
    twice = flags_in("in Larne and Larne", Lists(listed={"": ["Larne"]}))
    assert len({flag.id for flag in twice}) == 2


def test_flags_are_known_by_rule_words_and_what_stands_around():
    one, other = (
        flags_in(text, LISTS)[0].id for text in ("in Ballymena then", "of Ballymena then")
    )
    again = flags_in("in Ballymena then", LISTS)[0].id
    assert one == again != other
    assert len(one) == 16


def test_prose_is_looked_through_for_what_names_and_its_quotes_for_everything():
    prose = (
        "In Ballymena, by Smith on 3 March 2004, {{ n('x#Ballymena/n') }}. “We saw Siobhan there.”"
    )
    found = [(flag.rule, flag.words) for flag in flags_in_prose(prose, LISTS)]
    assert found == [("listed", "Ballymena"), ("capitalised", "Siobhan")]
    start = flags_in_prose(prose, LISTS)[0].start
    assert prose[start : start + 9] == "Ballymena"


def test_a_word_is_counted_by_transcripts_and_not_by_times():
    counts = transcripts_with(["Twins", "HIV"], ["twins and TWINS", "the twins’ cot", "hivernal"])
    assert counts == {"hiv": 0, "twins": 2}


def test_no_text_takes_long():
    """Long runs of digits, capitals and spaces are where a rule might search for ever."""
    text = "1 " * 20_000 + "Aa " * 20_000 + "a@" * 20_000 + " " * 20_000
    flags_in(text, Lists())
