"""The published figures, kept as a file because they are a list to read and not data to draw."""

from pathlib import Path


def claims() -> str:
    """The text of claims.csv."""
    source = Path(__file__).with_name("published_claims.csv")
    return source.read_bytes().decode("utf-8")
