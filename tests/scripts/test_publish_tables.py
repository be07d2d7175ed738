"""The public tables: suppressed by one rule, nothing withheld is written, the rest is named."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from trialtrail import ROOT
from trialtrail.errors import StudyError
from trialtrail.results.disclosure import MARK

from scripts import publish_tables

EXPECTED = ROOT / "tests" / "expected"
CHOSEN = {"tables": ["arms", "estimates", "summaries"], "minimum": 5, "rounding": 1}


def job(folder: Path, chosen=CHOSEN):
    names = ["arms", "estimates", "summaries", "quotations"]
    outputs = [str(folder / f"{name}.csv") for name in chosen["tables"]]
    given = {"tables": [str(EXPECTED / f"{name}.csv") for name in names]}
    made = {"tables": outputs, "unpublished": str(folder / "unpublished.json")}
    return type(
        "J",
        (),
        {
            "input": type("I", (), given),
            "output": type("O", (), made),
            "params": type("P", (), {"chosen": chosen}),
        },
    )


def cells(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["row"]: row for row in csv.DictReader(stream)}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("public")
    publish_tables.main(job(folder))
    return folder


def test_no_table_tells_what_another_withholds_in_the_shipped_study(shipped):
    """149 and 138 were the n of an outcome, 171 - 168 showed 3 missing."""
    summaries, arms = cells(shipped / "summaries.csv"), cells(shipped / "arms.csv")
    for arm in ("control", "peer_mentoring"):
        line = summaries[f"flow.sf36.{arm}"]
        outcome = arms[f"sf36_pf.{arm}"]
        same = cells(EXPECTED / "arms.csv")[f"sf36_pf.{arm}"]["n_with_data"]
        assert (line["n"] == MARK) == (outcome["n_with_data"] == MARK)
        told = [row for row in arms.values()
                if row["outcome"].startswith("sf36_pf") and row["n_with_data"] == same]  # fmt: skip
        assert line["n"] != MARK or told == []
        assert outcome["mean"] != MARK, "the result stays"
    alcohol = summaries["baseline.alcohol.control"]
    assert (alcohol["denominator"], alcohol["percent"]) == (MARK, MARK)
    restricted = cells(EXPECTED / "summaries.csv")
    for name, row in restricted.items():
        if row["n"] and row["table"] != "contacts" and 0 < float(row["n"]) < 5:
            assert summaries[name]["n"] == MARK, name


def test_other_tables_are_named_and_not_written(shipped):
    assert json.loads((shipped / "unpublished.json").read_text()) == ["quotations"]
    assert not (shipped / "quotations.csv").exists()


def test_a_withheld_number_is_never_written():
    table = publish_tables.published([EXPECTED / "summaries.csv"], ["summaries"], 5, 1)
    (found,) = table.values()
    whole = publish_tables.told(type(found)(found.columns, found.rows))
    with pytest.raises(StudyError, match="withheld stands in the public table"):
        publish_tables.check_told("summaries.csv", whole, found)


def test_counts_that_are_told_are_rounded_and_their_shares_with_them(tmp_path):
    publish_tables.main(job(tmp_path, {**CHOSEN, "rounding": 5}))
    row = cells(tmp_path / "summaries.csv")["flow.declined"]
    assert (row["n"], row["denominator"]) == ("190", "535")
    assert float(row["percent"]) == pytest.approx(100 * 190 / 535)
    for row in cells(tmp_path / "arms.csv").values():
        for column in ("n_randomised", "n_with_data", "events"):
            assert row[column] in ("", MARK) or float(row[column]) % 5 == 0
