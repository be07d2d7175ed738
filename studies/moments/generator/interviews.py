"""Interviews: transcripts from marked-up text, and the register of who was interviewed when.

A source file in `interviews/` has a turn a line; `[[code|words]]` marks a coded span and
`[[code#q7|words]]` one that is also quotation 7.
"""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from studies.moments.generator import SEED
from studies.moments.generator.chance import Chance
from studies.moments.generator.facts import INTERVIEWED_MENTORS, INTERVIEWED_WOMEN
from studies.moments.generator.women import Woman

SOURCES = Path(__file__).with_name("interviews")
MARK = re.compile(r"\[\[([a-z_,]+)(?:#q(\d+))?\|(.*?)\]\](?!\])")
HOSPITAL = {("Mentor", n) for n in (2, 7, 9, 10)} | {("Woman", n) for n in (2, 8, 10)}
# First and last day of interviews by role and stage: mentors first, then women and midwives.
WINDOWS = {
    ("Mentor", "Early"): (date(2004, 8, 9), date(2004, 9, 24)),
    ("Woman", "Early"): (date(2004, 10, 18), date(2004, 12, 10)),
    ("Midwife", "Early"): (date(2004, 11, 1), date(2004, 12, 10)),
    ("Mentor", "Later"): (date(2005, 8, 15), date(2005, 9, 30)),
    ("Woman", "Later"): (date(2005, 10, 24), date(2005, 11, 25)),
    ("Midwife", "Later"): (date(2005, 11, 7), date(2005, 12, 16)),
}


@dataclass
class Span:
    """A coded stretch of a transcript, in code points; `quotation` is its number or None."""

    start: int
    end: int
    codes: tuple[str, ...]
    quotation: int | None


@dataclass
class Transcript:
    """The paragraphs of a transcript and the spans that the first researcher coded."""

    document: str
    paragraphs: list[str]
    spans: list[Span] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The paragraphs joined by line feeds; offsets count in this."""
        return "\n".join(self.paragraphs)


def transcripts() -> dict[str, Transcript]:
    """All transcripts, in alphabetical order of their key."""
    found = sorted(SOURCES.glob("*.txt"), key=lambda path: path.stem)
    return {path.stem: parse(path.stem, path.read_text(encoding="utf-8")) for path in found}


def parse(document: str, source: str) -> Transcript:
    """Turn a source file into paragraphs and spans."""
    role, number, *stage = document.split("_")
    lines = [line.strip() for line in source.splitlines() if line.strip()]
    notes = [line.split(":", 1)[1].strip() for line in lines if line.startswith("observation:")]
    stage_name = stage[0] if stage else _stage(role, int(number)).lower()
    heading = f"Interview {role.capitalize()} {int(number)}, {stage_name} (synthetic)"
    result = Transcript(document, [heading, "Interviewer's notes: " + " ".join(notes)])
    offset = sum(len(paragraph) + 1 for paragraph in result.paragraphs)
    for line in lines[len(notes) :]:
        plain, spans = _unmark(line, offset)
        result.paragraphs.append(plain)
        result.spans += spans
        offset += len(plain) + 1
    return result


def _stage(role: str, number: int) -> str:
    return (INTERVIEWED_WOMEN if role == "woman" else INTERVIEWED_MENTORS)[number].stage


def _unmark(line: str, offset: int) -> tuple[str, list[Span]]:
    plain, spans, position = "", [], 0
    for mark in MARK.finditer(line):
        plain += line[position : mark.start()]
        start = offset + len(plain)
        plain += mark[3]
        quotation = int(mark[2]) if mark[2] else None
        spans.append(Span(start, offset + len(plain), tuple(mark[1].split(",")), quotation))
        position = mark.end()
    return plain + line[position:], spans


def register(women: list[Woman], contacts: list[dict], keys: set[str]) -> list[dict]:
    """Rows of the interview register; the twelfth woman invited declined."""
    chance = Chance(SEED, "interviews")
    invited = {w.interview: w for w in women if w.interview}
    last_visit = {
        c["Study No"]: c["Date"] for c in contacts if c["Mode"] == "H" and c["Outcome"] == 1
    }
    people: list[tuple[str, int, str]] = []
    for stage in ("Early", "Later"):
        people += [("Mentor", n, stage) for n, m in INTERVIEWED_MENTORS.items() if m.stage == stage]
        people += [("Woman", n, stage) for n, w in INTERVIEWED_WOMEN.items() if w.stage == stage]
        people += [("Woman", 12, stage)] if stage == "Later" else []
        people += [("Midwife", n, stage) for n in (1, 2)]
    rows = []
    for index, (role, number, stage) in enumerate(people, start=1):
        first, last = WINDOWS[role, stage]
        woman = invited.get(number) if role == "Woman" else None
        if woman and woman.study_no in last_visit:
            first = max(first, last_visit[woman.study_no] + timedelta(7))
        day = first + timedelta(chance.whole(0, (last - first).days))
        day -= timedelta(max(0, day.weekday() - 4))
        row = _entry(f"I{index:02d}", role, number, stage, woman, keys)
        row["Invited"] = day - timedelta(chance.weighted({7: 1, 9: 1, 12: 1, 14: 2, 18: 1, 21: 1}))
        if row["Status"] == "Interviewed":
            row["Date"] = day
        rows.append(row)
    return rows


def _entry(
    interview: str, role: str, number: int, stage: str, woman: Woman | None, keys: set[str]
) -> dict:
    declined = (role, number) == ("Woman", 12)
    key = f"{role.lower()}_{number:02d}"
    if role == "Midwife":
        key = f"midwife_{number}_{stage.lower()}"
    row = {
        "Interview": interview,
        "Role": role,
        "No": number,
        "Stage": stage,
        "Status": "Declined" if declined else "Interviewed",
        "Venue": "Hospital" if role == "Midwife" or (role, number) in HOSPITAL else "Home",
        "Interviewer": "R2" if role == "Midwife" else "R1",
        "Document": key if key in keys else "",
    }
    if declined:
        row |= {"Venue": "", "Interviewer": "", "Document": ""}
    if woman:
        row |= {"Study No": woman.study_no, "Age": woman.age}
        row["Visits"] = "" if declined else INTERVIEWED_WOMEN[number].printed
        row["Starred"] = "" if declined else "N"
    if role == "Mentor":
        mentor = INTERVIEWED_MENTORS[number]
        row |= {
            "Mentor": mentor.mentor,
            "Age": mentor.age,
            "Children": mentor.children,
            "Age youngest": mentor.youngest,
            "Starred": "Y" if mentor.starred else "N",
        }
    return row
