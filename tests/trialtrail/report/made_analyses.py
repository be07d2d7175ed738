"""Made rows of analyses, and the page that the report makes of them."""

from __future__ import annotations

import csv
from dataclasses import replace

from lxml import html

from tests.trialtrail.report.fake_study import LABELS, STUDY, TABLES, tables
from tests.trialtrail.report.test_render import WHOLE
from trialtrail.report.render import make_report


def first_of(name):
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return next(csv.DictReader(stream))


def written(path, rows):
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, columns, restval="", lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    return path


LATER = ("important", "margin", "better", "shifted", "delta")


def effect(row="balance", low=-1.0, high=3.0, **more):
    """Return a row of `estimates`: a primary difference of means, but for what is said."""
    ratio = str(more.get("measure", "")).endswith("_ratio")
    middle = (low * high) ** 0.5 if ratio else (low + high) / 2
    ends = {"estimate": f"{middle:.10g}", "lower": f"{low:.10g}", "upper": f"{high:.10g}"}
    unit = {"unit": ""} if ratio else {}
    plain = first_of("estimates") | dict.fromkeys(LATER, "") | {"row": row} | ends | unit
    return plain | {name: str(value) for name, value in more.items()}


def printed(folder, estimates, arms=(), models=(), *, study=STUDY, **more):
    """Return the page of a study with those rows; ``more`` are labels."""
    kept = tables(*(["flow"] if study is STUDY else []), "row_accounts")
    made = [written(folder / "estimates.csv", estimates)]
    own = [first_of("arms"), first_of("arms") | {"row": "balance.group", "arm": "group"}]
    made.append(written(folder / "arms.csv", [*own, *arms]))
    if models:
        made.append(written(folder / "models.csv", list(models)))
    known = {arm["id"]: arm["label"] for arm in study["arms"]}
    labels = LABELS | {"arms": known} | more
    material = replace(WHOLE, tables=[*kept, *made], claims={}, labels=labels, study=study)
    return html.document_fromstring(make_report(material).html)


def words_of(element):
    return " ".join(element.text_content().split())
