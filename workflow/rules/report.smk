"""Stage 6: tables in; figures, the report as PDF and HTML, and the register of its numbers out."""

from trialtrail.report.attached import attached_tables

FONTS = sorted(os.path.relpath(path) for path in (ROOT / "templates" / "fonts").glob("*.ttf"))
NO_DATA = sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())
TEMPLATES = [
    os.path.relpath(path)
    for path in NO_DATA
    if not path.name.startswith(
        (
            "lineage",
            "define",
            "disagreements",
            "validation",
            "verify",
            "edition",
            "plan",
            "simulation",
            "threads",
        )
    )
]
PRINT_FONTS = sorted(
    os.path.relpath(path)
    for path in (ROOT / "templates" / "fonts").iterdir()
    if path.suffix in (".ttf", ".woff2")
)
FIGURES = ["flow_chart"] if STUDY.is_trial else []


if STUDY.is_trial:

    rule draw_flow_chart:
        """The chart of the flow of participants."""
        input:
            table="results/tables/summaries.csv",
            analysed=(
                ["results/tables/estimates.csv", "results/tables/arms.csv"]
                if "estimates" in REPORTED_TABLES
                else []
            ),
            template=template("flow_chart.svg.j2"),
            fonts=FONTS,
        output:
            figure=shown("results/figures/flow_chart.svg", FIGURE),
            record="results/lineage/records/draw_flow_chart.json",
        log:
            "results/logs/draw_flow_chart.log",
        params:
            code=code_of("draw_flow_chart"),
            content=content_of(template("flow_chart.svg.j2"), FONTS),
            arms=STUDY.arms,
            timepoints=STUDY.timepoints,
        script:
            "../../scripts/draw_flow_chart.py"


if "estimates" in REPORTED_TABLES:
    FIGURES.append("forest_plot")

    rule draw_forest_plot:
        """The effects on the primary outcomes with their intervals."""
        input:
            table="results/tables/estimates.csv",
            fonts=FONTS,
        output:
            figure=shown("results/figures/forest_plot.svg", FIGURE),
            record="results/lineage/records/draw_forest_plot.json",
        log:
            "results/logs/draw_forest_plot.log",
        params:
            code=code_of("draw_forest_plot"),
            content=content_of(FONTS),
            role="primary",
            arms=STUDY.arms,
            timepoints=STUDY.timepoints,
        script:
            "../../scripts/draw_forest_plot.py"


if STUDY.has_other_analyses:
    FIGURES.append("sensitivity_plot")

    rule draw_sensitivity_plot:
        """The primary outcomes by the main analysis and all others."""
        input:
            table="results/tables/estimates.csv",
            fonts=FONTS,
        output:
            figure=shown("results/figures/sensitivity_plot.svg", FIGURE),
            record="results/lineage/records/draw_sensitivity_plot.json",
        log:
            "results/logs/draw_sensitivity_plot.log",
        params:
            code=code_of("draw_sensitivity_plot"),
            content=content_of(FONTS),
            arms=STUDY.arms,
            analyses=STUDY.labels["analyses"],
            timepoints=STUDY.timepoints,
        script:
            "../../scripts/draw_sensitivity_plot.py"


if STUDY.has_shifted_values:
    FIGURES.append("tipping_plot")

    rule draw_tipping_plot:
        """The effects by what was added to imputed values."""
        input:
            table="results/tables/estimates.csv",
            fonts=FONTS,
        output:
            figure=shown("results/figures/tipping_plot.svg", FIGURE),
            record="results/lineage/records/draw_tipping_plot.json",
        log:
            "results/logs/draw_tipping_plot.log",
        params:
            code=code_of("draw_tipping_plot"),
            content=content_of(FONTS),
            arms=STUDY.arms,
            timepoints=STUDY.timepoints,
        script:
            "../../scripts/draw_tipping_plot.py"


if "saturation" in REPORTED_TABLES:
    FIGURES.append("saturation")

    rule draw_saturation:
        """The codes that there are by each person interviewed, by role."""
        input:
            table="results/tables/saturation.csv",
            curve="results/tables/saturation_curve.csv",
            fonts=FONTS,
        output:
            figure=shown("results/figures/saturation.svg", FIGURE),
            record="results/lineage/records/draw_saturation.json",
        log:
            "results/logs/draw_saturation.log",
        params:
            code=code_of("draw_saturation"),
            content=content_of(FONTS),
            labels=QUALITATIVE("roles", {}),
        script:
            "../../scripts/draw_saturation.py"


