"""The lock of a study's plan, as the rules need it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from runrecord import locked

from trialtrail.configuration import Study
from trialtrail.errors import StudyError
from trialtrail.planning.content import Content, defaults, plan_of

UNBLINDING = "unblinding"
"""The kind of the journal's entry of an unblinding."""


@dataclass(frozen=True)
class Plan:
    """What runs, and what it is compared with.

    Attributes:
        lock: the file of the locked plan; "" where the study has none, and then all else is empty.
        content: what of the plan decides a number, as `plan_of` gives it.
        defaults: what stands for keys of it that are left out.
        unblinded_on: the day of the unblinding, None where it is not stated.
        resting: what the journal notes of it at the start of a run (`journal.run_started`).
    """

    lock: str = ""
    content: Content = field(default_factory=dict)
    defaults: Content = field(default_factory=dict)
    unblinded_on: str | None = None
    resting: dict[str, Any] = field(default_factory=dict)


def planned(study: Study) -> Plan:
    """Return the plan of a study, and its lock where it has one.

    Raises:
        StudyError: the file of the lock is not there, or not as it was locked.
    """
    file = study.plan_lock
    if file is None:
        return Plan()
    content, _ = plan_of(study)
    unblinded_on = study.config["study"].get("unblinded_on")
    try:
        head = locked.head(file)
    except StudyError as error:
        raise StudyError(
            error.what,
            where=error.where,
            rule="study.plan_lock names the file of the locked plan",
            remedy=f"{error.remedy}; of a plan that was never locked: trialtrail plan lock",
        ) from None
    return Plan(
        lock=file,
        content=content,
        defaults=defaults(),
        unblinded_on=unblinded_on,
        resting={"locks": {file: head}, "dates": {UNBLINDING: unblinded_on}},
    )
