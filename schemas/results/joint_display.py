"""The contracts of the joint display and of what people judged of it."""

from schemas.base import Real, Text, Whole, YesNo, column
from schemas.results.base import NULLABLE, Result


class JointDisplay(Result):
    """One row is one finding under one theme: of the interviews, the questionnaire or the trial."""

    theme: Text = column("Theme", "Theme, or id of the entry of the display")
    theme_label: Text = column("Theme", "What readers call it")
    strand: Text = column("Strand", "interviews, questionnaire, trial")
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
    query: Text = column("Query", "Id of the registered query", **NULLABLE)
    kind: Text = column("Kind", "cell, people, item, quotation")
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


class Convergence(Result):
    """One row is one theme: how many findings each strand has, and what people judged."""

    label: Text = column("Label", "What readers call the theme")
    interviews: Whole = column("Interviews", "Findings", ge=0)
    questionnaire: Whole = column("Questionnaire", "Findings", ge=0)
    trial: Whole = column("Trial", "Findings", ge=0)
    verdict: Text = column("Verdict", "Whether the strands agree, in own words", **NULLABLE)
    by: Text = column("By", "Who judged", **NULLABLE)
    on: Text = column("On", "On which day", **NULLABLE)
    why: Text = column("Why", "The reason given", **NULLABLE)
    evidence: Text = column("Evidence", "Digest of the numbers and words of the findings")
    sealed: Text = column("Sealed", "Digest that the judges saw", **NULLABLE)
    state: Text = column("State", "current, stale, unsealed, not judged")
    fit: Text = column(
        "Fit", "agreement, partial agreement, silence, dissonance (Farmer 2006)", **NULLABLE
    )
    meta_inference: Text = column("Meta-inference", "What follows from all strands", **NULLABLE)
    second_by: Text = column("Second rater", "Who rated it as well", **NULLABLE)
    second_on: Text = column("Rated on", "On which day", **NULLABLE)
    second_fit: Text = column("Fit by the second rater", "One of the four words", **NULLABLE)
    second_why: Text = column("Why", "The reason of a difference", **NULLABLE)
    raters: Text = column("Raters", "agree, differ, one rater", **NULLABLE)
    registered_by: Text = column("Registered by", "Who wrote the patterns down", **NULLABLE)
    registered_on: Text = column("Registered on", "On which day", **NULLABLE)
    holds: Whole = column("Hold", "Registered patterns that hold", ge=0)
    fails: Whole = column("Do not hold", "Registered patterns that do not hold", ge=0)
    unknown: Whole = column("Cannot be said", "Registered patterns without an answer", ge=0)
    contradicts: Text = column(
        "Contradicts", "What of the findings a stale verdict contradicts", **NULLABLE
    )
    patterns: Text = column("Patterns", "Digest of the registered patterns", **NULLABLE)
    seal: Text = column("To seal", "What to write as `evidence` after a look at the findings")
