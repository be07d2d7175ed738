"""The same facts in the forms of archives: Zenodo, OSF, DataCite, Citation File Format.

Sources of the forms: Zenodo's developer page (metadata of a deposition), DataCite's metadata schema
4.5 in JSON, the API of OSF (nodes, custom item metadata), Citation File Format 1.2.0.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any

from trialtrail.deposit.facts import Creator, Facts

LANGUAGES = {"en": "eng", "de": "deu"}
"""Languages of the report by their codes of two letters -> those of three (ISO 639-3)."""
OSF_LICENCES = {
    "CC0-1.0": "CC0 1.0 Universal",
    "CC-BY-4.0": "CC-By Attribution 4.0 International",
    "CC-BY-NC-4.0": "CC-By Attribution-NonCommercial 4.0 International",
    "CC-BY-ND-4.0": "CC-By Attribution-No Derivatives 4.0 International",
    "CC-BY-NC-ND-4.0": "CC-BY Attribution-NonCommercial-NoDerivatives 4.0 International",
    "CC-BY-NC-SA-4.0": "CC-BY Attribution-NonCommercial-ShareAlike 4.0 International",
    "CC-BY-SA-4.0": "CC-BY Attribution-ShareAlike 4.0 International",
}
"""What OSF calls the licences that it offers; of others it has the text of LICENCE.txt alone."""
ORCID = "https://orcid.org/"


def zenodo(facts: Facts) -> dict[str, Any]:
    """Return the metadata of a deposition, as `.zenodo.json` has them."""
    out: dict[str, Any] = {
        "upload_type": "dataset",
        "title": facts.title,
        "description": _paragraphs(facts),
        "creators": [_without_empty(vars(each)) for each in facts.creators],
        "publication_date": facts.date,
        "access_right": facts.access["right"],
        "language": _language(facts),
    }
    if facts.access["right"] in ("open", "embargoed"):
        out["license"] = facts.licence.lower()
    if until := facts.access.get("until"):
        out["embargo_date"] = str(until)
    if conditions := facts.access.get("conditions"):
        out["access_conditions"] = conditions
    grants = [
        {"id": f"{each['funder_doi']}::{each['award']}"}
        for each in facts.funding
        if each.get("award") and each.get("funder_doi", "").startswith("10.13039/")
    ]
    told = [_funder(each) for each in facts.funding]
    related = [
        {"identifier": name, "relation": relation[0].lower() + relation[1:]}
        for name, relation in facts.related
    ]
    more = {
        "keywords": list(facts.keywords),
        "version": facts.version,
        "grants": grants,
        "related_identifiers": related,
        "notes": " ".join([*facts.notes, *(f"Funding: {each}." for each in told)]),
    }
    return out | _without_empty(more)


def datacite(facts: Facts, publisher: str) -> dict[str, Any]:
    """Return the attributes of DataCite's schema 4.5; the archive adds the DOI."""
    dates = [{"date": facts.date, "dateType": "Issued"}]
    if until := facts.access.get("until"):
        dates.append({"date": str(until), "dateType": "Available"})
    descriptions = [{"description": facts.description, "descriptionType": "Abstract"}]
    descriptions += [{"description": each, "descriptionType": "Other"} for each in facts.notes]
    out = {
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Result tables and report"},
        "creators": [_creator(each) for each in facts.creators],
        "titles": [{"title": facts.title}],
        "publisher": {"name": publisher},
        "publicationYear": facts.date[:4],
        "subjects": [{"subject": each} for each in facts.keywords],
        "dates": dates,
        "language": facts.language.partition("-")[0],
        "relatedIdentifiers": [
            {
                "relatedIdentifier": name,
                "relatedIdentifierType": "DOI" if name.startswith("10.") else "URL",
                "relationType": relation,
            }
            for name, relation in facts.related
        ],
        "version": facts.version,
        "rightsList": [
            {
                "rights": facts.licence_name,
                "rightsUri": facts.licence_url,
                "rightsIdentifier": facts.licence,
                "rightsIdentifierScheme": "SPDX",
                "schemeUri": "https://spdx.org/licenses/",
            }
        ],
        "descriptions": descriptions,
        "fundingReferences": [_funding(each) for each in facts.funding],
        "schemaVersion": "http://datacite.org/schema/kernel-4",
    }
    return _without_empty(out)


