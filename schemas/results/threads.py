"""The contract of the threads that people followed through the strands."""

from schemas.base import Real, Text, Whole, YesNo, column
from schemas.results.base import NULLABLE, Result


class Threads(Result):
    """One row is one step of a thread: what was asked, what it gives now, what people found."""

    thread: Text = column("Thread", "Its id")
    question: Text = column("Question", "What is followed")
    by: Text = column("By", "Who followed it")
    on: Text = column("On", "On which day")
    conclusion: Text = column("Conclusion", "What was found on the way", **NULLABLE)
    step: Whole = column("Step", "Its place in the thread", ge=1)
    strand: Text = column("Strand", "interviews, questionnaire, trial")
    kind: Text = column("Kind", "cell, people, item, quotation")
    source: Text = column("Source", "Address of the row or cell, or the people that are counted")
    label: Text = column("Label", "What the row is of")
    unit: Text = column("Unit", "Unit of its numbers", **NULLABLE)
    n: Whole = column("n", "How many", **NULLABLE)
    denominator: Whole = column("Of", "Out of how many", **NULLABLE)
    percent: Real = column("Percent", "n of the denominator", **NULLABLE)
    estimate: Real = column("Estimate", "Of a comparison", **NULLABLE)
    lower: Real = column("Lower limit", "Of its interval", **NULLABLE)
    upper: Real = column("Upper limit", "Of its interval", **NULLABLE)
    value: Real = column("Value", "Of the cell, where the source is one", **NULLABLE)
    group: Text = column("Group", "Among whom people are counted", **NULLABLE)
    group_other: Text = column("Other group", "Beside whom", **NULLABLE)
    n_other: Whole = column("n, other group", "How many of them", **NULLABLE)
    denominator_other: Whole = column("Of, other group", "Out of how many", **NULLABLE)
    percent_other: Real = column("Percent, other group", "n of the denominator", **NULLABLE)
    text: Text = column("Words", "Of a quotation", **NULLABLE)
    verbatim: YesNo = column("Verbatim", "The words stand in the transcript", **NULLABLE)
    speaker: Text = column("Speaker", "What the speaker is called in print", **NULLABLE)
    role: Text = column("Role", "Of the people counted", **NULLABLE)
    stage: Text = column("Stage", "Of the interviews in which they are counted", **NULLABLE)
    expect: Text = column("Pattern", "What was registered beforehand", **NULLABLE)
    shown: Text = column("Shown", "holds, does not hold, cannot be said", **NULLABLE)
    found: Text = column("Found", "What people found at the step")
    evidence: Text = column("Evidence", "Digest of the numbers and words of the step")
    sealed: Text = column("Sealed", "Digest that they saw", **NULLABLE)
    state: Text = column("State", "current, stale, unsealed")
    seal: Text = column("To seal", "What to write as `evidence` after a look at the step")
