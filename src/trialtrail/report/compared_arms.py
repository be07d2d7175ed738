"""Which arms an estimate compares, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup

from trialtrail.report.named import named
from trialtrail.report.numbers import Numbers
from trialtrail.report.views import RowView, TableView


def arms_of(rows: Iterable[RowView], labels: Mapping[str, Mapping[str, str]]) -> list[Markup | str]:
    """Return what the columns of the arms are called: the study's arms, or a factor's two sides."""
    known = labels.get("arms", {})
    first = next(iter(rows), None)
    if first is not None and first.raw("reference") and first.raw("reference") not in known:
        return ["Without", "With"]
    return [named(label) for label in known.values()]


def shift_of(row: RowView) -> dict[str, str]:
    """Return whose imputed values a tipping point shifts, and which way; of several arms, which.

    Its group is the scenario, the arm where several are compared, and the direction where the
    conclusion changes.
    """
    scenario, *more = row.raw("group").split(" ")
    direction = more.pop() if row.has("value") and more else ""
    return {"scenario": scenario, "arm": " ".join(more), "direction": direction}


def sides_of(row: RowView, labels: Mapping[str, Mapping[str, str]]) -> tuple[Markup, Markup]:
    """Return where an effect compares: in an arm and the reference, or with a factor and without.

    They stand on either side of "than".
    """
    known = labels.get("arms", {})
    arm = named(known.get(row.raw("arm"), row.raw("arm").replace("_", " ")))
    reference = row.raw("reference")
    if known and reference not in known:
        return Markup("with {}").format(arm), Markup("without it")
    other = named(known.get(reference, reference.replace("_", " ")))
    return Markup("in {}").format(arm), Markup("in {}").format(other)


def arms_beside(rows: Iterable[RowView], labels: Mapping[str, Mapping[str, str]]) -> list:
    """Return what the two columns of a table are called that has one comparison a row."""
    first, *others = arms_of(rows, labels)
    return [first, others[0] if len(others) == 1 else "Arm compared"]


def compared_in_words(row: RowView, labels: Mapping[str, Mapping[str, str]]) -> Markup:
    """Return who is compared: two arms, or those who met a row of the uptake and the others."""
    arms, uptake = labels.get("arms", {}), labels.get("uptake", {})
    arm, reference = row.raw("arm"), row.raw("reference")
    if reference not in arms and arm in uptake:
        return Markup("{}, against those who did not").format(named(uptake[arm]))
    each = [named(arms.get(name, name.replace("_", " "))) for name in (arm, reference)]
    return Markup("{} against {}").format(*each)


def any_of_factors(numbers: Numbers, arms: Sequence[str]) -> bool:
    """Tell whether the main analysis compares the factors of a factorial trial, not its arms."""
    if not arms or "estimates" not in numbers.cells.tables():
        return False
    rows = TableView(numbers, "estimates", {"role": ["primary", "secondary"]})
    return any(row.raw("reference") not in arms for row in rows)
