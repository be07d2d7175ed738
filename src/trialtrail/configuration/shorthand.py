"""Short ways of writing a configuration, written out in full before anything else reads it.

- A table or form without `sources` has one source, whose keys stand at the table itself. Its
  `export` may be left out where the study has one export that holds rows.
- A form takes `participant_id` from the column from which `participants` takes it in that export.
- A name from `codes` of the top level stands for that set of codes.

A study that is written in full comes out as it went in. Paths of keys in messages are those of the
full form; `Places` finds them in the file. Nothing heavy is imported here: the Snakefile runs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from trialtrail.exports.formats import PROJECTS, format_of

OF_A_SOURCE = ("export", "columns", "codes", "constants", "where", "missing", "ignore")
"""Keys of a source, which stand at the table where it has one alone."""
NO_ROWS = (*PROJECTS, "documents", "docx", "qdc")
"""Formats of exports that hold texts or codings, and no rows of participants."""
PARTS = ("tables", "forms")
ID = "participant_id"
Problem = tuple[str, list, str]
"""What is wrong, the path of keys to it, and what to do."""


def in_full(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``config`` with everything written out; what cannot be is left as it stands."""
    named = config.get("codes") or {}
    whole = {key: value for key, value in config.items() if key != "codes"}
    rows = exports_with_rows(config)
    for part in PARTS:
        if part in config:
            whole[part] = {
                name: _with_codes(_with_sources(spec, rows), named)
                for name, spec in config[part].items()
            }
    if "forms" in whole:
        ids = _id_columns(whole)
        whole["forms"] = {name: _with_id(form, ids) for name, form in whole["forms"].items()}
    if "questionnaire" in config:
        whole["questionnaire"] = _questionnaire(config["questionnaire"], named)
    return whole


def exports_with_rows(config: Mapping[str, Any]) -> list[str]:
    """Return the names of the exports that hold rows, and no texts or codings."""
    texts = config.get("tables", {}).get("transcripts", {})
    named = {each.get("export") for each in [texts, *texts.get("sources", [])]}
    return [
        name
        for name, spec in config.get("exports", {}).items()
        if name not in named and format_of(spec | {"label": spec["file"]}) not in NO_ROWS
    ]


