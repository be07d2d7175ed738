"""Cells in which a program shows that it has no value, in a file of any format.

A table that went through a spreadsheet program has its errors as texts, in the language of the
program, and number signs where a column was too narrow to show a number. Programs for statistics
and data bases write a word, or a point.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trialtrail.exports.columns import Distinct, How

RULE = "formula"
PATTERN = (
    r"^(?:#(?:N/[ABD]|NV|GETTING_DATA|[¡¿]?(?:DIV|DEEL|MVH|DIVISION|DÉL)/0!"
    r"|[¡¿]?[A-ZÀ-ÝÆØÅ]{2,14}[!?])|Err:5[0-9]{2})$"
)
"""What a spreadsheet program writes where a formula has no value, in any of its languages."""
ERROR = "the cell has an error of the spreadsheet program in the place of a value"
NARROW = (
    "the cell has number signs in the place of a value: its column was too narrow in the "
    "spreadsheet program"
)

OF_IDS = r"^(?:NaN|nan|NULL|<NA>|NaT|\\N|\(null\)|\.)$"
OF_CATEGORIES = r"^(?:NA|null|undefined)$|" + OF_IDS
"""What programs write for no value; an id such as NA may be the initials of somebody."""
NOTHING = (
    "the cell has what programs write where there is no value: name it under `missing`, or under "
    "`codes` where it means something"
)


def blank_errors(distinct: Distinct, how: How) -> list[tuple[str, str, np.ndarray]]:
    """Blank the texts that are such errors; return (rule, message, mask) of those.

    What is a missing code is blank already, and what is a code stays.
    """
    found = []
    patterns = [(RULE, ERROR, PATTERN)]
    if how.kind not in ("text", "list") or how.is_id:  # of words they stand for what was taken out
        patterns.append((RULE, NARROW, "^#{3,}$"))
    if not how.codes and (how.is_id or how.kind == "category"):
        patterns.append(("code", NOTHING, OF_IDS if how.is_id else OF_CATEGORIES))
    for rule, message, pattern in patterns:
        has = pc.fill_null(pc.match_substring_regex(distinct.texts, pattern), False)
        if not pc.any(has).as_py():
            continue
        codes = pa.array(list(map(str, how.codes or {})), pa.large_string())
        has = pc.and_(has, pc.invert(pc.is_in(distinct.texts, codes)))
        none = pa.scalar(None, pa.large_string())
        distinct.texts = pc.if_else(has, none, distinct.texts)
        found.append((rule, message, has.to_numpy(zero_copy_only=False)))
    return found
