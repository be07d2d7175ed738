"""Cases of a qualitative study: the people interviewed, where they speak, what they were asked.

A case is a person: role and number of the register, who may have had several interviews. Without a
register each document is one person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from trialtrail.errors import StudyError
from trialtrail.qualitative.codings import INTERVIEWED
from trialtrail.qualitative.labels import Naming, label_forms, labels_of, labels_of_documents
from trialtrail.qualitative.placed_codings import WHOLE_SOURCE
from trialtrail.results.cells import nearest
from trialtrail.results.takes import KNOWN, Takes

PERSON = ("role", "number")
REGISTER, SEGMENTS = "validated:interviews", "dataset:segments"
HELD = ["person", "role", "number", "stage", "interview_id", "document", "whom", "staged"]
EVERYBODY = "all"
"""In the place of a list of who was asked."""
WHERE_ASKED = "configuration, qualitative.cases.asked"


def held_interviews(
    interviews: pd.DataFrame | None,
    documents: Iterable[str] = (),
    naming: Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    """Return a row for each interview that was held, in the order of the register.

    Columns: ``person`` (role and number, or the document), ``role``, ``number``, ``stage``,
    ``interview_id``, ``document``; ``whom``, what the person is called in print by ``naming``, and
    ``staged``, whether the stage may stand beside it (see `labels`). Without a status, a document
    says that it was held. Without a register a row is one of ``documents``.
    """
    if interviews is None:
        held = pd.DataFrame({"document": pd.array(list(dict.fromkeys(documents)), dtype="string")})
        called = labels_of_documents(held["document"], Naming.of(naming))
        whom = held["document"].map(called).astype("string")
        own = {"person": held["document"], "whom": whom, "staged": False}
        return held.assign(**own).reindex(columns=HELD)
    chosen = Naming.of(naming)
    held = labels_of(interviews, chosen)
    forms = label_forms(interviews, chosen)
    staged = ["stage" in forms.get(str(role), "") for role in held["role"]]
    held["number"] = held["number"].astype("Int64")
    return held.assign(staged=staged).reindex(columns=HELD)


def people(held: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each person, with role, number and the stages of the interviews.

    Roles are in the order of the register, and so are the people of a role.

    Columns: ``person``, ``role``, ``number``, ``stages`` (tuple), ``documents`` (tuple), ``whom``
    (what the person is called in print) and ``told_stages`` (the stages that may stand beside it).
    """
    rows = []
    for person, own in held.groupby("person", sort=False):
        first = own.iloc[0]
        rows.append(
            {
                "person": person,
                "role": first["role"],
                "number": first["number"],
                "stages": tuple(dict.fromkeys(own["stage"].dropna())),
                "whom": first["whom"],
                "told_stages": tuple(dict.fromkeys(own.loc[own["staged"], "stage"].dropna())),
                "documents": tuple(dict.fromkeys(own["document"].dropna())),
            }
        )
    columns = ["person", "role", "number", "stages", "documents", "whom", "told_stages"]
    table = pd.DataFrame(rows, columns=columns)
    places = table.groupby("role", sort=False, dropna=False).ngroup()
    return table.loc[places.sort_values(kind="stable").index].reset_index(drop=True)


def in_stage(everybody: pd.DataFrame, stage: str) -> pd.DataFrame:
    """Return the people, as `people` gives them, who had an interview at a stage."""
    return everybody[[stage in stages for stages in everybody["stages"]]]


