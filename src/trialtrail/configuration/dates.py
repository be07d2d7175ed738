"""What is wrong with the forms of dates, and the names of months, of a configuration.

Nothing heavy is imported here: the Snakefile runs it.
"""

from __future__ import annotations

from collections.abc import Iterator

from trialtrail.date_forms import SIGNS, form_problem
from trialtrail.months import month_problems

Problem = tuple[str, list, str]


def date_problems(config: dict) -> Iterator[Problem]:
    """Yield forms of dates that can say no day, month or year, and words of two months."""
    known = ", ".join(f"%{sign}" for sign in SIGNS)
    for name, export in config["exports"].items():
        path = ["exports", name, "dates"]
        forms = export.get("dates", [])
        for i, form in enumerate([forms] if isinstance(forms, str) else forms):
            if wrong := form_problem(form):
                place = path if isinstance(forms, str) else [*path, i]
                do = f"write the form of a whole date, such as `%d/%m/%Y`; signs: {known}"
                yield f"The form of dates `{form}` {wrong}", place, do
    holders = [([], config), *((["exports", n], e) for n, e in config["exports"].items())]
    for path, holder in holders:
        for what in month_problems(holder["months"]) if "months" in holder else ():
            yield what, [*path, "months"], "give each month words of its own"
