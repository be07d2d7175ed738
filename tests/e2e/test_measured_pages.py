"""The pages of the shipped study's two documents, laid out once each and measured.

In every run `tests/trialtrail/report/test_extreme_studies.py` measures the pages of made extremes.
"""

import pytest

from tools.measure_layout import lay_out, measure
from trialtrail import ROOT

FONTS = sorted((ROOT / "templates" / "fonts").glob("*.woff2"))


@pytest.mark.nightly
@pytest.mark.parametrize("document", ["report", "supplement"])
def test_no_page_of_the_shipped_study_has_a_fault(moments, document):
    page = moments.results / "report" / "print" / f"{document}.html"
    pages = measure(lay_out(page.read_text(encoding="utf-8"), FONTS))
    assert not {page.number: page.problems() for page in pages if page.problems()}