def shorthand_problems(config: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is written in a short way that stands for nothing, or for two things."""
    rows, whole = exports_with_rows(config), in_full(config)
    for part in PARTS:
        for name, spec in config.get(part, {}).items():
            yield from _source_problems(part, name, spec, rows)
    known, ids = config.get("exports", {}), _id_columns(whole)
    for name, form in whole.get("forms", {}).items() if {*ids} <= {*known} else ():
        for i, source in enumerate(form.get("sources", [])):
            export = source.get("export")
            if export in known and ID not in source.get("columns", {}):
                what = f"The form {name} does not say which column of {export} is `{ID}`"
                why = "`participants` takes none from that export"
                do = f"write `columns: {{{ID}: NAME OF THE COLUMN}}`, for {why}"
                yield what, ["forms", name, "sources", i], do
    yield from _name_problems(whole, config.get("codes") or {})


def _source_problems(part: str, name: str, spec: Mapping, rows: list[str]) -> Iterator[Problem]:
    short = [key for key in OF_A_SOURCE if key in spec]
    path = [part, name]
    beside = next((key for key in ("sources", "redcap") if key in spec), None)
    if beside:
        do = {
            "sources": "write it in the source that it is of",
            "redcap": "take it out: a form of a dictionary takes its columns from there",
        }[beside]
        for key in short:
            what = f"`{key}` of {name} stands beside `{beside}`"
            yield what, [*path, key], f"{do}; or take `{beside}` out"
    elif "export" not in spec and len(rows) != 1:
        how_many = f"{len(rows)} exports hold rows" if rows else "no export holds rows"
        what = f"{name} does not say from which export it is taken, and {how_many}"
        yield what, path, f"write `export: ` and one of {', '.join(rows)}" if rows else "name one"


def _name_problems(whole: Mapping[str, Any], named: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the names of codes that are none; ``whole`` has those that are one written out."""
    if named:
        do = f"write one of {', '.join(named)}, or the codes themselves"
    else:
        do = "write the codes themselves, or name them under `codes` at the top level"
    for path, codes in _places_of_codes(whole):
        if isinstance(codes, str):
            yield f"`{codes}` is not a name of codes", path, do


def _places_of_codes(config: Mapping[str, Any]) -> Iterator[tuple[list, Any]]:
    """Yield each place in which a set of codes may stand, and what stands there."""
    for part in PARTS:
        for name, spec in config.get(part, {}).items():
            for i, source in enumerate(spec.get("sources", [])):
                for column, codes in source.get("codes", {}).items():
                    yield [part, name, "sources", i, "codes", column], codes
            for i, variable in enumerate(spec.get("variables", [])):
                yield [part, name, "variables", i, "codes"], variable.get("codes")
    asked = config.get("questionnaire", {})
    yield ["questionnaire", "likert", "codes"], asked.get("likert", {}).get("codes")
    for i, item in enumerate(asked.get("items", [])):
        yield ["questionnaire", "items", i, "codes"], item.get("codes")


def _with_sources(spec: Mapping[str, Any], rows: list[str]) -> dict[str, Any]:
    """Return a table or form with its one source under `sources`."""
    if "sources" in spec or "redcap" in spec:
        return dict(spec)
    export = {"export": rows[0]} if len(rows) == 1 else {}
    given = {key: spec[key] for key in OF_A_SOURCE if key in spec}
    source = {**export, **given, "columns": given.get("columns", {})}
    source = {key: source[key] for key in OF_A_SOURCE if key in source}
    rest = {key: value for key, value in spec.items() if key not in OF_A_SOURCE}
    return {"sources": [source], **rest}


def _with_id(form: Mapping[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    """Return a form whose sources name the column of `participant_id`, where it is known."""
    if "sources" not in form:
        return dict(form)
    sources = [
        source | {"columns": {ID: ids[source["export"]], **source["columns"]}}
        if ID not in source["columns"] and ids.get(source.get("export"))
        else source
        for source in form["sources"]
    ]
    return {**form, "sources": sources}


def _id_columns(whole: Mapping[str, Any]) -> dict[str, str]:
    """Return the column from which `participants` takes the id, by export."""
    people = whole.get("tables", {}).get("participants", {}).get("sources", [])
    return {
        source["export"]: source["columns"][ID]
        for source in people
        if "export" in source and ID in source["columns"]
    }


def _with_codes(spec: dict[str, Any], named: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table or form with the codes in the place of their names."""
    if any("codes" in source for source in spec.get("sources", [])):
        spec = spec | {"sources": [_source_with_codes(each, named) for each in spec["sources"]]}
    if any("codes" in each for each in spec.get("variables", [])):
        spec = spec | {"variables": [_own_codes(each, named) for each in spec["variables"]]}
    return spec


def _source_with_codes(source: dict[str, Any], named: Mapping[str, Any]) -> dict[str, Any]:
    if "codes" not in source:
        return source
    return source | {"codes": {name: _named(c, named) for name, c in source["codes"].items()}}


def _questionnaire(asked: Mapping[str, Any], named: Mapping[str, Any]) -> dict[str, Any]:
    whole = {**asked, "items": [_own_codes(item, named) for item in asked["items"]]}
    return whole | ({"likert": _own_codes(asked["likert"], named)} if "likert" in asked else {})


def _own_codes(item: dict[str, Any], named: Mapping[str, Any]) -> dict[str, Any]:
    return item | {"codes": _named(item["codes"], named)} if "codes" in item else item


def _named(codes: Any, named: Mapping[str, Any]) -> Any:
    """Return the codes of a name, each time anew; what is no name stays."""
    return dict(named[codes]) if isinstance(codes, str) and codes in named else codes
