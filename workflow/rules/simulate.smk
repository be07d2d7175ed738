"""Beside the report: trials drawn of the study's own design, and what its methods make of them.

Read after the targets: no run of the report makes or seals what is made here. `snakemake simulate`
and `snakemake power` ask for it.
"""

DRAWING_FONTS = sorted(os.path.relpath(f) for f in (ROOT / "templates/fonts").glob("*.ttf"))
SIMULATION_PAGE = {
    "page": template("simulation.html.j2"),
    "mark": template("blinded_mark.html.j2"),
    "css": [template("report.css"), template("screen.css")],
    "fonts": sorted(os.path.relpath(f) for f in (ROOT / "templates/fonts").glob("*.[tw]*f*")),
}
"""What the page of the drawn trials is laid out with."""
DESIGN = []
"""What the data of the study show of its design; nothing of a study without."""

if STUDY.described and STUDY.tables:
    DESIGN = ["results/simulation/design.json"]

    rule describe_design:
        """The design of the trial as its data show it: sizes, losses, spread, clusters."""
        input:
            arms="results/tables/arms.csv",
            models="results/tables/models.csv",
            participants="results/datasets/participants.parquet",
        output:
            design="results/simulation/design.json",
            record="results/lineage/records/describe_design.json",
        log:
            "results/logs/describe_design.log",
        params:
            code=code_of("describe_design"),
            what=STUDY.described,
        script:
            "../../scripts/describe_design.py"


rule simulate_block:
    """Some of the trials of one scenario, drawn and analysed: one row a trial and method."""
    input:
        design=DESIGN,
    output:
        trials="results/simulation/{scenario}/{trial_block}.parquet",
        record="results/lineage/records/simulate_block-{scenario}-{trial_block}.json",
    log:
        "results/logs/simulate_block-{scenario}-{trial_block}.log",
    params:
        code=code_of("simulate_block"),
        scenario=lambda wildcards: STUDY.scenarios[wildcards.scenario],
        arms=ARMS,
        level=LEVEL,
        seed=STUDY.simulation["seed"],
        size=STUDY.simulation["block"],
        block=lambda wildcards: int(wildcards.trial_block),
    script:
        "../../scripts/simulate_block.py"


rule collect_simulation:
    """The operating characteristics: one row a scenario and method, each with its error."""
    input:
        trial=only_of_trials("Drawing trials"),
        trials=[
            f"results/simulation/{scenario}/{block}.parquet"
            for scenario, blocks in STUDY.trial_blocks.items()
            for block in blocks
        ],
    output:
        table=shown("results/tables/operating_characteristics.csv", TABLE),
        record="results/lineage/records/collect_simulation.json",
    log:
        "results/logs/collect_simulation.log",
    params:
        code=code_of("collect_simulation"),
        scenarios=list(STUDY.scenarios.values()),
        blocks={name: len(blocks) for name, blocks in STUDY.trial_blocks.items()},
        arms=ARMS,
        level=LEVEL,
    script:
        "../../scripts/collect_simulation.py"


rule draw_coverage:
    """The coverage of each method in each scenario, with its Monte Carlo interval."""
    input:
        table=rules.collect_simulation.output.table,
        fonts=DRAWING_FONTS,
    output:
        figure=shown("results/figures/coverage.svg", FIGURE),
        record="results/lineage/records/draw_coverage.json",
    log:
        "results/logs/draw_coverage.log",
    params:
        code=code_of("draw_coverage"),
        content=content_of(DRAWING_FONTS),
        clustered=bool(STUDY.simulation_facts.within),
    script:
        "../../scripts/draw_coverage.py"


rule estimate_power:
    """The power of several sizes of the trial, and the smallest that has the one wanted."""
    input:
        trial=only_of_trials("Power"),
        design=DESIGN,
    output:
        table=shown("results/tables/power.csv", TABLE),
        record="results/lineage/records/estimate_power.json",
    log:
        "results/logs/estimate_power.log",
    params:
        **STUDY.power,
        code=code_of("estimate_power"),
        arms=ARMS,
        arm=INTERVENTION_ARM,
        level=LEVEL,
        seed=STUDY.simulation["seed"],
    script:
        "../../scripts/estimate_power.py"


rule render_simulation:
    """The page of the drawn trials: words, figure, all measures, and power where it is asked."""
    input:
        **SIMULATION_PAGE,
        table=rules.collect_simulation.output.table,
        figure=rules.draw_coverage.output.figure,
        power=rules.estimate_power.output.table if "power" in STUDY.simulation else [],
        design=DESIGN,
    output:
        html="results/report/simulation.html",
        pdf="results/report/simulation.pdf",
        record="results/lineage/records/render_simulation.json",
    log:
        "results/logs/render_simulation.log",
    params:
        code=code_of("render_simulation"),
        content=content_of(*SIMULATION_PAGE.values()),
        title=study_title,
        synthetic=config["study"]["synthetic"],
        blinded=STUDY.blinded,
        scenarios=list(STUDY.scenarios.values()),
        arms=ARMS,
        labels={arm["id"]: arm.get("label", arm["id"]) for arm in STUDY.arms},
        clustered=bool(STUDY.simulation_facts.within),
    script:
        "../../scripts/render_simulation.py"


use rule render_simulation as render_power with:
    input:
        **SIMULATION_PAGE,
        table=[],
        figure=[],
        power=rules.estimate_power.output.table,
        design=DESIGN,
    output:
        html="results/report/power.html",
        pdf="results/report/power.pdf",
        record="results/lineage/records/render_power.json",
    log:
        "results/logs/render_power.log",


rule simulate:
    """What the methods of the plan do on trials drawn of the study's own design."""
    input:
        rules.render_simulation.output.html,
        rules.render_simulation.output.pdf,


rule power:
    """The power of the trial, and the smallest that has the one wanted; before any data, too."""
    input:
        rules.render_power.output.html,
        rules.render_power.output.pdf,
