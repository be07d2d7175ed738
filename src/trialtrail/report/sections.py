"""The sections of the report, as `templates/sections.yaml` declares them; checked when read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment

from trialtrail.errors import StudyError
from trialtrail.report.numbers import Numbers
from trialtrail.report.templates import render_phrase
from trialtrail.report.texts import StudyText
from trialtrail.report.views import TableView
from trialtrail.results.cells import Cells, nearest

FILE = "sections.yaml"
LAYOUTS, SHORT_LAYOUTS = "layouts.html.j2", "short_layouts.html.j2"
"""The templates whose macros are the layouts; those of the second have a longer one beside them."""
GENERIC = "section.html.j2"
"""The template of a section that declares what it shows."""

REPORTED_TABLES = (
    "agreement",
    "agreement_drift",
    "arms",
    "case_matrix",
    "checklists",
    "claims",
    "codebook",
    "codebook_changes",
    "coding_history",
    "conduct",
    "consensus",
    "convergence",
    "curves",
    "data_dictionary",
    "deviant_cases",
    "deviations",
    "disagreement_places",
    "disagreements",
    "estimates",
    "fragility",
    "framework_matrix",
    "harms",
    "interviewees",
    "interviewees_against_randomised",
    "joint_display",
    "models",
    "plan",
    "plan_versions",
    "project_elements",
    "query_counts",
    "quotation_balance",
    "quotations",
    "readings",
    "retention",
    "row_accounts",
    "saturation",
    "saturation_curve",
    "stage_people",
    "statements",
    "steps",
    "summaries",
    "theme_by_group",
    "word_disclosure",
)
TOPICS = (
    "baseline",
    "codes",
    "codes_by_stage",
    "codes_of_all_coders",
    "codes_people",
    "contacts",
    "course",
    "flow",
    "free_text",
    "free_text_of_all_coders",
    "interviews",
    "missing_outcomes",
    "passages",
    "providers",
    "qualitative_facts",
    "questionnaire",
    "uptake",
)
FIGURES = (
    "curves",
    "flow_chart",
    "forest_plot",
    "retention",
    "saturation",
    "sensitivity_plot",
    "tipping_plot",
)
"""Result tables, topics of `summaries` and figures of which a section may print something."""

KEYS = (
    *("name", "title", "needs", "filter", "absent", "lacks", "expected", "text", "keys", "shows"),
    *("document", "unless", "tells"),
)
TITLE, LAST = "title", "checklists"
"""The title page, which is no section, and the section that is made after all others are known."""
TRIAL = "trial"
"""What `expected` may name beside tables and guidelines: that the study has arms."""
OF_TABLE = ("table", "layout", "name", "caption", "filter", "document")
"""Keys of shown rows; the others are options of the layout."""
OF_FIGURE = ("figure", "caption", "alt", "table", "document")
OF_COLUMN = ("column", "heading", "spec")
GIVEN = ("name", "caption", "rows")
"""What every layout takes first; the rest of its arguments are its options."""

DOCUMENTS = (REPORT, SUPPLEMENT) = ("report", "supplement")
"""What is read, and what stands behind it: two files, one page for a screen."""

Filter = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Shown:
    """What a section shows in one place: rows of a result table, or a figure.

    Attributes:
        where: the place of the declaration, for messages.
        table: the result table, or the topic of `summaries`; with a figure, the table that is
            printed as this figure alone.
        filter: column -> the text that the rows shown hold there, or several.
        layout: the macro that prints the rows.
        name: what the printed table is called in references and links; else as the result table.
        caption: text with Jinja expressions; ``rows`` are the rows shown.
        options: further arguments of the layout.
        figure: the figure, where this is one.
        alt: what the figure shows, for those who do not see it.
        document: the document that prints it, where that is not the section's.
    """

    where: str
    table: str = ""
    filter: Filter = field(default_factory=dict)
    layout: str = ""
    name: str = ""
    caption: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    figure: str = ""
    alt: str = ""
    document: str = ""


@dataclass(frozen=True)
class Section:
    """A section of the report.

    Attributes:
        name: its name, which is also that of the study's text for it.
        title: its heading, with Jinja expressions.
        needs: the tables without which it is left out.
        filter: what a row of the first of them must hold for the section to appear.
        absent: what the report says where it is left out.
        lacks: row of the first table -> what the report says where there is no such row.
        expected: what makes a study lack the section where it is left out, any of them: `TRIAL`, a
            table that the study has, a guideline that it follows; without it every study lacks it.
        text: the text without which it is left out.
        keys: keys of the study, of which it needs one.
        shows: what it shows, in order; None where a template of its own prints it.
        tells: a table that it tells of, where it needs none.
        unless: a section in whose place it stands: where that one is there, it is left out.
        document: the document that it stands in. What it shows in the other, or prints there by a
            second template, ``sections/<name>.supplement.html.j2``, has the same title there.
    """

    name: str
    title: str
    needs: Sequence[str] = ()
    filter: Filter = field(default_factory=dict)
    absent: str = ""
    lacks: Mapping[str, str] = field(default_factory=dict)
    expected: Sequence[str] = ()
    text: str = ""
    keys: Sequence[str] = ()
    shows: Sequence[Shown] | None = None
    tells: str = ""
    unless: str = ""
    document: str = REPORT
    is_in_both: bool = False

    def part(self, document: str) -> dict[str, Any] | None:
        """Return template and shown things of the section in a document; None where it has none."""
        own = document == self.document
        if self.shows is None:
            stem = self.name if own else f"{self.name}.{document}"
            return (
                {"template": f"sections/{stem}.html.j2", "shows": None}
                if own or self.is_in_both
                else None
            )
        shows = [each for each in self.shows if (each.document or self.document) == document]
        return {"template": GENERIC, "shows": shows} if own or shows else None


def layouts_of(templates: Environment) -> dict[str, tuple[str, ...]]:
    """Return the layouts by name, and of each the names of its options."""
    return {
        name: tuple(macro.arguments[len(GIVEN) :])
        for file in (LAYOUTS, SHORT_LAYOUTS)
        for name, macro in macros_of(templates, file).items()
    }


def macros_of(templates: Environment, file: str) -> dict[str, Any]:
    """Return the macros that a template defines, by name."""
    module = templates.get_template(file).make_module()
    return {name: each for name, each in vars(module).items() if hasattr(each, "arguments")}


def read_sections(folder: Path, layouts: Mapping[str, Sequence[str]]) -> list[Section]:
    """Return the sections that ``folder`` declares, in their order.

    Args:
        folder: the templates.
        layouts: name -> options of each layout.

    Raises:
        StudyError: a declaration names what there is not, or lacks what it needs.
    """
    listed = yaml.safe_load((folder / FILE).read_text(encoding="utf-8"))
    return [_section(entry, folder, layouts) for entry in listed]


def _section(
    entry: Mapping[str, Any], folder: Path, layouts: Mapping[str, Sequence[str]]
) -> Section:
    where = f"{FILE}, section `{entry.get('name', '')}`"
    _known(entry, KEYS, "key", where)
    _given(entry, ("name", "title"), where)
    for table in entry.get("needs", []):
        _known([table], (*REPORTED_TABLES, *TOPICS), "result table", where)
    if "filter" in entry and not entry.get("needs"):
        raise _mistake("`filter` is of the first table of `needs`, which names none", where)
    shows = entry.get("shows")
    if shows is not None:
        shows = [
            _shown(each, f"{where}, `shows` {place}", layouts)
            for place, each in enumerate(shows, start=1)
        ]
    both = folder / "sections" / f"{entry['name']}.{SUPPLEMENT}.html.j2"
    section = Section(**{**entry, "shows": shows, "is_in_both": both.is_file()})
    _known([section.document], DOCUMENTS, "document", where)
    own = folder / "sections" / f"{section.name}.html.j2"
    if own.is_file() == (shows is not None):
        says = "both a template and `shows`" if shows is not None else "no `shows` and no template"
        raise _mistake(f"it has {says}: `sections/{own.name}`", where)
    return section


def _shown(entry: Mapping[str, Any], where: str, layouts: Mapping[str, Sequence[str]]) -> Shown:
    _known([entry.get("document", REPORT)], DOCUMENTS, "document", where)
    if "figure" in entry:
        _known(entry, OF_FIGURE, "key", where)
        _given(entry, ("caption", "alt"), where)
        _known([entry["figure"]], FIGURES, "figure", where)
        if "table" in entry:
            _known([entry["table"]], (*REPORTED_TABLES, *TOPICS), "result table", where)
        return Shown(where, **entry)
    _given(entry, ("table", "layout"), where)
    _known([entry["table"]], (*REPORTED_TABLES, *TOPICS), "result table", where)
    _known([entry["layout"]], layouts, "layout", where)
    options = layouts[entry["layout"]]
    _known(entry, (*OF_TABLE, *options), "key", where)
    for column in entry.get("columns", []):
        _known(column, OF_COLUMN, "key", where)
        _given(column, ("column", "heading"), where)
    return Shown(
        where,
        **{key: value for key, value in entry.items() if key in OF_TABLE},
        options={key: value for key, value in entry.items() if key not in OF_TABLE},
    )


def rows_of(shown: Shown, numbers: Numbers) -> TableView | None:
    """Return the rows that are shown, None where the study has no such table.

    Raises:
        StudyError: the declaration names a column that the table does not have.
    """
    if shown.table not in numbers.cells.tables():
        return None
    rows = TableView(numbers, shown.table, shown.filter)
    named = [each["column"] for each in shown.options.get("columns", [])]
    _known([*shown.filter, *named], rows.columns, f"column of `{shown.table}`", shown.where)
    return rows


def supplied(
    sections: Iterable[Section],
    templates: Environment,
    numbers: Numbers,
    texts: Mapping[str, StudyText],
    study: Mapping[str, Any],
) -> dict[str, list]:
    """Return the sections that the tables allow, and what was not supplied for the others.

    A section is there once for each document that it stands in, those of the report first. What
    a blinded run does not show has the reason in its place. Lacking is only what the design of the
    study, or a guideline that it follows, expects.
    """
    withheld = study.get("blinded", {}).get("sections", {})
    there = {*numbers.cells.tables(), *guidelines_of(numbers), *([TRIAL] if study["arms"] else [])}
    shown, absent = [], []
    for section in sections:
        where = f"{FILE}, section `{section.name}`"
        tells = next(iter(section.needs), section.tells)
        tells = tells if tells in there else ""
        if section.name in withheld:
            title = render_phrase(templates, section.title, where)
            own = {"name": section.name, "id": _id(section.name), "title": title, "tells": ""}
            shown.append(own | {"withheld": withheld[section.name], "document": section.document})
            continue
        if section.unless and section.unless in (each["name"] for each in shown):
            continue
        if is_supplied(section, numbers, texts, study):
            title = render_phrase(templates, section.title, where)
            shown += _parts(section, {"name": section.name, "title": title, "tells": tells})
            missing = [
                note
                for row, note in section.lacks.items()
                if TableView(numbers, tells).get(row) is None
            ]
        else:
            expected = not section.expected or there & set(section.expected)
            missing = [section.absent] if expected else []
        absent += [render_phrase(templates, note, where) for note in missing if note]
    shown.sort(key=lambda part: DOCUMENTS.index(part["document"]))
    return {"sections": shown, "absent": absent}


def _parts(section: Section, own: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what a section prints, once for each document; only the first tells of its table."""
    parts = []
    for document in (section.document, *(each for each in DOCUMENTS if each != section.document)):
        part = section.part(document)
        if part is not None:
            first = document == section.document
            mark = _id(section.name) if first else f"{document}-{_id(section.name)}"
            also = {"id": mark, "document": document, "withheld": "", "is_first": first}
            parts.append({**own, "tells": own["tells"] if first else ""} | part | also)
    return parts


