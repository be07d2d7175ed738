"""The design of a trial as its data show it: sizes, losses, spread, clusters, correlations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

EVEN = "even"
"""The concentration of caseloads that vary no more than chance lets them."""
HIGHEST = 0.95
"""The greatest share that a covariate is taken to explain."""


def describe(
    arms: pd.DataFrame,
    models: pd.DataFrame,
    participants: pd.DataFrame,
    what: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the values of a design that the results and the participants of a trial show.

    Args:
        arms: the result table `arms`.
        models: the result table `models`.
        participants: ``arm``, and the cluster where the plan has clusters.
        what: ``outcome`` and ``timepoint``; ``analysis``, the main entry; ``arms``, their ids;
            ``cluster``, the column of the clusters or ""; ``within``, the arms that have them;
            ``complier``, ids of the entries of complier effects.
    """
    mine = _of(arms, what, [what["analysis"]]).set_index("arm")
    parts = _of(models, what, [what["analysis"]])
    ids = [arm for arm in what["arms"] if arm in mine.index]
    randomised, known = mine["n_randomised"], mine["n_with_data"]
    found: dict[str, Any] = {
        "sizes": {arm: int(randomised[arm]) for arm in ids},
        "lost": {arm: float(1 - known[arm] / randomised[arm]) for arm in ids},
        "sd": {arm: float(mine["sd"][arm]) for arm in ids},
        "covariate": _covariate(mine, parts, ids),
    }
    if what["cluster"]:
        found |= _clusters(participants, what)
        rho = parts[parts["component"] == "intracluster_correlation"]["value"].dropna()
        found["correlation"] = float(rho.iloc[0]) if len(rho) else 0.0
    uptake = _of(models, what, what["complier"])
    uptake = uptake[uptake["component"] == "uptake"].drop_duplicates("group").set_index("group")
    if len(uptake):
        found["uptake"] = {
            arm: float(uptake["value"][arm]) for arm in ids[1:] if arm in uptake.index
        }
    between = parts[parts["component"] == "correlation"]["value"].dropna()
    if len(between):
        found["visit_correlation"] = float(np.clip(between.iloc[0], 0.0, 0.99))
    return {name: value for name, value in found.items() if value is not None}


def _of(table: pd.DataFrame, what: Mapping[str, Any], entries: Sequence[str]) -> pd.DataFrame:
    """Return the rows of the outcome in some entries of the plan."""
    rows = table[table["analysis"].isin(list(entries)) & (table["outcome"] == what["outcome"])]
    return rows[rows["timepoint"] == what["timepoint"]]


def _covariate(mine: pd.DataFrame, parts: pd.DataFrame, ids: Sequence[str]) -> float | None:
    """Return the correlation of the outcome with all covariates together.

    Its square is the share of the variance within arms that the model does not leave; None where
    the model has no residual variance.
    """
    left = parts[parts["component"] == "residual_variance"].set_index("group")["value"]
    if not len(left):
        return None
    own = [float(left[arm] if arm in left.index else left.iloc[0]) for arm in ids]
    between = parts[parts["component"] == "cluster_variance"]["value"].dropna()
    known = mine["n_with_data"].reindex(ids).to_numpy(dtype=float)
    whole = known @ np.square(mine["sd"].reindex(ids).to_numpy(dtype=float))
    rest = known @ np.array(own)
    if len(between):
        clustered = [
            arm for arm in ids if arm in set(parts[parts["component"] == "clusters"].group)
        ]
        rest += float(between.iloc[0]) * float(mine["n_with_data"].reindex(clustered).sum())
    return float(np.sqrt(np.clip(1 - rest / whole, 0.0, HIGHEST)))


def _clusters(participants: pd.DataFrame, what: Mapping[str, Any]) -> dict[str, Any]:
    """Return the clusters of each arm that has them, and how even their caseloads are."""
    inside = participants["arm"].isin(list(what["within"])) & participants[what["cluster"]].notna()
    pairs = participants.loc[inside, ["arm", what["cluster"]]].astype("string")
    sizes = pairs.groupby("arm")[what["cluster"]].value_counts()
    arms_of = pairs.drop_duplicates().groupby(what["cluster"]).size()
    own = {arm: sizes[arm].to_numpy() for arm in what["within"] if arm in set(pairs["arm"])}
    return {
        "clusters": {arm: len(each) for arm, each in own.items()},
        "concentration": {arm: concentration(each) for arm, each in own.items()},
        "across": bool((arms_of > 1).any()),
    }


def concentration(sizes: np.ndarray) -> float | str:
    """Return α of the symmetric Dirichlet distribution of the caseloads, by their variance.

    Counts of N participants in k clusters have the variance N p (1 - p) (N + kα) / (1 + kα), with
    p = 1/k (the Dirichlet-multinomial distribution: Mosimann, Biometrika 1962;49:65-82).
    """
    k, number = len(sizes), int(sizes.sum())
    if k < 2:
        return EVEN
    excess = float(np.var(sizes)) / (number / k * (1 - 1 / k))
    if excess <= 1:
        return EVEN
    return float((number - excess) / (excess - 1) / k)
