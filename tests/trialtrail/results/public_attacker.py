"""An attacker on published tables: what each withheld cell may be, given all that is printed.

It knows what the tables mean and which form each outcome is from, as a reader of the protocol does,
and has the printed tables alone: every cell is a number of its own, and what ties cells together is
written here anew from the meaning of the columns. Nothing of `trialtrail.results` is used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

MARK = "[c]"
Printed = Mapping[str, Sequence[Mapping[str, str]]]
"""Rows of each printed table, by the table's stem."""
Cell = tuple[str, str, str]
"""Table, row and column."""
COLUMNS = {
    "summaries": ("n", "denominator"),
    "arms": ("n_randomised", "n_with_data", "n_analysed", "n_imputed", "events"),
    "estimates": ("n_arm", "n_reference", "missing_arm", "missing_reference"),
}
PEOPLE = ("flow", "baseline", "missing_outcomes")
MOST = 5_000


class Attacker:
    """All that is printed, as equations and limits over the cells."""

    def __init__(self, printed: Printed, forms: Mapping[str, str]) -> None:
        """Take the printed tables, and the line of the flow that each outcome's form is."""
        self.cells: dict[Cell, str] = {}
        self.rows: list[tuple[dict[Any, float], float, float]] = []
        self._free = 0
        for table, columns in COLUMNS.items():
            for row in printed.get(table, ()):
                for column in columns:
                    if row.get(column):
                        self.cells[table, row["row"], column] = row[column]
        self._summaries(printed.get("summaries", ()))
        self._arms(printed, forms)

    def withheld(self) -> list[Cell]:
        """Return the cells that are not told."""
        return [cell for cell, text in self.cells.items() if text == MARK]

    def add(self, parts: Mapping[Any, float], low: float = 0, high: float = 0) -> None:
        """Add that a sum lies between two values."""
        self.rows.append((dict(parts), low, high))

    def same(self, one: Cell, other: Cell) -> None:
        """Add that two cells print the same number."""
        if one in self.cells and other in self.cells and one != other:
            self.add({one: 1, other: -1})

    def sum(self, parts: Iterable[Cell], whole: Cell) -> None:
        """Add that cells add up to another."""
        listed = list(parts)
        if whole in self.cells and listed and all(part in self.cells for part in listed):
            self.add({**dict.fromkeys(listed, 1.0), whole: -1.0})

    def at_most(self, part: Cell, whole: Cell) -> None:
        """Add that one cell is a part of another."""
        if part in self.cells and whole in self.cells:
            self.add({part: 1, whole: -1}, -MOST, 0)

    def _summaries(self, rows: Sequence[Mapping[str, str]]) -> None:
        by: dict[tuple, dict[str, str]] = defaultdict(dict)
        levels: dict[tuple, list[str]] = defaultdict(list)
        for row in rows:
            name, topic = row["row"], row["table"]
            self.at_most(_n(name), _n(name, "denominator"))
            self._percent(row.get("percent", ""), _n(name), _n(name, "denominator"))
            if topic in PEOPLE:
                bare = name.removesuffix(f".{row['arm']}" if row["arm"] else ".all")
                by[topic, bare][row["arm"]] = name
            if topic == "baseline" and row.get("level"):
                levels[row["item"], row["arm"]].append(name)
            allocated = f"flow.allocated.{row['arm']}" if row["arm"] else "flow.randomised"
            if topic == "baseline":
                own = "denominator" if _n(name, "denominator") in self.cells else "n"
                self.at_most(_n(name, own), _n(allocated))
            if topic == "missing_outcomes" or (topic == "flow" and row["arm"]):
                if "allocated" not in name and not _box_of_reason(row):
                    self.same(_n(name, "denominator"), _n(allocated))
        for same in by.values():
            arms = [name for arm, name in same.items() if arm]
            for column in ("n", "denominator"):
                if "" in same and len(arms) > 1:
                    self.sum((_n(name, column) for name in arms), _n(same[""], column))
        for names in levels.values():
            self.sum((_n(name) for name in names), _n(names[0], "denominator"))
            for name in names:
                self.same(_n(name, "denominator"), _n(names[0], "denominator"))
        self._flow([row for row in rows if row["table"] == "flow"])

    def _flow(self, rows: Sequence[Mapping[str, str]]) -> None:
        names = {row["row"] for row in rows}
        arms = [row["arm"] for row in rows if row["row"].startswith("flow.allocated.")]
        self.sum((_n(f"flow.allocated.{arm}") for arm in arms), _n("flow.randomised"))
        reasons: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            if box := _box_of_reason(row):
                reasons[box].append(row["row"])
                self.same(_n(row["row"], "denominator"), _n(box))
        for box, told in reasons.items():
            self.sum(map(_n, told), _n(box))
        asked = "flow.eligible" if "flow.eligible" in names else "flow.assessed"
        parts = ("flow.declined", "flow.not_randomised", "flow.randomised")
        self.sum((_n(name) for name in parts if name in names), _n(asked))
        if "flow.not_eligible" in names:
            self.sum((_n("flow.eligible"), _n("flow.not_eligible")), _n("flow.assessed"))
        for arm in arms:
            followed = _n(f"flow.followed_up.{arm}")
            self.sum((followed, _n(f"flow.not_followed_up.{arm}")), _n(f"flow.allocated.{arm}"))
            for row in rows:
                bare = row["row"].removesuffix(f".{arm}").removeprefix("flow.")
                if row["arm"] == arm and bare.startswith("visit"):
                    self.at_most(_n(row["row"]), followed)

    def _arms(self, printed: Printed, forms: Mapping[str, str]) -> None:
        of = {}
        for row in printed.get("arms", ()):
            name, arm = row["row"], row["arm"]
            cell = {column: ("arms", name, column) for column in COLUMNS["arms"]}
            of[row["analysis"], row["outcome"], arm] = cell
            self.same(cell["n_randomised"], _n(f"flow.allocated.{arm}"))
            self.at_most(cell["n_with_data"], cell["n_randomised"])
            self.at_most(cell["events"], cell["n_with_data"])
            self._percent(row.get("percent", ""), cell["events"], cell["n_with_data"])
            self.sum((cell["n_with_data"], cell["n_imputed"]), cell["n_analysed"])
            if ("main", row["outcome"], arm) in of:
                main = of["main", row["outcome"], arm]
                self.same(cell["n_with_data"], main["n_with_data"])
                self.same(cell["events"], main["events"])
            self.at_most(cell["n_with_data"], _n(f"{forms[row['outcome']]}.{arm}"))
            base = f"missing_outcomes.{row['outcome']}.{row['timepoint']}"
            known, unknown = f"{base}.known.{arm}", f"{base}.not_known.{arm}"
            self.same(_n(known), cell["n_with_data"])
            self.sum((_n(known), _n(unknown)), _n(known, "denominator"))
            reasons = [cell for cell in self.cells if cell[1].startswith(f"{base}.not_known.")
                       and cell[1].endswith(f".{arm}") and cell[1] != unknown
                       and cell[2] == "n"]  # fmt: skip
            self.sum(reasons, _n(unknown))
            visit = _n(f"{forms[row['outcome']]}.{arm}")
            self.sum((_n(f"{base}.not_known.no_form.{arm}"), visit), _n(f"flow.allocated.{arm}"))
        for row in printed.get("estimates", ()):
            for side, n, missing in (("arm", "n_arm", "missing_arm"),
                                     ("reference", "n_reference", "missing_reference")):  # fmt: skip
                arm, name = row[side], row["row"]
                counted, lacking = ("estimates", name, n), ("estimates", name, missing)
                own = of.get((row["analysis"], row["outcome"], arm))
                if own and row.get("subgroup_level"):
                    own = None
                if own:
                    self.same(counted, own["n_analysed"])
                if own and row["analysis"] == "main":
                    self.same(lacking, own["n_imputed"])
                if row["analysis"] == "complete":
                    self.sum((counted, lacking), _n(f"{forms[row['outcome']]}.{arm}"))

    def _percent(self, percent: str, part: Cell, whole: Cell) -> None:
        """Add that a share of ten digits is that of two counts."""
        if percent in ("", MARK) or part not in self.cells or whole not in self.cells:
            return
        share = float(percent) / 100
        slack = 1e-6
        self.add({part: 1, whole: -share}, -slack, slack)

    def contradicts(self, truth: Mapping[Cell, str]) -> list[str]:
        """Return what the true numbers break: it shows that the attacker is mistaken."""
        found = []
        for parts, low, high in self.rows:
            total = sum(factor * float(truth[cell]) for cell, factor in parts.items())
            if not low - 1e-3 <= total <= high + 1e-3:
                found.append(str(parts))
        return found

    def recovered(self, fewest: int) -> dict[Cell, tuple[int, int]]:
        """Return the withheld cells with fewer possible values than so many, and their range."""
        found = {}
        for cells, rows in self._parts():
            known = _Worlds(cells, rows, self.cells)
            for cell in cells:
                low, high = known.range(cell, fewest)
                if high - low + 1 < fewest:
                    found[cell] = (low, high)
        return found

    def _parts(self) -> list[tuple[list[Cell], list]]:
        """Return the withheld cells in groups that no equation ties together."""
        group: dict[Cell, list[Cell]] = {cell: [cell] for cell in self.withheld()}
        for parts, _, _ in self.rows:
            tied = [cell for cell in parts if cell in group]
            for other in tied[1:]:
                if group[other] is not group[tied[0]]:
                    group[tied[0]].extend(group[other])
                    for cell in group[other]:
                        group[cell] = group[tied[0]]
        unique = {id(cells): cells for cells in group.values()}
        rows: dict[int, list] = defaultdict(list)
        for row in self.rows:
            tied = [cell for cell in row[0] if cell in group]
            if tied:
                rows[id(group[tied[0]])].append(row)
        return [(cells, rows[key]) for key, cells in unique.items()]


