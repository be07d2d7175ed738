"""The first page of the results: by itself, the same bytes again, and with what the study says."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from scripts import introduce_results

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
PARTS = ("text", "journal", "folder", "records", "graph", "seal", "signature", "page")


@pytest.fixture
def page(tmp_path):
    """Return the function that makes the page of a study and returns its text."""

    def make(**told) -> str:
        params = {"title": "A study", "synthetic": False, "published_digest": ""} | told
        inputs = SimpleNamespace(
            template=TEMPLATES / "first_page.html.j2",
            styles=[TEMPLATES / "lineage.css", TEMPLATES / "first_page.css"],
            scripts=[TEMPLATES / f"check_{part}.js" for part in PARTS],
        )
        output = SimpleNamespace(page=tmp_path / "index.html")
        introduce_results.main(
            SimpleNamespace(input=inputs, output=output, params=SimpleNamespace(**params))
        )
        return output.page.read_text("utf-8")

    return make


def script_of(text: str) -> str:
    return re.search(r"<script>(.*)</script>", text, re.DOTALL)[1]


def test_the_page_loads_and_sends_nothing(page):
    text = page()
    digest = base64.b64encode(hashlib.sha256(script_of(text).encode()).digest()).decode()
    assert f"default-src 'none'; script-src 'sha256-{digest}'" in html.unescape(text)
    assert text.count(f"sha256-{digest}") == 2  # in the policy, and for the reader to compare
    assert not re.search(r"https?://", text)
    assert not re.search(r"fetch\(|XMLHttpRequest|WebSocket|sendBeacon|innerHTML|eval\(", text)


def test_the_script_is_the_same_for_every_study_and_the_page_for_the_same_study(page):
    one, other = page(title="One"), page(title="Other <b>", published_digest="doi:10.1/x")
    assert script_of(one) == script_of(other)
    assert "Other &lt;b&gt;" in other
    assert page(title="One") == one


def test_where_the_digest_is_published_is_what_the_study_says(page):
    assert "The study does not say where." in page()
    text = page(published_digest="The registration <of the trial>")
    assert "The registration &lt;of the trial&gt;" in text
    assert "does not say where" not in text
    assert "synthetic" in page(synthetic=True)
    assert "synthetic" not in page()
