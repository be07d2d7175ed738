"""The curves of times to an event: a panel an outcome, with the numbers at risk."""

from types import SimpleNamespace

import pandas as pd
from lxml import etree

from tests.trialtrail.report.fake_study import TEMPLATES
from trialtrail.analysis.fitted import Setting

from schemas.results.base import conform
from schemas.results.curves import Curves
from scripts.draw_curves import main
from scripts.tabulate_curves import curve_rows

FONTS = sorted(str(path) for path in (TEMPLATES / "fonts").glob("*.ttf"))
ARMS = [{"id": "old", "label": "Usual care"}, {"id": "new", "label": "New care"}]
DATA = pd.DataFrame(
    {
        "arm": ["old"] * 4 + ["new"] * 4,
        "time": [10.0, 20, 20, 40, 5, 15, 30, 40],
        "event": [1.0, 1, 0, 0, 1, 0, 1, 0],
    }
)


def drawn(folder, rows):
    conform(rows, Curves).to_csv(folder / "curves.csv", index=False)
    main(
        SimpleNamespace(
            input=SimpleNamespace(table=str(folder / "curves.csv"), fonts=FONTS),
            output=SimpleNamespace(figure=str(folder / "curves.svg")),
            params=SimpleNamespace(arms=ARMS),
        )
    )
    tree = etree.parse(folder / "curves.svg")
    found = tree.iter("{http://www.w3.org/2000/svg}text")
    return tree, ["".join(each.itertext()) for each in found]


def rows_of(data):
    return curve_rows("o", "Death", data, Setting(["old", "new"]), {"old": [], "new": []})


def test_arms_and_numbers_at_risk_are_named_and_cells(tmp_path):
    tree, texts = drawn(tmp_path, rows_of(DATA))
    assert {"Usual care", "New care", "At risk", "Days"} <= set(texts)
    assert "Death: without the event, %" in texts
    named = {each.get("data-cell") for each in tree.iter() if each.get("data-cell")}
    assert "curves#o.survival.old.day_0/at_risk" in named


def test_with_competing_events_the_share_with_the_event_is_drawn(tmp_path):
    _, texts = drawn(tmp_path, rows_of(DATA.assign(event=[1.0, 2, 0, 0, 1, 0, 2, 0])))
    assert "Death: with the event, %" in texts


def test_a_study_of_which_no_time_is_known_says_so(tmp_path):
    _, texts = drawn(tmp_path, [])
    assert texts == ["No time to an event is known."]
