"""The file of answers to queries, of one study: what it says, and how one answer is written.

It is the file that `validation.resolutions` names, which people also edit in a spreadsheet
program. So it is read anew each time, one answer is written at a time, and what others wrote
meanwhile stays. Writers exclude each other by a lock beside the file, on one machine and on a
shared disk; a write is whole or is not there.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from trialtrail.answering.sheets import Sheet, read_sheet
from trialtrail.errors import StudyError
from trialtrail.validation.resolutions import (
    CONFIRMED_BY,
    CONFIRMED_ON,
    NEEDED,
    SEEN,
    Resolution,
    read_resolutions,
)

QUERY = NEEDED[0]
SAID = (*NEEDED[1:], "evidence", CONFIRMED_BY, CONFIRMED_ON)
"""What the file says of an answered query, beside the name of the query."""
SHOWN = ("severity", "export", "file", "line", "record", "column", "rule", "found", "message")
"""Columns of the list of queries that a row of the file may have as well."""
ANY_WRITER = 0o222
PATIENCE = 10
"""Seconds that a writer waits for another one."""
OPENED = ("~${}", ".~lock.{}#")
"""Files by which Excel and LibreOffice show that somebody has a file open."""
LEFT_OVER = re.compile(r"\.[0-9a-f]{12}\.\w+")
"""What the names of drafts and kept copies end in, after the name of their file."""


@dataclass(frozen=True)
class Replaced:
    """A file that another one has taken the place of, and a copy of it until that is settled.

    To put it back needs no space on the disk, which may be the very thing that is wanting.

    Attributes:
        path: the file.
        before: the copy; None where there was no file.
    """

    path: Path
    before: Path | None

    @classmethod
    def by(cls, draft: Path | None, path: Path) -> Replaced:
        """Put a draft in the place of a file, or take the file away where there is no draft.

        Raises:
            OSError: it cannot be; the file is as it was.
        """
        before = beside(path, f".{secrets.token_hex(6)}.before") if path.is_file() else None
        try:
            if before is not None:
                shutil.copy2(path, before)
            if draft is not None:
                os.replace(draft, path)
            else:
                path.unlink(missing_ok=True)
        except BaseException:
            if before is not None:
                before.unlink(missing_ok=True)
            raise
        return cls(path, before)

    def undo(self) -> None:
        """Make the file what it was."""
        if self.before is None:
            self.path.unlink(missing_ok=True)
        else:
            os.replace(self.before, self.path)

    def settle(self) -> None:
        """Forget what was there before."""
        if self.before is not None:
            self.before.unlink(missing_ok=True)


@dataclass(frozen=True)
class AnswersFile:
    """A file of answers.

    Attributes:
        path: where it is; it need not be there yet.
        label: its name as the configuration has it.
        named: whether the configuration names it. If not, no run reads it.
    """

    path: Path
    label: str
    named: bool = True

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep all others from writing for a while.

        Raises:
            StudyError: another one has been writing for long, or the folder cannot be written.
        """
        from filelock import FileLock, Timeout

        lock = FileLock(beside(self.path, ".lock"), timeout=PATIENCE)
        try:
            lock.acquire()
        except Timeout:
            raise _refused(
                "Another program has been writing to the file for a long time",
                self.label,
                "try again in a moment",
            ) from None
        except OSError:
            raise _refused(
                "Nothing can be written beside the file of answers",
                self.label,
                "make its folder writable, with space left on its disk",
            ) from None
        try:
            self._clear()
            yield
        finally:
            lock.release()

    def _clear(self) -> None:
        """Remove what a writer left that was killed; nobody else writes now."""
        stems = (f".{self.path.name}", f".{self.path.stem}.pending.csv")
        for path in self.path.parent.iterdir():
            for stem in stems:
                if path.name.startswith(stem) and LEFT_OVER.fullmatch(path.name[len(stem) :]):
                    path.unlink(missing_ok=True)

    def answers(self) -> list[Resolution]:
        """Return the answers in the file; none where it is not there yet.

        Raises:
            StudyError: it cannot be read as a file of answers.
        """
        if not self.path.is_file():
            return []
        return read_resolutions(str(self.path), self.label)

    def said(self) -> dict[str, dict[str, str]]:
        """Return what the file says of each answered query, as it stands in its cells."""
        if not self.path.is_file():
            return {}
        sheet = self._sheet()
        names = [name for name in SAID if name in sheet.header]
        columns = [sheet.column(name) for name in names]
        rows = zip(sheet.column(QUERY), *columns, strict=True)
        found = {}
        for query, *cells in rows:
            row = dict.fromkeys(SAID, "") | dict(zip(names, cells, strict=True))
            if any(row[name] for name in NEEDED[1:]):
                found[query] = row
        return found

    def write(self, query: Mapping[str, str], row: Mapping[str, str]) -> Replaced:
        """Write what a row says of a query in the place of what was said of it before.

        The caller holds the lock.

        Args:
            query: the query, with its name and what the list of queries says of it.
            row: what of `SAID` is to stand there; what is left out is emptied.

        Returns:
            How to put the file back, or to settle that it stays.

        Raises:
            StudyError: somebody has the file open in a spreadsheet program, it is read-only or no
                file, or it cannot be written without a loss.
        """
        self._check_closed()
        self._check_writable()
        before = self.path.read_bytes() if self.path.is_file() else None
        kept = {answer.query_id: answer for answer in self.answers()}
        draft = beside(self.path, f".{secrets.token_hex(6)}{self.path.suffix}")
        try:
            if before is None:
                self._check_kind()
                draft.write_bytes(_empty(confirmed=bool(row.get(CONFIRMED_BY))))
                sheet = read_sheet(draft, self.label, NEEDED)
            else:
                sheet = self._sheet()
            _fill(sheet, query, row)
            sheet.save(draft)
            _check_written(draft, self.label, kept, query[QUERY], row)
            if self.path.is_file() and self.path.read_bytes() != before:
                what = "Somebody else saved the file of answers at the same moment"
                raise _refused(what, self.label, "look at the query again, and answer it")
            return _replace(draft, self.path, self.label)
        except OSError as error:
            raise _refused(
                f"The file of answers cannot be written: {error.strerror}",
                self.label,
                "make its folder writable, with space left on its disk",
            ) from None
        finally:
            draft.unlink(missing_ok=True)

    def _sheet(self) -> Sheet:
        sheet = read_sheet(self.path, self.label, NEEDED)
        if QUERY not in sheet.header:
            remedy = f"give it a heading {QUERY}, as queries.xlsx has it"
            raise _refused(f"The file of answers lacks the column {QUERY}", self.label, remedy)
        return sheet

    def _check_kind(self) -> None:
        if self.path.suffix.casefold() != ".csv":
            what = "The file of answers is not there, and only a CSV file is begun by this page"
            remedy = "put a copy of results/validation/queries.xlsx there, or name a .csv"
            raise _refused(what, self.label, remedy)

    def _check_writable(self) -> None:
        if not os.path.lexists(self.path):
            return
        if not self.path.is_file():
            what = "What has the name of the file of answers is no file"
            raise _refused(what, self.label, "name another one in validation.resolutions")
        # The mode says what people want, also where a superuser could write all the same.
        if not self.path.stat().st_mode & ANY_WRITER or not os.access(self.path, os.W_OK):
            remedy = "make it writable, if answers are to be added to it"
            raise _refused("The file of answers is read-only", self.label, remedy)

    def _check_closed(self) -> None:
        for form in OPENED:
            mark = self.path.with_name(form.format(self.path.name))
            if mark.exists():
                what = "Somebody has the file of answers open in a spreadsheet program"
                remedy = f"close it there and try again; if nobody has, delete {mark.name}"
                raise _refused(what, self.label, remedy)


