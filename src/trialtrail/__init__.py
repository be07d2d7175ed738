"""From raw exports to the report of a trial, with a trail from every number back."""

import sys
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path

from runrecord.job.start import FromSource
from runrecord.project import Project, set_project

__version__ = "0.1.0"

ROOT = Path(__file__).resolve().parents[2]
"""The folder of the checkout: `schemas/`, `scripts/` and `templates/` lie in it."""


class _Beside:
    """Finds the packages that lie beside `src`, wherever Snakemake starts a script.

    It is asked by name and lists no folder: a confined job may not list the checkout.
    """

    packages = ("schemas", "scripts")

    @classmethod
    def find_spec(cls, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Return where the package is; None for any other module."""
        start = ROOT / name / "__init__.py"
        if name not in cls.packages or not start.is_file():
            return None
        return spec_from_file_location(
            name,
            start,
            loader=FromSource(name, str(start)),
            submodule_search_locations=[str(start.parent)],
        )


set_project(
    Project(
        root=ROOT,
        name="trialtrail",
        packages={"trialtrail": "src/trialtrail", "schemas": "schemas", "scripts": "scripts"},
        sources=(
            "src",
            "packages/runrecord/src",
            "packages/snakemake-executor-plugin-warm/src",
        ),
        entry=("trialtrail", "trialtrail.record"),
        kinds={
            "results/index.html": "lineage",
            "results/datasets/": "dataset",
            "results/tables/": "table",
            "results/figures/": "figure",
            "results/report/": "report",
            "results/qualitative/": "finding",
            "results/ard/": "exchange",
            "results/adam/": "exchange",
            "results/validation/queries.csv": "finding",
            "results/validation/set_aside/": "finding",
            "results/validation/validation.html": "finding",
        },
        folders=dict.fromkeys(("packages", "requirements", "schemas", "src", "templates"), "code"),
        endings=dict.fromkeys((".json", ".md", ".yaml", ".yml"), "configuration"),
    )
)
"""Told to the record-keeping by whatever imports this package: the rules, each job, the command."""

if _Beside not in sys.meta_path:
    sys.meta_path.append(_Beside)
