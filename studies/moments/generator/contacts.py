"""The contact log: every attempt of a mentor to see, ring or text a woman."""

from collections import defaultdict
from datetime import date, timedelta

from studies.moments.generator import SEED
from studies.moments.generator.chance import Chance
from studies.moments.generator.facts import (
    INTERVIEWED_WOMEN,
    MINORITY_WITHOUT_VISIT,
    NO_VISIT,
    ONE_OR_TWO_VISITS,
    THREE_OR_MORE_VISITS,
)
from studies.moments.generator.mentors import Assignment
from studies.moments.generator.stories import EARLY_VISITS_END, STORIES
from studies.moments.generator.women import Woman

PREGNANCY_TOPICS = {
    "diet": 5,
    "alcohol_smoking": 4,
    "complications": 4,
    "breastfeeding": 3,
    "preparing": 5,
    "relaxation": 2,
    "self_esteem": 1,
    "role": 1,
    "violence": 0.3,
}
INFANT_TOPICS = {
    "infant_feeding": 6,
    "immunisation": 3,
    "development": 5,
    "groups": 3,
    "violence": 0.4,
    "self_esteem": 2,
    "depression": 2,
    "family_planning": 1.5,
}
# Outcome codes: 1 took place, 2 no answer, 3 not at home, 4 cancelled by woman, 5 cancelled by
# mentor, 6 wrong number, 7 message left.
FAILED_NOTES = (
    "Card left",
    "Left note with sister",
    "Partner answered – will pass it on",
    "Says she’ll ring back",
    "Neighbour says she is away",
    "Midwife told",
)
VISIT_NOTES = ("Met at café", "Baby asleep", "Her mum there too", "Scan photo – very pleased")


def visit_targets(women: list[Woman]) -> dict[str, int]:
    """How many visits each woman of the mentoring arm takes; totals as published."""
    chance = Chance(SEED, "targets")
    targets = {}
    for woman in women:
        if woman.interview in INTERVIEWED_WOMEN:
            targets[woman.study_no] = INTERVIEWED_WOMEN[woman.interview].visits
    taken = list(targets.values())
    many = {n: 14 * 0.86 ** (n - 3) for n in range(3, 21)}
    low = ONE_OR_TWO_VISITS - sum(n in (1, 2) for n in taken)
    pool = [1 if chance.yes(0.58) else 2 for _ in range(low)]
    pool += [
        chance.weighted(many) for _ in range(THREE_OR_MORE_VISITS - sum(n >= 3 for n in taken))
    ]
    none = NO_VISIT - taken.count(0)
    rest = [w for w in women if w.arm == "PM" and w.study_no not in targets]
    minority = [w for w in rest if w.minority]
    # The one without a visit is none of those whose mentors spoke of them.
    unseen = chance.sample([w for w in minority if w.minority == "any"], MINORITY_WITHOUT_VISIT)
    for woman in unseen:
        targets[woman.study_no] = 0
    pool = chance.shuffled(pool)
    for woman in minority:
        if woman not in unseen:
            targets[woman.study_no] = pool.pop()
    pool = chance.shuffled(pool + [0] * (none - len(unseen)))
    for woman in rest:
        if woman.study_no not in targets:
            targets[woman.study_no] = pool.pop()
    return targets


def log_contacts(assignments: list[Assignment], targets: dict[str, int]) -> list[dict]:
    """Rows of the contact log in order of date, before references are given."""
    by_woman: dict[str, list[Assignment]] = defaultdict(list)
    for held in assignments:
        by_woman[held.woman.study_no].append(held)
    rows: list[dict] = []
    for study_no in sorted(by_woman):
        diary = Diary(by_woman[study_no], Chance(SEED, "contacts", study_no))
        rows += diary.fill(targets[study_no])
    return sorted(rows, key=lambda r: (r["Date"], r["Study No"], r["Mode"]))


