"""The metadata of a deposit are of the forms of those who read them, whatever the study says."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from trialtrail import ROOT
from trialtrail.configuration.schema import schema_files
from trialtrail.deposit import metadata
from trialtrail.deposit.crate import crate_of
from trialtrail.deposit.facts import LICENCES, facts_of
from trialtrail.errors import StudyError

FORMS = ROOT / "tests" / "forms"
STUDY = {
    "title": "Größe & balance <a trial>",
    "short_name": "STEADY",
    "synthetic": True,
    "synthetic_note": "Drawn by a program.",
    "language": "de-CH",
    "version": "1.0",
    "registration": {"number": "R-1", "url": "https://example.org/R-1"},
    "protocol": {"version": "2", "url": "not an address"},
}
FULL = {
    "licence": "CC-BY-4.0",
    "date": "2026-11-30",
    "creators": [
        {"name": "Autörin, A. N.", "orcid": "0000-0002-1825-0097", "affiliation": "Trials"},
        {"name": "The STEADY group", "affiliation": "Somewhere"},
    ],
    "keywords": ["balance"],
    "funding": [
        {"funder": "A", "funder_doi": "10.13039/501100000000", "award": "1", "url": "https://a.b"},
        {"funder": "B", "funder_doi": "https://ror.org/05gq02987", "title": "Later life"},
        {"funder": "C"},
    ],
    "related": [{"identifier": "10.5281/zenodo.1", "relation": "IsSupplementTo"}],
}
LEAST = {"licence": "CC0-1.0", "date": "2026-01-02", "creators": [{"name": "One"}]}
ACCESS = (
    {"right": "open"},
    {"right": "embargoed", "until": "2027-01-01"},
    {"right": "restricted", "conditions": "On request."},
    {"right": "closed"},
)
ZENODO = {
    *("upload_type", "title", "description", "creators", "publication_date", "access_right"),
    *("language", "license", "embargo_date", "access_conditions", "keywords", "version"),
    *("grants", "related_identifiers", "notes"),
}
"""Fields of a deposition at Zenodo, by its developer page."""


def facts(deposit: dict, **study):
    return facts_of({"study": STUDY | study | {"deposit": deposit}}, 5)


def schema(name: str):
    return jsonschema.validators.validator_for(read := json.loads((FORMS / name).read_text()))(read)


@pytest.mark.parametrize("deposit", [FULL, LEAST], ids=["full", "least"])
def test_datacite_and_citation_are_valid(deposit):
    found = facts(deposit)
    for publisher in ("Zenodo", "OSF"):
        schema("datacite-4.5.json").validate(metadata.datacite(found, publisher))
    schema("citation-file-format-1.2.0.json").validate(metadata.citation(found))


def test_a_wrong_datacite_is_found():
    made = metadata.datacite(facts(FULL), "Zenodo")
    del made["creators"]
    with pytest.raises(jsonschema.ValidationError):
        schema("datacite-4.5.json").validate(made)


@pytest.mark.parametrize("licence", LICENCES)
def test_each_licence_is_one_of_the_forms(licence):
    schema("citation-file-format-1.2.0.json").validate(
        metadata.citation(facts(FULL | {"licence": licence}))
    )
    assert facts(FULL | {"licence": licence}).licence_url.startswith("https://")


def test_the_schema_offers_the_licences_that_are_known():
    assert schema_files()["deposit.yaml"]["properties"]["licence"]["enum"] == [*LICENCES]


@pytest.mark.parametrize(("deposit", "access"), [*itertools.product([FULL, LEAST], ACCESS)])
def test_zenodo_has_what_it_asks_for(deposit, access):
    made = metadata.zenodo(facts(deposit | {"access": access}))
    assert {*made} <= ZENODO
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", made["publication_date"])
    assert made["language"] == "deu"
    right = made["access_right"]
    assert ("license" in made) == (right in ("open", "embargoed"))
    assert ("embargo_date" in made) == (right == "embargoed")
    assert ("access_conditions" in made) == (right == "restricted")
    assert all({*each} <= {"name", "affiliation", "orcid"} for each in made["creators"])
    assert "<a trial>" not in made["description"]
    assert "Drawn by a program." in made["description"]
    assert [each["id"] for each in made.get("grants", [])] == (
        ["10.13039/501100000000::1"] if deposit is FULL else []
    )


def test_osf_is_public_only_where_access_is_open():
    for access in ACCESS:
        made = metadata.osf(facts(FULL | {"access": access}))
        assert made["node"]["data"]["attributes"]["public"] == (access["right"] == "open")
    about = made["custom_item_metadata"]["data"]["attributes"]
    assert [each["funder_name"] for each in about["funders"]] == ["A", "B", "C"]


def test_addresses_of_the_study_are_related_by_themselves():
    assert facts(LEAST).related == (("https://example.org/R-1", "IsDocumentedBy"),)


def test_authors_of_the_report_stand_in_for_creators():
    deposit = {key: value for key, value in LEAST.items() if key != "creators"}
    assert facts(deposit, authors=[{"name": "A. N. Author"}]).creators[0].parts is None
    with pytest.raises(StudyError, match="Nobody is named"):
        facts(deposit)


@pytest.mark.parametrize("key", ["licence", "date"])
def test_what_only_the_study_decides_is_asked_for(key):
    with pytest.raises(StudyError, match=f"study.deposit.{key}"):
        facts({name: value for name, value in LEAST.items() if name != key})


def test_every_reference_of_the_crate_is_there():
    document = crate_of(facts(FULL), {"a.csv": b"x\n", "b/c.pdf": b""}, {})
    ids = {entity["@id"] for entity in document["@graph"]}

    def referred(value):
        if isinstance(value, dict):
            yield from [value["@id"]] if {*value} == {"@id"} else []
            for part in value.values():
                yield from referred(part)
        elif isinstance(value, list):
            for part in value:
                yield from referred(part)

    assert {*referred(document["@graph"])} - ids == {"https://w3id.org/ro/crate/1.1"}


def test_the_citation_and_metadata_of_the_software_are_valid():
    made = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    schema("citation-file-format-1.2.0.json").validate(made)
    zenodo = json.loads(Path(ROOT / ".zenodo.json").read_text(encoding="utf-8"))
    assert zenodo["upload_type"] == "software"
    assert (zenodo["title"], zenodo["version"]) == (made["title"], made["version"])
    assert zenodo["license"].lower() == made["license"].lower()
    assert zenodo["keywords"] == made["keywords"]
    assert {*zenodo} <= ZENODO