def beside(path: Path, ending: str) -> Path:
    """Return a hidden file beside one."""
    return path.with_name(f".{path.name}{ending}")


def digest_of(*texts: str) -> str:
    """Return a digest of texts, by which a later state is known to be another one."""
    return hashlib.sha256("\x1f".join(texts).encode()).hexdigest()[:24]


def _empty(confirmed: bool) -> bytes:
    """Return a file of answers without any, marked as UTF-8 for spreadsheet programs."""
    names = [QUERY, *NEEDED[1:], SEEN[0]]
    names += [CONFIRMED_BY, CONFIRMED_ON] if confirmed else []
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerow(names)
    return out.getvalue().encode("utf-8-sig")


def _fill(sheet: Sheet, query: Mapping[str, str], row: Mapping[str, str]) -> None:
    """Put what a row says into the row of its query, or below the last one."""
    names = sheet.column(QUERY)
    places = [place for place, name in enumerate(names) if name == query[QUERY]]
    answered = [p for p in places if any(sheet.column(name)[p] for name in NEEDED[1:])]
    place = (answered or places or [len(sheet)])[0]
    if not places:
        shown = [QUERY, *(name for name in SHOWN if name in sheet.header)]
        for name in shown:
            sheet.set(place, name, str(query.get(name, "")))
    for name in SAID:
        if name in sheet.header or row.get(name):
            sheet.set(place, name, row.get(name, ""))


def _check_written(
    path: Path, label: str, kept: Mapping[str, Resolution], query: str, row: Mapping[str, str]
) -> None:
    """Refuse a file that does not say what it should: the new answer, and all others as before."""
    after = {answer.query_id: answer for answer in read_resolutions(str(path), label)}
    mine = after.pop(query, None)
    others = {name: answer.signed for name, answer in kept.items() if name != query}
    said = mine and [getattr(mine, name) for name in ("new_value", "when", "why")]
    wanted = [row[name] for name in ("new_value", "when", "why")]
    if said != wanted or {name: answer.signed for name, answer in after.items()} != others:
        raise _refused(
            "The answer cannot be written into the file so that a run reads it as it was given",
            label,
            "write it plainly, without signs at its beginning that a spreadsheet program obeys",
        )


def _replace(draft: Path, path: Path, label: str) -> Replaced:
    try:
        if path.exists():
            os.chmod(draft, path.stat().st_mode & 0o777)
        with open(draft, "rb+") as stream:
            os.fsync(stream.fileno())
        return Replaced.by(draft, path)
    except PermissionError:
        what = "The file of answers cannot be replaced: another program holds it open"
        raise _refused(what, label, "close it there and try again") from None


def _refused(what: str, where: str, remedy: str) -> StudyError:
    return StudyError(what, where=where, rule="answers", remedy=remedy)
