"""The contract of the table of quotations."""

from schemas.base import Text, Whole, YesNo, column
from schemas.results.base import NULLABLE, Result


class Quotations(Result):
    """One row is one quotation chosen for print."""

    quotation: Text = column("Quotation", "Number in the export")
    theme: Text = column("Theme", "Theme that it stands for", **NULLABLE)
    category: Text = column("Category", "Category of the theme", **NULLABLE)
    label: Text = column("Label", "What the speaker is called in print", **NULLABLE)
    role: Text = column("Role", "Role of the speaker, from the register", **NULLABLE)
    number: Whole = column("Number", "Number within the role, from the register", **NULLABLE)
    stage: Text = column("Stage", "Stage of the interview, from the register", **NULLABLE)
    printed_role: Text = column("Printed role", "Role that the export gives", **NULLABLE)
    printed_number: Whole = column("Printed number", "Number that it gives", **NULLABLE)
    printed_stage: Text = column("Printed stage", "Stage that it gives", **NULLABLE)
    printed_label: Text = column("Printed label", "The export's speaker, so called", **NULLABLE)
    attribution: Text = column("Attribution", "Whether export and register agree")
    differs_in: Text = column("Differs in", "What does not agree", **NULLABLE)
    acknowledged: Text = column("Acknowledged", "Who knows that it differs, and why", **NULLABLE)
    interview_id: Text = column("Interview", "Interview in the register", **NULLABLE)
    document: Text = column("Document", "Transcript")
    start: Whole = column("Start", "First character, counted from 0", ge=0, **NULLABLE)
    end: Whole = column("End", "Character behind the last", ge=0, **NULLABLE)
    text: Text = column("Text", "The words in print")
    edits: Text = column("Edits", "What was done to the transcript's words, as JSON", **NULLABLE)
    verbatim: YesNo = column("Verbatim", "The edits give the words of the export")
    found_at: Whole = column("Found at", "Where they stand nearest", ge=0, **NULLABLE)
    slice_sha256: Text = column("Digest of the passage", "SHA-256 of the transcript's words")
    source: Text = column("File", "File of the transcript", **NULLABLE)
    source_sha256: Text = column("Digest of the file", "SHA-256 of it", **NULLABLE)
    place: Text = column("Place", "Where the words stand in the file", **NULLABLE)
    cautions: Text = column("Cautions", "What people should know before print", **NULLABLE)
    refused: Text = column("Refused", "Why it may not be printed", **NULLABLE)
    printable: YesNo = column("Printable", "May stand in the report")
    export_file: Text = column("Export", "File that the quotation comes from", **NULLABLE)
    export_line: Whole = column("Line", "Line of it", **NULLABLE)
