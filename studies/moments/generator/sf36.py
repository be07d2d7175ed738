"""SF-36 version 1: item answers from a model, and the scale scores they give.

Scoring: Ware et al., SF-36 Health Survey Manual and Interpretation Guide (1993): recalibrated
general health and pain, half rule, mean of a person's answered items of the scale for the rest.
"""

from datetime import timedelta

from studies.moments.generator import SEED
from studies.moments.generator.chance import Chance, quiet
from studies.moments.generator.climb import Goal, climb
from studies.moments.generator.facts import TARGETS

_LAYOUT = (
    "GH1 HT PF01 PF02 PF03 PF04 PF05 PF06 PF07 PF08 PF09 PF10 RP1 RP2 RP3 RP4 RE1 RE2 RE3 SF1 "
    "BP1 BP2 VT1 MH1 MH2 MH3 VT2 MH4 VT3 MH5 VT4 SF2 GH2 GH3 GH4 GH5"
)
ITEMS = _LAYOUT.split()
COLUMNS = [f"sf{number:02d}" for number in range(1, 37)]
SCALES = {
    scale: [i for i, item in enumerate(ITEMS) if item.startswith(scale)]
    for scale in ("PF", "RP", "BP", "GH", "VT", "SF", "RE", "MH")
}
LEVELS = {"PF": 3, "RP": 2, "RE": 2, "SF": 5, "VT": 6, "MH": 6, "GH": 5, "HT": 5}
REVERSED = {"GH1", "HT", "SF1", "BP1", "BP2", "VT1", "VT2", "MH3", "MH5", "GH3", "GH5"}
# Scale: centre, weight of physical and of mental health, own spread, spread of items (0-1).
MODEL = {
    "PF": (1.08, 0.35, 0.08, 0.34, 0.20),
    "RP": (0.86, 0.28, 0.14, 0.20, 0.24),
    "RE": (0.84, 0.05, 0.32, 0.22, 0.24),
    "SF": (0.86, 0.10, 0.18, 0.10, 0.10),
    "BP": (0.80, 0.17, 0.06, 0.12, 0.10),
    "GH": (0.70, 0.12, 0.07, 0.09, 0.18),
    "VT": (0.52, 0.07, 0.13, 0.09, 0.15),
    "MH": (0.68, 0.03, 0.17, 0.07, 0.15),
    "HT": (0.60, 0.05, 0.05, 0.10, 0.05),
}
AIMED = ("PF", "MH")
BLANK = {"PM": 2, "C": 3}


def levels(item: str) -> int:
    """How many answers an item offers."""
    return {"BP1": 6, "BP2": 5}.get(item) or LEVELS[item[:2]]


def _value(item: str, answer: int, pain: int | None) -> float:
    if item == "GH1":
        return {1: 5, 2: 4.4, 3: 3.4, 4: 2, 5: 1}[answer]
    if item == "BP1":
        return {1: 6, 2: 5.4, 3: 4.2, 4: 3.1, 5: 2.2, 6: 1}[answer]
    if item == "BP2":
        if pain is None:
            return {1: 6, 2: 4.75, 3: 3.5, 4: 2.25, 5: 1}[answer]
        return 6 if answer == pain == 1 else 6 - answer
    return levels(item) + 1 - answer if item in REVERSED else answer


def score(answers: list[int | None], scale: str) -> float | None:
    """Scale score 0-100, or None when fewer than half of its items are answered."""
    places = SCALES[scale]
    pain = answers[ITEMS.index("BP1")]
    values = [_value(ITEMS[i], answers[i], pain) for i in places if answers[i] is not None]
    if 2 * len(values) < len(places):
        return None
    top = 6 if scale == "BP" else levels(ITEMS[places[0]])
    return (sum(values) / len(values) - 1) / (top - 1) * 100


def sf36(women: dict, assessed: list[dict], arms: dict[str, str]) -> list[dict]:
    """Rows of the SF-36 for most of the women who were assessed at one year."""
    chance = Chance(SEED, "sf36 returned")
    blank = {
        r["Study No"]
        for arm, number in BLANK.items()
        for r in chance.sample([r for r in assessed if arms[r["Study No"]] == arm], number)
    }
    present = [r for r in assessed if r["Study No"] not in blank]
    measures = {scale: (lambda r, scale=scale: score(_answers(r), scale)) for scale in SCALES}
    measures["HT"] = lambda r: r["sf02"]

    def build(draw: Chance) -> list[dict]:
        return [_row(women[r["Study No"]], r["Assessed"], draw) for r in present]

    near = {scale: TARGETS[scale].standardised for scale in AIMED}
    rows = quiet((SEED, "sf36"), build, measures, arms, near)
    for scale in AIMED:
        _aim(rows, scale, arms)
    return rows


def _answers(row: dict) -> list[int | None]:
    return [row[column] for column in COLUMNS]


def _row(woman, assessed, chance: Chance) -> dict:
    answers: list[int | None] = []
    own = {scale: chance.normal() for scale in MODEL}
    fitness = chance.normal()
    skips = 0.06 if chance.yes(0.08) else 0.004
    for item in ITEMS:
        scale = item[:2]
        centre, physical, mental, spread, noise = MODEL[scale]
        level = centre + physical * fitness + mental * woman.mental
        level += spread * own[scale] + noise * chance.normal()
        # Bathing and dressing are the easiest, vigorous activity the hardest.
        level += {"PF01": -0.35, "PF10": 0.15, "PF09": -0.05}.get(item, 0)
        best = levels(item) - 1
        good = round(min(max(level, 0.0), 1.0) * best)
        answer = best + 1 - good if item in REVERSED else good + 1
        answers.append(None if chance.yes(skips) else answer)
    if chance.yes(0.012):
        scale = chance.choice(("MH", "RE", "BP"))
        for i in SCALES[scale]:
            answers[i] = None
    row = {"Study No": woman.study_no, "Completed": assessed + timedelta(chance.whole(0, 2))}
    return row | dict(zip(COLUMNS, answers, strict=True))


def _aim(rows: list[dict], scale: str, arms: dict[str, str]) -> None:
    """Change single answers of a scale until its difference is the published one."""
    scores = [score(_answers(r), scale) for r in rows]

    def propose(i: int, chance: Chance):
        row = rows[i]
        column = COLUMNS[chance.choice(SCALES[scale])]
        old, top = row[column], levels(ITEMS[COLUMNS.index(column)])
        if old is None:
            return scores[i], lambda: None
        new = min(max(old + chance.choice((-1, 1)), 1), top)
        row[column] = new
        result = score(_answers(row), scale)
        row[column] = old
        return result, lambda: row.__setitem__(column, new)

    goal = Goal(TARGETS[scale], 0.4)
    climb(goal, [arms[r["Study No"]] for r in rows], scores, propose, Chance(SEED, "aim", scale))
