"""Seal the verdicts and threads of a configuration to the results as they are.

    python -m tools.renew_verdicts [--configfile FILE] [--results FOLDER]

It writes the present digests over those that the last run found in the configuration. Nobody judges
anew by that: it is for the study that ships, whose findings are looked at when its rows or the ways
of counting change. Who works on a study of their own looks at what `trialtrail verdicts` prints.
"""

from __future__ import annotations

import argparse
import csv
import re
from pathlib import Path

from trialtrail import ROOT

TABLES = ("convergence", "threads")
SEAL = re.compile(r"(?<=evidence: )\"?([0-9a-f]{12,64}(?:\.[0-9a-f]{6,64})?)\"?")


def seals(results: Path) -> list[tuple[str, str]]:
    """Return the seals that the last run read, each with the one that would be current."""
    found = []
    for name in TABLES:
        path = results / "tables" / f"{name}.csv"
        if path.is_file():
            with open(path, encoding="utf-8", newline="") as stream:
                found += [(row["sealed"], row["seal"]) for row in csv.DictReader(stream)]
    return list(dict.fromkeys(pair for pair in found if pair[0]))


def renewed(text: str, pairs: list[tuple[str, str]]) -> str:
    """Return a configuration in which each seal, in its order, is the current one."""
    left = list(pairs)

    def current(found: re.Match[str]) -> str:
        for pair in left:
            if pair[0] == found[1]:
                left.remove(pair)
                return f'"{pair[1]}"'
        return found[0]

    return SEAL.sub(current, text)


def main() -> None:
    """Write the configuration anew, and tell how many seals are others."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--configfile", type=Path, default=ROOT / "config" / "config.yaml")
    parser.add_argument("--results", type=Path, default=ROOT / "results")
    options = parser.parse_args()
    pairs = seals(options.results)
    text = options.configfile.read_text(encoding="utf-8")
    options.configfile.write_text(renewed(text, pairs), encoding="utf-8")
    print(f"{sum(old != new for old, new in pairs)} of {len(pairs)} seals are others now")


if __name__ == "__main__":
    main()
