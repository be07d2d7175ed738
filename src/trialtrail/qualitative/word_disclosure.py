"""Words that could tell who speaks or is spoken of: flagged by rule and list, decided by people.

A flag is no proof and its absence none: the rules see forms (telephone numbers, titles before a
capital) and listed words, not meaning. What identifies by the sense of a story only a reader sees.
Rules `DIRECT` see what names somebody by itself; the others what may. The forms are those of
English. No model of named entities is asked: those on the package index are of no known keeper
(decision 55).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from trialtrail.qualitative.rare_words import RARE_WORDS

MONTHS = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
NUMBER = (
    r"(?:\d{1,3}|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:[- ](?:one|two|three|four|five|six|"
    r"seven|eight|nine))?|(?:thir|four|fif|six|seven|eigh|nine)teen|ten|eleven|twelve)"
)
MANY = r"(?:[4-9]|1\d|four|five|six|seven|eight|nine|ten|eleven|twelve)"
TITLES = (
    r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof(?:essor)?|Sister|Nurse|Father|Fr|Rev(?:erend)?|Sir|Lady|"
    r"Doctor|Auntie|Aunty|Aunt|Uncle|Granny|Nanny)"
)
WAYS = (
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Gardens|Park|Terrace|Crescent|Close|Court|Place|"
    r"Square|Way|Row|Hill|Grove|Parade)"
)
CAPITAL = r"[A-Z][\w’'-]+"
PATTERNS = {
    "e_mail": r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}",
    "web_address": r"\b(?:https?://|www\.)\S+|(?<!\w)@\w{3,}",
    "telephone": r"(?<![\w.])(?:\+|00)?\(?\d(?:[ ().\u2010-\u2015-]{0,2}\d){6,14}(?![\w])",
    "postcode": r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b",
    "date": rf"\b\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}\b|\b\d{{4}}-\d\d-\d\d\b|"
    rf"\b(?:the )?\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{MONTHS}\b(?: \d{{4}})?|"
    rf"\b{MONTHS} \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}})?|\b{MONTHS} \d{{4}}\b",
    "address": rf"\b(?:\d+[a-z]? )?(?:{CAPITAL} ){{1,4}}{WAYS}\b",
    "titled_name": rf"\b{TITLES}\.? {CAPITAL}(?: {CAPITAL})?",
    "age": rf"\b(?i:{NUMBER}(?:[- ]years?[- ]olds?|[- ]year[- ]olds?)|aged? (?:of )?{NUMBER}|"
    rf"(?:i'm|i’m|i am|i was|she's|she’s|she is|she was|he's|he’s|he is|he was|turned|only) "
    rf"{NUMBER})\b(?!\s*(?:minutes|hours|days|weeks|months|o'clock|per|%))",
    "family_size": rf"\b(?i:(?:my|her|his|our|their|have|has|had|with) {MANY}"
    r"(?: (?:children|kids|weans|sons|daughters|boys|girls|brothers|sisters)\b|(?=[:.,;])))",
}
"""Rules by form."""
LISTED, CAPITALISED, RARE, IDENTIFIER, HIDDEN = (
    *("listed", "capitalised", "rare", "identifier", "hidden_name"),
)
DIRECT = (
    *(HIDDEN, IDENTIFIER, LISTED, "e_mail", "web_address", "telephone", "postcode", "date"),
    *("address", "titled_name"),
)
POSSIBLE = (CAPITALISED, "age", "family_size", RARE)
RULES = (*DIRECT, *POSSIBLE)
OF_PROSE = (HIDDEN, IDENTIFIER, LISTED, "e_mail", "telephone", "postcode")
"""What is looked for in the study's prose, which may name dates, authors and sites."""
KEEP, MASK, GENERALISE, UNDECIDED = "keep", "mask", "generalise", "undecided"
DECISIONS = (KEEP, MASK, GENERALISE)
MASKS = {
    "e_mail": "[e-mail address]",
    "web_address": "[web address]",
    "telephone": "[telephone number]",
    "postcode": "[place]",
    "address": "[address]",
    "date": "[date]",
    "age": "[age]",
    IDENTIFIER: "[number]",
}
ORDINARY = frozenset(
    [
        "I",
        "I'm",
        "I'd",
        "I'll",
        "I've",
        "OK",
        "Okay",
        "God",
        "Jesus",
        "Christ",
        "Lord",
        "Christmas",
        "Easter",
        "Halloween",
        "TV",
        "DVD",
        "NHS",
        "GP",
        "BMI",
        "ID",
        "CD",
        "PC",
        "IT",
        "UK",
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "Mondays",
        "Tuesdays",
        "Wednesdays",
        "Thursdays",
        "Fridays",
        "Saturdays",
        "Sundays",
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "English",
        "Mummy",
        "Mammy",
        "Mam",
        "Dad",
        "Daddy",
        "Granny",
        "Grandma",
        "Nan",
        "Nana",
        "Grandad",
        "Oh",
        "Ah",
        "Yes",
        "No",
        "Well",
        "Mr",
        "Mrs",
        "Ms",
        "Miss",
        "Dr",
    ]
)
"""Words with a capital within sentences that name nobody."""
WITHIN = re.compile(rf"(?<=[a-z,;] )({CAPITAL})(?:(?: |-){CAPITAL}){{0,5}}")
"""Capitalised words that begin no sentence."""
AROUND = 30
"""Signs on either side of a flag by which it is known again."""
QUOTED = re.compile(r"“([^”]{20,})”|\"([^\"]{20,})\"")
EXPRESSIONS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


