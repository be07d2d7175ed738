"""What coders agreed on where they differed: a file that people fill, read as a coding of its own.

A decision names a place (`trialtrail.qualitative.disagreements`), what is to stand there, who
decided, when and why. It holds for the passages and the words that the people saw, and is *stale*
when those have changed. Raw files are never written.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from trialtrail.errors import StudyError
from trialtrail.escaping import as_written
from trialtrail.exports.dates import read_date
from trialtrail.exports.export import LINE
from trialtrail.exports.read import read_export
from trialtrail.qualitative.agreement.readers import segments_used
from trialtrail.qualitative.agreement.spans import Span
from trialtrail.qualitative.disagreements import AGREED, Place, id_of
from trialtrail.results.cells import nearest

CODER = "consensus"
"""The name of this coding among those of the coders."""
TO_FILL = ("decision", "start", "end", "code", "by", "on", "why")
"""Columns of the file that people fill."""
NEEDED = ("id", "decision", "by", "on", "why")
SEEN = ("evidence", "document", "marked_code")
"""Columns that say of what the decision was made; without them a stale one is not recognised."""
KEEP, BOTH, NEITHER, OWN = "keep", "both", "neither", "edges"
WORDS = (f"{KEEP} NAME", BOTH, NEITHER, OWN)
"""What a decision may be: the passages of one reader, all that anybody marked, nothing, or a
passage of its own from ``start`` to ``end``; each but the third also under another ``code``."""
ALL = "all"
"""Another word for `BOTH`, where there are more than two readers."""
APPLIED, STALE = "applied", "stale"
BY_ALL, DECIDED, ONE_READER = "agreed", "decided", "one reader"
"""Origins of a passage of the consensus."""
RULE = "qualitative.consensus"
DECISION_COLUMNS = [
    *("row", "state", "document", "marked_code", "kind", "decision", "start", "end", "code"),
    *("by", "on", "why", "evidence", "line", "now"),
]


@dataclass(frozen=True)
class Decision:
    """One decision as it stands in the file, with its line; what is not filled is empty."""

    id: str
    decision: str
    by: str
    on: str
    why: str
    line: int
    start: str = ""
    end: str = ""
    code: str = ""
    evidence: str = ""
    document: str = ""
    marked_code: str = ""

    @property
    def word(self) -> str:
        """What is decided, as one of `WORDS` begins; a name alone means to keep that reader's."""
        first = self.decision.split()[0].casefold()
        return {ALL: BOTH}.get(first, first)

    @property
    def kept(self) -> str:
        """The reader whose passages are kept."""
        return self.decision.split(maxsplit=1)[1].strip() if " " in self.decision else ""


def read_decisions(path: str, label: str) -> list[Decision]:
    """Return the decisions in a CSV file or workbook; rows without one are passed over.

    Args:
        path: the file.
        label: its name in messages.

    Raises:
        StudyError: a column is missing, a decision has no name, day or reason, or a place has two.
    """
    known = [*NEEDED, *TO_FILL, *SEEN]
    export = read_export({"name": "consensus", "label": label, "known": known}, [path])
    for name in NEEDED:
        if name not in export.header:
            what = f"The file of the consensus lacks the column {name}"
            remedy = "results/qualitative/disagreements.csv has all columns"
            raise _refused(what, label, export.header_line, "", remedy)
    names = [name for name in dict.fromkeys(known) if name in export.rows]
    rows = export.rows[[*names, LINE]].copy()
    for name in names:
        rows[name] = rows[name].fillna("").map(as_written).str.strip()
    filled = [name for name in TO_FILL if name in names]
    decisions = [
        _decision(row, label) for row in rows.to_dict("records") if any(row[n] for n in filled)
    ]
    seen: set[str] = set()
    for each in decisions:
        if each.id in seen:
            what = f"The disagreement {each.id} has two decisions"
            raise _refused(what, label, each.line, "id", "keep the one that holds")
        seen.add(each.id)
    return decisions


def _decision(row: dict, label: str) -> Decision:
    line = int(row.pop(LINE))
    for name in NEEDED:
        if not row[name]:
            what = f"The decision has no `{name}`"
            remedy = "a decision says what is to stand there, who decided, when and why"
            raise _refused(what, label, line, name, remedy)
    day = read_date(row["on"], ())
    if day.fault:
        what = "The day of the decision is not a date that can be read in one way"
        raise _refused(what, label, line, "on", "write it as 2026-12-31")
    return Decision(**row | {"on": day.first.isoformat() if day.first else ""}, line=line)


