"""Where a study asks for it, an answer is in force only when a second person has confirmed it."""

from __future__ import annotations

import json

import pytest
from queried_study import Served

from trialtrail.answering.standing import ANSWERED, DISPUTED, OPEN, WAITING
from trialtrail.errors import StudyError
from trialtrail.validation.resolutions import read_resolutions


def answers(served) -> list:
    return served.desk.answers.answers()


def states(served) -> list[str]:
    path = served.desk.results / "lineage/journal.jsonl"
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [each["state"] for each in lines if each["kind"] == "resolution"]


def confirm(browser, query, **more):
    return browser.post(f"/query/{query}/confirm", **(browser.hidden(query) | more))


def objection(browser, query, why="the log says otherwise"):
    return browser.post(f"/query/{query}/object", **(browser.hidden(query) | {"why": why}))


def withdraw(browser, query):
    return browser.post(f"/query/{query}/withdraw", **browser.hidden(query))


def state(served, query) -> str:
    return served.desk.standing(query).state


def test_until_somebody_else_confirms_it_no_run_sees_the_answer(signed):
    manager, statistician, query = (
        signed.browser("data manager"),
        signed.browser("statistician"),
        signed.query("age"),
    )
    assert manager.answer(query, value="74").status_code == 303
    assert not signed.desk.answers.path.exists()
    assert (state(signed, query), signed.desk.pending.path.name) == (WAITING, "answers.pending.csv")
    assert confirm(statistician, query).status_code == 303
    (answer,) = read_resolutions(str(signed.desk.answers.path), "answers.csv", True)
    assert (answer.new_value, answer.who) == ("74", "data manager, confirmed by statistician")
    assert state(signed, query) == ANSWERED
    assert not signed.desk.pending.path.exists()
    assert states(signed) == ["proposed: corrected", "confirmed: corrected"]


@pytest.mark.parametrize("name", ["data manager", "Data Manager", " DATA MANAGER "])
def test_nobody_confirms_an_own_answer_by_another_invitation(signed, name):
    query = signed.query("age")
    signed.browser("data manager").answer(query, value="74")
    again = signed.browser(name)
    assert "I confirm this" not in again.get(f"/query/{query}").text
    proposal = signed.desk.standing(query).proposals[0].digest
    refused = confirm(again, query, proposal=proposal)
    assert refused.status_code == 400
    assert "another person" in refused.text
    assert answers(signed) == []


def test_who_gives_the_same_answer_confirms_it(signed):
    query = signed.query("age")
    signed.browser("data manager").answer(query, value="74")
    assert (
        "confirmed" in signed.browser("statistician").answer(query, value="74").headers["Location"]
    )
    assert [answer.who for answer in answers(signed)] == ["data manager, confirmed by statistician"]


def test_where_two_disagree_nothing_is_in_force_until_one_yields(signed):
    manager, statistician, monitor = (
        signed.browser(name) for name in ("data manager", "statistician", "monitor")
    )
    query = signed.query("age")
    manager.answer(query, value="74")
    statistician.answer(query, value="47")
    assert state(signed, query) == DISPUTED
    assert "“74”" in monitor.get(f"/query/{query}").text
    assert "“47”" in monitor.get(f"/query/{query}").text
    of = {each.who: each.digest for each in signed.desk.standing(query).proposals}
    refused = confirm(monitor, query, proposal=of["data manager"])
    assert refused.status_code == 400
    assert "statistician disagrees with this answer" in refused.text
    assert answers(signed) == []
    assert confirm(statistician, query, proposal=of["data manager"]).status_code == 303, (
        "statistician yields"
    )
    assert [(a.new_value, a.who) for a in answers(signed)] == [
        ("74", "data manager, confirmed by statistician")
    ]
    assert signed.desk.pending.entries() == []


