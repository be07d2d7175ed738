"""The two editions as PDF, in memory: the open one from pooled tables, the closed one by arm."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from markupsafe import Markup, escape

from trialtrail import ROOT
from trialtrail.committee import pooled
from trialtrail.committee.masking import MASK, mask_of, masked
from trialtrail.committee.pooled_outcomes import PooledOutcomes
from trialtrail.committee.sealed import SealedRun
from trialtrail.report.described import mean_sd, spread
from trialtrail.report.formatting import decimals_at_baseline, decimals_for_spread
from trialtrail.report.pdf import pdf_of
from trialtrail.report.render import Material, make_report
from trialtrail.report.sections import FILE
from trialtrail.report.views import RowView
from trialtrail.results.disclosure import MARK

TEMPLATES = ROOT / "templates"
SECTIONS = "edition_sections.yaml"
PAGE = {"open": "edition_open.html.j2", "closed": "edition_closed.html.j2"}
LINK = re.compile(r' href="\.\./[^"]*"')
"""A link to a file of the results, which does not come with an edition."""
OF_ALL = ("timepoints", "variables")
"""Labels that are of no arm."""
OF_ONE_ARM = {
    "uptake": "Uptake of the intervention",
    "contacts": "Contacts with the providers of the intervention",
    "providers": "Providers of the intervention",
}
"""Topics of the summaries that are of one arm by design."""
NAMELESS = "The trial"
"""What a study is called in the open edition whose names hold that of an arm."""
RECORDS = {"participants": "Randomisation", "screening": "Screening"}
"""Tables that are of all arms by design, and what they are called."""


class Editions:
    """What both editions of a run have in common.

    Args:
        run: the sealed run.
        committee: what the committee is called.
        minimum: the least count that the open edition shows.
    """

    def __init__(self, run: SealedRun, committee: str, minimum: int) -> None:
        self._run, self._committee, self._minimum = run, committee, minimum
        self._mask = mask_of(run.study["arms"])
        self._people = run.frame("datasets/participants.parquet")
        self._forms = pooled.forms_of_all(self._people, self._people["arm"])

    def open(self) -> bytes:
        """Return the open edition as a PDF."""
        return _pdf(self.open_page())

    def open_page(self) -> str:
        """Return the open edition as a page: nothing in it is of one arm."""
        tables, withheld = self._pooled()
        named = _names_of(self._run.study, self._mask)
        study = masked({**self._run.study, "arms": [], **named}, self._mask)
        labels = {kind: self._run.labels.get(kind, {}) for kind in OF_ALL}
        material = Material(
            templates=TEMPLATES,
            tables=tables | {"edition": self._cut()},
            figures=(),
            texts=(),
            study=study,
            labels=masked(labels, self._mask) | {"withheld": dict(enumerate(withheld))},
            page=PAGE["open"],
            parts=(),
            more=self._names("open") | {"withheld": withheld},
        )
        return _page(material)

    def closed(self) -> bytes:
        """Return the closed edition as a PDF."""
        return _pdf(self.closed_page())

    def closed_page(self) -> str:
        """Return the closed edition as a page: the sections of the report that tell of the arms."""
        run = self._run
        tables = {Path(name).stem: run.path(name) for name in run.names("tables", ".csv")}
        parts = yaml.safe_load((TEMPLATES / SECTIONS).read_text(encoding="utf-8"))["closed"]
        drawn = _figures_of(parts)
        material = Material(
            templates=TEMPLATES,
            tables=tables | {"edition": self._cut()},
            figures=[run.path(name) for name in drawn if run.has(name)],
            texts=(),
            study=run.study,
            level=run.params("render_report").get("level", 0.95),
            labels={**run.labels, "committee": {"name": self._committee}},
            page=PAGE["closed"],
            parts=parts,
            more=self._names("closed"),
        )
        return _page(material)

    def _names(self, edition: str) -> dict[str, Any]:
        """Return what the templates of an edition know besides those of the report."""
        return {
            "edition": edition,
            "committee": self._committee,
            "cell": cell,
            "mean_and_sd": mean_and_sd,
            "middle": middle,
            "mark": MARK,
        }

    def _cut(self) -> list[dict[str, str]]:
        """Return the data cut: the digest of the manifest, the latest date in the data."""
        rows = [{"row": "manifest", "value": self._run.manifest}]
        latest = self._latest()
        return [*rows, {"row": "latest", "value": latest.isoformat()}] if latest else rows

    def _latest(self) -> date | None:
        """Return the latest date of the participants, their screening and the forms of all arms."""
        found = [_latest_of(self._people)]
        for table in ("screening", *self._forms):
            name = f"validated/{table}.parquet"
            if self._run.has(name):
                found.append(_latest_of(self._run.frame(name)))
        known = [day for day in found if day is not None]
        return max(known, default=None)

    def _pooled(self) -> tuple[dict[str, list[dict[str, str]]], list[str]]:
        """Return the tables of the open edition as they are shown, and what is withheld."""
        run, arms = self._run, [arm["id"] for arm in self._run.study["arms"]]
        outcomes = None
        if run.has("datasets/outcomes.parquet"):
            dataset = run.frame("datasets/outcomes.parquet")
            outcomes = PooledOutcomes(self._people, dataset, run.outcomes)
        flow, not_in_flow = pooled.flow(run, arms)
        baseline, not_at_baseline = pooled.baseline(run)
        harms, no_harms = pooled.harms(run)
        left_out = outcomes.withheld if outcomes else []
        tables = {
            "flow": flow,
            "recruitment": pooled.recruitment(self._people),
            "baseline": baseline,
            "completeness": outcomes.completeness() if outcomes else [],
            "missing_outcomes": pooled.missing(run, left_out),
            "scales": outcomes.scales() if outcomes else [],
            "categories": outcomes.categories() if outcomes else [],
            "times": outcomes.times() if outcomes else [],
            "harms": harms,
            "queries": self._queries(),
        }
        labels = {spec["id"]: spec["label"] for spec in run.outcomes}
        withheld = [*not_in_flow, *not_at_baseline, *(labels[name] for name, _ in left_out)]
        withheld += ["Events of harm"] if no_harms else []
        topics = {row["table"] for row in run.table("summaries")}
        withheld += [label for topic, label in OF_ONE_ARM.items() if topic in topics]
        shown = pooled.disclosed(tables, self._minimum, self._mask)
        return shown, list(dict.fromkeys(self._mask(label) for label in withheld))

    def _queries(self) -> list[dict[str, Any]]:
        run = self._run
        forms = {row["row"]: row["label"] for row in pooled.summary_rows(run, "flow")}
        labels = {name: forms.get(name, name.replace("_", " ")) for name in self._forms}
        events = [row for row in run.table("harms") if row["kind"] == "form"]
        labels |= {row["event"]: row["label"] for row in events}
        rows = pooled.queries(run, [*RECORDS, *labels])
        return [row | {"label": (RECORDS | labels)[row["table_name"]]} for row in rows]


def _names_of(study: Mapping[str, Any], mask: Callable[[str], str]) -> dict[str, str]:
    """Return the short name and the title of a study; where one names an arm, another stands."""
    short = study.get("short_name") or ""
    short = short if short and MASK not in mask(short) else NAMELESS
    title = study["title"]
    return {"short_name": short, "title": title if MASK not in mask(title) else short}


def _figures_of(parts: Sequence[str]) -> list[str]:
    """Return the figures that sections of the report show, as files of the results."""
    listed = yaml.safe_load((TEMPLATES / FILE).read_text(encoding="utf-8"))
    shown = [each for part in listed if part["name"] in parts for each in part.get("shows") or []]
    return [f"figures/{each['figure']}.svg" for each in shown if "figure" in each]


def _latest_of(table: pd.DataFrame) -> date | None:
    days = [
        table[name].max() for name in table if pd.api.types.is_datetime64_any_dtype(table[name])
    ]
    known = [day for day in days if not pd.isna(day)]
    return max(known).date() if known else None


def _page(material: Material) -> str:
    """Return a page without links to files that do not come with it."""
    return LINK.sub("", make_report(material).html)


def _pdf(page: str) -> bytes:
    return pdf_of(page, sorted((TEMPLATES / "fonts").glob("*.woff2")))


def cell(row: RowView, column: str, spec: str | None = None, after: str = "") -> Markup:
    """Return the number of a cell with what follows it; its mark where it is suppressed."""
    if row.raw(column) == MARK:
        return escape(MARK)
    return row.n(column, spec) + (Markup(after) if row.has(column) else "")


def mean_and_sd(row: RowView, at_baseline: bool = False) -> Markup:
    """Return a mean with its standard deviation; the mark where they are suppressed."""
    if row.raw("mean") == MARK:
        return escape(MARK)
    return mean_sd(row, [row], decimals_at_baseline if at_baseline else decimals_for_spread)


def middle(row: RowView) -> Markup:
    """Return a median with its quartiles; the mark where they are suppressed."""
    return escape(MARK) if row.raw("median") == MARK else spread(row)
