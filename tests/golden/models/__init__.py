"""The stored values of other implementations, and the fits that are compared with them."""

from __future__ import annotations

import csv
import importlib
from collections.abc import Callable, Mapping
from pathlib import Path

FOLDER = Path(__file__).parent
FAMILIES = sorted(path.stem for path in FOLDER.glob("*.R"))

Fit = Callable[[], Mapping[str, float]]


def values_of(
    family: str, folder: Path = FOLDER
) -> dict[tuple[str, str], dict[str, tuple[float, float]]]:
    """Return, by case and method, each quantity with its value and tolerance; seconds left out."""
    found: dict[tuple[str, str], dict[str, tuple[float, float]]] = {}
    with open(folder / f"{family}.csv", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["quantity"] != "seconds":
                key = row["case"], row["method"]
                found.setdefault(key, {})[row["quantity"]] = (
                    float(row["value"]),
                    float(row["tolerance"]),
                )
    return found


def fits_of(family: str) -> Mapping[tuple[str, str], Fit]:
    """Return, by case and method, what computes the same quantities with this project."""
    return importlib.import_module(f"golden.models.{family}").FITS
