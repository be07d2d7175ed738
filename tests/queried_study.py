"""A small synthetic study with queries, checked by the functions of the workflow without a run."""

from __future__ import annotations

import csv
import json
import os
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import yaml
from runrecord import journal
from runrecord.digest import file_digest
from runrecord.job.record import FORM

from trialtrail.answering.answers_file import AnswersFile
from trialtrail.answering.giving import AnswerDesk
from trialtrail.answering.page import About, make_page
from trialtrail.answering.people import People
from trialtrail.configuration import Study
from trialtrail.forecast.overlay import Named

from scripts.validate_plausibility import main as validate_plausibility
from scripts.validate_references import main as validate_references
from scripts.validate_table import main as validate_table

COOKIE = "trialtrail_test"
DAY = date(2026, 3, 4)
ROWS = [
    ["id", "arm", "age", "visited", "pain", "phone"],
    ["P01", "A", "174", "01.02.2025", "3", "0123 456"],
    ["P02", "B", "70", "31.02.2025", "4", "0123 457"],
    ["P03", "A", "71", "03.02.2025", "44", "0123 458"],
    ["P04", "B", "72", "04.02.2025", "<script>alert(1)</script>", "0123 459"],
    ["P05", "A", "73", "05.02.2025", "5", "0123 450"],
]
"""A value out of its limits, a day that there is not, a second value out of limits, and a text."""
CONFIG = {
    "study": {
        "title": "A synthetic trial with queries",
        "short_name": "ASKED",
        "synthetic": True,
        "arms": [{"id": "old", "label": "Old"}, {"id": "new", "label": "New"}],
    },
    "exports": {
        "trial": {
            "file": "data/trial.csv",
            "dates": "%d.%m.%Y",
            "identifiers": ["phone"],
        }
    },
    "tables": {
        "participants": {
            "sources": [
                {
                    "export": "trial",
                    "columns": {"participant_id": "id", "arm": "arm"},
                    "codes": {"arm": {"A": "old", "B": "new"}},
                }
            ]
        }
    },
    "forms": {
        "visit": {
            "label": "Visit",
            "timepoint": "baseline",
            "sources": [
                {
                    "export": "trial",
                    "columns": {"participant_id": "id", "completed_on": "visited"},
                }
            ],
            "variables": [
                {"id": "age", "column": "age", "type": "integer", "label": "Age", "maximum": 100},
                {"id": "pain", "column": "pain", "type": "integer", "label": "Pain", "maximum": 10},
            ],
        }
    },
    "validation": {"resolutions": "answers.csv"},
}


