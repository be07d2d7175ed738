"""Compare every model with R: digits of agreement and seconds of a fit, the quickest of some.

R makes the stored values anew in a folder of its own, so that what is stored is compared too:

    python -m tools.compare_golden [family...]
"""

from __future__ import annotations

import csv
import math
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from trialtrail import ROOT

FOLDER = ROOT / "tests" / "golden"
sys.path.insert(0, str(ROOT / "tests"))
TIMES = 5
MOST = 16
"""Digits that a number has."""


def digits(found: float, wanted: float) -> float:
    """Return how many digits two numbers have in common."""
    if found == wanted:
        return MOST
    size = abs(wanted) or 1.0
    return min(MOST, max(0.0, -math.log10(abs(found - wanted) / size)))


def seconds(fit) -> float:
    """Return how long a fit takes, the quickest of some times."""
    took = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        fit()
        took.append(time.perf_counter() - begun)
    return min(took)


def of_r(folder: Path, family: str) -> dict[tuple[str, str], str]:
    """Return the seconds that R took, by case and method."""
    with open(folder / f"{family}.csv", encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["quantity"] == "seconds"]
    return {(row["case"], row["method"]): f"{1000 * float(row['value']):.1f}" for row in rows}


def compare(family: str, anew: Path | None) -> bool:
    """Print the comparison of a family; return whether all is within its tolerance."""
    from golden.models import fits_of, values_of

    stored, fits = values_of(family), fits_of(family)
    fresh = values_of(family, anew) if anew else stored
    took = of_r(anew or FOLDER / "models", family)
    good = True
    for key, wanted in stored.items():
        found = fits[key]()
        least, worst = MOST, ""
        for name, (value, tolerance) in wanted.items():
            again = fresh.get(key, {}).get(name, (math.nan, 0))[0]
            # Seeds are R's own, so a value that R makes anew is the stored one but for rounding.
            good &= math.isclose(again, value, rel_tol=max(tolerance, 1e-9), abs_tol=1e-9)
            if name == "log_likelihood_at_least":
                good &= found[name] >= value - tolerance * abs(value)
                continue
            close = abs(found[name] - value) <= tolerance * (abs(value) or 1.0)
            good &= close
            if digits(found[name], value) < least:
                least, worst = digits(found[name], value), name
        ours = f"{1000 * seconds(fits[key]):.1f}"
        cells = (family, *key, f"{least:.1f}", worst, ours, took.get(key, ""))
        print(f"| {' | '.join(cells)} |", flush=True)
    return good


def main(families: list[str]) -> int:
    """Compare the families; the exit code says whether all agree."""
    from golden.models import FAMILIES

    families = families or FAMILIES
    with tempfile.TemporaryDirectory() as folder:
        anew = Path(folder) if shutil.which("Rscript") else None
        if anew:
            call = ["Rscript", str(FOLDER / "models.R"), *families, f"--to={folder}"]
            subprocess.run(call, check=True)
        else:
            print("Rscript is not there: the stored values are compared, and are not made anew")
        print("| family | case | method | digits | of | ms | ms in R |")
        print("|---|---|---|---:|---|---:|---:|")
        results = [compare(family, anew) for family in families]
    return 0 if all(results) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