class Diary:
    """The contacts of one woman, kept within the time of the mentor who had her."""

    def __init__(self, held: list[Assignment], chance: Chance) -> None:
        self.held = held
        self.woman = held[0].woman
        self.chance = chance
        self.rows: dict[tuple[date, str], dict] = {}

    def mentor_on(self, day: date) -> str | None:
        """Who had the woman on that day."""
        for held in self.held:
            if held.start < day and (held.to is None or day < held.to):
                return held.mentor.mentor
        return None

    def slots(self) -> list[date]:
        """Days on which a visit is due: two-weekly before birth, monthly in the year after."""
        chance, woman = self.chance, self.woman
        day, due = self.held[0].start + timedelta(chance.whole(3, 8)), []
        while day < woman.birth - timedelta(5):
            due.append(day)
            day += timedelta(chance.whole(12, 17))
        day = woman.birth + timedelta(chance.whole(12, 28))
        while day < woman.birth + timedelta(360):
            due.append(day)
            day += timedelta(chance.whole(25, 36))
        due = [d + timedelta(1) if d.weekday() == 6 else d for d in due]
        return [d for d in due if self.mentor_on(d)]

    def fill(self, visits: int) -> list[dict]:
        """Exactly `visits` visits that took place, with the failures around them."""
        chance, due = self.chance, self.slots()
        self.first_calls(bool(visits))
        if not visits:
            for day in due[: chance.whole(2, 6)]:
                self.fail(day, reached=0.08)
            return list(self.rows.values())
        if len(due) < visits:
            raise RuntimeError(f"{self.woman.study_no}: {visits} visits, {len(due)} slots")
        late = min(chance.weighted({0: 6, 1: 3, 2: 1}), len(due) - visits)
        length = visits + chance.count(visits * 0.7)
        # The first slot of the span is a visit, so that what follows is a return.
        span = due[late : late + length]
        kept = {span[0], *chance.sample(span[1:], visits - 1)}
        if self.woman.interview in STORIES:
            kept = self.told(due, visits)
        first, last = min(kept), max(kept)
        for day in due:
            if day in kept:
                self.visit(day, first=day == first)
            elif day < last:
                self.fail(day, reached=0.2 if day < first else 0.3)
        after = [day for day in due if day > last]
        for day in after[: chance.whole(1, 4 if visits < 3 else 7)]:
            self.fail(day, reached=0.15 if visits < 3 else 0.4)
        return list(self.rows.values())

    def told(self, due: list[date], visits: int) -> set[date]:
        """Days of the visits of an interviewed woman, as many after the birth as she tells of."""
        story = STORIES[self.woman.interview]
        before = [day for day in due if day < self.woman.birth][story.late :]
        after = [day for day in due if day > self.woman.birth]
        if INTERVIEWED_WOMEN[self.woman.interview].stage == "Early":
            after = [day for day in after if day < EARLY_VISITS_END]
        early = self.chance.sample(before[1:], visits - story.after - 1)
        return {before[0], *early, *self.chance.sample(after, story.after)}

    def first_calls(self, reached: bool) -> None:
        """Telephone calls that try to fix the first visit."""
        day = self.held[0].start + timedelta(1)
        story = STORIES.get(self.woman.interview)
        codes = {2: 6, 7: 3, 6: 0.5 if reached else 2}
        outcomes = [
            self.chance.weighted(codes) for _ in range(self.chance.count(1.1 if reached else 2.2))
        ]
        for outcome in story.calls if story and story.calls else outcomes:
            self.add(day, "T", outcome)
            day += timedelta(self.chance.whole(1, 3))
        if reached or self.chance.yes(0.35):
            self.add(day, "T", 1)

    def visit(self, day: date, first: bool) -> None:
        """A home visit that took place, often arranged by telephone or text before."""
        if self.chance.yes(0.4):
            mode = "T" if self.chance.yes(0.7) else "X"
            self.add(day - timedelta(self.chance.whole(1, 4)), mode, 1)
        if self.chance.yes(0.18):
            self.add(day - timedelta(self.chance.whole(5, 7)), "T", self.chance.choice((2, 7)))
        self.rows.pop((day, "H"), None)
        self.add(day, "H", 1, first=first)

    def fail(self, day: date, reached: float) -> None:
        """A visit that did not come about; with some luck a call instead."""
        chance = self.chance
        if chance.yes(reached):
            self.add(day, "T", 1)
            return
        if chance.yes(0.55):
            self.add(day, "H", chance.weighted({3: 5, 4: 4, 5: 1}))
            if chance.yes(0.5):
                self.add(day + timedelta(chance.whole(1, 3)), "T", chance.weighted({2: 5, 7: 3}))
            return
        for _ in range(chance.whole(1, 2)):
            self.add(day, chance.choice("TTTX"), chance.weighted({2: 6, 7: 3}))
            day += timedelta(chance.whole(1, 4))

    def add(self, day: date, mode: str, outcome: int, first: bool = False) -> None:
        """One attempt; dropped when the woman has no mentor that day or the day is taken."""
        mentor = self.mentor_on(day)
        if mentor is None or (day, mode) in self.rows:
            return
        if mode == "X" and outcome == 2:
            outcome = 7
        minutes = self.minutes(mode) if outcome == 1 else 0
        note = None
        if mode == "H" and self.chance.yes(0.03):
            note = self.chance.choice(VISIT_NOTES if outcome == 1 else FAILED_NOTES)
        self.rows[day, mode] = {
            "Study No": self.woman.study_no,
            "Mentor": mentor,
            "Date": day,
            "Mode": mode,
            "Outcome": outcome,
            "Mins": (None if self.chance.yes(0.025) else minutes) if minutes else "",
            "Topics": self.topics(day, mode, first) if outcome == 1 else "",
            "Note": note or "",
            "_minutes": minutes,
        }

    def minutes(self, mode: str) -> int:
        """Length of a contact; texts have none."""
        if mode == "H":
            return int(min(max(5 * round(self.chance.normal(62, 17) / 5), 20), 120))
        return self.chance.weighted({2: 1, 3: 2, 5: 5, 8: 2, 10: 3, 15: 1}) if mode == "T" else 0

    def topics(self, day: date, mode: str, first: bool) -> str:
        """What was talked about: one to four topics of the stage the woman is at."""
        if mode != "H":
            return ""
        weights = PREGNANCY_TOPICS if day < self.woman.birth else INFANT_TOPICS
        drawn = ["role"] if first else []
        for _ in range(self.chance.whole(1, 3)):
            topic = self.chance.weighted(weights)
            if topic not in drawn:
                drawn.append(topic)
        return ";".join(drawn)


