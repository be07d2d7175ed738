"""The form in which a run read its exports: what was configured, and what it found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

READINGS = "validation/reading"
"""Folder of the results in which each job that read exports says in what form they were."""
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "space": " "}
QUOTES = {"double": '"', "single": "'", "none": ""}
MARKED = "UTF-8 with a byte-order mark"


def forms_read(results: Path) -> dict[str, dict[str, Any]]:
    """Return of each export the form it was read in, by its file as the configuration calls it.

    The keys are those of the configuration: format, encoding, delimiter, quote, header_row, sheet.
    """
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((results / READINGS).glob("*.json")):
        for reading in json.loads(path.read_text(encoding="utf-8")):
            found.setdefault(reading["file"], form_of(reading["form"]))
    return found


def form_of(words: dict[str, str]) -> dict[str, Any]:
    """Return the form that ``words`` tell, as `trialtrail.exports` writes them for people."""
    form: dict[str, Any] = {}
    if "encoding" in words:
        form["encoding"] = "utf-8-sig" if words["encoding"] == MARKED else words["encoding"]
    if "delimiter" in words:
        form["delimiter"] = DELIMITERS.get(words["delimiter"], words["delimiter"])
    if "quotes" in words:
        form["quote"] = QUOTES.get(words["quotes"], words["quotes"])
    if words.get("header row", "").isdecimal():
        form["header_row"] = int(words["header row"])
    return form | {key: words[key] for key in ("format", "sheet") if key in words}
