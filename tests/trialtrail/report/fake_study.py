"""A small invented study in result tables: enough of each table for every section of a report."""

from __future__ import annotations

from pathlib import Path

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
    "balance": {"value": "outcomes#balance/estimate", "lower": "outcomes#balance/lower"},
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
    """Return the paths of the tables of those names, or of all."""
    return [TABLES / f"{name}.csv" for name in names] or sorted(TABLES.glob("*.csv"))


def write_text(folder: Path, name: str, text: str) -> Path:
    """Write a text of the study; return its path."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