def with_person(table: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose document is that of an interview held, with its ``person``.

    ``stage`` is that of the register, too.
    """
    known = held[held["document"].notna()].drop_duplicates("document").set_index("document")
    kept = table[table["document"].isin(known.index)]
    return kept.assign(
        person=kept["document"].map(known["person"]), stage=kept["document"].map(known["stage"])
    )


def whose(person: Mapping[str, object], *more: Mapping[str, object]) -> dict[str, object]:
    """Return by what the rows of a person are found in the register and among the segments."""
    own: dict[str, object]
    if pd.isna(person["role"]) or pd.isna(person["number"]):
        own = {"document": list(person["documents"])}
    else:
        own = {"role": person["role"], "number": int(person["number"])}
    for each in more:
        own |= each
    return own


def took_place(interviews: pd.DataFrame | None) -> dict[str, object]:
    """Return by what the register says that an interview was held, for `Takes.where`."""
    if interviews is None or not interviews["status"].notna().any():
        return {"document": KNOWN}
    return {"status": INTERVIEWED}


def interviews_taken(interviews: pd.DataFrame | None, **where: object) -> list[Takes]:
    """Return which rows of the register the people interviewed are, of some role or stage."""
    if interviews is None:
        return [Takes("validated:transcripts", ("document",))]
    return [Takes(REGISTER, PERSON, took_place(interviews) | where)]


@dataclass(frozen=True)
class Asked:
    """What is known of who was asked about what.

    Attributes:
        entries: row of an entry of the codebook -> the interviews in which it was asked, by their
            place in ``held``. An entry that is not here is as the one above it; of the others it is
            not known whether they were asked.
    """

    entries: Mapping[str, frozenset[int]]

    def of(self, row: str, own: Iterable[int]) -> bool | None:
        """Return whether it was asked in one of the interviews, None where that is not known.

        ``own`` are the interviews of a person, by their place in ``held``.
        """
        while row:
            if row in self.entries:
                return not self.entries[row].isdisjoint(own)
            row = row.rpartition(".")[0]
        return None


def asked_in(
    held: pd.DataFrame, asked: Mapping[str, str | Sequence[str]], table: pd.DataFrame
) -> Asked:
    """Return in which interviews each theme, category or code was asked.

    ``asked`` gives for an entry of the codebook (``table``) ``all``, or a list of roles, stages,
    pairs ``role.stage``, numbers of interviews or documents; what meets one of them was asked.

    Raises:
        StudyError: a name is none of these, or no entry of the codebook.
    """
    found: dict[str, frozenset[int]] = {}
    for name, listed in asked.items():
        row = str(entry_named(table, name, WHERE_ASKED)["row"])
        if listed == EVERYBODY:
            found[row] = frozenset(held.index)
            continue
        places: set[int] = set()
        for one in [listed] if isinstance(listed, str) else listed:
            places |= _interviews_named(str(one), held)
        found[row] = frozenset(places)
    return Asked(found)


def _interviews_named(name: str, held: pd.DataFrame) -> set[int]:
    """Return the interviews that a role, a stage, a pair, a number or a document names."""
    pair = held["role"].astype("string") + "." + held["stage"].astype("string")
    names = {"role": held["role"], "stage": held["stage"], "pair": pair}
    names |= {"interview": held["interview_id"], "document": held["document"]}
    for values in names.values():
        chosen = (values.astype("string") == name).fillna(False)
        if chosen.any():
            return set(held.index[chosen])
    known = [each for values in names.values() for each in dict.fromkeys(values.dropna())]
    raise _unknown(f"no role, stage or interview is named `{name}`{nearest(name, known)}")


def _unknown(what: str) -> StudyError:
    return StudyError(
        what,
        where=WHERE_ASKED,
        rule="who was asked is given by roles, stages, `role.stage`, interviews or documents",
        remedy="correct the name, or write `all`",
    )


def coder_counted(segments: pd.DataFrame, coder: str | None) -> str | None:
    """Return whose segments are counted: ``coder``, or else the first by name.

    Before anybody has coded it is ``coder`` or nobody: whether the name is right is not known yet.

    Raises:
        StudyError: others coded, and nobody of that name.
    """
    coders = sorted(segments["coder"].unique())
    if coder is None or not coders:
        return coders[0] if coders else coder
    if coder not in coders:
        raise StudyError(
            f"no segment has the coder `{coder}`{nearest(coder, coders)}",
            where="configuration, coder whose segments are counted",
            rule="a coder is the name given to one of the codings",
            remedy="correct the name",
        )
    return coder


def entry_named(table: pd.DataFrame, name: str, where: str) -> pd.Series:
    """Return the entry of the codebook (see `codings.entries`) that a row or an id names.

    ``name`` is its row (``theme.category.code``), or the id of one theme, category or code alone.

    Raises:
        StudyError: no entry has the name, or several have.
    """
    found = table[table["row"] == name]
    if found.empty:
        own = table["row"].str.rpartition(".")[2]
        found = table[(own == name) | ((table["level"] == "code") & (table["code"] == name))]
    if len(found) == 1:
        return found.iloc[0]
    what = f"no entry of the codebook is named `{name}`{nearest(name, table['row'])}"
    if len(found):
        what = f"`{name}` names several entries of the codebook: {', '.join(found['row'])}"
    raise StudyError(
        what,
        where=where,
        rule="an entry is named by its row in the table of codes, or by an id that is its alone",
        remedy="write the row: theme, theme.category or theme.category.code",
    )


def passages_of(segments: pd.DataFrame) -> pd.DataFrame:
    """Return the segments that are stretches of a text, and no source as a whole."""
    return segments[segments["kind"] != WHOLE_SOURCE] if "kind" in segments else segments
