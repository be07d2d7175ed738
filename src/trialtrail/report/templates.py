"""The templates: how they are found, and where a mistake in one of them is."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    FunctionLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
)
from markupsafe import Markup

from trialtrail.errors import StudyError
from trialtrail.report.formatting import within_sentence
from trialtrail.report.named import named
from trialtrail.report.references import cites_in
from trialtrail.report.texts import StudyText

RULE = "a template names only what there is"


def environment(folder: Path, texts: Mapping[str, StudyText]) -> Environment:
    """Return the environment of the templates in ``folder`` and of the study's own texts.

    An undefined name is an error, and so is a number that no cell holds.
    """

    def study_text(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        text = texts.get(name.removeprefix("text/"))
        return text and (cites_in(text.markdown), str(text.path), lambda: True)

    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(folder), FunctionLoader(study_text)]),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["sentence"] = lambda text: text[:1].upper() + text[1:]
    environment.filters["lower_first"] = within_sentence
    environment.filters["words"] = lambda text: str(text).replace("_", " ")
    environment.filters["named"] = named
    return environment


def render(environment: Environment, name: str, **context: Any) -> str:
    """Return the rendered template.

    Raises:
        StudyError: an undefined name, a cell that does not exist, or a mistake of syntax; with the
            template and the line.
    """
    try:
        return environment.get_template(name).render(**context)
    except TemplateSyntaxError as error:
        file = error.filename or error.name or name
        raise StudyError(
            f"the template cannot be read: {error.message}",
            where=f"{_short(file)}, line {error.lineno}",
            rule=RULE,
            remedy="correct the template",
        ) from None
    except StudyError as error:
        where = _place(error, environment)
        if not where or error.where.endswith(where):
            raise
        known = f"{error.where}; " if error.where else ""
        raise StudyError(
            error.what, where=known + where, rule=error.rule, remedy=error.remedy
        ) from None
    except TemplateError as error:
        raise StudyError(
            f"{error.message}",
            where=_place(error, environment) or name,
            rule=RULE,
            remedy="correct the name, or guard the passage with has()",
        ) from None


def render_phrase(environment: Environment, phrase: str, where: str, **context: Any) -> Markup:
    """Return a declared phrase with its Jinja expressions written out.

    Raises:
        StudyError: as `render`; ``where`` is the place of the declaration.
    """
    try:
        return Markup(environment.from_string(phrase).render(**context))
    except StudyError as error:
        known = f"{where}; {error.where}" if error.where else where
        raise StudyError(error.what, where=known, rule=error.rule, remedy=error.remedy) from None
    except TemplateError as error:
        raise StudyError(
            f"{error.message}", where=where, rule=RULE, remedy="correct the declaration"
        ) from None


def _place(error: Exception, environment: Environment) -> str:
    """Return the innermost template and line in which an error arose."""
    frames: Sequence[traceback.FrameSummary] = traceback.extract_tb(error.__traceback__)
    for frame in reversed(frames):
        if re.search(r"\.(j2|md)$", frame.filename):
            return f"{_short(frame.filename)}, line {frame.lineno}"
    return ""


def _short(file: str) -> str:
    """Return the path from the folder of the templates, or as the configuration gives it."""
    parts = Path(file).parts
    return "/".join(parts[parts.index("templates") :]) if "templates" in parts else file
