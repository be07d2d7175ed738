"""Reporting checklists: what data and people say to the items of a guideline."""

from pathlib import Path

import pytest
import yaml

from trialtrail import ROOT
from trialtrail.errors import StudyError
from trialtrail.report.checklists import (
    CELL,
    MISSING,
    Around,
    Guideline,
    Item,
    read_answers,
    read_guideline,
    tell,
)
from trialtrail.results.cells import Cells, parse

from scripts.tabulate_checklists import chosen, tabulate_checklists

SHIPPED = [
    read_guideline(path) for path in sorted((ROOT / "templates" / "checklists").glob("*.yaml"))
]
ITEMS = [
    Item("1", "Size", "How many", says=["{people#seen/n} of {people#seen/denominator} people."]),
    Item("2", "Age", "How old", says=["Mean {people#age/mean}."], part=True, at=["interviews"]),
    Item("3", "Ethics", "Approval"),
    Item("4", "Summary", "A summary", texts=["summary.md"], at=["summary"]),
    Item("5", "Place", "Where", says=["{places#all/note}"]),
]
GUIDE = Guideline("guide", "GUIDE", "Somewhere", ["people"], ITEMS)


def cells(**more):
    tables = {"people": [{"row": "seen", "n": "12", "denominator": "20", "mean": ""},
                         {"row": "age", "n": "12", "denominator": "", "mean": "31.5"}]}  # fmt: skip
    return Cells(tables | more)


def table(answers=None, texts=(), study=None, sections=None, **more):
    around = Around(texts, study or {}, sections)
    found, taken = tabulate_checklists([GUIDE], {"guide": answers or {}}, cells(**more), around)
    return found.set_index("row"), taken


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_what_data_can_tell_is_told_with_its_cells():
    found, taken = table()
    assert found.loc["guide.1", ["state", "says"]].to_list() == [
        "from the data",
        "12 of 20 people.",
    ]
    assert found.loc["guide.2", ["state", "says"]].to_list() == ["in part", "Mean 31.5."]
    uses = taken["guide.1"][0]["takes"]
    assert [(each["table"], each["columns"], each["where"]) for each in uses] == [
        ("result:people", ["n"], {"row": "seen"}),
        ("result:people", ["denominator"], {"row": "seen"}),
    ]


def test_what_nobody_told_is_missing_and_the_whole_is_counted():
    found, _ = table()
    assert found.loc["guide.3", "state"] == "missing"
    assert found.loc["guide.5", "state"] == "missing", "the study has no such table"
    assert found.loc["guide", ["told", "items"]].to_list() == [2, 5]


def test_a_text_of_the_study_answers_an_item():
    found, _ = table(texts=["summary.md"])
    assert found.loc["guide.4", ["state", "sections"]].to_list() == ["written", "summary"]
    assert table()[0].loc["guide.4", "state"] == "missing"


def test_people_add_to_what_the_data_say_or_say_that_an_item_does_not_apply():
    answers = {
        "2": {"says": "Not asked of all: {people#seen/n}.", "sections": ["methods"]},
        "3": {"not_applicable": "Nobody was studied.", "sections": []},
    }
    found, taken = table(answers)
    assert found.loc["guide.2", ["state", "says", "sections"]].to_list() == [
        "written", "Mean 31.5. Not asked of all: 12.", "interviews methods",
    ]  # fmt: skip
    assert found.loc["guide.3", ["state", "says"]].to_list() == [
        "not applicable", "Nobody was studied.",
    ]  # fmt: skip
    assert len(taken["guide.2"][0]["takes"]) == 2


def test_a_sentence_is_told_only_where_all_its_cells_have_values():
    found, _ = table(places=[{"row": "all", "note": ""}])
    assert found.loc["guide.5", "state"] == "missing"
    found, _ = table(places=[{"row": "all", "note": "home 3"}])
    assert found.loc["guide.5", "says"] == "home 3"


