"""What the operating characteristics say of a method, in sentences by rule.

A method is said to miss only where the Monte Carlo error does not explain it: further from what it
promises than `BEYOND` of these errors, by which 1 of 370 sentences would be of chance alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from trialtrail.simulation.trials import KNOWN

BEYOND = 3.0
"""Monte Carlo errors beyond which a difference is none of chance."""
SMALL, LARGE = 5.0, 10.0
"""Relative errors of the standard error, in per cent, from which on they are told."""
RARE = 0.01
"""Share of trials without an interval from which on it is told."""
INFERENCES = {
    "kenward_roger_expected": "Kenward–Roger, expected information",
    "kenward_roger_observed": "Kenward–Roger, observed information",
    "satterthwaite": "Satterthwaite",
}
NAMES = {
    "welch": "Welch’s t test",
    "student": "Student’s t test",
    "ancova": "linear model",
    "ancova_hc2": "linear model with HC2, clusters ignored",
    "ancova_hc3": "linear model with HC3, clusters ignored",
    "two_stage_least_squares": "two-stage least squares",
}


def method_in_words(name: str, values: str = KNOWN, *, clustered: bool = True) -> str:
    """Return what readers call a method of the registry."""
    found = NAMES.get(name)
    if not clustered and found:
        found = found.removesuffix(", clusters ignored")
    for start, said in (("mixed_", "mixed model"), ("mmrm_", "repeated measures")):
        if name.startswith(start):
            ending = next((e for e in INFERENCES if name.endswith(e)), "")
            found = f"{said}, {INFERENCES[ending]}" if ending else said
    found = found or name.replace("_", " ")
    return found if values == KNOWN else f"{found}, {values} values"


def misses(row: Mapping[str, Any]) -> list[str]:
    """Return how a method missed in one scenario; none where it did not.

    Args:
        row: of `operating_characteristics`; None or NaN where a number is not known.
    """
    return [*_coverage(row), *_bias(row), *_errors(row), *_none(row)]


def sentences(
    rows: Sequence[Mapping[str, Any]], *, clustered: bool
) -> Iterator[tuple[str, list[str]]]:
    """Yield each method's name in words with its sentences, those of all scenarios together."""
    methods = dict.fromkeys((row["method"], row["values"]) for row in rows)
    for method, values in methods:
        mine = [row for row in rows if (row["method"], row["values"]) == (method, values)]
        found = []
        for row in mine:
            missed = misses(row)
            if missed:
                found.append(f"{row['label']}: {'; '.join(missed)}.")
        number = len(mine)
        places = "the one scenario" if number == 1 else f"all {number} scenarios"
        if not found:
            found = [f"Misses nothing in {places} it was tried in."]
        elif len(found) < number:
            found.append(f"Misses nothing in the other {number - len(found)}.")
        yield method_in_words(method, values, clustered=clustered), found


def _known(row: Mapping[str, Any], *names: str) -> bool:
    """Tell whether a row has all of some numbers."""
    values = [row.get(name) for name in names]
    return all(v is not None and not math.isnan(float(v)) for v in values)


def _percent(share: float, digits: int = 1) -> str:
    return f"{100 * share:.{digits}f}%"


def _signed(text: str) -> str:
    return text.replace("-", "\N{MINUS SIGN}")


def _coverage(row: Mapping[str, Any]) -> Iterator[str]:
    if not _known(row, "coverage") or not row["intervals"]:
        return
    level, found = float(row["level"]), float(row["coverage"])
    # By the error at the nominal level, which is not 0 where all intervals hold the truth.
    error = math.sqrt(level * (1 - level) / float(row["intervals"]))
    if abs(found - level) <= BEYOND * error:
        return
    what = "too narrow" if found < level else "wider than they need be"
    nominal = _percent(level, 0 if round(100 * level, 6).is_integer() else 1)
    yield (
        f"{_percent(found)} of its {nominal} intervals hold the truth (Monte Carlo error "
        f"{_percent(error, 2)}), so they are {what}"
    )


def _bias(row: Mapping[str, Any]) -> Iterator[str]:
    if not _known(row, "bias", "bias_mc_error", "empirical_se"):
        return
    bias, error = float(row["bias"]), float(row["bias_mc_error"])
    if abs(bias) > BEYOND * error:
        of_se = abs(bias) / float(row["empirical_se"])
        size = _signed(f"{bias:+.3g}")
        yield (
            f"it is biased by {size} (Monte Carlo error {error:.2g}), "
            f"{_percent(of_se, 0)} of the standard error"
        )


def _errors(row: Mapping[str, Any]) -> Iterator[str]:
    if not _known(row, "relative_error", "relative_error_mc_error"):
        return
    off, error = float(row["relative_error"]), float(row["relative_error_mc_error"])
    if abs(off) > SMALL and abs(off) > BEYOND * error:
        limit = LARGE if abs(off) > LARGE else SMALL
        what = "large" if off > 0 else "small"
        size = _signed(f"{off:+.1f}")
        yield (
            f"its standard error is more than {limit:g}% too {what} ({size}%, Monte Carlo error "
            f"{error:.1f})"
        )


def _none(row: Mapping[str, Any]) -> Iterator[str]:
    if _known(row, "not_estimable") and float(row["not_estimable"]) > RARE:
        yield f"it gave no interval in {_percent(float(row['not_estimable']))} of the trials"
