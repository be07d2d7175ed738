"""What the methods make of drawn trials: one row a trial, method and arm.

Methods are those of the registry of the analysis, called with the data of one trial; imputed values
are made and pooled by the code of the analysis too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from trialtrail.analysis.fitted import Effect, Fitted, NotEstimable, Setting, count, none_of
from trialtrail.analysis.methods import METHODS
from trialtrail.analysis.missing.chained import NORMAL, Target, impute
from trialtrail.analysis.missing.pooling import pool_fitted
from trialtrail.simulation.design import COMPLIER, IMPUTED, REPEATED, Design
from trialtrail.simulation.draw import COVARIATE, Drawer, Trial, visit_name

KNOWN = "known"
"""What an analysis takes: the known values alone, or `IMPUTED` ones in the place of the others."""
MIXED, REPEATED_MODEL = "mixed_", "mmrm_"
CLUSTER_VARIANCE = "cluster_variance"
COLUMNS = (
    *("trial", "method", "values", "arm", "estimate", "se", "df", "lower", "upper", "p"),
    *("at_boundary", "reason"),
)
"""What is kept of each trial, method and arm."""
TYPES = {
    "trial": "Int64",
    **dict.fromkeys(("method", "values", "arm", "reason"), "string"),
    **dict.fromkeys(("estimate", "se", "df", "lower", "upper", "p"), "Float64"),
    "at_boundary": "boolean",
}

Row = tuple
Run = Callable[[Trial, np.random.Generator], Iterator[tuple[str, str, Fitted]]]


@dataclass(frozen=True)
class Task:
    """Which trials are drawn of a scenario, and by what they are analysed.

    Attributes:
        scenario: its id, which enters the seeds.
        design: of the trials.
        methods: names in the registry.
        level: the confidence level.
        seed: of all scenarios.
    """

    scenario: str
    design: Design
    methods: tuple[str, ...]
    level: float
    seed: int


def generator(task: Task, trial: int) -> np.random.Generator:
    """Return what draws one trial: it depends on the seed, the scenario and the trial's number."""
    words = [task.seed, trial, *task.scenario.encode()]
    return np.random.default_rng(np.random.SeedSequence(words))


def simulate(task: Task, trials: Sequence[int]) -> pd.DataFrame:
    """Return the rows of some trials, with the columns `COLUMNS`.

    Raises:
        RuntimeError: a method fails on a trial, which it is not to do; the cause is named.
    """
    drawer, rows = Drawer(task.design), []
    settings = {name: setting_of(name, task.design, task.level) for name in task.methods}
    for number in trials:
        rng = generator(task, number)
        trial = drawer.draw(rng)
        try:
            for name, values, fitted in _fits(task.design, settings, trial, rng):
                rows += _rows(number, name, values, fitted)
        except (ArithmeticError, ValueError, np.linalg.LinAlgError) as error:
            what = f"trial {number} of the scenario {task.scenario} cannot be analysed: {error!r}"
            raise RuntimeError(what) from error
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(TYPES)


def setting_of(name: str, design: Design, level: float) -> Setting:
    """Return what a fit of a method is to keep to, as its name in the registry says it."""
    terms = (COVARIATE,) if design.covariate and METHODS[name].adjusts else ()
    clustered = tuple(a for a, k in zip(design.arms, design.clusters, strict=True) if k)
    setting = Setting(design.arms, level, terms, terms, clustered=clustered)
    if name.startswith(MIXED):
        # The interval of the correlation within clusters is none of the effect.
        return replace(setting, df=name.removeprefix(MIXED), options={"intervals": False})
    if name.startswith(REPEATED_MODEL):
        from trialtrail.analysis.repeated.structures import STRUCTURES

        structure = next(s for s in STRUCTURES if name.startswith(f"{REPEATED_MODEL}{s}_"))
        order = list(STRUCTURES)
        visits = tuple(visit_name(place) for place in range(design.visits))
        return replace(
            setting,
            clustered=(),
            df=name.removeprefix(f"{REPEATED_MODEL}{structure}_"),
            visits=visits,
            at=visits[-1],
            options={"structures": order[order.index(structure) :]},
        )
    if name.startswith("ancova"):
        variance = name.removeprefix("ancova").removeprefix("_") or "constant"
        return replace(setting, clustered=(), variance=variance)
    return setting if design.model == COMPLIER else replace(setting, clustered=())


def _fits(
    design: Design, settings: dict[str, Setting], trial: Trial, rng: np.random.Generator
) -> Iterator[tuple[str, str, Fitted]]:
    """Yield what each method gives of a trial: of known values, and of imputed ones."""
    done: dict[str, Fitted] = {}
    for name, setting in settings.items():
        if name not in done:
            done |= _together(name, setting, settings, trial.data)
        yield name, KNOWN, done[name]
    if design.model == IMPUTED:
        yield from _imputed(design, settings, trial, rng)


def _together(
    name: str, setting: Setting, settings: dict[str, Setting], data: pd.DataFrame
) -> dict[str, Fitted]:
    """Return what a method gives, with the others that the same search gives."""
    method = METHODS[name]
    if method.forms is None:
        return {name: method.fit(data, setting)}
    family = [other for other in settings if METHODS[other].forms is method.forms]
    fits = method.forms(data, [settings[other] for other in family])
    return dict(zip(family, fits, strict=True))


def _imputed(
    design: Design, settings: dict[str, Setting], trial: Trial, rng: np.random.Generator
) -> Iterator[tuple[str, str, Fitted]]:
    data = trial.data
    others = [data[COVARIATE].to_numpy()] if design.covariate else []
    others += [trial.auxiliary] if trial.auxiliary is not None else []
    known = data["value"].to_numpy()
    predictors = np.column_stack(others) if others else np.empty((len(data), 0))
    target = Target(known[:, None], NORMAL, predictors, data["arm"].to_numpy())
    try:
        completed = impute(target, list(design.arms), design.imputations, rng)[:, :, 0]
    except NotEstimable as reason:
        for name, setting in settings.items():
            counts = count(data, design.arms)
            yield name, IMPUTED, none_of(["mean_difference"], counts, setting, str(reason))
        return
    for name, setting in settings.items():
        method = METHODS[name]
        if method.repeat:
            again = method.repeat(data, setting)
            fits = [again(values) for values in completed]
        else:
            fits = [method.fit(data.assign(value=values), setting) for values in completed]
        yield name, IMPUTED, pool_fitted(fits, setting.level)


def _rows(number: int, name: str, values: str, fitted: Fitted) -> Iterator[Row]:
    """Yield a row for each arm."""
    variances = [part for part in fitted.model if part.component == CLUSTER_VARIANCE]
    known = variances and variances[0].value is not None
    at_boundary = variances[0].value == 0 if known else None
    for effect in fitted.effects:
        yield _row(number, name, values, effect, at_boundary)


def _row(number: int, name: str, values: str, effect: Effect, at_boundary: bool | None) -> Row:
    reason = effect.note if effect.lower is None else ""
    numbers = (effect.estimate, effect.se, effect.df, effect.lower, effect.upper, effect.p)
    return (number, name, values, effect.arm, *numbers, at_boundary, reason)


__all__ = ["COLUMNS", "KNOWN", "REPEATED", "Task", "generator", "setting_of", "simulate"]
