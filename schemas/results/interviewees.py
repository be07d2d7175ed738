"""The contract of the table of the people interviewed."""

from schemas.base import Real, Text, Whole, YesNo, column
from schemas.results.base import NULLABLE, Result


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
