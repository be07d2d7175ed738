"""The stages of a workflow: each rule file that the Snakefile includes is one."""

from __future__ import annotations

import re
from pathlib import Path

INCLUDE = re.compile(r"^[ \t]*include:[^\"'\n]*\n?[^\"'\n]*[\"']([^\"'\n]+)[\"']", re.MULTILINE)
TARGET = ""
RULE = re.compile(r"^[ \t]*(?:rule|checkpoint)[ \t]+(\w+)[ \t]*:", re.MULTILINE)


def read_stages(snakefile: str | Path) -> dict[str, str]:
    """Return the stage of each rule, in the order in which the Snakefile includes the stages.

    Where there are stages, the rules of the Snakefile itself are targets, which only name what is
    wanted: their stage is `TARGET`. Where there are none, the answer is empty. Files are read as
    text: what is included from a computed path is not found.
    """
    snakefile = Path(snakefile)
    found: dict[str, str] = {}
    for name in INCLUDE.findall(_text(snakefile)):
        path = snakefile.parent / name
        for rule in RULE.findall(_text(path)):
            found.setdefault(rule, path.stem)
    if found:
        found |= dict.fromkeys(RULE.findall(_text(snakefile)), TARGET)
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
