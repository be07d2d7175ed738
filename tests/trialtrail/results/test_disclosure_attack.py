"""An attacker with a solver has no withheld count within fewer than five values."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from drawn_studies import Drawn
from public_attacker import MARK, Attacker

from trialtrail import ROOT
from trialtrail.results.disclosure import MINIMUM, TABLES_ABOUT_MANY, Table, suppress
from trialtrail.results.disclosure_lines import suppressed_lines

FEW, ALL = 20, 200
"""Made studies in each run, and in the nightly one."""
SHIPPED = ROOT / "tests" / "expected"


def printed(tables: dict[str, Table]) -> dict[str, list[dict[str, str]]]:
    return {
        Path(name).stem: [dict(zip(t.columns, row, strict=True)) for row in t.released()]
        for name, t in tables.items()
    }


def named(tables):
    return {f"results/tables/{name}.csv": rows for name, rows in tables.items()}


def in_one_table(tables) -> dict[str, Table]:
    """Return what rules 1 to 5, which look at one table, release."""
    found = {name: Table(columns, rows) for name, (columns, rows) in tables.items()}
    for line in suppressed_lines(tables, MINIMUM).values():
        for table, at in line.rows:
            found[table].hidden |= {at} if line.hidden else set()
    return found


def attacked(tables, forms, release) -> tuple[dict, int]:
    """Return the cells recovered, and how many are withheld; the attacker must not be mistaken."""
    attacker = Attacker(printed(release(tables)), forms)
    truth = Attacker(
        printed({name: Table(*rows, minimum=0) for name, rows in tables.items()}), forms
    )
    assert truth.withheld() == [], "the truth is whole"
    assert attacker.contradicts(truth.cells) == [], "the attacker believes what is not so"
    return attacker.recovered(MINIMUM), len(attacker.withheld())


def read_shipped() -> dict:
    tables = {}
    for name in TABLES_ABOUT_MANY:
        with (SHIPPED / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            columns, *rows = csv.reader(stream)
        tables[f"results/tables/{name}.csv"] = (columns, rows)
    return tables


FORMS = {"bsid": "bayley", "mental": "bayley", "motor": "bayley", "sf36": "sf36",
         "gestation": "birth", "weight": "growth", "length": "growth", "head": "growth"}  # fmt: skip
"""Which line of the flow an outcome of the shipped study is of, by how its name begins."""


def test_the_attacker_recovers_nothing_from_the_shipped_study():
    """He knows the forms of its main outcomes, as a reader of the paper does."""
    tables = read_shipped()
    columns, rows = tables["results/tables/arms.csv"]
    outcomes = {row[columns.index("outcome")] for row in rows}
    forms = {name: f"flow.{FORMS.get(name.split('_')[0], 'unknown')}" for name in outcomes}
    found, withheld = attacked(tables, forms, suppress)
    assert withheld > 500
    assert found == {}


def made(seeds: range) -> list[str]:
    """Return which cells of made studies are recovered, after looking whether any is withheld."""
    broken, withheld = [], 0
    for seed in seeds:
        study = Drawn(seed)
        found, count = attacked(named(study.tables), study.forms, suppress)
        withheld += count
        broken += [f"{seed}: {cell} {limits}" for cell, limits in found.items()]
    assert withheld > 5 * len(seeds)
    return broken


def test_the_attacker_recovers_nothing_from_made_studies():
    assert made(range(FEW)) == []


@pytest.mark.nightly
def test_the_attacker_recovers_nothing_from_all_made_studies():
    assert made(range(FEW, ALL)) == []


def test_the_attacker_breaks_rules_that_look_at_one_table():
    broken = 0
    for seed in range(FEW):
        study = Drawn(seed)
        found, _ = attacked(named(study.tables), study.forms, in_one_table)
        broken += bool(found)
    assert broken > FEW / 2
