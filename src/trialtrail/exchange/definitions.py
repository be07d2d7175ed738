"""Definitions of exchanged datasets: label, type, codes, origin, method, sources of variables."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from trialtrail.exchange.names import TEXT as LONGEST
from trialtrail.exchange.transport import SAS_DATE, is_long, length_of
from trialtrail.exchange.trial import Trial
from trialtrail.exchange.variables import DATE, TEXT, AdamDataset, Variable

CLAIM = (
    "ADaM-like: datasets in the structure of the CDISC Analysis Data Model, not claimed to conform "
    "to it. Variables of the study have short names of their own, and texts are not of CDISC's "
    "controlled terminology."
)
OF_TIMES = "the last day in the data, not the time at which a file was made"
OF_TEXTS = (
    f"UTF-8; texts of more than {LONGEST} bytes are cut in the transport files alone, and missing "
    "and empty are one there"
)


def definitions(
    datasets: Sequence[AdamDataset], trial: Trial, day: datetime.date
) -> dict[str, Any]:
    """Return what `define.json` holds of the datasets."""
    study = trial.study
    return {
        "study": {"name": study["short_name"], "description": study["title"]},
        "synthetic": study["synthetic"],
        **({"synthetic_note": study["synthetic_note"]} if study["synthetic"] else {}),
        "standard": CLAIM,
        "times": {"day": day.isoformat(), "what": OF_TIMES},
        "texts": OF_TEXTS,
        "populations": trial.flags,
        "timepoints": trial.visits,
        "datasets": [_dataset(each) for each in datasets],
    }


def _dataset(dataset: AdamDataset) -> dict[str, Any]:
    stem = dataset.name.lower()
    return {
        "name": dataset.name,
        "label": dataset.label,
        "class": dataset.of,
        "structure": dataset.structure,
        "keys": list(dataset.keys),
        "records": len(dataset.frame),
        "files": [f"{stem}.xpt", f"{stem}.json"],
        "variables": [_variable(each) for each in dataset.variables],
        **({"parameters": list(dataset.parameters)} if dataset.parameters else {}),
    }


def _variable(variable: Variable) -> dict[str, Any]:
    longest = cut_texts(variable)
    return {
        "name": variable.name,
        "label": variable.label,
        "type": variable.kind,
        "length": length_of(variable),
        **({"format": SAS_DATE} if variable.kind == DATE else {}),
        **({"cut_in_xpt": longest} if longest else {}),
        **({"codelist": dict(variable.codes)} if variable.codes else {}),
        "origin": variable.origin,
        "method": variable.method,
        "sources": list(variable.sources),
    }


def cut_texts(variable: Variable) -> int:
    """Return how many texts of a variable are too long for a transport file."""
    if variable.kind != TEXT:
        return 0
    return int(is_long(variable.values).sum())
