"""HTML, CSS, SVG and Jinja in data are text; rendering opens no foreign file and no socket."""

from __future__ import annotations

import csv
import io
import json
import socket
import sys
import tempfile
import zipfile
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html

from tests.trialtrail.report import fake_study
from trialtrail import ROOT
from trialtrail.report.pdf import pdf_of
from trialtrail.report.render import Material, make_report
from trialtrail.report.word.document import word_document

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
XLINK = {"xlink": "http://www.w3.org/1999/xlink"}
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
    assert foreign(watched, tmp_path) == []


def foreign(opened: list[str], folder: Path) -> list[str]:
    """Return the sockets, and the files outside the project, the interpreter and the fonts."""
    own = [ROOT, folder, tempfile.gettempdir(), sys.prefix, sys.base_prefix]
    own += ["/usr/share", "/usr/lib", "/usr/local", "/lib", "/etc/fonts", "/var/cache/fontconfig"]
    own += ["/dev/null", "/proc/self", Path.home() / ".cache" / "fontconfig", "/etc/mime.types"]
    folders = [Path(each).resolve() for each in own]
    found = [name for name in opened if name.startswith("socket.")]
    for name in {name for name in opened if not name.startswith("socket.")}:
        path = Path(name).resolve()
        if not any(path.is_relative_to(each) for each in folders):
            found.append(name)
    return found


def test_the_watch_finds_what_is_foreign(tmp_path, watched):
    """The other tests could not fail if it did not."""
    Path("/etc/passwd").read_bytes()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", 9), timeout=1)
    found = foreign(watched, tmp_path)
    assert "/etc/passwd" in found
    assert any(each.startswith("socket.") for each in found)


def check_is_text(tree, text: str) -> None:
    """Stop if a hostile text is anything else than words of the page."""
    assert "alert(1)" in tree.text_content()
    assert not tree.xpath("//main//img | //main//link | //image | //iframe | //object | //embed")
    assert not [each for each in tree.xpath("//main//script")]
    assert not tree.xpath("//@onload | //@onerror")
    assert not [style for style in tree.xpath("//style/text()") if "evil" in style]
    loaded = tree.xpath("//@src | //*[not(self::a)]/@href | //@xlink:href", namespaces=XLINK)
    assert not [each for each in loaded if "evil" in each or "passwd" in each]
    # An address within a work that is cited is a link, as in any list of references.
    listed = tree.xpath("//ol[contains(@class, 'references')]//a/@href")
    links = set(tree.xpath("//a/@href")) - set(listed)
    assert not [each for each in links if "evil" in each or "passwd" in each]
    assert not [each for each in listed if not each.startswith(("#", "http://", "https://"))]
    assert "{{ 7*7 }}" in text or "49" not in tree.text_content()


def in_table(folder: Path, name: str, columns: dict[str, str]) -> Path:
    """Write an invented table again with other texts in some columns."""
    with (fake_study.TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row | columns for row in csv.DictReader(stream)]
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_what_people_said_and_cited_is_printed_as_text(tmp_path, watched):
    """Quotations, names of codes and works; the page, the Word file."""
    text = " ".join(HOSTILE)
    own = {"quotations": {"text": text}, "disagreements": {"label": text}}
    tables = [path for path in fake_study.tables() if path.stem not in own]
    tables += [in_table(tmp_path, name, columns) for name, columns in own.items()]
    works = [{"id": "cited", "type": "book", "title": text, "author": [{"family": HOSTILE[0]}]}]
    (tmp_path / "works.json").write_text(json.dumps(works))
    cites = fake_study.write_text(tmp_path, "methods.md", "As others did [@cited].")
    report = make_report(
        Material(
            templates=fake_study.TEMPLATES,
            tables=tables,
            figures=[],
            texts=[cites],
            study=fake_study.STUDY,
            claims=fake_study.CLAIMS,
            sources=fake_study.SOURCES,
            labels=fake_study.LABELS,
            references=tmp_path / "works.json",
        )
    )
    for page in (report.html, *report.print_pages.values()):
        check_is_text(html.document_fromstring(page), text)
    written = word_document(report.print_pages["report"], [], [])
    with zipfile.ZipFile(io.BytesIO(written)) as package:
        parts = [package.read(name) for name in package.namelist() if name.endswith(".rels")]
    targets = [each for part in parts for each in html.fromstring(part).iter("relationship")]
    loaded = [each for each in targets if not each.get("type", "").endswith("/hyperlink")]
    assert loaded
    assert not [each for each in loaded if each.get("targetmode") == "External"]
    assert foreign(watched, tmp_path) == []


@pytest.mark.parametrize("edition", [None, "Restricted: for <b>few</b>"])
def test_the_words_of_an_edition_stand_on_the_first_page_of_the_restricted_one(edition):
    study = fake_study.STUDY | ({"edition": edition} if edition else {})
    plain = {"labels": fake_study.LABELS, "study": study, "figures": [], "texts": []}
    known = Material(fake_study.TEMPLATES, fake_study.tables("flow"), **plain)
    pages = {
        is_public: html.document_fromstring(
            make_report(replace(known, unpublished=() if is_public else None)).html
        ).text_content()
        for is_public in (False, True)
    }
    assert ("Restricted: for <b>few</b>" in pages[False]) == bool(edition)
    assert "Restricted: for" not in pages[True]
