"""How the coding went: what was coded when and by whom, and how the codebook changed.

It rests on the days and memos that the coders' programs kept, and on the columns of the codebook
that say when and why a code was changed; what they did not keep is not known.
"""

from __future__ import annotations

import re

import pandas as pd

from trialtrail.qualitative.codebook import codes_given, entries, known_codes
from trialtrail.qualitative.disagreements import AGREED, Place

SPLIT, MERGED, REPLACED, CHANGED = "split", "merged", "replaced", "changed"
"""How a code changed: it is one of several that took the place of one; it took the place of
several, or of one; or it stayed, and something about it is another."""
SEPARATOR = re.compile(r"\s*[;,|]\s*")
"""What stands between the codes that one code replaces."""
UNDATED = "undated"
"""The day of codings of which the program kept none, in the name of a row."""


def labels_of(codebook: pd.DataFrame) -> dict[str, str]:
    """Return what readers call each code that can be given, by its name in the codings."""
    table = entries(codebook)
    given = table[table["code"] != ""]
    return dict(zip(given["code"], given["label"], strict=True))


def records_of(codebook: pd.DataFrame) -> dict[str, dict]:
    """Return the row of the codebook of each code that can be given, by its name in the codings."""
    rows = {str(each["code"]): each for each in codebook.to_dict("records")}
    known = known_codes(codebook)
    return {
        code: rows[given]
        for given, code in zip(known["given"], known["code"], strict=True)
        if given in rows
    }


def codebook_changes(codebook: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each code that was changed, by day.

    Columns: ``code``, ``label``, ``change`` (`SPLIT`, `MERGED`, `REPLACED`, `CHANGED`),
    ``replaces`` (the former codes, as the codebook has them), ``on``, ``by``, ``why``.
    """
    labels = labels_of(codebook)
    found = []
    for code, record in records_of(codebook).items():
        told = {name: _text(record, name) for name in ("changed_by", "why", "replaces")}
        on = record.get("changed_on")
        if pd.isna(on) and not any(told.values()):
            continue
        former = [each for each in SEPARATOR.split(told["replaces"]) if each]
        found.append(
            {
                "code": code,
                "label": labels[code],
                "former": former,
                "replaces": "; ".join(former),
                "on": on,
                "by": told["changed_by"],
                "why": told["why"],
            }
        )
    taken = [each for row in found for each in dict.fromkeys(row["former"])]
    for row in found:
        row["change"] = _change(row.pop("former"), taken)
    columns = ["code", "label", "change", "replaces", "on", "by", "why"]
    frame = pd.DataFrame(found, columns=columns)
    frame["on"] = pd.to_datetime(frame["on"])
    frame = frame.astype(dict.fromkeys([c for c in columns if c != "on"], "string"))
    return frame.replace("", pd.NA).sort_values("on", kind="stable", ignore_index=True)


def _change(former: list[str], taken: list[str]) -> str:
    if not former:
        return CHANGED
    if any(taken.count(each) > 1 for each in former):
        return SPLIT
    return MERGED if len(former) > 1 else REPLACED


def coding_days(segments: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each day and person who coded, or changed the codebook.

    Columns: ``day`` (missing where the program kept none), ``person``, ``documents``, ``passages``,
    ``codes`` given, ``first_used`` (those that nobody had given before that day, as a list),
    ``memos``, ``codebook_changes``. `changes` is that of `codebook_changes`.
    """
    dated = segments.assign(day=segments["coded_on"])
    first_day = dated.groupby("code")["day"].min()
    known = "memo" in segments
    rows: dict[tuple, dict] = {}
    for (day, person), mine in dated.groupby(["day", "coder"], dropna=False, sort=False):
        codes = list(dict.fromkeys(mine["code"]))
        rows[day, person] = {
            "day": day,
            "person": person,
            "documents": mine["document"].nunique(),
            "passages": len(mine),
            "codes": len(codes),
            "first_used": [each for each in codes if pd.notna(day) and first_day[each] == day],
            "memos": int(mine["memo"].notna().sum()) if known else 0,
            "codebook_changes": 0,
        }
    nothing = dict.fromkeys(("documents", "passages", "codes", "memos", "codebook_changes"), 0)
    for day, person in zip(changes["on"], changes["by"].fillna(""), strict=True):
        about = {"day": day, "person": person, "first_used": []}
        rows.setdefault((day, person), about | nothing)["codebook_changes"] += 1
    frame = pd.DataFrame(list(rows.values()), columns=["day", "person", *nothing, "first_used"])
    frame["day"] = pd.to_datetime(frame["day"])
    return frame.sort_values(["day", "person"], kind="stable", ignore_index=True)


def before_interview(segments: pd.DataFrame, interviews: pd.DataFrame) -> pd.Series:
    """Tell of each coding whether its day is before that of the interview."""
    days = interviews.dropna(subset="document").drop_duplicates("document")
    held = segments["document"].map(days.set_index("document")["interviewed_on"])
    return (segments["coded_on"] < held).fillna(False).astype(bool)


def before_code(segments: pd.DataFrame, codebook: pd.DataFrame) -> pd.Series:
    """Tell of each coding whether its day is before that on which its code replaced others.

    A code that only changed was there before.
    """
    if not {"replaces", "changed_on"} <= set(codebook):
        return pd.Series(False, index=segments.index)
    since = {
        code: record["changed_on"]
        for code, record in records_of(codebook).items()
        if _text(record, "replaces") and pd.notna(record["changed_on"])
    }
    given = codes_given(segments["code"], codebook).fillna(segments["code"])
    begun = pd.to_datetime(given.map(since))
    return (segments["coded_on"] < begun).fillna(False).astype(bool)


def example_of(places: list[Place], texts: dict[str, str], code: str) -> str | None:
    """Return the shortest passage that all who read its transcript gave a code, the first of these.

    Two people or more must have read it. Missing where there is none.
    """
    agreed = [
        texts[place.document][start:end]
        for place in places
        if place.code == code and place.kind == AGREED
        for start, end in next(iter(place.spans.values()))
    ]
    return min(agreed, key=len, default=None)


def _text(record: dict, name: str) -> str:
    value = record.get(name)
    return "" if value is None or pd.isna(value) else str(value).strip()
