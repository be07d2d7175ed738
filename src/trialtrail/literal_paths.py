"""Let Snakemake take the names of a study's own files as they stand.

Snakemake reads every path of a rule as a pattern: ``{v2}`` is a wildcard and ``<x>`` a variable of
paths, also in a path that an input function returns, and it knows no way to escape them. A file
that somebody named ``trial {v2}.csv`` is a file of that name.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

LITERAL: set[str] = set()
"""Paths that are no patterns, and the folders above them."""


def take_literally(paths: Iterable[str]) -> None:
    """Let ``paths`` stand for themselves in every rule, whatever signs they hold."""
    import snakemake.io
    from snakemake.pathvars import Pathvars

    for path in paths:
        LITERAL.update({path, *(parent.as_posix() for parent in PurePath(path).parents)})
    if not getattr(snakemake.io.apply_wildcards, "literal", False):
        snakemake.io.apply_wildcards = _unless_literal(snakemake.io.apply_wildcards)
        Pathvars.apply = _method_unless_literal(Pathvars.apply)


def _unless_literal(apply: Any) -> Any:
    def apply_wildcards(pattern, wildcards):
        return str(pattern) if str(pattern) in LITERAL else apply(pattern, wildcards)

    apply_wildcards.literal = True  # type: ignore[attr-defined]
    return apply_wildcards


def _method_unless_literal(apply: Any) -> Any:
    def applied(self, path):
        return path if str(path) in LITERAL else apply(self, path)

    return applied
