"""What fills the cells of a REDCap field: a person, a person's tick, or the program by itself."""

from __future__ import annotations

from trialtrail.redcap.dictionary import Field

TICK, PROGRAM = "tick", "program"
"""What may fill the cells of a variable beside a person: a tick is one's, its absence nobody's."""
BY_ITSELF = (
    *("@CALCTEXT", "@CALCDATE", "@DEFAULT", "@SETVALUE", "@PREFILL", "@NOW", "@TODAY", "@IF"),
    *("@USERNAME", "@IP", "@LATITUDE", "@LONGITUDE", "@APPUSERNAME"),
)
"""Annotations of REDCap under which a field is filled by the program; `@NOW` and `@TODAY` are also
the beginnings of others."""


def filled_by(field: Field) -> str:
    """Return ``tick`` of check boxes, ``program`` of what REDCap fills in; empty of all others."""
    if field.kind == "checkbox":
        return TICK
    words = field.annotation.upper().replace("=", " ").replace("(", " ").split()
    alone = any(word.startswith(("@NOW", "@TODAY")) or word in BY_ITSELF for word in words)
    return PROGRAM if field.kind == "calc" or alone else ""
