"""Drawn trials of two small scenarios, as the scripts of the simulation make them in turn."""

from __future__ import annotations

import json
from pathlib import Path

from small_tables import job

from tests.trialtrail.report.fake_study import TEMPLATES

from scripts.collect_simulation import main as collect
from scripts.simulate_block import main as simulate

ARMS = ["usual", "class"]
FONTS = sorted(str(path) for path in (TEMPLATES / "fonts").glob("*.ttf"))
DESCRIBED = {"sizes": {"usual": 30, "class": 30}, "sd": 10.0, "clusters": {"class": 6}}
BLOCK = 3
SCENARIOS = [
    {
        "id": "null",
        "label": "No effect",
        "model": "nested",
        "trials": 5,
        "within": ["class"],
        "methods": ["mixed_kenward_roger_expected", "ancova_hc3"],
    },
    {
        "id": "filled",
        "label": "An effect",
        "model": "imputed",
        "trials": 3,
        "effect": 8.0,
        "lost": 0.2,
        "imputations": 3,
        "within": ["class"],
        "methods": ["mixed_satterthwaite"],
    },
]


def draw_block(folder: Path, scenario: dict, block: int, seed: int = 4):
    """Run one block; return the task and the account of its rows."""
    (folder / "design.json").write_text(json.dumps(DESCRIBED), encoding="utf-8")
    task = job(
        folder,
        {"design": folder / "design.json"},
        {"trials": f"{scenario['id']}-{block}.parquet"},
        {"scenario": scenario, "arms": ARMS, "level": 0.95, "seed": seed, "size": BLOCK,
         "block": block},
    )  # fmt: skip
    return task, simulate(task)


def collected(folder: Path) -> Path:
    """Draw all blocks and collect them; return the table."""
    files, blocks = [], {}
    for scenario in SCENARIOS:
        blocks[scenario["id"]] = -(-scenario["trials"] // BLOCK)
        for block in range(1, blocks[scenario["id"]] + 1):
            files.append(draw_block(folder, scenario, block)[0].output.trials)
    task = job(
        folder,
        {"trials": files},
        {"table": "operating_characteristics.csv"},
        {"scenarios": SCENARIOS, "blocks": blocks, "arms": ARMS, "level": 0.95},
    )
    rows = collect(task)
    assert rows["trials"].balanced
    return Path(task.output.table)
