"""Values that can be recognised anywhere: a token of its own for every column of every export.

A token is written into a cell that is filled, and breaks whatever its column must be. Columns that
the configuration ignores have one too, and so has the text of every document of a folder.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from harness import Copy, World
from openpyxl import load_workbook
from raw_files import written

TOKEN = re.compile(r"QX\d{4}QX", re.IGNORECASE)
"""What every token looks like, in whatever case it is shown."""


@dataclass(frozen=True)
class Place:
    """A column of an export, or the text of one of its documents, and the token of it.

    ``nth`` is the number of the column within its export: each is broken in another record, as far
    as there are so many.
    """

    export: str
    column: str
    document: str
    nth: int
    number: int

    @property
    def token(self) -> str:
        """What is written there."""
        return f"QX{self.number:04d}QX"

    def __str__(self) -> str:
        return f"{self.token} is of {self.export}, {self.document or self.column}"


def places(world: World) -> list[Place]:
    """Return a place for each column of each export of a study."""
    nth: Counter[str] = Counter()
    made = []
    for export, column, document in _columns(world):
        made.append(Place(export, column, document, nth[export], len(made) + 1))
        nth[export] += 1
    return made


def _columns(world: World) -> Iterator[tuple[str, str, str]]:
    good = Copy(world, Path())
    for export, spec in world.study.config["exports"].items():
        kind = spec.get("format", "csv")
        if kind == "docx":
            for path in world.study.files(export):
                yield export, "text", Path(path).stem
        elif kind == "xlsx":
            book = load_workbook(io.BytesIO(good.good(export)))
            headings = book[spec["sheet"]][spec["header_row"]]
            yield from ((export, str(cell.value), "") for cell in headings)
        else:
            yield from ((export, column, "") for column in good.sheet(export).headings)


def plant(copy: Copy, broken: Iterable[Place]) -> None:
    """Write the token of each place into a copy of the raw files."""
    for place in broken:
        spec = copy.world.export(place.export)
        if place.document:
            copy.document(place.export, place.document, lambda made, p=place: _into_text(made, p))
        elif spec.get("format") == "xlsx":
            copy.workbook(place.export, lambda book, p=place, s=spec: _into_book(book, s, p))
        else:
            records = copy.sheet(place.export).records
            filled = [each for each in records if each[place.column].strip()] or records
            filled[place.nth % len(filled)][place.column] = place.token


def _into_text(document, place: Place) -> None:
    spoken = [each for each in document.paragraphs if each.runs]
    spoken[len(spoken) // 2].runs[-1].text += f" {place.token}"


def _into_book(book, spec: dict, place: Place) -> None:
    sheet, head = book[spec["sheet"]], spec["header_row"]
    (column,) = (cell.column for cell in sheet[head] if str(cell.value) == place.column)
    rows = [n for n in range(head + 1, sheet.max_row + 1) if sheet.cell(n, column).value]
    sheet.cell(rows[place.nth % len(rows)], column).value = place.token


def broken_study(file: Path, folder: Path, broken: Iterable[Place], actions: dict) -> Path:
    """Write the study of a configuration with the tokens in its raw files; return its own."""
    config = yaml.safe_load(file.read_text(encoding="utf-8"))
    world = World.at(file)
    copy = Copy(world, folder / "raw")
    plant(copy, broken)
    base = world.study.folder.resolve()
    config.pop("folder", None)
    config["outside_files"] = True
    for spec in config["exports"].values():
        for key in ("file", "dictionary", "events"):
            if key in spec:
                spec[key] = str(base / spec[key])
    if "report" in config:
        config["report"]["text"] = str(base / config["report"]["text"])
    for export, paths in copy.written().items():
        documents = config["exports"][export].get("format") == "docx"
        config["exports"][export]["file"] = str(Path(paths[0]).parent if documents else paths[0])
    config.setdefault("validation", {})["actions"] = actions
    text = yaml.safe_dump(config, sort_keys=False, allow_unicode=True)
    return written(folder / "study.yaml", text.encode())


def found_in(text: str, planted: Iterable[Place]) -> list[str]:
    """Return the places whose tokens stand in a text."""
    seen = {match.upper() for match in TOKEN.findall(text)}
    return [str(place) for place in planted if place.token in seen]