def _refused(what: str, label: str, line: int, column: str, remedy: str) -> StudyError:
    where = f"{label}, line {line}" + (f", column {column}" if column else "")
    return StudyError(what, where=where, rule=RULE, remedy=remedy)


def sort_out(
    decisions: Iterable[Decision],
    found: Sequence[Place],
    texts: Mapping[str, str],
    codes: Collection[str],
    label: str,
) -> pd.DataFrame:
    """Return one row a decision: the place, what is to stand there, and whether it is applied.

    The columns are `DECISION_COLUMNS`; ``start`` and ``end`` are numbers of a passage of its own,
    ``code`` the code that the passages get, where that is another one. Of a stale decision ``now``
    names the disagreements of today at the same document and code.

    Args:
        decisions: the decisions of the file.
        found: the places of the study, those that are agreed too.
        texts: the transcripts.
        codes: the codes of the codebook.
        label: the name of the file, for messages.

    Raises:
        StudyError: a decision is of no disagreement, or cannot be carried out.
    """
    known = {place.id: place for place in found if place.kind != AGREED}
    rows = []
    for each in decisions:
        place = known.get(each.id)
        if place is None:
            rows.append(_stale(each, known.values(), label, list(known)))
            continue
        _check_same(each, place, label)
        rows.append(_applied(each, place, texts[place.document], codes, label))
    frame = pd.DataFrame(rows, columns=DECISION_COLUMNS)
    whole = dict.fromkeys(("start", "end", "line"), "Int64")
    return frame.astype(dict.fromkeys(DECISION_COLUMNS, "string") | whole)


def _stale(each: Decision, now: Iterable[Place], label: str, ids: Sequence[str]) -> dict:
    """Return the row of a decision whose place is not there, if it once was."""
    if not each.evidence or id_of(each.evidence) != each.id:
        what = f"No disagreement is named {each.id}{nearest(each.id, ids)}"
        remedy = (
            "take id and evidence of one row of results/qualitative/disagreements.csv; with both, "
            "a decision whose passages have changed since is told as stale"
        )
        raise _refused(what, label, each.line, "id", remedy)
    same = (each.document, each.marked_code)
    today = [place.id for place in now if (place.document, place.code) == same]
    return _said(each) | {"state": STALE, "now": ", ".join(today) or pd.NA}


def _said(each: Decision) -> dict:
    """Return what a decision says; what is not filled is missing."""
    names = ("document", "marked_code", "decision", "code", "by", "on", "why", "evidence")
    said = {name: getattr(each, name) or pd.NA for name in names}
    return said | {"row": each.id, "line": each.line, "start": pd.NA, "end": pd.NA}


def _check_same(each: Decision, place: Place, label: str) -> None:
    """Refuse a row whose cells belong to different places: columns were sorted one by one."""
    own = {"evidence": place.evidence, "document": place.document, "marked_code": place.code}
    for name, value in own.items():
        if getattr(each, name) not in ("", value):
            what = f"The {name} of {each.id} is that of another row"
            remedy = "columns may have been sorted apart: take the row again from the page"
            raise _refused(what, label, each.line, name, remedy)


def _applied(each: Decision, place: Place, text: str, codes: Collection[str], label: str) -> dict:
    decided = _understood(each, place, label)
    row = _said(decided) | {
        "state": APPLIED,
        "kind": place.kind,
        "document": place.document,
        "marked_code": place.code,
        "evidence": place.evidence,
    }
    if decided.code and (decided.code not in codes or decided.word == NEITHER):
        what = f"The codebook has no code `{decided.code}`{nearest(decided.code, codes)}"
        if decided.word == NEITHER:
            what = f"{each.id} leaves nothing that could have the code `{decided.code}`"
        raise _refused(what, label, each.line, "code", "correct it, or leave it empty")
    if decided.word == OWN:
        row |= dict(zip(("start", "end"), _own_edges(decided, place, text, label), strict=True))
    elif decided.start or decided.end:
        what = f"{each.id} has edges of its own and is decided otherwise"
        raise _refused(what, label, each.line, "start", f"write `{OWN}`, or leave both empty")
    return row


