"""Short names and labels: what SAS transport files and CDISC's standards have room for."""

from __future__ import annotations

import re
from collections.abc import Iterable

NAME, LABEL, TEXT = 8, 40, 200
"""Greatest length of a name, a label and a text in a SAS transport file, version 5."""
VOWELS = re.compile(r"[AEIOU]")


def short_names(ids: Iterable[str], taken: Iterable[str] = (), ending: str = "") -> dict[str, str]:
    """Return a name of at most 8 capitals and digits for each id, the same for the same ids.

    An id that is short enough is kept. Of a longer one the vowels within its words go, and then its
    end; a name that is taken ends in a number instead.

    Args:
        ids: what is named, distinct; earlier ones keep their names whatever follows.
        taken: names that are in use.
        ending: what each name ends in, such as ``FL``.
    """
    used, found = {*taken}, {}
    for each in ids:
        short = _shortened(each, NAME - len(ending))
        name, number = short + ending, 1
        while name in used:
            number += 1
            name = f"{short[: NAME - len(ending) - len(str(number))]}{number}{ending}"
        used.add(name)
        found[each] = name
    return found


def _shortened(text: str, length: int) -> str:
    words = re.findall(r"[A-Z0-9]+", text.upper())
    whole = "".join(words)
    if len(whole) > length:
        whole = "".join(word[0] + VOWELS.sub("", word[1:]) for word in words)
    return whole[:length]


def cut(text: str, size: int) -> str:
    """Return the beginning of a text that has at most ``size`` bytes in UTF-8."""
    whole = text.encode()
    return text if len(whole) <= size else whole[:size].decode(errors="ignore").rstrip()


def label_of(label: str, unit: str = "") -> str:
    """Return a label of at most 40 bytes, with the unit where there is room."""
    told = not unit or unit.casefold() in label.casefold()
    whole = label if told else f"{label} ({unit})"
    return whole if len(whole.encode()) <= LABEL else cut(label, LABEL)
