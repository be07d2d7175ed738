"""What the report says and prints of analyses, from made rows of their tables."""

from __future__ import annotations

import csv
import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from tests.trialtrail.report.fake_study import LABELS, STUDY, TABLES, tables
from tests.trialtrail.report.test_render import WHOLE
from trialtrail.report.render import make_report


def first_of(name):
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return next(csv.DictReader(stream))


def written(path, rows):
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, columns, restval="", lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    return path


LATER = ("important", "margin", "better", "shifted", "delta")


def effect(row="balance", low=-1.0, high=3.0, **more):
    """Return a row of `estimates`: a primary difference of means, but for what is said."""
    ratio = str(more.get("measure", "")).endswith("_ratio")
    middle = (low * high) ** 0.5 if ratio else (low + high) / 2
    ends = {"estimate": f"{middle:.10g}", "lower": f"{low:.10g}", "upper": f"{high:.10g}"}
    unit = {"unit": ""} if ratio else {}
    plain = first_of("estimates") | dict.fromkeys(LATER, "") | {"row": row} | ends | unit
    return plain | {name: str(value) for name, value in more.items()}


def printed(folder, estimates, arms=(), models=(), *, plan=None, study=STUDY, analyses=None):
    """Return the page of a study with those rows."""
    kept = [*tables("flow", "row_accounts")]
    made = [written(folder / "estimates.csv", estimates)]
    own = [first_of("arms"), first_of("arms") | {"row": "balance.group", "arm": "group"}]
    made.append(written(folder / "arms.csv", [*own, *arms]))
    if models:
        made.append(written(folder / "models.csv", list(models)))
    known = {arm["id"]: arm["label"] for arm in study["arms"]}
    labels = LABELS | {"arms": known, "plan": plan or {}, "analyses": analyses or {}}
    material = replace(WHOLE, tables=[*kept, *made], claims={}, labels=labels, study=study)
    return html.document_fromstring(make_report(material).html)


def words_of(element):
    return " ".join(element.text_content().split())


def verdicts(tree):
    return [
        words_of(each)
        for each in tree.xpath("//section[@id='primary-outcomes']//ul[@class='verdicts']/li")
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (effect(), "Balance: the interval includes no difference; difference of means"),
        (effect(low=1), "Balance: higher in Walking group than in Usual care; difference of means"),
        (
            effect(important=5),
            "Balance: the interval includes no difference, and excludes an important one (5 points "
            "or more in either direction); difference of means 1.00 (−1.00 to 3.00) points.",
        ),
        (
            effect(low=-7, important=5),
            "Balance: the interval includes no difference, and does not exclude an important one "
            "(5 points or more; lower in Walking group); difference of means",
        ),
        (
            effect(low=1, high=8, important=5),
            "Balance: higher in Walking group than in Usual care; whether by an important amount "
            "(5 points or more) the interval does not tell; difference of means",
        ),
        (
            effect(low=6, high=8, important=5),
            "Balance: higher in Walking group than in Usual care, by an important amount (5 points "
            "or more); difference of means",
        ),
        (
            effect(low=1, high=4, important=5),
            "Balance: higher in Walking group than in Usual care, by less than an important amount "
            "(5 points or more); difference of means",
        ),
        (
            effect(margin=4, better="higher"),
            "Balance: Walking group was not inferior to Usual care by the margin of 4 points;",
        ),
        (
            effect(low=-6, margin=4, better="higher"),
            "Balance: that Walking group is not inferior to Usual care by the margin of 4 points "
            "is not shown;",
        ),
        (
            effect(low=0.4, high=0.8, measure="hazard_ratio"),
            "Balance: hazard lower in Walking group than in Usual care; hazard ratio 0.57 "
            "(0.40 to 0.80).",
        ),
        (
            effect(low=0.4, high=0.8, measure="rate_ratio", important=1.25),
            "Balance: rate lower in Walking group than in Usual care, by an important amount (a "
            "ratio of 1.25 or its inverse, or beyond); ratio of rates",
        ),
        (
            effect(low=0.7, high=1.1, measure="common_odds_ratio", important=1.25),
            "Balance: the interval includes no difference, and does not exclude an important one "
            "(a ratio of 1.25 or its inverse, or beyond; odds of a higher category lower in "
            "Walking group); common odds ratio",
        ),
        (
            effect() | {"lower": "", "upper": "", "note": "too few"},
            "Balance: difference of means 1 points, without an interval: too few.",
        ),
        (
            effect() | dict.fromkeys(("estimate", "lower", "upper"), "") | {"note": "no events"},
            "Balance: no effect can be estimated: no events.",
        ),
    ],
)
def test_a_primary_outcome_has_the_sentence_that_its_interval_allows(tmp_path, row, said):
    (sentence,) = verdicts(printed(tmp_path, [row]))
    assert sentence.startswith(said)


CLAIM = re.compile(r"\b(?:higher|lower) (?:in|with) .* than\b|\bby (?:less than )?an important\b")


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9), st.sampled_from(["", "2"])), min_size=20)
)
def test_no_sentence_claims_a_difference_where_the_interval_includes_none(tmp_path, drawn):
    rows = [
        effect(f"o{n}", *sorted(ends), outcome=f"o{n}", important=important)
        for n, (*ends, important) in enumerate(drawn)
    ]
    said = verdicts(printed(tmp_path, rows))
    assert len(said) == len(rows)
    for (one, other, _), sentence in zip(drawn, said, strict=True):
        low, high = sorted([one, other])
        assert bool(CLAIM.search(sentence)) == (not low <= 0 <= high), sentence
        assert "signific" not in sentence


FACTORS = [
    effect(f"{factor}.balance", low, 3.0, analysis=factor, arm=factor, reference=f"no_{factor}")
    for factor, low in (("drug", 1.0), ("diet", -1.0))
]


def test_a_factor_is_compared_with_and_without_it(tmp_path):
    tree = printed(tmp_path, FACTORS)
    first, second = verdicts(tree)
    assert "higher with drug than without it" in first
    assert "the interval includes no difference" in second
    (summary,) = tree.xpath("//section[@id='summary']")
    assert "(with each factor minus without it)" in words_of(summary)
    (methods,) = tree.xpath("//section[@id='methods']")
    assert "a difference is with each factor minus without it" in words_of(methods)
    assert "Walking group minus Usual care" not in words_of(tree)


def test_the_summary_tells_each_outcome_once_by_the_measure_that_judges_it(tmp_path):
    tree = printed(
        tmp_path,
        [
            effect("fell.hazard_ratio", 0.4, 0.8, measure="hazard_ratio"),
            effect("fell.restricted_mean_difference", measure="restricted_mean_difference"),
        ],
    )
    (summary,) = tree.xpath("//section[@id='summary']")
    (line,) = summary.xpath(".//li")
    assert words_of(line) == "Balance: hazard ratio 0.57 (0.40 to 0.80)"
    assert "as a difference" not in words_of(summary)
