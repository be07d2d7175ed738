"""Screening, randomisation and baseline."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from studies.moments.generator import SEED
from studies.moments.generator.chance import Chance, quiet
from studies.moments.generator.facts import (
    CONTROL,
    DECLINED,
    INTERVIEWED_WOMEN,
    MENTORED,
    MINORITY_WOMEN,
    RECRUITMENT,
    SCREENED,
)
from studies.moments.generator.stories import STORIES

AGES = dict(zip(range(16, 31), (3, 6, 9, 10, 11, 10, 9, 8, 7, 6, 5, 5, 4, 4, 3), strict=True))
DISTRICTS = {"BT12": 7, "BT13": 9, "BT14": 8, "BT15": 6, "BT11": 6, "BT5": 4, "BT6": 2, "BT17": 3}
REASONS = {
    "No time": 45,
    "Not interested": 62,
    "Enough family support": 38,
    "Moving away": 9,
    "Fiancé objects": 3,
    "Partner objects": 10,
    "Prefers no visits – unsure why": 12,
    "NK": 12,
}
# When the woman who declined to be interviewed was seen.
DECLINER_WINDOW = (date(2003, 12, 15), date(2004, 5, 14))
# The first of the minority-ethnic women were seen by mentors interviewed in summer 2004, the
# next by mentors trained in spring 2004.
MINORITY_WINDOWS = {
    "first": (date(2003, 11, 10), date(2004, 3, 31)),
    "next": (date(2004, 5, 1), date(2004, 11, 30)),
}


@dataclass
class Woman:
    """A randomised woman with what later modules need to know of her."""

    study_no: str
    screen_no: str
    seen: date
    age: int
    randomised: date
    arm: str = ""
    envelope: str = ""
    interview: int | None = None
    minority: str = ""
    gest_days: int = 0
    birth: date = date.min
    birth_days: int = 0
    sex: str = ""
    baseline: dict = field(default_factory=dict)
    mental: float = 0.0
    growth: float = 0.0


def _clinic_days(chance: Chance) -> list[date]:
    start, end = RECRUITMENT
    holidays = {(12, 25), (12, 26), (1, 1), (3, 17), (7, 12), (7, 13)}
    days = [start + timedelta(n) for n in range((end - start).days + 1)]
    days = [d for d in days if d.weekday() < 5 and (d.month, d.day) not in holidays]
    return sorted(chance.choice(days) for _ in range(SCREENED))


def _allocation(chance: Chance) -> list[str]:
    """Permuted blocks of four and six; the last envelope is one more of mentoring."""
    drawn: list[str] = []
    while len(drawn) < CONTROL + MENTORED - 1:
        left = CONTROL + MENTORED - 1 - len(drawn)
        size = left if left in (2, 4, 6) else chance.choice((4, 6))
        drawn += chance.shuffled(["PM", "C"] * (size // 2))
    return [*drawn, "PM"]


def screen() -> tuple[list[dict], list[Woman]]:
    """Rows of the screening log and the women who consented, in the order they were seen."""
    chance = Chance(SEED, "screening")
    declined = set(chance.sample(range(SCREENED), DECLINED))
    rows, women = [], []
    for index, seen in enumerate(_clinic_days(chance)):
        row = {
            "Screen No": f"S{index + 1:04d}",
            "Clinic": chance.weighted({"Clinic A": 5, "Clinic B": 3, "Clinic C": 2}),
            "Date seen": seen,
            "Postcode district": chance.weighted(DISTRICTS),
            "Age": chance.weighted(AGES),
            "Eligible": "Y",
            "Consent": "N" if index in declined else "Y",
            "Reason declined": chance.weighted(REASONS) if index in declined else None,
            "Study No": None,
        }
        if index not in declined:
            row["Study No"] = f"MOM-{len(women) + 1:04d}"
            later = seen + timedelta(chance.weighted({0: 5, 1: 4, 2: 2, 3: 1}))
            while later.weekday() > 4:
                later += timedelta(1)
            women.append(Woman(row["Study No"], row["Screen No"], seen, row["Age"], later))
        rows.append(row)
    _allocate(women, chance)
    _mark(women, chance)
    by_screen = {w.screen_no: w for w in women}
    for row in rows:
        if row["Screen No"] in by_screen:
            row["Age"] = by_screen[row["Screen No"]].age
    return rows, women


def _allocate(women: list[Woman], chance: Chance) -> None:
    order = sorted(women, key=lambda w: (w.randomised, w.study_no))
    for number, (woman, arm) in enumerate(zip(order, _allocation(chance), strict=True), start=1):
        woman.arm, woman.envelope = arm, f"E{number:03d}"


def _mark(women: list[Woman], chance: Chance) -> None:
    """Choose who is interviewed and who is of a minority-ethnic group."""
    free = [w for w in women if w.arm == "PM"]
    for number, person in INTERVIEWED_WOMEN.items():
        story = STORIES[number]
        woman = chance.choice([w for w in free if story.first <= w.seen <= story.last])
        woman.interview, woman.age = number, person.age
        free.remove(woman)
    low, high = DECLINER_WINDOW
    declined = chance.choice([w for w in free if low <= w.seen <= high])
    declined.interview = 12
    free.remove(declined)
    for window, (low, high) in MINORITY_WINDOWS.items():
        for woman in chance.sample([w for w in free if low <= w.seen <= high], 4):
            woman.minority = window
            free.remove(woman)
    for woman in chance.sample(free, MINORITY_WOMEN - 8):
        woman.minority = "any"
    for woman in chance.sample([w for w in women if w.arm == "C"], 7):
        woman.minority = "any"


def expect(women: list[Woman]) -> None:
    """Draw each pregnancy: gestation when seen, sex, gestation at birth, latent traits."""
    arms = {w.study_no: w.arm for w in women}
    names = ("gest_days", "birth_days", "mental", "growth")
    measures = {name: (lambda r, name=name: r[name]) for name in names}
    measures["preterm"] = lambda r: r["birth_days"] < 37 * 7

    def build(draw: Chance) -> list[dict]:
        return [_pregnancy(w, draw) for w in women]

    for woman, row in zip(women, quiet((SEED, "pregnancies"), build, measures, arms), strict=True):
        woman.gest_days, woman.birth_days = row["gest_days"], row["birth_days"]
        woman.mental, woman.growth, woman.sex = row["mental"], row["growth"], row["sex"]
        woman.birth = woman.seen + timedelta(woman.birth_days - woman.gest_days)


def _pregnancy(woman: Woman, chance: Chance) -> dict:
    weeks = chance.weighted({10: 3, 11: 8, 12: 16, 13: 14, 14: 10, 15: 6, 16: 4, 17: 2, 18: 1})
    days = chance.normal(277.6, 8.2)
    if chance.yes(0.055):
        days = 262 - 60 * chance.share() ** 2
    sex = "M" if chance.yes(0.505) else "F"
    story = STORIES.get(woman.interview)
    if story:
        weeks, sex = story.weeks, story.sex
        days = story.birth_days or chance.normal(280, 5)
    return {
        "Study No": woman.study_no,
        "gest_days": weeks * 7 + chance.whole(0, 6),
        "birth_days": int(min(max(days, 190), 295)),
        "sex": sex,
        "mental": chance.normal(),
        "growth": chance.normal(),
    }


def baseline(women: list[Woman]) -> list[dict]:
    """Rows of the baseline form; also kept on each woman."""
    arms = {w.study_no: w.arm for w in women}
    names = ("height_cm", "weight_kg", "alcohol", "folic_acid", "planned", "smoker_home", "support")
    measures = {name: (lambda r, name=name: r[name]) for name in names}
    measures["smoker"] = lambda r: r["smoker"] == 2

    def build(draw: Chance) -> list[dict]:
        return [_baseline_row(w, draw) | {"Study No": w.study_no} for w in women]

    rows = quiet((SEED, "baseline"), build, measures, arms)
    for woman, row in zip(women, rows, strict=True):
        row |= STORIES[woman.interview].baseline if woman.interview in STORIES else {}
        woman.baseline = row
    return rows


def _baseline_row(woman: Woman, chance: Chance) -> dict:
    young, minority = woman.age < 20, bool(woman.minority)
    height = round(chance.normal(160.0 if minority else 163.2, 6.2))
    bmi = min(max(25.2 + 4.3 * chance.normal() + 0.25 * chance.normal() ** 2, 16.8), 44)
    current = 0.12 if minority else 0.53 if young else 0.44
    smoker = chance.weighted({0: 0.72 * (1 - current), 1: 0.28 * (1 - current), 2: current})
    education = chance.weighted(
        {1: 4, 2: 5, 3: 1.5, 4: 0} if young else {1: 2, 2: 4.5, 3: 3, 4: 0.8}
    )
    return {
        "record_id": woman.study_no,
        "visit_date": woman.seen,
        "age": woman.age,
        "ethnicity": chance.weighted({2: 4, 3: 3, 4: 2, 5: 1}) if minority else 1,
        "marital": None
        if chance.yes(0.01)
        else chance.weighted(
            {3: 1, 4: 7} if minority else {1: 4, 2: 5, 3: 2} if young else {1: 3, 2: 3, 3: 4, 4: 2}
        ),
        "education": education,
        "employment": chance.weighted(
            {1: 1, 2: 2, 3: 4, 4: 4, 5: 1.5} if young else {1: 5, 2: 3, 3: 0.6, 4: 3, 5: 2}
        ),
        "deprivation": chance.weighted({1: 6, 2: 3, 3: 1.5}),
        "gest_weeks": woman.gest_days // 7,
        "height_cm": None if chance.yes(0.02) else height,
        "weight_kg": None if chance.yes(0.035) else round(bmi * (height / 100) ** 2, 1),
        "smoker": smoker,
        "cigs_day": chance.weighted({3: 2, 5: 4, 6: 1, 8: 2, 10: 8, 12: 1, 15: 4, 20: 4, 30: 0.5})
        if smoker == 2
        else "",
        "alcohol": None if chance.yes(0.012) else int(chance.yes(0.08 if minority else 0.33)),
        "drugs": None if chance.yes(0.025) else int(chance.yes(0.09 if smoker == 2 else 0.02)),
        "folic_acid": None if chance.yes(0.02) else int(chance.yes(0.45 + 0.1 * (education > 2))),
        "planned": None if chance.yes(0.015) else int(chance.yes(0.16 if young else 0.42)),
        "smoker_home": int(chance.yes(0.78 if smoker == 2 else 0.42)),
        "support": None
        if chance.yes(0.03)
        else min(max(round(chance.normal(3.9 + 0.25 * woman.mental, 0.95)), 1), 5),
        "baseline_complete": 2,
    }
