"""Facts of the conduct in texts: printed as they are stated where the rows bear them out.

The rows of the table `conduct` say of each fact what was counted. Where they do not bear it out,
the text prints what they give instead, so that no sentence says more than its rows. Where the
table is not published, a mark stands in place of the fact: its verdict is not told either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup, escape

from trialtrail.errors import StudyError
from trialtrail.report.numbers import NOT_TOLD, Numbers
from trialtrail.report.views import RowView
from trialtrail.results.cells import nearest

TABLE = "conduct"
BORNE_OUT, CONTRADICTED, NOT_KNOWN = "borne out", "contradicted", "not known"
STATED = "stated"
"""Verdict of a fact that no row records: somebody states it."""
COUNTS = ("n", "denominator", "others", "unknown")
NO_RECORD = "not known: there is no record of it"
RULE = "a text calls the facts that `conduct` of the configuration declares"


def fact_functions(numbers: Numbers) -> dict[str, Callable]:
    """Return the functions by which texts state facts: `fact` and `holds`."""

    def fact(name: str, words: str = "", otherwise: str = "") -> Markup:
        if TABLE in numbers.cells.unpublished:
            return _marked(name, NOT_TOLD)
        row = _row(numbers, name)
        said = escape(words) if words else row.t("statement")
        if holds(name):
            return _marked(name, said)
        form = otherwise or row.raw("otherwise")
        return _marked(name, _filled(row, form) if form else _counted(row, said))

    def holds(name: str) -> bool:
        published = TABLE not in numbers.cells.unpublished
        return published and _row(numbers, name).raw("verdict") in (BORNE_OUT, STATED)

    return {"fact": fact, "holds": holds}


def fact_in_words(row: Mapping[str, str]) -> str:
    """Return a fact as plain text: as it is stated, or with what its rows give.

    Args:
        row: the row of `conduct`.
    """
    if row["verdict"] in (BORNE_OUT, STATED):
        return row["statement"]
    if row["otherwise"]:
        return row["otherwise"].format(**{name: row[name] for name in COUNTS})
    if row["denominator"] in ("", "0"):
        return f"{row['statement']} ({NO_RECORD})"
    unknown = f"; not known of {row['unknown']}" if row["unknown"] not in ("", "0") else ""
    counts = f"{row['n']} of {row['denominator']} {row['counted']}{unknown}"
    return f"{row['statement']} (recorded: {counts})"


def _row(numbers: Numbers, name: str) -> RowView:
    tables = numbers.cells.tables()
    rows = numbers.cells.table(TABLE).rows if TABLE in tables else {}
    if name not in rows:
        raise StudyError(
            f"no fact of the conduct is named `{name}`{nearest(name, rows)}",
            rule=RULE,
            remedy="declare it under `conduct`, with what bears it out, or correct the name",
        )
    return RowView(numbers, TABLE, name, rows[name])


def _marked(name: str, words: Markup) -> Markup:
    return Markup('<span data-fact="{}">{}</span>').format(name, words)


def _counted(row: RowView, said: Markup) -> Markup:
    """Return the statement with what was counted behind it."""
    if not row.has("denominator") or row.raw("denominator") == "0":
        return said + Markup(" ({})").format(NO_RECORD)
    counts = row.n("n", "d") + Markup(" of ") + row.n("denominator", "d") + " " + row.t("counted")
    if row.raw("unknown") not in ("", "0"):
        counts += Markup("; not known of ") + row.n("unknown", "d")
    return said + Markup(" (recorded: {})").format(counts)


def _filled(row: RowView, form: str) -> Markup:
    """Return words with the counts in the place of their names in braces."""
    return Markup(str(escape(form)).format(**{name: row.n(name, "d") for name in COUNTS}))
