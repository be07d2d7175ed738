"""The public edition as pages: marks for what is withheld, nothing of unpublished tables."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from lxml import html

from tests.trialtrail.report import fake_study
from trialtrail.errors import StudyError
from trialtrail.report.public_gate import RULE, Gate, check_attached
from trialtrail.results.disclosure import MARK, suppress

from scripts import lay_out_public_document, render_public_report

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
        assert not [link for link in tree.xpath("//@href | //@src") if "lineage" in link]


def tables_of(folder: Path) -> list[Path]:
    return [path for name in PUBLIC if (path := folder / f"{name}.csv").is_file()]


def register(folder: Path) -> list[dict[str, str]]:
    with (folder / "numbers.out").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def withheld_cell(folder: Path) -> tuple[str, str, str]:
    with (folder / "summaries.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["n"] == MARK]
    return "summaries", rows[0]["row"], "n"


def test_the_gate_lets_the_edition_pass_and_no_withheld_number(edition):
    rows = register(edition)
    gate = Gate(tables_of(edition), rows)
    page = (edition / "html.out").read_text()
    gate.check_page(page, "html")
    first = rows[0]
    told = dict(zip(("table", "row", "column"), withheld_cell(edition), strict=True))
    unknown = {"table": "quotations", "row": "q1", "column": "words"}
    for false in (first | told, first | unknown, first | {"value": "3"}):
        with pytest.raises(StudyError, match=r"withheld|no published row"):
            Gate(tables_of(edition), [false])


def other_number(tree):
    number = tree.xpath("//main//*[@data-n and not(*)]")[0]
    number.text = "3"


def unregistered(tree):
    tree.xpath("//main//*[@data-n]")[0].set("data-n", "quotations#q1/words")


def entry_of_a_withheld_cell(tree):
    entry = tree.xpath("//*[@id='origins']//dd")[0]
    entry.find("b").text = "3"
    if entry.find("i") is not None:
        entry.find("i").text = "3"


def drawing(tree):
    tree.xpath("//main/section")[0].append(html.fragment_fromstring("<svg></svg>"))


DAMAGES = [other_number, unregistered, entry_of_a_withheld_cell, drawing]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_the_gate_stops_a_page_that_tells_more(edition, damage):
    tree = html.document_fromstring((edition / "html.out").read_text())
    damage(tree)
    gate = Gate(tables_of(edition), register(edition))
    with pytest.raises(StudyError) as refused:
        gate.check_page(html.tostring(tree, encoding="unicode"), "html")
    assert refused.value.rule == RULE


def test_only_published_files_are_attached(edition):
    tables = tables_of(edition)
    numbers = edition / "numbers.out"
    files = lay_out_public_document.attached(numbers, tables)
    check_attached(files, [numbers, *tables])
    whole = Path(next(p for p in fake_study.tables() if p.stem == "summaries"))
    for bad in (whole, next(p for p in fake_study.tables() if p.stem not in PUBLIC)):
        wrong = lay_out_public_document.attached(numbers, [bad])
        with pytest.raises(StudyError, match="no published file"):
            check_attached(wrong, [numbers, *tables])


def test_an_attacker_who_reads_page_and_register_has_what_the_tables_tell(edition):
    """Every printed number, means and shares too, is the public cell of its address."""
    known = {}
    for path in tables_of(edition):
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                known |= {(path.stem, row["row"], column): cell for column, cell in row.items()}
    entries = {}
    tree = html.document_fromstring((edition / "html.out").read_text())
    for heading in tree.xpath("//*[@id='origins']/h3"):
        row = ""
        for each in heading.getnext():
            if each.tag == "dt":
                row = each.text
            else:
                value = each.findtext("i") or each.findtext("b")
                entries[Path(heading.text).stem, row, each.text.strip()] = value
    read = {(e["table"], e["row"], e["column"]): e["value"] for e in register(edition)}
    assert len(read) > 50
    assert entries == read
    assert {place: known[place] for place in read} == read
    assert MARK not in read.values()


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
