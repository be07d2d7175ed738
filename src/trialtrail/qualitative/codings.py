"""Coded passages: where they stand, who said them, and what the codebook calls them.

A transcript is the text of its paragraphs joined by line feeds. Offsets are code points in it, and
``[start, end)`` leaves the end out, as in Python.
"""

from __future__ import annotations

import pandas as pd

from trialtrail.errors import StudyError

INTERVIEWED = "interviewed"
"""The status of an interview that took place, in the interview register."""


def passage(text: str, start: int, end: int) -> str | None:
    """Return what stands at ``[start, end)`` of a transcript, ``None`` when it is not inside."""
    return text[start:end] if 0 <= start < end <= len(text) else None


def is_verbatim(selected: str, text: str, start: int, end: int) -> bool:
    """Tell whether ``selected`` is what stands at the offsets, to the last space."""
    return passage(text, start, end) == selected


def found_at(selected: str, text: str, start: int) -> int | None:
    """Return the offset of ``selected`` in a transcript, the nearest to ``start`` if it recurs."""
    offsets = []
    offset = text.find(selected) if selected else -1
    while offset >= 0:
        offsets.append(offset)
        offset = text.find(selected, offset + 1)
    return min(offsets, key=lambda each: (abs(each - start), each), default=None)


def texts_by_document(transcripts: pd.DataFrame) -> dict[str, str]:
    """Return the text of each transcript by document."""
    return dict(zip(transcripts["document"], transcripts["text"], strict=True))


def completed_interviews(interviews: pd.DataFrame) -> pd.DataFrame:
    """Return the interviews that took place and have a document, in the order of the register.

    Where the register keeps no status, a document says that the interview took place.

    Raises:
        StudyError: two interviews have one document.
    """
    took_place = (interviews["status"] == INTERVIEWED).fillna(True)
    kept = interviews[took_place & interviews["document"].notna()]
    if kept["document"].duplicated().any():
        raise StudyError(
            "two interviews of the register have one document",
            where="table interviews, column document",
            rule="a document is the transcript of one interview",
            remedy="correct the register",
        )
    return kept.reset_index(drop=True)


def role_stages(interviews: pd.DataFrame) -> list[tuple[str, str]]:
    """Return the pairs of role and stage that were interviewed, in the order of the register."""
    pairs = completed_interviews(interviews)[["role", "stage"]].dropna().drop_duplicates()
    roles, stages = (list(dict.fromkeys(pairs[name])) for name in ("role", "stage"))
    known = set(pairs.itertuples(index=False, name=None))
    return [(role, stage) for role in roles for stage in stages if (role, stage) in known]


def entries(codebook: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each theme, category and code, parents first, in the order of the codebook.

    Columns: ``row`` (``theme``, ``theme.category``, ``theme.category.code``; a code without a
    category is ``theme.code``), ``level``, ``label`` and the ids ``theme``, ``category``, ``code``.

    Raises:
        StudyError: two entries have one address.
    """
    found: dict[tuple, dict] = {}
    for each in codebook.to_dict("records"):
        theme, category, code = (_id(each[name]) for name in ("theme", "category", "code"))
        steps = [("theme", each["theme_label"], theme, "", "")]
        if category:
            steps.append(("category", each["category_label"], theme, category, ""))
        steps.append(("code", each["label"], theme, category, code))
        for level, label, *ids in steps:
            row = ".".join(part for part in ids if part)
            entry = dict(zip(("theme", "category", "code"), ids, strict=True))
            found.setdefault((level, row), {"row": row, "level": level, "label": label} | entry)
    columns = ["row", "level", "label", "theme", "category", "code"]
    table = pd.DataFrame(list(found.values()), columns=columns)
    if table["row"].duplicated().any():
        raise StudyError(
            "two entries of the codebook have one address",
            where="row " + str(table.loc[table["row"].duplicated(), "row"].iloc[0]),
            rule="each theme, category and code has an id of its own",
            remedy="rename one of them in the codebook",
        )
    themes = {theme: place for place, theme in enumerate(dict.fromkeys(table["theme"]))}
    places = table.groupby(["theme", "category"], sort=False).ngroup()
    # A category listed in two blocks of the codebook still makes one block here.
    order = pd.DataFrame({"theme": table["theme"].map(themes), "place": places})
    return table.loc[order.sort_values(["theme", "place"], kind="stable").index].reset_index(
        drop=True
    )


def of_entry(segments: pd.DataFrame, entry: pd.Series) -> pd.DataFrame:
    """Return the segments that belong to an entry of the codebook (see ``entries``)."""
    chosen = pd.Series(True, index=segments.index)
    for name in ("theme", "category", "code"):
        if entry[name]:
            chosen &= (segments[name] == entry[name]).fillna(False)
    return segments[chosen]


def _id(value: object) -> str:
    return "" if pd.isna(value) else str(value)
