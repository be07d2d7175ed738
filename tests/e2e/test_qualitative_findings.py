"""Findings of the shipped study, counted again from its raw files; what the report says of them."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest
from lxml import html

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "studies" / "moments" / "data"


def raw(name: str, encoding: str = "utf-8") -> list[dict[str, str]]:
    """Return the rows of a raw file, read without the product."""
    with open(DATA / name, encoding=encoding, newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def people() -> dict[str, str]:
    """Return document -> person, of the interviews that were held."""
    register = raw("interview_register.csv", "cp1252")
    held = [row for row in register if row["Status"] == "Interviewed"]
    return {row["Document"]: f"{row['Role'].lower()}_{row['No']}" for row in held}


@pytest.fixture(scope="module")
def found(people) -> dict[tuple[str, str], dict[str, set[str]]]:
    """Return theme or category -> coder -> people in whom the coder found it."""
    above = {row["code"]: (row["theme"], row["category"]) for row in raw("codebook.csv")}
    found: dict = defaultdict(lambda: defaultdict(set))
    for coder in ("r1", "r2"):
        for row in raw(f"codings_{coder}.csv"):
            if row["code"] in above:
                theme, category = above[row["code"]]
                for entry in (theme, f"{theme}.{category}"):
                    found[entry][coder].add(people[row["document"]])
    return found


def text_of(run, section: str) -> str:
    """Return the words of a section of the report."""
    page = html.document_fromstring((run.results / "report/report.html").read_text("utf-8"))
    return " ".join(page.get_element_by_id(section).text_content().split())


def test_the_report_says_that_12_of_24_people_and_2_of_11_women_are_quoted(moments, people):
    quoted = {people[row["document"]] for row in raw("quotations.csv")}
    women = {person for person in quoted if person.startswith("woman")}
    assert (len(quoted), len(set(people.values())), len(women)) == (12, 24, 2)
    rows = moments.by_row("quotation_balance")
    assert (rows["all"]["quoted"], rows["all"]["interviewed"]) == ("12", "24")
    assert (rows["role.woman"]["quoted"], rows["role.woman"]["interviewed"]) == ("2", "11")
    said = text_of(moments, "quotation-balance")
    assert "Of the 24 people interviewed, 24 have a coded passage and 12 are quoted" in said
    assert "woman 2 of 11" in said


def test_quotations_are_under_their_theme_by_as_many_coders_as_the_raw_codings_say(moments):
    theme_of = {row["code"]: row["theme"] for row in raw("codebook.csv")}
    rows = moments.by_row("quotation_balance")
    for each in raw("quotations.csv"):
        start, end = int(each["start"]), int(each["end"])
        coders = {
            coder
            for coder in ("r1", "r2")
            for row in raw(f"codings_{coder}.csv")
            if row["document"] == each["document"]
            and theme_of.get(row["code"]) == each["theme"]
            and int(row["start"]) < end
            and int(row["end"]) > start
        }
        assert rows[f"quotation.q{each['quotation']}"]["coders"] == str(len(coders))


def test_each_theme_and_category_is_in_as_many_people_as_the_raw_codings_say(moments, found):
    rows = moments.by_row("fragility")
    everybody = {row["case"] for row in moments.table("framework_matrix")}
    for entry, by_coder in found.items():
        together = set().union(*by_coder.values())
        assert int(rows[f"found.{entry}"]["n"]) == len(together), entry
        for coder, alone in by_coder.items():
            assert int(rows[f"found.{entry}.alone.{coder}"]["n"]) == len(alone)
        for person in everybody:
            without = rows[f"found.{entry}.without.{person}"]
            assert int(without["n"]) == len(together - {person})


def test_the_matrix_has_the_summaries_of_people_and_no_others(moments):
    with open(ROOT / "studies/moments/people/framework.csv", encoding="utf-8") as stream:
        written = {f"{r['case']}.{r['theme']}": r["summary"] for r in csv.DictReader(stream)}
    rows = moments.by_row("framework_matrix")
    assert {name: row["summary"] for name, row in rows.items() if row["summary"]} == written
    assert {row["state"] for row in rows.values()} == {"found", "absent", "not asked"}


def test_no_word_of_change_where_the_people_differ(moments):
    states = {name: row["state"] for name, row in moments.by_row("stage_people").items()}
    assert states["role.woman"] == states["role.mentor"] == "different people"
    assert states["role.midwife"] == "same people"
    said = text_of(moments, "interviews")
    different = "at which different people were interviewed is not a change in anybody"
    assert f"A difference between stages {different}" in said