class _Worlds:
    """The possible values of withheld cells that are tied together, by integer programming."""

    def __init__(self, cells: list[Cell], rows: list, told: Mapping[Cell, str]) -> None:
        self._at = {cell: at for at, cell in enumerate(cells)}
        matrix = np.zeros((len(rows), len(cells)))
        low, high = np.zeros(len(rows)), np.zeros(len(rows))
        for at, (parts, least, most) in enumerate(rows):
            fixed = 0.0
            for cell, factor in parts.items():
                if cell in self._at:
                    matrix[at, self._at[cell]] += factor
                else:
                    fixed += factor * float(told[cell])
            low[at], high[at] = least - fixed, most - fixed
        self._limits = [LinearConstraint(matrix, low, high)] if rows else []
        self._seen: list[np.ndarray] = []

    def range(self, cell: Cell, fewest: int) -> tuple[int, int]:
        """Return least and greatest value, or two that are far enough apart."""
        at, count = self._at[cell], len(self._at)
        for sign in (1, -1):
            values = [round(world[at]) for world in self._seen]
            if values and max(values) - min(values) + 1 >= fewest:
                break
            goal = np.zeros(count)
            goal[at] = sign
            solved = milp(
                goal, constraints=self._limits, integrality=np.ones(count), bounds=Bounds(0, MOST)
            )
            assert solved.x is not None, solved.message
            self._seen.append(solved.x)
        values = [round(world[at]) for world in self._seen]
        return min(values), max(values)


def _box_of_reason(row: Mapping[str, str]) -> str:
    """Return the box whose people a row of the flow divides by reason, or nothing."""
    arm = f".{row['arm']}" if row["arm"] else ""
    box, _, number = row["row"].removesuffix(arm).rpartition(".")
    return box + arm if row["table"] == "flow" and number.isdecimal() else ""


def _n(row: str, column: str = "n") -> Cell:
    return ("summaries", row, column)
