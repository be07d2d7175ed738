"""The verdicts of the shipped study are current; a changed answer or word makes its own stale."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import yaml

from tools.renew_verdicts import renewed
from trialtrail.configuration import Study
from trialtrail.errors import StudyError
from trialtrail.qualitative.joint_display.findings import Sources
from trialtrail.qualitative.joint_display.people import People
from trialtrail.qualitative.labels import Naming
from trialtrail.results.cells import Cells
from trialtrail.tables import read_table

from schemas.results.base import conform
from schemas.results.quotations import Quotations
from scripts.build_joint_display import build_joint_display
from scripts.collect_quotations import Known, collect_quotations
from scripts.follow_threads import follow_threads
from scripts.tabulate_questionnaire import tabulate_questionnaire

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "config" / "config.yaml"
RENEW = "look at the findings, then run `python -m tools.renew_verdicts`, and snakemake again"
ITEMS = [
    *("first_contact_planning", "first_contact_morale", "role_understood", "friendship"),
    *("bond_easy", "trained", "prepared_cultures", "time_issue", "others_present"),
    *("midwives_reachable", "again"),
]
VALIDATED = ("transcripts", "interviews", "codebook")
NUMBERS = ["n", "denominator", "percent"]


@pytest.fixture(scope="module")
def study():
    return Study(yaml.safe_load(CONFIG.read_text(encoding="utf-8")), CONFIG)


@pytest.fixture(scope="module")
def inputs(moments):
    """Return the result tables by name, and those interviewed."""
    tables = {path.stem: path for path in (moments.results / "tables").glob("*.csv")}
    files = ["datasets/segments", *(f"validated/{name}" for name in VALIDATED)]
    files.append("datasets/participants")
    return tables, People(*(read_table(moments.results / f"{name}.parquet") for name in files))


def states(study, inputs, **changed):
    """Return the state of each verdict and each step, some tables being others."""
    tables, people = inputs
    sources = Sources(Cells(tables | changed), people, study.labels["arms"])
    verdicts = build_joint_display(study.qualitative("joint_display"), sources)[1]
    steps = follow_threads(study.qualitative("threads"), sources)[0]
    found = pd.concat([verdicts[["row", "state"]], steps[["row", "state"]]])
    return dict(zip(found["row"], found["state"], strict=True))


def stale(*given, **changed):
    return {name for name, state in states(*given, **changed).items() if state == "stale"}


def resting_on(study, key, wanted):
    """Return the verdicts and steps of the configuration that ask for an item or a quotation."""
    themes = study.qualitative("joint_display")
    found = {
        theme.get("id", theme["theme"])
        for theme in themes
        for strand in ("interviews", "questionnaire", "trial")
        for query in theme.get(strand, [])
        if query.get(key) == wanted
    }
    return found | {
        f"{thread['id']}.{step['id']}"
        for thread in study.qualitative("threads")
        for step in thread["steps"]
        if step.get(key) == wanted
    }


def test_every_digest_of_the_shipped_configuration_is_current(study, inputs):
    assert set(states(study, inputs).values()) == {"current"}, RENEW


@pytest.mark.parametrize("item", ITEMS)
def test_one_changed_answer_makes_exactly_the_verdicts_on_its_item_stale(
    item, study, inputs, moments
):
    answers = read_table(moments.results / "datasets" / "answers.parquet")
    mine = answers.index[(answers["item"] == item) & answers["affirmed"].notna()]
    answers.loc[mine[0], "affirmed"] = not answers.loc[mine[0], "affirmed"]
    asked = read_table(moments.results / "validated" / "providers.parquet")
    least = study.qualitative("percent_from")
    counted = tabulate_questionnaire(answers, study.items, asked, least).set_index("row")
    summaries = pd.read_csv(inputs[0]["summaries"], dtype="string").set_index("row")
    rows = summaries.index[summaries["table"] == "questionnaire"]
    before = summaries.loc[rows, NUMBERS].copy()
    summaries.loc[rows, NUMBERS] = counted.loc[rows, NUMBERS].astype("string")
    moved = before.astype("Float64").compare(summaries.loc[rows, NUMBERS].astype("Float64"))
    moved = moved[(moved.diff(axis=1).abs() > 1e-6).any(axis=1)]
    assert list(moved.index) == [f"questionnaire.{item}"]
    expected = resting_on(study, "item", item)
    assert stale(study, inputs, summaries=summaries.reset_index()) == expected


@pytest.mark.parametrize("number", [2, 11, 20, 24, 7])
@pytest.mark.parametrize("where", ["transcript", "both"])
def test_one_changed_character_makes_exactly_the_verdicts_on_its_passage_stale(
    number, where, study, inputs, moments
):
    validated = moments.results / "validated"
    names = ("quotations", "transcripts", "interviews")
    quotations, transcripts, interviews = (read_table(validated / f"{n}.parquet") for n in names)
    quoted = quotations.index[quotations["quotation"].astype(str) == str(number)][0]
    document, at = quotations.loc[quoted, "document"], int(quotations.loc[quoted, "start"]) + 5
    row = transcripts.index[transcripts["document"] == document][0]
    text = transcripts.loc[row, "text"]
    transcripts.loc[row, "text"] = text[:at] + "¤" + text[at + 1 :]
    if where == "both":
        words = quotations.loc[quoted, "text"]
        quotations.loc[quoted, "text"] = words[:5] + "¤" + words[6:]
    files = dict.fromkeys(transcripts["document"], CONFIG)  # no digest of a file is looked at here
    naming = Naming.of(study.naming)
    known = Known(
        interviews, attributions=study.qualitative("attributions"), naming=naming, files=files
    )
    table = conform(collect_quotations(quotations, transcripts, known), Quotations)
    assert stale(study, inputs, quotations=table) == resting_on(study, "quotation", number)


def test_a_verdict_against_its_pattern_is_refused_by_name(study, inputs):
    tables, people = inputs
    sources = Sources(Cells(tables), people, study.labels["arms"])
    (theme,) = [e for e in study.qualitative("joint_display") if e["theme"] == "relationship"]
    for fit, told in (("agreement", "query `easy` gives 4 of 12"), ("silence", "every strand")):
        other = theme | {"convergence": theme["convergence"] | {"fit": fit}}
        with pytest.raises(StudyError, match=told) as raised:
            build_joint_display([other], sources)
        assert "relationship" in raised.value.where
        assert raised.value.remedy


def test_the_tool_writes_each_seal_over_its_own():
    text = 'a: {evidence: "aaaaaaaaaaaa.bbbbbb"}\nevidence: cccccccccccc\nevidence: eeeeeeeeeeee'
    pairs = [("cccccccccccc", "dddddddddddd"), ("aaaaaaaaaaaa.bbbbbb", "111111111111.222222")]
    now = 'a: {evidence: "111111111111.222222"}\nevidence: "dddddddddddd"\nevidence: eeeeeeeeeeee'
    assert renewed(text, pairs) == now
