"""The contracts of the facts of the conduct, and of the sentences of texts that state some."""

from schemas.base import Real, Text, Whole, column
from schemas.results.base import NULLABLE, Result

VERDICTS = ["borne out", "contradicted", "not known", "stated"]
STATES = [*VERDICTS, "allowed", "untied"]


class Conduct(Result):
    """One row is a fact of the conduct that the study states, and what its rows say of it."""

    statement: Text = column("Statement", "The fact, as texts print it where the rows bear it out")
    otherwise: Text = column("Otherwise", "What they print where the rows do not", **NULLABLE)
    rests_on: Text = column("Rests on", "Column, dates, row or effects that are counted", **NULLABLE)
    source: Text = column("Source", "What it rests on, as readers call it, or who states it")
    asked: Text = column("Asked", "Of how many rows it has to hold", **NULLABLE)
    counted: Text = column("Counted", "What the rows are", **NULLABLE)
    n: Whole = column("Hold", "Rows that bear it out", ge=0, **NULLABLE)
    denominator: Whole = column("Of", "All rows, those that do not tell among them", ge=0, **NULLABLE)
    percent: Real = column("Percent", "Rows that bear it out, of all", ge=0, le=100, **NULLABLE)
    others: Whole = column("Do not hold", "Rows that speak against it", ge=0, **NULLABLE)
    unknown: Whole = column("Not known", "Rows that do not tell", ge=0, **NULLABLE)
    verdict: Text = column("Verdict", "What the rows say of it", isin=VERDICTS)


class Statements(Result):
    """One row is a sentence of a text that states something of the conduct; ``all`` is the whole."""

    text: Text = column("Text", "File in which the sentence stands", **NULLABLE)
    called: Text = column("Called", "What readers call the text", **NULLABLE)
    line: Whole = column("Line", "Where it begins there", ge=1, **NULLABLE)
    fact: Text = column("Fact", "Row of `conduct` that it is tied to", **NULLABLE)
    word: Text = column("Word", "Word for which it is listed, where it is tied to none", **NULLABLE)
    words: Text = column("Words", "The sentence, as it is written", **NULLABLE)
    state: Text = column("State", "What is known of it", isin=STATES, **NULLABLE)
    reason: Text = column("Reason", "Why it may stand, where it is allowed", **NULLABLE)
    tied: Whole = column("Tied", "Of the whole: calls of facts", ge=0, **NULLABLE)
    against: Whole = column("Against", "Calls of facts that rows do not bear out", ge=0, **NULLABLE)
    allowed: Whole = column("Allowed", "Sentences that may stand with a reason", ge=0, **NULLABLE)
    untied: Whole = column("Untied", "Sentences that rest on nothing", ge=0, **NULLABLE)
    phrases: Whole = column("Phrases", "Phrases with a number that is no result, with reasons", ge=0, **NULLABLE)
