"""Numbers of the shipped study's report, recomputed from raw cells by plain code of its own."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cache
from typing import Any

from raw_cells import RawCells

CONTROL, MENTORED = "C", "PM"
Record = dict[str, str]


def allocation(raw: RawCells) -> dict[str, str]:
    """Return the arm of each participant whose arm and number are named."""
    records = raw["randomisation.csv"]
    return {r["Study No"]: r["Alloc"] for r in records if {"Study No", "Alloc"} <= r.keys()}


def values(
    raw: RawCells, arm: str, file: str, value: Callable[[Record], Any], key: str = "Study No"
) -> list[float]:
    """Return what the records of an arm give; of one without a value, nothing."""
    arms = allocation(raw)
    mine = (value(r) for r in raw[file] if arms.get(r.get(key, "")) == arm)
    return [float(each) for each in mine if each is not None]


def number(column: str) -> Callable[[Record], float | None]:
    """Return the function that reads a number."""
    return lambda record: float(record[column]) if column in record else None


def yes(column: str, word: str = "Y") -> Callable[[Record], float | None]:
    """Return the function that is 1 for a word and 0 for another."""
    return lambda record: float(record[column] == word) if column in record else None


def both_arms(raw: RawCells, file: str, value: Callable[[Record], Any]) -> tuple[list, list]:
    """Return the values of the mentored and of the control arm."""
    return values(raw, MENTORED, file, value), values(raw, CONTROL, file, value)


def difference(raw: RawCells, file: str, value: Callable[[Record], Any]) -> float:
    """Return the difference of means."""
    arm, reference = both_arms(raw, file, value)
    return statistics.fmean(arm) - statistics.fmean(reference)


def welch(raw: RawCells, file: str, value: Callable[[Record], Any], sign: int) -> float:
    """Return a limit of Welch's interval, 95%."""
    arm, reference = both_arms(raw, file, value)
    parts = [statistics.variance(each) / len(each) for each in (arm, reference)]
    sizes = [len(arm), len(reference)]
    freedom = sum(parts) ** 2 / sum(v**2 / (n - 1) for v, n in zip(parts, sizes, strict=True))
    middle = statistics.fmean(arm) - statistics.fmean(reference)
    return middle + sign * t_quantile(0.975, freedom) * math.sqrt(sum(parts))


def t_quantile(share: float, freedom: float) -> float:
    """Return a quantile of Student's t: the density summed by Simpson's rule, and halving."""
    scale = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)
    scale = math.exp(scale) / math.sqrt(freedom * math.pi)

    def below(limit: float, steps: int = 2000) -> float:
        width = limit / steps
        heights = [
            scale * (1 + (i * width) ** 2 / freedom) ** (-(freedom + 1) / 2)
            for i in range(steps + 1)
        ]
        inner = 4 * sum(heights[1:-1:2]) + 2 * sum(heights[2:-1:2])
        return 0.5 + width / 3 * (heights[0] + heights[-1] + inner)

    low, high = 0.0, 50.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) < share else (low, middle)
    return (low + high) / 2


def delayed(record: Record) -> float | None:
    """Return whether a mental index lies below 85, the lowest within normal limits."""
    return float(float(record["MDI"]) < 85) if "MDI" in record else None


def weeks(record: Record) -> float | None:
    """Return completed weeks and days over them as weeks."""
    if not {"Gest wk", "Gest d"} <= record.keys():
        return None
    return float(record["Gest wk"]) + float(record["Gest d"]) / 7


def prorated(items: list[str], low: float, high: float, turned: Iterable[str] = ()) -> Callable:
    """Return the function that sums items by their mean, where half of them are answered."""
    turned = set(turned)

    def score(record: Record) -> float | None:
        given = {name: float(record[name]) for name in items if name in record}
        given = {n: low + high - v if n in turned else v for n, v in given.items()}
        if 2 * len(given) < len(items) or not given:
            return None
        return statistics.fmean(given.values()) * len(items)

    return score


EFFICACY = prorated([f"pe{n:02d}" for n in range(1, 11)], 1, 4)
_MENTAL = prorated(["sf24", "sf25", "sf26", "sf28", "sf30"], 1, 6, ["sf26", "sf30"])


def mental_health(record: Record) -> float | None:
    """Return the SF-36 scale of mental health, 0 to 100."""
    raw = _MENTAL(record)
    return None if raw is None else (raw - 5) / 25 * 100


def quartile(found: list[float], place: int) -> float:
    """Return a quartile by linear interpolation between the ranks."""
    return statistics.quantiles(sorted(found), n=4, method="inclusive")[place - 1]


def has(raw: RawCells, file: str, columns: list[str]) -> set[str]:
    """Return the participants of whom a form says anything."""
    return {r["Study No"] for r in raw[file] if "Study No" in r and {*columns} & r.keys()}


def count(raw: RawCells, file: str, column: str, word: str | None = None) -> int:
    """Return how many records have a cell, or a cell that says ``word``."""
    return sum(column in r and word in (None, r[column]) for r in raw[file])


def share(part: float, whole: float) -> float:
    """Return a percentage."""
    return 100 * part / whole


def visits(raw: RawCells) -> dict[str, int]:
    """Return of each participant of the arm how many home visits took place."""
    found = dict.fromkeys((p for p, arm in allocation(raw).items() if arm == MENTORED), 0)
    for record in raw["contact_log.csv"]:
        if record.get("Mode") == "H" and record.get("Outcome") == "1":
            who = record.get("Study No", "")
            if who in found:
                found[who] += 1
    return found


