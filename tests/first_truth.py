"""In what a written study differs from what is right for its file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from first_files_drawn import Answered, Truth

ENOUGH = {
    # type that is right -> types that do as well
    "integer": ("integer",),
    "number": ("number",),
    "boolean": ("boolean", "category"),
    "category": ("category", "boolean"),
    "date": ("date", "partial_date"),
    "text": ("text",),
}


def differences(text: str, truth: Truth, answers: Answered) -> list[str]:
    """Return what is wrong with the text of a study, in sentences; none where all is right."""
    study = yaml.safe_load(text)
    return [
        *_of_participants(study, truth, answers),
        *_of_types(study, truth),
        *_of_codes(study, truth, answers),
        *_of_missing(study, truth),
        *_of_identifying(study, truth),
        *_of_units(study, truth),
        *_of_times(study, truth),
        *_of_comments(text, truth),
    ]


def sources(study: Mapping[str, Any], entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the sources of a table or form, of which one may stand at the entry itself."""
    if "sources" in entry:
        return [dict(each) for each in entry["sources"]]
    keys = ("export", "columns", "codes", "missing", "where")
    return [{key: entry[key] for key in keys if key in entry}]


def codes_of(study: Mapping[str, Any], given: Any) -> dict[str, str]:
    """Return a map of codes, which may be a name for one that several share."""
    found = study.get("codes", {}).get(given, {}) if isinstance(given, str) else given or {}
    return {str(code): str(value) for code, value in found.items()}


