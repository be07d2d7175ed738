"""Run the jobs between the raw exports and the estimates again, as far as a change reaches.

Each job's own function `main` is run, on files of the run or on those that a job before it has made
otherwise, and writes into a folder of its own. What comes out the same as in the run goes no
further. Of the jobs that impute and fit, only the outcomes that are touched are run; each has draws
of its own, so that none depends on which others are with it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from runrecord.digest import file_digest

from trialtrail.errors import StudyError
from trialtrail.forecast.corrections import ANSWERS, Asked
from trialtrail.forecast.narrowing import (
    ALL,
    PRIMARY,
    Changes,
    asked_outcomes,
    changes_between,
    for_fitting,
    for_imputing,
    replaced,
    same_rows,
)
from trialtrail.forecast.sealed_run import SealedRun
from trialtrail.tables import read_table, write_table

CHECKS = "results/validation"
CORRECTED = f"{CHECKS}/corrected"
DATASETS, VALIDATED = "results/datasets", "results/validated"
ESTIMATES = "results/tables/estimates.csv"
DERIVED = ("derive_contacts", "derive_participants", "derive_outcomes")
CLAIMS = "check_claims"
KINDS = ("estimates", "arms", "models")


class Named:
    """What a rule calls its inputs, outputs, parameters or wildcards, as attributes."""

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)

    def get(self, name: str, default: Any = None) -> Any:
        """Return what has the name, or else ``default``."""
        return self.__dict__.get(name, default)


class Rerun:
    """One forecast: what comes out otherwise than in the run, in a folder of its own.

    Args:
        run: the run that it starts from.
        folder: an empty folder.
        scope: which estimates are forecast (see `narrowing`).

    Attributes:
        changed: name of a file of the run -> the file that stands in its place.
        computed: the jobs that were run again, in their order, by the names of their records.
        fitted: (analysis, outcome) of what was fitted again.
    """

    def __init__(self, run: SealedRun, folder: Path, *, scope: str = PRIMARY) -> None:
        self.run, self.folder, self.scope = run, folder, scope
        self.changed: dict[str, Path] = {}
        self.computed: list[str] = []
        self.fitted: list[tuple[str, str]] = []
        self._layer = CORRECTED if run.has("validate_corrected_references") else CHECKS

    def path(self, name: str) -> str:
        """Return the file that stands for ``name``: a new one, or that of the run."""
        return str(self.changed.get(name) or self.run.path(name))

    def correct(self, asked: Asked) -> None:
        """Run everything again that corrections reach.

        Raises:
            StudyError: a run with them would stop.
        """
        file = self.folder / "answers.parquet"
        write_table(asked.answers, file)
        self.changed[ANSWERS] = file
        self._tables(asked.exports)
        self._dictionaries(asked.exports)
        self._references()
        self._datasets()
        self._analyses()

    def estimates(self) -> Path:
        """Return the table of estimates that comes out."""
        return Path(self.path(ESTIMATES))

    def checked(self, table: str) -> str:
        """Return the name of the checked rows of a table."""
        return f"{self._layer}/checked/{table}.parquet"

    def findings(self, of: str = "") -> str:
        """Return the name of the findings of a table, or of all together."""
        draft = self._layer if self._layer == CORRECTED else f"{CHECKS}/draft"
        return f"{self._layer}/findings/{of}.parquet" if of else f"{draft}/findings.parquet"

    def _go(
        self,
        main: Callable[[Any], Any],
        job: str,
        inputs: Mapping[str, Any],
        outputs: Mapping[str, str | Sequence[str]],
        params: Mapping[str, Any] | None = None,
    ) -> None:
        """Run a job, and keep of its outputs those that are not as in the run.

        ``inputs`` are paths, ``outputs`` the names of the files of the run that they stand for.
        """
        result = self.run.jobs[job]
        paths = {name: self._new(each) for name, each in outputs.items()}
        main(
            Named(
                input=Named(**inputs),
                output=Named(**paths),
                params=Named(**result["params"] | dict(params or {})),
                wildcards=Named(**result["wildcards"]),
            )
        )
        self.computed.append(job)
        for name, path in zip(_flat(outputs), _flat(paths), strict=True):
            self._keep(name, Path(path))

    def _new(self, name: str | Sequence[str]) -> Any:
        """Return where in the folder the file goes that stands for ``name``."""
        if not isinstance(name, str):
            return [self._new(each) for each in name]
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return str(path)

    def _keep(self, name: str, path: Path) -> None:
        """Let a new file stand for ``name`` unless it is the same as that of the run."""
        if path.is_file() and file_digest(path) != self.run.digest(name):
            self.changed[name] = path

    def _tables(self, exports: frozenset[str]) -> None:
        """Type and check the tables again that an export with a correction feeds."""
        from scripts.validate_table import main

        for job, result in self.run.of_rule("validate_table").items():
            params, table = result["params"], result["wildcards"]["table"]
            if exports & {source["name"] for source in params["sources"]}:
                inputs = {"exports": self._files_of(job), "answers": self.path(ANSWERS)}
                outputs = {"checked": self.checked(table), "findings": self.findings(table)}
                self._go(main, job, inputs, outputs)

    def _files_of(self, job: str) -> list[str]:
        """Return the raw files of a table, in the order of the exports that own them.

        Raises:
            StudyError: the record does not tell which file is of which export.
        """
        params, names = self.run.jobs[job]["params"], self.run.inputs(job)
        sources = {source["name"]: source for source in params["sources"]}
        found: list[str] = []
        for owner in dict.fromkeys(params["owners"]):
            source = sources[owner]
            for label in (source["label"], source["dictionary_label"]):
                end = os.path.normpath(label).replace("../", "") if label else None
                found += [name for name in names if end and _is_at(name, end)]
        if len(found) != len(params["owners"]):
            raise StudyError(
                "The raw files of a table are not told apart in its record",
                where=f"{job}: {', '.join(names)}",
                remedy="give the exports names of which none ends in another's",
            )
        return [str(self.run.path(name)) for name in found]

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
                    name: str(self.run.path(next(n for n in names if _is_at(n, _end(label)))))
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

        findings = read_table(self.path(self.findings()))
        numbered = number_queries(findings)
        check_goes_on(numbered, read_table(self.path(ANSWERS)), self._actions())
        return list_set_aside(findings, numbered)

    def _actions(self) -> Mapping[str, str]:
        return self.run.jobs["split_used_rows"]["params"]["actions"]

    def _reads(self, job: str) -> list[str]:
        """Return what a job read of the results; nothing of a job that the run had not."""
        return self.run.inputs(job, "results/") if self.run.has(job) else []

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
    from trialtrail.tables import read_result

    found = list(dict.fromkeys(read_result(run.path(ESTIMATES))["analysis"]))
    every = [job["wildcards"]["analysis"] for job in run.of_rule("fit_analysis").values()]
    return found + [each for each in every if each not in found]


def _of_exports(run: SealedRun) -> list[str]:
    jobs = run.of_rule("validate_dictionary").values()
    return [f"dictionary-{job['wildcards']['export']}" for job in jobs]


def _block(name: str) -> int:
    return int(Path(name).stem)


def _end(label: str) -> str:
    return os.path.normpath(label).replace("../", "")


def _is_at(name: str, end: str) -> bool:
    """Return whether a file is the one, or in the folder, that the configuration calls ``end``."""
    return f"/{name}".endswith(f"/{end}") or f"/{end}/" in f"/{name}"


def _flat(values: Mapping[str, str | Sequence[str]]) -> list[str]:
    return [
        each for value in values.values() for each in ([value] if isinstance(value, str) else value)
    ]