@dataclass(frozen=True)
class Lists:
    """Words that a study knows to tell of somebody.

    Attributes:
        listed: {name of a list: its words}, places or names, say; compared in any case.
        hidden: names of the table of pseudonyms.
        identifiers: numbers of participants and providers.
        rare: words of facts that few share; beside those of `RARE_WORDS`.
        rare_in: {word, in small letters: in how many transcripts it stands}.
        few: in fewer transcripts than this a word is rare.
        harmless: words that people have looked at, which tell of nobody.
        patterns: {name of a rule of the study's own: its regular expression}.
    """

    listed: Mapping[str, Collection[str]] = field(default_factory=dict)
    hidden: Collection[str] = ()
    identifiers: Collection[str] = ()
    rare: Collection[str] = ()
    rare_in: Mapping[str, int] = field(default_factory=dict)
    few: int = 3
    harmless: Collection[str] = ()
    patterns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Flag:
    """One stretch of a text that a rule names; offsets are those of the text, the end excluded."""

    start: int
    end: int
    rule: str
    list: str
    words: str
    before: str
    after: str

    @property
    def around(self) -> str:
        """Return the words with those on either side."""
        return self.before + self.words + self.after

    @property
    def id(self) -> str:
        """Return the digest by which a decision holds: of the rule, the words and those around."""
        told = "\0".join((self.rule, self.before, self.words, self.after))
        return hashlib.sha256(told.encode("utf-8")).hexdigest()[:16]


def flags_in(text: str, lists: Lists, rules: Collection[str] = RULES) -> list[Flag]:
    """Return the flags of a text in order.

    What several rules see in words that overlap is one flag over all of them, by the rule that is
    named first: a listed place within an address is the whole address.
    """
    harmless = {word.casefold() for word in lists.harmless}
    seen = [
        (start, end, place, rule, which)
        for place, (rule, which, start, end) in enumerate(_matches(text, lists))
        if (rule in rules or rule in lists.patterns) and text[start:end].casefold() not in harmless
    ]
    joined: list[list[tuple[int, int, int, str, str]]] = []
    reach = -1
    for match in sorted(seen):
        if match[0] < reach:
            joined[-1].append(match)
        else:
            joined.append([match])
        reach = max(reach, match[1])
    return [_flag(text, matches) for matches in joined]


def _flag(text: str, matches: Sequence[tuple[int, int, int, str, str]]) -> Flag:
    """Return the flag of matches that overlap: start, end, place of the rule, rule, list."""
    start, end = min(m[0] for m in matches), max(m[1] for m in matches)
    *_, rule, which = min(matches, key=lambda match: match[2])
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    return Flag(start, end, rule, which, text[start:end], before, after)


def flags_in_prose(text: str, lists: Lists) -> list[Flag]:
    """Return the flags of what people wrote for the report; of what it quotes, by every rule.

    What a template computes is not looked at.
    """
    blank = EXPRESSIONS.sub(lambda match: " " * len(match[0]), text)
    quoted = [match.span() for match in QUOTED.finditer(blank)]
    return [
        flag
        for flag in flags_in(blank, lists)
        if flag.rule in OF_PROSE
        or flag.rule in lists.patterns
        or any(a <= flag.start and flag.end <= b for a, b in quoted)
    ]


def transcripts_with(words: Iterable[str], transcripts: Iterable[str]) -> dict[str, int]:
    """Return for each of ``words``, in small letters, in how many transcripts it stands."""
    wanted = {word.casefold() for word in words}
    counts = dict.fromkeys(sorted(wanted), 0)
    for text in transcripts:
        spoken = text.casefold()
        for word in wanted:
            counts[word] += bool(_whole([word]).search(spoken))
    return counts


def _matches(text: str, lists: Lists) -> Iterator[tuple[str, str, int, int]]:
    """Yield rule, list, start and end of what is seen, rules in order."""
    for rule, words, flags in (
        (HIDDEN, lists.hidden, 0),
        (IDENTIFIER, lists.identifiers, re.IGNORECASE),
    ):
        if words:
            yield from ((rule, "", *m.span()) for m in _whole(words, flags).finditer(text))
    for name, words in lists.listed.items():
        if words:
            every = _whole(words, re.IGNORECASE).finditer(text)
            yield from ((LISTED, name, *match.span()) for match in every)
    for rule, pattern in (lists.patterns | PATTERNS).items():
        yield from ((rule, "", *match.span()) for match in re.finditer(pattern, text))
    for match in WITHIN.finditer(text):
        if not all(_ordinary(word) for word in re.split(r"[ -]", match[0])):
            yield CAPITALISED, "", *match.span()
    rare = [
        word
        for word in (*RARE_WORDS, *lists.rare)
        if lists.rare_in.get(word.casefold(), 0) < lists.few
    ]
    if rare:
        yield from ((RARE, "", *m.span()) for m in _whole(rare, re.IGNORECASE).finditer(text))


def _ordinary(word: str) -> bool:
    plain = re.sub(r"['’]s$", "", word.replace("’", "'"))
    return plain in ORDINARY or word.replace("’", "'") in ORDINARY


def _whole(words: Iterable[str], flags: int = 0) -> re.Pattern[str]:
    """Return a pattern of whole words or phrases, longer ones first; spaces match any space."""
    listed = sorted({word.strip() for word in words if word.strip()}, key=lambda w: (-len(w), w))
    parts = (r"\s+".join(map(re.escape, word.split())) for word in listed)
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", flags)
