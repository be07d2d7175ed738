"""To whom a quotation is attributed in print, against the register of interviews."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from trialtrail.errors import StudyError

ATTRIBUTES = ("role", "number", "stage")
AGREES, DIFFERS, UNKNOWN = "agrees", "differs", "not in the register"
WHERE = "qualitative.attributions"


def differs_in(quotation: Mapping[str, Any]) -> str:
    """Return which printed parts of the attribution are not those of the register, by name.

    Where the register says nothing, nothing disagrees with it.
    """
    pairs = {name: (quotation[name], quotation[f"printed_{name}"]) for name in ATTRIBUTES}
    different = [
        name
        for name, (register, printed) in pairs.items()
        if not pd.isna(printed) and not pd.isna(register) and register != printed
    ]
    return ", ".join(different)


def attribution(quotation: Mapping[str, Any]) -> str:
    """Return whether the printed attribution agrees with the register; what is not printed does."""
    if pd.isna(quotation["interview_id"]):
        return UNKNOWN
    return DIFFERS if quotation["differs_in"] else AGREES


def acknowledged(quotation: Mapping[str, Any], entry: Mapping[str, Any] | None) -> str:
    """Return who acknowledged that an attribution differs, and why; empty where nobody has.

    Args:
        quotation: its ``row``, ``differs_in``, and the register's role, number and stage.
        entry: what the configuration says of it: the register's value of each part that differs,
            ``why``, ``by`` and ``on``.

    Raises:
        StudyError: the entry acknowledges something else than what differs.
    """
    if not entry:
        return ""
    where = f"{WHERE}.{quotation['row']}"
    different = list(filter(None, quotation["differs_in"].split(", ")))
    named = [name for name in ATTRIBUTES if name in entry]
    if named != different:
        told = f"differs in: {', '.join(different)}" if different else "differs in nothing"
        raise StudyError(
            f"the attribution of the quotation {told}; acknowledged is: "
            + (", ".join(named) or "nothing"),
            where=where,
            rule="acknowledged is each part that the register contradicts, and no other",
            remedy="look at the quotation again, and correct the entry or take it out",
        )
    for name in named:
        if str(entry[name]) != str(quotation[name]):
            raise StudyError(
                f"the {name} that is acknowledged is not the register's",
                where=f"{where}.{name}",
                rule="acknowledged is what the register has",
                remedy="look at the register again, and correct the entry",
            )
    return f"{entry['by']}, {entry['on']}: {entry['why']}"


def check_entries(entries: Mapping[str, Any], rows: list[str]) -> None:
    """Refuse an acknowledgement of a quotation that is not there.

    Raises:
        StudyError: its name is no row of the table of quotations.
    """
    for name in entries:
        if name not in rows:
            raise StudyError(
                f"there is no quotation `{name}`",
                where=f"{WHERE}.{name}",
                rule="a quotation is named by its row in the table, as `q12`",
                remedy="correct the name",
            )
