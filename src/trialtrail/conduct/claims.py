"""Sentences of the study's texts that state something of its conduct, and what each is tied to.

A sentence with a word of the conduct (blind, independently, all, none ...) should call a fact, so
that it is printed as written only where rows bear it out. What calls none is listed, unless the
text allows the phrase with its reason. It is a light check by words: it stops nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from jinja2 import Environment, TemplateSyntaxError, nodes

from trialtrail.report.facts import BORNE_OUT, STATED
from trialtrail.report.texts import StudyText
from trialtrail.results.cells import Table

ALLOWED, UNTIED = "allowed", "untied"
CALLS = ("fact", "holds")
WORDS = re.compile(
    r"\b(blind(?:ed|ing|ly)?|mask(?:ed|ing)|unaware|not told|without knowledge"
    r"|independent(?:ly|ce)?|consecutive(?:ly)?|random(?:ly)?|all|none|every|everybody|everyone"
    r"|nobody|no one|always|never)\b",
    re.IGNORECASE,
)
"""Words by which a sentence may state a fact of the conduct. That somebody was randomised is told
by the table of flow, and is not among them."""
IDIOMS = re.compile(r"\b(at all|all the same|after all|above all|all but)\b", re.IGNORECASE)
JINJA = re.compile(r"{{.*?}}|{%.*?%}|{#.*?#}", re.DOTALL)
FACT_IN_ANSWER = re.compile(r"{fact:([^{}]+)}")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TIE = "\ue000"
"""Stands in a sentence where it calls a fact."""
ENDS = re.compile(r"(?<=[.!?:;])[”’)*]*\s+(?=[A-Z“‘(*])|\n\s*\n|\n(?=#)|\n(?=[-*] )")
"""Where a sentence ends; a part before a colon or semicolon counts as one."""


@dataclass(frozen=True)
class Statement:
    """A call of a fact, or a sentence with a word of the conduct.

    Attributes:
        line: the line of the file on which it begins.
        words: the sentence as it is written; of a call the fact.
        fact: the fact that is called, where one is.
        word: the word of the conduct, where none is.
        reason: why the sentence may stand, where the text allows it.
    """

    line: int
    words: str
    fact: str = ""
    word: str = ""
    reason: str = ""

    def state(self, facts: Mapping[str, Mapping[str, str]]) -> str:
        """Return what is known of it: the verdict of its fact, or whether it is allowed."""
        if self.fact:
            return facts.get(self.fact, {}).get("verdict", "not known")
        return ALLOWED if self.reason else UNTIED


def is_against(state: str) -> bool:
    """Return whether a fact with that verdict is not printed as it is stated."""
    return state not in (BORNE_OUT, STATED, ALLOWED, UNTIED)


def facts_of(table: Table | None) -> dict[str, Mapping[str, str]]:
    """Return the rows of `conduct` by name; none where the study declares no fact."""
    return {} if table is None else dict(table.rows)


def statements_of(text: StudyText) -> list[Statement]:
    """Return what a text states of the conduct, in its order."""
    called = list(_calls(text.markdown))
    return sorted([*called, *_sentences(text)], key=lambda each: each.line)


def statements_of_answers(path: Path) -> list[Statement]:
    """Return what the answers to checklists state of the conduct, in the order of the file.

    An answer calls a fact by ``{fact:id}``, and the file allows phrases under ``untied``. What is
    wrong with the file is told where the checklists are made.
    """
    root = yaml.compose(path.read_text(encoding="utf-8"), Loader=LOADER)
    given = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER) or {}
    untied = given.get("untied", []) if isinstance(given, dict) else []
    found: list[Statement] = []
    for node in _scalars(root):
        line = node.start_mark.line + 1
        facts = FACT_IN_ANSWER.findall(node.value)
        found += [Statement(line, name, fact=name) for name in facts]
        word = WORDS.search(IDIOMS.sub(" ", FACT_IN_ANSWER.sub(" ", node.value)))
        if word and not facts:
            words = " ".join(node.value.split())
            allowed = (each["reason"] for each in untied if each["phrase"] in words)
            reason = next(allowed, "")
            found.append(Statement(line, words, word=word[0].lower(), reason=reason))
    return found


def _scalars(node: yaml.Node | None, key: str = "") -> Iterator[yaml.ScalarNode]:
    """Yield what answers say, wherever it stands in the file."""
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value not in ("untied", "allowed"):
                yield from _scalars(value, name.value)
    elif isinstance(node, yaml.ScalarNode) and key in ("says", "not_applicable"):
        yield node


def _calls(markdown: str) -> Iterator[Statement]:
    """Yield the calls of facts; a text that is no template is told of when it is rendered."""
    try:
        tree = Environment(autoescape=True).parse(markdown)
    except TemplateSyntaxError:
        return
    for call in tree.find_all(nodes.Call):
        name = getattr(call.node, "name", "")
        if name in CALLS and call.args and isinstance(call.args[0], nodes.Const):
            fact = str(call.args[0].value)
            yield Statement(call.lineno, fact, fact=fact)


def _sentences(text: StudyText) -> Iterator[Statement]:
    plain = JINJA.sub(_without_jinja, text.markdown)
    start = 0
    for end in [*(match.start() for match in ENDS.finditer(plain)), len(plain)]:
        sentence = plain[start:end]
        written = text.markdown[start:end]
        found = WORDS.search(IDIOMS.sub(lambda match: " " * len(match[0]), sentence))
        if found and TIE not in sentence:
            lead = len(sentence) - len(sentence.lstrip())
            words = " ".join(written.split())
            allowed = (
                each["reason"] for each in text.untied if " ".join(each["phrase"].split()) in words
            )
            line = plain.count("\n", 0, start + lead) + 1
            yield Statement(line, words, word=found[0].lower(), reason=next(allowed, ""))
        start = end


def _without_jinja(match: re.Match) -> str:
    """Return blanks of the same length and lines; a call of a fact leaves a sign of it."""
    blank = re.sub(r"[^\n]", " ", match[0])
    is_call = re.search(rf"\b(?:{'|'.join(CALLS)})\(", match[0])
    return TIE + blank[1:] if is_call else blank
