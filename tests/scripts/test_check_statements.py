"""What texts state of the conduct: calls of facts, sentences that rest on none, and the queries."""

from types import SimpleNamespace

import pandas as pd
import pytest

from trialtrail.conduct.claims import statements_of
from trialtrail.errors import StudyError
from trialtrail.report.texts import read_text

from scripts.check_statements import main

FACT = {
    "row": "blind",
    "statement": "seen by somebody who was not told the allocation",
    "source": "Visit: Blind",
    "asked": "every one of the visits",
    "n": "289",
    "denominator": "292",
    "verdict": "contradicted",
}


def text_in(folder, markdown, name="methods.md"):
    path = folder / name
    path.write_text(markdown, encoding="utf-8")
    return path


def stated(folder, markdown):
    """Return (line, fact or word, whether it is allowed) of each statement of a text."""
    found = statements_of(read_text(text_in(folder, markdown)))
    return [(each.line, each.fact or each.word, bool(each.reason)) for each in found]


@pytest.mark.parametrize(
    ("markdown", "said"),
    [
        ("The walk was timed by a nurse.", []),
        ("All nurses were asked.", [(1, "all", False)]),
        ("One.\nTwo. Assessors were blinded.", [(2, "blinded", False)]),
        ("Assessors were\nmasked.", [(1, "masked", False)]),
        ("They coded independently, and nobody saw it.", [(1, "independently", False)]),
        ("Blind.\n\nBlind.", [(1, "blind", False), (3, "blind", False)]),
        ("# All about it\nText.", [(1, "all", False)]),
        ("Nothing at all happened, all the same.", []),
        ("Of {{ n('all#every/none') }} women some came.", []),
        ("{# every #}Some came.", []),
        ("It was {{ fact('blind') }}.", [(1, "blind", False)]),
        ("All were {{ fact('blind', 'not told of it') }}.", [(1, "blind", False)]),
        ("Some.\n{% if holds('blind') %}All were.{% endif %}", [(2, "blind", False)]),
        ("{{ fact('blind') }}. All were.", [(1, "blind", False), (1, "all", False)]),
        ("Randomised women came.", []),
        ("Overall, smaller, blindfold.", []),
        (
            "---\nuntied:\n- {phrase: All nurses, reason: r}\n---\nAll nurses came.",
            [(5, "all", True)],
        ),
        ("---\nuntied:\n- {phrase: All, reason: r}\n---\nNone came.", [(5, "none", False)]),
    ],
)
def test_a_sentence_with_a_word_of_the_conduct_is_tied_allowed_or_listed(tmp_path, markdown, said):
    assert stated(tmp_path, markdown) == said


@pytest.mark.parametrize("untied", ["- {phrase: All}", "- All", "{phrase: All, reason: r}"])
def test_a_phrase_is_allowed_with_a_reason_alone(tmp_path, untied):
    with pytest.raises(StudyError, match="without a reason"):
        read_text(text_in(tmp_path, f"---\nuntied: {untied}\n---\nAll.".replace(": -", ":\n-")))


class Inputs(SimpleNamespace):
    """The inputs of a job, of which some may not be there."""

    def get(self, name):
        return getattr(self, name, None)


def run(folder, *texts, facts=(FACT,), **more):
    conduct = folder / "conduct.csv"
    pd.DataFrame(list(facts)).to_csv(conduct, index=False)
    outputs = {name: folder / f"{name}.csv" for name in ("table", "queries", "takes")}
    job = SimpleNamespace(
        input=Inputs(conduct=[conduct] if facts else [], texts=list(map(str, texts)), **more),
        output=SimpleNamespace(**outputs),
    )
    main(job)
    table = pd.read_csv(outputs["table"]).set_index("row")
    return table, pd.read_csv(outputs["queries"], dtype="string")


def test_a_contradiction_is_a_query_with_file_and_line(tmp_path):
    path = text_in(
        tmp_path, "---\nallowed:\n- {phrase: A 4, reason: r}\n---\n\n{{ fact('blind') }}"
    )
    table, queries = run(tmp_path, path)
    (query,) = queries.to_dict("records")
    assert (query["rule"], query["severity"], query["found"]) == (
        "statement",
        "error",
        "289 of 292",
    )
    assert (query["file"], query["line"]) == (str(path), "6")
    assert "not told the allocation" in query["message"]
    whole = table.loc["all"]
    assert (whole["tied"], whole["against"], whole["untied"], whole["phrases"]) == (1, 1, 0, 1)


@pytest.mark.parametrize("verdict", ["borne out", "stated"])
def test_what_is_borne_out_or_stated_is_no_query(tmp_path, verdict):
    path = text_in(tmp_path, "{{ fact('blind') }}")
    table, queries = run(tmp_path, path, facts=[FACT | {"verdict": verdict}])
    assert len(queries) == 0
    assert table.loc["methods.1", "state"] == verdict


def test_a_fact_of_which_rows_do_not_tell_is_a_query_too(tmp_path):
    path = text_in(tmp_path, "{{ fact('blind') }}")
    queries = run(tmp_path, path, facts=[FACT | {"verdict": "not known"}])[1]
    assert "do not tell" in queries.loc[0, "message"]


def test_a_sentence_that_rests_on_nothing_is_a_warning(tmp_path):
    queries = run(tmp_path, text_in(tmp_path, "All came."), facts=[])[1]
    assert queries[["rule", "severity", "line"]].values.tolist() == [["untied", "warning", "1"]]


def test_a_query_keeps_its_name_when_lines_move(tmp_path):
    first = run(tmp_path, text_in(tmp_path, "All came."))[1]
    moved = run(tmp_path, text_in(tmp_path, "Some.\n\nAll came."))[1]
    assert first["query_id"].tolist() == moved["query_id"].tolist()


def test_answers_to_checklists_are_looked_through_too(tmp_path):
    answers = text_in(
        tmp_path,
        "untied: [{phrase: All came, reason: r}]\n"
        "coreq:\n"
        '  "1": {says: "Some came."}\n'
        '  "2": {says: "All came."}\n'
        '  "3": {says: "Coders were {fact:blind}."}\n'
        '  "4": {not_applicable: "Nobody asked."}\n',
        "answers.yaml",
    )
    table, queries = run(tmp_path, text_in(tmp_path, "Some."), answers=[str(answers)])
    found = table.drop("all")
    assert found["line"].tolist() == [4, 5, 6]
    assert found["state"].tolist() == ["allowed", "contradicted", "untied"]
    assert queries["line"].tolist() == ["5", "6"]
    assert set(queries["file"]) == {str(answers)}


@pytest.mark.parametrize(("status", "told"), [("above", 1), ("within", 0), ("no grade", 0)])
def test_a_text_above_the_limit_of_readability_is_a_query(tmp_path, status, told):
    text = text_in(tmp_path, "Some came.", "lay_summary.md")
    read = tmp_path / "readability.csv"
    grade = "" if status == "no grade" else "12.44"
    read.write_text(f"row,grade,limit,status\nlay_summary,{grade},9.0,{status}\n")
    queries = run(tmp_path, text, facts=[], readability=[read])[1]
    assert len(queries) == told
    for query in queries.to_dict("records"):
        assert (query["rule"], query["severity"]) == ("readability", "warning")
        assert (query["file"], query["found"]) == (str(text), "grade 12.4")
        assert "grade 9 " in query["message"]
