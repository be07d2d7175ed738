"""A forecast: each estimate as it is in the run, and as it would be with corrections."""

from __future__ import annotations

import csv
import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from trialtrail.analysis.measures import measure_of
from trialtrail.forecast.corrections import Asked
from trialtrail.forecast.narrowing import ALL, OWN, PRIMARY
from trialtrail.forecast.overlay import ESTIMATES
from trialtrail.forecast.rerun import Rerun
from trialtrail.forecast.sealed_run import SealedRun
from trialtrail.report.verdicts import verdict
from trialtrail.tables import in_rows, read_table
from trialtrail.validation.rules import action

CLAIMS = "results/tables/claims.csv"
OF_ANALYSES = ("estimates#", "arms#", "models#")
"""How the address of a cell begins that a forecast makes anew."""

SECONDARY = "secondary"

Row = Mapping[str, str]


@dataclass(frozen=True)
class Shift:
    """One row of `estimates` in the run and in the forecast, as texts; empty where it is in one.

    Attributes:
        now: the row of the run.
        then: the row of the forecast.
    """

    now: Row
    then: Row

    @property
    def about(self) -> Row:
        """What the row is of: its name, outcome, arm and the like."""
        return self.then or self.now

    @property
    def changed(self) -> bool:
        """Whether any cell of the row is another one."""
        return self.now != self.then

    @property
    def change(self) -> float | None:
        """The estimate of the forecast less that of the run; of a ratio, the one by the other."""
        if not (self.now.get("estimate") and self.then.get("estimate")):
            return None
        now, then = float(self.now["estimate"]), float(self.then["estimate"])
        if measure_of(self.about["measure"]).ratio:
            return then / now if now else None
        return then - now

    @property
    def in_errors(self) -> float | None:
        """The change in standard errors of the run's estimate; of a ratio that of its logarithm."""
        change, error = self.change, self.now.get("se")
        if change is None or not error or not float(error):
            return None
        if measure_of(self.about["measure"]).ratio:
            return math.log(change) / float(error) if change > 0 else None
        return change / float(error)

    @property
    def conclusions(self) -> tuple[str, str]:
        """What the interval allows to be said, now and then (see `report.verdicts`)."""
        return _conclusion(self.now), _conclusion(self.then)

    @property
    def concludes_otherwise(self) -> bool:
        """Whether the conclusion by the plan's rule changes.

        It is the verdict by interval, margin and smallest important difference, and of a family
        of hypotheses whether the adjusted p is below what the confidence level leaves.
        """
        return self.conclusions[0] != self.conclusions[1] or _passed(self.now) != _passed(self.then)


def _conclusion(row: Row) -> str:
    return verdict(row) if row else ""


def _passed(row: Row) -> bool | None:
    """Return whether a hypothesis of a family is rejected; None of a row in no family."""
    adjusted = row.get("p_adjusted")
    return float(adjusted) <= 1 - float(row["level"]) if adjusted else None


@dataclass(frozen=True)
class Forecast:
    """What comes out with some corrections.

    Attributes:
        asked: the corrections.
        shifts: the estimates that are forecast, in the order of the plan.
        claims: (now, then) of each published figure that rests on an estimate and is changed.
        computed: the jobs that were run again.
        fitted: (analysis, outcome) of what was fitted again.
        notes: what there is to say of the corrections.
    """

    asked: Asked
    shifts: tuple[Shift, ...]
    claims: tuple[tuple[Row, Row], ...] = ()
    computed: tuple[str, ...] = ()
    fitted: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


def forecast(run: SealedRun, asked: Asked, *, scope: str = PRIMARY) -> Forecast:
    """Return what comes out with corrections; nothing in the results is written.

    Args:
        run: the run.
        asked: the corrections.
        scope: which estimates are forecast (see `narrowing`).

    Raises:
        StudyError: a run with the corrections would stop.
    """
    with tempfile.TemporaryDirectory() as folder:
        rerun = Rerun(run, Path(folder), scope=scope)
        rerun.correct(asked)
        shifts = shifts_between(
            rows_of(run.path(ESTIMATES)), rows_of(rerun.estimates()), scope=scope
        )
        claims = _claims(run, rerun) if scope == ALL else ()
        notes = [*asked.notes, *_broken(rerun, asked)]
        return Forecast(
            asked, shifts, claims, tuple(rerun.computed), tuple(rerun.fitted), tuple(notes)
        )


def as_in_the_run(run: SealedRun, asked: Asked, *, scope: str = PRIMARY) -> Forecast:
    """Return the forecast of corrections that ask for what the run did anyway."""
    rows = rows_of(run.path(ESTIMATES))
    return Forecast(asked, shifts_between(rows, rows, scope=scope))


def rows_of(path: Path) -> dict[str, Row]:
    """Return a result table as texts: name of a row -> its cells."""
    with open(path, encoding="utf-8", newline="") as stream:
        return {next(iter(row.values())): row for row in csv.DictReader(stream)}


def shifts_between(
    now: Mapping[str, Row], then: Mapping[str, Row], *, scope: str = PRIMARY
) -> tuple[Shift, ...]:
    """Return the rows of two tables of estimates side by side, those of a scope."""
    names = [*now, *(name for name in then if name not in now)]
    pairs = (Shift(now.get(name, {}), then.get(name, {})) for name in names)
    roles = {PRIMARY: (PRIMARY,), OWN: (PRIMARY, SECONDARY)}
    return tuple(s for s in pairs if scope == ALL or s.about["role"] in roles[scope])


def _claims(run: SealedRun, rerun: Rerun) -> tuple[tuple[Row, Row], ...]:
    """Return the claims about estimates that are changed."""
    if CLAIMS not in rerun.changed:
        return ()
    now, then = rows_of(run.path(CLAIMS)), rows_of(Path(rerun.path(CLAIMS)))
    mine = [name for name, row in now.items() if row["cell"].startswith(OF_ANALYSES)]
    return tuple((now[n], then[n]) for n in mine if n in then and now[n] != then[n])


def _broken(rerun: Rerun, asked: Asked) -> Sequence[str]:
    """Return in words which new values break a rule themselves."""
    own = asked.own[asked.own["state"] == "corrected"]
    name = rerun.findings()
    if own.empty or name not in rerun.changed:
        return []
    before, after = read_table(rerun.run.path(name)), read_table(rerun.path(name))
    place = ["export", "file", "line", "column", "rule"]
    known = set(in_rows(before, place))
    said = []
    for row in after[[each not in known for each in in_rows(after, place)]].itertuples():
        mine = own[(own["export"] == row.export) & (own["line"] == row.line)]
        mine = mine[mine["column"] == row.column]
        does = action(row.rule, rerun.run.jobs["split_used_rows"]["params"]["actions"])
        what = "it is set aside" if does == "set_aside" else "it stays in use"
        said += [
            f"{query}: the new value breaks the rule {row.rule} ({row.message}); {what}"
            for query in mine["query_id"]
        ]
    return list(dict.fromkeys(said))
