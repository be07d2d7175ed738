"""The file `results.lock`: what the report of a study prints, committed by people.

One line is one printed number: the cell that it is printed from, what is printed, and its id. A
number about one person or a few of them, and a text, is not told: it stands there by a digest whose
key is made from the raw files, so that nobody without these can try values against it. With other
raw files such a digest says nothing. Beside the numbers stand the ids of the open queries of the
severity `error`: what a later run has beyond them is new.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from runrecord.graph import counted, load, place, results_folder

from trialtrail.errors import StudyError
from trialtrail.escaping import visible
from trialtrail.trail.comparing.effects import snapshot
from trialtrail.trail.comparing.numbers_answer import withheld_because
from trialtrail.trail.comparing.run_inputs import RunInputs
from trialtrail.trail.printed.printed_numbers import (
    ADDED,
    DIFFER,
    GONE,
    NUMBERS,
    Pair,
    PrintedNumber,
    match,
)

NAME = "results.lock"
TOLD_LATER = "TRIALTRAIL_LOCK_TOLD_LATER"
"""Environment variable of a run whose end does not say what differs: who started it says so."""
FORM = "trialtrail results.lock 1"
HEAD = (
    f"# {FORM}",
    "# What the report prints, one number a line: its cell, what is printed, its id.",
    "# Made by `trialtrail lock`; commit it. A run says which numbers differ from it.",
)
NUMBER, WITHHELD, QUERY, KEY, DIGEST = "number", "withheld", "query", "key", "digest"
QUERIES = "results/validation/queries.csv"
ERROR, OPEN = "error", "open"
OF_NO_PERSON = ("checklists", "plan")
"""Tables whose texts are about the report and the plan: they are told as they are printed."""
DIGITS = 16
"""Hexadecimal digits of a keyed digest."""
AGAIN = "write it again: trialtrail lock"


@dataclass(frozen=True)
class ErrorQuery:
    """An open query of the severity `error`, without its record and without what was found."""

    id: str
    rule: str
    file: str
    column: str


@dataclass
class ResultsLock:
    """What a report prints.

    Attributes:
        numbers: the printed numbers; of one that is withheld, ``printed`` is the reason and a
            digest, and ``value`` is empty.
        withheld: the ids of those.
        key: says whether two locks have digests of one key, and nothing of the key itself.
        queries: the ids of the open error queries -> the rule.
    """

    numbers: list[PrintedNumber]
    withheld: set[str] = field(default_factory=set)
    key: str = ""
    queries: dict[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """Return the lines of the file; its digest is that of all lines that follow it."""
        lines = [
            "\t".join((WITHHELD if one.id in self.withheld else NUMBER, *_cells(one)))
            for one in sorted(self.numbers, key=lambda n: (n.address, n.printed, n.id))
        ]
        lines += [f"{KEY}\t{self.key}"] if self.withheld else []
        lines += [f"{QUERY}\t{name}\t{rule}" for name, rule in sorted(self.queries.items())]
        return "\n".join([*HEAD, f"{DIGEST}\t{_digest(lines)}", *lines, ""])


@dataclass(frozen=True)
class Moved:
    """What a report prints otherwise than a lock has it.

    Attributes:
        pairs: the numbers that differ, in the order of the report.
        uncertain: how many withheld numbers cannot be compared, since raw files changed.
        compared: how many numbers there are in both together.
    """

    pairs: list[Pair]
    uncertain: int = 0
    compared: int = 0


def lock_of(results: str | Path, *, sealed: bool = True) -> ResultsLock:
    """Return the lock of a results folder as it is.

    Raises:
        StudyError: there is no report; or ``sealed``, and its numbers are not as they were sealed.
    """
    folder = results_folder(results)
    graph = load(folder)
    if not place(NUMBERS, folder).is_file():
        raise StudyError(
            "There is no report, so no number is printed",
            where=folder.as_posix(),
            remedy="make the report first: trialtrail run STUDY.yaml",
        )
    found = snapshot(folder, [], True)
    cited = {f"results/tables/{one.table}.csv" for one in found.register or []}
    tables = sorted(cited & graph.files.keys())
    if sealed:
        RunInputs(folder).check_sealed([*tables, NUMBERS])
    found = snapshot(folder, tables, True)
    raw = sorted(file["sha256"] for file in graph.files.values() if file["kind"] == "raw")
    secret = hashlib.sha256("\n".join(raw).encode()).digest()
    lock = ResultsLock([], key=_keyed(secret, FORM))
    for one in found.register or []:
        reason = withheld_because((one,), [found.cells])
        if reason and one.table not in OF_NO_PERSON:
            lock.withheld.add(one.id)
            told = f"({reason}) {_keyed(secret, f'{one.address} {one.printed}')}"
            lock.numbers.append(replace(one, printed=told, value=""))
        else:
            lock.numbers.append(replace(one, value=_plain(one.printed)))
    lock.queries = {one.id: one.rule for one in error_queries(folder)}
    return lock


def error_queries(results: Path) -> list[ErrorQuery]:
    """Return the open queries of the severity `error` of a results folder."""
    path = place(QUERIES, results)
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            ErrorQuery(row["query_id"], row["rule"], row["file"], row["column"])
            for row in csv.DictReader(stream)
            if row["severity"] == ERROR and row.get("status", OPEN) == OPEN
        ]


def read_lock(text: str, where: str) -> ResultsLock:
    """Return what a file `results.lock` holds.

    Raises:
        StudyError: it is none, or was edited, or was merged by git line by line.
    """
    lines = text.splitlines()
    if lines[:1] != [HEAD[0]]:
        raise StudyError(
            "It is no results.lock that can be read here",
            where=where,
            rule=f"its first line is `{HEAD[0]}`",
            remedy=AGAIN,
        )
    lines = [line for line in lines if line and not line.startswith("#")]
    first, *rest = lines or [""]
    if first != f"{DIGEST}\t{_digest(rest)}":
        raise StudyError(
            "The results.lock is not as it was written",
            where=where,
            rule="its digest is that of the lines below it; two branches are not merged by line",
            remedy=AGAIN,
        )
    lock = ResultsLock([])
    for line in rest:
        kind, *cells = line.split("\t")
        if kind in (NUMBER, WITHHELD):
            lock.numbers.append(_number(*cells))
            lock.withheld |= {cells[2]} if kind == WITHHELD else set()
        elif kind == KEY:
            lock.key = cells[0]
        elif kind == QUERY:
            lock.queries[cells[0]] = cells[1]
    return lock


def compare_locks(a: ResultsLock, b: ResultsLock) -> Moved:
    """Return which numbers ``b`` prints otherwise than ``a``."""
    pairs = match(a.numbers, b.numbers)
    uncertain = []
    if a.key != b.key:
        uncertain = [
            pair
            for pair in pairs
            if None not in (pair.a, pair.b)
            and pair.a.id in a.withheld
            and pair.b.id in b.withheld
            and _reason(pair.a) == _reason(pair.b)
        ]
    moved = [pair for pair in pairs if pair.kind in DIFFER and pair not in uncertain]
    return Moved(moved, len(uncertain), len(pairs))


def lines_of(moved: Moved, most: int | None = None) -> list[str]:
    """Return what is told of the numbers that differ: each with what was and is printed."""
    if not moved.pairs:
        lines = [f"no printed number differs from {NAME} ({moved.compared:,} compared)"]
    else:
        verb = "differs" if len(moved.pairs) == 1 else "differ"
        names = ("printed number", "printed numbers")
        lines = [f"{counted(len(moved.pairs), names)} {verb} from {NAME}:"]
        lines += [f"  {_told(pair)}" for pair in moved.pairs[:most]]
        more = len(moved.pairs) - (most or len(moved.pairs))
        lines += [f"  and {more:,} more: trialtrail lock --check"] if more > 0 else []
    if moved.uncertain:
        lines.append(
            f"{moved.uncertain:,} about one person, of few or a text cannot be compared: "
            "raw files are not the same"
        )
    return [visible(line) for line in lines]


def lock_beside(results: str | Path) -> Path | None:
    """Return the committed lock of a results folder: beside it, or beside its configuration."""
    folder = results_folder(results)
    here = folder.parent / NAME
    if here.is_file():
        return here
    try:
        configuration = RunInputs(folder).configuration()
    except (StudyError, OSError, KeyError):
        return None
    there = configuration.parent / NAME if configuration else None
    return there if there is not None and there.is_file() else None


def what_differs(results: str | Path, lock: Path | None = None, most: int | None = 10) -> list[str]:
    """Return in lines which printed numbers differ from the committed lock; none without a lock.

    It ends no run: a lock that cannot be read is told in a line.
    """
    try:
        path = lock or lock_beside(results)
        if path is None or not path.is_file() or not place(NUMBERS, Path(results)).is_file():
            return []
        committed = read_lock(path.read_text(encoding="utf-8"), path.as_posix())
        return lines_of(compare_locks(committed, lock_of(results, sealed=False)), most)
    except StudyError as error:
        return [line for line in error.text().splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError):
        return [f"{NAME} cannot be read"]


def write_lock(path: Path, lock: ResultsLock) -> None:
    """Write the file; the old one is replaced at once."""
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(lock.text(), encoding="utf-8", newline="\n")
    draft.replace(path)


def _told(pair: Pair) -> str:
    one = pair.either
    before = "not printed" if pair.kind == ADDED else pair.a.printed
    after = "not printed" if pair.kind == GONE else pair.b.printed
    if all(
        end is None or (end.printed.startswith("(") and not end.value) for end in (pair.a, pair.b)
    ):
        before, after = (text.rpartition(" ")[0] or text for text in (before, after))
        if before == after:
            return f"{one.id}  {before}, another than before  {one.address}"
    return f"{one.id}  {before} -> {after}  {one.address}"


def _reason(one: PrintedNumber) -> str:
    return one.printed.rpartition(" ")[0]


def _number(address: str, printed: str, name: str) -> PrintedNumber:
    table, _, cell = address.partition("#")
    row, _, column = cell.rpartition("/")
    return PrintedNumber(name, printed, _plain(printed), table, row or cell, column if row else "")


def _cells(one: PrintedNumber) -> Iterable[str]:
    return (" ".join(text.split("\t")) for text in (one.address, one.printed, one.id))


def _plain(printed: str) -> str:
    """Return a printed number as a plain one, by which another way to write it is known."""
    text = printed.translate({0x2212: "-", 0xA0: None, 0x2009: None, 0x202F: None, 0x2C: None})
    return text if text.replace(".", "", 1).removeprefix("-").isdecimal() else ""


def _digest(lines: Iterable[str]) -> str:
    return f"sha256:{hashlib.sha256(chr(10).join(lines).encode()).hexdigest()}"


def _keyed(secret: bytes, text: str) -> str:
    return hmac.new(secret, text.encode(), "sha256").hexdigest()[:DIGITS]
