"""Mistakes that a person can mend: told in words, with what, where, which rule and what to do."""

from __future__ import annotations

from trialtrail.escaping import visible


class StudyError(Exception):
    """A mistake in the study's files or configuration, not in the program.

    It is shown without a traceback, so its text must be whole: what is wrong, where (file, line,
    column), which rule found it and what to do. It never holds the value of a participant.
    """

    def __init__(self, what: str, *, where: str = "", rule: str = "", remedy: str = "") -> None:
        self.what, self.where, self.rule, self.remedy = what, where, rule, remedy
        super().__init__(self.text())

    def text(self) -> str:
        """Return the message as the user reads it, one labelled line a part, and no sign unseen."""
        parts = [self.what]
        for label, part in (("where", self.where), ("rule", self.rule), ("do", self.remedy)):
            if part:
                parts.append(f"  {label + ':':<7}{part}")
        return visible("\n".join(parts))
