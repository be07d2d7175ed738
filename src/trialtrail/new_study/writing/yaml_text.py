"""Texts of YAML that are read as they are written, on one line."""

from __future__ import annotations

import re
from functools import cache

import yaml

PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_ ./%°²³äöüÄÖÜßéèêáàíóúñç-]*")
"""What needs no quotation marks, where YAML reads it as text."""


def scalar(value: object) -> str:
    """Return a text, number or truth value as YAML, in quotation marks wherever one may doubt."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    return _text(value)


@cache
def _text(value: str) -> str:
    plain = bool(PLAIN.fullmatch(value)) and value == value.strip() and ": " not in value
    if plain and yaml.safe_load(value) == value and " #" not in value:
        return value
    return yaml.safe_dump(value, default_style='"', allow_unicode=True, width=10**9).strip()


def flow(value: object) -> str:
    """Return a value as YAML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(k)}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(each) for each in value) + "]"
    return scalar(value)


def comment(text: str) -> str:
    """Return a text as a comment: on one line, without signs that a screen may obey."""
    return "# " + re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]+", " ", text).strip()
