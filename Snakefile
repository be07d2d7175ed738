"""From the raw exports of a trial to its report: the map of the workflow."""

from snakemake.utils import min_version

from trialtrail import ROOT

min_version("9.27")

# Only for sites that ask for it (--software-deployment-method apptainer); see container/. The path is
# relative to the working folder, because Snakemake takes no image whose path has a space.
IMAGE = "container/trialtrail.sif"


container: IMAGE


include: str(ROOT / "workflow/rules/common.smk")
include: str(ROOT / "workflow/rules/validate.smk")
include: str(ROOT / "workflow/rules/derive.smk")
include: str(ROOT / "workflow/rules/analyse.smk")
include: str(ROOT / "workflow/rules/course.smk")
include: str(ROOT / "workflow/rules/themes.smk")
include: str(ROOT / "workflow/rules/agreement.smk")
include: str(ROOT / "workflow/rules/coding.smk")
include: str(ROOT / "workflow/rules/quotations.smk")
include: str(ROOT / "workflow/rules/cases.smk")
include: str(ROOT / "workflow/rules/combine.smk")
include: str(ROOT / "workflow/rules/readability.smk")
include: str(ROOT / "workflow/rules/statements.smk")
include: str(ROOT / "workflow/rules/checklists.smk")
include: str(ROOT / "workflow/rules/disclosure.smk")
include: str(ROOT / "workflow/rules/report.smk")
include: str(ROOT / "workflow/rules/word.smk")
include: str(ROOT / "workflow/rules/exchange.smk")
include: str(ROOT / "workflow/rules/audit.smk")
include: str(ROOT / "workflow/rules/targets.smk")
include: str(ROOT / "workflow/rules/plan.smk")
include: str(ROOT / "workflow/rules/simulate.smk")
include: str(ROOT / "workflow/rules/pseudonyms.smk")
include: str(ROOT / "workflow/rules/public.smk")


rule all:
    """The report, and the trail of everything behind it."""
    default_target: True
    input:
        TARGETS,
