"""Made studies that are as large, as small or as strange as a report may have to print.

Each is result tables in process and a `Material`; none is run. Numbers are drawn with a seed.
"""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pandas as pd

from tests.trialtrail.report.fake_study import LABELS, STUDY, TABLES, tables
from tests.trialtrail.report.made_analyses import effect, first_of, written
from tests.trialtrail.report.test_render import WHOLE
from trialtrail.report.render import Material

FONTS = sorted((WHOLE.templates / "fonts").glob("*.woff2"))
LOREM = (
    "I had not thought that anybody would come every week and then she did and we walked to the "
    "mill and back and it was raining more often than not but that was never the point of it"
)
LONG = (
    "Health-related quality of life at the end of follow-up as told by the person who lives with "
    "the participant, in summary"
)
"""A label of 120 characters."""
TITLE = " ".join(["Weekly walking in groups for adults after a fall"] * 6)[:300]
MARKUP = "<b>Bold</b> & <script>x</script> {{ n }} %}"
ARABIC = ("الرعاية المعتادة", "مجموعة المشي", "التوازن بعد السنة الأولى")
CHINESE = ("常规护理", "步行小组", "一年后的平衡能力")
SPOKEN = (
    "كنت أمشي كل يوم إلى السوق ثم أعود إلى البيت، وكان الطريق طويلاً (3 كيلومترات) لكنه جميل.",
    "我每天走到市场，然后回家。路很长，但是很美，我的邻居也和我一起走。",
)
RARE = "\U00020bb7"
"""An ideograph of a name, which the cut font does not have."""


def arms_named(*labels: str) -> list[dict[str, str]]:
    return [{"id": f"a{place}", "label": label} for place, label in enumerate(labels)]


def study(folder: Path, arms: list[dict], outcomes: list[str], **more) -> Material:
    """Return a study of means with those arms and outcomes; ``more`` is of the study."""
    drawn = random.Random(7)
    effects, of_arms = [], []
    for place, label in enumerate(outcomes):
        name, spread = f"o{place}", 10 ** drawn.uniform(-1, 2)
        for arm in arms[1:]:
            low = drawn.uniform(-1, 0) * spread
            effects.append(
                effect(
                    f"{name}.{arm['id']}",
                    low,
                    low + spread,
                    outcome=name,
                    label=label,
                    role="primary" if not place else "secondary",
                    arm=arm["id"],
                    reference=arms[0]["id"],
                    unit="points, 0 to 100",
                )
            )
        for arm in arms:
            mean = drawn.uniform(1, 9) * spread
            sd = spread * drawn.uniform(0.9, 1.1)
            of_arms.append(
                first_of("arms")
                | {"row": f"{name}.{arm['id']}", "outcome": name, "arm": arm["id"]}
                | {"mean": f"{mean:.10g}", "sd": f"{sd:.10g}"}
            )
    made = [written(folder / "estimates.csv", effects), written(folder / "arms.csv", of_arms)]
    made.append(written(folder / "summaries.csv", [*baseline(arms), *missing(arms), *flow(arms)]))
    return replace(
        WHOLE,
        tables=[*made, *tables("row_accounts")],
        claims={},
        labels=LABELS | {"arms": {arm["id"]: arm["label"] for arm in arms}},
        study=STUDY | {"arms": arms} | more,
    )


def of_topic(table: str, row: str, **cells: object) -> dict[str, str]:
    own = {name: str(value) for name, value in cells.items()}
    return (
        dict.fromkeys(first_of("summaries"), "") | {"row": f"{table}.{row}", "table": table} | own
    )


def flow(arms: list[dict]) -> list[dict[str, str]]:
    total = of_topic("flow", "randomised", item="randomised", label="Randomised", n=40 * len(arms))
    each = [
        of_topic("flow", f"allocated.{arm['id']}", item="allocated", arm=arm["id"], n=40)
        | {"label": "Allocated"}
        for arm in arms
    ]
    return [total, *each]


def baseline(arms: list[dict]) -> list[dict[str, str]]:
    rows = []
    for item, label in (("age", "Age at randomisation"), ("score", LONG)):
        for name in (*(arm["id"] for arm in arms), ""):
            own = {"item": item, "label": label, "arm": name, "unit": "years", "n": 39}
            rows.append(of_topic("baseline", f"{item}.{name or 'all'}", mean=71.25, sd=6.5, **own))
    for level in ("Alone", "With others"):
        for name in (*(arm["id"] for arm in arms), ""):
            own = {"item": "home", "label": "Home", "level": level, "arm": name}
            row = f"home.{level[:5].strip().lower()}.{name or 'all'}"
            rows.append(of_topic("baseline", row, n=20, denominator=40, percent=50, **own))
    return rows