def close_assignments(
    assignments: list[Assignment], contacts: list[dict], targets: dict[str, int]
) -> list[Assignment]:
    """End each last assignment; women who withdrew or moved keep none that began later."""
    chance = Chance(SEED, "endings")
    last: dict[str, date] = {}
    for row in contacts:
        last[row["Study No"]] = row["Date"]
    kept: list[Assignment] = []
    by_woman: dict[str, list[Assignment]] = defaultdict(list)
    for held in assignments:
        by_woman[held.woman.study_no].append(held)
    for study_no, periods in by_woman.items():
        woman, few = periods[0].woman, targets[study_no] < 5
        complete = woman.birth + timedelta(365)
        leaving = chance.yes(0.3 if targets[study_no] == 0 else 0.12 if few else 0.02)
        end = last.get(study_no, periods[0].start) + timedelta(chance.whole(10, 40))
        if leaving and woman.interview is None and end < complete:
            reason = "Woman withdrew" if chance.yes(0.75) else "Moved"
            periods = [p for p in periods if p.start < end]
            if periods[-1].to is None or periods[-1].to > end:
                periods[-1].to, periods[-1].reason = end, reason
        elif periods[-1].to is None and chance.yes(0.85):
            periods[-1].to, periods[-1].reason = complete, "Programme complete"
        kept += periods
    return sorted(kept, key=lambda a: (a.woman.study_no, a.start))
