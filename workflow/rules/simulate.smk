"""Beside the report: trials drawn of the study's own design, and what its methods make of them.

Read after the targets: no run of the report makes or seals what is made here. `snakemake simulate`
and `snakemake power` ask for it.
"""

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
            beside_the_seal=True,
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
        beside_the_seal=True,
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
        trials=[
            f"results/simulation/{scenario}/{block}.parquet"
            for scenario, blocks in STUDY.trial_blocks.items()
            for block in blocks
        ],
    output:
        table="results/tables/operating_characteristics.csv",
        record="results/lineage/records/collect_simulation.json",
    log:
        "results/logs/collect_simulation.log",
    params:
        code=code_of("collect_simulation"),
        beside_the_seal=True,
        scenarios=list(STUDY.scenarios.values()),
        blocks={name: len(blocks) for name, blocks in STUDY.trial_blocks.items()},
        arms=ARMS,
        level=LEVEL,
    script:
        "../../scripts/collect_simulation.py"


rule simulate:
    """What the methods of the plan do on trials drawn of the study's own design."""
    input:
        rules.collect_simulation.output.table,
