"""Options of the test run."""

import os

os.environ["SNAKEMAKE_WARM_IDLE"] = "0"
"""No interpreter stays behind the runs of the tests."""


def pytest_addoption(parser):
    """Add the option that rewrites the expected tables."""
    parser.addoption(
        "--update-expected",
        action="store_true",
        help="write tests/expected/*.csv anew from a fresh run of the shipped study",
    )
