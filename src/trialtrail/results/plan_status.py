"""The kinds of differences between a locked plan and what runs, and what they make of an estimate.

Nothing of the configuration is imported here: contracts of result tables and jobs use it.
"""

from collections.abc import Mapping

KINDS = CHANGED, ADDED, NOT_RUN, LOCKED_LATE = ("changed", "added", "not_run", "locked_late")
TOUCHES = EVERY, ANALYSIS, OUTCOME, COMPARISON, NONE = (
    *("every_estimate", "analysis", "outcome", "comparison"),
    "no_estimate",
)
"""Which estimates a difference touches: all; those of an analysis, of an outcome, of an outcome in
an analysis; or none, as other tables than `estimates` rest on it."""
STATUSES = PLANNED, DEVIATING, POST_HOC = ("planned", "deviating", "post_hoc")
"""What an estimate is by the locked plan."""

SIGNS = {DEVIATING: "†", POST_HOC: "‡"}
"""Status of an estimate -> the sign beside it, in tables and figures."""


def sign_of(estimate: Mapping[str, str]) -> str:
    """Return the sign of a row of `estimates`; "" where it is planned, or no plan is locked."""
    return SIGNS.get(estimate.get("plan_status", ""), "")


def touches(kind: str, extent: str, of: tuple[str, str], comparison: tuple[str, str]) -> bool:
    """Tell whether a difference touches the estimates of a comparison.

    Args:
        kind: its kind; what does not run has no estimate.
        extent: one of `TOUCHES`.
        of: the analysis and the outcome that the difference is of, "" of all.
        comparison: the analysis and the outcome of the estimates.
    """
    if extent == NONE or kind == NOT_RUN:
        return False
    return all(mine in ("", theirs) for mine, theirs in zip(of, comparison, strict=True))


def status(kinds: set[str]) -> str:
    """Return what estimates are that differences of these kinds touch."""
    if kinds & {ADDED, LOCKED_LATE}:
        return POST_HOC
    return DEVIATING if kinds else PLANNED
