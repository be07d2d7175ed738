"""The contracts of the result tables `deviations` and `plan_versions`."""

from schemas.base import Text, Whole, column
from schemas.results.base import NULLABLE, Result

from trialtrail.results.plan_status import KINDS, TOUCHES

RELATIONS = ("before", "on_the_day", "after", "not_stated")
"""Of a day to that of the unblinding."""


class Deviations(Result):
    """One row is one difference between the locked plan and what runs, with its reason."""

    kind: Text = column(
        "Kind",
        "changed; added (never planned); not_run (planned); locked_late (no version was locked before the unblinding)",
        isin=KINDS,
    )
    touches: Text = column(
        "Touches",
        "Which estimates rest on it: every_estimate, those of an analysis, of an outcome, of a "
        "comparison (an outcome in an analysis), or no_estimate",
        isin=TOUCHES,
    )
    analysis: Text = column("Analysis", "Entry of the plan that it is of", **NULLABLE)
    outcome: Text = column("Outcome", "Outcome that it is of", **NULLABLE)
    key: Text = column("Key", "What differs: a path of keys of the plan")
    locked: Text = column(
        "Locked", "What was locked; texts as they are, all else as in YAML", **NULLABLE
    )
    present: Text = column("Present", "What runs", **NULLABLE)
    version: Whole = column("Version", "Locked version that it differs from", ge=1, **NULLABLE)
    decided_on: Text = column("Decided on", "Day of the deviation: of its reason")
    unblinding: Text = column("Unblinding", "That day to the day of the unblinding", isin=RELATIONS)
    days: Whole = column("Days", "Days between it and the unblinding", ge=0, **NULLABLE)
    reason: Text = column("Reason", "Why, by the configuration or by the version that took it over")
    by: Text = column("By", "Who decided it")


class PlanVersions(Result):
    """One row is one locked version of the plan."""

    version: Whole = column("Version", "Its number", ge=1)
    locked_on: Text = column("Locked on", "Day, in UTC")
    locked_at: Text = column("Locked at", "Time, in UTC")
    by: Text = column("By", "Who locked it")
    reason: Text = column("Reason", "Why")
    unblinding: Text = column("Unblinding", "That day to the day of the unblinding", isin=RELATIONS)
    days: Whole = column("Days", "Days between it and the unblinding", ge=0, **NULLABLE)
    analyses: Whole = column("Analyses", "Analyses that it locks", ge=0)
    outcomes: Whole = column("Outcomes", "Outcomes that it locks", ge=0)
    changes: Whole = column("Changes", "Differences to the version before", ge=0)
    is_judged: Text = column("Judged", "Whether what runs is judged against it", isin=("yes", "no"))
    digest: Text = column("Digest", "SHA-256 of the version and, by it, of all before")
