"""Read the form of ODK and KoboToolbox (XLSForm) that describes the columns of their exports.

The workbook has a sheet ``survey`` with a question a row (``type``, ``name``, ``label``) and a
sheet ``choices`` with the answers of each list (XLSForm standard, https://xlsform.org). An export
names a question by its name, after the groups that it is in, parted by a slash, a hyphen or a full
stop.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialtrail.exports.redcap.dictionary import plain_text
from trialtrail.new_study.files.seen import SeenColumn, SeenFile

KINDS = {
    "integer": "integer",
    "range": "number",
    "decimal": "number",
    "date": "date",
    "datetime": "date",
    "dateTime": "date",
    "today": "date",
    "start": "date",
    "end": "date",
    "text": "text",
    "acknowledge": "boolean",
}
"""Types of questions, as the configuration names them; others are left open."""
NO_ANSWER = ("note", "begin", "end", "begin_group", "end_group", "begin_repeat", "end_repeat")
IDENTIFYING = {
    **dict.fromkeys(
        ("geopoint", "geotrace", "geoshape", "start-geopoint"), "the form asks for a place"
    ),
    "deviceid": "the form records the device",
    "phonenumber": "the form records a telephone number",
    "simserial": "the form records the SIM card",
    "subscriberid": "the form records the SIM card",
    "username": "the form records who filled it in",
    "email": "the form records an e-mail address",
    **dict.fromkeys(("image", "audio", "video"), "the form asks for a picture or a recording"),
}
OF_PROGRAM = {
    "SubmitterName": "the program writes who sent the form in into it",
    "_submitted_by": "the program writes who sent the form in into it",
    "DeviceID": "the program writes the device into it",
    "_geolocation": "the program writes a place into it",
}
SIGNS = ("/", "-", ".", ":")
"""What may part groups and names in a heading."""
MOST_ROWS = 20_000


@dataclass(frozen=True)
class Question:
    """A question of a form; ``choices`` are those of its list, label of each name."""

    name: str
    path: tuple[str, ...]
    kind: str
    label: str
    choices: dict[str, str]

    @property
    def several(self) -> bool:
        """Whether more than one of the choices may be taken."""
        return self.kind == "select_multiple"


@dataclass(frozen=True)
class XlsForm:
    """The questions of a form, in their order."""

    questions: list[Question]

    @property
    def answered(self) -> int:
        """How many questions have an answer of people or of the program."""
        return len({each.name for each in self.questions})

    def question(self, heading: str) -> Question | None:
        """Return the question that a heading names: by path, by name, or by its label."""
        named = [q for q in self.questions if heading in _spellings(q)]
        named = named or [q for q in self.questions if q.label and heading == q.label]
        return named[0] if len(named) == 1 else None

    def option(self, heading: str) -> tuple[Question, str] | None:
        """Return the question and the choice of which a heading is the box."""
        for question in self.questions:
            for code in question.choices if question.several else ():
                if any(
                    heading == f"{name}{sign}{code}"
                    for name in _spellings(question)
                    for sign in "/."
                ):
                    return question, code
        return None

    def describe(self, seen: SeenFile) -> None:
        """Say of each column of an export what the form asks."""
        for column in seen.columns:
            if (found := self.question(column.name)) is not None:
                _describe(column, found)
            elif box := self.option(column.name):
                column.label = f"{box[0].label}: {box[0].choices[box[1]]}"
                column.kind = "boolean"
            elif column.name.rpartition("/")[2] in OF_PROGRAM:
                column.identifies = OF_PROGRAM[column.name.rpartition("/")[2]]


def _spellings(question: Question) -> set[str]:
    whole = (*question.path, question.name)
    return {question.name, *(sign.join(whole) for sign in SIGNS)}


def _describe(column: SeenColumn, question: Question) -> None:
    column.label = question.label
    column.identifies = IDENTIFYING.get(question.kind, "")
    column.kind = KINDS.get(question.kind, "")
    if question.choices and not question.several:
        there = {cell for cell in column.cells if cell}
        column.kind = "category"
        if not there <= {*question.choices.values()} - {*question.choices}:
            column.value_labels = dict(question.choices)


def read_xlsform(path: Path) -> XlsForm | None:
    """Return the form in a workbook, None where it holds none."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        sheets = {sheet.title.strip().lower(): sheet for sheet in book.worksheets}
        if "survey" not in sheets:
            return None
        survey = _table(sheets["survey"])
        choices = _table(sheets["choices"]) if "choices" in sheets else []
    except Exception:  # openpyxl raises whatever its parser raises: then it is no form
        return None
    if not survey or not {"type", "name"} <= {*survey[0]}:
        return None
    lists: dict[str, dict[str, str]] = {}
    for row in choices:
        of = row.get("list_name") or row.get("list name") or ""
        name = row.get("name") or row.get("value") or ""
        if of and name:
            lists.setdefault(of, {})[name] = _label(row) or name
    return XlsForm(_questions(survey, lists))


def _questions(survey: list[dict[str, str]], lists: dict[str, dict[str, str]]) -> list[Question]:
    groups: list[str] = []
    found = []
    for row in survey:
        words = row.get("type", "").replace("begin ", "begin_").replace("end ", "end_").split()
        kind = words[0] if words else ""
        if kind.startswith("begin_"):
            groups.append(row.get("name", ""))
        elif kind.startswith("end_"):
            del groups[-1:]
        elif kind and kind not in NO_ANSWER and row.get("name"):
            choices = lists.get(words[1], {}) if kind.startswith("select_") and words[1:] else {}
            path = tuple(name for name in groups if name)
            found.append(Question(row["name"], path, kind, _label(row), choices))
    return found


def _label(row: dict[str, str]) -> str:
    """Return the label of a row: the one without a language, English, or the first there is."""
    named = [key for key in row if key.split(":")[0].strip() == "label" and row[key]]
    named.sort(key=lambda key: (key != "label", "english" not in key.lower()))
    return plain_text(row[named[0]]) if named else ""


def _table(sheet: Any) -> list[dict[str, str]]:
    """Return the rows of a sheet by the headings in its first row."""
    from trialtrail.exports.workbook import cell_text

    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_row=MOST_ROWS, values_only=True)
    header = [cell_text(value).strip().lower() for value in next(rows, ())]
    texts = ([cell_text(value).strip() for value in row] for row in rows)
    return [dict(zip(header, cells, strict=False)) for cells in texts if any(cells)]
