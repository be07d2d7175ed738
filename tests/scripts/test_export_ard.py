"""The Analysis Results Data: each number of the tidy tables once, and the tables had again."""

import json
import math
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from small_tables import job

from trialtrail.exchange.ard import LAYOUTS, TEXT, differing, melt, restore
from trialtrail.results.cells import Table, read_rows
from trialtrail.results.disclosure import MARK, suppress
from trialtrail.tables import write_result

from schemas.results.ard import Ard
from schemas.results.base import conform
from schemas.results.contracts import CONTRACTS
from scripts.export_ard import ard_of, columns_of, json_lines, main

COMPARED = {
    "analysis": "main",
    "role": "primary",
    "outcome": "pain",
    "label": "Pain",
    "timepoint": "week_4",
    "population": "randomised",
    "arm": "new",
    "reference": "old",
    "measure": "mean_difference",
    "unit": "points",
    "level": 0.95,
    "n_arm": 12,
    "n_reference": 11,
    "missing_arm": 0,
    "missing_reference": 1,
    "method": "welch",
    "status": "estimated",
}
ESTIMATED = {"estimate": -1.234567891, "lower": -2.5, "upper": 1 / 3, "se": 1e-12, "p": 0.04}
ROWS = {
    "estimates": [
        COMPARED | ESTIMATED | {"row": "pain", "note": "1 of 12: odd", "decimals": 1},
        COMPARED | ESTIMATED | {"row": "other.pain", "analysis": "other", "estimate": -1.3},
        COMPARED | ESTIMATED | {"row": "shifted.pain.-5", "shifted": "arm", "delta": -5},
        COMPARED | ESTIMATED | {"row": "shifted.pain.0", "shifted": "arm", "delta": 0},
        COMPARED
        | ESTIMATED
        | {
            "row": "sex.pain.f/m # é",
            "subgroup": "sex",
            "subgroup_level": "f/m # é",
            "role": "subgroup",
        },
        COMPARED | {"row": "sex.pain", "subgroup": "sex", "measure": "interaction", "p": 0.5},
        COMPARED
        | {"row": "death", "outcome": "death", "status": "not_estimable", "note": "no events"},
        COMPARED
        | {"row": "birth", "outcome": "birth", "estimate": math.inf, "status": "no_interval"},
    ],
    "arms": [
        {
            "row": f"pain.{arm}",
            "analysis": "main",
            "outcome": "pain",
            "timepoint": "week_4",
            "arm": arm,
            "n_randomised": 12,
            "n_with_data": 11,
            "n_analysed": 11,
            "mean": 1.5,
            "sd": 0,
        }
        for arm in ("old", "new")
    ],
    "models": [
        {
            "row": "pain.first_stage",
            "analysis": "main",
            "outcome": "pain",
            "timepoint": "week_4",
            "component": "first_stage_f",
            "note": note,
        }
        | ({"value": 3.25} if note else {})
        for note in ("weak",)
    ]
    + [
        {
            "row": "pain.variance",
            "analysis": "main",
            "outcome": "pain",
            "timepoint": "week_4",
            "component": "variance",
            "group": "=1+1",
        }
    ],
    "summaries": [
        {"row": "flow.assessed", "table": "flow", "item": "assessed", "label": "Assessed", "n": 40},
        {
            "row": "baseline.age.old",
            "table": "baseline",
            "item": "age",
            "label": "Age",
            "arm": "old",
            "unit": "years",
            "mean": 40.1,
            "minimum": -3,
            "maximum": 1e9,
        },
        {
            "row": "codes.trust.midwife.early",
            "table": "codes",
            "item": "trust",
            "label": "Trust",
            "group": "theme",
            "role": "midwife",
            "stage": "early",
            "n": 0,
            "denominator": 4,
            "percent": 0,
        },
    ],
    "curves": [
        {
            "row": f"death.survival.old.{day}",
            "outcome": "death",
            "label": "Death",
            "arm": "old",
            "curve": "survival",
            "days": day,
            "at_risk": 12,
            "events": 0,
            "estimate": 1,
        }
        for day in (0, 30.5)
    ],
    "harms": [
        {
            "row": "event.cough.old",
            "item": "event.cough",
            "kind": "event",
            "label": "Cough",
            "system": "airways",
            "event": "cough",
            "seriousness": "any",
            "severity": "mild",
            "arm": "old",
            "participants": 2,
            "events": 3,
            "denominator": 12,
            "percent": 100 / 6,
            "reference": "new",
            "measure": "risk_difference",
            "note": "too few",
        },
        {
            "row": "form.events",
            "item": "form.events",
            "kind": "form",
            "label": "Events",
            "seriousness": "any",
            "participants": 0,
            "events": 4,
        },
    ],
}
IDENTITY = ("analysis", "context", "variable", "variable_level", "stat_name", "timepoint")
GROUPED = tuple(f"group{at}{end}" for at in range(1, 5) for end in ("", "_level"))
KEY = (*IDENTITY, *GROUPED, "population", "reference", "measure")
"""What tells statistics apart, beside their address."""


