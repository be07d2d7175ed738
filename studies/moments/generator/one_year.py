"""One year after birth: development of the child, the visit, and the mother's form."""

from datetime import timedelta

from studies.moments.generator import SEED
from studies.moments.generator.chance import Chance, quiet
from studies.moments.generator.climb import Goal, climb
from studies.moments.generator.facts import BAYLEY_ROWS, TARGETS
from studies.moments.generator.stories import STORIES
from studies.moments.generator.women import Woman

AIMED = ("PDI", "MDI")
MISSING = {"PDI": 3, "MDI": 2, "BRS": 5}
NOT_BLIND = 3
# WHO Child Growth Standards at 12 months: median and SD of weight (kg), length and head (cm).
GROWTH = {
    "M": {"Weight kg": (9.65, 1.02), "Length cm": (75.7, 2.4), "Head cm": (46.1, 1.3)},
    "F": {"Weight kg": (8.95, 1.03), "Length cm": (74.0, 2.55), "Head cm": (44.9, 1.3)},
}
# A month's growth at that age, for children seen early or late.
A_MONTH = {"Weight kg": 0.22, "Length cm": 1.2, "Head cm": 0.3}


def bayley(women: list[Woman], born: set[str], arms: dict[str, str]) -> list[dict]:
    """Rows of the developmental assessment, drawn at random among the children born."""
    chance = Chance(SEED, "assessed")
    came = {
        w.study_no
        for arm, number in BAYLEY_ROWS.items()
        for w in chance.sample([w for w in women if w.arm == arm and w.study_no in born], number)
    }
    present = [w for w in women if w.study_no in came]

    def build(draw: Chance) -> list[dict]:
        return [_assessment(w, draw) for w in present]

    measures = {"BRS": lambda r: r["BRS"], "age": lambda r: r["Age days"]}
    measures |= {index: (lambda r, index=index: r[index]) for index in AIMED}
    near = {index: TARGETS[index].standardised for index in AIMED}
    rows = quiet((SEED, "bayley"), build, measures, arms, near)
    for column, number in MISSING.items():
        for row in chance.sample(rows, number):
            row[column] = None
    for row in chance.sample(rows, NOT_BLIND):
        row["Blind"] = "N"
    for index in AIMED:
        _aim(rows, index, arms)
    return rows


def _assessment(woman: Woman, chance: Chance) -> dict:
    age = round(min(max(chance.normal(369, 11), 340), 410))
    day = woman.birth + timedelta(age)
    if day.weekday() > 4:
        day += timedelta(7 - day.weekday())
    shared = chance.normal()
    early = max(0, 259 - woman.birth_days) / 7
    return {
        "Study No": woman.study_no,
        "Assessed": day,
        "Age days": (day - woman.birth).days,
        "Observer": "O1" if chance.yes(0.62) else "O2",
        "Blind": "Y",
        "MDI": _bounded(95.5 - 0.5 * early + 8.5 * (0.6 * shared + 0.8 * chance.normal()), 50, 150),
        "PDI": _bounded(92.0 - 0.9 * early + 11 * (0.6 * shared + 0.8 * chance.normal()), 50, 150),
        "BRS": _bounded(52 + 26 * (0.4 * shared + 0.92 * chance.normal()), 1, 99),
    }


def _bounded(value: float, low: int, high: int) -> int:
    return min(max(round(value), low), high)


def _aim(rows: list[dict], index: str, arms: dict[str, str]) -> None:
    scores = [r[index] for r in rows]

    def propose(i: int, chance: Chance):
        new = min(max(scores[i] + chance.choice((-1, 1)), 50), 150)
        return new, lambda: rows[i].__setitem__(index, new)

    goal = Goal(TARGETS[index], 0.2)
    climb(goal, [arms[r["Study No"]] for r in rows], scores, propose, Chance(SEED, "aim", index))


def _present(name: str, assessed: list[dict], arms: dict, fewer: dict[str, int]) -> list[dict]:
    chance = Chance(SEED, name)
    gone = {
        r["Study No"]
        for arm, number in fewer.items()
        for r in chance.sample([r for r in assessed if arms[r["Study No"]] == arm], number)
    }
    return [r for r in assessed if r["Study No"] not in gone]


def visits(
    women: dict[str, Woman], births: list[dict], assessed: list[dict], arms: dict[str, str]
) -> list[dict]:
    """Rows of the visit at one year: growth, feeding, immunisation."""
    feeding = {r["Study No"]: r["Feeding at discharge"] for r in births}
    present = _present("visits", assessed, arms, {"PM": 1, "C": 2})
    names = ("Weight kg", "Length cm", "Head cm", "Weeks breastfed", "Solids week")
    measures = {name: (lambda r, name=name: r[name]) for name in names}
    for name in ("Breastfed", "Primary imms", "MMR due", "Breast at 6 wk"):
        measures[name] = lambda r, name=name: r[name] and r[name] == "Y"

    def build(draw: Chance) -> list[dict]:
        return [
            _visit(women[r["Study No"]], r, feeding[r["Study No"]] in ("B", "M"), draw)
            for r in present
        ]

    return quiet((SEED, "visits"), build, measures, arms)