def osf(facts: Facts) -> dict[str, Any]:
    """Return what OSF's API takes of a component and of its own metadata, in two parts."""
    owners = [each.name for each in facts.creators]
    node = {
        "title": facts.title,
        "category": "data",
        "description": " ".join([facts.description, *facts.notes]),
        "public": facts.access["right"] == "open",
        "tags": list(facts.keywords),
        "node_license": {"copyright_holders": owners, "year": facts.date[:4]},
    }
    about = {
        "language": _language(facts),
        "resource_type_general": "Dataset",
        "funders": [
            _without_empty(
                {
                    "funder_name": each["funder"],
                    "funder_identifier": _identifier(each),
                    "funder_identifier_type": _identifier_type(each),
                    "award_number": each.get("award", ""),
                    "award_title": each.get("title", ""),
                    "award_uri": each.get("url", ""),
                }
            )
            for each in facts.funding
        ],
    }
    return {
        "node": {"data": {"type": "nodes", "attributes": node}},
        "licence_name": OSF_LICENCES.get(facts.licence, "Other"),
        "custom_item_metadata": {
            "data": {"type": "custom-item-metadata-records", "attributes": about}
        },
    }


def citation(facts: Facts) -> dict[str, Any]:
    """Return the content of CITATION.cff, in the order in which it is read."""
    out = {
        "cff-version": "1.2.0",
        "message": "If you use these results, please cite them as below.",
        "type": "dataset",
        "title": facts.title,
        "abstract": " ".join([facts.description, *facts.notes]),
        "authors": [_cited(each) for each in facts.creators],
        "date-released": facts.date,
        "version": facts.version,
        "license": facts.licence,
        "keywords": list(facts.keywords),
    }
    return _without_empty(out)


def reference(facts: Facts) -> str:
    """Return how the deposit is cited in a text; the archive gives the DOI."""
    who = "; ".join(each.name for each in facts.creators)
    edition = f" Version {facts.version}." if facts.version else ""
    return f"{who} ({facts.date[:4]}). {facts.title}.{edition} [Data set]."


def _paragraphs(facts: Facts) -> str:
    texts = [facts.description, *facts.notes]
    return "".join(f"<p>{html.escape(each, quote=False)}</p>" for each in texts)


def _creator(each: Creator) -> dict[str, Any]:
    out: dict[str, Any] = {"name": each.name}
    if each.parts:
        out |= {"nameType": "Personal", "familyName": each.parts[0], "givenName": each.parts[1]}
    if each.affiliation:
        out["affiliation"] = [{"name": each.affiliation}]
    if each.orcid:
        scheme = {"nameIdentifierScheme": "ORCID", "schemeUri": "https://orcid.org"}
        out["nameIdentifiers"] = [{"nameIdentifier": f"{ORCID}{each.orcid}"} | scheme]
    return out


def _cited(each: Creator) -> dict[str, str]:
    name = {"name": each.name}
    if each.parts:
        name = {"family-names": each.parts[0], "given-names": each.parts[1]}
    if each.orcid:
        name["orcid"] = f"{ORCID}{each.orcid}"
    if each.parts and each.affiliation:
        name["affiliation"] = each.affiliation
    return name


def _funding(each: Any) -> dict[str, str]:
    out = {
        "funderName": each["funder"],
        "funderIdentifier": _identifier(each),
        "funderIdentifierType": _identifier_type(each),
        "awardNumber": each.get("award", ""),
        "awardUri": each.get("url", ""),
        "awardTitle": each.get("title", ""),
    }
    return _without_empty(out)


def _identifier(each: Any) -> str:
    given = each.get("funder_doi", "")
    return f"https://doi.org/{given}" if given.startswith("10.") else given


def _identifier_type(each: Any) -> str:
    given = _identifier(each)
    if not given:
        return ""
    if "ror.org/" in given:
        return "ROR"
    return "Crossref Funder ID" if "10.13039/" in given else "Other"


def _funder(each: Any) -> str:
    return ", ".join(filter(None, (each["funder"], each.get("award"), each.get("title"))))


def _language(facts: Facts) -> str:
    return LANGUAGES[facts.language.partition("-")[0]]


def _without_empty(about: dict[str, Any] | Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {key: value for key, value in dict(about).items() if value not in ("", [], None)}
