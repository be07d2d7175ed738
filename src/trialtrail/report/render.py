"""From tables, figures and texts to the finished page, checked number by number."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment
from lxml import html
from markdown_it import MarkdownIt
from markupsafe import Markup

from trialtrail.errors import StudyError
from trialtrail.report.body_check import Sources, check_body, check_style
from trialtrail.report.columns import has_several_arms, parts_of_arms
from trialtrail.report.compared_arms import any_of_factors
from trialtrail.report.document import assemble, for_print, plain_titles
from trialtrail.report.figures import read_figure
from trialtrail.report.first_named import name_intervals, promised
from trialtrail.report.fonts import inlined
from trialtrail.report.formatting import has_number, within_sentence
from trialtrail.report.languages import (
    ENGLISH,
    Language,
    allowed_with_level,
    language_of,
    mark_english,
    primary,
    translate_texts,
    translated_glossary,
    translated_sections,
)
from trialtrail.report.method_sentences import (
    adjustment,
    covariates_in_words,
    method_sentences,
    sentences_on_missing_data,
)
from trialtrail.report.named import named
from trialtrail.report.numbers import Numbers
from trialtrail.report.pdf import pages_of
from trialtrail.report.quoted import Quoted, refuse
from trialtrail.report.references import References
from trialtrail.report.screen import screen_page, screen_parts
from trialtrail.report.sections import (
    SHORT_LAYOUTS,
    layouts_of,
    macros_of,
    not_published,
    read_sections,
    rows_of,
    supplied,
)
from trialtrail.report.templates import environment, render, render_phrase
from trialtrail.report.texts import StudyText, read_text
from trialtrail.report.translated_templates import translated
from trialtrail.report.typography import finish, units_of
from trialtrail.report.vocabulary import vocabulary
from trialtrail.report.writing_systems import (
    add_fonts,
    mark_writing_systems,
    spell_out,
    without_font,
)
from trialtrail.results.cells import Cells, parse

ALLOWED = "allowed_numbers.yaml"
TEMPLATE = "report.html.j2"
KEYS = "keys.yaml"
GLOSSARY = "glossary.yaml"
STYLES = ("report.css", "contents.css")
"""The style sheets of both documents, one after the other."""
INTERVALS = ("interval", "intervals", "confidence interval", "confidence intervals")
"""What may follow the configured confidence level, which is a choice and not a result."""


@dataclass
class Material:
    """What a report is made of.

    Attributes:
        templates: the folder of the templates, with style sheet, fonts and list of sections.
        tables: the result tables, as CSV; or by name, as `Cells` takes them.
        figures: the drawings, as SVG.
        texts: what people wrote for this study, as Markdown.
        study: title, arms, words, notice.
        claims: the cells of each published figure.
        sources: for each table and figure, the rule that made it and the raw files behind it.
        level: the confidence level, a fraction.
        labels: what the roles and stages of interviews, timepoints, covariates and sensitivity
            analyses are called, by id.
        page: the template of the whole page.
        parts: the sections that it has, by name; None where it has all that are declared.
        more: further names that its templates know.
        unpublished: of the public edition, the tables of which nothing is told; None where this is
            no public edition.
        fonts: the fonts that the page carries, compressed: with them a page can be named.
        software: the version of the software, and the commits from which the results were made.
        references: the works that the texts cite, CSL-JSON or BibTeX.
    """

    templates: Path
    tables: Sequence[Path] | Mapping[str, Any]
    figures: Sequence[Path]
    texts: Sequence[Path]
    study: Mapping[str, Any]
    claims: Mapping[str, Any] = field(default_factory=dict)
    sources: Sequence[Mapping[str, Any]] = ()
    level: float = 0.95
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    page: str = TEMPLATE
    parts: Sequence[str] | None = None
    more: Mapping[str, Any] = field(default_factory=dict)
    fonts: Sequence[Path] = ()
    software: Mapping[str, Any] = field(default_factory=dict)
    unpublished: Sequence[str] | None = None
    references: Path | None = None

    def cells(self) -> Cells:
        """Return the cells of the tables."""
        if isinstance(self.tables, Mapping):
            return Cells(self.tables, self.unpublished or ())
        return Cells({path.stem: path for path in self.tables}, self.unpublished or ())


@dataclass(frozen=True)
class Report:
    """The finished report and its supplement.

    Attributes:
        html: both as one page for a screen, which carries its fonts.
        print_pages: each as a page of its own, by the document's name, to be laid out with the
            fonts beside the templates.
        numbers: the register of the numbers of both.
        tokens: how many numbers stand in their text.
        without_font: the characters that no font of the report has, and how often each stands.
        never_cited: the study's own works that no text cites, by key.
    """

    html: str
    print_pages: Mapping[str, str]
    numbers: Numbers
    tokens: int
    without_font: Mapping[str, int] = field(default_factory=dict)
    never_cited: Sequence[str] = ()


def make_report(material: Material) -> Report:
    """Return the report.

    Raises:
        StudyError: a template refers to what is not there, or a number comes from no cell.
    """
    arms = {arm["id"]: arm["label"] for arm in material.study["arms"]}
    material = replace(material, labels={"arms": arms, **material.labels})
    language = language_of(material.study.get("language", ENGLISH), material.templates)
    numbers = Numbers(material.cells(), material.claims, language.number)
    texts = {path.name: read_text(path) for path in material.texts}
    parts = {path.stem: read_figure(path, numbers) for path in material.figures}
    quotations = Quoted()
    css = "".join((material.templates / name).read_text(encoding="utf-8") for name in STYLES)
    css = language.style(css)
    references = References(material.templates, material.references)
    check_style(css)
    templates = environment(material.templates, texts)
    translated(templates, language)
    templates.globals |= vocabulary(numbers, quotations, material.labels)
    templates.globals |= _context(material, numbers, parts, texts)
    level = language.number(percent_of(material.level))
    templates.globals |= _citing(material, references, level) | {"level": level}
    templates.globals |= material.more
    templates.globals["css"] = Markup(inlined(css, material.templates))
    templates.globals["print_css"] = Markup(css)
    templates.globals["glossary"] = translated_glossary(templates.globals["glossary"], language)
    templates.globals |= screen_parts(material.templates)
    templates.globals["text"] = lambda name: _text(templates, f"{name}.md", texts)
    templates.filters["phrase"] = lambda phrase: templates.from_string(phrase).render()
    templates.globals["rows_of"] = lambda shown: rows_of(shown, numbers)
    templates.globals["caption_of"] = lambda shown, rows=None: promised(
        render_phrase(templates, shown.caption, shown.where, rows=rows), rows
    )
    templates.globals["alt_of"] = lambda shown: render_phrase(templates, shown.alt, shown.where)
    templates.globals["short_names"] = list(macros_of(templates, SHORT_LAYOUTS))
    declared = read_sections(material.templates, layouts_of(templates))
    declared = translated_sections(declared, language)
    if material.parts is not None:
        declared = [section for section in declared if section.name in material.parts]
    withheld = not_published(declared, material.unpublished or ())
    sections = supplied(declared, templates, numbers, texts, material.study, withheld)
    figures = {name: svg for figure in parts.values() for name, svg in figure.items()}
    is_public = material.unpublished is not None
    page = render(templates, material.page, **sections)
    tree = assemble(page, figures, references.fill, is_public=is_public)
    name_intervals(tree, percent_of(material.level))
    translate_texts(tree, language, level)
    if language.catalog:
        name_intervals(tree, level, primary(language.tag))
    mark_english(tree, language)
    known = _sources(material, numbers, quotations, texts, language)
    known = replace(known, references=references.formatted, citations=references.numbers)
    tokens = check_body(tree, known)
    plain_titles(tree)
    finish(tree, units_of(numbers.cells.table(name).rows for name in numbers.cells.tables()))
    missing = without_font(tree, material.templates / "fonts")
    spell_out(tree, missing)
    add_fonts(tree, mark_writing_systems(tree), material.templates)
    printed = for_print(tree)
    refuse(quotations.refused, tree, lambda: pages_of(printed, material.fonts))
    page = screen_page(tree, numbers, material.templates)
    return Report(page, printed, numbers, tokens, dict(missing), references.never_cited())


def _citing(material: Material, references: References, level: str) -> dict[str, Any]:
    """Return what templates know of references, and the sentences on methods that cite them."""
    labels = material.labels
    return {
        "cite": references.cite,
        "methods_of": lambda table: [
            references.marked(sentence)
            for sentence in method_sentences(table, level, labels, references.of_method)
        ],
        "missing_data_of": lambda table: [
            references.marked(sentence) for sentence in sentences_on_missing_data(table, labels)
        ],
        "cited_by": references.of_words,
    }


def _context(
    material: Material,
    numbers: Numbers,
    figures: Mapping[str, Mapping],
    texts: Mapping[str, StudyText],
) -> dict[str, Any]:
    """Return what templates know besides the functions that print cells."""
    labels = material.labels
    return {
        "study": material.study,
        "software": material.software,
        "blinded": material.study.get("blinded"),
        "is_public": material.unpublished is not None,
        "words": material.study["words"],
        "arms": [arm | {"label": named(arm["label"])} for arm in material.study["arms"]],
        "sources": _without_folder(material.sources),
        "source_folder": _folder(material.sources),
        "level": percent_of(material.level),
        "adjustment": lambda rows: adjustment(rows, labels),
        "covariates": lambda row: covariates_in_words(
            row.raw("adjusted_for"), labels, "value at baseline"
        ),
        "parts_of_arms": lambda *given: parts_of_arms(material.study["arms"], *given),
        "has_several_arms": lambda rows: has_several_arms(rows, material.study["arms"]),
        "contrast": _contrast(material.study["arms"], numbers),
        "has": lambda *names: all(name in numbers.cells.tables() for name in names),
        "file_of": numbers.cells.file_of,
        "parts_of": lambda figure: list(figures.get(figure, [])),
        "glossary": yaml.safe_load((material.templates / GLOSSARY).read_text(encoding="utf-8")),
        "keys": _keys(material.templates, numbers, texts),
    }


def _text(templates: Environment, name: str, texts: Mapping[str, StudyText]) -> Markup:
    """Return what people wrote for a section, or nothing."""
    if name not in texts:
        return Markup("")
    markdown = MarkdownIt("commonmark", {"html": True, "typographer": False}).enable("table")
    return Markup(markdown.render(render(templates, f"text/{name}")))


def _keys(
    folder: Path, numbers: Numbers, texts: Mapping[str, StudyText]
) -> Sequence[Mapping[str, Any]]:
    """Return the key figures: those that the study names, or else the general ones there are."""
    own = [key for text in texts.values() for key in text.keys]
    if own:
        return own
    listed = yaml.safe_load((folder / KEYS).read_text(encoding="utf-8"))
    return [each for each in listed if _is_there(each["cell"], numbers)]


def _contrast(arms: Sequence[Mapping[str, str]], numbers: Numbers) -> str:
    """Return in words which arm is subtracted from which; of factors, with and without each."""
    if any_of_factors(numbers, [arm["id"] for arm in arms]):
        return "with each factor minus without it"
    if not arms:
        return ""
    reference, *others = [named(arm["label"]) for arm in arms]
    first = others[0] if len(others) == 1 else "each other arm"
    return Markup("{} minus {}").format(first, reference)


def _folder(sources: Sequence[Mapping[str, Any]]) -> str:
    """Return the folder in which all raw files lie, an empty text where there is no one folder."""
    folders = {file.rpartition("/")[0] for each in sources for file in each["files"] if "/" in file}
    return os.path.commonpath(folders) if folders else ""


def _without_folder(sources: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the sources with their files named from the common folder."""
    folder = _folder(sources)
    return [
        {**each, "files": [file.removeprefix(f"{folder}/") for file in each["files"]]}
        for each in sources
    ]


