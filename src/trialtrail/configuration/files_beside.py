"""The files that people write for a study beside its exports, and the keys that name them.

Nothing heavy is imported here: the Snakefile runs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

NAMED_BY = {
    "validation.resolutions": "the answers to queries",
    "report.checklists.answers": "the answers to reporting checklists",
    "report.references": "the references",
    "report.word_template": "the template of the Word file",
    "qualitative.consensus": "the consensus",
    "qualitative.cases.matrix.file": "the summaries of the framework matrix",
    "qualitative.disclosure.lists": "a list of words",
    "qualitative.disclosure.rare": "a list of words",
}
"""Key, or key of several files, and what the file holds."""


class FileBeside(NamedTuple):
    """A file that people write: where the configuration names it, its name there, what it holds."""

    keys: list
    name: str
    holds: str

    @property
    def rule(self) -> str:
        """The key in one piece, as messages print it."""
        return ".".join(str(key) for key in self.keys if not isinstance(key, int))


def files_beside(config: Mapping[str, Any]) -> Iterator[FileBeside]:
    """Yield the files that people write and the configuration names, in the order of the table."""
    for path, holds in NAMED_BY.items():
        keys = path.split(".")
        value: Any = config
        for key in keys:
            value = value.get(key) if isinstance(value, Mapping) else None
        each = (
            value.items()
            if isinstance(value, Mapping)
            else enumerate(value)
            if isinstance(value, list)
            else []
        )
        if isinstance(value, str) and value:
            yield FileBeside(keys, value, holds)
        for key, name in each:
            yield FileBeside([*keys, key], name, holds)
