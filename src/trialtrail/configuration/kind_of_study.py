"""Whether a study is a trial, or a qualitative study alone, and what each of them must have.

Nothing heavy is imported here: the Snakefile runs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from trialtrail.errors import StudyError

QUALITATIVE = ("transcripts", "interviews", "questionnaire")
"""Tables one of which a study without arms must have."""
OF_TRIALS = {
    "tables": (
        *("participants", "screening", "contacts", "providers", "assignments"),
        *("provider_hours", "training"),
    ),
    "study": ("plan_lock", "unblinded_on", "allocation"),
}
SECTIONS = (
    *("forms", "analysis", "statistical_plan", "simulation", "blind", "blinded", "committee"),
)
"""Parts of a configuration that say something of a trial, and of no other study."""
Problem = tuple[str, list, str]
"""What is wrong, the path of keys to it, and what to do."""


def is_trial(config: Mapping[str, Any]) -> bool:
    """Return whether a configuration is that of a trial: it has arms, or any other part of one."""
    return bool(config["study"].get("arms")) or bool(_of_a_trial(config))


def kind_problems(config: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what a trial, or a qualitative study, lacks."""
    tables = config.get("tables")
    if not is_trial(config):
        if not {*QUALITATIVE} & {*(tables or ())}:
            what = "tables has none of a trial and none of interviews"
            do = f"add `participants` and the arms of a trial, or one of {', '.join(QUALITATIVE)}"
            yield what, ["tables"], do
        return
    if "arms" not in config["study"]:
        path = _of_a_trial(config)[0]
        what = f"study lacks `arms`, and `{'.'.join(path)}` is of a trial"
        yield what, ["study"], f"name the arms; without a trial, take `{path[-1]}` out"
    elif tables is not None and "participants" not in tables:
        if not tables and config.get("simulation"):
            return  # trials are drawn before there are any data
        do = "add it; a study of interviews alone has no `arms` either"
        yield "tables lacks `participants`", ["tables"], do


def _of_a_trial(config: Mapping[str, Any]) -> list[list[str]]:
    """Return the paths of the keys that only a trial has."""
    found = [[part, key] for part, keys in OF_TRIALS.items() for key in keys]
    found = [path for path in found if path[1] in (config.get(path[0]) or {})]
    return [*found, *([name] for name in SECTIONS if config.get(name))]


def needs_trial(config: Mapping[str, Any], what: str) -> None:
    """Refuse what is of a trial alone.

    Raises:
        StudyError: the study is none.
    """
    if not is_trial(config):
        raise StudyError(
            f"{what} is of a trial, and this study has no arms",
            where="configuration, study",
            rule="a study without arms and participants is a qualitative study",
            remedy="name the arms and the table of participants if it is a trial",
        )
