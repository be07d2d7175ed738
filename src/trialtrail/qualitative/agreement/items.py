"""What agreement is measured on: themes and codes, with what each coder marked under them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from trialtrail.errors import StudyError
from trialtrail.qualitative.agreement.spans import Span, union
from trialtrail.qualitative.codebook import entries, meeting, where_of

ALL, THEME, CODE = "all", "theme", "code"


@dataclass(frozen=True)
class Item:
    """A theme or a code.

    Attributes:
        id: its name in rows of results.
        level: `theme` or `code`.
        label: what readers call it.
        where: the columns of `segments` that pick its segments, with their values.
        is_code: whether it is one of the decisions that the row `all` pools.
    """

    id: str
    level: str
    label: str
    where: Mapping[str, str | list[str]]
    is_code: bool

    @property
    def theme(self) -> str | None:
        """Return the theme under which a code stands, None of what stands by itself."""
        return None if self.where.keys() == {THEME} else str(self.where[THEME])


def items_of(codebook: pd.DataFrame) -> list[Item]:
    """Return each theme and then its codes, in the order of the codebook.

    An item is named after its theme or code alone. Where a theme is nothing but its one code, it is
    one item; where a code of several is called as its theme, its name has the theme before it. What
    can be given and has codes below it is a code of its own as well: a theme, ``<theme>.<theme>``.

    Raises:
        StudyError: two would have one name, or one would be `all`.
    """
    table = entries(codebook)
    themes = table[table["level"] == THEME]
    names = set(themes["theme"])
    items, alone = [], set()
    for _, each in themes.iterrows():
        is_code = len(each["codes"]) == 1 and each["codes"][0] == (each["code"] or each["theme"])
        alone |= {each["theme"]} if is_code else set()
        where = where_of(each)
        items.append(Item(each["theme"], CODE if is_code else THEME, each["label"], where, is_code))
    for each in table[table["code"] != ""].itertuples():
        if each.theme in alone:
            continue
        is_theme = each.level == THEME
        name = each.row if each.code in names else each.code
        label = f"{each.label}, itself" if is_theme else each.label
        where = {n: getattr(each, n) for n in (THEME, "category", CODE) if getattr(each, n)}
        name = f"{name}.{each.code}" if is_theme else name
        items.append(Item(name, CODE, label, where, is_code=True))
    _check([item.id for item in items])
    order = {theme: place for place, theme in enumerate(themes["theme"])}
    return sorted(items, key=lambda item: order[item.where[THEME]])


def _check(names: Sequence[str]) -> None:
    for at, name in enumerate(names):
        if name == ALL or name in names[:at]:
            raise StudyError(
                f"the id `{name}` stands for two things in the codebook",
                where="table codebook, columns theme and code",
                rule="themes and codes have ids of their own, and none is `all`",
                remedy="rename one of them",
            )


def marks_of(
    items: Sequence[Item], segments: pd.DataFrame, read: pd.DataFrame, documents: Sequence[str]
) -> list[list[dict[str, list[Span]]]]:
    """Return what was marked: item -> document -> reader -> disjoint spans, in the given orders.

    A reader who marked nothing has no spans. Segments of one coder under one item that overlap or
    touch are one span. ``read`` is that of `trialtrail.qualitative.agreement.readers.reading`.
    """
    readers = {document: list(read.index[read[document]]) for document in documents}
    marked = []
    for item in items:
        own = meeting(segments, item.where)
        spans = {key: union(each) for key, each in _spans_by_reader(own).items()}
        marked.append(
            [
                {coder: spans.get((document, coder), []) for coder in readers[document]}
                for document in documents
            ]
        )
    return marked


def _spans_by_reader(segments: pd.DataFrame) -> dict[tuple[str, str], list[Span]]:
    spans: dict[tuple[str, str], list[Span]] = {}
    columns = (segments[name] for name in ("document", "coder", "start", "end"))
    for document, coder, start, end in zip(*columns, strict=True):
        spans.setdefault((document, coder), []).append((start, end))
    return spans
