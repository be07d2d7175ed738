"""The libraries that lay out the PDF: named in the record, installed, and refused where old."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from weasyprint.text import ffi

from trialtrail import ROOT
from trialtrail.errors import StudyError
from trialtrail.report import pdf
from trialtrail.report.fonts import inlined
from trialtrail.report.pdf_libraries import PACKAGE, pdf_libraries, require_same_fonts


class Old:
    """HarfBuzz before it could reduce fonts."""

    def hb_version_atleast(self, *oldest: int) -> bool:
        return oldest <= (4, 0, 0)


def test_the_versions_are_those_of_the_libraries():
    found = pdf_libraries()
    assert set(found) == {"Pango", "HarfBuzz", "fontconfig"}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in found.values())
    major, minor, micro = map(int, found["Pango"].split("."))
    assert ffi.pango.pango_version() == 10_000 * major + 100 * minor + micro
    assert ffi.harfbuzz.hb_version_atleast(*map(int, found["HarfBuzz"].split(".")))


@pytest.mark.parametrize(("part", "instead"), [("harfbuzz_subset", None), ("harfbuzz", Old())])
def test_no_pdf_is_made_whose_fonts_hold_the_time(monkeypatch, tmp_path, part, instead):
    require_same_fonts()
    monkeypatch.setattr(ffi, part, instead)
    with pytest.raises(StudyError) as refused:
        pdf.write_pdf("<html></html>", tmp_path / "report.pdf", [])
    said = refused.value.text()
    assert "so that the same results give the same bytes" in said
    assert f"sudo apt-get install {PACKAGE}" in said
    assert not (tmp_path / "report.pdf").exists()


@pytest.mark.parametrize("whole", [True, False])
def test_the_set_up_installs_what_is_missing(tmp_path, whole):
    """With an environment that is set up, whose check of the library says yes or no."""
    for name in ("tools/setup.sh", "requirements/lock.txt", "pyproject.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    environment, programs = tmp_path / ".venv", tmp_path / "programs"
    (environment / "bin").mkdir(parents=True)
    programs.mkdir()
    asked, called = "require_same_fonts", tmp_path / "called"
    stand_ins = {
        environment / "bin/python": f'case "$*" in *{asked}*) exit {0 if whole else 1};; esac',
        programs / "apt-get": f'echo "$@" >> "{called}"',
        programs / "sudo": '[ "$1" = -n ] && shift; "$@"',
    }
    for path, text in stand_ins.items():
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
    sums = [
        subprocess.run(["cksum"], stdin=(tmp_path / name).open(), capture_output=True, check=True)
        for name in ("requirements/lock.txt", "pyproject.toml")
    ]
    lock, project = (" ".join(done.stdout.decode().split()) for done in sums)
    stamp = f"requirements/lock.txt {lock} {project} {tuple(sys.version_info[:3])}\n"
    (environment / ".trialtrail-lock").write_text(stamp)
    base = getattr(sys, "_base_executable", sys.executable)
    around = {"PATH": f"{programs}:/usr/bin:/bin", "PYTHON": base}
    command = ["sh", str(tmp_path / "tools/setup.sh")]
    done = subprocess.run(command, env=around, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    if whole:
        assert not called.exists(), called.read_text()
    else:
        assert f"{PACKAGE}" in called.read_text().splitlines()[-1]
        assert "for the PDF (WeasyPrint)" in done.stderr


def test_no_font_that_a_page_carries_is_decompressed(monkeypatch, tmp_path):
    """It would take most of a second; a confined job can list no folder to find the plain ones."""
    from fontTools.ttLib import woff2

    fonts = sorted((ROOT / "templates" / "fonts").glob("*.woff2"))
    face = f"@font-face {{ font-family: A; src: url({fonts[0].name}) }} p {{ font-family: A }}"
    style = inlined(face, fonts[0].parent)
    head = f"<head><title>A</title><style>{style}</style></head>"
    page = f'<html lang="en">{head}<body><p>Words</p></body></html>'
    asked = []
    decompress = woff2.decompress
    monkeypatch.setattr(woff2, "decompress", lambda *given: [asked.append(1), decompress(*given)])
    monkeypatch.setattr(Path, "glob", lambda *_: [])
    pdf.write_pdf(page, tmp_path / "one.pdf", fonts)
    assert asked == []
    pdf.write_pdf(page, tmp_path / "other.pdf", [])
    assert asked == [1]
