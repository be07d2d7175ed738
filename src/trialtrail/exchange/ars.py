"""Metadata of the results by CDISC's Analysis Results Standard (ARS) 1.0: the reporting event.

A reporting event is the report. One analysis of it is a topic, outcome or item, at a timepoint, of
a population, by a method, of one entry of the plan. Its results are the statistics of the ARD, each
by an operation of its method and with the groups that it is of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from trialtrail.analysis.plan import RANDOMISED
from trialtrail.exchange.analyses import (
    CONFIGURED,
    OWN_PURPOSES,
    Analyses,
    Known,
    condition,
    set_of,
)
from trialtrail.exchange.contents import Printed

REASONS = {
    CONFIGURED: (
        "SPECIFIED IN THE CONFIGURED ANALYSIS PLAN",
        "The analysis plan of the configuration, which is not locked, or a topic that the report "
        "always has.",
    )
}


def reporting_event(
    rows: Sequence[Mapping[str, Any]],
    sections: Sequence[Printed],
    printed: Mapping[str, str],
    known: Known,
) -> dict[str, Any]:
    """Return the reporting event.

    Args:
        rows: the statistics of the ARD.
        sections: what the report prints.
        printed: address of a cell -> how the report prints it.
        known: what is known of the trial beside.
    """
    work = Analyses(rows, printed, known)
    analyses = work.make()
    study = known.study
    note = f" {study['synthetic_note']}" if study["synthetic"] else ""
    kind = "synthetic data" if study["synthetic"] else "data"
    return {
        "id": "RE." + re.sub(r"[^\w-]+", "_", study["short_name"]),
        "version": 1,
        "name": study["short_name"],
        "label": study["title"],
        "description": f"Results of {kind} as the report prints them.{note}",
        "mainListOfContents": _contents(sections, analyses, work),
        "analysisSets": _sets(known),
        "dataSubsets": work.subsets(),
        "analysisGroupings": work.subject_groupings(),
        "dataGroupings": work.data_groupings(),
        "methods": work.methods(),
        "analyses": list(analyses.values()),
        "outputs": _outputs(sections),
        "referenceDocuments": _documents(),
        "terminologyExtensions": _terms(),
    }


def _sets(known: Known) -> list[dict[str, Any]]:
    """Return the populations of the plan: flags of ADSL say who is of them."""
    flags = {RANDOMISED: "ITTFL"} | known.define["populations"]
    labels = {RANDOMISED: "All randomised, in their arm"} | dict(known.populations)
    return [
        {
            "id": set_of(name),
            "label": label,
            "level": 1,
            "order": order,
            "condition": condition("ADSL", flags[name], "Y"),
        }
        for order, (name, label) in enumerate(labels.items(), 1)
    ]


def _outputs(sections: Sequence[Printed]) -> list[dict[str, Any]]:
    return [
        {
            "id": f"OUT.{section.id}",
            "name": section.title,
            "version": 1,
            "fileSpecifications": [
                {
                    "name": f"{section.document}.pdf",
                    "location": f"../report/{section.document}.pdf",
                    "fileType": {"controlledTerm": "pdf"},
                },
                {
                    "name": "report.html",
                    "location": f"../report/report.html#{section.id}",
                    "fileType": {"sponsorTermId": "FILE.html"},
                },
            ],
            "displays": [
                {
                    "order": order,
                    "display": {
                        "id": f"DSP.{each.id}",
                        "name": each.label or each.id,
                        "version": 1,
                        **({"displayTitle": each.caption} if each.caption else {}),
                    },
                }
                for order, each in enumerate(section.displays, 1)
            ],
        }
        for section in sections
    ]


def _contents(
    sections: Sequence[Printed], analyses: Mapping[str, Mapping], work: Analyses
) -> dict[str, Any]:
    """Return the list of contents: each section with the analyses whose results it prints."""
    items, seen = [], set()
    for order, section in enumerate(sections, 1):
        mine = dict.fromkeys(
            work.analysis_of[cell] for cell in section.cells if cell in work.analysis_of
        )
        seen |= mine.keys()
        item = {"name": section.title, "level": 1, "order": order, "outputId": f"OUT.{section.id}"}
        items.append(item | _listed(mine, analyses))
    rest = [id_ for id_ in analyses if id_ not in seen]
    if rest:
        last = {"name": "Not printed in the report", "level": 1, "order": len(sections) + 1}
        items.append(last | _listed(rest, analyses))
    return {"name": "Contents of the report", "contentsList": {"listItems": items}}


def _listed(ids: Iterable[str], analyses: Mapping[str, Mapping]) -> dict[str, Any]:
    items = [
        {"name": analyses[id_]["name"], "level": 2, "order": order, "analysisId": id_}
        for order, id_ in enumerate(ids, 1)
    ]
    return {"sublist": {"listItems": items}} if items else {}


def _documents() -> list[dict[str, Any]]:
    return [
        {"id": f"DOC.{name}", "name": name, "label": label, "location": location}
        for name, label, location in (
            ("report", "The report", "../report/report.pdf"),
            ("ard", "The results, one statistic a row", "ard.json"),
            ("define", "Definitions of the datasets", "../adam/define.json"),
        )
    ]


def _terms() -> list[dict[str, Any]]:
    """Return the terms of the sponsor, where CDISC's do not say it."""
    purposes = {f"PURPOSE.{role}": words for role, words in OWN_PURPOSES.items()}
    files = {"FILE.html": ("html", "A page for a browser.")}
    return [
        {
            "id": f"TE.{name}",
            "enumeration": name,
            "sponsorTerms": [
                {"id": id_, "submissionValue": value, "description": words}
                for id_, (value, words) in own.items()
            ],
        }
        for name, own in (
            ("AnalysisReasonEnum", REASONS),
            ("AnalysisPurposeEnum", purposes),
            ("OutputFileTypeEnum", files),
        )
    ]
