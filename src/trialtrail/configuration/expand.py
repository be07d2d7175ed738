"""Words of the configuration that stand for more than they say."""

from __future__ import annotations

BASELINE = "baseline"
"""The timepoint of what is measured before or at randomisation."""

BESIDE = {"censored": ("_bound", "text"), "partial_date": ("_until", "date")}
"""Types of a variable that make a second column: the ending of its name, and its type."""


def expand_series(items: list, key: str = "id") -> list:
    """Return ``items`` with each series written out.

    ``{series: "q{:02d}", from: 1, to: 3, column: "Q{}"}`` stands for three variables, in which the
    number replaces the braces of every text; each keeps, as ``series``, the name of the first and
    the number of the last. Plain texts stay.
    """
    out = []
    for item in items:
        if not isinstance(item, dict) or "series" not in item:
            out.append(item)
            continue
        rest = {k: v for k, v in item.items() if k not in ("series", "from", "to")}
        for n in range(item["from"], item["to"] + 1):
            name = item["series"].format(n)
            texts = {k: v.format(n) if isinstance(v, str) else v for k, v in rest.items()}
            span = {"series": [item["series"].format(item["from"]), item["to"]]}
            out.append({key: name, **texts, **span} if rest else name)
    return out
