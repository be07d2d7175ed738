"""What coders did in the documents that two of them read, brought into the sums of the measures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from trialtrail.qualitative.agreement.items import THEME, Item, marks_of
from trialtrail.qualitative.agreement.measures import Evidence
from trialtrail.qualitative.agreement.unitising import unit_sums
from trialtrail.qualitative.agreement.units import (
    CHARACTER,
    PASSAGE,
    TURN,
    Judgements,
    Marks,
    judge_characters,
    judge_units,
    passages_of,
    turns_of,
)
from trialtrail.qualitative.agreement.valued import ValuedSums, combine, valued_sums


def evidence_of(
    segments: pd.DataFrame,
    read: pd.DataFrame,
    lengths: pd.Series,
    items: Sequence[Item],
    turns: pd.DataFrame | None,
) -> dict[str, Evidence]:
    """Return the evidence by kind of unit.

    ``read`` says who read which of the documents compared, ``lengths`` their characters, in the
    order of its columns. ``segments`` are those of readers. Without ``turns`` no unit is a turn.
    """
    documents, coders = list(read.columns), list(read.index)
    marks = marks_of(items, segments, read, documents)
    by_character = judge_characters(marks, list(lengths), coders)
    pooled = _pooled(items, by_character)
    found = {
        CHARACTER: Evidence(
            by_character,
            pooled,
            unit_sums(marks, list(lengths)),
            _valued(items, marks, len(documents)),
        )
    }
    if turns is not None:
        own = judge_units(marks, turns_of(turns, documents), coders)
        found[TURN] = Evidence(own, pooled)
    own = judge_units(marks, passages_of(segments, read, documents), coders)
    return found | {PASSAGE: Evidence(own, pooled)}


def _pooled(items: Sequence[Item], judged: Judgements) -> np.ndarray:
    """Return which items the row of all pools: the codes that some coder used."""
    used = judged.any.sum(axis=1) > 0
    return np.array([item.is_code for item in items], dtype=bool) & used


def _valued(items: Sequence[Item], marks: Marks, documents: int) -> list[ValuedSums]:
    """Return the values that coders gave: of all, the themes; of a theme, its codes; else none."""
    themes = [at for at, item in enumerate(items) if item.where.keys() == {THEME}]
    found = [_of_values([marks[at] for at in themes], documents)]
    for item in items:
        codes = [
            at
            for at, each in enumerate(items)
            if each.is_code and each.where.get(THEME) == item.where[THEME]
        ]
        several = item.where.keys() == {THEME} and not item.is_code
        found.append(_of_values([marks[at] for at in codes] if several else [], documents))
    return found


def _of_values(values: Marks, documents: int) -> ValuedSums:
    each = [combine([value[at] for value in values]) for at in range(documents)]
    return valued_sums(each)
