"""Texts of figures in a PDF are laid out whole."""

import pytest
from weasyprint import HTML
from weasyprint.svg import Node
from weasyprint.text import line_break

from trialtrail.report.drawing import is_right_to_left
from trialtrail.report.pdf_figures import whole_texts

ARABIC = "الوزن عند الولادة"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="40" viewBox="0 0 200 40">'
    '<text x="100" y="20" text-anchor="end">{text}</text></svg>'
)


def laid_out(monkeypatch, text):
    """Return the texts that are laid out one by one for a figure with a text."""
    found, split = [], line_break.split_first_line
    monkeypatch.setattr(
        line_break, "split_first_line", lambda said, *more: found.append(said) or split(said, *more)
    )
    HTML(string=SVG.format(text=text)).write_pdf()
    monkeypatch.undo()
    return found[1:]  # the first tells the size of the whole


def test_a_text_is_one_piece_only_within(monkeypatch):
    assert laid_out(monkeypatch, ARABIC) == list(ARABIC)
    with whole_texts():
        assert laid_out(monkeypatch, ARABIC) == [ARABIC]
    assert laid_out(monkeypatch, "ab") == ["a", "b"]


def test_letters_that_are_placed_one_by_one_stay_so(monkeypatch):
    with whole_texts():
        assert laid_out(monkeypatch, '<tspan dx="1 2">ab</tspan>')[-2:] == ["a", "b"]


def test_the_library_is_left_as_it_was_where_a_layout_fails():
    before = Node.text
    with pytest.raises(RuntimeError), whole_texts():
        raise RuntimeError
    assert Node.text is before


@pytest.mark.parametrize(("text", "found"), [(ARABIC, True), ("עברית", True), ("12 出生", False)])
def test_scripts_from_right_to_left_are_known(text, found):
    assert is_right_to_left(text) is found