if "retention" in REPORTED_TABLES:
    FIGURES.append("retention")

    rule draw_retention:
        """The share of providers still serving, month by month."""
        input:
            table="results/tables/retention.csv",
            fonts=FONTS,
        output:
            figure=shown("results/figures/retention.svg", FIGURE),
            record="results/lineage/records/draw_retention.json",
        log:
            "results/logs/draw_retention.log",
        params:
            code=code_of("draw_retention"),
            content=content_of(FONTS),
        script:
            "../../scripts/draw_retention.py"


if "curves" in REPORTED_TABLES:
    FIGURES.append("curves")

    rule draw_curves:
        """The share without, or with, an event by arm over time, with the numbers at risk."""
        input:
            table="results/tables/curves.csv",
            fonts=FONTS,
        output:
            figure=shown("results/figures/curves.svg", FIGURE),
            record="results/lineage/records/draw_curves.json",
        log:
            "results/logs/draw_curves.log",
        params:
            code=code_of("draw_curves"),
            content=content_of(FONTS),
            arms=STUDY.arms,
        script:
            "../../scripts/draw_curves.py"


REPORTED = [f"results/tables/{table}.csv" for table in REPORTED_TABLES]
SUMMARISED = expand("results/summaries/{topic}.parquet", topic=SUMMARIES)
"""The parts of `summaries`, each of which is reported with its own sources."""
DRAWN = [f"results/figures/{figure}.svg" for figure in FIGURES]


rule trace_sources:
    """For each table and figure, the rule that made it and the raw files behind it."""
    input:
        records=records(),
        made=[*REPORTED, *SUMMARISED, *DRAWN],
    output:
        sources="results/report/sources.json",
        software="results/report/software.json",
        digests="results/report/inputs.sha256",
        steps="results/tables/steps.csv",
        record="results/lineage/records/trace_sources.json",
    log:
        "results/logs/trace_sources.log",
    params:
        code=code_of("trace_sources"),
        made=[*REPORTED, *SUMMARISED, *DRAWN],
        ignore=[path.relative_to(ROOT).as_posix() for path in NO_DATA],
    script:
        "../../scripts/trace_sources.py"


rule render_report:
    """The report and its supplement as pages: prose in which every number is a reference to a cell."""
    input:
        template=template("report.html.j2"),
        templates=TEMPLATES,
        tables=[*REPORTED, "results/tables/steps.csv"],
        figures=DRAWN,
        texts=lambda wildcards: STUDY.text_files(),
        references=lambda wildcards: STUDY.references,
        sources="results/report/sources.json",
        software="results/report/software.json",
    output:
        # `update`: a slip in a text ends this job, and the last good report is put back.
        html=shown(update("results/report/report.html"), REPORT),
        numbers=update("results/report/numbers.csv"),
        report=update("results/report/print/report.html"),
        supplement=update("results/report/print/supplement.html"),
        record="results/lineage/records/render_report.json",
    log:
        "results/logs/render_report.log",
    params:
        code=code_of("render_report"),
        content=content_of(TEMPLATES, STUDY.text_files(), STUDY.references),
        study=STUDY.printed,
        claims=config.get("claims", {}),
        level=LEVEL,
        labels=STUDY.labels,
    script:
        "../../scripts/render_report.py"


ATTACHED = attached_tables(REPORTED, STUDY.printed)


rule lay_out_document:
    """The report, or its supplement, as a PDF with its data attached: two jobs side by side."""
    input:
        page="results/report/print/{document}.html",
        fonts=PRINT_FONTS,
        numbers="results/report/numbers.csv",
        tables=ATTACHED,
        lock=[STUDY.plan_lock] if STUDY.plan_lock else [],
        digests="results/report/inputs.sha256",
    output:
        pdf=shown(update("results/report/{document}.pdf"), REPORT),
        record="results/lineage/records/lay_out_document-{document}.json",
    log:
        "results/logs/lay_out_document-{document}.log",
    params:
        code=code_of("lay_out_document"),
        content=content_of(PRINT_FONTS),
        plan=config.get("analysis", {}),
    script:
        "../../scripts/lay_out_document.py"