@pytest.fixture(scope="module")
def paths(tmp_path_factory) -> dict[str, Path]:
    """Return tidy tables as a run writes them."""
    folder = tmp_path_factory.mktemp("tables")
    found = {name: folder / f"{name}.csv" for name in ROWS}
    for name, rows in ROWS.items():
        write_result(conform(rows, CONTRACTS[name]), found[name])
    return found


@pytest.fixture(scope="module")
def tables(paths) -> dict[str, Table]:
    """Return the tidy tables, cells as they are written."""
    return {name: read_rows(name, path.read_text("utf-8")) for name, path in paths.items()}


@pytest.fixture(scope="module")
def written(paths, tmp_path_factory):
    """Return the frame and the text that the job writes."""
    done = job(
        tmp_path_factory.mktemp("ard"),
        {"tables": list(paths.values())},
        {"ard": "ard.parquet", "json": "ard.json"},
    )
    counts = main(done)
    assert {name: count.used for name, count in counts.items()} == {
        n: len(r) for n, r in ROWS.items()
    }
    return pd.read_parquet(done.output.ard, dtype_backend="numpy_nullable"), Path(done.output.json)


def records(frame: pd.DataFrame) -> list[dict]:
    """Return the rows of the ARD without what is empty, as its JSON has them."""
    return [
        {name: value for name, value in row.items() if not pd.isna(value)}
        for row in frame.to_dict("records")
    ]


def test_every_table_that_is_melted_is_one_that_a_run_can_make():
    assert set(ROWS) == set(LAYOUTS) <= set(CONTRACTS)
    for name, layout in LAYOUTS.items():
        named = {*layout.keys, *layout.counted, *layout.sought}
        assert named <= {*CONTRACTS[name].to_schema().columns}, name


def test_each_number_of_the_tables_is_one_statistic_digit_for_digit(written, paths):
    frame, _ = written
    stats = frame.set_index("row")["stat"]
    assert stats.index.is_unique
    numbers = 0
    for name, path in paths.items():
        table = pd.read_csv(path, dtype=str, keep_default_na=False).set_index("row")
        for column, about in columns_of(name).items():
            if about.holds == TEXT:
                continue
            for row, cell in table[column].items():
                if cell not in ("", "inf"):
                    assert stats[f"{name}#{row}/{column}"] == float(cell)
                    numbers += 1
    assert numbers == stats.notna().sum() > 80


@pytest.mark.parametrize("form", ["parquet", "json"])
def test_the_tables_are_had_again_from_either_form(written, tables, form):
    frame, path = written
    rows = records(frame) if form == "parquet" else json.loads(path.read_text("utf-8"))
    columns = {name: columns_of(name) for name in tables}
    restored = restore(rows, columns)
    assert not differing(restored, tables)
    for name, table in tables.items():
        assert restored[name] == [dict(cells) for cells in table.rows.values()]


def test_a_digit_that_is_lost_is_found(tables):
    columns = {name: columns_of(name) for name in tables}
    rows = ard_of(tables)
    at = next(at for at, each in enumerate(rows) if each["row"] == "estimates#pain/estimate")
    rows[at] = rows[at] | {"stat": rows[at]["stat"] + 1e-9}
    assert differing(restore(rows, columns), tables) == ["estimates#pain"]
    del rows[at]
    assert differing(restore(rows, columns), tables) == ["estimates#pain"]


def test_analyses_of_one_outcome_do_not_collide(written):
    frame, _ = written
    assert not frame.duplicated([*KEY]).any()
    assert frame.duplicated([name for name in KEY if name != "analysis"]).any()


def test_what_could_not_be_had_is_said(written):
    frame, _ = written
    by_row = frame.set_index("row")
    lost = by_row.loc["estimates#death/estimate"]
    assert (pd.isna(lost["stat"]), pd.isna(lost["stat_text"]), lost["error"]) == (
        True,
        True,
        "no events",
    )
    assert by_row.loc["estimates#birth/lower", "error"] == "no_interval"
    endless = by_row.loc["estimates#birth/estimate"]
    assert (endless["stat_text"], endless["warning"]) == ("inf", "not a finite number")
    assert by_row.loc["estimates#pain/estimate", "warning"] == "1 of 12: odd"
    assert by_row.loc["harms#event.cough.old/estimate", "error"] == "too few"


def test_the_columns_are_those_of_cards(written):
    frame, path = written
    of_cards = [name for name in frame if name not in ("row", "analysis", "stat_text")]
    assert of_cards[: len(GROUPED)] == [*GROUPED]
    assert of_cards[len(GROUPED) : -5] == [
        *("variable", "variable_level", "context", "stat_name", "stat_label", "stat"),
        *("fmt_fun", "warning", "error"),
    ]
    by_row = frame.set_index("row")
    assert by_row.loc["estimates#pain/p", "stat_name"] == "p.value"
    assert by_row.loc["summaries#baseline.age.old/minimum", "stat_name"] == "min"
    assert by_row.loc["estimates#pain/estimate", "fmt_fun"] == 1
    assert records(frame) == json.loads(path.read_text("utf-8"))


