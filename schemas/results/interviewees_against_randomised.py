"""The contract of the table that sets those interviewed beside all randomised."""

from schemas.base import Real, Text, Whole, YesNo, column
from schemas.results.base import NULLABLE, Result


class IntervieweesAgainstRandomised(Result):
    """One row is one variable, or one level of it, among those interviewed, of an arm, or all.

    It describes; nothing is tested. Those interviewed are in the rows of their arm and of all, too.
    """

    kind: Text = column("Kind", "baseline, uptake, outcome")
    item: Text = column("Item", "Variable, row of uptake or outcome")
    label: Text = column("Label", "What readers call it")
    level: Text = column("Level", "Of a variable with categories", **NULLABLE)
    unit: Text = column("Unit", "Unit of the values", **NULLABLE)
    arm: Text = column("Arm", "`interviewed`, or an arm; empty for all randomised", **NULLABLE)
    n: Whole = column("n", "Those of the level; of a number, known values", ge=0)
    denominator: Whole = column("Of", "Known values, of a level", ge=0, **NULLABLE)
    percent: Real = column("Percent", "n of the denominator", **NULLABLE)
    mean: Real = column("Mean", "Of the known values", **NULLABLE)
    sd: Real = column("SD", "Standard deviation, from two values on", **NULLABLE)
    median: Real = column("Median", "Of the known values", **NULLABLE)
    q1: Real = column("First quartile", "Of the known values", **NULLABLE)
    q3: Real = column("Third quartile", "Of the known values", **NULLABLE)
    small: YesNo = column("Small", "Not printed: it would tell of few people")
