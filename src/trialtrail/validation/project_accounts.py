"""Account for the files of programs for qualitative analysis: what is read, and what is told."""

from __future__ import annotations

import pandas as pd

from trialtrail.exports.projects.identity import slug

COLUMNS = ["row", "file", "exports", "element", "found", "read", "told", "why"]
CODINGS = ("Coding of", "code_text", "code_av", "code_image", "highlight_tags")
"""What elements are called that give a code to something; a reader looks for them first."""
NOT_ASKED = "{} can give it, which no export asks for"


def project_elements(readings: list[dict]) -> pd.DataFrame:
    """Return one row a file and kind of element: how many are read, told, and why.

    An element is read where some export of its file reads a table that has what it says. Each of
    ``readings`` has the account of its file under ``elements``, and its table in its form.
    """
    files: dict[str, list[dict]] = {}
    for each in readings:
        if each.get("elements"):
            files.setdefault(each["file"], []).append(each)
    rows = []
    for file, mine in sorted(files.items()):
        exports = sorted({each["export"] for each in mine})
        asked = {each["form"]["table"] for each in mine}
        taken: set[str] = set()
        for element in sorted(mine[0]["elements"], key=_codings_first):
            name, number = slug(element["element"]), 1
            while (row := f"{exports[0]}.{name}" + (f"_{number}" if number > 1 else "")) in taken:
                number += 1
            taken.add(row)
            counts = _counts(element, asked)
            values = (row, file, "; ".join(exports), element["element"], *counts)
            rows.append(dict(zip(COLUMNS, values, strict=True)))
    return pd.DataFrame(rows, columns=COLUMNS)


def _codings_first(element: dict) -> tuple[bool, str]:
    name = element["element"]
    return not name.startswith(CODINGS), name.casefold()


def _counts(element: dict, asked: set[str]) -> tuple[int, int, int, str]:
    """Return (found, read, told, why) of one kind of element."""
    read, told = 0, [tuple(each) for each in element["told"]]
    for sheets, count in element["read"]:
        if asked & set(sheets):
            read += count
        else:
            tables = " or ".join(f"`{sheet}`" for sheet in sheets)
            told.append((NOT_ASKED.format(f"the table {tables}"), count))
    why = "; ".join(f"{count}: {reason}" for reason, count in told)
    return element["found"], read, sum(count for _, count in told), why
