"""What a job has to tell beside that it ran: an answer that it applied, a verdict, a library.

The job itself has no right to the journal. It says what it has to say with `note`; the parent
enters it when the job has succeeded, and keeps it in the record. Libraries of the system that the
job ran on stand in the record only, beside those of Python.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BY_JOBS = ("resolution", "verdict")
"""Kinds of entries that a job may ask for; runs, attempts and locks are not a job's to tell."""
LIBRARIES = "libraries"
_NOTED: list[dict[str, Any]] = []


def note(kind: str, **facts: Any) -> None:
    """Ask for an entry of the journal; ``facts`` are plain values and none of a participant.

    Args:
        kind: one of `BY_JOBS`.
        facts: what the entry says.
    """
    _NOTED.append({"kind": kind, **facts})


def note_libraries(versions: Mapping[str, str]) -> None:
    """Have the record name libraries of the system that decide what the job makes.

    Args:
        versions: the version of each, by its name.
    """
    _NOTED.append({"kind": LIBRARIES, "versions": dict(versions)})


def taken() -> list[dict[str, Any]]:
    """Return what was noted since the last call."""
    noted = list(_NOTED)
    _NOTED.clear()
    return noted
