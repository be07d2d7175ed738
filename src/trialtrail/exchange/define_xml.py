"""Definitions of exchanged datasets as Define-XML 2.1.

Source: CDISC, *Define-XML Specification Version 2.1*. No standard is named in it that the datasets
would conform to; what is said of each variable is what `define.json` has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from trialtrail.escaping import visible
from trialtrail.exchange.transport import oid

if TYPE_CHECKING:
    from lxml.etree import _Element

ODM, DEF = "http://www.cdisc.org/ns/odm/v1.3", "http://www.cdisc.org/ns/def/v2.1"
XLINK = "http://www.w3.org/1999/xlink"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SOURCES = {"Derived": "Sponsor", "Assigned": "Sponsor"}
"""Origin -> who it is from, where that is known."""
KINDS = {"text": "text", "integer": "integer", "float": "float", "date": "date"}


def define_xml(define: Mapping[str, Any], version: str) -> bytes:
    """Return Define-XML 2.1 of what `define.json` holds.

    Args:
        define: the definitions.
        version: the version of the program that wrote them.
    """
    from lxml import etree

    study = define["study"]
    name = oid(study["name"])
    root = etree.Element(
        f"{{{ODM}}}ODM",
        nsmap={None: ODM, "def": DEF, "xlink": XLINK},
        ODMVersion="1.3.2",
        FileType="Snapshot",
        FileOID=f"{name}.define",
        CreationDateTime=f"{define['times']['day']}T00:00:00",
        SourceSystem="trialtrail",
        SourceSystemVersion=version,
    )
    root.set(f"{{{DEF}}}Context", "Other")
    of_study = _add(root, "Study", OID=f"ST.{name}")
    about = _add(of_study, "GlobalVariables")
    note = f" {define['synthetic_note']}" if define["synthetic"] else ""
    for tag, text in (
        ("StudyName", study["name"]),
        ("StudyDescription", f"{study['description']}.{note}"),
        ("ProtocolName", study["name"]),
    ):
        _add(about, tag).text = visible(text)
    version_of = _add(
        of_study,
        "MetaDataVersion",
        OID=f"MDV.{name}",
        Name=f"Definitions of the datasets of {study['name']}",
        Description=f"{define['standard']} Times: {define['times']['what']}.",
    )
    version_of.set(f"{{{DEF}}}DefineVersion", "2.1.0")
    _fill(version_of, define)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _fill(version_of: _Element, define: Mapping[str, Any]) -> None:
    """Add datasets, variables, codes and methods, in the order that the standard has them."""
    datasets = define["datasets"]
    pairs = [(dataset, each) for dataset in datasets for each in dataset["variables"]]
    for dataset in datasets:
        _dataset(version_of, dataset)
    for dataset, each in pairs:
        _item(version_of, dataset["name"], each)
    for dataset, each in pairs:
        if each.get("codelist"):
            _codes(version_of, dataset["name"], each)
    for dataset, each in pairs:
        if each["origin"] == "Derived":
            method = _add(
                version_of,
                "MethodDef",
                OID=_oid("MT", dataset["name"], each),
                Name=f"{dataset['name']}.{each['name']}",
                Type="Computation",
            )
            _describe(method, _method(each))


def _dataset(version_of: _Element, dataset: Mapping[str, Any]) -> None:
    name = dataset["name"]
    group = _add(
        version_of,
        "ItemGroupDef",
        OID=f"IG.{name}",
        Name=name,
        SASDatasetName=name,
        Repeating="No" if dataset["structure"] == "One record per subject" else "Yes",
        IsReferenceData="No",
        Purpose="Analysis",
    )
    group.set(f"{{{DEF}}}Structure", dataset["structure"])
    group.set(f"{{{DEF}}}ArchiveLocationID", f"LF.{name}")
    _describe(group, dataset["label"])
    for order, each in enumerate(dataset["variables"], 1):
        is_key = each["name"] in dataset["keys"]
        reference = _add(
            group,
            "ItemRef",
            ItemOID=_oid("IT", name, each),
            OrderNumber=str(order),
            Mandatory="Yes" if is_key else "No",
        )
        if is_key:
            reference.set("KeySequence", str(dataset["keys"].index(each["name"]) + 1))
        if each["origin"] == "Derived":
            reference.set("MethodOID", _oid("MT", name, each))
    _add(group, f"{{{DEF}}}Class").set("Name", dataset["class"])
    leaf = _add(group, f"{{{DEF}}}leaf", ID=f"LF.{name}")
    leaf.set(f"{{{XLINK}}}href", dataset["files"][0])
    _add(leaf, f"{{{DEF}}}title").text = dataset["files"][0]


def _item(version_of: _Element, dataset: str, each: Mapping[str, Any]) -> None:
    item = _add(
        version_of,
        "ItemDef",
        OID=_oid("IT", dataset, each),
        Name=each["name"],
        SASFieldName=each["name"],
        DataType=KINDS[each["type"]],
    )
    if each["type"] != "date":
        item.set("Length", str(each["length"]))
    if "format" in each:
        item.set(f"{{{DEF}}}DisplayFormat", each["format"])
    _describe(item, each["label"])
    if each.get("codelist"):
        _add(item, "CodeListRef", CodeListOID=_oid("CL", dataset, each))
    origin = _add(item, f"{{{DEF}}}Origin", Type=each["origin"])
    if each["origin"] in SOURCES:
        origin.set("Source", SOURCES[each["origin"]])
    _describe(origin, _method(each))


def _codes(version_of: _Element, dataset: str, each: Mapping[str, Any]) -> None:
    codes = _add(
        version_of,
        "CodeList",
        OID=_oid("CL", dataset, each),
        Name=f"{dataset}.{each['name']}",
        DataType="text" if each["type"] == "text" else each["type"],
    )
    for value, words in each["codelist"].items():
        entry = _add(codes, "CodeListItem", CodedValue=str(value))
        decode = _add(entry, "Decode")
        text = _add(decode, "TranslatedText")
        text.set(XML_LANG, "en")
        text.text = visible(str(words))


def _method(each: Mapping[str, Any]) -> str:
    """Return how a variable comes about, with the columns that it is made from."""
    sources = "; ".join(each["sources"])
    return f"{each['method']} [{sources}]" if sources else each["method"]


def _oid(kind: str, dataset: str, each: Mapping[str, Any]) -> str:
    return f"{kind}.{dataset}.{each['name']}"


def _describe(parent: _Element, text: str) -> None:
    words = _add(_add(parent, "Description"), "TranslatedText")
    words.set(XML_LANG, "en")
    words.text = visible(text)


def _add(parent: _Element, tag: str, **attributes: str) -> _Element:
    from lxml import etree

    name = tag if tag.startswith("{") else f"{{{ODM}}}{tag}"
    shown = {key: visible(value) for key, value in attributes.items()}
    return etree.SubElement(parent, name, shown)
