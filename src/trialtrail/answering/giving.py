"""Answers are given, confirmed and objected to: checked, written whole or not at all, and noted.

Nothing here writes raw data. What is noted in the journal names the query, the kind of answer, who
gave it and when, with digests in the place of values.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from os.path import relpath
from pathlib import Path
from typing import Any

from runrecord import journal
from runrecord.digest import file_digest

from trialtrail.answering.answers_file import AnswersFile, Replaced
from trialtrail.answering.new_values import Finding, findings_with
from trialtrail.answering.pending import OBJECTS, PROPOSES, Entry, Pending
from trialtrail.answering.queries_of_run import QueriesOfRun, read_queries_of_run, records_of
from trialtrail.answering.raw_record import RawExports, RawRecord
from trialtrail.answering.said_by_people import (
    CORRECT,
    KINDS,
    MISSING,
    WORDS,
    kind_of_value,
    reason_of,
    value_of,
)
from trialtrail.answering.standing import Standing, standing_of
from trialtrail.errors import StudyError
from trialtrail.validation.resolutions import (
    CONFIRMED_BY,
    CONFIRMED_ON,
    Correction,
    Resolution,
    corrections_of,
    same_person,
    sort_out,
    state_of,
)

DONE = {"correct": "corrected", "confirm": "accepted", "missing": "blank", "exclude": "set aside"}
"""Kind of answer -> the word for it in the journal."""
RULE = "an answer says what, and who gives it why"


class Changed(Exception):
    """The query stands otherwise than the person saw it, who must look again."""


class BreaksRule(Exception):
    """The new value can be read and breaks a rule, which the person must want."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__()
        self.findings = findings


