"""The contracts of the result tables of the qualitative strand and of the joint display."""

from schemas.base import Real, Text, Whole, YesNo, column
from schemas.results.base import NULLABLE, Result


class Agreement(Result):
    """One row is one code, one theme, or all codes; a character of a transcript is a unit."""

    level: Text = column("Level", "all, theme, code")
    label: Text = column("Label", "What readers call it")
    percent_agreement: Real = column("Agreement", "Alike decisions, percent", **NULLABLE)
    kappa: Real = column("Kappa", "Cohen's", **NULLABLE)
    alpha: Real = column("Alpha", "Krippendorff's for nominal data", **NULLABLE)
    characters: Whole = column("Characters", "Characters judged", ge=0, **NULLABLE)
    marked_either: Whole = column("Marked", "Marked by either coder", ge=0, **NULLABLE)
    marked_both: Whole = column("Marked by both", "Marked by both coders", ge=0, **NULLABLE)


class Interviewees(Result):
    """One row is one person interviewed."""

    role: Text = column("Role", "Role of the person")
    number: Whole = column("Number", "Number within the role")
    age_years: Real = column("Age", "Years", ge=0, **NULLABLE)
    visits: Text = column("Visits", "Number of visits; `>20` where it is a bound", **NULLABLE)
    children: Real = column("Children", "Number of children", ge=0, **NULLABLE)
    age_youngest_years: Real = column("Youngest", "Age of the youngest child", ge=0, **NULLABLE)
    stage: Text = column("Stage", "Stage of the first interview", **NULLABLE)
    starred: YesNo = column("Starred", "Marked in the register", **NULLABLE)


class Quotations(Result):
    """One row is one quotation chosen for print."""

    quotation: Text = column("Quotation", "Number in the export")
    theme: Text = column("Theme", "Theme that it stands for", **NULLABLE)
    category: Text = column("Category", "Category of the theme", **NULLABLE)
    role: Text = column("Role", "Role of the speaker, from the register", **NULLABLE)
    number: Whole = column("Number", "Number within the role, from the register", **NULLABLE)
    stage: Text = column("Stage", "Stage of the interview, from the register", **NULLABLE)
    printed_role: Text = column("Printed role", "Role that the export gives", **NULLABLE)
    printed_number: Whole = column("Printed number", "Number that it gives", **NULLABLE)
    printed_stage: Text = column("Printed stage", "Stage that it gives", **NULLABLE)
    attribution: Text = column("Attribution", "Whether export and register agree")
    differs_in: Text = column("Differs in", "What does not agree", **NULLABLE)
    interview_id: Text = column("Interview", "Interview in the register", **NULLABLE)
    document: Text = column("Document", "Transcript")
    start: Whole = column("Start", "First character, counted from 0", ge=0, **NULLABLE)
    end: Whole = column("End", "Character behind the last", ge=0, **NULLABLE)
    text: Text = column("Text", "The words")
    verbatim: YesNo = column("Verbatim", "The words stand at their place")
    found_at: Whole = column("Found at", "Where they stand nearest", ge=0, **NULLABLE)
    printable: YesNo = column("Printable", "May stand in the report")


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