def test_a_cell_may_say_how_it_is_printed():
    item = Item("1", "Age", "How old", says=["Mean {people#age/mean:.2f}."])
    guide = Guideline("guide", "GUIDE", "", ["people"], [item])
    found, _ = tabulate_checklists([guide], {}, cells(), Around())
    assert found.set_index("row").loc["guide.1", "says"] == "Mean 31.50."


def test_the_guidelines_of_a_study_are_those_whose_tables_it_has():
    others = Guideline("other", "OTHER", "", ["harms"], ITEMS)
    assert [each.name for each in chosen([GUIDE, others], None, cells())] == ["guide"]
    assert [each.name for each in chosen([GUIDE, others], ["other"], cells())] == ["other"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("cnosort: {}", "no checklist is named `cnosort`"),
        ("guide: {'9': {says: x}}", "GUIDE has no item `9`"),
        ("guide: {'1': {said: x}}", "no key is named `said`; nearest: `says`"),
        ("guide: {'1': {}}", "the item has no answer"),
        ("guide: {'1': yes}", "the item has no answer"),
        ("guide: {'1': {says: We asked 12 people.}}", "a number that comes from no cell"),
        ("guide: {'1': {says: 'We asked ½ of them.'}}", "a number that comes from no cell"),
        ("guide: {'1': {not_applicable: 'Of 3.'}}", "a number that comes from no cell"),
        ("allowed: [{phrase: 12 people}]", "allowed without a reason"),
        ("- 1", "have no entries"),
        ("guide: {", "are no YAML"),
    ],
)
def test_a_slip_in_the_answers_is_told_with_its_place(text, what, tmp_path):
    with pytest.raises(StudyError) as caught:
        read_answers(written(tmp_path / "answers.yaml", text), [GUIDE])
    assert what in caught.value.text()
    assert "answers.yaml" in caught.value.text()


def test_an_allowed_phrase_may_hold_a_number(tmp_path):
    text = "guide: {'1': {says: By the SF-36., sections: a}}\nallowed:\n"
    text += "  - {phrase: SF-36, reason: a name}"
    found = read_answers(written(tmp_path / "answers.yaml", text), [GUIDE])
    assert found == {"guide": {"1": {"says": "By the SF-36.", "sections": ["a"]}}}


def test_an_answer_that_names_no_cell_is_refused():
    with pytest.raises(StudyError, match="people"):
        table({"3": {"says": "{people#sen/n}", "sections": []}})


@pytest.mark.parametrize(
    ("name", "items"),
    [
        *[("consort", 42), ("spi", 14), ("nonpharmacological", 15), ("harms", 14)],
        *[("coreq", 32), ("srqr", 21), ("gramms", 6), ("tidier", 12)],
    ],
)
def test_the_guidelines_have_all_their_items(name, items):
    guideline = next(each for each in SHIPPED if each.name == name)
    assert len({item.item for item in guideline.items}) == len(guideline.items) == items


def test_no_number_of_a_guideline_is_a_result():
    for guideline in SHIPPED:
        for item in guideline.items:
            for sentence in item.says:
                assert not any(sign.isnumeric() for sign in CELL.sub("", sentence)), sentence


def test_an_item_is_answered_by_keys_of_the_study_all_of_them_or_in_part():
    item = Item("1", "Paid", "Who paid", keys=["declarations.funding", "registration"], at=["paid"])
    guide = Guideline("guide", "GUIDE", "", ["people"], [item])
    states = []
    for study in (
        {"declarations": {"funding": "Nobody."}, "registration": {"number": "X"}},
        {"declarations": {"funding": "Nobody."}},
        {"declarations": {"ethics": "Asked."}},
    ):
        found, _ = tabulate_checklists([guide], {}, cells(), Around(study=study))
        states.append(found.set_index("row").loc["guide.1", "state"])
    assert states == ["written", "in part", "missing"]


