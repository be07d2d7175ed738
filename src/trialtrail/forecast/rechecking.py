"""Stage 1 and the datasets again, over corrections: what they change in the rows in use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from trialtrail.errors import StudyError
from trialtrail.forecast.corrections import ANSWERS
from trialtrail.forecast.narrowing import same_rows
from trialtrail.forecast.overlay import (
    CHECKS,
    CORRECTED,
    DATASETS,
    VALIDATED,
    Overlay,
    end_of,
    is_at,
    raw_files,
)
from trialtrail.forecast.sealed_run import SealedRun
from trialtrail.tables import read_table
from trialtrail.validation.rules import PLAUSIBILITY, STOP, action

DERIVED = ("derive_contacts", "derive_participants", "derive_outcomes")


class Rechecking(Overlay):
    """The jobs from the raw exports to the datasets."""

    def _tables(self, exports: frozenset[str]) -> None:
        """Type and check the tables again that an export with a correction feeds."""
        from scripts.validate_table import main

        for job, result in self.run.of_rule("validate_table").items():
            params, table = result["params"], result["wildcards"]["table"]
            if exports & {source["name"] for source in params["sources"]}:
                inputs = {"exports": raw_files(self.run, job), "answers": self.path(ANSWERS)}
                outputs = {"checked": self.checked(table), "findings": self.findings(table)}
                self._go(main, job, inputs, outputs)

    def _dictionaries(self, exports: frozenset[str]) -> None:
        """Check the exports with a correction against their data dictionaries again."""
        from scripts.validate_dictionary import main

        for job, result in self.run.of_rule("validate_dictionary").items():
            export, params = result["wildcards"]["export"], result["params"]
            if export in exports:
                spec = params["spec"]
                ends = {"export": spec["label"], "dictionary": spec["dictionary_label"]}
                names = self.run.inputs(job)
                inputs: dict[str, Any] = {
                    name: str(self.run.path(next(n for n in names if is_at(n, end_of(label)))))
                    for name, label in ends.items()
                }
                inputs |= {
                    "answers": self.path(ANSWERS),
                    "checked": [self.path(self.checked(table)) for table in params["uses"]],
                    "findings": [self.path(self.findings(table)) for table in params["uses"]],
                }
                self._go(main, job, inputs, {"findings": self.findings(f"dictionary-{export}")})

    def _references(self) -> None:
        """Check the tables against each other, and split the rows used from those set aside."""
        from scripts.validate_references import main

        job = "validate_references"
        tables = self.run.jobs[job]["params"]["tables"]
        every = [*tables, *sorted(_of_exports(self.run))]
        inputs = {
            "checked": [self.path(self.checked(table)) for table in tables],
            "findings": [self.path(self.findings(each)) for each in every],
            "answers": self.path(ANSWERS),
        }
        self._go(main, job, inputs, {"findings": self.findings()})
        if self.findings() in self.changed or any(map(self._is_new, tables)):
            self._split(tables)

    def _is_new(self, table: str) -> bool:
        return self.checked(table) in self.changed

    def _split(self, tables: Sequence[str]) -> None:
        """Write the rows in use of the tables of which other rows or cells are used now."""
        from trialtrail.validation.split import CELLS

        from scripts.split_used_rows import split_table

        aside = self._set_aside()
        wanted = {name for job in DERIVED for name in self._reads(job)}
        layer = self._layer if self._layer == CORRECTED else f"{CHECKS}/draft"
        before = read_table(self.run.path(f"{layer}/set_aside.parquet"))
        none = pd.DataFrame(columns=CELLS)
        for table in tables:
            mine = aside[aside["table"] == table]
            if f"{VALIDATED}/{table}.parquet" not in wanted:
                continue
            if self._is_new(table) or not same_rows(mine, before[before["table"] == table]):
                name = f"{VALIDATED}/{table}.parquet"
                raw = self.path(f"{CHECKS}/raw/{table}.parquet")
                target = self._new(name)
                split_table(table, self.path(self.checked(table)), raw, target, mine, none)
                self.computed.append(f"split_used_rows-{table}")
                self._keep(name, Path(target))

    def _set_aside(self) -> pd.DataFrame:
        """Return what is set aside, as `validate_plausibility` lists it.

        What is odd sets nothing aside, so it is not looked for.

        Raises:
            StudyError: a finding stops the run.
        """
        from trialtrail.forecast.stopping import check_goes_on
        from trialtrail.validation.findings import list_set_aside, number_queries

        if any(action(rule, self._actions()) == STOP for rule in PLAUSIBILITY):
            raise StudyError(
                "A finding of what is odd may stop a run of this study, and is not looked for",
                where="validation.actions of the configuration",
                remedy="run the workflow with the answer",
            )
        findings = read_table(self.path(self.findings()))
        numbered = number_queries(findings)
        check_goes_on(numbered, read_table(self.path(ANSWERS)), self._actions())
        return list_set_aside(findings, numbered)

    def _actions(self) -> Mapping[str, str]:
        return self.run.jobs["split_used_rows"]["params"]["actions"]

    def _datasets(self) -> None:
        """Derive the datasets again of which a table is another one."""
        from scripts.derive_contacts import main as derive_contacts
        from scripts.derive_outcomes import main as derive_outcomes
        from scripts.derive_participants import main as derive_participants

        mains = {
            "contacts": derive_contacts,
            "participants": derive_participants,
            "outcomes": derive_outcomes,
        }
        for dataset, main in mains.items():
            job = f"derive_{dataset}"
            names = self._reads(job)
            if self.changed.keys() & set(names):
                paths = {name: self.path(name) for name in names}
                tables = [path for name, path in paths.items() if name.endswith(".parquet")]
                labels = [path for name, path in paths.items() if name.endswith(".json")]
                outputs = {
                    "parquet": f"{DATASETS}/{dataset}.parquet",
                    "csv": f"{DATASETS}/{dataset}.csv",
                    "columns": f"results/lineage/columns/{dataset}.json",
                }
                self._go(main, job, {"tables": tables, "readings": labels}, outputs)


def _of_exports(run: SealedRun) -> list[str]:
    jobs = run.of_rule("validate_dictionary").values()
    return [f"dictionary-{job['wildcards']['export']}" for job in jobs]
