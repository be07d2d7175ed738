"""Reasons for which participants leave the trial or the analysis: what says that there is none.

Every filled cell of such a column says that it happened. A program or a person that writes `none`
for everybody else would have all participants left out, so such a cell is no reason and is
reported.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from trialtrail.derive.populations import EXCLUSION, LOSS, WITHDRAWAL, WITHDRAWN_ON, with_a_reason
from trialtrail.exports.columns import Typed
from trialtrail.exports.normalise import folded
from trialtrail.validation.missing_codes import has_value

PARTICIPANTS = "participants"
OF_EVERYBODY, LEAST = 0.5, 10
"""Share of the participants above which one text is no reason, and how many must have it."""
EACH = 3
"""Cells in which a text must stand to be named in a message."""
NONE = frozenset(
    [
        *("0", "no", "n", "none", "nil", "nothing", "false", "null", "nan", "-", "--", "---", "/"),
        *("n/a", "na", "n.a.", "n.a", "#n/a", "<na>", ".", "not applicable", "no reason"),
        *("not excluded", "not withdrawn", "included", "nein", "kein", "keine", "keiner"),
        *("entfällt", "nicht zutreffend", "trifft nicht zu", "non", "aucun", "aucune", "néant"),
        *("sans objet", "non applicable", "nee", "geen", "nvt", "n.v.t.", "niet van toepassing"),
        *("ninguno", "ninguna", "no aplica", "nessuno", "nessuna", "no procede", "ingen", "inga"),
        *("nej", "nei", "ei", "ei mitään", "ikke relevant", "nenhum", "nenhuma", "brak", "nie"),
    ]
)
"""Texts that say that there is no reason, as `folded` has them."""
NO_REASON = (
    "the cell says that there is no reason: name it under `missing` of the source, such as "
    "`missing: {{{column}: {texts}}}`"
)
SHARED = (
    "more than half of the participants have this one reason: where it means none, name it under "
    "`missing` of the source, such as `missing: {{{column}: {texts}}}`"
)


def without_no_reason(table: str, column: str, typed: Typed) -> Typed:
    """Return a typed column; of one that holds reasons, what says that there is none is no value.

    Such cells are reported by the rule `reason`.
    """
    if table != PARTICIPANTS or column not in (EXCLUSION, WITHDRAWAL, LOSS):
        return typed
    values = typed.values
    texts = {text: folded(str(text)) for text in values.dropna().unique()}
    alike = values.map(texts, na_action="ignore")
    none = alike.isin(NONE).fillna(False).astype(bool)
    counts = alike[~none].value_counts()
    common = [text for text, n in counts.items() if n >= LEAST and n > OF_EVERYBODY * len(values)]
    shared = alike.isin(common).fillna(False).astype(bool)
    broken = [
        ("reason", message.format(column=column, texts=_to_paste(values[mask])), mask)
        for message, mask in ((NO_REASON, none), (SHARED, shared))
        if mask.any()
    ]
    if not broken:
        return typed
    return replace(typed, values=values.mask(none | shared), faults=[*typed.faults, *broken])


def _to_paste(texts: pd.Series) -> str:
    """Return the commonest texts as a list of YAML; rare ones may be what a participant said."""
    counts = texts.value_counts()
    return json.dumps([str(text) for text in counts.index[counts >= EACH]] or ["none"])


def with_withdrawals(
    columns: Mapping[str, pd.Series],
    rows: pd.DataFrame,
    source: Mapping,
    missing: Mapping[str, Sequence[str]],
) -> dict[str, pd.Series]:
    """Return the columns of the participants: who has a day of withdrawal has withdrawn.

    Where the day cannot be read, or only a part of it is known, the reason says at least that none
    is recorded. ``rows`` are the same as text, ``missing`` the missing codes by heading.
    """
    heading = source["columns"].get(WITHDRAWN_ON)
    if heading not in rows:
        return dict(columns)
    texts = rows[heading]
    dated = has_value(texts, missing[heading]) & texts.fillna("").str.contains("[1-9]")
    gone = (dated & columns[WITHDRAWN_ON].isna()).to_numpy(dtype=bool)
    return {**columns, WITHDRAWAL: with_a_reason(columns[WITHDRAWAL], gone)}
