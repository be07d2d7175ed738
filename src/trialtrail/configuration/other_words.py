"""What people call a key of the configuration in other programs, and the key that they mean."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

NEAR = 0.72
"""Likeness from which a key is a slip of the pen for another; below it two words are two."""
_WORDS = {
    "delimiter": "sep separator field_separator delim",
    "header_row": "skip skip_rows skiprows header header_line headerrow start_row skip_lines",
    "dates": "date date_format dateformat date_formats datetime_format date_form",
    "missing": "na na_values nas missing_codes missing_values missing_value na_strings",
    "encoding": "charset codepage code_page character_set",
    "sheet": "tab worksheet sheet_name sheetname sheet_number",
    "decimal": "dec decimal_sign decimal_separator decimal_mark decimal_point",
    "quote": "quotechar quotation quotes quote_char",
    "escape": "escapechar escape_char",
    "file": "path filename file_name filepath",
    "format": "file_type filetype file_format",
    "ignore": "drop exclude ignored_columns unused",
    "labels": "value_labels value_label",
    "codes": "values levels choices categories options mapping map recode coding",
    "minimum": "min lower lower_limit lower_bound",
    "maximum": "max upper upper_limit upper_bound",
    "unit": "units",
    "id": "name variable_name",
    "column": "heading field col source_column",
    "label": "title caption",
    "kind": "type outcome_type",
    "type": "kind data_type dtype datatype",
    "variables": "items fields",
    "timepoint": "visit wave event",
    "decimals": "digits precision decimal_places",
    "confidence_level": "confidence level ci ci_level conf_level",
    "adjust": "adjusted adjust_for adjusted_for adjustment covariate covariates ancova model",
    "arms": "groups treatments",
    "where": "filter rows",
    "harms": "harm safety adverse_events adverse_event serious_adverse_events",
}
_MEANT = {word: [] for words in _WORDS.values() for word in words.split()}
for _key, _words in _WORDS.items():
    for _word in _words.split():
        _MEANT[_word].append(_key)


def meant_key(key: object, known: Sequence[str]) -> str:
    """Return the key of ``known`` that an unknown one means, or nothing.

    It is the one that other programs call so, else one that is spelt nearly the same.
    """
    plain = str(key).casefold().strip().replace("-", "_").replace(" ", "_")
    for name in (plain, *_MEANT.get(plain, ())):
        if name in known:
            return name
    near = difflib.get_close_matches(plain, known, n=1, cutoff=NEAR)
    return near[0] if near else ""
