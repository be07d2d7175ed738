"""A drawn trial whose tables are made by the scripts of the workflow, for any allocation."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pandas as pd

from schemas.results.base import conform
from schemas.results.harms import Harms
from schemas.results.summaries import of_topic
from scripts.tabulate_baseline import tabulate_baseline
from scripts.tabulate_flow import tabulate_flow
from scripts.tabulate_harms import tabulate_harms
from scripts.tabulate_missing_outcomes import missing_rows

ARMS = [
    {"id": "zeppelin", "label": "Zeppelin tablets", "description": "one tablet a day"},
    {"id": "quokka", "label": "Quokka syrup"},
]
SIZE = 603
SCORE = {"id": "score", "label": "Score", "kind": "continuous", "role": "primary", "unit": "points"}
CURED = {"id": "cured", "label": "Cured", "kind": "binary", "role": "secondary"}
GRADE = {"id": "grade", "label": "Grade", "kind": "ordered", "role": "secondary"}
DEATH = {"id": "death", "label": "Death", "kind": "time_to_event", "role": "secondary"}
AT_END = {"measured": [{"timepoint": "end", "form": "end", "follow_up": True, "variables": []}]}
VARIABLES = [
    {"id": "age_years", "label": "Age", "type": "integer", "unit": "years", "labels": {}},
    {"id": "sex", "label": "Sex", "type": "category", "levels": ["f", "m"], "labels": {}},
]
HARMS = {
    "forms": {"events": {"label": "Adverse events", "columns": ["term"]}},
    "event": {"variable": "term", "levels": [], "labels": {}},
    "serious": {"variable": "serious", "values": ["yes"], "levels": [], "labels": {}},
}


def outcomes_of_plan() -> list[dict[str, Any]]:
    """Return the outcomes: one of each kind."""
    levels = {"levels": ["none", "mild", "severe"]}
    return [SCORE | AT_END, CURED | AT_END, GRADE | levels | AT_END, DEATH | AT_END]


def drawn_people(seed: int = 1) -> pd.DataFrame:
    """Return the participants without an arm: a row each."""
    draw = np.random.default_rng(seed)
    days = pd.Timestamp("2024-01-05") + pd.to_timedelta(np.sort(draw.integers(0, 300, SIZE)), "D")
    people = pd.DataFrame({"participant_id": [f"P{n:04}" for n in range(SIZE)]})
    people["randomised_on"] = days
    people["age_years"] = draw.integers(40, 80, SIZE)
    people["sex"] = draw.choice(["f", "m"], SIZE)
    people["has_end"] = draw.random(SIZE) < 0.9
    withdrawn = draw.random(SIZE) < 0.05
    people["withdrawn_on"] = pd.Series(days + pd.Timedelta(90, "D")).where(withdrawn)
    return people.convert_dtypes()


def drawn_outcomes(people: pd.DataFrame, seed: int = 2) -> pd.DataFrame:
    """Return the outcomes of all kinds without an arm: a row a participant and outcome."""
    draw = np.random.default_rng(seed)
    seen = people[people["has_end"].astype(bool)]["participant_id"]
    values = {
        "score": draw.normal(50, 11, len(seen)),
        "cured": draw.integers(0, 2, len(seen)),
        "grade": draw.integers(0, 3, len(seen)),
        "death": draw.integers(1, 400, len(seen)),
    }
    parts = [
        pd.DataFrame({"participant_id": seen, "outcome": name, "value": value.astype(float)})
        for name, value in values.items()
    ]
    table = pd.concat(parts, ignore_index=True).assign(timepoint="end")
    table.loc[draw.random(len(table)) < 0.05, "value"] = np.nan
    events = pd.Series(draw.integers(0, 3, len(table)).astype(float))
    table["event"] = events.where((table["outcome"] == "death") & table["value"].notna())
    return table.convert_dtypes()


def drawn_events(people: pd.DataFrame, seed: int = 3) -> pd.DataFrame:
    """Return events of harm: a row each."""
    draw = np.random.default_rng(seed)
    who = draw.choice(people["participant_id"], 400)
    names = draw.choice(["Headache", "Nausea", "Rash", "Fall"], 400, p=[0.5, 0.3, 0.195, 0.005])
    table = pd.DataFrame(
        {
            "participant_id": who,
            "term": names,
            "serious": draw.choice(["yes", "no"], 400, p=[0.1, 0.9]),
        }
    )
    return table.assign(_line=range(2, 402), _export="events").convert_dtypes()


class DrawnRun:
    """What the editions ask of a sealed run, for one allocation of the drawn participants."""

    manifest = "ab" * 32

    def __init__(self, allocation: np.ndarray | None = None, **study: Any) -> None:
        self.people = drawn_people()
        names = [arm["id"] for arm in ARMS]
        given = np.random.default_rng(7).integers(0, 2, SIZE) if allocation is None else allocation
        self.arm = pd.Series(np.array(names)[given], dtype="string")
        self.people["arm"] = self.arm
        beside = drawn_outcomes(self.people)
        arms = self.people.set_index("participant_id")["arm"]
        self.dataset = beside.assign(arm=beside["participant_id"].map(arms))
        self.study = {
            "title": "A trial of a medicine",
            "short_name": "TRIAL",
            "arms": ARMS,
            "words": {"participant": {"one": "participant", "many": "participants"}},
            "synthetic": True,
            "synthetic_note": "Every row is drawn.",
        } | study
        self.outcomes = outcomes_of_plan()
        self.labels = {"timepoints": {"end": "end of treatment"}, "arms": dict.fromkeys(names, "")}
        self.queries: list[dict[str, str]] = []
        self._tables = self._made()

    def _made(self) -> dict[str, pd.DataFrame]:
        names = [arm["id"] for arm in ARMS]
        ended = {"form": "end", "label": "Seen at the end"}
        flow = tabulate_flow(self.people, None, ARMS, {"end": "End form"}, ended, None)
        missing = missing_rows(self.people, self.dataset, self.outcomes[:1], names)
        events = {"events": drawn_events(self.people)}
        harms, _ = tabulate_harms(self.people, events, HARMS, ARMS, 0.95)
        base = tabulate_baseline(self.people, VARIABLES, names)
        parts = [flow, base, of_topic("missing_outcomes", missing)]
        return {"summaries": pd.concat(parts, ignore_index=True), "harms": conform(harms, Harms)}

    def table(self, name: str) -> list[dict[str, str]]:
        """Return a result table as text."""
        if name not in self._tables:
            return []
        text = self._tables[name].to_csv(index=False)
        table = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
        return table.to_dict("records")

    def csv(self, name: str) -> list[dict[str, str]]:
        """Return the queries."""
        return self.queries

    def frame(self, name: str) -> pd.DataFrame:
        """Return a dataset."""
        return self.people if "participants" in name else self.dataset

    def has(self, name: str) -> bool:
        """Tell whether there is a file of that name."""
        return name == "datasets/outcomes.parquet"