class AnswerDesk:
    """The queries of a study and the answers to them; one thread at a time.

    Args:
        results: the results folder.
        answers: the file of answers.
        second_signature: whether an answer needs a second person.
        today: returns the day of an answer.
    """

    def __init__(
        self,
        results: Path,
        answers: AnswersFile,
        second_signature: bool = False,
        today: Callable[[], date] = date.today,
    ) -> None:
        self.results, self.answers, self.second_signature = results, answers, second_signature
        self.pending = Pending.of(answers)
        self._today = today
        self._busy = threading.RLock()
        self._read: tuple[list, QueriesOfRun, RawExports] | None = None

    def queries(self) -> QueriesOfRun:
        """Return the queries of the last run, read anew after another one.

        Raises:
            StudyError: there is no list of queries.
        """
        return self._of_run()[0]

    def standings(self) -> list[Standing]:
        """Return where each query stands, the one that matters most first.

        Raises:
            StudyError: there is no list of queries, or the answers cannot be read.
        """
        with self._busy:
            found, said = self.queries(), self.answers.said()
            given = {answer.query_id: answer for answer in self.answers.answers()}
            entries: dict[str, list[Entry]] = {}
            for entry in self.pending.entries():
                entries.setdefault(entry.query_id, []).append(entry)
            return [
                standing_of(
                    query,
                    said.get(name, {}),
                    given.get(name),
                    entries.get(name, []),
                    found,
                    self.second_signature,
                )
                for name, query in found.queries.items()
            ]

    def standing(self, query_id: str) -> Standing | None:
        """Return where one query stands; None where the run has none of that name."""
        return next((s for s in self.standings() if s.query["query_id"] == query_id), None)

    def left_over(self) -> list[Resolution]:
        """Return answers to what is no query of the raw data (any more)."""
        known = self.queries().queries
        return [answer for answer in self.answers.answers() if answer.query_id not in known]

    def record_of(self, query: Mapping[str, Any]) -> RawRecord:
        """Return the raw record that a query is about."""
        with self._busy:
            return self._of_run()[1].record_of(query)

    def possible(self, query: Mapping[str, Any]) -> dict[str, str]:
        """Return each kind of answer, with why the query cannot be answered so; "" where it can."""
        found = {}
        for kind in KINDS:
            try:
                _check_possible(query, WORDS.get(kind, "0"))
                found[kind] = ""
            except StudyError as refusal:
                found[kind] = refusal.what.replace(f"{query['query_id']} ", "it ")
        return found

    def answer(
        self,
        name: str,
        query_id: str,
        kind: str,
        value: str,
        why: str,
        version: str,
        despite: bool = False,
    ) -> str:
        """Give an answer; return its state: ``answered``, ``confirmed`` or ``proposed``.

        Args:
            name: who gives it.
            query_id: the query.
            kind: one of `KINDS`.
            value: the new value, of a correction.
            why: the reason.
            version: how the query stood when it was seen.
            despite: whether a new value that breaks a rule is meant.

        Raises:
            Changed: the query stands otherwise by now.
            BreaksRule: the new value breaks a rule, and nothing is written yet.
            StudyError: the answer is refused.
        """
        text, reason = value_of(kind, value), reason_of(why)
        with self._at(query_id, version) as standing:
            query = standing.query
            self._check_raw(query)
            _check_possible(query, text)
            if kind in (CORRECT, MISSING):
                self._check_value(query, "" if kind == MISSING else text, despite)
            mine = Entry(query_id, PROPOSES, text, name, self._day(), reason, query["evidence"])
            if not self.second_signature:
                self._put_in_force(standing, mine, None)
                return "answered"
            same = [p for p in standing.proposals if p.new_value == text and p.who]
            other = next((p for p in same if not same_person(p.who, name)), None)
            if other is not None:
                self._confirm(standing, other, name)
                return "confirmed"
            self._keep(mine, f"proposed: {DONE[kind]}")
            return "proposed"

    def confirm(self, name: str, query_id: str, proposal: str, version: str) -> None:
        """Put the answer of somebody else in force, as the second person.

        Args:
            name: who confirms.
            query_id: the query.
            proposal: the digest of the answer.
            version: how the query stood when it was seen.

        Raises:
            Changed: the query stands otherwise by now.
            StudyError: it is the person's own answer, or somebody stands against it.
        """
        with self._at(query_id, version) as standing:
            found = next((p for p in standing.proposals if p.digest == proposal), None)
            if found is None:
                raise Changed
            self._check_raw(standing.query)
            self._confirm(standing, found, name)

    def object_to(self, name: str, query_id: str, why: str, version: str) -> None:
        """Stand against what others propose, for a reason.

        Raises:
            Changed: the query stands otherwise by now.
            StudyError: nothing is proposed by anybody else, or there is no reason.
        """
        reason = reason_of(why)
        with self._at(query_id, version) as standing:
            if not any(not same_person(p.who, name) for p in standing.proposals):
                raise _refused("Nobody else has proposed an answer", "give an answer instead")
            evidence = standing.query["evidence"]
            entry = Entry(query_id, OBJECTS, "", name, self._day(), reason, evidence)
            self._keep(entry, "objected")

    def withdraw(self, name: str, query_id: str, version: str) -> None:
        """Take back what a person said that is not in force.

        Raises:
            Changed: the query stands otherwise by now.
            StudyError: the person has said nothing.
        """
        with self._at(query_id, version) as standing:
            mine = standing.entry_of(name)
            if mine is None or mine not in self.pending.entries():
                raise _refused(
                    "There is nothing of yours here to take back",
                    "an answer in the file is removed in the file",
                )
            with _all_or_nothing() as done:
                done.append(self.pending.drop(query_id, name))
                self._note(mine, "withdrawn", name)

    def _confirm(self, standing: Standing, proposal: Entry, name: str) -> None:
        if same_person(proposal.who, name):
            raise _refused(
                "An answer is confirmed by another person than the one who gave it",
                "let somebody else confirm it, by an invitation of their own",
            )
        if against := standing.against(proposal, but=name):
            who = " and ".join(dict.fromkeys(each.who for each in against))
            raise _refused(
                f"{who} disagrees with this answer",
                "talk to each other: it comes into force when they take that back or confirm it",
            )
        if proposal.evidence != standing.query["evidence"]:
            raise _refused("It was answered for another raw value", "give a new answer")
        self._put_in_force(standing, proposal, name)

    def _put_in_force(self, standing: Standing, entry: Entry, confirmed_by: str | None) -> None:
        row = {name: getattr(entry, name) for name in ("new_value", "who", "when", "why")}
        row["evidence"] = entry.evidence
        if confirmed_by is not None:
            row |= {CONFIRMED_BY: confirmed_by, CONFIRMED_ON: self._day()}
        word = DONE[kind_of_value(entry.new_value)]
        state = "confirmed" if confirmed_by is not None else "answered"
        with _all_or_nothing() as done:
            done.append(self.answers.write(_as_texts(standing.query), row))
            if any(each.query_id == entry.query_id for each in self.pending.entries()):
                done.append(self.pending.drop(entry.query_id))
            self._note(entry, f"{state}: {word}", confirmed_by or entry.who)

    def _keep(self, entry: Entry, state: str) -> None:
        with _all_or_nothing() as done:
            done.append(self.pending.put(entry))
            self._note(entry, state, entry.who)

    def _note(self, entry: Entry, state: str, who: str) -> None:
        """Note what was written in the journal."""
        # As a run tells who gave an answer, so that both have one digest of it.
        other = not same_person(who, entry.who)
        by = f"{entry.who}, confirmed by {who}" if other else entry.who
        said = (entry.new_value, by, entry.when, entry.why)
        given = Resolution(entry.query_id, *said, line=0)
        files = {
            Path(relpath(path, self.results.resolve().parent)).as_posix(): file_digest(path)
            for path in (self.answers.path, self.pending.path)
            if path.is_file()
        }
        facts = {"answer_sha256": given.signed["answer_sha256"], "files": files}
        if other:
            facts["given_by"] = entry.who
        journal.append(
            self.results / "lineage",
            "resolution",
            query=entry.query_id,
            state=state,
            who=who,
            when=self._day(),
            **facts,
        )

    def _check_raw(self, query: Mapping[str, Any]) -> None:
        record = self.record_of(query)
        if record.changed:
            raise _refused(
                f"It cannot be answered now: {record.changed}",
                "run the workflow again, and answer the query that is raised then",
            )

    def _check_value(self, query: Mapping[str, Any], text: str, despite: bool) -> None:
        found = findings_with(self._of_run()[1], query, text, self._in_force())
        unreadable = [each for each in found if each.unreadable]
        if unreadable:
            raise StudyError(
                f"The new value cannot be used: {unreadable[0].message}",
                rule=unreadable[0].rule,
                remedy="write it as the export writes its other cells",
            )
        if found and not despite:
            raise BreaksRule(found)

    def _in_force(self) -> list[Correction]:
        """Return the corrections of the file of answers; none where a run would refuse the file."""
        try:
            found = sort_out(self.answers.answers(), self.queries().frame, self.answers.label)
        except StudyError:
            return []
        return corrections_of(found)

    @contextmanager
    def _at(self, query_id: str, version: str) -> Iterator[Standing]:
        """Keep others from writing, and yield where a query stands, if that is what was seen."""
        with self._busy, self.answers.locked():
            standing = self.standing(query_id)
            if standing is None or standing.version != version:
                raise Changed
            yield standing

    def _day(self) -> str:
        return self._today().isoformat()

    def _of_run(self) -> tuple[QueriesOfRun, RawExports]:
        with self._busy:
            stamps = [(path, path.stat().st_mtime_ns) for path in records_of(self.results)]
            if self._read is None or self._read[0] != stamps:
                found = read_queries_of_run(self.results)
                self._read = (stamps, found, RawExports(found.run))
            return self._read[1:]


@contextmanager
def _all_or_nothing() -> Iterator[list[Replaced]]:
    """Take files that are replaced; put all back where not everything is done to the end.

    So nothing is answered that the journal does not have.
    """
    done: list[Replaced] = []
    try:
        yield done
    except BaseException:
        for each in reversed(done):
            each.undo()
        raise
    for each in done:
        each.settle()


def _check_possible(query: Mapping[str, Any], text: str) -> None:
    """Refuse what a run would refuse of this query."""
    answer = Resolution(query["query_id"], text, "x", "x", "x", 0, query["evidence"])
    try:
        state_of(answer, dict(query), "")
    except StudyError as refusal:
        raise StudyError(refusal.what, rule=refusal.rule, remedy=refusal.remedy) from None


def _as_texts(query: Mapping[str, Any]) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in query.items()}


def _refused(what: str, remedy: str) -> StudyError:
    return StudyError(what, rule=RULE, remedy=remedy)
