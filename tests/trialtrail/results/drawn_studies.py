"""Small studies as result tables, drawn at random: flow, baseline, missing outcomes, effects."""

from __future__ import annotations

import random
from typing import Any

SUMMARY = ["row", "table", "item", "level", "timepoint", "arm", "role", "stage", "n",
           "denominator", "percent", "mean", "note"]  # fmt: skip
ARMS = ["row", "analysis", "outcome", "timepoint", "arm", "n_randomised", "n_with_data",
        "n_analysed", "n_imputed", "events", "percent", "mean"]  # fmt: skip
ESTIMATES = ["row", "analysis", "outcome", "timepoint", "arm", "reference", "measure", "estimate",
             "df", "n_arm", "n_reference", "missing_arm", "missing_reference"]  # fmt: skip


class Drawn:
    """A study drawn from a seed.

    Attributes:
        tables: columns and rows of each table, by the table's stem.
        forms: the line of the flow that each outcome's form is.
    """

    def __init__(self, seed: int) -> None:
        """Draw a trial of two or three arms."""
        self._draw = random.Random(seed)
        self.arms = [f"arm_{letter}" for letter in "abc"[: self._draw.choice((2, 2, 3))]]
        size = self._draw.choice((15, 30, 60, 120, 200))
        people = range(size * len(self.arms))
        self.of = {arm: [p for p in people if p % len(self.arms) == at]
                   for at, arm in enumerate(self.arms)}  # fmt: skip
        for arm in self.arms[1:]:
            self.of[arm] = self.of[arm][: len(self.of[arm]) - self._draw.randint(0, 4)]
        self.forms: dict[str, str] = {}
        self.summaries: list[dict[str, Any]] = []
        self.arm_rows: list[dict[str, Any]] = []
        self.estimates: list[dict[str, Any]] = []
        self._flow()
        for number in range(self._draw.randint(1, 4)):
            self._baseline(f"item_{number}")
        self.tables = {
            "summaries": _table(SUMMARY, self.summaries),
            "arms": _table(ARMS, self.arm_rows),
            "estimates": _table(ESTIMATES, self.estimates),
        }

    def _flow(self) -> None:
        draw, total = self._draw, sum(map(len, self.of.values()))
        declined, ineligible = draw.choice((0, 2, 9, 40)), draw.choice((1, 4, 25))
        self._row("flow.assessed", "flow", "assessed", total + declined + ineligible)
        assessed, asked = total + declined + ineligible, total + declined
        self._row("flow.not_eligible", "flow", "not_eligible", ineligible, assessed)
        self._row("flow.eligible", "flow", "eligible", asked, assessed)
        self._row("flow.declined", "flow", "declined", declined, asked)
        self._row("flow.randomised", "flow", "randomised", total, asked)
        for arm, people in self.of.items():
            name = f"flow.allocated.{arm}"
            self._row(name, "flow", f"allocated.{arm}", len(people), total, arm)
        followed: set[int] = set()
        visits = {}
        for number in range(draw.randint(1, 3)):
            share = draw.choice((0.8, 0.9, 0.97))
            visits[f"visit_{number}"] = {p for each in self.of.values() for p in each
                                         if draw.random() < share}  # fmt: skip
        if draw.random() < 0.5:
            visits["visit_0"] |= set().union(*visits.values())
        for name, there in visits.items():
            followed |= there
            self._of_arms("flow", name, there)
        self._of_arms("flow", "followed_up", followed)
        everybody = {p for each in self.of.values() for p in each}
        self._of_arms("flow", "not_followed_up", everybody - followed)
        for name, there in visits.items():
            for number in range(draw.randint(1, 3)):
                self._outcome(f"outcome_{name[-1]}{number}", name, there)

    def _of_arms(self, topic: str, item: str, people: set[int]) -> None:
        total = sum(map(len, self.of.values()))
        self._row(f"{topic}.{item}", topic, item, len(people), total)
        for arm, own in self.of.items():
            n = len(people & {*own})
            self._row(f"{topic}.{item}.{arm}", topic, f"{item}.{arm}", n, len(own), arm)

    def _outcome(self, outcome: str, visit: str, there: set[int]) -> None:
        draw = self._draw
        lost = draw.choice((0.0, 0.0, 0.01, 0.03, 0.1))
        known = {p for p in sorted(there) if draw.random() >= lost}
        shares = draw.random() < 0.4
        having = {p for p in sorted(known) if draw.random() < draw.choice((0.03, 0.3, 0.6))}
        self.forms[outcome] = f"flow.{visit}"
        found = {}
        for arm, own in self.of.items():
            n, all_n, came = len(known & {*own}), len(own), len(there & {*own})
            found[arm] = (n, all_n, came)
            events = len(having & {*own}) if shares else ""
            percent = f"{100 * events / n:.10g}" if shares and n else ""
            mean = "" if shares else f"{draw.uniform(5, 9):.10g}"
            data = [events, percent, mean]
            self.arm_rows.append(dict(zip(ARMS, [f"{outcome}.{arm}", "main", outcome, "end", arm,
                                                 all_n, n, all_n, all_n - n, *data], strict=True)))  # fmt: skip
            self.arm_rows.append(dict(zip(ARMS, [f"complete.{outcome}.{arm}", "complete", outcome,
                                                 "end", arm, all_n, n, n, 0, *data], strict=True)))  # fmt: skip
            self._missing(outcome, arm, n, all_n, came)
        reference, *others = self.arms
        measure = "risk_difference" if shares else "mean_difference"
        for arm in others:
            for analysis in ("main", "complete"):
                name = outcome if analysis == "main" else f"complete.{outcome}"
                ours, theirs = found[arm], found[reference]
                counts = (
                    [ours[1], theirs[1], ours[1] - ours[0], theirs[1] - theirs[0]]
                    if analysis == "main"
                    else [ours[0], theirs[0], ours[2] - ours[0], theirs[2] - theirs[0]]
                )
                self.estimates.append(dict(zip(ESTIMATES, [
                    f"{name}.{arm}", analysis, outcome, "end", arm, reference, measure,
                    f"{draw.gauss(0, 1):.10g}", f"{draw.uniform(20, 90):.10g}", *counts,
                ], strict=True)))  # fmt: skip

    def _missing(self, outcome: str, arm: str, n: int, total: int, came: int) -> None:
        base = f"missing_outcomes.{outcome}.end"
        lines = {"known": n, "not_known": total - n, "not_known.no_form": total - came}
        if came > n:
            lines["not_known.without_value"] = came - n
        for line, count in lines.items():
            self._row(f"{base}.{line}.{arm}", "missing_outcomes", outcome, count, total, arm, "x")

    def _baseline(self, item: str) -> None:
        draw = self._draw
        lost = draw.choice((0.0, 0.0, 0.02, 0.1))
        known = {arm: [p for p in own if draw.random() >= lost] for arm, own in self.of.items()}
        if draw.random() < 0.25:
            for arm, own in known.items():
                name = f"baseline.{item}.{arm}"
                self._row(name, "baseline", item, len(own), "", arm)
            self._row(f"baseline.{item}.all", "baseline", item, sum(map(len, known.values())))
            return
        weights = [draw.choice((1, 3, 10, 40)) for _ in range(draw.randint(2, 6))]
        drawn = {arm: draw.choices(range(len(weights)), weights, k=len(own))
                 for arm, own in known.items()}  # fmt: skip
        for level in range(len(weights)):
            for arm, own in drawn.items():
                name = f"baseline.{item}.level_{level}.{arm}"
                self._row(name, "baseline", item, own.count(level), len(own), arm, f"l{level}")
            n, total = (sum(each.count(level) for each in drawn.values()),
                        sum(map(len, drawn.values())))  # fmt: skip
            name = f"baseline.{item}.level_{level}.all"
            self._row(name, "baseline", item, n, total, "", f"l{level}")

    def _row(
        self,
        name: str,
        topic: str,
        item: str,
        n: int,
        total: int | str = "",
        arm: str = "",
        level: str = "",
    ) -> None:
        percent = f"{100 * n / int(total):.10g}" if total else ""
        own = {"row": name, "table": topic, "item": item, "level": level, "arm": arm}
        own |= {"timepoint": "end" if topic == "missing_outcomes" else ""}
        mean = "" if total or topic != "baseline" else f"{self._draw.uniform(20, 40):.10g}"
        self.summaries.append(
            own | {"n": n, "denominator": total, "percent": percent, "mean": mean}
        )


def _table(columns: list[str], rows: list[dict[str, Any]]) -> tuple[list[str], list[list[str]]]:
    return columns, [[str(row.get(column, "")) for column in columns] for row in rows]
