"""The outcomes of all arms together, from the dataset: who has them, how they are distributed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from trialtrail.derive.populations import is_excluded
from trialtrail.results.counts import quartiles

Row = dict[str, Any]
PERCENT, YEAR = 100, 365.25


def one_arm_alone(has: pd.Series, arms: pd.Series) -> bool:
    """Tell whether of several arms exactly one has any of what ``has`` says."""
    mine = set(arms[has.fillna(False).to_numpy(dtype=bool)].dropna())
    return len(mine) == 1 and arms.nunique() > 1


class PooledOutcomes:
    """The outcomes of those who were randomised and not excluded afterwards, whatever their arm.

    Args:
        people: the dataset of participants.
        outcomes: the dataset of outcomes.
        specs: the outcomes of the plan, in their order.

    Attributes:
        withheld: outcomes and timepoints of which one arm alone has a value.
    """

    def __init__(
        self, people: pd.DataFrame, outcomes: pd.DataFrame, specs: Sequence[Mapping[str, Any]]
    ) -> None:
        people = people[people["arm"].notna() & ~is_excluded(people)]
        self._arms = people.set_index("participant_id")["arm"]
        self._size = len(people)
        mine = outcomes[outcomes["participant_id"].isin(people["participant_id"])]
        # The arm is not among what the tables are made from.
        self._outcomes = mine.drop(columns="arm")
        self._parts = [
            (spec, part["timepoint"]) for spec in specs for part in spec.get("measured", [])
        ]
        self.withheld = [
            (spec["id"], time)
            for spec, time in self._parts
            if self._is_of_one_arm(spec["id"], time)
        ]

    def _rows_of(self, outcome: str, timepoint: str) -> pd.DataFrame:
        rows = self._outcomes
        rows = rows[(rows["outcome"] == outcome) & (rows["timepoint"] == timepoint)]
        known = rows["value"].notna()
        if "event" in rows and rows["event"].notna().any():
            known &= rows["event"].notna()
        return rows[known]

    def _is_of_one_arm(self, outcome: str, timepoint: str) -> bool:
        known = self._rows_of(outcome, timepoint)["participant_id"]
        return one_arm_alone(pd.Series(self._arms.index.isin(known)), self._arms)

    def _shown(self) -> list[tuple[Mapping[str, Any], str, pd.DataFrame]]:
        return [
            (spec, time, self._rows_of(spec["id"], time))
            for spec, time in self._parts
            if (spec["id"], time) not in self.withheld
        ]

    def completeness(self) -> list[Row]:
        """Return of how many participants each outcome is known at each timepoint.

        The counts are those of the result table `arms`, and are disclosed as they are there.
        """
        return [
            _about(spec, time, ".known")
            | {"n_with_data": len(rows), "n_randomised": self._size}
            | {"percent": PERCENT * len(rows) / self._size if self._size else ""}
            for spec, time, rows in self._shown()
        ]

    def scales(self) -> list[Row]:
        """Return the distribution of outcomes that are measured: mean and SD, median, quartiles.

        Least and greatest value are those of one participant, and left out.
        """
        found = []
        for spec, time, rows in self._shown():
            if spec["kind"] not in ("continuous", "count") or rows.empty:
                continue
            values = rows["value"].astype("float64")
            row = _about(spec, time, ".values") | {"n": len(values), "mean": values.mean()}
            row |= {"sd": values.std() if len(values) > 1 else ""}
            found.append(row | quartiles(values) | {"decimals": spec.get("decimals", "")})
        return found

    def categories(self) -> list[Row]:
        """Return how many have each category of a binary or ordered outcome."""
        found = []
        for spec, time, rows in self._shown():
            if spec["kind"] not in ("binary", "ordered"):
                continue
            levels = spec.get("levels") or []
            wanted = list(enumerate(levels)) if spec["kind"] == "ordered" else [(1, "Present")]
            for place, level in wanted:
                n = int((rows["value"] == place).sum())
                row = _about(spec, time, f".{place}") | {"level": str(level).replace("_", " ")}
                row |= {"n": n, "denominator": len(rows)}
                found.append(row | {"percent": PERCENT * n / len(rows) if len(rows) else ""})
        return found

    def times(self) -> list[Row]:
        """Return how many had an event, and how long all were observed."""
        found = []
        for spec, time, rows in self._shown():
            if spec["kind"] != "time_to_event" or rows.empty:
                continue
            days, event = rows["value"].astype("float64"), rows["event"].astype("float64")
            n, years = int((event == 1).sum()), float(days.sum()) / YEAR
            row = _about(spec, time, ".event") | {"n": n, "denominator": len(rows)}
            row |= {"percent": PERCENT * n / len(rows), "person_years": years}
            row |= {"rate": PERCENT * n / years if years else ""}
            found.append(row | quartiles(days))
            others = int((event > 1).sum())
            if (event > 1).any():
                row = _about(spec, time, ".other.competing")
                row |= {"label": f"{spec['label']}: a competing event first"}
                row |= {"n": others, "denominator": len(rows)}
                found.append(row | {"percent": PERCENT * others / len(rows)})
        return found


def _about(spec: Mapping[str, Any], timepoint: str, ending: str) -> Row:
    """Return the name and the label of a row. Each outcome and timepoint is a family of its own."""
    return {
        "row": f"{spec['id']}.{timepoint}{ending}",
        "item": spec["id"],
        "label": spec["label"],
        "timepoint": timepoint,
        "unit": spec.get("unit", ""),
    }
