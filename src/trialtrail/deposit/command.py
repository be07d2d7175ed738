"""Make a folder of the public edition that an archive such as Zenodo or OSF can be given, offline.

The same results and the same configuration give the same bytes: no clock, host or path enters.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from runrecord import journal
from runrecord.digest import file_digest, json_text
from runrecord.graph import Graph, load, place, results_folder

from trialtrail.deposit import metadata
from trialtrail.deposit.crate import NAME as CRATE
from trialtrail.deposit.crate import crate_of
from trialtrail.deposit.edition import minimum_of, names_of, read_edition
from trialtrail.deposit.facts import Facts, facts_of
from trialtrail.deposit.people import check_description, check_nobody, ids_of
from trialtrail.errors import StudyError
from trialtrail.trail.bundle import public_lineage

ARCHIVES = {"zenodo": "Zenodo", "osf": "OSF"}
CHECKSUMS = "SHA256SUMS"
NAMED = ("registry", "number", "version", "date", "reference", "url")
"""What is told of a registration or a protocol, in this order."""
DESCRIBED = {
    "README.md": "what is here, for the reader",
    "LICENCE.txt": "under which licence it is given",
    "CITATION.cff": "how it is cited",
    "datacite.json": "its metadata in the form of DataCite 4.5",
    ".zenodo.json": "its metadata for Zenodo",
    "osf.json": "its metadata for OSF",
    "lineage.json": "which job made which file from which; no digests of what is withheld",
    CRATE: "the RO-Crate of this folder",
    CHECKSUMS: "the SHA-256 of every other file: sha256sum -c SHA256SUMS",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `trialtrail deposit`."""
    parser.add_argument("--to", required=True, metavar="FOLDER", help="a folder that is not yet")
    parser.add_argument(
        "--for",
        dest="archive",
        choices=sorted(ARCHIVES),
        help="the archive it is for (metadata for both)",
    )


def command(arguments: argparse.Namespace) -> int:
    """Write the folder; tell the digest of its list of checksums, and what is left to people."""
    results = results_folder(arguments.results)
    target = Path(arguments.to)
    _check_target(target, results)
    graph = load(results)
    config = read_configuration(graph)
    files = deposit_of(graph, config, arguments.archive)
    write_folder(target, files)
    print(f"{file_digest(target / CHECKSUMS)}  {(target / CHECKSUMS).as_posix()}")
    print(f"{len(files)} files, made of the public edition. Read them before you publish them.")
    for note in left_to_people(facts_of(config, minimum_of(config)), arguments.archive):
        print(f"note: {note}")
    return 0


def _check_target(target: Path, results: Path) -> None:
    inside = results.resolve()
    if target.exists() or target.is_symlink():
        why, remedy = "The folder is there already", "name one that is not yet, or remove it"
    elif inside in [target.resolve(), *target.resolve().parents]:
        why, remedy = "The folder would lie in the results", "name one that is elsewhere"
    else:
        return
    raise StudyError(
        why,
        where=target.as_posix(),
        rule="a deposit is a folder of its own, with nothing else in it",
        remedy=remedy,
    )


def read_configuration(graph: Graph) -> dict[str, Any]:
    """Return the configuration with which the results were made.

    Raises:
        StudyError: it is not here as it was sealed, or it is that of a blinded study.
    """
    entries = journal.read(graph.results / "lineage").entries.values()
    starts = [entry for entry in entries if entry["kind"] == "run_start"]
    noted = list(starts[-1].get("configuration") or {}) if starts else []
    sealed = graph.sealed()
    for name in noted:
        path = place(name, graph.results)
        if path.is_file() and file_digest(path) == sealed.get(name):
            loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
            config = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
            if config.get("blind"):
                raise StudyError(
                    "The results are those of a blinded study",
                    rule="what is published has arms that are known",
                )
            return config
    raise StudyError(
        "The configuration is not the one with which the results were made",
        where=", ".join(noted),
        rule="a deposit says of itself what the sealed configuration says",
        remedy="run snakemake again (only what rests on it runs), then ask again",
    )


