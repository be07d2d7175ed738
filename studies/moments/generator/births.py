"""Births and the 29-week scan."""

import math
from datetime import timedelta

from studies.moments.generator import SEED
from studies.moments.generator.chance import Chance, quiet
from studies.moments.generator.stories import STORIES
from studies.moments.generator.women import Woman

# Rows of women who were not interviewed; those who were all came.
SCAN_ROWS = {"PM": 139, "C": 152}
LOST = {"PM": 5, "C": 5}


def fetal_weight(weeks: float) -> float:
    """Median weight in grams at a gestation (Hadlock, Radiology 1991;181:129-33)."""
    return math.exp(0.578 + 0.332 * weeks - 0.00354 * weeks**2)


def size(woman: Woman) -> float:
    """How heavy the child is for its gestation, as a factor: mother's smoking and sex."""
    factor = 0.975 * (0.95 if woman.baseline["smoker"] == 2 else 1.0)
    return factor * (1.02 if woman.sex == "M" else 0.98)


def births(women: list[Woman], arms: dict[str, str]) -> list[dict]:
    """Rows of the birth form. A few women were lost before birth."""
    chance = Chance(SEED, "lost")
    gone = {
        w.study_no
        for arm, number in LOST.items()
        for w in chance.sample([w for w in women if w.arm == arm and not w.interview], number)
    }
    present = [w for w in women if w.study_no not in gone]
    measures = {
        "gestation": lambda r: r["Gest wk"],
        "preterm": lambda r: None if r["Gest wk"] is None else r["Gest wk"] < 37,
        "weight": lambda r: r["Birth weight g"],
        "light": lambda r: None if r["Birth weight g"] is None else r["Birth weight g"] < 2500,
        "caesarean": lambda r: r["Delivery"] and r["Delivery"] > 2,
        "breast": lambda r: r["Feeding at discharge"] and r["Feeding at discharge"] != "F",
        "unit": lambda r: r["Neonatal unit"] and r["Neonatal unit"] == "Y",
    }

    def build(draw: Chance) -> list[dict]:
        return [_birth(w, draw) for w in present]

    return quiet((SEED, "births"), build, measures, arms)


def _birth(woman: Woman, chance: Chance) -> dict:
    weeks, days = divmod(woman.birth_days, 7)
    median = fetal_weight(woman.birth_days / 7) * size(woman)
    weight = median * math.exp(0.105 * (0.6 * woman.growth + 0.8 * chance.normal()))
    early, minority = woman.birth_days < 37 * 7, bool(woman.minority)
    unit = 0.97 if woman.birth_days < 34 * 7 else 0.45 if early else 0.05
    keen = 0.6 if minority else 0.15 + 0.1 * (woman.age > 22) + 0.1 * (woman.baseline["smoker"] < 2)
    feeding = "F"
    if chance.yes(keen):
        feeding = "B" if chance.yes(0.78) else "M"
    story = STORIES.get(woman.interview)
    if story and story.feeding:
        feeding = story.feeding
    if story and story.birth_days:
        unit = 1.0
    return {
        "Study No": woman.study_no,
        "Date of birth": woman.birth,
        "Gest wk": weeks,
        "Gest d": days,
        "Birth weight g": None
        if chance.yes(0.008)
        else int(5 * round(weight / 5) if chance.yes(0.3) else 10 * round(weight / 10)),
        "Sex": woman.sex,
        "Delivery": None
        if chance.yes(0.006)
        else chance.weighted({1: 62, 2: 15, 3: 6 if not early else 10, 4: 15 if not early else 30}),
        "Feeding at discharge": None if chance.yes(0.025) and not story else feeding,
        "Neonatal unit": None
        if chance.yes(0.012) and not story
        else "Y"
        if chance.yes(unit)
        else "N",
    }


def scans(women: list[Woman], arms: dict[str, str]) -> list[dict]:
    """Rows of the 29-week scan, for the women who came and were still pregnant."""
    able = [w for w in women if w.birth_days > 31 * 7]
    chance = Chance(SEED, "scan attendance")
    came = {
        w.study_no
        for arm, number in SCAN_ROWS.items()
        for w in chance.sample([w for w in able if w.arm == arm and not w.interview], number)
    }
    # The interviewed women speak of the scan.
    came |= {w.study_no for w in able if w.interview in STORIES}
    present = [w for w in able if w.study_no in came]
    measures = {
        name: (lambda r, name=name: r[name]) for name in ("Movements 10 min", "Heart rate", "EFW g")
    }

    def build(draw: Chance) -> list[dict]:
        return [_scan(w, draw) for w in present]

    return quiet((SEED, "scans"), build, measures, arms)


def _scan(woman: Woman, chance: Chance) -> dict:
    target = round(chance.normal(29.2 * 7, 4.5))
    day = woman.seen + timedelta(min(max(target, 27 * 7), 31 * 7) - woman.gest_days)
    while day.weekday() > 4:
        day += timedelta(1)
    gestation = (day - woman.seen).days + woman.gest_days
    weeks, days = divmod(gestation, 7)
    weight = fetal_weight(gestation / 7) * size(woman)
    weight *= math.exp(0.095 * (0.7 * woman.growth + 0.71 * chance.normal()))
    return {
        "Study No": woman.study_no,
        "Scan date": day,
        "Gest wk": weeks,
        "Gest d": days,
        "Movements 10 min": None if chance.yes(0.04) else chance.count(8.5, 0.45),
        "Heart rate": None if chance.yes(0.02) else round(chance.normal(141, 7.5)),
        "EFW g": None if chance.yes(0.03) else round(weight),
    }
