"""Stand-in: read the files of a trial as they are. To be replaced."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from trialtrail.exports.formats import format_of
from trialtrail.exports.guess import find_form, head_of
from trialtrail.exports.read import read_export
from trialtrail.new_study.seen import SeenColumn, SeenFile


def see_files(paths: list[Path], redcap: Path | None = None) -> list[SeenFile]:
    """Return what is seen in the files."""
    return [_see(Path(path), redcap if n == 0 else None) for n, path in enumerate(paths)]


def _see(path: Path, redcap: Path | None) -> SeenFile:
    name = re.sub(r"[^a-z0-9]+", "_", path.stem.lower()).strip("_") or "file"
    spec = {"name": name, "label": path.name, "file": str(path), "known": []}
    spec["format"] = "redcap" if redcap else format_of(spec)
    keys: dict = {"format": spec["format"]} if spec["format"] != "csv" else {}
    if spec["format"] == "csv":
        form = find_form(str(path), spec)
        rows = list(
            csv.reader(
                head_of(str(path), form.encoding).splitlines()[:20], delimiter=form.delimiter
            )
        )
        width = max(sum(bool(c.strip()) for c in row) for row in rows)
        at = next(
            n for n, row in enumerate(rows, 1) if sum(bool(c.strip()) for c in row) >= 0.7 * width
        )
        if at > 1:
            keys["header_row"] = spec["header_row"] = at
            form = find_form(str(path), spec)
        keys |= {"encoding": form.encoding, "delimiter": form.delimiter}
    if redcap:
        keys["dictionary"] = str(redcap)
    export = read_export(spec, [str(path)])
    from trialtrail.exports.export import told_apart

    fields = {}
    if redcap:
        from trialtrail.exports.redcap.dictionary import read_dictionary

        fields = read_dictionary(str(redcap), redcap.name)
    columns = []
    for heading in told_apart(export.header):
        cells = [
            None if each is None or each != each else str(each)
            for each in export.rows[heading].astype(object)
        ]
        labels = dict(export.labels.get(heading, {}))
        column = SeenColumn(
            heading,
            cells,
            export.titles.get(heading, ""),
            labels,
            tuple(export.missing.get(heading, ())),
        )
        if heading in export.days:
            column.kind = "date"
        field = fields.get(heading)
        if field is not None:
            column.label = getattr(field, "label", "")
            column.value_labels = dict(getattr(field, "choices", {}) or {})
            column.identifies = (
                "the dictionary marks it so" if getattr(field, "identifier", False) else ""
            )
        columns.append(column)
    return SeenFile(name, str(path), keys, columns)
