"""The contracts of the joint display and of what people judged of it."""

from schemas.base import Real, Text, Whole, column
from schemas.results.base import NULLABLE, Result


class JointDisplay(Result):
    """One row is one finding under one theme: of the interviews, the questionnaire or the trial."""

    theme: Text = column("Theme", "Theme")
    theme_label: Text = column("Theme", "What readers call it")
    strand: Text = column("Strand", "interviews, questionnaire, trial")
    source: Text = column("Source", "Address of the row or cell")
    label: Text = column("Label", "What the row is of")
    unit: Text = column("Unit", "Unit of its numbers", **NULLABLE)
    n: Whole = column("n", "How many", **NULLABLE)
    denominator: Whole = column("Of", "Out of how many", **NULLABLE)
    percent: Real = column("Percent", "n of the denominator", **NULLABLE)
    estimate: Real = column("Estimate", "Of a comparison", **NULLABLE)
    lower: Real = column("Lower limit", "Of its interval", **NULLABLE)
    upper: Real = column("Upper limit", "Of its interval", **NULLABLE)
    value: Real = column("Value", "Of the cell, where the source is one", **NULLABLE)


class Convergence(Result):
    """One row is one theme: how many findings each strand has, and what people judged."""

    label: Text = column("Label", "What readers call the theme")
    interviews: Whole = column("Interviews", "Findings", ge=0)
    questionnaire: Whole = column("Questionnaire", "Findings", ge=0)
    trial: Whole = column("Trial", "Findings", ge=0)
    verdict: Text = column("Verdict", "Whether the strands agree", **NULLABLE)
    by: Text = column("By", "Who judged", **NULLABLE)
    on: Text = column("On", "On which day", **NULLABLE)
    why: Text = column("Why", "The reason given", **NULLABLE)
    evidence: Text = column("Evidence", "Digest of the numbers of the findings")
    sealed: Text = column("Sealed", "Digest that the judges saw", **NULLABLE)
    state: Text = column("State", "current, stale, unsealed, not judged")
