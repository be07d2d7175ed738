"""The joint display: registered queries, and the judgements sealed to their evidence."""

import datetime
import hashlib
from dataclasses import replace

import pandas as pd
import pytest

from trialtrail.errors import StudyError
from trialtrail.qualitative.joint_display.findings import Sources
from trialtrail.qualitative.joint_display.people import People
from trialtrail.qualitative.joint_display.queries import Query
from trialtrail.qualitative.joint_display.verdicts import evidence_digest
from trialtrail.results.cells import Cells, UnknownRow

from scripts.build_joint_display import build_joint_display


def cells(documents=3, **more):
    return Cells(
        {
            "codes": [
                {"row": row, "level": level, "label": label, "n": n, "denominator": 4}
                | {"percent": 25 * n}
                for row, level, label, n in (
                    ("all", "all", "All", 4),
                    ("t", "theme", "Theme T", documents),
                    ("t.a", "category", "Cat A", 1),
                    ("t.a.c", "code", "Code C", 1),
                    ("tt.b", "category", "Other", 1),
                )
            ],
            "questionnaire": [
                {"row": "q1", "label": "Item", "n": 11, "denominator": 13, "percent": 84.6},
                {"row": "q2", "label": "Other item", "n": 2, "denominator": 12, "percent": 16.7},
            ],
            "estimates": [
                {
                    "row": "o",
                    "label": "Score",
                    "arm": "new",
                    "reference": "usual",
                    "measure": "mean_difference",
                    "estimate": 1.5,
                    "lower": -1,
                    "upper": 4,
                    "unit": "p",
                }
            ],
            "quotations": [
                {"row": "q7", "text": "It’s “fine”.", "verbatim": "True", "printable": "True"}
                | {"label": "Seller 2"}
            ],
        }
        | more
    )


def people():
    """Return two buyers (one seen twice) and two sellers; one buyer and one seller have code c."""
    register = [
        ("buyer", 1, "early", "d1", "p1"),
        ("buyer", 1, "later", "d2", "p1"),
        ("buyer", 2, "early", "d3", "p2"),
        ("seller", 1, "early", "d4", None),
        ("seller", 2, "early", "d5", None),
    ]
    names = ["role", "number", "stage", "document", "participant_id"]
    interviews = pd.DataFrame(register, columns=names).astype({"number": "Int64"})
    interviews["status"] = "interviewed"
    coded = [("d1", "r1"), ("d2", "r1"), ("d2", "r2"), ("d5", "r2")]
    segments = pd.DataFrame(coded, columns=["document", "coder"])
    segments = segments.assign(theme="t", category="a", code="c")
    book = {"code": ["c"], "label": ["Code C"], "category": ["a"], "category_label": ["Cat A"]}
    codebook = pd.DataFrame(book | {"theme": ["t"], "theme_label": ["Theme T"]})
    trial = {"participant_id": ["p1", "p2", "p3"], "arm": ["new", "new", "usual"]}
    participants = pd.DataFrame(trial | {"visits": [4, 1, 0]})
    transcripts = pd.DataFrame({"document": interviews["document"]})
    return People(segments, transcripts, interviews, codebook, participants)


THEME = {"theme": "t", "questionnaire": ["q1"], "trial": ["estimates#o", "estimates#o/lower"]}
JUDGED = {"verdict": "partial", "by": "AB", "on": datetime.date(2006, 1, 2), "why": "because"}
SEEN = {"label": "seen often", "where": {"visits": {"at_least": 3}}}
LESS = {"label": "seen less", "where": {"visits": {"less_than": 3}}}


def built(theme=THEME, table=None):
    arms = {"new": "New", "usual": "Usual care"}
    return build_joint_display([theme], Sources(table or cells(), people(), arms))


def display(theme=THEME, table=None):
    return built(theme, table)[0].set_index("row")


def verdict(table=None, theme=THEME, **given):
    return built(theme | {"convergence": JUDGED | given}, table)[1].iloc[0]


def found(query, strand="trial", table=None):
    """Return the row of one query."""
    return display({"theme": "t", strand: [{"id": "x"} | query]}, table).loc["t.x"]


