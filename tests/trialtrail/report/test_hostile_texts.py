"""HTML, CSS, SVG and Jinja in data are text; rendering opens no foreign file and no socket."""

from __future__ import annotations

import csv
import sys
from copy import deepcopy
from pathlib import Path

import pytest
from lxml import html

from tests.trialtrail.report import fake_study
from trialtrail.report.pdf import pdf_of
from trialtrail.report.render import Material, make_report

HOSTILE = (
    "<script>alert(1)</script>",
    "</style><style>@import url(http://evil.example/a.css);</style>",
    "{{ 7*7 }}{% include '/etc/passwd' %}",
    "<img src=http://evil.example/a.png onerror=alert(1)>",
    "<svg onload=alert(1)><image href='file:///etc/passwd'/></svg>",
    "<link rel=stylesheet href='file:///etc/passwd'>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "url(file:///etc/passwd)",
)
OPENED: list[str] = []
WATCHING = [False]


def _watch(event: str, arguments: tuple) -> None:
    if WATCHING[0] and event.startswith("socket."):
        OPENED.append(event)
    if WATCHING[0] and event == "open" and isinstance(arguments[0], str | bytes):
        OPENED.append(str(arguments[0]))


@pytest.fixture
def watched():
    """Record what is opened, files and sockets, from here on."""
    if not getattr(sys, "_watched_by_hostile_texts", False):
        sys.addaudithook(_watch)
        sys._watched_by_hostile_texts = True
    OPENED.clear()
    WATCHING[0] = True
    yield OPENED
    WATCHING[0] = False


def poisoned(folder: Path, text: str) -> list[Path]:
    """Return the invented study's tables with a text in each label that says what a row is of."""
    paths = []
    for path in fake_study.tables("summaries", "estimates", "arms"):
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        for row in rows:
            for column in {"label", "unit", "note"} & row.keys():
                row[column] = text if row[column] else ""
        paths.append(folder / path.name)
        with paths[-1].open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return paths


@pytest.mark.parametrize("unpublished", [None, ()], ids=["restricted", "public"])
def test_what_data_hold_is_printed_as_text(tmp_path, watched, unpublished):
    text = " ".join(HOSTILE)
    study = deepcopy(fake_study.STUDY)
    study["arms"][1]["label"] = study["subtitle"] = text
    report = make_report(
        Material(
            templates=fake_study.TEMPLATES,
            tables=poisoned(tmp_path, text),
            figures=[],
            texts=[],
            study=study,
            labels=fake_study.LABELS,
            unpublished=unpublished,
        )
    )
    tree = html.document_fromstring(report.html)
    assert text in " ".join(tree.text_content().split()) or text in tree.text_content()
    assert not tree.xpath("//img | //link | //image | //iframe | //object | //base | //embed")
    assert not [each for each in tree.xpath("//script") if "alert" in (each.text or "")]
    assert not tree.xpath("//@onload | //@onerror")
    assert not [style for style in tree.xpath("//style/text()") if "evil" in style]
    pages = report.print_pages["report"]
    assert "evil" not in "".join(html.document_fromstring(pages).xpath("//style/text()"))
    pdf_of(pages, [])
    assert watched, "the audit hook saw nothing at all"
    foreign = [name for name in watched if "/etc/passwd" in name or name.startswith("socket.")]
    assert foreign == []
