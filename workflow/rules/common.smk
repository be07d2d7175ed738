"""What every stage asks: which tables the study supplies, and which code a rule runs on."""

import os
import re
import shlex
import sys

from snakemake.io import get_wildcard_names
from snakemake.logging import logger
from snakemake.settings.types import DeploymentMethod

from trialtrail.code_closure import code_closure
from trialtrail.configuration import Study
from trialtrail.container import use_checkout
from trialtrail.errors import StudyError
from trialtrail.literal_paths import take_literally

# Snakemake writes the interpreter's path unquoted into the shell command of a script, which fails
# where a folder name has a space. Without one this changes nothing.
sys.executable = shlex.quote(sys.executable)

# With --configfile the study is another one, and nothing of this one may be left in it.
if not workflow.overwrite_configfiles:

    configfile: str(ROOT / "config" / "config.yaml")


CONFIG_FILE = workflow.configfiles[-1]

try:
    STUDY = Study(config, CONFIG_FILE)
    if DeploymentMethod.APPTAINER in workflow.deployment_settings.deployment_method:
        use_checkout(IMAGE)
except StudyError as error:
    # Not a WorkflowError: Snakemake would put the lines of this file around the message.
    logger.error(error.text())
    raise SystemExit(1)

# Names that people gave to files are no patterns of Snakemake.
take_literally([*STUDY.all_paths, os.path.relpath(CONFIG_FILE)])

ARMS = [arm["id"] for arm in STUDY.arms]
LEVEL = STUDY.analysis("confidence_level")
TREATED = STUDY.analysis("intervention_arm", ARMS[-1])
COUNTED = STUDY.analysis("uptake", {}).get("contact", {})


WILDCARDS = {
    "table": STUDY.tables,
    "export": STUDY.dictionaries,
    "analysis": list(STUDY.analyses),
}
"""Every wildcard of the rules, and what it stands for: one job each, and a record of each."""


wildcard_constraints:
    **{name: "|".join(map(re.escape, values)) or "(?!)" for name, values in WILDCARDS.items()},


def code_of(script, *also):
    """Return the script and all modules of the project that it runs on."""
    paths = code_closure(ROOT / "scripts" / f"{script}.py", also)
    return [os.path.relpath(path) for path in paths]


def contracts_of(*tables):
    """Return the modules that hold the contracts of `tables`."""
    return sorted({f"schemas.{'forms' if t in STUDY.forms else t}" for t in tables})


def study_title(wildcards):
    """Return the title of the study: a function's text is no pattern, whatever braces it holds."""
    return config["study"]["title"]


def sans():
    """Return the fonts that pages for the screen carry."""
    names = ("IBMPlexSans-Regular", "IBMPlexSans-SemiBold")
    return [template(f"fonts/{name}.woff2") for name in names]


def template(name):
    """Return the path of a template."""
    return os.path.relpath(ROOT / "templates" / name)


def validated(*tables):
    """Return the validated tables that the study supplies of `tables`."""
    return [f"results/validated/{table}.parquet" for table in tables if STUDY.has(table)]


def records():
    """Return the records of all jobs of the rules read so far."""
    return outputs("record")


def outputs(name):
    """Return the outputs of a name of all rules read so far, one a value of each wildcard.

    A wildcard that `WILDCARDS` does not have ends the reading of the rules: its jobs would be
    sealed by nobody.
    """
    declared = [getattr(rule.output, name) for rule in workflow.rules if name in rule.output.keys()]
    patterns = [re.sub(r"{(\w+),[^{}]*}", r"{\1}", str(record)) for record in declared]
    return [
        path
        for pattern in patterns
        for path in expand(pattern, **{n: WILDCARDS[n] for n in get_wildcard_names(pattern)})
    ]


def looked_at():
    """Return the files and folders, beside the jobs' own, on which it rests what must run."""
    own = [path for part in ("scripts", "schemas", "src", "templates") for path in folders(part)]
    rule_files = [ROOT / "Snakefile", *(ROOT / "workflow" / "rules").iterdir()]
    profile = [ROOT / "profiles" / "default", *(ROOT / "profiles" / "default").iterdir()]
    return [*own, *rule_files, *profile, *workflow.configfiles, *STUDY.folders]


def folders(part):
    """Return a folder of the repository and those in it, but for the interpreter's copies."""
    inside = [path for path in (ROOT / part).rglob("*") if path.is_dir()]
    return [ROOT / part, *(path for path in inside if path.name != "__pycache__")]
