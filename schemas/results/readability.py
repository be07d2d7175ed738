"""The contract of the result table `readability`."""

from schemas.base import Real, Text, Whole, column
from schemas.results.base import NULLABLE, Result


class Readability(Result):
    """One row is one text for lay readers, and how easily it is read."""

    language: Text = column("Language", "As the study names it")
    words: Whole = column("Words", "Numbers that are printed among them", ge=0)
    sentences: Whole = column("Sentences", "And headings and items without a full stop", ge=0)
    syllables: Whole = column("Syllables", "A number has one", ge=0, **NULLABLE)
    reading_ease: Real = column(
        "Reading ease", "By Flesch; of German, by Amstad; higher is easier", **NULLABLE
    )
    grade: Real = column("Grade", "School year of the USA, by Flesch and Kincaid", **NULLABLE)
    limit: Real = column("Limit", "The grade above which it is told", ge=0)
    status: Text = column(
        "Status", "How the grade fits the limit", isin=["within", "above", "no grade", "not measured"]
    )
