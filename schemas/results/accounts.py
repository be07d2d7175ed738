"""The contracts of the result tables that account for what was read, used and set aside."""

import pandera.pandas as pa

from schemas.base import Real, Text, Whole
from schemas.base import column as described
from schemas.results.base import NULLABLE, Result


class Exports(Result):
    """One row is one export: what its file is like."""

    file: Text = described("File", "Path of the file, from the folder of the study")
    format: Text = described("Format", "csv, xlsx, sav, ...")
    form: Text = described("Form", "Delimiter, encoding, header and the like", **NULLABLE)
    guessed: Text = described("Guessed", "What of it was found and not configured", **NULLABLE)
    columns: Whole = described("Columns", "Columns in the file", ge=0)
    tables: Text = described("Tables", "Tables that are read from it, with semicolons")


class ProjectElements(Result):
    """One row is one kind of element of a project's file: found = read + told."""

    file: Text = described("File", "Path of the file, from the folder of the study")
    exports: Text = described("Exports", "Exports that read the file, with semicolons")
    element: Text = described("Element", "What it is called in the file, and what it belongs to")
    found: Whole = described("Found", "Elements of the kind in the file", ge=1)
    read: Whole = described("Read", "Elements whose content a table of the study has", ge=0)
    told: Whole = described("Told", "Elements that no table of the study has", ge=0)
    why: Text = described("Why", "Why they are told, with semicolons", **NULLABLE)

    @pa.dataframe_check(error="account: found is read and told")
    def adds_up(cls, frame):
        """Nothing in the file is lost without a word."""
        return frame["found"] == frame["read"] + frame["told"]


class Normalisation(Result):
    """One row is one change of form of the cells of a column."""

    table: Text = described("Table", "Table that the column belongs to")
    export: Text = described("Export", "Export in which the cells stand")
    column: Text = described("Column", "Column of the table")
    before: Text = described("Before", "Form in the export", **NULLABLE)
    after: Text = described("After", "Form that was read from it", **NULLABLE)
    n: Whole = described("n", "Cells changed", ge=1)


class RowAccounts(Result):
    """One row is one table and export in the validation; rows in are rows out and set aside."""

    step: Text = described("Step", "Stage that divided the rows")
    export: Text = described("Export", "Name of the export", **NULLABLE)
    table: Text = described("Table", "Table that is read from it")
    rows_in: Whole = described("Rows in", "Rows of the export", ge=0)
    rows_out: Whole = described("Rows out", "Rows that are used", ge=0)
    set_aside: Whole = described("Set aside", "Rows that are not", ge=0)
    cells: Whole = described("Cells", "Cells set aside in the rows that are used", ge=0)
    of_columns: Text = described("Of columns", "How many of which column", **NULLABLE)


class Steps(Result):
    """One row is one table that a job after the validation read."""

    step: Text = described("Step", "Rule, with what its wildcards stand for")
    table: Text = described("Table", "Table that it read")
    rows_in: Whole = described("Rows in", "Rows of the table", ge=0)
    rows_out: Whole = described("Rows out", "Rows that the job used", ge=0)
    set_aside: Whole = described("Set aside", "Rows that it did not", ge=0)
    reasons: Text = described("Reasons", "Why, with semicolons", **NULLABLE)


class QueryCounts(Result):
    """One row is one kind of query: a rule, a severity, an export and a message."""

    rule: Text = described("Rule", "Rule that is broken")
    severity: Text = described("Severity", "How grave: error, warning, note")
    export: Text = described("Export", "Export in which it is", **NULLABLE)
    message: Text = described("Message", "What is wrong, without a value")
    n: Whole = described("n", "Queries", ge=1)


class Missing(Result):
    """One row is one column of a validated table, of everybody or of one arm."""

    table: Text = described("Table", "Validated table")
    column: Text = described("Column", "Column of the table")
    arm: Text = described("Arm", "Of which arm; everybody where it is empty", **NULLABLE)
    n: Whole = described("n", "Rows", ge=0)
    missing: Whole = described("Missing", "Rows without a value", ge=0)
    percent: Real = described("Percent", "missing of n", ge=0, le=100, **NULLABLE)


class FormPatterns(Result):
    """One row is one set of forms that participants of an arm have."""

    arm: Text = described("Arm", "Allocated arm", **NULLABLE)
    forms: Text = described("Forms", "Forms that are there, with semicolons", **NULLABLE)
    n: Whole = described("n", "Participants", ge=0)


class DataDictionary(Result):
    """One row is one column of a validated table."""

    table: Text = described("Table", "Validated table")
    column: Text = described("Column", "Column of the table")
    type: Text = described("Type", "text, number, date, yes or no, ...", **NULLABLE)
    label: Text = described("Label", "What readers call it", **NULLABLE)
    unit: Text = described("Unit", "Unit of its values", **NULLABLE)
    rule: Text = described("Rule", "What its values keep to", **NULLABLE)


class Resolutions(Result):
    """One row is one answer to a query."""

    state: Text = described("State", "accepted, applied, stale, unknown, ...")
    new_value: Text = described(
        "New value", "What stands instead; nothing where it is confirmed", **NULLABLE
    )
    who: Text = described("Who", "Who answered", **NULLABLE)
    when: Text = described("When", "On which day", **NULLABLE)
    why: Text = described("Why", "The reason given", **NULLABLE)
    line: Whole = described("Line", "Line of the file of answers", ge=1)
