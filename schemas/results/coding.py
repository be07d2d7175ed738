"""The contracts of what coders differ on, what they decided, and how the coding went."""

from schemas.base import Date, Text, Whole, column
from schemas.results.base import NULLABLE, Result

STATES = ["applied", "stale"]


class Disagreements(Result):
    """One row is all codes, a theme, category or code, or a document, and how coders differ there.

    A place is the passages under one code that share a character. Characters are summed over the
    pairs of readers, and over the codes.
    """

    level: Text = column("Level", "all, theme, category, code, document")
    label: Text = column("Label", "What readers call it")
    agreed: Whole = column("Agreed", "Places that all readers marked alike", ge=0)
    places: Whole = column("Disagreements", "Places at which readers differ", ge=0)
    places_edges: Whole = column("Edges", "Places with other edges alone", ge=0)
    places_unmatched: Whole = column("Unmatched", "Places that a reader did not mark", ge=0)
    places_other_code: Whole = column("Other code", "Places of these with another code", ge=0)
    characters: Whole = column("Characters", "Characters on which readers differ", ge=0)
    characters_edges: Whole = column("At edges", "Of passages that share a character", ge=0)
    characters_unmatched: Whole = column("Unmatched", "Of passages that share none", ge=0)
    decided: Whole = column("Decided", "Disagreements with a decision that is applied", ge=0)
    undecided: Whole = column("Undecided", "Disagreements without one", ge=0)


class ConsensusDecisions(Result):
    """One row is one decision of the file of the consensus."""

    state: Text = column("State", "applied, or stale: what it decided has changed", isin=STATES)
    document: Text = column("Transcript", "Name of it", **NULLABLE)
    marked_code: Text = column("Code", "The code at whose place the coders differ", **NULLABLE)
    kind: Text = column("Kind", "How they differ", **NULLABLE)
    decision: Text = column("Decision", "keep NAME, both, neither, edges")
    start: Whole = column("Start", "First character of edges of its own", ge=0, **NULLABLE)
    end: Whole = column("End", "Character after the last", ge=1, **NULLABLE)
    code: Text = column("Other code", "Code that the passage gets instead", **NULLABLE)
    by: Text = column("By", "Who decided")
    on: Date = column("On", "Day of the decision")
    why: Text = column("Why", "The reason")
    evidence: Text = column("Evidence", "Digest of what was decided", **NULLABLE)
    line: Whole = column("Line", "Line of the file", ge=1)
    now: Text = column("Now", "Of a stale one: disagreements there today", **NULLABLE)
