"""The codebook, the codings of two researchers and the quotations chosen from them."""

import re
from datetime import date, timedelta

from studies.moments.generator import SEED
from studies.moments.generator.chance import Chance
from studies.moments.generator.facts import ATTRIBUTIONS
from studies.moments.generator.interviews import Transcript

THEMES = {
    "initiating": "Initiating peer-mentoring",
    "relationship": "Developing the relationship",
    "external": "External influences",
}
CATEGORIES = {
    "contact": ("initiating", "Initial contact"),
    "role": ("initiating", "Understanding of the mentor's role"),
    "bond": ("relationship", "Friendship and experience"),
    "distance": ("relationship", "Distance"),
    "ethnicity": ("external", "Ethnicity"),
    "others": ("external", "Involvement of others"),
    "time": ("external", "Time constraints"),
}
# Code: category, label, definition.
CODES = {
    "contact_unanswered": ("contact", "No answer", "Calls or messages unanswered, wrong number"),
    "contact_absent": ("contact", "Not at home", "Woman out at the agreed time; visit put off"),
    "contact_patience": ("contact", "Patience", "Arranging a visit again and again"),
    "contact_morale": ("contact", "Morale", "Failed contact lowers the mentor's morale"),
    "contact_handover": ("contact", "Handover", "Failed contact goes to the midwives"),
    "role_misread": ("role", "Mistaken role", "Mentor taken for another professional"),
    "role_unclear": ("role", "Unclear role", "Trial or role not understood beforehand"),
    "role_dread": ("role", "Dread", "Low or negative expectation before the first visit"),
    "role_exceeded": ("role", "Better than expected", "Experience better than the expectation"),
    "role_assessments": ("role", "Assessments", "Interest lies in the scan and other assessments"),
    "role_social": ("role", "Social visiting", "Visits taken for social visiting only"),
    "bond_friendship": ("bond", "Friendship", "A friend, someone to rely on"),
    "bond_own_story": ("bond", "Own story", "Mentor offers her own experience first"),
    "bond_trust": ("bond", "Trust grows", "Openness grows; sensitive subjects come later"),
    "bond_time": ("bond", "Time given", "Unhurried visits"),
    "bond_practical": ("bond", "Practical advice", "Practical advice from experience"),
    "distance_no_bond": ("distance", "No bond", "No bond formed, no response in talk"),
    "distance_no_need": ("distance", "No need", "No interest or no felt need"),
    "distance_family": ("distance", "Family first", "Family as the competing source of advice"),
    "eth_language": ("ethnicity", "Language", "Local idiom not understood"),
    "eth_offence": ("ethnicity", "Offence", "Fear of giving offence"),
    "eth_custom": ("ethnicity", "Custom", "Customs met unprepared"),
    "eth_agenda": ("ethnicity", "Agenda", "A fixed agenda followed"),
    "eth_worthwhile": ("ethnicity", "Worthwhile", "Visits worthwhile all the same"),
    "others_interrupt": ("others", "Interrupts", "Someone interrupts or answers for the woman"),
    "others_silent": ("others", "Silent presence", "Someone silent in the room"),
    "others_support": ("others", "Support", "Relatives who support mother or mentor"),
    "others_alone": ("others", "Alone", "Better one to one"),
    "others_contradict": ("others", "Contradiction", "Advice contradicted by the family"),
    "others_spread": ("others", "Advice spreads", "Advice passed on to others"),
    "time_juggling": ("time", "Juggling", "Mentoring beside work and family"),
    "time_lost": ("time", "Time lost", "Failed visits waste time"),
    "time_extra": ("time", "Extra work", "More work than the visits alone"),
}
OMITTED, OTHER_CODE, EXACT, EXTRA = 0.12, 0.06, 0.26, 0.12
SENTENCE = re.compile(r"[^.!?]+[.!?]+")


def theme_of(code: str) -> str:
    """Theme of a code."""
    return CATEGORIES[CODES[code][0]][0]


def codebook() -> list[dict]:
    """Rows of the code book."""
    rows = []
    for code, (category, label, definition) in CODES.items():
        theme, category_label = CATEGORIES[category]
        rows.append(
            {
                "code": code,
                "label": label,
                "category": category,
                "category_label": category_label,
                "theme": theme,
                "theme_label": THEMES[theme],
                "definition": definition,
            }
        )
    return rows