def _visit(woman: Woman, assessed: dict, breast: bool, chance: Chance) -> dict:
    months = (assessed["Age days"] - 365.25) / 30.44
    row: dict = {"Study No": woman.study_no, "Visit date": assessed["Assessed"]}
    size = 0.45 * woman.growth + 0.55 * chance.normal()
    early = max(0, 259 - woman.birth_days) / 7
    for name, (median, sd) in GROWTH[woman.sex].items():
        z = 0.2 + 0.8 * size + 0.68 * chance.normal() - 0.06 * early
        value = median + A_MONTH[name] * months + sd * z
        digits = 2 if name == "Weight kg" else 1
        row[name] = None if chance.yes(0.02) else round(value, digits)
    ever = breast or chance.yes(0.05)
    weeks = 0
    if ever:
        weeks = min(max(int(2.718281828 ** chance.normal(1.75, 1.15)), 0), 52)
        if breast and weeks == 0:
            weeks = 1
    known = not chance.yes(0.015)
    story = STORIES.get(woman.interview)
    if story and story.breast_weeks is not None:
        ever, weeks, known = story.breast_weeks > 0, story.breast_weeks, True
    row["Breastfed"] = ("Y" if ever else "N") if known else None
    row["Weeks breastfed"] = (
        None if not known or (ever and not story and chance.yes(0.03)) else weeks
    )
    solids = _bounded(chance.normal(15.5, 3.2), 8, 28)
    row["Solids week"] = None if chance.yes(0.04) else solids
    row["Primary imms"] = None if chance.yes(0.01) else "Y" if chance.yes(0.95) else "N"
    row["MMR due"] = None if chance.yes(0.02) else "Y" if chance.yes(0.905) else "N"
    row["Breast at 6 wk"] = None
    if row["Weeks breastfed"] is not None:
        row["Breast at 6 wk"] = "Y" if weeks >= 6 else "N"
    return row


def mothers(women: dict[str, Woman], assessed: list[dict], arms: dict[str, str]) -> list[dict]:
    """Rows of the mother's form: parental efficacy, health behaviour, use of services."""
    present = _present("mothers", assessed, arms, {"PM": 3, "C": 4})
    items = [f"pe{n:02d}" for n in range(1, 11)]
    measures = {"efficacy": lambda r: None if None in (p := [r[i] for i in items]) else sum(p)}
    counts = ("Fruit veg", "Cigs day", "Units week", "HV contacts", "GP mother", "GP child")
    for name in (*counts, "AE child"):
        measures[name] = lambda r, name=name: r[name]
    for name in ("Smoker", "Drugs", "Social worker", "Groups"):
        measures[name] = lambda r, name=name: r[name] and r[name] == "Y"

    def build(draw: Chance) -> list[dict]:
        return [_mother(women[r["Study No"]], r, items, draw) for r in present]

    return quiet((SEED, "mothers"), build, measures, arms)


def _mother(woman: Woman, assessed: dict, items: list[str], chance: Chance) -> dict:
    trait = 0.5 * woman.mental + 0.8 * chance.normal()
    row: dict = {
        "Study No": woman.study_no,
        "Completed": assessed["Assessed"] + timedelta(chance.whole(0, 1)),
    }
    for item in items:
        answer = _bounded(3.15 + 0.4 * trait + 0.5 * chance.normal(), 1, 4)
        row[item] = None if chance.yes(0.006) else answer
    smokes = chance.yes({0: 0.06, 1: 0.55, 2: 0.9}[woman.baseline["smoker"]])
    drinks = chance.yes(0.72) and not woman.minority
    row |= {
        "Fruit veg": min(chance.count(2.7, 0.35), 9),
        "Smoker": "Y" if smokes else "N",
        "Cigs day": chance.weighted({5: 3, 8: 1, 10: 8, 12: 1, 15: 5, 20: 6, 30: 1})
        if smokes
        else 0,
        "Units week": min(chance.count(6.5, 0.7), 40) if drinks else 0,
        "Drugs": "Y" if chance.yes(0.05) else "N",
        "HV contacts": chance.count(8.5, 0.3),
        "GP mother": chance.count(4.4, 0.6),
        "GP child": chance.count(5.6, 0.5),
        "AE child": chance.count(0.6, 0.6),
        "Social worker": "Y" if chance.yes(0.14 if woman.age < 19 else 0.07) else "N",
        "Groups": "Y" if chance.yes(0.24) else "N",
    }
    for name in list(row)[12:]:
        if chance.yes(0.012):
            row[name] = None
    return row
