"""The contracts of what coders differ on, what they decided, and how the coding went."""

from schemas.base import Date, Real, Text, Whole, column
from schemas.results.base import NULLABLE, Result

STATES = ["applied", "stale"]


class DisagreementPlaces(Result):
    """One row is all codes, a theme, category or code, or a document, and how coders differ there.

    A place is the passages under one code that share a character. Characters are those that some
    readers marked and not all, summed over the codes.
    """

    level: Text = column("Level", "all, theme, category, code, document")
    label: Text = column("Label", "What readers call it")
    agreed: Whole = column("Agreed", "Places that all readers marked alike", ge=0)
    places: Whole = column("Disagreements", "Places at which readers differ", ge=0)
    places_edges: Whole = column("Edges", "Places with other edges alone", ge=0)
    places_unmatched: Whole = column("Unmatched", "Places that a reader did not mark", ge=0)
    places_other_code: Whole = column("Other code", "Places of these with another code", ge=0)
    characters: Whole = column("Characters", "Characters on which readers differ", ge=0)
    characters_edges: Whole = column("At edges", "At places that all readers marked", ge=0)
    characters_unmatched: Whole = column("Unmatched", "At places that a reader did not mark", ge=0)
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


ASSESSED = ["reached", "not reached", "not assessable"]


class Saturation(Result):
    """One row is a group of people interviewed, and whether the last of them brought new codes.

    A person with several interviews is one, with the codes of them all, at the place of the first.
    """

    role: Text = column("Role", "Role of the people; empty where none is known", **NULLABLE)
    stage: Text = column("Stage", "Stage of their interviews; empty for all", **NULLABLE)
    codings: Text = column("Codings", "Whose", isin=["any coder", "consensus"])
    people: Whole = column("People", "People interviewed", ge=0)
    interviews: Whole = column("Interviews", "Their interviews", ge=0)
    order: Text = column("Order", "What it follows", isin=["date", "register"])
    codes: Whole = column("Codes", "Codes that anybody's interviews have", ge=0)
    one_person: Whole = column("One person", "Codes that one person's interviews have", ge=0)
    base: Whole = column("Base", "People of the base", ge=1)
    run: Whole = column("Run", "People of a run", ge=1)
    threshold: Real = column("Threshold", "New codes of a run, per cent of the base", ge=0)
    needed: Whole = column("Needed", "People without whom it cannot be assessed", ge=2)
    status: Text = column("Base and run", "Whether it is reached", isin=ASSESSED)
    base_codes: Whole = column("Base codes", "Codes of the base", ge=0, **NULLABLE)
    run_codes: Whole = column(
        "Run codes", "New codes of the run that reached it, or of the last", ge=0, **NULLABLE
    )
    run_percent: Real = column("Run", "The same, per cent of the base", ge=0, **NULLABLE)
    at: Whole = column("At", "People before the run that reached it", ge=1, **NULLABLE)
    point: Text = column("Point", "People before the run and in it, as 6+2", **NULLABLE)
    codes_after: Whole = column("After", "Codes first met after that run", ge=0, **NULLABLE)
    orders: Whole = column("Orders", "Random orders", ge=1)
    orders_reached: Whole = column(
        "Orders that reach it", "Random orders in which it is reached", ge=0, **NULLABLE
    )
    initial_sample: Whole = column("Initial sample", "People of it", ge=1)
    stopping: Whole = column("Stopping", "People in a row without a new code", ge=1)
    needed_to_stop: Whole = column("Needed", "People of both", ge=2)
    stopping_status: Text = column("Stopping criterion", "Whether it is met", isin=ASSESSED)
    stopped_at: Whole = column("Met at", "People at whom it is met", ge=2, **NULLABLE)


class SaturationCurve(Result):
    """One row is one person in the order of a group, and the codes that there are by then."""

    group: Text = column("Group", "Row of the table of saturation")
    place: Whole = column("Place", "Of the person in the order, from 1", ge=1)
    new_codes: Whole = column("New codes", "That nobody before had", ge=0)
    codes: Whole = column("Codes", "That there are by then", ge=0)
    mean: Real = column("Mean", "Of the codes by then over random orders", ge=0)
    lower: Real = column("Lower", "Lower limit of the interval, at the study's level", ge=0)
    upper: Real = column("Upper", "Upper limit of it", ge=0)


class CodebookEntries(Result):
    """One row is a theme, a category or a code: what it means, and how far it was used."""

    level: Text = column("Level", "theme, category, code")
    label: Text = column("Label", "What readers call it")
    code: Text = column("Code", "Its name in the codings; empty for a group of codes", **NULLABLE)
    definition: Text = column("Definition", "When the code is given", **NULLABLE)
    inclusion: Text = column("Inclusion", "What it is given to", **NULLABLE)
    exclusion: Text = column("Exclusion", "What it is not given to", **NULLABLE)
    example: Text = column("Example", "A passage that has the code", **NULLABLE)
    example_from: Text = column(
        "Example from",
        "the codebook, or the shortest passage that all readers gave the code",
        isin=["codebook", "codings"],
        **NULLABLE,
    )
    coders: Whole = column("Coders", "Who gave it, or one below it", ge=0)
    passages: Whole = column("Passages", "Of all coders together", ge=0)
    interviews: Whole = column("Interviews", "In which any coder gave it", ge=0)
    people: Whole = column("People", "In whose interviews any coder gave it", ge=0)
    first_coded_on: Date = column("First", "First day on which it was given", **NULLABLE)
    last_coded_on: Date = column("Last", "Last day on which it was given", **NULLABLE)
    told: Text = column(
        "Told",
        "What is wanting of a code",
        isin=["defined and never used", "used without a definition", "neither used nor defined"],
        **NULLABLE,
    )


class CodebookChanges(Result):
    """One row is a code of the codebook that was changed; the codebook keeps the last change."""

    label: Text = column("Label", "What readers call the code")
    change: Text = column(
        "Change",
        "one of several that took the place of one; in the place of several, or of one; changed",
        isin=["split", "merged", "replaced", "changed"],
    )
    replaces: Text = column("Replaces", "The former codes", **NULLABLE)
    on: Date = column("On", "Day of the change", **NULLABLE)
    by: Text = column("By", "Who changed it", **NULLABLE)
    why: Text = column("Why", "The reason", **NULLABLE)


class CodingHistory(Result):
    """One row is a day on which a person coded, or changed the codebook."""

    day: Date = column("Day", "Missing where the program kept none", **NULLABLE)
    person: Text = column("Person", "Who coded, or changed the codebook")
    documents: Whole = column("Documents", "Transcripts in which they gave codes", ge=0)
    passages: Whole = column("Passages", "That they gave a code", ge=0)
    codes: Whole = column("Codes", "That they gave", ge=0)
    codes_first_used: Whole = column("New", "Codes that nobody gave before that day", ge=0)
    first_used: Text = column("First used", "These codes, as readers call them", **NULLABLE)
    memos: Whole = column("Memos", "Passages with a memo", ge=0)
    codebook_changes: Whole = column("Changes", "Codes of the codebook that they changed", ge=0)
    before_interview: Whole = column("Before", "Passages dated before the interview", ge=0)
    before_code: Whole = column(
        "Before the code", "Passages dated before their code replaced others", ge=0
    )