@cache
def day(text: str, form: str = "%d/%m/%Y") -> date:
    """Return a day."""
    return datetime.strptime(text, form).date()


def first_contact(raw: RawCells) -> list[int]:
    """Return the days from randomisation to the first contact that took place."""
    known = [r for r in raw["randomisation.csv"] if {"Study No", "Date randomised"} <= r.keys()]
    began = {r["Study No"]: day(r["Date randomised"]) for r in known if r.get("Alloc") == MENTORED}
    found: dict[str, int] = {}
    for record in raw["contact_log.csv"]:
        who = record.get("Study No", "")
        if record.get("Outcome") == "1" and "Date" in record and who in began:
            days = (day(record["Date"]) - began[who]).days
            found[who] = min(days, found.get(who, days))
    return sorted(found.values())


def months_served(raw: RawCells) -> list[float]:
    """Return the service of each mentor, to resignation or to the last day of the log."""
    return [months for months, _ in service(raw)]


def time_until_half(times: list[tuple[float, bool]]) -> float:
    """Return when the product-limit curve comes down to a half."""
    left = 1.0
    for time in sorted({time for time, gone in times if gone}):
        risk = sum(each >= time for each, _ in times)
        left *= 1 - sum(gone and each == time for each, gone in times) / risk
        if left <= 0.5:
            return time
    return math.inf


def service(raw: RawCells) -> list[tuple[float, bool]]:
    """Return the service of each mentor in months, and whether it ended."""
    logged = [day(r["Date"]) for r in raw["contact_log.csv"] if "Date" in r]
    last = max(logged, default=date.min)
    found = []
    for record in raw["mentor_register.xlsx"]:
        if "Registered" not in record:
            continue
        start, end = (
            datetime.fromisoformat(record[name]).date() if name in record else last
            for name in ("Registered", "Resigned")
        )
        found.append(((end - start).days / (365.25 / 12), "Resigned" in record))
    return found


def per_mentor(raw: RawCells, file: str, column: str) -> list[list[str]]:
    """Return what the records of each mentor of the register have in a column."""
    found: dict[str, list[str]] = {
        r["Mentor ID"]: [] for r in raw["mentor_register.xlsx"] if "Mentor ID" in r
    }
    for record in raw[file]:
        if column in record and record.get("Mentor") in found:
            found[record["Mentor"]].append(record[column])
    return [*found.values()]


def passages(raw: RawCells) -> list[tuple[str, Record]]:
    """Return the passages that are coded, each with its coder."""
    return [(coder, r) for coder in ("r1", "r2") for r in raw[f"codings_{coder}.csv"]]


def interviews_with(raw: RawCells, codes: set[str], role: str = "", stage: str = "") -> int:
    """Return how many interviews that were held have a passage with one of the codes."""
    coded = {r["document"] for _, r in passages(raw) if r.get("code") in codes and "document" in r}
    held = {
        r["Document"]
        for r in raw["interview_register.csv"]
        if r.get("Status") == "Interviewed"
        and r.get("Document") in coded
        and role in ("", r.get("Role"))
        and stage in ("", r.get("Stage"))
    }
    return len(held)


def theme(raw: RawCells, name: str) -> set[str]:
    """Return the codes of a theme by the codebook."""
    return {r["code"] for r in raw["codebook.csv"] if r.get("theme") == name and "code" in r}


def marked(raw: RawCells, codes: set[str]) -> dict[str, dict[str, set[int]]]:
    """Return the characters that each coder marked with one of the codes: coder, document."""
    found: dict[str, dict[str, set[int]]] = {"r1": {}, "r2": {}}
    for coder, record in passages(raw):
        if record.get("code") in codes and {"document", "start", "end"} <= record.keys():
            place = range(int(record["start"]), int(record["end"]))
            found[coder].setdefault(record["document"], set()).update(place)
    return found


def shared(raw: RawCells) -> set[str]:
    """Return the documents in which either coder marked anything."""
    found = [
        {r["document"] for coder, r in passages(raw) if coder == each and "document" in r}
        for each in ("r1", "r2")
    ]
    return found[0] & found[1]


def agreement(raw: RawCells, codes: set[str]) -> tuple[int, int, int, int]:
    """Return the characters that both, the first alone, the second alone and neither marked."""
    documents, of = shared(raw), marked(raw, codes)
    texts = {
        r["document"]: r["text"] for r in raw.ending(".docx") if {"document", "text"} <= r.keys()
    }
    total = sum(len(texts[document]) for document in documents)
    pairs = [tuple(of[coder].get(d, set()) for coder in ("r1", "r2")) for d in documents]
    both = marked_by_both(raw, codes)
    first, second = (sum(len(each[n]) for each in pairs) for n in (0, 1))
    return both, first - both, second - both, total - first - second + both


def marked_by_both(raw: RawCells, codes: set[str]) -> int:
    """Return the characters that both coders marked, in documents where either marked anything."""
    documents, of = shared(raw), marked(raw, codes)
    return sum(len(of["r1"].get(d, set()) & of["r2"].get(d, set())) for d in documents)


def kappa(raw: RawCells, codes: set[str]) -> float:
    """Return Cohen's kappa."""
    both, first, second, neither = agreement(raw, codes)
    total = both + first + second + neither
    a, b, same = (both + first) / total, (both + second) / total, (both + neither) / total
    expected = a * b + (1 - a) * (1 - b)
    return (same - expected) / (1 - expected)
