"""A continuous outcome by a linear model of the arms and covariates: analysis of covariance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from trialtrail.analysis.fitted import Arm, Effect, Fitted, Part, Setting

NOT_ESTIMABLE = "the arms cannot be told apart from the covariates"
TOO_FEW = "fewer participants with all covariates than the model has parameters: no interval"
NO_SPREAD = "the values do not vary around the model: no interval"
NOISE = 1e-12
"""Share of the spread of the values below which what a model leaves is rounding."""


def ancova(data: pd.DataFrame, setting: Setting) -> Fitted:
    """Return the differences of adjusted means by ordinary least squares.

    The model has an intercept, a term for each arm but the reference, and the covariates: numbers
    as they are, others by a term for each level but the first. Participants without the value or a
    covariate are left out and counted. Intervals and tests are by t with the residual degrees of
    freedom; adjusted means are at the mean of the covariates of those analysed (ICH E9, 5.7; EMA,
    Guideline on adjustment for baseline covariates, 2015).
    """
    known = data[["value", *setting.adjust]].notna().all(axis=1)
    used = data[known]
    counts = {arm: int((used["arm"] == arm).sum()) for arm in setting.arms}
    missing = {arm: int((data["arm"] == arm).sum()) - counts[arm] for arm in setting.arms}
    reference, *others = setting.arms
    sizes = {
        arm: (counts[arm], counts[reference], missing[arm], missing[reference]) for arm in others
    }
    empty = [arm for arm in setting.arms if not counts[arm]]
    if empty:
        return _none(sizes, counts, lambda arm: _without(arm, reference, empty))
    covariates = terms(used, setting.adjust)
    arms = np.column_stack([(used["arm"] == arm).to_numpy(dtype=float) for arm in others])
    design = np.column_stack([np.ones(len(used)), arms, covariates.to_numpy(dtype=float)])
    values = used["value"].to_numpy(dtype=float)
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return _none(sizes, counts, lambda _: NOT_ESTIMABLE)
    found = _least_squares(design, values)
    centre = np.concatenate([[1.0], np.zeros(len(others)), covariates.mean().to_numpy(dtype=float)])
    return Fitted(
        [_effect(arm, n, found, setting.level, sizes[arm]) for n, arm in enumerate(others, 1)],
        [
            _adjusted(arm, counts[arm], found, centre + _unit(n, design.shape[1]), setting.level)
            for n, arm in enumerate(setting.arms)
        ],
        _parts(found, list(covariates.columns), len(setting.arms), setting.level),
    )


def terms(frame: pd.DataFrame, covariates) -> pd.DataFrame:
    """Return the columns of a model for ``covariates``, without one that does not vary."""
    columns = {}
    for name in covariates:
        values = frame[name]
        if pd.api.types.is_numeric_dtype(values):
            columns[name] = values.astype("float64")
        else:
            for level in sorted(values.unique())[1:]:
                columns[f"{name}={level}"] = (values == level).astype("float64")
    made = pd.DataFrame(columns, index=frame.index, dtype="float64")
    return made.loc[:, [made[name].nunique() > 1 for name in made]]


def _least_squares(design: np.ndarray, values: np.ndarray) -> Any:
    from statsmodels.regression.linear_model import OLS

    return OLS(values, design).fit()


def _why_no_interval(model: Any) -> str:
    """Return why a model that could be fitted gives no interval, nothing where it does."""
    if model.df_resid <= 0:
        return TOO_FEW
    values = model.model.endog
    left, size = np.abs(model.resid).max(), np.abs(values).max()
    return NO_SPREAD if left <= NOISE * size or np.ptp(values) == 0 else ""


def _estimate(model: Any, contrast: np.ndarray, level: float) -> dict[str, float | None]:
    """Return a linear combination of the coefficients with its interval and test against zero."""
    if _why_no_interval(model):
        estimate = float(contrast @ model.params)
        return {"estimate": estimate, "lower": None, "upper": None}
    test = model.t_test(contrast)
    lower, upper = test.conf_int(1 - level)[0]
    return {
        "estimate": float(test.effect[0]),
        "lower": float(lower),
        "upper": float(upper),
        "se": float(test.sd[0, 0]),
        "df": float(model.df_resid),
        "statistic": float(test.tvalue[0, 0]),
        "p": float(test.pvalue),
    }


def _unit(place: int, size: int) -> np.ndarray:
    """Return the contrast of one arm; the reference, in place 0, is the intercept alone."""
    contrast = np.zeros(size)
    if place:
        contrast[place] = 1.0
    return contrast


def _effect(arm: str, place: int, model: Any, level: float, sizes: tuple) -> Effect:
    found = _estimate(model, _unit(place, len(model.params)), level)
    return Effect(
        arm,
        "mean_difference",
        found["estimate"],
        found["lower"],
        found["upper"],
        *sizes,
        se=found.get("se"),
        df=found.get("df"),
        statistic=found.get("statistic"),
        p=found.get("p"),
        note=_why_no_interval(model),
    )


def _adjusted(arm: str, n: int, model: Any, contrast: np.ndarray, level: float) -> Arm:
    found = _estimate(model, contrast, level)
    return Arm(arm, n, found["estimate"], found["lower"], found["upper"])


def _parts(model: Any, names: list[str], arms: int, level: float) -> list[Part]:
    parts = []
    variance = None if _why_no_interval(model) else float(model.scale)
    for place, name in enumerate(names, start=arms):
        found = _estimate(model, _unit(place, len(model.params)), level)
        parts.append(Part("coefficient", found["estimate"], name, found["lower"], found["upper"]))
    return [
        *parts,
        Part("residual_variance", variance),
    ]


def _without(arm: str, reference: str, empty: list[str]) -> str:
    """Return why an arm cannot be compared, with the places of the names of the arms."""
    if arm in empty and reference in empty:
        return "no participant with all covariates in either arm"
    if reference in empty:
        return "no participant with all covariates in the arm {reference}"
    if arm in empty:
        return "no participant with all covariates in the arm {arm}"
    return "another arm has no participant with all covariates"


def _none(sizes: dict[str, tuple], counts: dict[str, int], why) -> Fitted:
    effects = [
        Effect(arm, "mean_difference", None, None, None, *numbers, note=why(arm))
        for arm, numbers in sizes.items()
    ]
    return Fitted(effects, [Arm(arm, n) for arm, n in counts.items()])
