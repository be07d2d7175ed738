"""The tables of the open edition: what all arms have together, and nothing that tells them apart.

What is counted here is counted without the arm, or is the sum over a row of each arm. So a trial
whose participants had been allocated otherwise, and had answered alike, gives the same tables. The
arm is looked at for one purpose: what one arm alone has (its contacts, a form that only it fills
in) is withheld, because its total would be that of an arm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from trialtrail.committee.pooled_outcomes import one_arm_alone
from trialtrail.committee.sealed import SealedRun
from trialtrail.results.disclosure import Rows, suppress

Row = dict[str, Any]
TRUNK = ("assessed", "not_eligible", "eligible", "declined", "not_randomised", "randomised")
ENDS = ("followed_up", "not_followed_up", "withdrawn", "lost")
AFTER = ("arm_unknown", "excluded")
BY_DESIGN = ("allocated", "received")
"""Boxes of the flow that are of an arm by design."""
STEPS = ((24, "M"), (24, "Q"))
"""Most periods of a table of recruitment, by length: months, quarters; beyond them years."""
KNOWN = "Known"
"""Level of the topic `missing_outcomes` that counts whose outcome is known."""
COUNTED = ("total", "unknown", "related", "severity", "system", "event")
"""Kinds of rows of harms that count participants by arm."""
SUMMED = ("participants", "events", "denominator", "timed", "person_years")
NAMED = ("row", "label", "level", "unit", "timepoint", "severity", "decimals")
"""Columns that say what a row is about: a number in one, such as a year, counts nobody."""
PERCENT = 100


def summary_rows(run: SealedRun, topic: str) -> list[dict[str, str]]:
    """Return the rows of a topic of the summaries, under their names in it."""
    return [
        row | {"row": row["row"].removeprefix(f"{topic}.")}
        for row in run.table("summaries")
        if row["table"] == topic
    ]


def of_number(text: str | None) -> float:
    """Return the number in a cell, 0 where it is empty."""
    return float(text) if text else 0.0


def whole(value: float) -> int | float:
    """Return a number without decimals where it has none."""
    return int(value) if float(value).is_integer() else value


def flow(run: SealedRun, arms: Sequence[str]) -> tuple[list[Row], list[str]]:
    """Return the boxes of the flow that are of all arms, and the labels of those withheld.

    Every row of the flow without an arm counts participants whatever their arm. Of a form that
    one arm alone fills in, that count is the arm's.
    """
    rows, withheld = summary_rows(run, "flow"), []
    found: list[Row] = []
    for row in rows:
        name, stem = row["row"], row["row"].partition(".")[0]
        if row["arm"]:
            continue
        by_arm = [of_number(each["n"]) for each in rows if each["row"] in _of_arms(name, arms)]
        is_form = stem not in (*TRUNK, *ENDS, *AFTER)
        if is_form and _is_of_one(by_arm):
            withheld.append(row["label"])
            continue
        part = "form" if is_form else "entry" if stem in TRUNK else "end"
        own = f"form.{name}.returned" if is_form else f"{part}.{name}"
        cells = {column: row[column] for column in ("label", "n", "denominator", "percent")}
        found.append({"row": own, "part": part, "is_reason": "." in name} | cells)
    return _without_repeated(found), withheld


def _without_repeated(rows: list[Row]) -> list[Row]:
    """Return the boxes without the first of two that say the same: all assessed were eligible."""
    counts = {row["row"]: row["n"] for row in rows}
    if counts.get("entry.assessed") != counts.get("entry.eligible"):
        return rows
    left = [row for row in rows if row["row"] != "entry.assessed"]
    none = {"denominator": "", "percent": ""}
    return [row | none if row["row"] == "entry.eligible" else row for row in left]


def _of_arms(name: str, arms: Iterable[str]) -> set[str]:
    return {f"{name}.{arm}" for arm in arms}


def _is_of_one(by_arm: Sequence[float]) -> bool:
    """Tell whether of several arms exactly one has any."""
    return len(by_arm) > 1 and sum(count > 0 for count in by_arm) == 1


def recruitment(people: pd.DataFrame) -> list[Row]:
    """Return how many were randomised in each month; of a long trial in each quarter or year."""
    if "randomised_on" not in people or not people["randomised_on"].notna().any():
        return []
    days = people["randomised_on"].dropna()
    for most, step in STEPS:
        periods = days.dt.to_period(step)
        if periods.max().ordinal - periods.min().ordinal < most:
            break
    else:
        periods = days.dt.to_period("Y")
    counts = periods.value_counts()
    every = pd.period_range(periods.min(), periods.max(), freq=periods.dt.freq)
    rows = [
        {"row": f"randomised.{each}", "label": str(each), "n": int(counts.get(each, 0))}
        for each in every
    ]
    unknown = int(people["randomised_on"].isna().sum())
    more = (
        [{"row": "randomised.unknown", "label": "Day not known", "n": unknown}] if unknown else []
    )
    return [{"row": "randomised", "label": "All", "n": len(people)}, *rows, *more]


def baseline(run: SealedRun) -> tuple[list[Row], list[str]]:
    """Return the variables at baseline of all arms together, and the labels of those withheld."""
    rows, found, withheld = summary_rows(run, "baseline"), [], []
    known: dict[str, dict[str, float]] = {}
    for row in rows:
        if row["arm"]:
            of = row["denominator"] or row["n"]
            arms = known.setdefault(row["item"], {})
            arms[row["arm"]] = max(arms.get(row["arm"], 0), of_number(of))
    alone = {item for item, arms in known.items() if _is_of_one(list(arms.values()))}
    columns = ("item", "label", "level", "unit", "n", "denominator", "percent", "mean", "sd")
    for row in rows:
        if row["arm"]:
            continue
        if row["item"] in alone:
            withheld += [row["label"]] if row["label"] not in withheld else []
            continue
        cells = {column: row.get(column, "") for column in (*columns, "decimals")}
        found.append({"row": row["row"].removesuffix(".all")} | cells)
    return found, withheld


def missing(run: SealedRun, alone: Iterable[tuple[str, str]]) -> list[Row]:
    """Return why primary outcomes are not known: sums over the arms.

    Whose outcome is known stands among `PooledOutcomes.completeness`.
    """
    left_out = set(alone)
    totals: dict[str, Row] = {}
    for row in summary_rows(run, "missing_outcomes"):
        if (row["item"], row["timepoint"]) in left_out or not row["arm"]:
            continue
        if row["level"] == KNOWN:
            continue
        name = row["row"].removesuffix(f".{row['arm']}")
        cells = {column: row[column] for column in ("item", "label", "level", "group", "timepoint")}
        mine = totals.setdefault(name, {"row": name} | cells | {"n": 0, "denominator": 0})
        mine["n"] += int(of_number(row["n"]))
        mine["denominator"] += int(of_number(row["denominator"]))
    return [row | {"percent": share(row["n"], row["denominator"])} for row in totals.values()]


def share(part: float, whole_of: float) -> float | str:
    """Return a percentage, nothing where there is nothing to take it of."""
    return PERCENT * part / whole_of if whole_of else ""


def harms(run: SealedRun) -> tuple[list[Row], bool]:
    """Return the harms of all arms together, and whether they are withheld.

    A participant has one arm, so those with an event are the sum over the arms. They are withheld
    where those who are counted are of one arm. Each row that counts nobody is left out.
    """
    totals: dict[str, Row] = {}
    sizes: dict[str, float] = {}
    for row in run.table("harms"):
        if row["kind"] not in COUNTED or not row["arm"]:
            continue
        about = ("kind", "label", "system", "event", "seriousness", "severity", "population")
        mine = totals.setdefault(
            row["item"],
            {"row": row["item"]} | {name: row[name] for name in about} | dict.fromkeys(SUMMED, 0.0),
        )
        for column in SUMMED:
            mine[column] += of_number(row[column])
        mine["timed_events"] = mine.get("timed_events", 0.0) + (
            of_number(row["per_100_person_years"]) * of_number(row["person_years"]) / PERCENT
        )
        sizes[row["arm"]] = of_number(row["denominator"])
    if _is_of_one(list(sizes.values())):
        return [], True
    return [_harm(row) for row in _by_frequency(totals) if row["events"]], False


def _by_frequency(totals: Mapping[str, Row]) -> list[Row]:
    """Return rows of harms in order: events of a system by how many had them in all arms."""
    rank = {kind: place for place, kind in enumerate(COUNTED)}
    places: dict[tuple[str, str], int] = {}
    for row in totals.values():
        places.setdefault((row["seriousness"], row["system"]), len(places))

    def order(row: Row) -> tuple:
        if row["kind"] not in ("system", "event"):
            return (rank[row["kind"]], 0, 0, 0, "")
        of = places[row["seriousness"], row["system"]]
        is_event = row["kind"] == "event" and bool(row["system"])
        return (rank["system"], of, is_event, -row["participants"], row["label"])

    return sorted(totals.values(), key=order)


def _harm(row: Row) -> Row:
    """Return a row of harms; its base stands in the totals alone, for all have the same."""
    n, years = row.pop("participants"), row["person_years"]
    row = row | {"n": whole(n), "percent": share(n, row["denominator"])}
    events = row.pop("timed_events")
    row["per_100_person_years"] = PERCENT * events / years if years else ""
    row = row | {name: whole(row[name]) for name in ("events", "timed", "denominator")}
    row["person_years"] = years or ""
    if row["kind"] in ("unknown", "related"):
        row["row"] = f"{row['kind']}.{row['row']}"  # no sum leads from it to another total
    return row if row["kind"] == "total" else row | {"denominator": ""}


def queries(run: SealedRun, tables: Iterable[str]) -> list[Row]:
    """Return how many queries are open, by form and severity, of those tables alone."""
    accounts = {row["export"]: row["table"] for row in run.table("row_accounts") if row["export"]}
    wanted, counts = set(tables), {}
    for query in run.csv("validation/queries.csv"):
        table = accounts.get(query["export"])
        if query["status"] == "open" and table in wanted:
            key = (table, query["severity"])
            counts[key] = counts.get(key, 0) + 1
    return [
        {"row": f"{table}.{severity}", "table_name": table, "severity": severity, "n": n}
        for (table, severity), n in sorted(counts.items())
    ]


def forms_of_all(people: pd.DataFrame, arms: pd.Series) -> list[str]:
    """Return the forms but for those that one arm alone has."""
    names = [name for name in people if str(name).startswith("has_")]
    kept = [name for name in names if not one_arm_alone(people[name].astype("boolean"), arms)]
    return [name.removeprefix("has_") for name in kept]


def disclosed(
    tables: Mapping[str, Sequence[Row]], minimum: int, mask: Callable[[str], str]
) -> dict[str, list[dict[str, str]]]:
    """Return the tables as text, as they may be shown: small counts suppressed, arms not named."""
    found = {}
    for name, rows in tables.items():
        if not rows:
            continue
        columns = list(dict.fromkeys(column for row in rows for column in row))
        text = [[_text(row.get(column, ""), mask) for column in columns] for row in rows]
        shown = suppress({name: _rows(columns, text)}, minimum)[name].released()
        found[name] = [
            {
                column: before if column in NAMED else after
                for column, before, after in zip(columns, old, new, strict=True)
            }
            for old, new in zip(text, shown, strict=True)
        ]
    return found


def _rows(columns: list[str], text: list[list[str]]) -> Rows:
    return columns, text


def _text(value: Any, mask: Callable[[str], str]) -> str:
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return ""
    return mask(value) if isinstance(value, str) else f"{value:.10g}"
