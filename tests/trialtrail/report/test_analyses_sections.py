"""What the report says and prints of analyses, from made rows of their tables."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from tests.trialtrail.report.fake_study import STUDY
from tests.trialtrail.report.made_analyses import effect, first_of, printed, words_of


def verdicts(tree):
    return [
        words_of(each)
        for each in tree.xpath("//section[@id='primary-outcomes']//ul[@class='verdicts']/li")
    ]


HIGHER = "mean higher in Walking group than in Usual care"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (effect(), "Balance: the interval includes no difference; difference of means"),
        (
            effect(low=1),
            f"Balance: {HIGHER}; difference of means",
        ),
        (
            effect(important=5),
            "Balance: the interval includes no difference, and excludes an important one (5 points "
            "or more in either direction); difference of means 1.00 (−1.00 to 3.00) points.",
        ),
        (
            effect(low=-7, important=5),
            "Balance: the interval includes no difference, and does not exclude an important one "
            "(5 points or more; mean lower in Walking group); difference of means",
        ),
        (
            effect(low=1, high=8, important=5),
            f"Balance: {HIGHER}; whether by an important amount "
            "(5 points or more) the interval does not tell; difference of means",
        ),
        (
            effect(low=6, high=8, important=5),
            f"Balance: {HIGHER}, by an important amount (5 points or more); difference of means",
        ),
        (
            effect(low=1, high=4, important=5),
            f"Balance: {HIGHER}, by less than an important amount "
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
            "Balance: difference of means 1.00 points, without an interval: too few.",
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


def lines(tree, name):
    """Return the texts of the cells of a table, heading and note."""
    found = tree.xpath(f"//table[@id='table-{name}']")
    if not found:
        return None, [], ""
    (table,) = found
    head = [words_of(each) for each in table.xpath("./thead//th")]
    body = [[words_of(c) for c in line.xpath("./th|./td")] for line in table.xpath("./tbody/tr")]
    return head, body, " ".join(map(words_of, table.xpath("../../p[@class='note']")))


def arm(name, outcome="balance", analysis="main", **more):
    plain = first_of("arms") | {"row": f"{analysis}.{outcome}.{name}", "arm": name}
    return plain | {"outcome": outcome, "analysis": analysis} | {k: str(v) for k, v in more.items()}


def test_other_analyses_of_a_ratio_stand_in_a_table_beside_the_main_one(tmp_path):
    falls = {"outcome": "falls", "label": "Falls", "measure": "rate_ratio"}
    rows = [
        effect("falls", 0.4, 0.8, **falls),
        effect("plain.falls", 0.3, 0.9, analysis="plain", role="sensitivity", **falls),
    ]
    tree = printed(tmp_path, rows, analyses={"plain": "Without covariates"})
    head, body, _ = lines(tree, "sensitivity-ratios")
    assert "Ratio (95% interval)" in head
    assert [line[0] for line in body] == [
        "Falls, ratio of rates",
        "Main analysis",
        "Without covariates",
    ]
    assert body[2][-1] == "0.52 (0.30 to 0.90)"


def test_the_arms_of_a_binary_outcome_are_in_per_cent_and_no_points(tmp_path):
    fell = {"outcome": "fell", "measure": "risk_difference", "unit": "percentage points"}
    known = {"mean": "", "sd": "", "events": 12, "percent": 33.3, "adjusted": 34.25}
    known |= {"adjusted_lower": 20.5, "adjusted_upper": 48.1}
    tree = printed(
        tmp_path,
        [effect("fell", -20, 4, label="Fell", **fell)],
        [arm(name, "fell", **known) for name in ("usual", "group")],
    )
    _, body, note = lines(tree, "primary-arms")
    assert body[0] == ["Fell (%)"]
    assert body[1][-2:] == ["12/36 (33%)", "34.3 (20.5 to 48.1)"]
    assert note == (
        "As observed: number of those with data (share). Adjusted: risk in per cent of the arm at "
        "the covariates of all."
    )


def test_clusters_are_called_what_the_study_calls_its_providers(tmp_path):
    of = {"analysis": "main", "outcome": "balance", "timepoint": "year"}
    parts = {"clusters": 12, "smallest_cluster": 1, "median_cluster": 4, "largest_cluster": 9}
    models = [
        {"row": name, **of, "component": name, "group": "group", "value": value}
        for name, value in parts.items()
    ]
    rho = {"value": 0.05, "lower": 0, "upper": 0.2, "component": "intracluster_correlation"}
    models.append({"row": "rho", **of, "group": "", **rho, "note": ""})
    tree = printed(tmp_path, [effect()], models=models, plan={"clusters": "provider"})
    head, body, _ = lines(tree, "clusters")
    assert head[1] == "Guides"
    assert head[-1] == "Intra-guide correlation (95% confidence interval)"
    assert body == [["Balance, Walking group", "12", "1", "4", "9", "0.050 (0.000 to 0.200)"]]
    plain = printed(tmp_path, [effect()], models=models, plan={"clusters": "ward"})
    head, _, note = lines(plain, "clusters")
    assert head[1] == "Clusters"
    assert note.endswith("Clusters are told apart by ward.")


def test_those_compared_as_they_were_treated_are_named(tmp_path):
    rows = [
        effect(),
        effect(
            "by_walks.balance",
            analysis="by_walks",
            role="exploratory",
            arm="three_walks",
            reference="no_three_walks",
            note="Not randomised",
        ),
    ]
    tree = printed(tmp_path, rows, uptake={"three_walks": "Three walks or more"})
    _, ((_, compared, *_, note),), _ = lines(tree, "exploratory")
    assert compared == "Three walks or more, against those who did not"
    assert note == "Not randomised"


def test_p_is_said_to_be_of_no_difference_where_there_is_a_margin(tmp_path):
    row = effect(margin=4, better="higher", p=0.2, p_adjusted=0.4)
    tree = printed(tmp_path, [row], plan={"multiplicity": "by Holm’s procedure"})
    head, body, note = lines(tree, "primary-means")
    assert [text for text in head if text in ("p", "Adjusted p")] == ["p", "Adjusted p"]
    assert body[0][-2:] == ["0.200", "0.400"]
    assert "p is of no difference, not of the margin, and adjusted by Holm’s procedure." in note


def test_shifted_rows_stand_in_no_table(tmp_path):
    other = {"role": "sensitivity", "analysis": "tip"}
    tip = effect("tip.balance.arm_5", 1, 9, shifted="arm", delta=5, **other)
    tree = printed(tmp_path, [effect(), tip, effect("plain", analysis="p", role="sensitivity")])
    _, body, _ = lines(tree, "sensitivity-means")
    assert len(body) == 3
    assert "tip" not in words_of(tree.xpath("//section[@id='sensitivity-analyses']")[0])


def test_what_a_study_has_not_has_no_section(tmp_path):
    tree = printed(tmp_path, [effect()])
    shown = set(tree.xpath("//main/section/@id"))
    assert not shown & {
        *("sensitivity-analyses", "tipping-points", "clusters", "subgroups", "factors"),
        *("supplementary-analyses", "exploratory-analyses", "missing-outcomes", "harms"),
    }


LONG = "Intravenous immunoglobulin with prednisolone, level {}"


@pytest.mark.parametrize(
    "count", [*(pytest.param(n, marks=pytest.mark.nightly) for n in (3, 5)), 8]
)
def test_no_table_of_effects_runs_over_the_edge_of_the_page(tmp_path, count):
    """Outcomes of each kind in up to eight arms with long names, with p and margins."""
    from weasyprint import HTML

    study = STUDY | {"arms": [{"id": f"a{n}", "label": LONG.format(n)} for n in range(count)]}
    measures = ("mean_difference", "risk_difference", "risk_ratio", "rate_ratio", "hazard_ratio")
    rows, arms = [], []
    for measure in measures:
        of = "risk" if measure.startswith("risk") else measure
        of = {"outcome": of, "label": "An outcome with a name of many words", "measure": measure}
        of |= {"p": 0.01234, "p_adjusted": 0.1234, "reference": "a0", "adjusted_for": "age"}
        for n in range(1, count):
            arm_of = {"arm": f"a{n}", "n_arm": 2345, "n_reference": 2345}
            ends = (0.25, 12.25) if measure.endswith("ratio") else (-23.45, 12.45)
            rows.append(effect(f"{measure}.{n}", *ends, **of, **arm_of))
            rows.append(
                effect(
                    f"plain.{measure}.{n}",
                    *ends,
                    **of | arm_of,
                    analysis="plain",
                    role="sensitivity",
                )
            )
        known = {"mean": 1234.6, "sd": 123.5} if measure == "mean_difference" else {}
        known = known or {"events": 1234, "percent": 45.6, "mean": "", "sd": ""}
        known |= {"adjusted": 1234.6, "adjusted_lower": 1210.1, "adjusted_upper": 1259.9}
        for analysis in ("main", "plain"):
            arms += [
                arm(f"a{n}", of["outcome"], analysis, n_with_data=2345, **known)
                for n in range(count)
                if measure != "risk_ratio"
            ]
    tree = printed(tmp_path, rows, arms, study=study, analyses={"plain": "Without covariates"})
    for other in tree.xpath(
        "//section[not(contains(@id, 'primary-outcomes') or contains(@id, 'sensitivity-'))]"
    ):
        other.drop_tree()
    assert len(tree.xpath("//table")) == 10
    for sheet in HTML(string=html.tostring(tree, encoding="unicode")).render().pages:
        whole = sheet._page_box
        edge = whole.content_box_x() + whole.width + 1
        for box in whole.descendants():
            if text := getattr(box, "text", ""):
                assert box.position_x + box.width <= edge, text
