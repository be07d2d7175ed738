"""The Word file of the public edition: the words of its page, marks in place, no picture."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from trialtrail import ROOT

from scripts import write_public_word_report

PAGE = """<!DOCTYPE html><html lang="en-GB"><head><title>T</title></head><body><main>
<header id="title-report"><h1>T</h1></header>
<section id="a"><h2><span class="number">1</span> Flow</h2>
<p>Of <b data-n="x">172</b> walkers, <span class="withheld">[c]</span> declined.</p></section>
</main></body></html>"""


def test_the_file_has_the_marks_of_its_page(tmp_path: Path):
    (tmp_path / "report.html").write_text(PAGE)
    fonts = sorted(map(str, (ROOT / "templates" / "fonts").glob("*.ttf")))
    given = type("I", (), {"page": str(tmp_path / "report.html"), "fonts": fonts})
    made = type("O", (), {"document": str(tmp_path / "report.docx")})
    write_public_word_report.main(type("J", (), {"input": given, "output": made}))
    with zipfile.ZipFile(io.BytesIO((tmp_path / "report.docx").read_bytes())) as package:
        names = package.namelist()
        text = package.read("word/document.xml").decode()
    assert "[c]" in text
    assert "172" in text
    assert not [name for name in names if "media" in name]