def test_a_row_is_a_finding_with_the_address_it_was_read_from():
    rows = display()
    assert list(rows["strand"]) == ["interviews"] * 2 + ["questionnaire"] + ["trial"] * 2
    expected = "codes#t codes#t.a questionnaire#q1 estimates#o estimates#o/lower"
    assert " ".join(rows["source"]) == expected
    assert list(rows.index) == [f"t.{n}" for n in range(1, 6)]


def test_each_strand_brings_its_numbers():
    rows = display()
    assert rows.loc["t.1", ["n", "denominator", "percent"]].to_list() == [3, 4, 75]
    assert rows.loc["t.3", ["n", "denominator", "percent"]].to_list() == [11, 13, 84.6]
    assert rows.loc["t.4", ["estimate", "lower", "upper"]].to_list() == [1.5, -1, 4]
    assert rows.loc["t.4", "unit"] == "p"
    assert rows.loc["t.5", "value"] == -1


def test_the_configuration_may_choose_what_the_interviews_show():
    rows = display(THEME | {"interviews": ["t.a.c"]})
    assert rows.loc["t.1", "source"] == "codes#t.a.c"
    assert rows.loc["t.2", "strand"] == "questionnaire"


def test_a_finding_that_is_not_there_ends_the_run():
    with pytest.raises(UnknownRow, match="`q3`"):
        display(THEME | {"questionnaire": ["q3"]})


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"people": "t"}, (2, 4)),
        ({"people": "t.a", "role": "buyer"}, (1, 2)),  # seen twice, and counted once
        ({"people": "t.a.c", "role": "buyer", "stage": "later"}, (1, 1)),
        ({"people": "t", "stage": "early"}, (2, 4)),
        ({"people": "t", "among": SEEN}, (1, 1)),
        ({"people": "t", "among": {"label": "new", "where": {"arm": "new"}}}, (1, 2)),
        ({"people": "t", "among": {"label": "usual", "where": {"arm": ["usual"]}}}, (0, 0)),
    ],
)
def test_people_are_counted_once_by_what_register_and_trial_say(query, expected):
    row = found(query)
    assert (row["n"], row["denominator"]) == expected
    assert row["percent"] is pd.NA if not expected[1] else row["percent"] > 0


def test_two_groups_of_people_stand_beside_each_other():
    query = {"people": "t", "among": SEEN, "against": LESS}
    row = found(query | {"expect": "greater in seen often than in seen less"})
    numbers = ["n", "denominator", "n_other", "denominator_other", "percent_other"]
    assert row[numbers].to_list() == [1, 1, 0, 1, 0]
    assert (row["group"], row["group_other"], row["shown"]) == ("seen often", "seen less", "holds")


def test_a_quotation_brings_its_words_and_whose_they_are():
    row = found({"quotation": 7}, "interviews")
    assert (row["text"], row["speaker"]) == ("It’s “fine”.", "Seller 2")
    assert row["source"] == "quotations#q7"


def test_without_register_and_codebook_each_transcript_is_a_person():
    whole = people()
    bare = People(whole.segments, whole.transcripts)
    query = Query("interviews", "people", "c")
    assert (bare.count(query).n, bare.count(query).of) == (3, 5)
    with pytest.raises(StudyError, match="nobody interviewed is a participant"):
        bare.count(query, SEEN)
    with pytest.raises(StudyError, match="nobody interviewed is a participant"):
        replace(whole, interviews=None).count(Query("interviews", "people", "t"), SEEN)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({}, "asks for nothing"),
        ({"people": "t", "item": "q1"}, "`people` and `item`"),
        ({"people": "u"}, "no entry `u`"),
        ({"people": "t", "role": "maker"}, "role `maker`"),
        ({"people": "t", "stage": "last"}, "stage `last`"),
        ({"people": "t", "among": {"label": "x", "where": {"height": 1}}}, "no column `height`"),
        ({"people": "t", "against": SEEN}, "without `among`"),
        ({"item": "q1", "role": "buyer"}, "`role` stands beside `item`"),
        ({"item": "q9"}, "no row `q9`"),
        ({"quotation": 7, "expect": "above 1"}, "registered of a quotation"),
        ({"quotation": 8}, "no row `q8`"),
        ({"item": "q1", "expect": "rather high"}, "cannot be judged"),
        ({"item": "q1", "expect": "greater in A than B"}, "compares what the query does not"),
    ],
)
def test_a_query_that_is_none_is_refused_by_name(query, message):
    with pytest.raises(StudyError, match=message):
        found(query)