def variables(study: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield each variable with its form; those of a series one by one."""
    for form in study.get("forms", {}).values():
        for each in form.get("variables", []):
            if "series" not in each:
                yield each, form
                continue
            for n in range(each["from"], each["to"] + 1):
                yield {**each, "column": each["column"].format(n)}, form


def _columns_of_tables(study: Mapping[str, Any]) -> dict[str, str]:
    """Return what the columns are that tables and forms take by a name of their own."""
    entries = [*study.get("tables", {}).values(), *study.get("forms", {}).values()]
    return {
        column: name
        for entry in entries
        for source in sources(study, entry)
        for name, column in source.get("columns", {}).items()
    }


def _of_participants(study: Mapping[str, Any], truth: Truth, answers: Answered) -> Iterator[str]:
    (source,) = sources(study, study["tables"]["participants"])
    if source["columns"].get("participant_id") != truth.id:
        yield "participants have another id"
    if source["columns"].get("arm") != answers.arm:
        yield "participants have their arm from another column"
    codes = codes_of(study, source.get("codes", {}).get("arm"))
    reference = codes.get(answers.reference, answers.reference)
    if study["study"]["arms"][0]["id"] != reference:
        yield "another arm is the reference"
    if len(study["study"]["arms"]) != len({*truth.codes[answers.arm].values()}):
        yield "there are more or fewer arms"


def _of_types(study: Mapping[str, Any], truth: Truth) -> Iterator[str]:
    redcap = any("redcap" in form for form in study.get("forms", {}).values())
    found: dict[str, set[str]] = {}
    for each, _ in variables(study):
        found.setdefault(each["column"], set()).add(each["type"])
    named = _columns_of_tables(study)
    for kind, headings in truth.types.items():
        for heading in headings:
            types = found.get(heading)
            if types is None:
                # Dates of allocation and of visits are columns of tables; a dictionary has types.
                if not (named.get(heading) or redcap):
                    yield f"{heading} is not used"
            elif not types <= {*ENOUGH[kind]}:
                yield f"{heading} is {', '.join(sorted(types))} and not {kind}"


def _of_codes(study: Mapping[str, Any], truth: Truth, answers: Answered) -> Iterator[str]:
    redcap = any("redcap" in form for form in study.get("forms", {}).values())
    (source,) = sources(study, study["tables"]["participants"])
    found = {each["column"]: codes_of(study, each.get("codes")) for each, _ in variables(study)}
    found[answers.arm] = codes_of(study, source.get("codes", {}).get("arm"))
    kinds = {each["column"]: each["type"] for each, _ in variables(study)}
    for heading, right in truth.codes.items():
        codes = found.get(heading)
        if codes is None or (not codes and kinds.get(heading) == "boolean"):
            if codes is None and not redcap:
                yield f"{heading} has no codes"
            continue
        # A code is read in any case unless another differs from it in nothing else.
        codes = {code.casefold(): value for code, value in codes.items()} | codes
        if lacking := [
            code for code in right if code.casefold() not in codes and code not in codes
        ]:
            yield f"{heading} lacks {len(lacking)} of its codes"
            continue
        pairs = {(right[code], codes.get(code, codes.get(code.casefold()))) for code in right}
        if len(pairs) != len({*right.values()}):
            yield f"{heading} has spellings of one answer as several, or several as one"


def _of_missing(study: Mapping[str, Any], truth: Truth) -> Iterator[str]:
    found = {str(each) for each in study.get("missing", [])}
    for export in study["exports"].values():
        found |= {str(each) for each in export.get("missing", [])}
    for each, _ in variables(study):
        found |= {str(code) for code in each.get("missing", [])}
    for code in truth.missing:
        if code not in found:
            yield f"{code} is not missing"


def _of_identifying(study: Mapping[str, Any], truth: Truth) -> Iterator[str]:
    withheld = {
        column
        for export in study["exports"].values()
        for column in (*export.get("identifiers", []), *export.get("ignore", []))
    }
    with_dictionary = any("dictionary" in export for export in study["exports"].values())
    used = {each["column"] for each, _ in variables(study)} | _columns_of_tables(study).keys()
    for heading in truth.identifying:
        if heading in used - {truth.id}:
            yield f"{heading} is used, and identifies people"
        elif heading not in withheld and not with_dictionary:
            yield f"{heading} is not withheld"


def _of_units(study: Mapping[str, Any], truth: Truth) -> Iterator[str]:
    found = {each["column"]: each.get("unit", "") for each, _ in variables(study)}
    for heading, unit in truth.units.items():
        if heading in found and found[heading] != unit:
            yield f"{heading} has the unit {found[heading] or 'none'} and not {unit}"


def _of_times(study: Mapping[str, Any], truth: Truth) -> Iterator[str]:
    at: dict[str, str] = {}
    for each, form in variables(study):
        at[each["column"]] = form["timepoint"]
    for stem, headings in truth.repeated.items():
        times = [at.get(heading) for heading in headings]
        if None in times or len({*times}) != len(times):
            yield f"{stem} is not at {len(headings)} timepoints"
    if not truth.long:
        return
    rows = [
        str(value)
        for form in study.get("forms", {}).values()
        for source in sources(study, form)
        for value in source.get("where", {}).get(truth.long, [])
    ]
    rows += [
        str(event)
        for form in study.get("forms", {}).values()
        for event in form.get("redcap", {}).get("events", [])
    ]
    if {*truth.timepoints} - {*rows}:
        yield f"the rows of {len({*truth.timepoints} - {*rows})} timepoints are not used"


def _of_comments(text: str, truth: Truth) -> Iterator[str]:
    """Tell of columns whose doubt stands in no comment before their entry."""
    lines = text.splitlines()
    for heading in truth.to_check:
        places = [
            n for n, line in enumerate(lines) if f"column: {heading}" in line.replace('"', "")
        ]
        if not any(_checked_above(lines, n) for n in places):
            yield f"nothing says what is to be checked of {heading}"


def _checked_above(lines: list[str], n: int) -> bool:
    """Return whether the comments above an entry of a list say what is to be checked."""
    while n > 0 and not lines[n].lstrip().startswith("- "):
        n -= 1
    while n > 0 and lines[n - 1].lstrip().startswith("#"):
        n -= 1
        if "To check" in lines[n]:
            return True
    return False
