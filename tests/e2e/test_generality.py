"""No word of the shipped study stands in the code: another study needs its configuration only."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CODE = ("Snakefile", "workflow", "scripts", "schemas", "src", "templates")
CODE += ("packages/runrecord/src", "packages/snakemake-executor-plugin-warm/src")
BINARY = {".woff2", ".ttf", ".pyc", ".mo"}
WORDS = [
    *("MOMENTS", "MOM", "Belfast", "Ulster", "peer", r"mentor\w*", r"midwi\w*", "wom[ae]n"),
    *("mothers?", "maternal", "m[ou]ms?", "bab(y|ies)", r"pregnan\w*", "antenatal", "postnatal"),
    *(r"breast\w*", "GCSE"),
]
"""Words of the setting, as patterns; names of arms, forms and so on come from the study itself."""
INSTRUMENTS = "src/trialtrail/derive/instruments/"
SCORING = (INSTRUMENTS, "src/trialtrail/derive/scores.py", "schemas/configuration/")
"""Where an instrument has its name: its module, the list of instruments, the configuration's."""
KNOWN = "src/trialtrail/new_study/"
"""Where instruments, and columns that identify people, are recognised by their names."""
REFERENCES = "templates/references/methods.json"
"""Works that the methods rest on, with their authors and titles."""
ALLOWED = {
    # word: (where it may stand, why)
    "baseline": ("", "a timepoint that every trial has; a table and a section are named so"),
    "groups": ("", "an ordinary word: groups of rows, of participants"),
    "sf36": ((*SCORING, KNOWN), "the name of an instrument that many trials use"),
    "growth": ((*SCORING, REFERENCES), "the WHO Child Growth Standards"),
    "birth": ((INSTRUMENTS, KNOWN), "the WHO Child Growth Standards begin there; dates of birth"),
    "external": (
        (
            "src/trialtrail/trail/bundle.py",
            "src/trialtrail/exports/limits.py",
            "src/trialtrail/exports/transcripts/word.py",
            "src/trialtrail/report/word/links.py",
            "src/trialtrail/report/word/package.py",
        ),
        "an attribute of an entry of a zip file, or of a part of a document",
    ),
    "control": (
        (
            "src/trialtrail/exports/transcripts/rich_text.py",
            "src/trialtrail/answering/guard.py",
        ),
        "control words are the commands of rich text (RTF); a header of HTTP says what to keep",
    ),
    "relationship": (
        ("src/trialtrail/report/word/links.py", "src/trialtrail/report/word/package.py"),
        "what links parts of a Word document, as python-docx calls it",
    ),
    "bayley": ((INSTRUMENTS, KNOWN, REFERENCES), "author and title of the source of an instrument"),
}


def study_names() -> set[str]:
    """Return names that the shipped study gives: arms, forms, outcomes, themes, roles, claims."""
    config = yaml.safe_load((ROOT / "config" / "config.yaml").read_text(encoding="utf-8"))
    with open(
        ROOT / "studies" / "moments" / "data" / "codebook.csv", encoding="utf-8", newline=""
    ) as stream:
        themes = {row["theme"] for row in csv.DictReader(stream)}
    return {
        config["study"]["short_name"],
        *(arm["id"] for arm in config["study"]["arms"]),
        *config["forms"],
        *(outcome["id"] for outcome in config["analysis"]["outcomes"]),
        *themes,
        *config["qualitative"]["roles"],
        *config["claims"],
        *(item["id"] for item in config["questionnaire"]["items"] if "_" in item["id"]),
    }


@cache
def code() -> dict[str, str]:
    """Return the text of every file of the code, by its path in the repository."""
    files = []
    for name in CODE:
        path = ROOT / name
        files += [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(files)
        if path.suffix not in BINARY
    }


def found(pattern: str) -> list[str]:
    """Return ``file:line`` of each place where ``pattern`` is a whole word and not allowed."""
    word = re.compile(rf"(?<![A-Za-z0-9]){pattern}(?![A-Za-z0-9])", re.IGNORECASE)
    places = []
    for name, text in code().items():
        for match in word.finditer(text):
            where, _ = ALLOWED.get(match[0].lower(), ("nowhere", ""))
            if not name.startswith(where):
                places.append(f"{name}:{text.count(chr(10), 0, match.start()) + 1}")
    return places


def test_there_is_code_to_search():
    assert all(any(name.startswith(part) for name in code()) for part in CODE)


@pytest.mark.parametrize("pattern", WORDS)
def test_no_word_of_the_setting_stands_in_the_code(pattern):
    assert not found(pattern)


@pytest.mark.parametrize("name", sorted(study_names()))
def test_no_name_of_the_study_stands_in_the_code(name):
    assert not found(re.escape(name))


def test_every_exception_is_needed():
    """An exception that no file needs any more is taken back."""
    for word, (where, why) in ALLOWED.items():
        whole = re.compile(rf"(?<![A-Za-z0-9]){word}(?![A-Za-z0-9])", re.IGNORECASE)
        assert why
        assert any(whole.search(text) for name, text in code().items() if name.startswith(where))
