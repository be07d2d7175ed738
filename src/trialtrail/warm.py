"""What the warm interpreter imports once for all jobs (see `snakemake_executor_plugin_warm`).

An entry is a module, or a function that remembers its answer (``module:function``).
Libraries, and of the project the machinery that every job runs on. The rest of the project is
imported by each job, so that its record tells which modules it ran on.
"""

FIRST = (
    "snakemake.io",
    "snakemake.iocontainers",
    "snakemake.logging",
    "runrecord.environment:libraries",
    "runrecord.environment:machinery",
    "trialtrail.record",
    "pandas",
    "pyarrow.csv",
    "pyarrow.dataset",
    "pyarrow.parquet",
    "pyarrow.pandas_compat",
    "pandas.core.arrays.arrow.extension_types",
    "pandas.io.formats.csvs",
    "pandera.pandas",
    "pandera.backends.pandas.register",
    "pandera.strategies.pandas_strategies",
    "trialtrail.warm:rehearse",
)
"""Before any job is served: the first jobs need all of these, and each would import them itself."""
LATER = (
    "trialtrail.warm:compile_modules",
    "yaml",
    "lxml.html",
    "openpyxl",
    "docx",
    "jinja2",
    "markdown_it",
    "jsonschema",
    "scipy.special",
    "matplotlib.figure",
    "matplotlib.font_manager",
    "matplotlib.backends.backend_svg",
    "weasyprint",
)
"""While the first jobs run."""
EXECUTE = "runrecord.job.execute:execute"
"""What runs a script: it keeps the books, and a confined process that it forks reads the script."""


def compile_modules() -> None:
    """Compile the modules of the project: each job reads its own anew, and finds them compiled."""
    from runrecord.job.start import compile_ahead
    from runrecord.project import project

    compile_ahead([str(project().path(folder)) for folder in project().packages.values()])


def rehearse() -> None:
    """Check a small table against a small contract: pandera loads much of itself with the first."""
    import pandas as pd
    import pandera.pandas as pa

    class Small(pa.DataFrameModel):
        """One row is nothing."""

        x: pd.Int64Dtype = pa.Field(ge=0, le=9, nullable=True)

        class Config:
            """As the contracts of the project have it."""

            strict, unique = True, ["x"]

        @pa.dataframe_check(error="order: never")
        def never(cls, frame):
            """A check of the whole row."""
            return frame["x"].ge(0).fillna(True)

    frame = pd.DataFrame({"x": pd.array([1, 2], dtype="Int64")})
    schema = Small.to_schema().add_columns({"y": pa.Column(pd.StringDtype, nullable=True)})
    frame = frame.assign(y=pd.array(["a", None], dtype="string"))
    schema.validate(frame, lazy=True)
    try:
        schema.validate(frame.assign(x=pd.array([1, -1], dtype="Int64")), lazy=True)
    except pa.errors.SchemaErrors as refusal:
        refusal.failure_cases["index"].isna().any()