def test_two_queries_or_entries_of_one_name_are_refused():
    twice = {"theme": "t", "trial": [{"id": "x", "item": "q1"}, {"id": "x", "item": "q2"}]}
    with pytest.raises(StudyError, match="two queries have the id `x`"):
        built(twice)
    with pytest.raises(StudyError, match="two entries of the joint display are named `t`"):
        build_joint_display([THEME, THEME], Sources(cells()))
    again = THEME | {"id": "again", "label": "Again"}
    verdicts = build_joint_display([THEME, again], Sources(cells()))[1]
    assert list(verdicts["label"]) == ["Theme T", "Again"]


def test_what_the_cells_take_is_said_of_each_kind():
    theme = {
        "theme": "t",
        "interviews": [{"id": "p", "people": "t", "among": SEEN, "against": LESS}],
        "questionnaire": [{"id": "i", "item": "q1"}],
        "trial": [{"id": "c", "cell": "estimates#o/lower"}, {"id": "w", "quotation": 7}],
    }
    taken = built(theme)[2]
    tables = {
        row: {cell: {use["table"] for use in entry["takes"]} for entry in entries
              for cell in entry["cells"]}
        for row, entries in taken.items()
    }  # fmt: skip
    everyone = {"validated:interviews", "dataset:participants"}
    assert tables["t.p"]["n"] == tables["t.p"]["n_other"] == everyone | {"dataset:segments"}
    assert tables["t.p"]["denominator_other"] == everyone
    assert tables["t.i"]["n"] == {"result:questionnaire"}
    assert tables["t.c"] == {"value": {"result:estimates"}}
    assert tables["t.w"]["text"] == {"result:quotations"}


def test_a_judgement_is_current_while_its_evidence_stands():
    unsealed = verdict()
    assert unsealed["state"] == "unsealed"
    assert unsealed["on"] == "2006-01-02"
    for seal in (unsealed["evidence"], unsealed["evidence"][:12], unsealed["seal"]):
        assert verdict(evidence=seal)["state"] == "current"
    assert verdict(evidence=unsealed["evidence"][:4])["state"] == "stale"


def test_a_judgement_is_stale_when_the_evidence_changed():
    seal = verdict()["evidence"]
    assert verdict(cells(documents=2), evidence=seal)["state"] == "stale"


def test_a_theme_without_judgement_says_so():
    assert built()[1].iloc[0]["state"] == "not judged"


@pytest.mark.parametrize("left_out", ["verdict", "by", "on", "why"])
def test_a_judgement_names_what_who_when_and_why(left_out):
    with pytest.raises(StudyError, match=f"`{left_out}`"):
        verdict(**{left_out: None})


def test_the_digest_sees_numbers_and_findings_but_not_their_order_or_noise():
    one, two = {"source": "a#1", "n": 3.0}, {"source": "a#2", "estimate": 1.23456}
    digest = evidence_digest([one, two])
    assert digest == evidence_digest([two, one | {"label": "renamed"}])
    assert digest == evidence_digest([one, two | {"estimate": 1.23456 + 1e-12}])
    assert digest != evidence_digest([one | {"n": 4.0}, two])
    assert digest != evidence_digest([one])


def test_the_digest_of_addresses_alone_is_that_of_former_versions():
    """A verdict that was sealed before queries were registered is as current as it was."""
    lines = ["codes#t 3 4 75    ", "codes#t.a 1 4 25    ", "questionnaire#q1 11 13 84.6    "]
    lines += ["estimates#o    1.5 -1 4 ", "estimates#o/lower       -1"]
    expected = hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
    assert built()[1].iloc[0]["evidence"] == expected
