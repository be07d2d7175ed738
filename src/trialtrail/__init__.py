"""From raw exports to the report of a trial, with a trail from every number back."""

import sys
from pathlib import Path

__version__ = "0.1.0"

ROOT = Path(__file__).resolve().parents[2]
"""The folder of the checkout: `schemas/`, `scripts/` and `templates/` lie in it."""

# The contracts in `schemas/` are imported by scripts that Snakemake starts from anywhere: in the
# working folder, under `--directory`, on a node of a cluster. The package knows where they lie.
if (ROOT / "schemas").is_dir() and str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))