def first_codings(scripts: dict[str, Transcript], held: dict[str, date]) -> list[dict]:
    """Rows of the first researcher: a row a span and code."""
    chance = Chance(SEED, "codings", 1)
    rows = []
    for document, script in scripts.items():
        day = held[document] + timedelta(chance.whole(18, 50))
        for span in script.spans:
            rows += [_row(script, code, span.start, span.end, day) for code in span.codes]
    return _ordered(rows)


def second_codings(scripts: dict[str, Transcript], held: dict[str, date]) -> list[dict]:
    """Rows of the second researcher, who read the same transcripts with a mind of her own."""
    rows = []
    for document, script in scripts.items():
        chance = Chance(SEED, "codings", 2, document)
        day = held[document] + timedelta(chance.whole(25, 75))
        for span in script.spans:
            for code in span.codes:
                if chance.yes(OMITTED):
                    continue
                start, end = _boundaries(script.text, span.start, span.end, chance)
                rows.append(_row(script, _judged(code, chance), start, end, day))
        rows += _extra(script, rows, day, chance)
    unique = {(r["document"], r["code"], r["start"], r["end"]): r for r in rows}
    return _ordered(list(unique.values()))


def _row(script: Transcript, code: str, start: int, end: int, day: date) -> dict:
    return {
        "document": script.document,
        "code": code,
        "start": start,
        "end": end,
        "selected": script.text[start:end],
        "coded_on": day,
    }


def _ordered(rows: list[dict]) -> list[dict]:
    return sorted(rows, key=lambda r: (r["document"], r["start"], r["end"], r["code"]))


def _judged(code: str, chance: Chance) -> str:
    if not chance.yes(OTHER_CODE):
        return code
    return chance.choice([c for c in CODES if theme_of(c) == theme_of(code) and c != code])


def _boundaries(text: str, start: int, end: int, chance: Chance) -> tuple[int, int]:
    """Move the ends of a span by some words, within its paragraph."""
    if chance.yes(EXACT):
        return start, end
    opening = text.rfind("\n", 0, start) + 1
    closing = text.find("\n", end)
    closing = len(text) if closing < 0 else closing
    # The speaker's mark at the head of a paragraph is never selected.
    words = [m.span() for m in re.finditer(r"\S+", text[opening:closing])][1:]
    starts, ends = [opening + a for a, _ in words], [opening + b for _, b in words]
    first = min(range(len(starts)), key=lambda i: abs(starts[i] - start))
    last = min(range(len(ends)), key=lambda i: abs(ends[i] - end))
    first = min(max(first + chance.weighted({-9: 1, -4: 2, 0: 3, 3: 2, 7: 1}), 0), len(words) - 1)
    last = min(
        max(last + chance.weighted({-8: 1, -4: 1, 0: 3, 3: 2, 10: 2}), first), len(words) - 1
    )
    return starts[first], ends[last]


def _extra(script: Transcript, rows: list[dict], day: date, chance: Chance) -> list[dict]:
    """Sentences that only the second researcher coded: same turn, same code as a shared span."""
    mine = [r for r in rows if r["document"] == script.document]
    taken = [(s.start, s.end) for s in script.spans] + [(r["start"], r["end"]) for r in mine]
    free, offset = [], 0
    for paragraph in script.paragraphs:
        close = offset + len(paragraph)
        if paragraph.startswith("R: "):
            for match in SENTENCE.finditer(paragraph, 3):
                start = offset + match.start() + len(match[0]) - len(match[0].lstrip())
                end = offset + match.end()
                if end - start > 40 and all(end <= a or start >= b for a, b in taken):
                    near = [s.codes[0] for s in script.spans if offset <= s.start < close]
                    free += [(start, end, code) for code in near[:1]]
        offset += len(paragraph) + 1
    number = min(sum(chance.yes(EXTRA) for _ in script.spans), len(free))
    return [_row(script, code, start, end, day) for start, end, code in chance.sample(free, number)]


def quotations(scripts: dict[str, Transcript]) -> list[dict]:
    """Rows of the quotations, with speaker and stage as printed."""
    found = {
        span.quotation: (script, span)
        for script in scripts.values()
        for span in script.spans
        if span.quotation
    }
    rows = []
    for number, printed in ATTRIBUTIONS.items():
        if number not in found:
            continue
        script, span = found[number]
        rows.append(
            {
                "quotation": number,
                "theme": printed.theme,
                "sub_theme": printed.sub_theme,
                "role": printed.role,
                "number": printed.number,
                "stage": printed.stage,
                "document": script.document,
                "start": span.start,
                "end": span.end,
                "text": script.text[span.start : span.end],
            }
        )
    return rows
