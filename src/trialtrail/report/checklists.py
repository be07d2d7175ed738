"""Reporting checklists: what the items of a guideline ask, and what data and people say to them.

A guideline is declared in ``templates/checklists/<name>.yaml``. What its items say of the data are
sentences with cells in braces (``{interviews#interviewed/n}``); a sentence is told where each of
its cells has a value. The rest is written by people, in a file of the same form.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from trialtrail.configuration.yaml_limits import check_yaml_limits
from trialtrail.errors import StudyError
from trialtrail.report.facts import TABLE as FACTS
from trialtrail.report.facts import fact_in_words
from trialtrail.report.formatting import default_spec, format_number, has_number
from trialtrail.results.cells import Address, Cells, nearest, parse

FROM_DATA, WRITTEN, PART = "from the data", "written", "in part"
NOT_APPLICABLE, MISSING = "not applicable", "missing"
CELL = re.compile(r"{([^{}:]+)(?::([^{}]+))?}")
"""A cell in a sentence, and how it is printed (``{table#row/column:.2f}``); or a fact of the
conduct (``{fact:id}``), printed as it is stated where its rows bear it out."""
FACT = "fact"
UNTIED = "untied"
"""Entry of the file of answers with phrases that state something and rest on no row."""
ANSWER_KEYS = ("says", "sections", "not_applicable")
RULE = "an item is answered by `says`, `sections` or `not_applicable`"


@dataclass(frozen=True)
class Item:
    """One item of a guideline.

    Attributes:
        item: its number.
        topic: what it is about.
        asks: what it asks for.
        says: sentences about the data.
        tables: the tables without which those are not told.
        texts: texts of the study that answer it, by the names of their files.
        keys: keys of the study that answer it; with some of them it is told in part.
        at: the sections that tell it, all of them: where one is not printed, the item is missing.
        also: sections where more is told, if they are printed.
        part: whether what data, texts or keys say is but a part of the answer.
        always: whether its sentences are told of every study.
    """

    item: str
    topic: str
    asks: str
    says: Sequence[str] = ()
    tables: Sequence[str] = ()
    texts: Sequence[str] = ()
    keys: Sequence[str] = ()
    at: Sequence[str] = ()
    also: Sequence[str] = ()
    part: bool = False
    always: bool = False


@dataclass(frozen=True)
class Guideline:
    """A guideline: its title, where it was published, the tables it presupposes, its items."""

    name: str
    title: str
    source: str
    of: Sequence[str]
    items: Sequence[Item]


@dataclass(frozen=True)
class Told:
    """What is told of an item: its state, the words, the sections, the cells they rest on."""

    state: str
    says: str = ""
    sections: Sequence[str] = ()
    cells: Sequence[Address] = field(default=())


def read_guideline(path: str | Path) -> Guideline:
    """Return the guideline that a file declares."""
    given = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    items = [
        Item(**({"tables": each["if"]} if "if" in each else {}) | _without(each, "if"))
        for each in given["items"]
    ]
    return Guideline(Path(path).stem, given["title"], given["source"], given["of"], items)


def _without(entry: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != key}


def read_answers(path: str | Path, guidelines: Sequence[Guideline]) -> dict[str, dict[str, dict]]:
    """Return guideline -> item -> what people wrote.

    Raises:
        StudyError: the file is no YAML, or names what there is not; an answer says nothing, or has
            a number that comes from no cell.
    """
    label = Path(path).as_posix()
    try:
        check_yaml_limits(Path(path), Path(path).read_bytes())
        given = yaml.safe_load(Path(path).read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError):
        raise _mistake("the answers to the checklists are no YAML", label, "correct it") from None
    if not isinstance(given, dict):
        raise _mistake("the answers to the checklists have no entries", label, RULE)
    allowed = [_phrase(each, label) for each in given.pop("allowed", [])]
    for each in given.pop(UNTIED, []):
        _phrase(each, label)
    known = {guideline.name: guideline for guideline in guidelines}
    found: dict[str, dict[str, dict]] = {}
    for name, answers in given.items():
        if name not in known:
            what = f"no checklist is named `{name}`{nearest(str(name), known)}"
            raise _mistake(what, label, f"name one of {', '.join(known)}")
        items = [item.item for item in known[name].items]
        for number, answer in (answers or {}).items():
            where = f"{label}, {name}, item {number}"
            if str(number) not in items:
                what = f"{known[name].title} has no item `{number}`"
                raise _mistake(what, where, f"its items are {items[0]} to {items[-1]}")
            found.setdefault(name, {})[str(number)] = _answer(answer, allowed, where)
    return found


def _phrase(entry: Any, label: str) -> str:
    if not isinstance(entry, dict) or not entry.get("phrase") or not entry.get("reason"):
        raise _mistake(
            "a phrase is allowed without a reason", label, "give `phrase` and `reason` of each"
        )
    return entry["phrase"]


def _answer(answer: Any, allowed: Sequence[str], where: str) -> dict[str, Any]:
    if not isinstance(answer, dict) or not answer:
        raise _mistake("the item has no answer", where, RULE)
    if unknown := [key for key in answer if key not in ANSWER_KEYS]:
        what = f"no key is named `{unknown[0]}`{nearest(str(unknown[0]), ANSWER_KEYS)}"
        raise _mistake(what, where, f"write {', '.join(ANSWER_KEYS)}")
    words = " ".join(str(answer.get(key, "")) for key in ("says", "not_applicable"))
    left = CELL.sub("", words)
    for phrase in allowed:
        left = left.replace(phrase, "")
    if has_number(left):
        raise _mistake(
            "the answer holds a number that comes from no cell",
            where,
            "write the cell in braces, {table#row/column}, or list the phrase under `allowed`",
        )
    sections = answer.get("sections", [])
    listed = [sections] if isinstance(sections, str) else list(sections)
    return {**answer, "sections": listed}


@dataclass(frozen=True)
class Around:
    """What a study has beside its tables: its texts, its keys, and the sections that are printed.

    ``sections`` is None where it is not known which are printed: none is then taken to be absent.
    """

    texts: Collection[str] = ()
    study: Mapping[str, Any] = field(default_factory=dict)
    sections: Collection[str] | None = None

    def has(self, key: str) -> bool:
        """Tell whether the study gives a key, ``design.setting``."""
        value: Any = self.study
        for name in key.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
        return bool(value)

    def printed(self, sections: Iterable[str]) -> list[str]:
        """Return those of the sections that are printed."""
        return [each for each in sections if self.sections is None or each in self.sections]


def tell(item: Item, answer: Mapping[str, Any], cells: Cells, around: Around, where: str) -> Told:
    """Return what data, keys and people say to an item.

    Args:
        item: the item.
        answer: what people wrote of it, empty where they wrote nothing.
        cells: the result tables.
        around: what the study has beside them.
        where: the place of the answer, for messages.

    Raises:
        StudyError: an answer names a cell that there is not.
    """
    if reason := answer.get("not_applicable"):
        return Told(NOT_APPLICABLE, str(reason))
    said, used, sections, state = [], [], [], MISSING
    if len(around.printed(item.at)) == len(item.at):
        state, said, used = _of_study(item, cells, around)
        sections = around.printed([*item.at, *item.also]) if state != MISSING else []
    if answer:
        words, addresses = _filled(str(answer.get("says", "")), cells, where)
        named = answer["sections"]
        if len(around.printed(named)) == len(named):
            said += [words] if words else []
            used += addresses
            sections += [each for each in around.printed(named) if each not in sections]
            state = WRITTEN
    return Told(state, " ".join(said), sections, used)


def _of_study(item: Item, cells: Cells, around: Around) -> tuple[str, list[str], list[Address]]:
    """Return the state of an item by tables, texts and keys, its sentences and their cells."""
    said, used = [], []
    if item.always or all(table in cells.tables() for table in item.tables):
        for sentence in item.says:
            told = _told(sentence, cells)
            if told is not None:
                said.append(told[0])
                used += told[1]
    written = bool(item.texts) and all(name in around.texts for name in item.texts)
    given = [key for key in item.keys if around.has(key)]
    if said:
        return PART if item.part else FROM_DATA, said, used
    if written or given:
        whole = not item.part and len(given) == len(item.keys)
        return WRITTEN if whole else PART, said, used
    return MISSING, said, used


def _told(sentence: str, cells: Cells) -> tuple[str, list[Address]] | None:
    """Return a sentence about the data and its cells; None where one of them has no value."""
    addresses = [parse(match[1]) for match in CELL.finditer(sentence)]
    for address in addresses:
        if address.table not in cells.tables():
            return None
        row = cells.table(address.table).rows.get(address.row)
        if row is None or not row.get(address.column or ""):
            return None
    return _filled(sentence, cells, "")


def _filled(sentence: str, cells: Cells, where: str) -> tuple[str, list[Address]]:
    """Return a sentence with its cells as they are printed, and the cells."""
    used = []

    def printed(match: re.Match) -> str:
        if match[1] == FACT:
            address = Address(FACTS, match[2] or "", "verdict")
            used.append(address)
            return fact_in_words(cells.row(address, where=where))
        address = parse(match[1], where=where)
        used.append(address)
        text = cells.text(address, where=where)
        if address.column == "note":
            return text
        try:
            return format_number(text, match[2] or default_spec(address.column or ""))
        except ValueError:
            return text

    return CELL.sub(printed, sentence), used


def _mistake(what: str, where: str, remedy: str) -> StudyError:
    return StudyError(what, where=where, rule="report.checklists", remedy=remedy)