def _id(name: str) -> str:
    return name.replace("_", "-")


def printed_sections(
    file: Path, cells: Cells, texts: Collection[str], study: Mapping[str, Any]
) -> set[str]:
    """Return the sections that a study has, without rendering them; the title page is always there.

    Args:
        file: the declared sections.
        cells: the result tables.
        texts: the names of the study's texts.
        study: what the report says of the study as a whole.
    """
    numbers = Numbers(cells, {})
    names = [each.name for each in fields(Section)]
    withheld = study.get("blinded", {}).get("sections", {})
    found = {TITLE, LAST}
    for entry in yaml.safe_load(file.read_text(encoding="utf-8")):
        section = Section(**{name: entry[name] for name in names if name in entry})
        replaced = section.unless in found or section.name in withheld
        if not replaced and is_supplied(section, numbers, texts, study):
            found.add(section.name)
    return found


def guidelines_of(numbers: Numbers) -> set[str]:
    """Return the reporting guidelines that the study follows, by their names."""
    if "checklists" not in numbers.cells.tables():
        return set()
    return {row.raw("guideline") for row in TableView(numbers, "checklists")}


def is_supplied(
    section: Section, numbers: Numbers, texts: Collection[str], study: Mapping[str, Any]
) -> bool:
    """Tell whether what a section needs is there: text, keys, tables, a row that it can show."""
    if section.text and f"{section.text}.md" not in texts:
        return False
    if section.keys and not any(study.get(key) for key in section.keys):
        return False
    if not set(section.needs) <= set(numbers.cells.tables()):
        return False
    if not section.filter:
        return True
    where = f"{FILE}, section `{section.name}`"
    rows = TableView(numbers, section.needs[0], section.filter)
    _known(section.filter, rows.columns, f"column of `{section.needs[0]}`", where)
    return len(rows) > 0


def _known(names: Iterable[str], known: Collection[str], kind: str, where: str) -> None:
    for name in names:
        if name not in known:
            raise _mistake(f"no {kind} is named `{name}`{nearest(str(name), known)}", where)


def _given(entry: Mapping[str, Any], keys: Iterable[str], where: str) -> None:
    for key in keys:
        if not entry.get(key) and entry.get(key) != "":
            raise _mistake(f"`{key}` is missing", where)


def _mistake(what: str, where: str) -> StudyError:
    return StudyError(
        what,
        where=where,
        rule="a section is declared by known keys, tables, columns, figures and layouts",
        remedy="correct the declaration",
    )
