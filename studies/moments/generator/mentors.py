"""Mentors: register, assignments to women, training and paid hours."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from studies.moments.generator import SEED
from studies.moments.generator.chance import Chance
from studies.moments.generator.facts import INTERVIEWED_MENTORS, PROGRAMME_END
from studies.moments.generator.stories import STORIES
from studies.moments.generator.women import Woman

AREAS = {"North": 4, "West": 5, "East": 2, "South": 1, "Shankill": 3}
# Mentors trained together: first number, last number, first session.
WAVES = (
    (1, 14, date(2003, 10, 7)),
    (15, 20, date(2004, 3, 9)),
    (21, 26, date(2004, 9, 14)),
    (27, 30, date(2005, 1, 18)),
    (31, 32, date(2005, 5, 10)),
)
_TIME, _ROLE, _BONDS = "Lack of time", "Role not as expected", "Hard to build relationships"
_JOB, _MOVED, _HEALTH = "Other job with fixed hours", "Moved away", "Own pregnancy or health"
# Mentors who were interviewed stay at least until then.
RESIGNATIONS = {
    "M01": ((2004, 2), _ROLE),
    "M04": ((2004, 4), _TIME),
    "M05": ((2005, 2), _TIME),
    "M06": ((2004, 6), _JOB),
    "M07": ((2004, 7), _ROLE),
    "M08": ((2005, 9), _TIME),
    "M09": ((2004, 12), _BONDS),
    "M10": ((2004, 10), _TIME),
    "M12": ((2006, 3), _TIME),
    "M13": ((2005, 4), _HEALTH),
    "M15": ((2004, 8), _BONDS),
    "M16": ((2005, 1), _TIME),
    "M18": ((2005, 7), _JOB),
    "M20": ((2005, 11), _TIME),
    "M22": ((2005, 2), _ROLE),
    "M23": ((2005, 5), _TIME),
    "M24": ((2005, 10), _MOVED),
    "M26": ((2006, 1), _TIME),
    "M27": ((2005, 8), _BONDS),
    "M29": ((2005, 12), _JOB),
    "M30": ((2006, 4), _MOVED),
    "M31": ((2005, 12), _HEALTH),
}
# Minority-ethnic women go first to these mentors, who speak of it in their interviews.
MINORITY_MENTORS = {
    "first": ("M03", "M11", "M08", "M11"),
    "next": ("M19", "M17", "M19", "M20"),
}
INITIAL_TOPICS = (
    ("Background to the study", "Role of the mentor", "Confidentiality, conduct and home visits"),
    ("Diet in pregnancy", "Alcohol, drugs and smoking", "Minor complications of pregnancy"),
    ("Breastfeeding", "Preparing for the baby", "Relaxation and stress management"),
)
SUPPORT_TOPICS = (
    "Infant feeding",
    "Immunisations",
    "Infant development",
    "Statutory and voluntary groups",
    "Domestic violence",
    "Self-esteem",
    "Postnatal depression",
    "Family planning",
)


@dataclass
class Mentor:
    """A mentor; `trained` is the day of her last initial session."""

    mentor: str
    age: int
    area: str
    children: int
    registered: date
    wave: date
    trained: date
    resigned: date | None
    reason: str | None

    def serves(self, day: date) -> bool:
        """Whether she could see a woman on that day."""
        return self.trained < day and (self.resigned is None or day <= self.resigned)


@dataclass
class Assignment:
    """A woman with a mentor; `to` is None until it ends."""

    woman: Woman
    mentor: Mentor
    start: date
    to: date | None = None
    reason: str | None = None


def register() -> list[Mentor]:
    """The 32 mentors in order of registration."""
    chance = Chance(SEED, "mentors")
    interviewed = {m.mentor: m for m in INTERVIEWED_MENTORS.values()}
    mentors = []
    for first, last, session in WAVES:
        days = sorted(session - timedelta(chance.whole(5, 30)) for _ in range(first, last + 1))
        for number, day in zip(range(first, last + 1), days, strict=True):
            name = f"M{number:02d}"
            known = interviewed.get(name)
            # A missed session is made up a week after the third.
            trained = session + timedelta(21 if chance.yes(0.15) else 14)
            resigned, reason = RESIGNATIONS.get(name, (None, None))
            mentors.append(
                Mentor(
                    name,
                    known.age if known else chance.whole(21, 38),
                    chance.weighted(AREAS),
                    known.children if known else chance.weighted({1: 4, 2: 5, 3: 2, 4: 1}),
                    day,
                    session,
                    trained,
                    date(*resigned, chance.whole(2, 27)) if resigned else None,
                    reason,
                )
            )
    return mentors


def assign(women: list[Woman], mentors: list[Mentor], visits: dict[str, int]) -> list[Assignment]:
    """Give every woman of the mentoring arm a mentor, and another when hers resigns.

    `visits` (how many each woman will take) balances the work between mentors.
    """
    chance = Chance(SEED, "assignments")
    named = {m.mentor: m for m in mentors}
    wishes = {kind: list(names) for kind, names in MINORITY_MENTORS.items()}
    events: list[tuple] = [(w.randomised, 0, w.study_no, w) for w in women if w.arm == "PM"]
    events += [(m.resigned, 1, m.mentor, m) for m in mentors if m.resigned]
    done: list[Assignment] = []
    for day, kind, _, who in sorted(events, key=lambda e: e[:3]):
        if kind == 0:
            start = day + timedelta(chance.whole(1, 4))
            wish = wishes.get(who.minority) if visits[who.study_no] else None
            if who.interview in STORIES:
                wish = [STORIES[who.interview].mentor]
            able = _able(who, start, mentors)
            mentor = (
                named[wish.pop(0)] if wish else _least_loaded(start, able, done, visits, chance)
            )
            done.append(Assignment(who, mentor, start))
            continue
        for held in [a for a in done if a.mentor is who and a.to is None]:
            held.to = day
            if held.woman.birth + timedelta(365) < day:
                held.to, held.reason = held.woman.birth + timedelta(365), "Programme complete"
                continue
            held.reason = "Mentor resigned"
            if held.woman.birth + timedelta(340) > day:
                start = day + timedelta(chance.whole(4, 20))
                able = _able(held.woman, start, mentors)
                mentor = _least_loaded(start, able, done, visits, chance)
                done.append(Assignment(held.woman, mentor, start))
    return done


def _able(woman: Woman, day: date, mentors: list[Mentor]) -> list[Mentor]:
    """Mentors who could take the woman on.

    Of the interviewed mentors only those known to have seen minority-ethnic women get them.
    """
    quoted = {"M08", "M17"}
    others = {
        m.mentor for m in INTERVIEWED_MENTORS.values() if not m.starred and m.mentor not in quoted
    }
    return [
        m
        for m in mentors
        if m.serves(day)
        and m.serves(day + timedelta(20))
        and not (woman.minority and m.mentor in others)
    ]


def _least_loaded(
    day: date, able: list[Mentor], done: list[Assignment], visits: dict, chance: Chance
) -> Mentor:
    load: dict[str, float] = defaultdict(float)
    for held in done:
        if held.to is None and held.woman.birth + timedelta(365) > day:
            load[held.mentor.mentor] += 0.4 + min(visits[held.woman.study_no], 20) / 8
    return min(able, key=lambda m: load[m.mentor] + chance.uniform(0, 2.5))


def training(mentors: list[Mentor]) -> list[dict]:
    """Rows of the training logs: a mentor, a session and a topic each."""
    chance = Chance(SEED, "training")
    rows = []
    for mentor in mentors:
        missed = chance.whole(0, 2) if (mentor.trained - mentor.wave).days == 21 else None
        for number, topics in enumerate(INITIAL_TOPICS):
            day = mentor.trained if number == missed else mentor.wave + timedelta(7 * number)
            rows += [_session(mentor, day, "I", topic, "0.67") for topic in topics]
    meeting, number = date(2003, 12, 2), 0
    while meeting < PROGRAMME_END:
        both = (SUPPORT_TOPICS[number % 8], SUPPORT_TOPICS[(number + 1) % 8])
        for mentor in mentors:
            if mentor.serves(meeting) and chance.yes(0.72):
                rows += [_session(mentor, meeting, "S", topic, "1.00") for topic in both]
        meeting, number = meeting + timedelta(7 * chance.whole(6, 8)), number + 2
    return sorted(rows, key=lambda r: (r["Session date"], r["Mentor"], r["Type"], r["Topic"]))


def _session(mentor: Mentor, day: date, kind: str, topic: str, hours: str) -> dict:
    return {
        "Mentor": mentor.mentor,
        "Session date": day,
        "Type": kind,
        "Topic": topic,
        "Hours": hours,
    }


def hours(contacts: list[dict], sessions: list[dict]) -> list[dict]:
    """Paid hours a mentor and month: visits with their travel, calls, failed attempts, training.

    Months without any are not claimed. Half hours; from 1 to 11, as the study reports (what a
    mentor gave beyond 11 she did not claim).
    """
    minutes: dict[tuple[str, str], float] = defaultdict(float)
    for contact in contacts:
        spent = {"H": 15.0, "T": 4.0, "X": 1.0}[contact["Mode"]]
        if contact["Outcome"] == 1:
            spent += contact["_minutes"]
        minutes[contact["Mentor"], f"{contact['Date']:%Y-%m}"] += spent
    for session in sessions:
        minutes[session["Mentor"], f"{session['Session date']:%Y-%m}"] += (
            float(session["Hours"]) * 60
        )
    rows = []
    for (mentor, month), total in sorted(minutes.items()):
        claimed = min(max(round(total / 30) / 2, 1.0), 11.0)
        printed = f"{claimed:g}"
        rows.append(
            {"Mentor": mentor, "Month": month, "Hours": printed, "Claim GBP": f"{6 * claimed:g}"}
        )
    return rows
