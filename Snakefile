"""From the raw exports of a trial to its report: the map of the workflow."""

from snakemake.utils import min_version

from trialtrail import ROOT
from trialtrail.lineage import journal

min_version("9.27")


# Only for sites that ask for it (--software-deployment-method apptainer); see container/. The path is
# relative to the working folder, because Snakemake takes no image whose path has a space.
container: "container/trialtrail.sif"


# With --configfile the study is another one, and nothing of this one may be left in it.
if not workflow.overwrite_configfiles:

    configfile: str(ROOT / "config" / "config.yaml")


include: str(ROOT / "workflow/rules/common.smk")
include: str(ROOT / "workflow/rules/validate.smk")
include: str(ROOT / "workflow/rules/derive.smk")
include: str(ROOT / "workflow/rules/analyse.smk")
include: str(ROOT / "workflow/rules/themes.smk")
include: str(ROOT / "workflow/rules/combine.smk")
include: str(ROOT / "workflow/rules/report.smk")
include: str(ROOT / "workflow/rules/audit.smk")


onstart:
    journal.run_started("results/lineage", CONFIG_FILE, touch=workflow.touch)


onsuccess:
    journal.run_ended("results/lineage", "done")


onerror:
    journal.run_ended("results/lineage", "failed")


rule all:
    """The report, and the trail of everything behind it."""
    default_target: True
    input:
        rules.render_report.output.pdf,
        rules.render_report.output.html,
        rules.settle_tables.output.page,
        rules.seal_lineage.output.manifest,
        rules.draw_lineage.output.page,
        rules.define_columns.output.page,
        rules.export_crate.output.crate,
        rules.export_prov.output.prov,
        rules.state_results.output.statement,


rule validate:
    """Only the checks of the exports: the queries and the validated tables."""
    input:
        rules.settle_tables.output.queries,
        rules.settle_tables.output.page,