def _is_there(address: str, numbers: Numbers) -> bool:
    cell = parse(address)
    if cell.table not in numbers.cells.tables():
        return False
    return bool(numbers.cells.table(cell.table).rows.get(cell.row, {}).get(cell.column))


def percent_of(level: float) -> str:
    """Return a confidence level as it is printed: 0.95 gives ``95%``."""
    return f"{100 * level:g}%"


def _sources(
    material: Material,
    numbers: Numbers,
    quotations: Mapping[str, str],
    texts: Mapping[str, StudyText],
    language: Language,
) -> Sources:
    general = yaml.safe_load((material.templates / ALLOWED).read_text(encoding="utf-8"))
    phrases = _with_reason(general["phrases"], "phrase", ALLOWED)
    phrases += [said for said in map(language.say, phrases) if said]
    for text in texts.values():
        phrases += _with_reason(text.allowed, "phrase", text.path.as_posix())
    marks = _with_reason(general["marks"], "mark", ALLOWED)
    names = frozenset(
        " ".join(text.split())
        for text in (
            *_texts_in(material.study),
            *_texts_in(_without_folder(material.sources)),
            *_texts_in(material.software),
        )
        if has_number(text)
    )
    return Sources(
        numbers={each.id: each.printed for each in numbers},
        quotations=quotations,
        names=names,
        phrases=(
            *phrases,
            *_names_in_prose(material),
            *(f"{percent_of(material.level)} {noun}" for noun in INTERVALS),
            *allowed_with_level(language.number(percent_of(material.level)), language),
        ),
        marks=frozenset(marks),
        labels=_labels(material, numbers),
    )


