"""What the warm interpreter imports once for all jobs (see `snakemake_executor_plugin_warm`).

An entry is a module, or a function that remembers its answer (``module:function``).
Libraries, and of the project the machinery that every job runs on. The rest of the project is
imported by each job, so that its record tells which modules it ran on.
"""

FIRST = (
    "snakemake.iocontainers",
    "snakemake.logging",
    "trialtrail.lineage.environment:libraries",
    "trialtrail.lineage.environment:machinery",
    "trialtrail.lineage",
    "pandas",
    "pyarrow.parquet",
    "pyarrow.pandas_compat",
    "pandera.pandas",
    "pandera.backends.pandas.register",
    "pandera.strategies.pandas_strategies",
)
"""Before any job is served: the first jobs need all of these, and each would import them itself."""
LATER = (
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
