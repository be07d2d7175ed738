"""The contract of the table of the agreement of coders."""

from schemas.base import Real, Text, Whole, column
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
