"""What `blind: true` asks of a configuration, and what every page of such a run says.

Nothing heavy is imported here: the Snakefile runs it.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from runrecord.digest import file_digest

from trialtrail.errors import StudyError

FORM = "trialtrail-blinded/1"
"""The form of the study that `trialtrail blind` makes."""
TABLES = ("participants",)
"""The tables that a blinded study may have, beside its forms: any other tells an arm, or may."""
SECTIONS = ("study", "exports", "missing", "tables", "forms", "analysis", "blind", "blinded")
"""The parts that the configuration of a blinded study may have."""
PLAN = ("uptake", "received", "intervention_arm")
"""Keys of the plan that tell an arm."""
COMMANDS = (
    "make a blinded study and run it: trialtrail blind --key KEYFILE --into FOLDER, then snakemake"
    " --configfile FOLDER/study.yaml --directory FOLDER"
)
RULE = "a blinded run reads what `trialtrail blind` wrote, and nothing else"
PERMUTED, SCRAMBLED = "permuted", "scrambled"
PSEUDONYM = re.compile(r"P[A-Z2-7]{12}")
Problem = tuple[str, list, str]
"""What is wrong, the path of keys to it, and what to do."""


def blinding_problems(config: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield why a configuration that says it is blinded is not that of a blinded study."""
    arms = [arm["id"] for arm in config["study"].get("arms", [])]
    if {*config["study"].get("allocation", arms)} != {*arms}:
        what, path = "`allocation` does not name each arm once", ["study", "allocation"]
        yield what, path, f"write the parts of {', '.join(arms)}"
    marked = "blinded" in config
    if not config.get("blind"):
        if marked:
            yield "`blinded` stands here without `blind: true`", ["blinded"], "write `blind: true`"
        return
    if not marked:
        what = "`blind: true` stands in a configuration that reads unblinded exports"
        yield what, ["blind"], COMMANDS
        return
    for key in config:
        if key not in SECTIONS:
            yield f"A blinded study has no `{key}`", [key], f"take it out, or {COMMANDS}"
    for name in config["tables"]:
        if name not in TABLES:
            what = f"A blinded study has no table `{name}`: it may tell which arm is which"
            yield what, ["tables", name], f"take it out, or {COMMANDS}"
    for key in PLAN:
        if key in config.get("analysis", {}):
            yield f"`{key}` tells an arm", ["analysis", key], f"take it out, or {COMMANDS}"
    letters = [{"id": x.lower(), "label": x} for x in string.ascii_uppercase]
    if config["study"].get("arms", []) != letters[: len(arms)]:
        yield "The arms of a blinded study are letters", ["study", "arms"], COMMANDS
    for name, export in config["exports"].items():
        if export["file"] not in config["blinded"]["exports"]:
            what = f"The export {name} is not one that `trialtrail blind` wrote"
            yield what, ["exports", name], COMMANDS


def check_blinded_exports(config: Mapping[str, Any], folder: Path) -> None:
    """Refuse exports of a blinded study that are not as `trialtrail blind` wrote them.

    Raises:
        StudyError: the bytes of a file are others, or its first column holds no pseudonyms.
    """
    for name, digest in config["blinded"]["exports"].items():
        path = folder / name
        if not path.is_file() or file_digest(path) != digest:
            what = "An export of the blinded study is not as it was written"
            raise StudyError(what, where=name, rule=RULE, remedy=COMMANDS)
        with open(path, encoding="utf-8") as stream:
            rows = [line.split(",", 1)[0] for line in stream][1:]
        if not all(map(PSEUDONYM.fullmatch, rows)) or rows != sorted(rows):
            what = "An export of the blinded study has other rows than those of pseudonyms"
            raise StudyError(what, where=name, rule=RULE, remedy=COMMANDS)


def watermark(config: Mapping[str, Any]) -> str:
    """Return what every page of a blinded run says beside the word BLINDED."""
    *first, last = [arm["label"] for arm in config["study"].get("arms", [])]
    arms = f"arms {', '.join(first)} and {last}"
    if config["blinded"]["arms"] == SCRAMBLED:
        return f"{arms} were drawn at random for this run: no effect is that of the trial"
    return f"{arms} are permuted"
