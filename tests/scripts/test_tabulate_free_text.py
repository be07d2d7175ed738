"""Answers in free words: people, of those who wrote, by theme, category and code."""

import pandas as pd
from small_tables import topic

from scripts.tabulate_free_text import tabulate_free_text

CODEBOOK = pd.DataFrame(
    {
        "code": ["busy", "late", "glad", "idle"],
        "label": ["Busy", "Late", "Glad", "Idle"],
        "category": ["load", "load", "mood", "mood"],
        "category_label": ["Load", "Load", "Mood", "Mood"],
        "theme": ["time", "time", "bond", "bond"],
        "theme_label": ["Time", "Time", "Bond", "Bond"],
    },
    dtype="string",
)
ITEMS = [
    {"id": "words", "label": "In words", "type": "text"},
    {"id": "more", "label": "More", "type": "text"},
    {"id": "yes", "label": "Yes", "type": "likert"},
]
ANSWERS = pd.DataFrame(
    [("R1", "words", "x"), ("R2", "words", "y"), ("R3", "words", pd.NA), ("R3", "yes", "Agree")],
    columns=["response_id", "item", "answer"],
).astype("string")
CODED = pd.DataFrame(
    [
        ("R1", "busy", "a"),
        ("R1", "late", "b"),
        ("R2", "busy", "a"),
        ("R2", "busy", "b"),
        ("R2", "glad", "b"),
    ],
    columns=["response_id", "code", "coder"],
).assign(item="words")
CODED["theme"] = CODED["code"].map(dict(zip(CODEBOOK["code"], CODEBOOK["theme"], strict=True)))
CODED["category"] = CODED["code"].map(
    dict(zip(CODEBOOK["code"], CODEBOOK["category"], strict=True))
)


def counts(name):
    found = topic(tabulate_free_text(CODED, ANSWERS, CODEBOOK, ITEMS), name)
    return {row: tuple(each) for row, each in found[["n", "denominator"]].T.to_dict("list").items()}


def test_people_are_counted_of_those_who_wrote_something():
    assert counts("free_text") == {
        "words": (2, 3),
        "words.time": (2, 2),
        "words.time.load": (2, 2),
        "words.time.load.busy": (2, 2),
        "words.time.load.late": (1, 2),
        "words.bond": (1, 2),
        "words.bond.mood": (1, 2),
        "words.bond.mood.glad": (1, 2),
    }


def test_of_all_coders_counts_what_each_of_them_gave():
    found = counts("free_text_of_all_coders")
    assert found["words.time"] == (2, 2), "each coder found the theme, by whatever code"
    assert found["words.time.load.busy"] == (1, 2)
    assert found["words.bond"] == (0, 2)
