"""One reading of headings, in the files and in the configuration.

Two headings that a person cannot tell apart on a screen are one: with a no-break space, two spaces,
an invisible sign or a letter put together of two. What the configuration names is looked for so,
where one column only can be meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from trialtrail.escaping import UNPRINTABLE
from trialtrail.exports.export import Export, told_apart
from trialtrail.exports.visible_text import INVISIBLE, SPACES, plain_heading

ALL = "(all columns)"
OF_COLUMNS = ("missing", "labels", "plain", "days", "titles", "answers")
"""What an export keeps by the names of its columns."""
ODD = re.compile(f"[{INVISIBLE}{SPACES}{UNPRINTABLE}\t\r\n]|[\u0300-\u036f]")
"""Characters of a heading that are invisible or look like others."""


def with_signs(text: str) -> str:
    """Return a heading with each invisible character by its name, such as ``U+00A0``."""
    return ODD.sub(lambda match: f"<U+{ord(match[0]):04X}>", text)


def named_as_known(export: Export, known: Iterable[str], any_case: bool = False) -> Export:
    """Give the columns of ``export`` the names by which the configuration knows them.

    A column is renamed where its heading is no name that is known, looks like one, and neither
    another column nor another name looks so. It is counted as a change. ``any_case`` is for files
    of a program that tells no capital from a small letter.
    """
    names = set(known)
    seen = (lambda text: plain_heading(text).casefold()) if any_case else plain_heading
    meant: dict[str, list[str]] = {}
    for name in sorted(names):
        meant.setdefault(seen(name), []).append(name)
    alike = [seen(heading) for heading in export.header]
    new: dict[str, str] = {}
    for heading, plain in zip(export.header, alike, strict=True):
        wanted = meant.get(plain, [])
        if heading not in names and len(wanted) == 1 and alike.count(plain) == 1:
            new[heading] = wanted[0]
    if not new:
        return export
    before = told_apart(export.header)
    header = [new.get(heading, heading) for heading in export.header]
    export.rows = export.rows.rename(columns=dict(zip(before, told_apart(header), strict=True)))
    export.changed = [(new.get(each[0], each[0]), *each[1:]) for each in export.changed]
    export.changed += [
        (name, f"the heading {with_signs(heading)}", f"the heading {with_signs(name)}", 1)
        for heading, name in new.items()
    ]
    export.odd = [each._replace(column=new.get(each.column, each.column)) for each in export.odd]
    for kept in OF_COLUMNS:
        by_name = getattr(export, kept)
        setattr(export, kept, {new.get(name, name): each for name, each in by_name.items()})
    export.header = header
    return export


def numbered_as_known(export: Export, known: Iterable[str]) -> Export:
    """Give a heading that stands in the file again its number, where the configuration has it so.

    The second column `Weight` of a file is `Weight (2)`; where nothing names it, it stays what it
    is, and is reported.
    """
    names, apart = set(known), told_apart(export.header)
    if len(set(apart)) < len(apart):
        return export
    header = [
        told if told in names else heading
        for told, heading in zip(apart, export.header, strict=True)
    ]
    export.changed += [
        (told, f"the heading {with_signs(heading)}, again", f"the heading {with_signs(told)}", 1)
        for told, heading in zip(header, export.header, strict=True)
        if told != heading
    ]
    export.header = header
    return export


def without_blank_rows(export: Export) -> Export:
    """Leave out each row in which every cell is blank, which is no record, and count them."""
    blank = pd.Series(True, index=export.rows.index)
    for name in told_apart(export.header):
        if not blank.any():
            return export
        blank &= export.rows[name].fillna("").str.strip() == ""
    if blank.any():
        export.rows = export.rows[~blank].reset_index(drop=True)
        export.changed += [(ALL, "a row of blank cells", "no record", int(blank.sum()))]
    return export


def without_blank(export: Export) -> Export:
    """Leave out each column with a blank heading in which every cell is blank: it is no column."""
    names = told_apart(export.header)
    blank = [not plain_heading(heading) for heading in export.header]
    empty = [
        is_blank and not (export.rows[name].fillna("").str.strip() != "").any()
        for name, is_blank in zip(names, blank, strict=True)
    ]
    if not any(empty):
        return export
    kept = [heading for heading, none in zip(export.header, empty, strict=True) if not none]
    dropped = [name for name, none in zip(names, empty, strict=True) if none]
    left = [name for name, none in zip(names, empty, strict=True) if not none]
    rows = export.rows.drop(columns=dropped)
    export.rows = rows.rename(columns=dict(zip(left, told_apart(kept), strict=True)))
    export.header = kept
    return export