def _understood(each: Decision, place: Place, label: str) -> Decision:
    """Return a decision in the words of `WORDS`."""
    if each.decision in place.readers:
        return replace(each, decision=f"{KEEP} {each.decision}")
    if each.word == KEEP and each.kept in place.readers:
        return replace(each, decision=f"{KEEP} {each.kept}")
    if each.word in (BOTH, NEITHER, OWN) and not each.kept:
        return replace(each, decision=each.word)
    meant = [*(f"{KEEP} {reader}" for reader in place.readers), BOTH, NEITHER, OWN]
    what = f"`{each.decision}` is no decision of {each.id}{nearest(each.decision, meant)}"
    raise _refused(what, label, each.line, "decision", f"write one of: {', '.join(meant)}")


def _own_edges(each: Decision, place: Place, text: str, label: str) -> Span:
    """Return the passage of a decision's own edges, which shares its paragraphs with the place."""
    edges = []
    for name in ("start", "end"):
        if not re.fullmatch(r"\d+(\.0+)?", getattr(each, name)):
            what = f"{each.id} has edges of its own, and `{name}` is no whole number"
            remedy = "write first character and the one after the last, counted from 0"
            raise _refused(what, label, each.line, name, remedy)
        edges.append(int(float(getattr(each, name))))
    start, end = edges
    first = text.rfind("\n", 0, place.start) + 1
    if not (start < end <= len(text) and start < first + len(place.text) and end > first):
        what = f"The passage from {start} to {end} is not at the place of {each.id}"
        remedy = f"it is from {place.start} to {place.end}; the own one shares its paragraphs"
        raise _refused(what, label, each.line, "start", remedy)
    return start, end


def decided_spans(place: Place, row: Mapping) -> tuple[Span, ...]:
    """Return the passages that an applied decision leaves at its place."""
    word, _, kept = str(row["decision"]).partition(" ")
    if word == KEEP:
        return place.spans.get(kept, ())
    if word == OWN:
        return ((int(row["start"]), int(row["end"])),)
    return place.union if word == BOTH else ()


def passages(
    found: Iterable[Place],
    decisions: pd.DataFrame,
    segments: pd.DataFrame,
    read: pd.DataFrame,
) -> pd.DataFrame:
    """Return the passages of the consensus: a row is a passage, its code, where it is from.

    Columns: document, code, start, end, ``origin`` (`BY_ALL`, `DECIDED`; `ONE_READER` in documents
    that only one coder read), evidence, and of a decision its id (``disagreement``), decision, by,
    on, why. A place that nobody has decided, or of which the decision is stale, has none.
    """
    applied = decisions[decisions["state"] == APPLIED]
    decided = {row["row"]: row for row in applied.to_dict("records")}
    rows = []
    for place in found:
        own = {"document": place.document, "code": place.code, "evidence": place.evidence}
        if place.kind == AGREED:
            spans = next(iter(place.spans.values()))
            rows += [own | {"start": s, "end": e, "origin": BY_ALL} for s, e in spans]
        elif place.id in decided:
            row = decided[place.id]
            about = {name: row[name] for name in ("decision", "by", "on", "why")}
            about |= {"disagreement": place.id, "origin": DECIDED}
            if not pd.isna(row["code"]):
                about["code"] = row["code"]
            rows += [own | about | {"start": s, "end": e} for s, e in decided_spans(place, row)]
    once = read.columns[read.sum() == 1]
    alone = segments[
        segments_used(segments, read, of_one=True)[0] & segments["document"].isin(once)
    ]
    for each in alone[["document", "code", "start", "end"]].to_dict("records"):
        rows.append(each | {"origin": ONE_READER})
    columns = [
        *("document", "code", "start", "end", "origin", "disagreement", "decision"),
        *("by", "on", "why", "evidence"),
    ]
    frame = pd.DataFrame(rows, columns=columns)
    # Two decisions may leave one passage: that under the other code, and that of the other reader.
    frame = frame.drop_duplicates(["document", "code", "start", "end"], ignore_index=True)
    return frame.astype(dict.fromkeys(columns, "string") | dict.fromkeys(("start", "end"), "Int64"))
