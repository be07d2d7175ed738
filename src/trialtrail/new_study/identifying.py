"""Stand-in: why a column identifies people. To be replaced."""

import re

from trialtrail.new_study.seen import SeenColumn

WORDS = (
    r"(?i)\b(name|vorname|nachname|surname|e-?mail|telefon|phone|address|adresse|geburt\w*|dob)\b"
)


def why_identifying(column: SeenColumn) -> str:
    """Return the reason, or nothing."""
    match = re.search(WORDS, column.name.replace("_", " "))
    return f"its heading says {match[0].lower()}" if match else ""
