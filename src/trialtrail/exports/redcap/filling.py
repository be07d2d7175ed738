"""What fills the cells of a REDCap field: a person, a person's tick, or the program by itself."""

from __future__ import annotations

from collections.abc import Mapping

from trialtrail.exports.redcap.dictionary import Field
from trialtrail.exports.redcap.logic import NotCompared, parse, references_in

TICK, PROGRAM = "tick", "program"
"""What may fill the cells of a variable beside a person: a tick is one's, its absence nobody's."""
BY_ITSELF = (
    *("@CALCTEXT", "@CALCDATE", "@DEFAULT", "@SETVALUE", "@PREFILL", "@NOW", "@TODAY", "@IF"),
    *("@USERNAME", "@IP", "@LATITUDE", "@LONGITUDE", "@APPUSERNAME", "@APPUSERNAME-APP"),
    "@DOWNLOAD-COUNT",
)
"""Annotations of REDCap under which a field is filled by the program; `@NOW` and `@TODAY` are also
the beginnings of others."""


def filled_by(field: Field) -> str:
    """Return ``tick`` of check boxes, ``program`` of what REDCap fills in; empty of all others."""
    words = field.annotation.upper().replace("=", " ").replace("(", " ").split()
    alone = any(word.startswith(("@NOW", "@TODAY")) or word in BY_ITSELF for word in words)
    if field.kind == "calc" or alone:
        return PROGRAM  # a box that a default ticks is nobody's tick either
    return TICK if field.kind == "checkbox" else ""


def by_people(
    fields: Mapping[str, Field], instrument: str, own_fields: bool = False
) -> dict[str, list[str]]:
    """Return the columns of an instrument that people fill, and those that they tick.

    An instrument of nothing but calculations is begun where a person filled what they are made of,
    unless only its ``own_fields`` are asked for: REDCap makes them when somebody saves the form.
    The field that names the record is in every row.
    """
    record = next(iter(fields), "")
    own = [f for f in fields.values() if f.form == instrument and f.name != record and f.columns]
    if own and not own_fields and all(filled_by(field) == PROGRAM for field in own):
        own = [field for field in _sources(own, fields) if field.name != record]
    return {
        "filled": [name for f in own if not filled_by(f) for name in f.columns],
        "ticked": [name for f in own if filled_by(f) == TICK for name in f.columns],
    }


def _sources(calculated: list[Field], fields: Mapping[str, Field]) -> list[Field]:
    """Return the fields that calculations are made of, through other calculations too."""
    found: dict[str, Field] = {field.name: field for field in calculated}
    todo = list(calculated)
    while todo:
        try:
            references = references_in(parse(todo.pop().calculation))
        except NotCompared:
            continue
        for name in (reference.parts[-1].name for reference in references):
            if name in fields and name not in found:
                found[name] = fields[name]
                todo.append(fields[name])
    return list(found.values())
