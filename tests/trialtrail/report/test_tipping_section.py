"""What the report says of shifted imputed values."""

from __future__ import annotations

from tests.trialtrail.report.fake_study import STUDY
from tests.trialtrail.report.made_analyses import effect, printed, words_of


def tipping(group, value, note, **more):
    """Return a row of `models` that is a tipping point."""
    of = {"analysis": "tip", "outcome": "balance", "timepoint": "year"}
    name = f"tip.{group.replace(' ', '_')}"
    return {"row": name, **of, "component": "tipping_point", "group": group} | {
        "value": value,
        "note": note,
    }


EXCLUDES = "the interval excludes no difference"
UNCHANGED = "nothing changes within -15 to 15: the interval includes no difference"


def told_of_shifts(tree):
    found = tree.xpath("//section[@id='tipping-points']//ul[@class='verdicts']/li")
    return [words_of(each) for each in found]


def shifted(arm="group"):
    """Return a row of shifted values of each scenario, at no grid with a shift of none."""
    return [
        effect(
            f"tip.balance.{arm}.{scenario}_5",
            *(1, 9),
            analysis="tip",
            role="sensitivity",
            arm=arm,
            shifted=scenario,
            delta=5,
        )
        for scenario in ("arm", "reference", "both")
    ]


def test_from_which_shift_on_the_conclusion_changes_is_told_with_its_direction(tmp_path):
    models = [
        tipping("arm upwards", 6, EXCLUDES),
        tipping("reference downwards", -9.62, EXCLUDES),
        tipping("both", "", UNCHANGED),
    ]
    assert told_of_shifts(printed(tmp_path, [effect(), *shifted()], models=models)) == [
        "Balance: with imputed values in Walking group raised the conclusion changes from 6.0 "
        f"points on: {EXCLUDES}.",
        "Balance: with imputed values in Usual care lowered the conclusion changes from −9.6 "
        f"points on: {EXCLUDES}.",
        "Balance: with imputed values in both arms shifted, nothing changes within −15 to 15: the "
        "interval includes no difference.",
    ]


def test_of_more_than_two_arms_it_is_told_which_one_is_compared(tmp_path):
    third = {"id": "third", "label": "Third arm"}
    study = STUDY | {"arms": [*STUDY["arms"], third]}
    models = [
        tipping("arm third upwards", 6, EXCLUDES),
        tipping("reference group", "", UNCHANGED),
    ]
    rows = [effect(), *shifted(), *shifted("third")]
    first, second = told_of_shifts(printed(tmp_path, rows, models=models, study=study))
    assert first.startswith("Balance, Third arm: with imputed values in Third arm raised")
    assert second.startswith("Balance, Walking group: with imputed values in Usual care shifted,")