def test_an_answer_counts_only_where_every_section_that_it_names_is_printed():
    answers = {"3": {"says": "Asked and allowed.", "sections": ["methods", "ethics"]}}
    there, _ = table(answers, sections={"methods", "ethics"})
    gone, _ = table(answers, sections={"methods"})
    assert there.loc["guide.3", ["state", "says"]].to_list() == ["written", "Asked and allowed."]
    assert gone.loc["guide.3", "state"] == "missing"


@pytest.mark.parametrize("guideline", SHIPPED, ids=lambda each: each.name)
def test_without_a_section_exactly_its_items_are_missing(guideline):
    """Of a study that answers every item: each section that an item names, left out in turn."""
    keys = {key for item in guideline.items for key in item.keys}
    texts = {name for item in guideline.items for name in item.texts}
    names = {each for item in guideline.items for each in (*item.at, *item.also)}
    every = Around(texts, given(keys), names)
    whole = {item.item: tell(item, {}, EVERYTHING, every, "").state for item in guideline.items}
    told = {item for item, state in whole.items() if state != MISSING}
    assert told == {item.item for item in guideline.items if item.at}
    for name in names:
        without = Around(texts, given(keys), names - {name})
        left = {item.item: tell(item, {}, EVERYTHING, without, "") for item in guideline.items}
        flipped = {item for item in whole if left[item].state != whole[item]}
        assert flipped == {item.item for item in guideline.items if name in item.at}
        assert all(left[item].state == MISSING for item in flipped)
        assert all(name not in each.sections for each in left.values())


def given(keys):
    """Return a study that gives keys, ``design.setting``."""
    study: dict = {}
    for key in keys:
        *path, last = key.split(".")
        inside = study
        for each in path:
            inside = inside.setdefault(each, {})
        inside.setdefault(last, "told")
    return study


class Everything(Cells):
    """Result tables in which each cell that a guideline names has a value."""

    def __init__(self):
        named = [
            parse(match[1])
            for guideline in SHIPPED
            for item in guideline.items
            for sentence in item.says
            for match in CELL.finditer(sentence)
        ]
        tables: dict = {name: {} for each in SHIPPED for item in each.items for name in item.tables}
        for each in named:
            row = tables.setdefault(each.table, {}).setdefault(each.row, {"row": each.row})
            row[each.column] = "1"
        columns = {column for rows in tables.values() for row in rows.values() for column in row}
        blank = {"row": "", **dict.fromkeys(sorted(columns), "")}
        super().__init__(
            {
                name: [blank | row for row in rows.values()] or [blank | {"row": "any"}]
                for name, rows in tables.items()
            }
        )


EVERYTHING = Everything()


def test_each_section_that_a_guideline_names_is_declared():
    declared = yaml.safe_load((ROOT / "templates" / "sections.yaml").read_text(encoding="utf-8"))
    known = {each["name"] for each in declared} | {"title"}
    named = {
        each for guideline in SHIPPED for item in guideline.items for each in (*item.at, *item.also)
    }
    assert named <= known


def test_the_words_of_a_guideline_are_short_and_our_own():
    for guideline in SHIPPED:
        for item in guideline.items:
            assert len(item.asks.split()) <= 20, f"{guideline.name} {item.item}"


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("borne out", "It was blind."),
        ("stated", "It was blind."),
        ("contradicted", "It was blind (recorded: 3 of 4 visits)."),
        ("not known", "It was blind (recorded: 3 of 4 visits)."),
    ],
)
def test_an_answer_states_a_fact_as_far_as_its_rows_bear_it(verdict, said):
    fact = {"row": "seen", "statement": "blind", "otherwise": "", "n": "3", "denominator": "4"}
    conduct = [fact | {"unknown": "0", "others": "1", "counted": "visits", "verdict": verdict}]
    answers = {"3": {"says": "It was {fact:seen}.", "sections": []}}
    found, taken = table(answers, conduct=conduct)
    assert found.loc["guide.3", "says"] == said
    assert taken["guide.3"][0]["takes"][0]["where"] == {"row": "seen"}
