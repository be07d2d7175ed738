"""Imputations, fits and estimates again: of the outcomes that a change touches, and of no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from trialtrail.forecast.narrowing import (
    ALL,
    PRIMARY,
    Changes,
    asked_outcomes,
    changes_between,
    for_fitting,
    for_imputing,
    replaced,
)
from trialtrail.forecast.overlay import DATASETS, ESTIMATES, VALIDATED, Overlay
from trialtrail.forecast.sealed_run import SealedRun
from trialtrail.tables import read_result, read_table, write_table

CLAIMS = "check_claims"
DEVIATIONS = "results/tables/deviations.csv"
"""Of the locked plan, where the study has one: no data change them."""
KINDS = ("estimates", "arms", "models")


class Refitting(Overlay):
    """The jobs from the datasets to the estimates.

    Attributes:
        scope: which estimates are forecast (see `narrowing`).
        fitted: (analysis, outcome) of what was fitted again.
    """

    def __init__(self, run: SealedRun, folder: Path, *, scope: str = PRIMARY) -> None:
        super().__init__(run, folder)
        self.scope = scope
        self.fitted: list[tuple[str, str]] = []

    def _analyses(self) -> None:
        """Impute and fit again what is touched, and adjust for multiplicity."""
        names = {each: f"{DATASETS}/{each}.parquet" for each in ("outcomes", "participants")}
        if not self.changed.keys() & set(names.values()):
            return
        changes = changes_between(
            *(read_table(self.run.path(name)) for name in names.values()),
            *(read_table(self.path(name)) for name in names.values()),
        )
        asked = asked_outcomes(self.run, self.scope)
        imputed = self._impute(changes, {o for outcomes in asked.values() for o in outcomes})
        fitted = [
            self._fit(f"fit_analysis-{analysis}", changes, outcomes, imputed)
            for analysis, outcomes in asked.items()
        ]
        if any(fitted):
            self._collect()
            if self.scope == ALL and self.run.has(CLAIMS):
                self._check_claims()

    def _impute(self, changes: Changes, asked: set[str]) -> set[tuple[str, str]]:
        """Impute the outcomes again that are touched; return (imputation, outcome) of each."""
        from scripts.impute_block import main

        done: set[tuple[str, str]] = set()
        for job, result in self.run.of_rule("impute_block").items():
            whole = result["params"]["imputation"]
            columns = for_imputing(whole)
            mine = [
                spec
                for spec in whole["outcomes"]
                if spec["id"] in asked and changes.touch(spec["id"], columns)
            ]
            if mine:
                (name,) = result["outputs"]
                params = {"imputation": whole | {"outcomes": mine}}
                inputs = self._narrowed(columns)
                made = read_table(self._part(main, job, inputs, {"imputed": name}, params)[name])
                touched = {spec["id"] for spec in mine}
                order = [spec["id"] for spec in whole["outcomes"]]
                self._merge(name, made, touched, order)
                done |= {(whole["strategy"], outcome) for outcome in touched}
        return done

    def _fit(
        self, job: str, changes: Changes, asked: Iterable[str], imputed: set[tuple[str, str]]
    ) -> bool:
        """Fit the outcomes of an analysis again that are touched; return whether any is."""
        from scripts.fit_analysis import main

        result = self.run.jobs[job]
        entry, cluster = result["params"]["entry"], result["params"]["cluster"]
        strategy = entry["missing"].get("impute") if isinstance(entry["missing"], Mapping) else ""
        columns = {spec["id"]: for_fitting(entry, spec, cluster) for spec in entry["outcomes"]}
        mine = [
            spec
            for spec in entry["outcomes"]
            if spec["id"] in asked
            and (
                (strategy, spec["id"]) in imputed or changes.touch(spec["id"], columns[spec["id"]])
            )
        ]
        if not mine:
            return False
        touched = {spec["id"] for spec in mine}
        inputs = self._narrowed({name for each in touched for name in columns[each]})
        blocks = self.run.inputs(job, "results/imputations/")
        inputs["imputed"] = [self.path(name) for name in sorted(blocks, key=_block)]
        folder = f"results/analyses/{entry['id']}"
        outputs = {kind: f"{folder}/{kind}.parquet" for kind in KINDS}
        takes = {"takes": f"results/takes/analysis-{entry['id']}.json"}
        params = {"entry": entry | {"outcomes": mine}}
        made = self._part(main, job, inputs, outputs | takes, params)
        order = [spec["id"] for spec in entry["outcomes"]]
        for name in outputs.values():
            self._merge(name, read_table(made[name]), touched, order)
        self.fitted += [(entry["id"], spec["id"]) for spec in mine]
        return True

    def _narrowed(self, columns: Iterable[str]) -> dict[str, Any]:
        """Return the datasets as inputs, the participants with no other columns than these.

        What a fit does not get, it cannot depend on.
        """
        people = read_table(self.path(f"{DATASETS}/participants.parquet"))
        wanted = set(columns)
        file = self.folder / "participants.parquet"
        write_table(people[[name for name in people if name in wanted]], file)
        return {
            "outcomes": self.path(f"{DATASETS}/outcomes.parquet"),
            "participants": str(file),
        }

    def _part(
        self, main: Callable, job: str, inputs: Mapping, outputs: Mapping[str, str], params: Mapping
    ) -> dict[str, Path]:
        """Run a part of a job; return its files by the names of the whole ones."""
        kept = dict(self.changed)
        self._go(main, job, inputs, outputs, params)
        self.changed = kept
        return {name: Path(self._new(name)) for name in outputs.values()}

    def _merge(self, name: str, made: pd.DataFrame, touched: set[str], order: list[str]) -> None:
        """Let the rows of the run stand for ``name``, those of touched outcomes replaced."""
        path = Path(self._new(name))
        write_table(replaced(read_table(self.run.path(name)), made, touched, order), path)
        self._keep(name, path)

    def _collect(self) -> None:
        """Collect the estimates of all analyses, with their p adjusted for multiplicity."""
        from scripts.collect_estimates import main

        order = plan_order(self.run)
        inputs = {
            kind: [self.path(f"results/analyses/{each}/{kind}.parquet") for each in order]
            for kind in KINDS
        }
        listed = self.run.inputs("collect_estimates", DEVIATIONS)
        inputs["deviations"] = self.path(DEVIATIONS) if listed else []
        outputs = {kind: f"results/tables/{kind}.csv" for kind in KINDS}
        self._go(main, "collect_estimates", inputs, outputs)

    def _check_claims(self) -> None:
        """Check the published figures against the estimates that come out."""
        from scripts.check_claims import main

        tables = self.run.inputs(CLAIMS, "results/tables/")
        inputs = {
            "published": self.path(f"{VALIDATED}/published.parquet"),
            "tables": [self.path(name) for name in tables],
        }
        outputs = {"table": "results/tables/claims.csv", "takes": "results/takes/claims.json"}
        self._go(main, CLAIMS, inputs, outputs)


def plan_order(run: SealedRun) -> list[str]:
    """Return the analyses of a run in the order of the plan, in which their estimates stand."""
    found = list(dict.fromkeys(read_result(run.path(ESTIMATES))["analysis"]))
    every = [job["wildcards"]["analysis"] for job in run.of_rule("fit_analysis").values()]
    return found + [each for each in every if each not in found]


def _block(name: str) -> int:
    return int(Path(name).stem)
