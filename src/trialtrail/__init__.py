"""From raw exports to the report of a trial, with a trail from every number back."""

import sys
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path

import runrecord
from runrecord.job.start import FromSource
from runrecord.project import Project, set_project

__version__ = "0.1.0"

_HERE = Path(__file__).resolve().parent
_BROUGHT = _HERE / "_workflow"
"""The workflow that a wheel brings along."""
INSTALLED = (_BROUGHT / "Snakefile").is_file()
"""Whether this package was installed from a wheel; otherwise it is that of a checkout."""
ROOT = _BROUGHT if INSTALLED else _HERE.parents[1]
"""The folder that `Snakefile`, `schemas/`, `scripts/` and `templates/` lie in: the checkout, or
what the wheel brought along."""


def _installed_at() -> dict[str, Path]:
    """Return where the packages of the repository lie, by their paths in the repository."""
    warm, logger = "snakemake_executor_plugin_warm", "snakemake_logger_plugin_trialtrail"
    return {
        "src/trialtrail": _HERE,
        f"src/{logger}": _HERE.parent / logger,
        "packages/runrecord/src/runrecord": Path(runrecord.__file__).resolve().parent,
        f"packages/{warm.replace('_', '-')}/src/{warm}": _HERE.parent / warm,
    }


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
        sources=()
        if INSTALLED
        else (
            "src",
            "packages/runrecord/src",
            "packages/snakemake-executor-plugin-warm/src",
        ),
        at=_installed_at() if INSTALLED else {},
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