def deposit_of(graph: Graph, config: Mapping[str, Any], archive: str | None) -> dict[str, bytes]:
    """Return all files of a deposit, by name.

    Raises:
        StudyError: the public edition cannot be deposited, or the study does not say how.
    """
    facts = facts_of(config, minimum_of(config))
    files = read_edition(graph, config)
    ids = ids_of(graph.results)
    check_nobody(files, ids)
    edition = {*files}
    about = dict(names_of(files)) | DESCRIBED
    publisher = ARCHIVES.get(archive or "", "Zenodo")
    files["LICENCE.txt"] = licence_text(facts).encode()
    files["CITATION.cff"] = yaml.safe_dump(
        metadata.citation(facts), sort_keys=False, allow_unicode=True, width=100
    ).encode()
    files["datacite.json"] = json_text(metadata.datacite(facts, publisher)).encode()
    if archive != "osf":
        files[".zenodo.json"] = json_text(metadata.zenodo(facts)).encode()
    if archive != "zenodo":
        files["osf.json"] = json_text(metadata.osf(facts)).encode()
    files["lineage.json"] = json_text(public_lineage(graph, set())).encode()
    names = sorted({*files, "README.md", CRATE, CHECKSUMS})
    files["README.md"] = readme(facts, config, {name: about[name] for name in names}).encode()
    files[CRATE] = json_text(crate_of(facts, files, about)).encode()
    check_description({n: data for n, data in files.items() if n not in edition}, ids)
    sums = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items())]
    return files | {CHECKSUMS: "".join(sums).encode()}


def write_folder(target: Path, files: Mapping[str, bytes]) -> None:
    """Write the files into a new folder, which is there only when all of them are."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        for name, data in sorted(files.items()):
            path = draft / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        draft.rename(target)
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        raise StudyError(
            f"The folder cannot be written: {error.strerror}", where=target.as_posix()
        ) from None


def licence_text(facts: Facts) -> str:
    """Return what the deposit says of its licence."""
    return (
        f"{facts.title}\n\n"
        f"Licensed under {facts.licence_name} (SPDX: {facts.licence}).\n"
        f"The text of the licence: {facts.licence_url}\n\n"
        "The fonts within the documents are IBM Plex and cuts of it, under the SIL Open Font\n"
        "License 1.1 (https://openfontlicense.org).\n"
    )


def readme(facts: Facts, config: Mapping[str, Any], about: Mapping[str, str]) -> str:
    """Return the page for the reader of the deposit."""
    study, minimum = config["study"], minimum_of(config)
    lines = [f"# {facts.title}", "", facts.description, ""]
    lines += [text for note in facts.notes for text in (f"**{note}**", "")]
    for section, words in (("registration", "Registered"), ("protocol", "Protocol")):
        said = study.get(section) or {}
        parts = [str(said[key]) for key in NAMED if said.get(key)]
        lines += [f"{words}: {', '.join(parts)}.", ""] if parts else []
    lines += ["## What is here", "", "| file | what it is |", "|---|---|"]
    lines += [f"| `{name}` | {what} |" for name, what in about.items()]
    lines += [
        "",
        "## What is withheld",
        "",
        f"Counts below {minimum}, zero included, and every number that would let one be worked"
        " out. `[c]` stands in their place. Rows of participants, quotations with their speakers"
        " and tables of single events are not here at all. The report says which of its sections"
        " are therefore missing.",
        "",
        "## How to check it",
        "",
        "`sha256sum -c SHA256SUMS` says whether every file is as it was deposited. Each number"
        " printed in the report is a line of `numbers.csv`, which names the table and the cell.",
        "",
        "## Licence and citation",
        "",
        f"{facts.licence_name} ({facts.licence}): {facts.licence_url}",
        "",
        f"{metadata.reference(facts)} The archive's page gives the DOI.",
        "",
    ]
    return "\n".join(lines)


def left_to_people(facts: Facts, archive: str | None) -> list[str]:
    """Return what a person has to look at before the deposit is published."""
    notes = []
    if plain := [each.name for each in facts.creators if not each.parts]:
        notes.append(
            f"{len(plain)} of {len(facts.creators)} creators have no comma in their name and are"
            " written as a body; a person is `Family, Given`"
        )
    if archive != "zenodo" and facts.licence not in metadata.OSF_LICENCES:
        notes.append(f"OSF does not offer {facts.licence}: choose `Other` there")
    return notes
