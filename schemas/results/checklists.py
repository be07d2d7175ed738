"""The contract of the table of the reporting checklists."""

from schemas.base import Text, Whole, column
from schemas.results.base import NULLABLE, Result


class Checklists(Result):
    """One row is one item of one reporting guideline, or, named after it, the whole guideline."""

    guideline: Text = column("Guideline", "consort, spi, nonpharmacological, harms, coreq, srqr, gramms or tidier")
    title: Text = column("Title", "What the guideline is called")
    source: Text = column("Source", "Where the guideline was published", **NULLABLE)
    item: Text = column("Item", "Number of the item; empty in the row of the whole", **NULLABLE)
    topic: Text = column("Topic", "What the item is about", **NULLABLE)
    asks: Text = column("Asks", "What it asks for", **NULLABLE)
    state: Text = column(
        "State",
        "from the data, written, in part, not applicable, missing",
        isin=["from the data", "written", "in part", "not applicable", "missing"],
        **NULLABLE,
    )
    says: Text = column("Says", "What data and people say", **NULLABLE)
    sections: Text = column("Sections", "Sections of the report that tell it", **NULLABLE)
    told: Whole = column("Items told", "Of the whole: items that are told, in part or not applicable", ge=0, **NULLABLE)
    items: Whole = column("Of", "Items that there are", ge=0, **NULLABLE)
