"""The study's own prose: Markdown written by people, with numbers as references to cells.

A text may open with a part between two lines of ``---``: the phrases in it that hold a number which
is no result, each with its reason (``allowed``), the phrases that state something of the conduct
and rest on no row, each with its reason (``untied``), and the key figures of the summary
(``keys``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from trialtrail.configuration.yaml_limits import check_yaml_limits
from trialtrail.errors import StudyError

OPENING = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)
PARTS = {"allowed", "keys", "untied"}


@dataclass(frozen=True)
class StudyText:
    """A text of the study: where it lies, its Markdown, and what its opening part gives."""

    path: Path
    markdown: str
    allowed: Sequence[Mapping[str, str]] = ()
    keys: Sequence[Mapping[str, Any]] = field(default=())
    untied: Sequence[Mapping[str, str]] = ()


def read_text(path: Path) -> StudyText:
    """Return the text in a file; its Markdown keeps its line numbers.

    Raises:
        StudyError: the opening part cannot be read, or has an unknown key.
    """
    content = path.read_text(encoding="utf-8")
    match = OPENING.match(content)
    if not match:
        return StudyText(path, content)
    try:
        check_yaml_limits(path, f"---\n{match[1]}".encode())
        given = yaml.safe_load(match[1]) or {}
        unknown = sorted(set(given) - PARTS)
    except (yaml.YAMLError, TypeError):
        unknown = ["it is not YAML"]
    if unknown:
        raise StudyError(
            f"the opening part of a text cannot be used: {unknown[0]}",
            where=path.as_posix(),
            rule="between two lines of --- stand `allowed`, `untied` and `keys`, in YAML",
            remedy="correct it",
        )
    _check_reasons(given.get("untied", ()), path)
    blank = "\n" * match[0].count("\n")
    return StudyText(path, blank + content[match.end() :], **given)


def _check_reasons(untied: Any, path: Path) -> None:
    for entry in untied if isinstance(untied, list | tuple) else [None]:
        if not isinstance(entry, dict) or not entry.get("phrase") or not entry.get("reason"):
            raise StudyError(
                "a phrase stands under `untied` without a reason",
                where=path.as_posix(),
                rule="a statement that rests on no row is allowed with a reason",
                remedy="give `phrase` and `reason` of each",
            )
