"""The postal questionnaire of the mentors, keyed into a survey program."""

import json
from datetime import date, datetime, timedelta

from studies.moments.generator import SEED
from studies.moments.generator.chance import Chance
from studies.moments.generator.facts import QUESTIONNAIRES, TIME_AN_ISSUE
from studies.moments.generator.mentors import Mentor

LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJK23456789"
LABELS = ("Strongly agree", "Agree", "Neither", "Disagree", "Strongly disagree")
# Item: question, and how likely each label is.
QUESTIONS = {
    "Q1_time": ("Time for mentoring was an issue for me", None),
    "Q2_firstcontact": ("Failed first contacts made it hard to plan my time", (6, 5, 1, 1, 0)),
    "Q3_morale": ("Failed first contacts lowered my morale", (4, 6, 2, 1, 0)),
    "Q4_understood": ("Women understood my role before the first visit", (0, 2, 3, 6, 2)),
    "Q5_bond": ("It was easy to build a relationship", (2, 6, 2, 3, 0)),
    "Q6_friend": ("Friendship was the basis of the visits", (3, 6, 2, 2, 0)),
    "Q7_ethnicity": ("I felt prepared to visit women of other cultures", (0, 3, 4, 5, 1)),
    "Q8_others": ("Others present in the room made it harder", (2, 5, 3, 3, 0)),
    "Q9_training": ("The training prepared me for the visits", (3, 7, 2, 1, 0)),
    "Q10_support": ("The midwives could be reached when I needed them", (6, 5, 1, 1, 0)),
}
META = {
    "StartDate": ("Start Date", "startDate"),
    "EndDate": ("End Date", "endDate"),
    "Status": ("Response Type", "status"),
    "Progress": ("Progress", "progress"),
    "Finished": ("Finished", "finished"),
    "RecordedDate": ("Recorded Date", "recordedDate"),
    "ResponseId": ("Response ID", "_recordId"),
    "Mentor": ("Mentor number on the form", "QID0_TEXT"),
}
COMMENTS = (
    "Loved the girls, could have done with fewer phone calls that went nowhere.",
    "",
    "It would suit me better with mine at school.",
    "A day's notice of the meetings is not enough when you've children.",
    "",
    "Best thing I did that year — I am applying for a course now.",
    "Hard to say no to one more visit; my own house suffered.",
    "",
    "More on postnatal depression earlier, please.",
    "",
    "Ring them from the clinic, then they know who you are.",
    "Some of them did not want us and that should be all right.",
    "",
)
# What the two researchers made of a comment; the others hold nothing that the codebook names.
COMMENT_CODES = {
    COMMENTS[0]: {"r1": ["contact_unanswered"], "r2": ["contact_unanswered", "time_lost"]},
    COMMENTS[2]: {"r1": ["time_juggling"], "r2": ["time_juggling"]},
    COMMENTS[3]: {"r1": ["time_juggling"], "r2": ["time_extra"]},
    COMMENTS[6]: {"r1": ["time_juggling"], "r2": ["time_juggling"]},
    COMMENTS[10]: {"r1": ["role_unclear"], "r2": ["role_unclear", "contact_handover"]},
    COMMENTS[11]: {"r1": ["distance_no_need"], "r2": ["distance_no_need"]},
}
CODING_DAYS = {"r1": date(2006, 8, 14), "r2": date(2006, 8, 21)}
HEADER = [*META, *QUESTIONS, "Q11_again", "Q12_comment"]


def header_rows() -> list[list[str]]:
    """The three header rows: names, question texts, import identifiers."""
    texts = [META[c][0] for c in META] + [text for text, _ in QUESTIONS.values()]
    texts += ["Would you be a mentor again?", "Anything you would like to add"]
    ids = [META[c][1] for c in META] + [f"QID{n}" for n in range(1, 12)] + ["QID12_TEXT"]
    return [HEADER, texts, [json.dumps({"ImportId": i}, separators=(",", ":")) for i in ids]]


def responses(mentors: list[Mentor]) -> list[dict]:
    """Rows of the completed questionnaires; mentors who had resigned were asked too."""
    chance = Chance(SEED, "questionnaire")
    sent = date(2006, 5, 8)
    left = chance.sample([m for m in mentors if m.resigned], 5)
    stayed = chance.sample([m for m in mentors if not m.resigned], QUESTIONNAIRES - 5)
    time = chance.shuffled(
        ["Strongly agree"] * 5
        + ["Agree"] * (TIME_AN_ISSUE - 5)
        + ["Disagree"] * (QUESTIONNAIRES - TIME_AN_ISSUE)
    )
    rows = []
    for index, mentor in enumerate(chance.shuffled(left + stayed)):
        day = sent + timedelta(4 + 2 * index + chance.whole(0, 1))
        day += timedelta(max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
        start = datetime(day.year, day.month, day.day, chance.whole(9, 16), chance.whole(0, 59))
        end = start + timedelta(seconds=chance.whole(150, 420))
        code = "".join(chance.choice(LETTERS) for _ in range(15))
        row = {
            "StartDate": f"{start:%Y-%m-%d %H:%M:%S}",
            "EndDate": f"{end:%Y-%m-%d %H:%M:%S}",
            "Status": "IP Address",
            "Progress": 100,
            "Finished": "True",
            "RecordedDate": f"{end + timedelta(seconds=1):%Y-%m-%d %H:%M:%S}",
            "ResponseId": f"R_{code}",
            "Mentor": mentor.mentor,
            "Q1_time": time[index],
        }
        for item, (_, weights) in QUESTIONS.items():
            if weights:
                drawn = chance.weighted(dict(zip(LABELS, weights, strict=True)))
                row[item] = "" if chance.yes(0.03) else drawn
        again = {"Yes": 7, "No": 2, "Not sure": 3}
        row |= {"Q11_again": chance.weighted(again), "Q12_comment": COMMENTS[index]}
        rows.append(row)
    return rows


def comment_codings(rows: list[dict]) -> list[dict]:
    """Rows of the codes that two researchers gave to the comments: a row a comment and code."""
    return [
        {
            "ResponseId": row["ResponseId"],
            "code": code,
            "coder": coder,
            "coded_on": day,
        }
        for row in rows
        for coder, day in CODING_DAYS.items()
        for code in COMMENT_CODES.get(row["Q12_comment"], {}).get(coder, [])
    ]
