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
    "censored": Whole,
    "partial_date": Date,
}
"""Types of a variable in the configuration, and of its column."""
CODES = ("category",)
"""Types whose cells are one of several texts, and no words of somebody."""
BESIDE = {
    "censored": ("_bound", Text, "exact, above or below: where the true value lies"),
    "partial_date": (
        "_until",
        Date,
        "Last day that may be meant; the day itself where known",
    ),
}
"""Types that make a second column: the ending of its name, its type, what it means."""


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


def variable_columns(variable: dict) -> dict[str, pa.Column]:
    """Return the pandera columns of a variable of the configuration, by name.

    ``variable`` has ``id`` and ``type`` and may have ``minimum``, ``maximum`` (inclusive),
    ``label``, ``unit``, ``required``. A censored number has its bound beside it, and a date of
    which the day or the month may be unknown the last day that it can be.
    """
    name, kind = variable["id"], variable["type"]
    label = variable.get("label", name)
    checks = []
    if variable.get("minimum") is not None:
        checks.append(pa.Check.ge(variable["minimum"]))
    if variable.get("maximum") is not None:
        checks.append(pa.Check.le(variable["maximum"]))
    metadata = {"unit": variable.get("unit", "")}
    if kind in BESIDE or (kind in CODES and not variable.get("key")):
        metadata["kind"] = kind
    columns = {
        name: pa.Column(
            TYPES[kind],
            checks,
            nullable=not variable.get("required", False),
            title=label,
            description=variable.get("description"),
            metadata=metadata,
            name=name,
        )
    }
    if kind in BESIDE:
        ending, dtype, meaning = BESIDE[kind]
        beside = f"{name}{ending}"
        columns[beside] = pa.Column(
            dtype,
            nullable=True,
            title=label,
            description=meaning,
            metadata={"optional": True},  # no export has it: the cells of the variable make it
            name=beside,
        )
    return columns
