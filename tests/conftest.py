"""Options of the test run."""


def pytest_addoption(parser):
    """Add the option that rewrites the expected tables."""
    parser.addoption(
        "--update-expected",
        action="store_true",
        help="write tests/expected/*.csv anew from a fresh run of the shipped study",
    )