def _labels(material: Material, numbers: Numbers) -> frozenset[str]:
    """Return the names that a template marks as such, as they are printed: labels, ids in words."""
    given = [*_texts_in(material.study), *_texts_in(material.labels)]
    tables = [numbers.cells.table(name) for name in numbers.cells.tables()]
    ids = {cells.get(column, "") for table in tables for cells in table.rows.values()
           for column in ("theme", "timepoint")}  # fmt: skip
    stems = {row.partition(".")[0] for table in tables for row in table.rows}
    plain = [name.replace("_", " ") for name in (*ids, *stems)]
    every = [name for name in (*given, *plain) if has_number(name)]
    shown = (*every, *(name[:1].upper() + name[1:] for name in every))
    return frozenset(" ".join(name.split()) for name in shown)


def _names_in_prose(material: Material) -> list[str]:
    """Return what the study calls its arms, roles and stages where that holds a number.

    They stand within sentences. A name without a letter is no phrase: it would allow the number
    itself anywhere.
    """
    arms = [text for arm in material.study["arms"] for text in _texts_in(arm)]
    names = [*arms, *_texts_in(material.labels)]
    wanted = [" ".join(name.split()) for name in names if has_number(name)]
    wanted = [name for name in wanted if any(letter.isalpha() for letter in name)]
    return [*wanted, *map(within_sentence, wanted), *(name.lower() for name in wanted)]


def _with_reason(entries: Sequence[Mapping[str, str]], key: str, where: str) -> list[str]:
    for entry in entries:
        if not entry.get("reason"):
            raise StudyError(
                f"`{entry.get(key)}` is allowed without a reason",
                where=where,
                rule="a number that is no result is allowed with a reason",
                remedy="add the reason",
            )
    return [" ".join(entry[key].split()) for entry in entries]


def _texts_in(value: Any) -> list[str]:
    """Return all texts within a piece of configuration."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for each in value.values() for text in _texts_in(each)]
    if isinstance(value, list | tuple):
        return [text for each in value for text in _texts_in(each)]
    return []


def read_page(page: str) -> html.HtmlElement:
    """Return a written page as a tree, for those who look at it again."""
    return html.document_fromstring(page)
