"""Stand-in: known instruments. To be replaced."""

from dataclasses import dataclass, field

from trialtrail.new_study.seen import SeenColumn


@dataclass
class KnownInstrument:
    """One instrument whose items are columns."""

    id: str
    label: str
    columns: dict[str, str] = field(default_factory=dict)
    complete: bool = False
    scored: bool = False
    why: str = ""
    sure: bool = False


def find_instruments(columns: list[SeenColumn]) -> list[KnownInstrument]:
    """Return none."""
    return []
