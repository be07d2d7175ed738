"""A timepoint in the spelling of a heading or a person: `6m`, `12`, `t2`, `Month 6`."""

from __future__ import annotations

import re
from collections.abc import Mapping

INITIALS = {
    "minute": ("min", "minutes"),
    "hour": ("h", "hr", "hours"),
    "day": ("d", "days"),
    "week": ("w", "wk", "weeks"),
    "month": ("m", "mo", "months"),
    "year": ("y", "yr", "years"),
    "visit": ("v",),
    "follow-up": ("fu", "followup"),
}
"""Short words of what a timepoint is counted by."""


def named_timepoint(given: str, columns: Mapping[str, str], stem: str = "") -> str | None:
    """Return the timepoint that a text names; None where it names none, or may name several.

    Args:
        given: what somebody wrote.
        columns: heading of each timepoint, by its label.
        stem: what the headings share.
    """
    if given in columns:
        return given
    wanted = _plain(given)
    for spellings in (_whole, _numbers):
        fit = [
            label
            for label, heading in columns.items()
            if wanted in spellings(label, heading if _own(heading, columns) else "", stem)
        ]
        if len(fit) == 1:
            return fit[0]
    return None


def _own(heading: str, columns: Mapping[str, str]) -> bool:
    """Return whether a heading is that of one timepoint alone; in a long file it is that of all."""
    return sum(other == heading for other in columns.values()) == 1


def _plain(text: str) -> str:
    return re.sub(r"[\s_.:-]+", "", text.casefold())


def _whole(label: str, heading: str, stem: str) -> set[str]:
    """Return spellings that say the timepoint whole."""
    found = {_plain(label)}
    if heading:
        rest = re.sub(re.escape(stem), "", heading, count=1, flags=re.IGNORECASE) if stem else ""
        found |= {_plain(heading), _plain(rest)}
    if match := re.fullmatch(r"(\D+?) ?([0-9]+)", label):
        for word in (match[1], *INITIALS.get(match[1].strip(), ())):
            found |= {_plain(f"{word}{match[2]}"), _plain(f"{match[2]}{word}")}
    return found - {""}


def _numbers(label: str, heading: str, stem: str) -> set[str]:
    """Return the number of the timepoint, which says it where no other has that number."""
    return {str(int(n)) for n in re.findall("[0-9]+", label)[-1:]}
