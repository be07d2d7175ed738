"""Files as programs of many makers export them, and what a right study.yaml says of each.

All rows are drawn with seeds: no person is described. Each maker writes the files of one small
trial into a folder, with the oddities that its program leaves in real exports, and returns a
`FirstFile`: the paths, the answers that a person would give to `trialtrail new`, and the truth.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from first_files_drawn import Answered, FirstFile, Truth
from first_files_of_programs import excel, parquet, r_frame, sas, spss, stata
from first_files_of_surveys import kobo, limesurvey, qualtrics, redcap
from first_files_of_text import (
    castor,
    french_spreadsheet,
    german_spreadsheet,
    google_form,
    jamovi,
    three_arms_tabs,
)

__all__ = ["MAKERS", "Answered", "FirstFile", "Truth"]

MAKERS: dict[str, Callable[[Path], FirstFile]] = {
    maker.__name__: maker
    for maker in (
        *(
            german_spreadsheet,
            excel,
            spss,
            stata,
            sas,
            r_frame,
            redcap,
            qualtrics,
            limesurvey,
            kobo,
        ),
        *(three_arms_tabs, google_form, jamovi, castor, french_spreadsheet, parquet),
    )
}
"""Each maker under its name."""
