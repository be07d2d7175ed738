"""The page of figures is what the benchmarks measured, and nothing else."""

import pytest

from benchmarks.render import PAGE, by_stage, exponent, load, page


def test_the_page_says_what_was_measured():
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m benchmarks.render writes it"


def test_every_stage_is_in_the_growth():
    sizes = load("growth")["rounds"]
    assert {"women", "transcripts", "outcomes"} == {size["what"] for size in sizes}
    for size in sizes:
        assert next(iter(by_stage(size))) == "validate"
        assert list(by_stage(size))[-1] == "audit"


def test_an_exponent_is_that_of_a_power():
    assert exponent(2.0, 2.0 * 10**1.5, 10) == pytest.approx(1.5)
    assert exponent(0.001, 2.0, 10) is None
