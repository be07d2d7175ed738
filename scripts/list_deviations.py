"""List how what runs differs from the locked plan: one row a difference, with its reason."""

from runrecord import locked

from trialtrail.planning.deviations import Explained, Judged, judge
from trialtrail.planning.differences import differences
from trialtrail.planning.words import as_cell
from trialtrail.record import Rows, run
from trialtrail.tables import write_result

from schemas.results.base import conform
from schemas.results.deviations import Deviations, PlanVersions


def relation(days: int | None) -> str:
    """Return where a day lies by the days from the unblinding to it."""
    if days is None:
        return "not_stated"
    return "after" if days > 0 else "before" if days < 0 else "on_the_day"


def dated(judged: Judged, on: str) -> dict:
    """Return the columns that say where a day lies to that of the unblinding."""
    days = judged.days(on)
    return {"unblinding": relation(days), "days": None if days is None else abs(days)}


def deviation(explained: Explained, judged: Judged) -> dict:
    """Return the row of a difference."""
    difference = explained.difference
    return {
        "row": difference.row,
        "kind": difference.kind,
        "touches": difference.touches,
        "analysis": difference.analysis or None,
        "outcome": difference.outcome or None,
        "key": difference.key,
        "locked": as_cell(difference.locked) or None,
        "present": as_cell(difference.present) or None,
        "version": judged.against["version"] if judged.against else None,
        "decided_on": explained.on,
        "reason": explained.reason,
        "by": explained.by,
        **dated(judged, explained.on),
    }


def version_rows(judged: Judged) -> list[dict]:
    """Return the rows of the locked versions, the first one first."""
    rows, before = [], None
    for version in judged.versions:
        content = version["content"]
        rows.append(
            {
                "row": f"version_{version['version']}",
                "version": version["version"],
                "locked_on": version["at"][:10],
                "locked_at": version["at"],
                "by": version["by"],
                "reason": version["why"],
                "analyses": len(content["analyses"]),
                "outcomes": len(content["outcomes"]),
                "changes": len(differences(before, content)) if before else 0,
                "is_judged": "yes" if version is judged.against else "no",
                "digest": version["sum"],
                **dated(judged, version["at"]),
            }
        )
        before = content
    return rows


def main(job):
    """Read the locked versions; write the deviations and the versions."""
    versions = locked.read(job.input.lock)
    asked = job.params
    judged = judge(versions, asked.plan, asked.reasons, asked.unblinded_on, asked.defaults)
    rows = [deviation(each, judged) for each in judged.found]
    write_result(conform(rows, Deviations), job.output.deviations)
    write_result(conform(version_rows(judged), PlanVersions), job.output.versions)
    return {"versions": Rows(read=len(versions), used=len(versions))}


run(main, globals())
