"""What every stage asks: which tables the study supplies, and which code a rule runs on."""

import gc
import os
import re

from snakemake.io import get_wildcard_names
from snakemake.logging import logger
from snakemake.settings.types import DeploymentMethod

from runrecord import isolation
from runrecord.code_closure import code_closure, code_digests, content_digest
from trialtrail.configuration import Study
from trialtrail.configuration.kind_of_study import needs_trial
from trialtrail.configuration.yaml_limits import more_than_one_file, parsed_digest
from trialtrail.container import use_checkout
from trialtrail.errors import StudyError
from runrecord import journal
from trialtrail.literal_paths import take_literally
from trialtrail.plain_params import compare_plainly
from trialtrail.planning.lock import planned

# What is loaded by now stays: looking through it again and again takes a tenth of the time.
gc.freeze()
gc.set_threshold(10_000, 50, 50)

isolation.isolate_jobs()
if workflow.is_main_process:
    isolation.begin_check()  # it takes half a second, as reading the rules does

# With --configfile the study is another one, and nothing of this one may be left in it.
if not workflow.overwrite_configfiles:

    configfile: str(ROOT / "config" / "config.yaml")


CONFIG_FILE = workflow.configfiles[-1]

try:
    if workflow.config_settings.config or len(workflow.configfiles) > 1:
        raise more_than_one_file(workflow.configfiles)
    if not workflow.is_main_process and os.path.exists(f"{journal.FOLDER}/{journal.FILE}"):
        # A job in a process of its own reads the file again, which may be another one by now.
        journal.check_configuration_kept(journal.FOLDER, CONFIG_FILE, parsed_digest(CONFIG_FILE))
    STUDY = Study(config, CONFIG_FILE, without_files=True)
    PLAN = planned(STUDY)
    if DeploymentMethod.APPTAINER in workflow.deployment_settings.deployment_method:
        use_checkout(IMAGE)
except StudyError as error:
    # Not a WorkflowError: Snakemake would put the lines of this file around the message.
    logger.error(error.text())
    raise SystemExit(1)

compare_plainly()

# Names that people gave to files are no patterns of Snakemake.
take_literally([*STUDY.all_paths, os.path.relpath(CONFIG_FILE)])

ARMS = [arm["id"] for arm in STUDY.arms]
LEVEL = STUDY.analysis("confidence_level")
INTERVENTION_ARM = STUDY.analysis("intervention_arm", ARMS[-1] if ARMS else "")
UPTAKE_CONTACT = STUDY.analysis("uptake", {}).get("contact", {})
NAMING = STUDY.naming


WILDCARDS = {
    "table": STUDY.tables,
    "export": STUDY.dictionaries,
    "analysis": list(STUDY.analyses),
    "imputation": list(STUDY.imputations),
    "block": STUDY.all_blocks,
    "scenario": list(STUDY.scenarios),
    "document": ["report", "supplement"],
    "trial_block": max(STUDY.trial_blocks.values(), key=len, default=[]),
}
"""Every wildcard of the rules, and what it stands for: one job each, and a record of each."""


BESIDE = [
    *expand(
        "results/report/{page}.{form}", page=["plan", "power", "simulation"], form=["html", "pdf"]
    ),
    *expand("results/tables/{table}.csv", table=["operating_characteristics", "power"]),
    "results/figures/coverage.svg",
    "results/simulation/",
    "results/public/",
    *expand("results/qualitative/pseudonymised{part}.csv", part=["", "_codings"]),
]
"""What targets of their own make beside the sealed results: nothing that is sealed rests on it."""


wildcard_constraints:
    **{name: "|".join(map(re.escape, values)) or "(?!)" for name, values in WILDCARDS.items()},


def code_of(script, *also):
    """Return the digests of the script and of all modules of the project that it runs on.

    As a parameter of its rule: what the code says makes it run again, and no time stamp.
    """
    return code_digests(code_closure(ROOT / "scripts" / f"{script}.py", also))


def content_of(*paths):
    """Return one digest of files that people put in place, which may have old time stamps."""
    listed = [[path] if isinstance(path, str) else path for path in paths]
    return content_digest(path for part in listed for path in part)


def contracts_of(*tables):
    """Return the modules that hold the contracts of `tables`."""
    return sorted({f"schemas.raw.{'forms' if t in STUDY.forms else t}" for t in tables})


def study_title(wildcards):
    """Return the title of the study: a function's text is no pattern, whatever braces it holds."""
    mark = f"BLINDED ({STUDY.blinded['mark']}): " if STUDY.blinded else ""
    return mark + config["study"]["title"]


def sans():
    """Return the fonts that pages for the screen carry."""
    names = ("IBMPlexSans-Regular", "IBMPlexSans-SemiBold")
    return [template(f"fonts/{name}.woff2") for name in names]


def template(name):
    """Return the path of a template."""
    return os.path.relpath(ROOT / "templates" / name)


def as_supplied(files):
    """Return raw files that a job reads; where one of the study's is missing, the run ends.

    It is asked when jobs are planned, so that what reads no raw file can be made before there is
    any.
    """
    try:
        STUDY.check_files()
    except StudyError as error:
        logger.error(error.text())
        raise SystemExit(1)
    return files


def only_of_trials(what):
    """Return an input of what is of a trial alone: where the study is none, the run ends."""

    def refuse(wildcards):
        try:
            needs_trial(config, what)
        except StudyError as error:
            logger.error(error.text())
            raise SystemExit(1)
        return []

    return refuse


def validated(*tables):
    """Return the validated tables that the study supplies of `tables`."""
    return [f"results/validated/{table}.parquet" for table in tables if STUDY.has(table)]


def records():
    """Return the records of all jobs of the rules read so far."""
    return outputs_named("record")


def records_of(*rules):
    """Return the records of all jobs of some of the rules read so far."""
    known = [rule for rule in workflow.rules if rule.name in rules]
    return files_of_all_jobs(str(rule.output.record) for rule in known)


def outputs_named(name):
    """Return the outputs of a name of all rules read so far, one a value of each wildcard.

    A wildcard that `WILDCARDS` does not have ends the reading of the rules: its jobs would be
    sealed by nobody.
    """
    declared = [getattr(rule.output, name) for rule in workflow.rules if name in rule.output.keys()]
    return files_of_all_jobs(declared)


FIGURE, TABLE, REPORT = "Figures", "Tables", "The report"
"""Where a result stands in the page of `snakemake --report`."""


def shown(output, category):
    """Mark an output for `snakemake --report`, with the caption of its name in workflow/report/.

    Marked are results about many people alone: no dataset, no quotation, nothing of one participant.
    """
    caption = re.sub(r"[{}]", "", os.path.splitext(os.path.basename(output))[0])
    return report(output, caption=f"../report/{caption}.rst", category=category)


def made():
    """Return all that the rules read so far make: what of it is gone is made again."""
    return files_of_all_jobs(path for rule in workflow.rules for path in rule.output)


def files_of_all_jobs(declared):
    """Return the files that outputs of rules stand for, one a value of each wildcard."""
    patterns = [re.sub(r"{(\w+),[^{}]*}", r"{\1}", str(output)) for output in declared]
    return [
        path
        for pattern in patterns
        for path in expand(pattern, **{n: WILDCARDS[n] for n in get_wildcard_names(pattern)})
    ]
