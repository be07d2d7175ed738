"""The rules of the validation: what a finding of each does, how grave it is, what to do about it.

Nothing heavy is imported here: the configuration is checked against these names.
"""

from __future__ import annotations

STOP, SET_ASIDE, KEEP = "stop", "set_aside", "keep"
ACTIONS = {
    "columns": STOP,
    "width": STOP,
    "most": STOP,
    "type": STOP,
    "key": STOP,
    "arm": STOP,
    "ambiguous": STOP,
    "formula": STOP,
    "merged": STOP,
    "dictionary": STOP,
    "coding": STOP,
    "required": SET_ASIDE,
    "code": SET_ASIDE,
    "unit": SET_ASIDE,
    "range": SET_ASIDE,
    "order": SET_ASIDE,
    "date": SET_ASIDE,
    "reason": SET_ASIDE,
    "consent": SET_ASIDE,
    "arm_contact": SET_ASIDE,
    "repeated": SET_ASIDE,
    "reference": SET_ASIDE,
    "offsets": SET_ASIDE,
    "verbatim": KEEP,
    "attribution": KEEP,
    "not_read": KEEP,
    "agreement": KEEP,
    "kept_once": KEEP,
    "unmatched": KEEP,
    "near_key": KEEP,
    "partial": KEEP,
    "no_visit": KEEP,
    "not_begun": KEEP,
    "transcript": KEEP,
    "unread": KEEP,
    "marked": KEEP,
    "outlier": KEEP,
    "digits": KEEP,
    "straight_line": KEEP,
    "empty_form": KEEP,
    "pattern": KEEP,
    "drop_out": KEEP,
    "nothing_observed": KEEP,
    "duplicate": KEEP,
    "implausible_date": KEEP,
    "format": KEEP,
    "soft_range": KEEP,
    "unanswered": KEEP,
    "branching": KEEP,
    "calculated": KEEP,
    "ranking": KEEP,
    "empty": KEEP,
    "unused": KEEP,
    "absent": KEEP,
    "not_compared": KEEP,
    "no_response": SET_ASIDE,
    "incomplete": SET_ASIDE,
    "expected": KEEP,
    "censored": KEEP,
    "shortened": KEEP,
    "guessed": KEEP,
}
"""Rules, in the order in which they are reported, and what a finding does unless configured."""

FIXED = ("most", "columns", "width", "coding")
"""Rules that always stop: what breaks them is no row that could be kept or set aside."""

NEVER_KEPT = ("type", "key", "arm", "ambiguous", "formula", "merged", "dictionary")
"""Rules whose rows may be set aside and not kept: their key, arm or values would be missing."""

NO_ROWS = ("empty", "unused", "absent", "not_compared", "not_begun")
"""Rules whose findings are of rows that are in no table, or of no row."""

PLAUSIBILITY = (
    *("outlier", "digits", "straight_line", "empty_form", "pattern", "drop_out"),
    *("nothing_observed", "duplicate", "implausible_date"),
)
"""Rules of what is odd and may be right. Such a finding never sets a row aside by itself."""

SEVERITIES = {
    "verbatim": "warning",
    "attribution": "warning",
    "not_read": "warning",
    "agreement": "warning",
    "kept_once": "note",
    "unmatched": "warning",
    "near_key": "warning",
    "partial": "warning",
    "no_visit": "warning",
    "not_begun": "note",
    "guessed": "note",
    "transcript": "warning",
    "unread": "warning",
    "marked": "warning",
    "shortened": "warning",
    **dict.fromkeys(PLAUSIBILITY, "warning"),
    "format": "warning",
    "soft_range": "warning",
    "unanswered": "warning",
    "branching": "warning",
    "calculated": "warning",
    "ranking": "warning",
    "empty": "warning",
    "unused": "warning",
    "absent": "note",
    "not_compared": "note",
    "no_response": "note",
    "incomplete": "note",
    "expected": "note",
    "censored": "note",
}
"""Severity of the rules that are not errors."""

REMEDIES = {
    "most": "mend the cause, or say what the rule does under `validation.actions`",
    "columns": "correct the header of the export, or its columns and `ignore` in the configuration",
    "width": "check delimiters and quotation marks of that line",
    "type": "correct the cell in the source, or name its missing code in the configuration",
    "key": "find out which of the records is right and remove the other at the source; if the file "
    "has several rows a participant, take one by `where` of the source or let the form `repeats`",
    "arm": "correct the allocation at the source, or name its code under `codes` of the table",
    "ambiguous": "say in the configuration how it is meant: `dates` or `decimal` of the export, "
    "or `last_year` where years have two digits",
    "formula": "open the table in a spreadsheet program, let it compute or widen the column, and "
    "save it again; or name the text under `missing` where it means no value",
    "merged": "part the merged cells in a spreadsheet program, and fill in each that has a value",
    "coding": "recode the answers at the source, or look which version of the form was filled in",
    "offsets": "look whether the transcript is the text that was coded; where words have several "
    "places, give the `occurrence` that is meant, from 1",
    "dictionary": "name the codes under `codes` of the variable, or under `missing` where they "
    "mean no value; or correct the data dictionary, or the labels of the file",
}


NEAREST = "; nearest at "
"""What stands in a message between what is wrong, which many findings share, and where to look."""


def what_is_wrong(message: str) -> str:
    """Return a message without where to look, which is of one finding alone."""
    return message.partition(NEAREST)[0]


def kind_of(rule: str) -> str:
    """Return the rule that ``rule`` is of: ``order`` of ``order.conception``, a study's own."""
    return rule.partition(".")[0]


def severity(rule: str, configured: dict[str, str] | None = None) -> str:
    """Return ``error``, ``warning`` or ``note``: as configured of the rule, or of its kind."""
    given, kind = configured or {}, kind_of(rule)
    return given.get(rule, given.get(kind, SEVERITIES.get(kind, "error")))


def action(rule: str, configured: dict[str, str]) -> str:
    """Return what a finding of ``rule`` does: ``stop``, ``set_aside`` or ``keep``."""
    kind = kind_of(rule)
    return configured.get(rule, configured.get(kind, ACTIONS[kind]))
