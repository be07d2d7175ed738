"""Rows of the tables of agreement: measures with limits, counts, coverage, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trialtrail.qualitative.agreement.coefficients import alpha
from trialtrail.qualitative.agreement.groups import ROUND, STAGE, Group
from trialtrail.qualitative.agreement.intervals import (
    LEAST_DOCUMENTS,
    draw_documents,
    percentile_limits,
)
from trialtrail.qualitative.agreement.items import ALL, Item
from trialtrail.qualitative.agreement.measures import CU_ALPHA, MEASURES, Evidence
from trialtrail.qualitative.agreement.units import CHARACTER

ALL_LABEL = "All codes"
JUDGED = "alpha"
"""The measure by which groups of documents are compared."""


@dataclass(frozen=True)
class Bootstrap:
    """How intervals are drawn: samples of documents, level (0.95), seed."""

    samples: int
    level: float
    seed: int

    def draws(self, group: Group, of: int) -> np.ndarray | None:
        """Return samples of the documents of a group, None where they are too few."""
        if group.chosen.sum() < LEAST_DOCUMENTS or not self.samples:
            return None
        return draw_documents(group.chosen, self.samples, (self.seed, of))


def rows_of(
    evidence: Evidence,
    unit: str,
    group: Group,
    items: Sequence[Item],
    draws: np.ndarray | None,
    level: float,
) -> list[dict]:
    """Return a row for all codes together and for each item, of one unit and group of documents."""
    here = group.chosen[None, :].astype(float)
    points, counts = evidence.measures(here), evidence.counts(here)
    shares = _shares(evidence, here)
    limits = _limits(evidence, draws, level)
    names = [_All, *items]
    ending = f".{group.name}" if group.name else f".{unit}" if unit != CHARACTER else ""
    rows = []
    for at, item in enumerate(names):
        own = {name: values[0, at] for name, values in counts.items()}
        row = {
            "row": f"{item.id}{ending}",
            "level": item.level,
            "item": item.id,
            "label": item.label,
            "theme": item.theme,
            "unit": unit,
            STAGE: group.name if group.split == STAGE else None,
            ROUND: group.name if group.split == ROUND else None,
            "coded_from": group.coded_from or None,
            "coded_to": group.coded_to or None,
            "documents": int(group.chosen.sum()),
            "coders": int(np.isfinite(shares[:, at]).sum()),
        }
        used = own["marked_either"] > 0
        if used:
            row |= _counted(own, unit, shares[:, at])
            for name in MEASURES:
                if name in points:
                    row[name] = points[name][0, at]
                    row |= {f"{name}_{side}": each[at] for side, each in limits[name].items()}
        rows.append(row | {"note": _note(row, used, draws, limits, at)})
    return rows


@dataclass(frozen=True)
class _Together:
    id: str = ALL
    level: str = ALL
    label: str = ALL_LABEL
    theme: None = None


_All = _Together()


def _counted(own: Mapping[str, float], unit: str, shares: np.ndarray) -> dict:
    counted = {name: round(float(value)) for name, value in own.items()}
    known = shares[np.isfinite(shares)]
    counted |= {
        "prevalence": 100 * known.mean(),
        "prevalence_lowest": 100 * known.min(),
        "prevalence_highest": 100 * known.max(),
    }
    return counted | ({"characters": counted["units"]} if unit == CHARACTER else {})


def _shares(evidence: Evidence, weights: np.ndarray) -> np.ndarray:
    """Return the share of units that each coder marked, ``(coders, 1 + items)``; NaN: read none."""
    judged = evidence.totals(weights).by_coder[0]
    total = judged.sum(axis=-1)
    return np.divide(judged[..., 0], total, out=np.full(total.shape, np.nan), where=total > 0).T


def _limits(evidence: Evidence, draws: np.ndarray | None, level: float) -> dict[str, dict]:
    if draws is None:
        return {name: {} for name in MEASURES}
    found = {}
    for name, values in evidence.measures(draws).items():
        lower, upper = percentile_limits(values, level)
        undefined = (~np.isfinite(values)).sum(axis=0)
        found[name] = {"lower": lower, "upper": upper, "undefined": undefined}
    return {name: found.get(name, {}) for name in MEASURES}


def _note(row: dict, used: bool, draws, limits: Mapping[str, dict], at: int) -> str | None:
    """Return why what is missing is missing."""
    undefined = {name: row.pop(f"{name}_undefined", 0) for name in MEASURES}
    if not row["documents"]:
        return "no document was read by two coders"
    if not used:
        return "no coder marked it here"
    said = []
    flat = [name for name in MEASURES if name in row and not np.isfinite(row[name])]
    if JUDGED in flat:
        said.append("all judgements are the same: what goes beyond chance is not defined")
    elif CU_ALPHA in flat and row["level"] == ALL:
        said.append("no two values in text marked by two coders: cu-alpha is not defined")
    if draws is None:
        said.append(f"no interval: fewer than {LEAST_DOCUMENTS} documents")
    elif JUDGED not in flat and not np.isfinite(limits[JUDGED]["lower"][at]):
        said.append(f"no interval: not defined in {int(undefined[JUDGED])} of {len(draws)} samples")
    return "; ".join(said) or None


def drift_rows(
    evidence: Evidence,
    groups: Sequence[Group],
    draws: Sequence[np.ndarray | None],
    items: Sequence[Item],
    level: float,
) -> list[dict]:
    """Return how alpha by character differs from the first group of documents to the last.

    ``direction`` is `higher` or `lower` where the interval of the difference lies on one side of 0,
    `undecided` where it includes 0, and missing where there is no interval. Samples of the groups
    are drawn independently.
    """
    if len(groups) < 2:
        return []
    first, last = groups[0], groups[-1]
    here = [each.chosen[None, :].astype(float) for each in (first, last)]
    points = [alpha(evidence.totals(each))[0] for each in here]
    if draws[0] is None or draws[-1] is None:
        lower = upper = np.full(len(items) + 1, np.nan)
    else:
        drawn = [alpha(evidence.totals(each)) for each in (draws[0], draws[-1])]
        lower, upper = percentile_limits(drawn[1] - drawn[0], level)
    rows = []
    for at, item in enumerate([_All, *items]):
        row = {
            "row": f"{item.id}.{first.split}",
            "level": item.level,
            "item": item.id,
            "label": item.label,
            "theme": item.theme,
            "split": first.split,
            "first": first.name,
            "last": last.name,
            "documents_first": int(first.chosen.sum()),
            "documents_last": int(last.chosen.sum()),
            "alpha_first": points[0][at],
            "alpha_last": points[1][at],
            "difference": points[1][at] - points[0][at],
            "lower": lower[at],
            "upper": upper[at],
        }
        rows.append(row | {"direction": _direction(lower[at], upper[at])})
    return rows


def _direction(lower: float, upper: float) -> str | None:
    if not (np.isfinite(lower) and np.isfinite(upper)):
        return None
    return "higher" if lower > 0 else "lower" if upper < 0 else "undecided"
