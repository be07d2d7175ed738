"""The contract of the dataset `coded_answers`: what coders marked in answers in free words."""

import pandera.pandas as pa

from schemas.base import Date, Text, Whole, column


class CodedAnswers(pa.DataFrameModel):
    """One row is one code that one coder gave to one answer in free words, or to a part of it.

    Offsets are code points in the answer; the end is not part of what is coded.
    """

    response_id: Text = column("Response", "Number given by the questionnaire's program")
    item: Text = column("Item", "Item of the questionnaire")
    code: Text = column("Code", "Code given by the coder")
    category: Text = column("Category", "Category of the code, from the codebook", nullable=True)
    theme: Text = column("Theme", "Theme of the code, from the codebook", nullable=True)
    coder: Text = column("Coder", "Who gave the code")
    coded_on: Date = column("Coded on", "Day of the coding", nullable=True)
    start: Whole = column("Start", "First character, counted in code points from 0", ge=0)
    end: Whole = column("End", "Character after the last", ge=1)
    text: Text = column("Text", "What the answer says from start to end")
    from_export: Text = column("Export", "Export of the record", alias="_export", nullable=True)
    from_file: Text = column("File", "Raw file of the record", alias="_file", nullable=True)
    from_line: Whole = column("Line", "Line of the record", alias="_line", nullable=True)

    class Config:
        """Exactly these columns, in this order; a coder gives a code to a part once."""

        strict = True
        ordered = True
        unique = ("response_id", "item", "code", "coder", "start", "end")
