"""The contract of the table of quotations."""

from schemas.base import Text, Whole, YesNo, column
from schemas.results.base import NULLABLE, Result


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
