"""The public edition as pages: marks for what is withheld, nothing of unpublished tables."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from lxml import html

from tests.trialtrail.report import fake_study
from trialtrail.results.disclosure import MARK, suppress

from scripts import render_public_report

PUBLIC = ("arms", "estimates", "summaries")


def public_tables(folder: Path) -> list[str]:
    """Write the invented study's tables as they may be published; return their paths."""
    tables = {}
    for path in fake_study.tables():
        if path.stem in PUBLIC:
            with path.open(encoding="utf-8", newline="") as stream:
                columns, *rows = csv.reader(stream)
            tables[path.name] = (columns, rows)
    paths = []
    for name, table in suppress(tables).items():
        with (folder / name).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows([table.columns, *table.released()])
        paths.append(str(folder / name))
    return paths


@pytest.fixture(scope="module")
def edition(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("public")
    text = folder / "flow.md"
    text.write_text(
        "Of {{ n('flow#randomised/n') }} walkers, {{ n('claims#walkers/reproduced_value') }} are"
        " in {{ ref('table:claims') }}.\n"
    )
    unpublished = [p.stem for p in fake_study.tables() if p.stem not in PUBLIC]
    (folder / "unpublished.json").write_text(json.dumps(unpublished))
    names = ("html", "numbers", "report", "supplement")
    outputs = {name: str(folder / f"{name}.out") for name in names}
    inputs = {
        "template": str(fake_study.TEMPLATES / "report.html.j2"),
        "templates": [],
        "tables": public_tables(folder),
        "unpublished": str(folder / "unpublished.json"),
        "texts": [str(text)],
    }
    params = {"study": fake_study.STUDY, "level": 0.95, "labels": fake_study.LABELS}
    parts = {"input": inputs, "output": outputs, "params": params}
    job = type("J", (), {name: type("N", (), part) for name, part in parts.items()})
    render_public_report.main(job)
    return folder


def test_the_edition_says_what_it_is_and_what_is_withheld(edition):
    tree = html.document_fromstring((edition / "html.out").read_text())
    text = tree.text_content()
    assert "Public edition" in text
    assert MARK in text
    assert "Withheld from the public edition" in text
    assert "walkers, [c] are in (a table that is withheld)" in text


def test_the_register_has_no_number_of_a_withheld_cell_or_of_an_unpublished_table(edition):
    with (edition / "numbers.out").open(encoding="utf-8", newline="") as stream:
        numbers = list(csv.DictReader(stream))
    assert numbers
    tables = {}
    for name in PUBLIC:
        path = edition / f"{name}.csv"
        if path.is_file():
            with path.open(encoding="utf-8", newline="") as stream:
                rows = list(csv.DictReader(stream))
            tables[name] = {next(iter(row.values())): row for row in rows}
    for each in numbers:
        assert tables[each["table"]][each["row"]][each["column"]] == each["value"] != MARK


def test_no_number_leads_to_the_lineage_which_is_not_published(edition):
    for name in ("html", "report", "supplement"):
        tree = html.document_fromstring((edition / f"{name}.out").read_text())
        links = tree.xpath("//a[@data-n]/@href")
        if name != "html":
            assert not links
        # On the page for a screen a number leads to its entry within the page.
        assert all(link.startswith("#") for link in links)
        assert {link[1:] for link in links} <= {*tree.xpath("//@id")}
        assert not re.search(r"lineage/index\.html", (edition / f"{name}.out").read_text())


def test_the_restricted_edition_has_no_mark():
    from trialtrail.report.render import Material, make_report

    known = Material(
        templates=fake_study.TEMPLATES,
        tables=[path for path in fake_study.tables() if path.stem in PUBLIC],
        figures=[],
        texts=[],
        study=fake_study.STUDY,
        labels=fake_study.LABELS,
    )
    page = make_report(known).html
    assert MARK not in page
    assert "Public edition" not in page
