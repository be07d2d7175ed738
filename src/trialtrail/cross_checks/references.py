"""Values that must occur in another table, and records of which there should be one."""

from __future__ import annotations

from collections.abc import Iterator

from trialtrail.cross_checks.breach import Breach, Tables
from trialtrail.tables import occurs


def reference_breaches(tables: Tables, links: dict[str, dict]) -> Iterator[Breach]:
    """Yield values that do not occur in the table they point to.

    ``links`` maps table -> column -> (table, column); see the metadata of the contracts.
    """
    for table, columns in links.items():
        for column, (target, key) in columns.items():
            if table not in tables or target not in tables:
                continue
            values = tables[table][column]
            lost = values.notna() & ~occurs(values, tables[target][key])
            message = f"nothing in {target} has this {key}, or its row is set aside"
            yield Breach(table, column, "reference", message, lost)


def repeated_breaches(tables: Tables) -> Iterator[Breach]:
    """Yield questionnaires of a provider of whom an earlier one was received.

    The first received is the one used; where days are equal or unknown, the first in the file.
    """
    if "questionnaire" not in tables:
        return
    frame = tables["questionnaire"]
    in_time = frame.reset_index(drop=True).sort_values("recorded_on", kind="stable")
    again = in_time["provider_id"].duplicated() & in_time["provider_id"].notna()
    rows = again.sort_index().set_axis(frame.index)
    message = "a questionnaire of this provider was received before"
    yield Breach("questionnaire", "provider_id", "repeated", message, rows)
