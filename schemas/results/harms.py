"""The contract of the result table `harms`."""

from schemas.base import Real, Text, Whole, column
from schemas.results.base import NULLABLE, Result

KINDS = ("total", "unknown", "related", "severity", "system", "event", "form", "set_aside")


class Harms(Result):
    """One row is one kind of event in one arm: who had it, and how often; or how rows were used.

    A participant is counted once in a row, an event each time. Rows of the kinds `form` and
    `set_aside` are of no arm: they count rows of the forms that list events.
    """

    item: Text = column("Item", "What is counted; `row` without the arm")
    kind: Text = column("Kind", "What kind of item it is", isin=KINDS)
    label: Text = column("Label", "What readers call it")
    system: Text = column("System", "Organ system, or another class of the event", **NULLABLE)
    event: Text = column("Event", "What happened; of the kind `form`, the form", **NULLABLE)
    seriousness: Text = column(
        "Seriousness", "Of which events: any, serious", isin=("any", "serious")
    )
    severity: Text = column("Severity", "Of which severity; any where it is empty", **NULLABLE)
    arm: Text = column("Arm", "Of which arm", **NULLABLE)
    population: Text = column("Population", "Who is counted: randomised, or a part", **NULLABLE)
    participants: Whole = column("Participants", "With at least one such event", ge=0)
    events: Whole = column("Events", "Such events, each time", ge=0)
    denominator: Whole = column("Of", "Participants of the arm", ge=0, **NULLABLE)
    percent: Real = column("Percent", "Participants of the denominator", ge=0, le=100, **NULLABLE)
    timed: Whole = column(
        "Timed", "Participants of the arm whose time at risk is known", ge=0, **NULLABLE
    )
    person_years: Real = column("Person-years", "Their time at risk", ge=0, **NULLABLE)
    per_100_person_years: Real = column(
        "Per 100 person-years", "Events of those participants for that time", ge=0, **NULLABLE
    )
    reference: Text = column("Reference", "Arm that it is compared with", **NULLABLE)
    measure: Text = column("Measure", "risk_difference", **NULLABLE)
    unit: Text = column("Unit", "Unit of the estimate", **NULLABLE)
    estimate: Real = column("Estimate", "Risk in the arm minus the reference", **NULLABLE)
    lower: Real = column("Lower limit", "Newcombe's method", **NULLABLE)
    upper: Real = column("Upper limit", "Newcombe's method", **NULLABLE)
    level: Real = column("Level", "Confidence level of the interval", gt=0, lt=1, **NULLABLE)
    note: Text = column("Note", "Why there is no estimate", **NULLABLE)