def missing(arms: list[dict]) -> list[dict[str, str]]:
    return [
        of_topic("missing_outcomes", f"o0.{level}.{arm['id']}", item="o0", label=LONG, n=20)
        | {"level": level, "arm": arm["id"], "denominator": "40", "percent": "50"}
        for level in ("known", "moved away")
        for arm in arms
    ]


def quoted(folder: Path, words: list[str], label: str = "Walker 1, early interview") -> list[Path]:
    """Return the path of a table of quotations with those words."""
    plain = first_of("quotations") | {"verbatim": "True", "printable": "True", "refused": ""}
    rows = [plain | {"row": f"q{n}", "text": text, "label": label} for n, text in enumerate(words)]
    return [written(folder / "quotations.csv", rows)]


def eight_arms(folder: Path) -> Material:
    """Eight arms with long names, and three outcomes."""
    names = [f"Supervised walking with resistance training, level {n}" for n in range(8)]
    return study(folder, arms_named(*names), [f"Outcome {letter}" for letter in "ABC"])


def long_names(folder: Path) -> Material:
    """Sixty secondary outcomes with labels of 120 characters, a long title, markup in labels."""
    names = [MARKUP, *(f"{LONG}, {n}" for n in range(60))]
    return study(folder, arms_named(MARKUP, LONG), names, title=f"{TITLE} {MARKUP}")


def other_scripts(folder: Path) -> Material:
    """Arms, outcomes and quotations in Arabic and Chinese, and a character that no font has."""
    arms = arms_named(ARABIC[0], CHINESE[1], f"{ARABIC[1]} ({CHINESE[0]})")
    made = study(
        folder, arms, [ARABIC[2], CHINESE[2], "Balance"], title=f"{CHINESE[1]}: {ARABIC[1]}"
    )
    spoken = quoted(folder, [*SPOKEN, f"Her name is {RARE}, she said: {ARABIC[1]}."])
    return replace(made, tables=[*made.tables, *spoken])


def long_quotation(folder: Path) -> Material:
    """A quotation of three thousand words, between two short ones."""
    words = (LOREM.split() * 100)[:3000]
    made = study(folder, STUDY["arms"], ["Balance"])
    spoken = quoted(folder, [LOREM, " ".join(words), LOREM])
    return replace(made, tables=[*made.tables, *spoken])


def nothing_known(folder: Path) -> Material:
    """One participant an arm, no outcome known, no effect estimated."""
    arms = arms_named("Usual care", "Walking group")
    made = study(folder, arms, [f"Outcome {letter}" for letter in "ABC"])
    why = {"status": "not_estimable", "note": "nobody has a value in either arm"}
    gone = dict.fromkeys(("estimate", "lower", "upper", "p"), "")
    table = pd.read_csv(folder / "estimates.csv", dtype=str, keep_default_na=False)
    rows = [
        row | gone | why | {"n_arm": "0", "n_reference": "0"} for row in table.to_dict("records")
    ]
    of_arms = pd.read_csv(folder / "arms.csv", dtype=str, keep_default_na=False)
    empty = {"n_randomised": "1", "n_with_data": "0", "n_analysed": "0", "mean": "", "sd": ""}
    written(folder / "estimates.csv", rows)
    written(folder / "arms.csv", [row | empty for row in of_arms.to_dict("records")])
    return made


def many_codes(folder: Path, count: int = 2000) -> Material:
    """A codebook in use with two thousand codes, as tables of codes print them."""
    made = study(folder, STUDY["arms"], ["Balance"])
    kept = pd.read_csv(TABLES / "summaries.csv", dtype=str, keep_default_na=False)
    topics = ["codes", "codes_of_all_coders", "codes_by_stage", "passages"]
    rows = kept[kept["table"].isin(topics)].to_dict("records")
    for row in [row for row in rows if row["item"] == "weather.rain.wet"]:
        for n in range(count):
            own = {name: row[name].replace("rain.wet", f"rain.c{n}") for name in ("row", "item")}
            rows.append(row | own | {"label": f"What was said of the weather, {n}"})
    own = pd.read_csv(folder / "summaries.csv", dtype=str, keep_default_na=False)
    written(folder / "summaries.csv", [*own.to_dict("records"), *rows])
    others = tables("quotations", "readings")
    return replace(made, tables=[*made.tables, *others])


STUDIES = {
    "eight_arms": eight_arms,
    "long_names": long_names,
    "other_scripts": other_scripts,
    "long_quotation": long_quotation,
    "nothing_known": nothing_known,
}
LARGE = {"many_codes": many_codes}
