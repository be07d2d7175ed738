"""Beside the stages: the configuration in; the analysis plan as a document out.

It is read after the targets: no run but `snakemake plan` makes it. The seal holds no digest of it and
names its files (`BESIDE`), so that they are no strangers in a sealed folder.
"""

from trialtrail.configuration.plan_facts import plan_facts

PLAN_PAGE = {
    "template": template("plan.html.j2"),
    "styles": [template("report.css"), template("screen.css"), template("plan.css")],
    "fonts": sorted(
        os.path.relpath(path)
        for path in (ROOT / "templates" / "fonts").iterdir()
        if path.suffix in (".ttf", ".woff2")
    ),
}
"""What the plan is laid out with."""


rule render_plan:
    """The analysis plan of its own: what is planned, and what of a plan is missing."""
    input:
        **PLAN_PAGE,
        trial=only_of_trials("An analysis plan"),
    output:
        html="results/report/plan.html",
        pdf="results/report/plan.pdf",
        record="results/lineage/records/render_plan.json",
    log:
        "results/logs/render_plan.log",
    params:
        code=code_of("render_plan"),
        content=content_of(*PLAN_PAGE.values()),
        facts=lambda wildcards: plan_facts(STUDY),
    script:
        "../../scripts/render_plan.py"


rule plan:
    """Only the analysis plan: no raw file is read, and none need be there."""
    input:
        rules.render_plan.output.html,
        rules.render_plan.output.pdf,
