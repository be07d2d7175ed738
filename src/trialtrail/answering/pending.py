"""Answers that wait for a second signature, and what other people have against them.

They are kept beside the file of answers, in a CSV file that no run reads: of each query and person
what that person says. An answer comes into force when another person confirms it and nobody else
stands against it; then what is kept of its query goes.
"""

from __future__ import annotations

import csv
import io
import secrets
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from trialtrail.answering.answers_file import AnswersFile, Replaced, beside, digest_of
from trialtrail.errors import StudyError
from trialtrail.escaping import as_written, guarded
from trialtrail.validation.resolutions import same_person

PROPOSES, OBJECTS = "proposes", "objects"
SAYS = (PROPOSES, OBJECTS)


@dataclass(frozen=True)
class Entry:
    """What one person says of one query.

    Attributes:
        query_id: the query.
        says: `PROPOSES` an answer, or `OBJECTS` to what others propose.
        new_value: the answer, as the file of answers has it; empty of an objection.
        who: the person.
        when: the day.
        why: the reason.
        evidence: for which raw value it is said.
    """

    query_id: str
    says: str
    new_value: str
    who: str
    when: str
    why: str
    evidence: str

    @property
    def digest(self) -> str:
        """Return a digest of all that is said."""
        return digest_of(*asdict(self).values())


COLUMNS = [field.name for field in fields(Entry)]


@dataclass(frozen=True)
class Pending:
    """The file of what waits, beside a file of answers; who writes holds the lock of that."""

    path: Path

    @classmethod
    def of(cls, answers: AnswersFile) -> Pending:
        """Return the one that belongs to a file of answers."""
        return cls(answers.path.with_name(f"{answers.path.stem}.pending.csv"))

    def entries(self) -> list[Entry]:
        """Return what waits, query by query.

        Raises:
            StudyError: the file is not as it was written.
        """
        try:
            text = self.path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            return []
        except UnicodeDecodeError:
            raise self._refused() from None
        rows = list(csv.reader(io.StringIO(text, newline="")))
        if not rows or rows[0] != COLUMNS or any(len(row) != len(COLUMNS) for row in rows):
            raise self._refused()
        found = [Entry(*map(as_written, row)) for row in rows[1:]]
        if any(entry.says not in SAYS for entry in found):
            raise self._refused()
        return found

    def put(self, entry: Entry) -> Replaced:
        """Keep what a person says of a query, in the place of what that person said before."""
        return self._write([*self._without(entry.query_id, entry.who), entry])

    def drop(self, query_id: str, who: str | None = None) -> Replaced:
        """Forget what is kept of a query, or what one person says of it."""
        return self._write(self._without(query_id, who))

    def _without(self, query_id: str, who: str | None) -> list[Entry]:
        return [
            each
            for each in self.entries()
            if each.query_id != query_id or not (who is None or same_person(each.who, who))
        ]

    def _write(self, entries: list[Entry]) -> Replaced:
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([map(guarded, asdict(entry).values()) for entry in entries])
        draft = beside(self.path, f".{secrets.token_hex(6)}.csv")
        try:
            if not entries:
                return Replaced.by(None, self.path)
            draft.write_bytes(out.getvalue().encode("utf-8-sig"))
            return Replaced.by(draft, self.path)
        except OSError as error:
            raise StudyError(
                f"What waits for a second signature cannot be kept: {error.strerror}",
                where=self.path.name,
                rule="answers",
                remedy="close the file elsewhere, and make its folder writable",
            ) from None
        finally:
            draft.unlink(missing_ok=True)

    def _refused(self) -> StudyError:
        return StudyError(
            "The file of answers that wait for a second signature is not as it was written",
            where=self.path.name,
            rule="answers",
            remedy="restore it from a copy; it is changed by `trialtrail queries` alone",
        )
