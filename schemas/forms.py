"""The contract of a form: the columns every form has; its variables come from the configuration."""

import pandera.pandas as pa

from schemas.base import Date, Real, Record, Text, Whole, YesNo, column

TYPES = {
    "integer": Whole,
    "number": Real,
    "boolean": YesNo,
    "category": Text,
    "text": Text,
    "date": Date,
}
"""Types of a variable in the configuration, and of its column."""


class Forms(Record):
    """One row is one participant's form at its timepoint.

    A form that repeats has a column ``instance``, and one row is one participant's instance of it.
    """

    participant_id: Text = column(
        "Participant", "Study number", references="participants.participant_id"
    )
    completed_on: Date = column("Completed on", "Day of the form or visit", optional=True)

    class Config:
        """Key of the table."""

        unique = ["participant_id"]


def variable_column(variable: dict) -> pa.Column:
    """Return the pandera column of a variable of the configuration.

    ``variable`` has ``id`` and ``type`` and may have ``minimum``, ``maximum`` (inclusive),
    ``label``, ``unit``, ``required``.
    """
    checks = []
    if variable.get("minimum") is not None:
        checks.append(pa.Check.ge(variable["minimum"]))
    if variable.get("maximum") is not None:
        checks.append(pa.Check.le(variable["maximum"]))
    return pa.Column(
        TYPES[variable["type"]],
        checks,
        nullable=not variable.get("required", False),
        title=variable.get("label", variable["id"]),
        description=variable.get("description"),
        metadata={"unit": variable.get("unit", "")},
        name=variable["id"],
    )
