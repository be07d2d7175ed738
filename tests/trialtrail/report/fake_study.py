"""A small invented study in result tables: enough of each table for every section of a report."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import pandas as pd

REPOSITORY = Path(__file__).resolve().parents[3]
TEMPLATES = REPOSITORY / "templates"

STUDY = {
    "title": "Walking groups after a fall",
    "short_name": "STRIDE",
    "subtitle": "A trial that never was",
    "synthetic": True,
    "synthetic_note": "Nobody walked.",
    "arms": [
        {"id": "usual", "label": "Usual care"},
        {"id": "group", "label": "Walking group", "description": "a weekly walk"},
    ],
    "words": {
        "participant": {"one": "walker", "many": "walkers"},
        "provider": {"one": "guide", "many": "guides"},
        "contact": {"one": "walk", "many": "walks"},
    },
}
LABELS = {
    "roles": {"walker": "Walker", "guide": "Guide"},
    "stages": {"early": "early", "later": "later"},
}
CLAIMS = {
    "walkers": "flow#randomised",
    "balance": {"value": "estimates#balance/estimate", "lower": "estimates#balance/lower"},
}
SOURCES = [
    {
        "item": "results/figures/flow_chart.svg",
        "title": "figures/flow_chart.svg",
        "rule": "draw_flow_chart",
        "files": ["data/walks_2024.csv"],
    }
]

TABLES = Path(__file__).with_name("tables")


def tables(*names: str) -> list[Path]:
    """Return the paths of the tables of those names, or of all.

    A name that is a topic of `summaries` gives that table with the rows of the topics named.
    """
    if not names:
        return sorted(TABLES.glob("*.csv"))
    files = [TABLES / f"{name}.csv" for name in names]
    topics = [path.stem for path in files if not path.is_file()]
    return [path for path in files if path.is_file()] + ([of_topics(*topics)] if topics else [])


@cache
def of_topics(*topics: str) -> Path:
    """Return the path of a table `summaries` with the rows of some topics."""
    whole = pd.read_csv(TABLES / "summaries.csv", dtype="string", keep_default_na=False)
    path = Path(tempfile.mkdtemp()) / "summaries.csv"
    whole[whole["table"].isin(topics)].to_csv(path, index=False)
    return path


def write_text(folder: Path, name: str, text: str) -> Path:
    """Write a text of the study; return its path."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
