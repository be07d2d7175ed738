"""What people of the interviews are called in print: the finest label that names no one of few.

A label is told beside a person's words, and beside the table of interviewees. What a label may hold
is decided for a whole role, never for one person: a label that leaves out what others of the role
have would tell it.

- `number and stage` (Coach 3, early): the role has at least `minimum` people, and so has each set
  of stages that people of the role were interviewed at.
- `number` (Coach 3): the role has at least `minimum` people. The number joins what one person said
  with the row of that person in the table of interviewees, which `coarsened` makes alike to those
  of `minimum` people.
- `stage` (Coach, later): a register without numbers; each stage has at least `minimum` people.
- `role` (Coach): the role has two people or more. Below the minimum that is a remaining risk: each
  of the few knows the words of the others.
- `nobody` (Interviewee): the role has one person, whom its name would name.

k-anonymity: Sweeney L. Int J Uncertain Fuzz 2002;10(5):557-70. It protects from being recognised by
what the label and the table hold, not by what is said: see `word_disclosure`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from trialtrail.qualitative.codings import INTERVIEWED

FORMS = ("number and stage", "number", "stage", "role", "nobody")
"""What a label may hold, the finest first."""
FEW = 2
"""People that a role needs to be named at all."""
MINIMUM = 3
COLUMNS = ["interview_id", "document", "role", "number", "stage", "person", "label", "whom"]


@dataclass(frozen=True)
class Naming:
    """How people are called.

    Attributes:
        roles, stages: what roles and stages are called, by id.
        minimum: people that a label beyond the role must fit.
        exact: why labels are printed as the register has them, whom and when that was decided by;
            empty where nobody has decided so.
        nobody: what a person of no known role, or of a role with one person, is called.
    """

    roles: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    minimum: int = MINIMUM
    exact: Mapping[str, str] = field(default_factory=dict)
    nobody: str = "Interviewee"

    @classmethod
    def of(cls, params: Mapping[str, Any] | None) -> Naming:
        """Return what the parameters of a rule say (`NAMING` of the rules)."""
        given = params or {}
        return cls(**{name: each for name, each in given.items() if each is not None})


def took_place(interviews: pd.DataFrame) -> pd.Series:
    """Tell of each invitation whether it led to an interview; without a status, a document does."""
    status = (interviews["status"] == INTERVIEWED).astype("boolean")
    return status.fillna(interviews["document"].notna()).astype(bool)


def label_forms(interviews: pd.DataFrame, naming: Naming) -> dict[str, str]:
    """Return for each role which of `FORMS` its labels have, of the interviews that took place."""
    held = interviews[took_place(interviews) & interviews["role"].notna()]
    return {str(role): _form(people, naming) for role, people in held.groupby("role", sort=False)}


def labels_of(interviews: pd.DataFrame, naming: Naming) -> pd.DataFrame:
    """Return a row an interview that took place, in the order of the register, with its labels.

    ``person`` is role and number (``coach_3``), for joining and never for print. ``label`` is what
    stands beside words of this interview, ``whom`` what stands for the person whatever the
    interview. An interview without a role has the word for nobody.
    """
    held = interviews[took_place(interviews)].reset_index(drop=True)
    forms = label_forms(interviews, naming)
    rows = []
    for each in held.reindex(columns=COLUMNS[:5]).to_dict("records"):
        form = forms.get(_text(each["role"]), FORMS[-1])
        role, number, stage = (_text(each[name]) for name in ("role", "number", "stage"))
        each["person"] = "_".join(filter(None, (role, number))) or _text(each["document"])
        each["label"] = label(role, number, stage, form, naming)
        each["whom"] = label(role, number, "", form, naming)
        rows.append(each)
    return pd.DataFrame(rows, columns=COLUMNS)


def labels_of_documents(documents: Iterable[str], naming: Naming) -> dict[str, str]:
    """Return what the speaker of each transcript is called where there is no register.

    A transcript is of one person: they are numbered in the order of the transcripts where there
    are `minimum` or more, and are nobody else.
    """
    listed = list(documents)
    numbered = naming.exact or len(listed) >= naming.minimum
    places = {document: f" {place}" for place, document in enumerate(listed, start=1)}
    return {each: naming.nobody + (places[each] if numbered else "") for each in listed}


def label(role: str, number: str, stage: str, form: str, naming: Naming) -> str:
    """Return what a person is called in a form; what is not known is left out."""
    if form == "nobody" or not role:
        return naming.nobody
    who = naming.roles.get(role, role.replace("_", " ").capitalize())
    if "number" in form and number:
        who = f"{who} {number}"
    if "stage" in form and stage:
        return f"{who}, {naming.stages.get(stage, stage.replace('_', ' '))} interview"
    return who


def refused_labels(interviews: pd.DataFrame, naming: Naming) -> list[dict[str, str | int]]:
    """Return a row a role whose labels are coarser than the register: ``role``, ``people``,
    ``refused`` (the finest form), ``offered``, ``remaining`` (whether the role itself is of few).
    """
    held = interviews[took_place(interviews) & interviews["role"].notna()]
    rows = []
    for role, form in label_forms(interviews, naming).items():
        people = held[held["role"] == role]
        finest = _finest(people)
        count = _people(people)
        remaining = not naming.exact and count < naming.minimum
        if form != finest or remaining:
            named = {"role": role, "people": count, "refused": finest, "offered": form}
            rows.append(named | {"remaining": remaining})
    return rows


def _form(people: pd.DataFrame, naming: Naming) -> str:
    """Return the finest form that the people of a role allow."""
    finest, count = _finest(people), _people(people)
    if naming.exact:
        return finest
    if count < FEW:
        return "nobody"
    if count < naming.minimum:
        return "role"
    stages = people.assign(stage=people["stage"].fillna(""))
    if finest == "stage":
        each = stages.groupby("stage").size()
        return "stage" if each.min() >= naming.minimum else "role"
    if finest != "number and stage":
        return finest
    sets = Counter(frozenset(each) for _, each in stages.groupby("number")["stage"])
    return finest if min(sets.values()) >= naming.minimum else "number"


def _finest(people: pd.DataFrame) -> str:
    """Return the form that says all that the register knows of a role."""
    numbered = bool(people["number"].notna().all())
    staged = bool(people["stage"].notna().any())
    if numbered:
        return "number and stage" if staged else "number"
    return "stage" if staged else "role"


def _people(people: pd.DataFrame) -> int:
    """Return how many people of a role there are; without numbers, each interview is of one."""
    numbers = people["number"]
    return int(numbers.nunique() + numbers.isna().sum())


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)
