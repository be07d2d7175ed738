"""What the rules of the exchange give their scripts: the trial, as its configuration has it.

Nothing heavy is imported here: the rules ask for it while they are read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trialtrail.configuration.study import Study

EXCHANGED = ("title", "short_name", "synthetic", "synthetic_note")


def trial_of(study: Study, treated: str) -> dict[str, Any]:
    """Return what `trialtrail.exchange.trial.Trial` takes; ``treated`` is an arm."""
    entries = list(study.analyses.values())
    populations = {e["population"]["id"]: e["population"] for e in entries if e["population"]}
    main = entries[0]["population"] if entries else None
    return {
        "study": {name: study.printed.get(name) for name in EXCHANGED},
        "arms": study.arms,
        "treated": treated,
        "baseline": study.baseline_variables,
        "outcomes": study.outcomes,
        "timepoints": study.timepoints,
        "populations": list(populations.values()),
        "main": main["id"] if main else None,
        "competing": _competing(study),
    }


def known_of(study: Study, level: float) -> dict[str, Any]:
    """Return what `trialtrail.exchange.analyses.Known` takes beside the definitions."""
    trial = trial_of(study, "")
    return {
        "study": trial["study"],
        "arms": study.labels["arms"],
        "populations": {each["id"]: each["label"] for each in trial["populations"]},
        "analyses": study.labels["analyses"],
        "level": level,
    }


def _competing(study: Study) -> dict[str, str]:
    """Return the label of each variable that is a competing event."""
    found = {}
    for outcome in study.timed_outcomes:
        for address in outcome.get("competing", []):
            table, _, name = address.partition(".")
            labels = {v["id"]: v.get("label") for v in study.variables(table)}
            found[address] = labels.get(name) or name.replace("_", " ")
    return found