def make_study(folder: Path, rows=ROWS, **validation) -> Path:
    """Write the study and check its raw data; return the folder of its results."""
    write_export(folder, rows)
    config = CONFIG | {"validation": CONFIG["validation"] | validation}
    (folder / "study.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    check(folder)
    return folder / "results"


def write_export(folder: Path, rows) -> None:
    (folder / "data").mkdir(parents=True, exist_ok=True)
    with open(folder / "data/trial.csv", "w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


@contextmanager
def within(folder: Path):
    """Work in a folder for a while, as a run does."""
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def check(folder: Path) -> None:
    """Do what the rules of the validation do before any answer, and keep records of it."""
    with within(folder):
        config = yaml.safe_load(Path("study.yaml").read_text(encoding="utf-8"))
        study = Study(config, "study.yaml", without_files=True)
        arms = [arm["id"] for arm in study.arms]
        base = "results/validation"
        for table in study.tables:
            params = {
                "owners": study.owners_of(table),
                "sources": study.sources(table),
                "variables": study.variables(table),
                "is_form": table in study.forms,
                "arms": arms,
                "actions": study.validation.actions,
            }
            outputs = {
                "checked": f"{base}/checked/{table}.parquet",
                "raw": f"{base}/raw/{table}.parquet",
                "findings": f"{base}/findings/{table}.parquet",
                "reading": f"{base}/reading/{table}.json",
            }
            files = {"exports": study.files_of(table)}
            do(validate_table, f"validate_table-{table}", files, outputs, params, {"table": table})
        checked = [f"{base}/checked/{table}.parquet" for table in study.tables]
        files = {
            "checked": checked,
            "findings": [f"{base}/findings/{table}.parquet" for table in study.tables],
        }
        draft = {"findings": f"{base}/draft/findings.parquet"}
        do(validate_references, "validate_references", files, draft, cross_check_params(study))
        files = {
            "checked": checked,
            "findings": draft["findings"],
            "raw": [f"{base}/raw/{table}.parquet" for table in study.tables],
        }
        outputs = {
            "queries": f"{base}/draft/queries.csv",
            "numbered": f"{base}/draft/queries.parquet",
            "set_aside": f"{base}/draft/set_aside.parquet",
        }
        params = plausibility_params(study) | {"severities": study.validation.severities}
        do(validate_plausibility, "validate_plausibility", files, outputs, params)
        journal.run_started("results/lineage", "study.yaml")


def do(main, name: str, inputs: dict, outputs: dict, params: dict, wildcards=None) -> None:
    """Call the function of a script and write the record of what it read and made."""
    for path in outputs.values():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    main(
        Named(
            input=Named(**inputs),
            output=Named(**outputs),
            params=Named(**params),
            wildcards=Named(**(wildcards or {})),
        )
    )
    read = [p for each in inputs.values() for p in ([each] if isinstance(each, str) else each)]
    record = {
        "form": FORM,
        "environment": {},
        "result": {
            "rule": name.partition("-")[0],
            "wildcards": wildcards or {},
            "params": params,
            "inputs": {path: file_digest(path) for path in read},
            "outputs": {path: file_digest(path) for path in outputs.values()},
            "code": {},
            "modules": {},
            "syntax": {},
        },
        "run": {"exit": 0, "places": {}, "elsewhere": {}},
    }
    target = Path(f"results/lineage/records/{name}.json")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(record), encoding="utf-8")


def cross_check_params(study: Study) -> dict:
    """Return what the rule `validate_references` is told."""
    checked = study.validation
    return {
        "tables": study.tables,
        "forms": study.forms,
        "follow_up": study.follow_up_forms,
        "is_visit": {},
        "offered": checked.offered,
        "any_contact": checked.any_contact,
        "checks": checked.checks,
        "check_columns": checked.check_columns,
        "readers": study.qualitative("readers"),
        "headings": study.headings,
        "actions": checked.actions,
    }


def plausibility_params(study: Study) -> dict:
    """Return what the rule `validate_plausibility` is told."""
    checked = study.validation
    return {
        "tables": study.tables,
        "follow_up": study.follow_up_forms,
        "visits": list(study.follow_up_labels),
        "arms": [arm["id"] for arm in study.arms],
        "variables": checked.variables,
        "observed": checked.observed,
        "numbers": checked.numbers,
        "batteries": checked.batteries,
        "evidence": {form: each["columns"] for form, each in study.form_contents.items()},
        "took_place": study.took_place,
        "timepoints": checked.timepoints,
        "is_visit": {},
        "headings": study.headings,
        "files": checked.files,
        "plausibility": checked.plausibility,
        "actions": checked.actions,
    }


class Served:
    """The page of a study, with one browser a person, that sends what a browser sends."""

    def __init__(self, results: Path, second_signature: bool = False, file: str = "answers.csv"):
        answers = AnswersFile(results.parent / file, file)
        self.desk = AnswerDesk(results, answers, second_signature, today=lambda: DAY)
        self.people = People()
        self.about = About("A study", True, COOKIE, "trialtrail run study.yaml")
        self.app = make_page(self.desk, self.people, self.about)

    def browser(self, name: str) -> Browser:
        return Browser(self, name)

    def query(self, column: str) -> str:
        """Return the name of the query of a column."""
        found = self.desk.queries().queries.values()
        return next(query["query_id"] for query in found if query["column"] == column)


class Browser:
    """One person who has come in."""

    HOST = "127.0.0.1:8000"

    def __init__(self, served: Served, name: str) -> None:
        self.served, self.name = served, name
        self.client = served.app.test_client()
        came = self.post(f"/enter/{served.people.invite()}", name=name)
        assert came.status_code == 303, came.text

    def get(self, path: str, **headers):
        return self.client.get(path, headers={"Host": self.HOST} | headers)

    def post(self, path: str, headers=None, **form):
        own = {"Host": self.HOST, "Origin": f"http://{self.HOST}", "Sec-Fetch-Site": "same-origin"}
        sent = {k: v for k, v in (own | (headers or {})).items() if v is not None}
        return self.client.post(path, data=form, headers=sent)

    def hidden(self, query: str) -> dict[str, str]:
        """Return what the forms of a query carry."""
        text = self.get(f"/query/{query}").text
        return {
            name: text.partition(f'name="{name}" value="')[2].partition('"')[0]
            for name in ("form_key", "version", "proposal")
        }

    def answer(self, query: str, kind="correct", value="", why="paper form", **more):
        form = self.hidden(query) | {"kind": kind, "value": value, "why": why} | more
        return self.post(f"/query/{query}/answer", **form)