def test_an_objection_stands_until_it_is_taken_back(signed):
    manager, statistician, monitor = (
        signed.browser(name) for name in ("data manager", "statistician", "monitor")
    )
    query = signed.query("age")
    assert objection(statistician, query).status_code == 400, "there is nothing to object to"
    manager.answer(query, "confirm")
    assert objection(manager, query).status_code == 400, "nor to what one says oneself"
    assert objection(statistician, query, why=" ").status_code == 400
    assert objection(statistician, query).status_code == 303
    assert state(signed, query) == DISPUTED
    text = monitor.get(f"/query/{query}").text
    assert "I confirm this" not in text
    assert "when statistician confirms it" in text
    proposal = signed.desk.standing(query).proposals[0].digest
    assert confirm(monitor, query, proposal=proposal).status_code == 400
    assert withdraw(monitor, query).status_code == 400
    assert withdraw(statistician, query).status_code == 303
    assert confirm(monitor, query).status_code == 303
    expected = ["proposed: accepted", "objected", "withdrawn", "confirmed: accepted"]
    assert states(signed) == expected


def test_a_proposal_is_taken_back(signed):
    manager, query = signed.browser("data manager"), signed.query("age")
    manager.answer(query, "exclude")
    assert withdraw(manager, query).status_code == 303
    assert state(signed, query) == OPEN


def test_what_was_not_seen_is_not_confirmed(signed):
    manager, statistician, query = (
        signed.browser("data manager"),
        signed.browser("statistician"),
        signed.query("age"),
    )
    manager.answer(query, value="74")
    seen = statistician.hidden(query)
    manager.answer(query, value="75")
    late = statistician.post(f"/query/{query}/confirm", **seen)
    assert late.status_code == 409
    assert "“75”" in late.text
    assert answers(signed) == []


def test_another_answer_waits_while_the_one_in_force_stays(signed):
    manager, statistician, query = (
        signed.browser("data manager"),
        signed.browser("statistician"),
        signed.query("age"),
    )
    manager.answer(query, value="74")
    confirm(statistician, query)
    statistician.answer(query, value="75")
    assert [answer.new_value for answer in answers(signed)] == ["74"]
    assert state(signed, query) == WAITING
    confirm(manager, query)
    assert [(a.new_value, a.who) for a in answers(signed)] == [
        ("75", "statistician, confirmed by data manager")
    ]


def test_an_answer_written_by_hand_waits_and_a_run_refuses_it(signed):
    query = signed.query("age")
    evidence = signed.desk.queries().queries[query]["evidence"]
    path = signed.desk.answers.path
    head = "query_id,new_value,who,when,why,evidence"
    path.write_text(
        f"{head}\n{query},74,data manager,2026-03-01,form,{evidence}\n", encoding="utf-8"
    )
    copy = path.with_name("copy.csv")
    for name in ("", "Data Manager "):
        text = path.read_text(encoding="utf-8").rstrip() + f",{name}\n"
        copy.write_text(text.replace(head, f"{head},confirmed_by"), encoding="utf-8")
        with pytest.raises(StudyError, match="not confirmed by a second person") as refusal:
            read_resolutions(str(copy), "copy.csv", True)
        assert "copy.csv, line 2, column confirmed_by" in str(refusal.value)
    assert state(signed, query) == WAITING
    assert confirm(signed.browser("data manager"), query).status_code in (400, 409)
    assert confirm(signed.browser("statistician"), query).status_code == 303
    (answer,) = read_resolutions(str(path), "answers.csv", True)
    assert answer.who == "data manager, confirmed by statistician"


def test_a_spoilt_file_of_what_waits_is_told(signed, folder):
    browser = signed.browser("A")
    for text in ("", "a,b\n", "query_id,says,new_value,who,when,why,evidence\nQ,decides,,,,,\n"):
        signed.desk.pending.path.write_text(text, encoding="utf-8")
        answer = browser.get("/")
        assert answer.status_code == 409
        assert "answers.pending.csv" in answer.text


def test_nothing_of_it_is_a_formula_in_a_spreadsheet(signed):
    signed.browser("=A()").answer(signed.query("age"), value="74", why="@SUM(1)")
    text = signed.desk.pending.path.read_text(encoding="utf-8-sig")
    assert "'@SUM(1)" in text
    assert "'=A()" in text
    assert signed.desk.pending.entries()[0].who == "=A()"


def test_without_the_key_one_person_is_enough(folder):
    served = Served(folder / "results")
    served.browser("data manager").answer(served.query("age"), value="74")
    assert [answer.who for answer in answers(served)] == ["data manager"]
