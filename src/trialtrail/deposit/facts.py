"""What a deposit says of itself, from the sections of the configuration that are of the study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from trialtrail.errors import StudyError

LICENCES = {
    "CC0-1.0": (
        "Creative Commons Zero v1.0 Universal",
        "https://creativecommons.org/publicdomain/zero/1.0/legalcode",
    ),
    **{
        f"CC-{letters.upper()}-4.0": (
            f"Creative Commons {words} 4.0 International",
            f"https://creativecommons.org/licenses/{letters}/4.0/legalcode",
        )
        for letters, words in (
            ("by", "Attribution"),
            ("by-sa", "Attribution Share Alike"),
            ("by-nc", "Attribution Non Commercial"),
            ("by-nc-sa", "Attribution Non Commercial Share Alike"),
            ("by-nd", "Attribution No Derivatives"),
            ("by-nc-nd", "Attribution Non Commercial No Derivatives"),
        )
    },
    "ODC-By-1.0": (
        "Open Data Commons Attribution License v1.0",
        "https://opendatacommons.org/licenses/by/1-0/",
    ),
    "ODbL-1.0": (
        "Open Data Commons Open Database License v1.0",
        "https://opendatacommons.org/licenses/odbl/1-0/",
    ),
    "PDDL-1.0": (
        "Open Data Commons Public Domain Dedication & License 1.0",
        "https://opendatacommons.org/licenses/pddl/1-0/",
    ),
}
"""Licences by their name in the SPDX list: what they are called, and where their text is."""
OF_CONFIGURATION = "schemas/configuration/deposit.yaml, explained in config/README.md"


@dataclass(frozen=True)
class Creator:
    """Somebody who is cited; of a name with a comma, the family name stands before it."""

    name: str
    affiliation: str = ""
    orcid: str = ""

    @property
    def parts(self) -> tuple[str, str] | None:
        """Family name and given names; None where the name does not tell them apart."""
        family, comma, given = self.name.partition(",")
        return (family.strip(), given.strip()) if comma else None


@dataclass(frozen=True)
class Facts:
    """What a deposit says of itself, whichever archive it goes to.

    Attributes:
        date: the day of publication, ``2026-11-30``.
        licence: its name in the SPDX list.
        notes: sentences that a reader must have, such as that the data are invented.
        related: identifiers with DataCite's relation of the deposit to each.
        funding: funders as the configuration has them.
        access: ``right``, with ``until`` or ``conditions``.
    """

    title: str
    short_name: str
    description: str
    date: str
    licence: str
    creators: tuple[Creator, ...]
    language: str
    version: str = ""
    keywords: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    funding: tuple[Mapping[str, str], ...] = ()
    related: tuple[tuple[str, str], ...] = ()
    access: Mapping[str, str] = field(default_factory=lambda: {"right": "open"})

    @property
    def licence_name(self) -> str:
        """What the licence is called."""
        return LICENCES[self.licence][0]

    @property
    def licence_url(self) -> str:
        """Where the text of the licence is."""
        return LICENCES[self.licence][1]


def facts_of(config: Mapping[str, Any], minimum: int) -> Facts:
    """Return what the deposit of a study says of itself.

    Args:
        config: the whole configuration.
        minimum: the least count that the public edition tells.

    Raises:
        StudyError: the configuration does not say what only the study can decide.
    """
    study = config["study"]
    said = study.get("deposit") or {}
    for key, why in (
        ("licence", "only the study can say under which licence its results are given"),
        ("date", "nothing in a deposit comes from a clock"),
    ):
        if not said.get(key):
            raise StudyError(
                f"The configuration does not say `study.deposit.{key}`",
                rule=why,
                remedy=f"add it ({OF_CONFIGURATION}), run snakemake, then ask again",
            )
    if said["licence"] not in LICENCES:
        raise StudyError(
            "The licence of the deposit is none that is known here",
            where=f"study.deposit.licence: {said['licence']}",
            remedy=f"one of {', '.join(LICENCES)}",
        )
    people = said.get("creators") or study.get("authors") or []
    if not people:
        raise StudyError(
            "Nobody is named as author of the deposit",
            rule="an archive asks who is cited",
            remedy="name them in `study.deposit.creators` or `study.authors`",
        )
    notes = [study.get("synthetic_note") or "The data are synthetic. No person is described."]
    title = said.get("title") or f"{study['title']}: public edition of tables and report"
    return Facts(
        title=title,
        short_name=study["short_name"],
        description=said.get("description") or _described(study, minimum),
        date=str(said["date"]),
        licence=said["licence"],
        creators=tuple(
            Creator(each["name"], each.get("affiliation", ""), each.get("orcid", ""))
            for each in people
        ),
        language=str(study.get("language") or "en-GB"),
        version=str(study.get("version") or ""),
        keywords=tuple(said.get("keywords") or ()),
        notes=tuple(notes if study.get("synthetic") else ()),
        funding=tuple(said.get("funding") or ()),
        related=tuple(_related(study, said)),
        access=said.get("access") or {"right": "open"},
    )


def _described(study: Mapping[str, Any], minimum: int) -> str:
    return (
        f"Result tables and report of: {study['title']} ({study['short_name']}). Counts below"
        f" {minimum}, and what would let one be worked out, are withheld; [c] stands in their"
        " place. No row of a participant is included."
    )


def _related(study: Mapping[str, Any], said: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what the deposit belongs to, with the addresses of registration and protocol."""
    found = [(each["identifier"], each["relation"]) for each in said.get("related") or ()]
    for section in ("registration", "protocol"):
        url = (study.get(section) or {}).get("url", "")
        if url.startswith(("http://", "https://")):
            found.append((url, "IsDocumentedBy"))
    return list(dict.fromkeys(found))
