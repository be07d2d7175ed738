"""What is wrong with the forms of dates, and the names of months, of a configuration.

Nothing heavy is imported here: the Snakefile runs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from trialtrail.exports.date_forms import SIGNS, form_problem
from trialtrail.exports.months import month_problems

Problem = tuple[str, list, str]
LETTERS = (
    *(("(?:yyyy|jjjj|aaaa)", "Y"), ("(?:yy|jj|aa)", "y"), ("(?:mmmm)", "B"), ("(?:mmm|mon)", "b")),
    *(("(?:mm|m)", "m"), ("(?:dd|d|tt|jj|j)", "d")),
)
"""How other programs write the parts of a date, in English, German, French and Dutch."""


def date_problems(config: dict, known_types: dict[str, dict[str, str]]) -> Iterator[Problem]:
    """Yield forms of dates that can say no date, words of two months, constants that are no day.

    ``known_types`` maps table -> column -> type.
    """
    known = ", ".join(f"%{sign}" for sign in SIGNS)
    for name, export in config["exports"].items():
        path = ["exports", name, "dates"]
        forms = export.get("dates", [])
        for i, form in enumerate([forms] if isinstance(forms, str) else forms):
            if wrong := form_problem(form):
                place = path if isinstance(forms, str) else [*path, i]
                do = f'write the form of a whole date, such as "{_in_signs(form)}"; signs: {known}'
                yield f"The form of dates `{form}` {wrong}", place, do
    holders = [([], config), *((["exports", n], e) for n, e in config["exports"].items())]
    for path, holder in holders:
        for what in month_problems(holder["months"]) if "months" in holder else ():
            yield what, [*path, "months"], "give each month words of its own"
    yield from _constants(config, known_types)


def _in_signs(form: str) -> str:
    """Return a form in letters, such as `dd.mm.yyyy`, in the signs that are meant."""
    found, parts = form.casefold(), set()
    for letters, sign in LETTERS:
        found, count = re.subn(rf"(?<![%a-zäö]){letters}(?![a-zäö])", f"%{sign}", found)
        parts |= {sign.lower()} if count else set()
    return found if {"d", "y"} < parts and "%" not in form else "%d/%m/%Y"


def _constants(config: dict, known_types: dict[str, dict[str, str]]) -> Iterator[Problem]:
    for part in ("tables", "forms"):
        for table, spec in config.get(part, {}).items():
            for i, source in enumerate(spec["sources"]):
                for column, value in source.get("constants", {}).items():
                    dated = known_types.get(table, {}).get(column) in ("date", "partial_date")
                    if dated and not _is_day(value):
                        path = [part, table, "sources", i, "constants", column]
                        yield (
                            f"The constant of `{column}` is no day",
                            path,
                            "write it as 2025-12-31",
                        )


def _is_day(value: object) -> bool:
    if value is None or isinstance(value, date):
        return True
    try:
        return len(str(value)) == len("2025-12-31") and bool(date.fromisoformat(str(value)))
    except ValueError:
        return False
