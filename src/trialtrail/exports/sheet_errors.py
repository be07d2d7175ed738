"""Errors that a spreadsheet program writes in the place of a value, in the languages it speaks.

`#N/A` of an English Excel is `#NV` of a German one, and `Err:502` stands in files of LibreOffice.
A workbook, a table saved from it as text, and what a statistical program made of them have them.
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MESSAGE = "the cell has an error of the spreadsheet program in the place of a value"
_NAMED = (
    r"#(?:N/[ABD]|NV|GETTING_DATA|[¡¿]?(?:DIV|DEEL)/0!|[¡¿]?[A-ZÀ-ÝÆØÅ]{2,14}[!?]"
    r"|(?:MVH|DIVISION|DÉL)/0!)|Err:5[0-9]{2}"
)
ERROR = rf"^(?:{_NAMED}|#{{3,}})$"
"""Such an error, or the signs of a column that is too narrow to show its numbers."""
IS_NAMED = re.compile(_NAMED)
IN_TEXT = rf"^(?:{_NAMED})$"
"""The same in free text, where somebody may have blackened a word with ``###``."""


def sheet_errors(texts: pa.Array, free: bool) -> np.ndarray:
    """Return which texts are an error of a spreadsheet program; ``free`` is for free text."""
    found = pc.match_substring_regex(texts, IN_TEXT if free else ERROR)
    return pc.fill_null(found, False).to_numpy(zero_copy_only=False)
