"""Render an HTML page from a template: text is escaped, an undefined name is an error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def render_page(template: str | Path, output: str | Path, **context: Any) -> None:
    """Render the file ``template`` with ``context`` and write it to ``output``."""
    template = Path(template)
    environment = Environment(
        loader=FileSystemLoader(template.parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template(template.name).render(**context)
    Path(output).write_text(page + "\n", encoding="utf-8")
