"""The RO-Crate of a deposit: which files there are, what each is, by whom, under which licence.

It is of RO-Crate 1.1, and describes the deposit alone. The crate of the run (Provenance Run Crate)
names people and times and is none of a public edition.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from trialtrail.deposit.facts import Creator, Facts
from trialtrail.deposit.metadata import ORCID

NAME = "ro-crate-metadata.json"
CONTEXT = [
    "https://w3id.org/ro/crate/1.1/context",
    "https://w3id.org/ro/terms/workflow-run/context",
]
"""The second has the term ``sha256``."""
FORMATS = {
    ".cff": "application/yaml",
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html",
    ".json": "application/json",
    ".md": "text/markdown",
    ".pdf": "application/pdf",
    ".txt": "text/plain",
}


def crate_of(facts: Facts, files: Mapping[str, bytes], about: Mapping[str, str]) -> dict[str, Any]:
    """Return the metadata document of a deposit.

    Args:
        facts: what the deposit says of itself.
        files: all other files of it.
        about: what a file is, by its name, where that is said.
    """
    people = [(_id_of(each, number), each) for number, each in enumerate(facts.creators, 1)]
    funders = [
        {"@id": f"#funder/{number}", "@type": "Organization", "name": each["funder"]}
        for number, each in enumerate(facts.funding, 1)
    ]
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": facts.title,
        "description": " ".join([facts.description, *facts.notes]),
        "datePublished": facts.date,
        "license": {"@id": facts.licence_url},
        "author": [{"@id": name} for name, _ in people],
        "hasPart": [{"@id": name} for name in sorted(files)],
        "inLanguage": facts.language,
    }
    if facts.keywords:
        root["keywords"] = ", ".join(facts.keywords)
    if facts.version:
        root["version"] = facts.version
    if funders:
        root["funder"] = [{"@id": each["@id"]} for each in funders]
    descriptor = {
        "@id": NAME,
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
    }
    licence = {
        "@id": facts.licence_url,
        "@type": "CreativeWork",
        "name": facts.licence_name,
        "identifier": facts.licence,
    }
    parts = [_part(name, data, about.get(name, "")) for name, data in sorted(files.items())]
    graph = [descriptor, root, licence, *(_person(*each) for each in people), *funders, *parts]
    return {"@context": CONTEXT, "@graph": graph}


def _part(name: str, data: bytes, about: str) -> dict[str, Any]:
    out: dict[str, Any] = {"@id": name, "@type": "File", "name": about or name}
    ending = f".{name.rpartition('.')[2]}"
    if ending in FORMATS:
        out["encodingFormat"] = FORMATS[ending]
    return out | {"contentSize": str(len(data)), "sha256": hashlib.sha256(data).hexdigest()}


def _id_of(each: Creator, number: int) -> str:
    return f"{ORCID}{each.orcid}" if each.orcid else f"#author/{number}"


def _person(name: str, each: Creator) -> dict[str, Any]:
    out = {"@id": name, "@type": "Person" if each.parts or each.orcid else "Organization"}
    out["name"] = each.name
    if each.parts:
        out |= {"familyName": each.parts[0], "givenName": each.parts[1]}
    if each.affiliation:
        out["affiliation"] = each.affiliation
    return out