def with_marks(found) -> list[list[str]]:
    """Return the rows of a table with what is withheld marked, other numbers not made coarser."""
    return [
        [new if new == MARK else old for old, new in zip(given, released, strict=True)]
        for given, released in zip(found.rows, found.released(), strict=True)
    ]


def test_what_is_not_disclosed_stays_so(tables):
    plain = {
        name: (list(table.columns), [list(cells.values()) for cells in table.rows.values()])
        for name, table in tables.items()
        if name in ("estimates", "arms", "summaries")
    }
    released = {
        name: Table(name, table.columns, dict(zip(tables[name].rows, rows, strict=True)))
        for name, found in suppress(plain).items()
        for table in [tables[name]]
        for rows in [[dict(zip(table.columns, row, strict=True)) for row in with_marks(found)]]
    }
    rows = ard_of(released)
    hidden = {
        f"{name}#{row}/{column}"
        for name, table in released.items()
        for row, cells in table.rows.items()
        for column, cell in cells.items()
        if cell == MARK
    }
    mine = {each["row"]: each for each in rows if each["row"] in hidden}
    assert len(hidden) > 5
    assert mine.keys() == hidden
    assert not any("stat" in each for each in mine.values())
    numbers = [each for each in mine.values() if each["stat_name"] != "note"]
    assert {each["warning"] for each in numbers} == {"not disclosed"}
    conform(pd.DataFrame(rows), Ard)


def test_a_table_that_cannot_be_had_again_is_no_ard(tables, monkeypatch):
    monkeypatch.setattr("scripts.export_ard.melt", lambda *a: list(melt(*a))[1:])
    with pytest.raises(ValueError, match="are not those of the ARD"):
        ard_of({"arms": tables["arms"]})


PLAIN_R = """
ard <- jsonlite::fromJSON(commandArgs(TRUE)[1])
stopifnot(is.data.frame(ard), is.numeric(ard$stat))
kept <- ard[!is.na(ard$stat), c("row", "stat")]
writeLines(jsonlite::toJSON(kept, digits = NA))
"""
WITH_CARDS = """
library(cards)
ard <- dplyr::as_tibble(jsonlite::fromJSON(commandArgs(TRUE)[1]))
texts <- is.na(ard$stat)
ard$stat <- ifelse(texts, as.list(ard$stat_text), as.list(ard$stat))
lists <- c(grep("_level$", names(ard), value = TRUE), "fmt_fun", "warning", "error")
lists <- intersect(names(ard), lists)
ard[lists] <- lapply(ard[lists], function(x) lapply(x, function(y) if (is.na(y)) NULL else y))
ard <- tidy_ard_column_order(as_card(ard, check = FALSE))
check_ard_structure(ard)
kept <- ard[!texts, ]
rows <- seq_len(nrow(kept))
found <- data.frame(row = kept$row, stat = vapply(rows, function(i) kept$stat[[i]], 0))
writeLines(jsonlite::toJSON(found, digits = NA))
"""


def needs_r(*packages: str) -> None:
    """Skip a test, with the reason, where R or a package of it is not installed."""
    if not shutil.which("Rscript"):
        pytest.skip("R is not installed")
    for package in packages:
        code = f'quit(status = !requireNamespace("{package}", quietly = TRUE))'
        if subprocess.run(["Rscript", "-e", code], capture_output=True, check=False).returncode:
            pytest.skip(f"the R package {package} is not installed")


@pytest.mark.parametrize(
    ("program", "packages"),
    [(PLAIN_R, ["jsonlite"]), (WITH_CARDS, ["jsonlite", "dplyr", "cards"])],
    ids=["jsonlite", "cards"],
)
def test_r_reads_the_same_numbers(written, tmp_path, program, packages):
    needs_r(*packages)
    frame, path = written
    script = tmp_path / "read.R"
    script.write_text(program, encoding="utf-8")
    done = subprocess.run(
        ["Rscript", str(script), str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = {each["row"]: each["stat"] for each in json.loads(done.stdout.splitlines()[-1])}
    numbers = frame[frame["stat"].notna()].set_index("row")["stat"]
    assert found == pytest.approx(numbers.to_dict(), rel=1e-14, abs=0)


def test_lines_of_json_are_one_a_statistic():
    text = json_lines(
        [{"row": "a", "stat": 0.1, "error": None}, {"row": "b"}], ["row", "stat", "error"]
    )
    assert text == '[\n{"row": "a", "stat": 0.1},\n{"row": "b"}\n]\n'
