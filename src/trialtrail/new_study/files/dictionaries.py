"""What lies beside a data file and says what its columns are, or what its own headings say.

A dictionary is taken where it was named, or lies in the folder of the data file and fits its
headings; a note says so. What none of them says is left empty.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trialtrail.errors import StudyError
from trialtrail.exports.redcap.dictionary import (
    EVENT,
    HEADINGS,
    NEEDED,
    Field,
    columns_of,
    read_dictionary,
)
from trialtrail.exports.redcap.forms import EVENT_NAME
from trialtrail.exports.visible_text import plain_heading
from trialtrail.new_study.files.redcap_columns import describe_labels, describe_redcap
from trialtrail.new_study.files.seen import SeenFile
from trialtrail.new_study.files.survey_headings import describe_limesurvey, describe_qualtrics
from trialtrail.new_study.files.xlsform import XlsForm, read_xlsform

MOST_BESIDE = 50
"""Files of a folder that are looked at for a dictionary."""
LARGEST = 5 << 20
"""Bytes of the largest file that is looked at for one, unless it was named."""
FITS = 0.5
"""Share of the headings that a dictionary has to know."""


@dataclass
class Dictionaries:
    """The dictionaries that were named, and those that lie beside the data.

    Attributes:
        paths: those of the files given for reading that are dictionaries, and no data.
        redcap: the REDCap dictionaries that were named.
        events: the lists of events of REDCap projects that were named.
        forms: the forms of ODK and KoboToolbox that were named.
        used: those of the files that say something of a data file.
    """

    paths: set[Path] = field(default_factory=set)
    redcap: dict[Path, dict[str, Field]] = field(default_factory=dict)
    events: list[Path] = field(default_factory=list)
    forms: dict[Path, XlsForm] = field(default_factory=dict)
    used: set[Path] = field(default_factory=set)
    _beside: dict[Path, Dictionaries] = field(default_factory=dict)

    @classmethod
    def of(cls, paths: Sequence[Path], redcap: Path | None = None) -> Dictionaries:
        """Return the dictionaries among the named files.

        Raises:
            StudyError: what was named as the dictionary of a REDCap project is none.
        """
        found = cls()
        if redcap is not None:
            found.redcap[redcap] = read_dictionary(str(redcap), redcap.name)
            found.paths.add(redcap)
        for path in paths:
            if path not in found.paths and found._take(path):
                found.paths.add(path)
        return found

    def _take(self, path: Path) -> bool:
        """Take a file if it is a dictionary; return whether it is one."""
        ending = path.suffix.lower()
        if ending in (".xlsx", ".xlsm"):
            form = read_xlsform(path)
            if form is not None:
                self.forms[path] = form
            return form is not None
        if ending not in (".csv", ".txt"):
            return False
        header = _first_line(path)
        if all(any(name in header for name in HEADINGS[part]) for part in NEEDED):
            try:
                self.redcap[path] = read_dictionary(str(path), path.name)
            except StudyError:
                return False
            return True
        if EVENT_NAME in header and "event_name" in header:
            self.events.append(path)
            return True
        return False

    def beside(self, path: Path) -> Dictionaries:
        """Return the dictionaries in the folder of a file, read once."""
        folder = path.parent
        if folder not in self._beside:
            found = Dictionaries()
            others = sorted(each for each in folder.glob("*.*") if each.is_file() and each != path)
            for each in others[:MOST_BESIDE]:
                if each not in self.paths and each.stat().st_size <= LARGEST:
                    found._take(each)
            self._beside[folder] = found
        return self._beside[folder]

    def redcap_of(self, path: Path, header: Sequence[str]) -> tuple[Path, dict[str, Field]] | None:
        """Return the REDCap dictionary that knows the headings of a file, by their names."""
        for known in self._near(path, header):
            for place, fields in known.redcap.items():
                names = {plain_heading(cell) for cell in header}
                if next(iter(fields), "") in names and _share(names, columns_of(fields)) >= FITS:
                    return place, fields
        return None

    def labelled_by(
        self, path: Path, header: Sequence[str]
    ) -> tuple[Path, dict[str, Field]] | None:
        """Return the REDCap dictionary whose labels, and not names, are the headings of a file."""
        for known in self._near(path, header):
            for place, fields in known.redcap.items():
                labels = {each.label for each in fields.values()}
                if _share({plain_heading(cell) for cell in header}, labels) >= FITS:
                    return place, fields
        return None

    def is_redcap(self, path: Path, header: Sequence[str]) -> bool:
        """Return whether a file is the raw export of a project whose dictionary is known."""
        return self.redcap_of(path, header) is not None

    def redcap_keys(self, path: Path, header: Sequence[str]) -> dict[str, Any]:
        """Return the keys of an export that name the dictionary and the list of events."""
        found = self.redcap_of(path, header)
        if found is None:
            return {}
        events = [*self.events, *self.beside(path).events] if EVENT in header else []
        self.used |= {*events[:1]}
        return {"dictionary": str(found[0])} | ({"events": str(events[0])} if events else {})

    def form_of(self, path: Path, header: Sequence[str]) -> tuple[Path, XlsForm] | None:
        """Return the form of ODK or KoboToolbox that knows the headings of a file."""
        for known in self._near(path, header):
            for place, form in known.forms.items():
                asked = [name for name in header if form.question(name) is not None]
                if asked and len({form.question(n).name for n in asked}) >= FITS * form.answered:
                    return place, form
        return None

    def _near(self, path: Path, header: Sequence[str]) -> Iterator[Dictionaries]:
        yield self
        if header:
            yield self.beside(path)


def described(seen: SeenFile, export: Any, known: Dictionaries) -> None:
    """Say of the columns of a file, in place, what its headings or a dictionary say of them.

    ``export`` is what the reader of exports returned for it.
    """
    path, header = Path(seen.path), [column.name for column in seen.columns]
    kind = export.form.get("format")
    if kind == "qualtrics":
        describe_qualtrics(seen, export.head)
    elif kind == "limesurvey":
        describe_limesurvey(seen)
    elif found := known.redcap_of(path, header):
        place, fields = found
        _note_beside(seen, place, known, "REDCap dictionary")
        describe_redcap(seen, fields)
    elif found := known.labelled_by(path, header):
        _note_beside(seen, found[0], known, "REDCap dictionary")
        describe_labels(seen, found[1])
    elif form := known.form_of(path, header):
        _note_beside(seen, form[0], known, "form of ODK or KoboToolbox")
        form[1].describe(seen)


def _note_beside(seen: SeenFile, place: Path, known: Dictionaries, what: str) -> None:
    known.used.add(place)
    if place not in known.paths:
        seen.notes.append(f"The {what} {place.name} lies beside the file, fits it, and is used.")


def _share(names: set[str], known: Sequence[str] | set[str]) -> float:
    there = {name for name in names if name}
    return len(there & {*known}) / len(there) if there else 0.0


def _first_line(path: Path) -> list[str]:
    """Return the cells of the first line of a file, none where it is no text."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as handle:
            return [cell.strip() for cell in next(csv.reader(handle), [])]
    except (OSError, UnicodeError, csv.Error):
        return []
