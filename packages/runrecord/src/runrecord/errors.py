"""Mistakes that a person can mend: what, where, which rule, and what to do."""

from __future__ import annotations

import re

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Characters that no reader needs and a terminal may obey."""


class UserError(Exception):
    """A mistake in the user's files or configuration, not in the program.

    It is shown without a traceback, so its text must be whole: what is wrong, where (file, line,
    column), which rule found it and what to do. It never holds the value of a participant.
    """

    def __init__(self, what: str, *, where: str = "", rule: str = "", remedy: str = "") -> None:
        self.what, self.where, self.rule, self.remedy = what, where, rule, remedy
        super().__init__(self.text())

    def text(self) -> str:
        """Return the message as the user reads it, one labelled line a part, escaped."""
        parts = [self.what]
        for label, part in (("where", self.where), ("rule", self.rule), ("do", self.remedy)):
            if part:
                parts.append(f"  {label + ':':<7}{part}")
        return visible("\n".join(parts))


def visible(text: str) -> str:
    """Return a text with its unprintable characters escaped, such as ``\\x1b``."""
    return UNPRINTABLE.sub(lambda match: f"\\x{ord(match[0]):02x}", text)
