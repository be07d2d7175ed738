"""The contract of the Analysis Results Data, a melt of the tidy tables."""

from schemas.base import Real, Text, Whole, column
from schemas.results.base import NULLABLE, Result


class Ard(Result):
    """One row is one statistic: a cell of a tidy table, whose address is ``row``.

    Columns from ``group1`` to ``error`` are those of R's {cards}; a number is in ``stat``, any other
    value in ``stat_text``. A row with neither is a number that could not be had: see ``error``.
    """

    analysis: Text = column(
        "Analysis", "Entry of the analysis plan; of `summaries` the topic, of others the table"
    )
    group1: Text = column(
        "Group 1", "First grouping variable, the arm where there is one", **NULLABLE
    )
    group1_level: Text = column("Level of group 1", "Its value", **NULLABLE)
    group2: Text = column("Group 2", "Second grouping variable, such as a subgroup", **NULLABLE)
    group2_level: Text = column("Level of group 2", "Its value", **NULLABLE)
    group3: Text = column("Group 3", "Third grouping variable", **NULLABLE)
    group3_level: Text = column("Level of group 3", "Its value", **NULLABLE)
    group4: Text = column("Group 4", "Fourth grouping variable", **NULLABLE)
    group4_level: Text = column("Level of group 4", "Its value", **NULLABLE)
    variable: Text = column("Variable", "Outcome, variable or item that the statistic is of")
    variable_level: Text = column("Level", "Level of the variable", **NULLABLE)
    context: Text = column("Context", "Tidy table that the statistic is in")
    stat_name: Text = column("Statistic", "Its name, as {cards} and {cardx} have it")
    stat_label: Text = column("Label of the statistic", "What readers call it")
    stat: Real = column("Value", "Its value, if that is a finite number", **NULLABLE)
    stat_text: Text = column("Value as text", "Its value, if that is none", **NULLABLE)
    fmt_fun: Whole = column("Decimals", "Decimals in print, where a study sets them", **NULLABLE)
    warning: Text = column("Warning", "What is to be known of the value", **NULLABLE)
    error: Text = column("Error", "Why there is no value", **NULLABLE)
    timepoint: Text = column("Timepoint", "When it was measured", **NULLABLE)
    population: Text = column("Population", "Of whom", **NULLABLE)
    reference: Text = column("Reference", "Arm that group 1 is compared with", **NULLABLE)
    measure: Text = column("Measure", "Measure of effect, part of a model, or curve", **NULLABLE)
    method: Text = column("Method", "Name in the registry of methods", **NULLABLE)
