"""Where each query stands: open, waiting for a second person, answered, in use, stale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trialtrail.answering.answers_file import SAID, digest_of
from trialtrail.answering.pending import OBJECTS, PROPOSES, Entry
from trialtrail.answering.queries_of_run import QueriesOfRun
from trialtrail.validation.findings import OPEN as IN_LIST
from trialtrail.validation.findings import RESOLVED
from trialtrail.validation.resolutions import CONFIRMED_BY, Resolution, same_person

OPEN, WAITING, DISPUTED, ANSWERED, IN_USE, STILL_OPEN, STALE = (
    *("open", "waiting", "disputed", "answered", "in use", "still open", "stale"),
)
STATES = {
    OPEN: "nobody has answered it",
    WAITING: "an answer waits for a second person",
    DISPUTED: "two people do not agree",
    ANSWERED: "answered since the last run",
    IN_USE: "answered, and the last run used the answer",
    STILL_OPEN: "answered, but the new value breaks the rule as well",
    STALE: "answered for a raw value that has changed since",
}
"""States of a query on the page, and what each means."""
TO_DO = (OPEN, WAITING, DISPUTED, STILL_OPEN, STALE)
"""States in which somebody has something to do."""
NOTE = "note"
"""The severity of what is told and kept, as a count that is censored."""


@dataclass(frozen=True)
class Standing:
    """Where one query stands.

    Attributes:
        query: what the list says of it.
        state: one of `STATES`.
        said: what the file of answers says of it; empty where it has no answer.
        entries: what people say of it that is not in force.
        version: a digest of all of this; who answers has seen it.
    """

    query: Mapping[str, Any]
    state: str
    said: Mapping[str, str]
    entries: Sequence[Entry]
    version: str

    @property
    def to_do(self) -> bool:
        """Return whether somebody has something to do.

        A note that nobody has answered needs no answer: what it is about is kept as it is.
        """
        return self.state in TO_DO and not self.is_open_note

    @property
    def is_open_note(self) -> bool:
        """Return whether it is a note that nobody has answered."""
        return self.state == OPEN and self.query["severity"] == NOTE

    @property
    def proposals(self) -> list[Entry]:
        """The answers that wait."""
        return [each for each in self.entries if each.says == PROPOSES]

    @property
    def objections(self) -> list[Entry]:
        """What people have against them."""
        return [each for each in self.entries if each.says == OBJECTS]

    def entry_of(self, name: str) -> Entry | None:
        """Return what a person says that is not in force."""
        return next((each for each in self.entries if same_person(each.who, name)), None)

    def against(self, proposal: Entry, but: str) -> list[Entry]:
        """Return what stands against an answer, apart from what one person says."""
        return [
            each
            for each in self.entries
            if not same_person(each.who, but)
            and not same_person(each.who, proposal.who)
            and (each.says == OBJECTS or each.new_value != proposal.new_value)
        ]


def standing_of(
    query: Mapping[str, Any],
    said: Mapping[str, str],
    answer: Resolution | None,
    entries: Sequence[Entry],
    found: QueriesOfRun,
    second_signature: bool,
) -> Standing:
    """Return where a query stands.

    Args:
        query: what the list says of it.
        said: what the file of answers says of it.
        answer: the same, as a run reads it.
        entries: what people say of it that is not in force.
        found: the queries of the run.
        second_signature: whether the study asks for one.
    """
    name = query["query_id"]
    seen = [query["evidence"], *(said.get(key, "") for key in SAID)]
    version = digest_of(*seen, *(each.digest for each in entries))
    unsigned = second_signature and answer is not None and not _confirmed(said)
    if unsigned:
        # Somebody wrote it into the file by hand: it waits like all others.
        by_hand = Entry(name, PROPOSES, *(said[k] for k in ("new_value", "who", "when", "why")), "")
        others = [each for each in entries if not same_person(each.who, by_hand.who)]
        entries = [_with_evidence(by_hand, said, query, answer), *others]
    mine = list(entries)
    state = OPEN
    if mine:
        state = DISPUTED if _differ(mine) else WAITING
    elif answer is not None:
        state = _of_answer(query, answer, found)
    return Standing(query, state, said, mine, version)


def _confirmed(said: Mapping[str, str]) -> bool:
    by = said.get(CONFIRMED_BY, "")
    return bool(by) and not same_person(by, said["who"])


def _with_evidence(
    entry: Entry, said: Mapping[str, str], query: Mapping[str, Any], answer: Resolution
) -> Entry:
    evidence = said.get("evidence") or (query["evidence"] if answer.fits(dict(query)) else "")
    return Entry(entry.query_id, entry.says, entry.new_value, *_signature(entry), evidence)


def _signature(entry: Entry) -> tuple[str, str, str]:
    return entry.who, entry.when, entry.why


def _differ(entries: Sequence[Entry]) -> bool:
    return any(each.says == OBJECTS for each in entries) or len({e.new_value for e in entries}) > 1


def _of_answer(query: Mapping[str, Any], answer: Resolution, found: QueriesOfRun) -> str:
    name = query["query_id"]
    if not answer.fits(dict(query)):
        return STALE
    if found.applied.get(name) != answer.signed["answer_sha256"]:
        return ANSWERED
    status = found.status.get(name, IN_LIST)
    return IN_USE if status == RESOLVED else STILL_OPEN
