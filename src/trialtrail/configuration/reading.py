"""The configuration of a study as a command reads it, before anything is checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from trialtrail.errors import StudyError

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def configuration_of(file: Path, remedy: str) -> dict[str, Any]:
    """Return a configuration as it stands in its file.

    Args:
        file: the configuration.
        remedy: how the command at hand is told another file.

    Raises:
        StudyError: the file cannot be read, or is no mapping of YAML.
    """
    try:
        found = yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        found = None
    if not isinstance(found, dict):
        raise StudyError(
            "The configuration cannot be read",
            where=file.as_posix(),
            rule="a study is one file of YAML",
            remedy=remedy,
        )
    return found
