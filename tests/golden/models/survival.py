"""Times to an event with this project's code, of the inputs that `survival.R` makes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from trialtrail.analysis.fitted import Fitted, Setting
from trialtrail.analysis.survival.cox import cox
from trialtrail.analysis.survival.curve_table import curve_table
from trialtrail.analysis.survival.curves import curve_of, influence, survival_at
from trialtrail.analysis.survival.independence import units_of, variance_of
from trialtrail.analysis.survival.log_rank import log_rank
from trialtrail.analysis.survival.observed import observe
from trialtrail.analysis.survival.to_horizon import incidence_difference, restricted_mean

from . import FOLDER

ARMS = ("a", "b", "c")
STRATA = ("site", "sex")


def trial() -> pd.DataFrame:
    """Return the participants of three arms with tied times and a competing event."""
    return pd.read_csv(FOLDER / "survival_trial.csv")


def clusters() -> pd.DataFrame:
    """Return the participants of two arms, those of the second in nine clusters."""
    return pd.read_csv(FOLDER / "survival_clusters.csv")


def parts(fitted: Fitted, component: str) -> dict[str, float]:
    """Return the values of a component of the model, by group."""
    return {part.group: part.value for part in fitted.model if part.component == component}


def _cox(setting: Setting) -> Mapping[str, float]:
    found = cox(trial(), setting)
    values = {}
    for effect in found.effects:
        values[f"hazard_ratio_{effect.arm}"] = effect.estimate
        values[f"se_{effect.arm}"] = effect.se
        values[f"lower_{effect.arm}"] = effect.lower
        values[f"upper_{effect.arm}"] = effect.upper
    for name in ("log_likelihood", "log_likelihood_without"):
        values[name] = parts(found, name)[""]
    for group, p in parts(found, "proportional_hazards_p").items():
        values[f"proportional_{group}".rstrip("_")] = p
    for part in found.model:
        if part.component == "coefficient":
            values[f"coefficient_{part.group}"] = part.value
            values[f"coefficient_se_{part.group}"] = part.se
    return values


def cox_with_ties() -> Mapping[str, float]:
    return _cox(Setting(ARMS))


def cox_with_strata() -> Mapping[str, float]:
    return _cox(Setting(ARMS, terms=("age",), strata=STRATA))


def _log_rank(strata: tuple[str, ...]) -> Mapping[str, float]:
    setting = Setting(ARMS, strata=strata)
    found = log_rank(observe(trial(), setting), setting)
    names = {"log_rank_chi2": "chi2", "log_rank_p": "p"}
    return {f"{names[part.component]}_{part.group}".rstrip("_"): part.value for part in found}


def log_rank_with_ties() -> Mapping[str, float]:
    return _log_rank(())


def log_rank_with_strata() -> Mapping[str, float]:
    return _log_rank(STRATA)


def _clustered(data: pd.DataFrame) -> Mapping[str, float]:
    found = cox(data, Setting(("a", "b"), terms=("age",), clustered=("b",)))
    return {
        "hazard_ratio_b": found.effects[0].estimate,
        "sandwich_se_b": parts(found, "sandwich_se")["b"],
    }


def cox_with_clusters() -> Mapping[str, float]:
    return _clustered(clusters())


def cox_with_clusters_and_ties() -> Mapping[str, float]:
    return _clustered(clusters().assign(time=lambda data: np.ceil(data["time"])))


def curves() -> Mapping[str, float]:
    table = curve_table(trial(), Setting(ARMS), times=(3, 12, 20))
    rows = table[(table["curve"] == "survival") & table["time"].isin([3, 12, 20])]
    names = {"estimate": "survival", "lower": "lower", "upper": "upper", "at_risk": "at_risk"}
    return {
        f"{name}_{row.arm}_{row.time:g}": getattr(row, column)
        for row in rows.itertuples()
        for column, name in names.items()
    }


def medians() -> Mapping[str, float]:
    found = cox(clusters(), Setting(("a", "b"))).model
    values = {}
    for part in found:
        if part.component == "median_time":
            values |= {f"median_{part.group}": part.value, f"lower_{part.group}": part.lower}
            values[f"upper_{part.group}"] = part.upper
    return values


def _to_horizon(found: Fitted, name: str) -> dict[str, float]:
    values = {}
    for arm in found.arms:
        values |= {f"{name}_{arm.arm}": arm.adjusted, f"se_{arm.arm}": arm.adjusted_se}
        values |= {f"lower_{arm.arm}": arm.adjusted_lower, f"upper_{arm.arm}": arm.adjusted_upper}
    effect = found.effects[0]
    return values | {"difference_b": effect.estimate, "difference_se_b": effect.se}


def incidences() -> Mapping[str, float]:
    setting = Setting(ARMS, horizon=12.0)
    table = curve_table(trial(), setting, times=(12,))
    row = table[(table["arm"] == "b") & (table["time"] == 12)].set_index("curve")
    return _to_horizon(incidence_difference(trial(), setting), "incidence") | {
        "table_incidence_b": row.loc["incidence of event 1", "estimate"],
        "table_lower_b": row.loc["incidence of event 1", "lower"],
    }


def means() -> Mapping[str, float]:
    return _to_horizon(restricted_mean(trial(), Setting(ARMS, horizon=15.0)), "mean")


def means_with_clusters() -> Mapping[str, float]:
    found = restricted_mean(clusters(), Setting(("a", "b"), clustered=("b",), horizon=10.0))
    # R has no factor for the number of clusters.
    return {"sandwich_se_b": found.arms[1].adjusted_se * np.sqrt(8 / 9)}


def curve_with_clusters() -> Mapping[str, float]:
    mine = observe(clusters(), Setting(("b",)))
    curve = curve_of(mine.time, mine.event)
    moved = influence(mine.time, mine.event, curve, survival_at(curve, 10.0))
    variance, _ = variance_of(moved, units_of(mine, Setting(("b",), clustered=("b",))))
    return {"sandwich_se_b": np.sqrt(variance * 8 / 9)}


FITS = {
    ("clusters", "curves"): curve_with_clusters,
    ("ties", "cox_efron"): cox_with_ties,
    ("strata", "cox_efron"): cox_with_strata,
    ("ties", "log_rank"): log_rank_with_ties,
    ("strata", "log_rank"): log_rank_with_strata,
    ("clusters", "cox_clustered"): cox_with_clusters,
    ("clusters_ties", "cox_clustered"): cox_with_clusters_and_ties,
    ("ties", "curves"): curves,
    ("clusters", "median"): medians,
    ("ties", "aalen_johansen"): incidences,
    ("ties", "restricted_mean"): means,
    ("clusters", "restricted_mean"): means_with_clusters,
}
