"""The text of `study.yaml`: each line with why it is so, and what is not sure as a comment."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator

from trialtrail.new_study.columns.doubts import Doubt, in_groups
from trialtrail.new_study.columns.judgement import Judged
from trialtrail.new_study.planning.draft import Column, Draft, ExportDraft, Form, OutcomeDraft
from trialtrail.new_study.planning.form_parts import UNDATED
from trialtrail.new_study.writing.yaml_text import comment, flow, scalar

TO_CHECK = "To check:"
"""How a comment begins that somebody has to look at."""
WIDTH = 110


def study_text(draft: Draft, schema: str, short: bool = True) -> str:
    """Return the whole file.

    Args:
        draft: the study.
        schema: path of the schema, seen from the file, by which editors complete keys.
        short: whether a table or form of one source is written without `sources`.
    """
    shared = shared_codes(draft) if short else {}
    lines = [
        *([f"# yaml-language-server: $schema={schema}"] if schema else []),
        "# Written by `trialtrail new` from the files below. What follows # is for people;",
        f'# lines that begin with "{TO_CHECK}" say what the files do not prove.',
        *_study(draft),
        *_exports(draft),
        *_missing(draft),
        *_codes(shared),
        *_participants(draft, short),
        *_forms(draft, short, shared),
        *_analysis(draft),
        *_validation(draft),
    ]
    return "\n".join(lines) + "\n"


def lines_to_check(text: str) -> list[int]:
    """Return the numbers of the lines that somebody has to look at."""
    lines = enumerate(text.splitlines(), start=1)
    return [n for n, line in lines if line.lstrip().startswith(f"# {TO_CHECK}")]


def _check(text: str, indent: int) -> list[str]:
    """Return a sentence to be checked as comments, broken into lines."""
    text = text if text.startswith(TO_CHECK) else f"{TO_CHECK} {text}"
    return _told(text, indent)


def _told(text: str, indent: int) -> list[str]:
    room = max(40, WIDTH - indent)
    parts = textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False)
    return [" " * indent + comment(part) for part in parts]


def _study(draft: Draft) -> Iterator[str]:
    yield "study:"
    yield from _check("Replace this by the title of your report.", 2)
    yield f"  title: {scalar(draft.title)}"
    yield f"  short_name: {scalar(draft.title.split(' (')[0])}"
    yield from _check(
        "Say true where the data are invented; the report then says so on its first page.", 2
    )
    yield "  synthetic: false"
    yield f"  arms: # of the column {comment(draft.arm_column)[2:]}; the first is the reference"
    for arm in draft.arms:
        yield f"    - {{id: {scalar(arm.id)}, label: {scalar(arm.label)}}}"


def _exports(draft: Draft) -> Iterator[str]:
    if draft.outside:
        yield ""
        yield "# A file lies outside the folder of this one."
        yield "outside_files: true"
    yield ""
    yield "exports:"
    for export in draft.exports:
        yield from _export(export)


def _export(export: ExportDraft) -> Iterator[str]:
    if not export.used:
        yield from _check(f"{export.name} ({export.file}) is not used: {export.why_not}.", 2)
        return
    yield f"  {scalar(export.name)}:"
    for note in export.notes:
        yield from _told(note, 4)
    yield f"    file: {scalar(export.file)} # seen from the folder of this file"
    for key, value, why in export.keys:
        yield f"    {key}: {flow(value)}" + (f" {comment(why)}" if why else "")
    if export.ignored:
        yield "    ignore: # every column is used or listed here"
        said, covered = in_groups((i.heading, doubt) for i in export.ignored for doubt in i.doubts)
        for line in said:
            yield from _check(line, 6)
        for each in export.ignored:
            for doubt in each.doubts:
                if (each.heading, doubt) not in covered:
                    yield from _check(doubt, 6)
            yield f"      - {scalar(each.heading)} {comment(each.why)}"


def _missing(draft: Draft) -> Iterator[str]:
    yield ""
    yield "missing: # cells that mean that there is no value"
    yield '  - ""'
    for text, cells in draft.missing.items():
        yield f"  - {scalar(text)} # {cells}"


def shared_codes(draft: Draft) -> dict[str, dict]:
    """Return {name: codes} of codes that several variables share and that mean yes and no."""
    alike: Counter[str] = Counter()
    codes: dict[str, dict] = {}
    for form in draft.forms:
        for column in form.columns:
            if (
                _type(column) == "boolean"
                and not column.judged.column.value_labels
                and not column.codes
            ):
                written = _all_spellings(column.judged)
                key = flow(written)
                alike[key] += 1
                codes[key] = written
    several = [key for key, n in alike.items() if n > 1]
    names = ["yes_no", *(f"yes_no_{n}" for n in range(2, len(several) + 1))]
    return {name: codes[key] for name, key in zip(names, several, strict=False)}


def _codes(shared: dict[str, dict]) -> Iterator[str]:
    if shared:
        yield ""
        yield "codes: # shared by several variables, which name them"
        for name, codes in shared.items():
            yield f"  {name}: {flow(codes)}"


def _participants(draft: Draft, short: bool) -> Iterator[str]:
    yield ""
    yield "tables:"
    yield "  participants: # a row is somebody who was randomised"
    columns = {"participant_id": draft.id_column, "arm": draft.arm_column}
    if draft.dated:
        columns["randomised_on"] = draft.dated
    several = sum(export.used for export in draft.exports) > 1
    pad = "    " if short else "        "
    if not short:
        yield "    sources:"
        yield f"      - export: {scalar(draft.main)}"
    elif several:
        yield f"    export: {scalar(draft.main)}"
    yield f"{pad}columns:"
    whys = {
        "participant_id": draft.id_why,
        "arm": "as you said",
        "randomised_on": "its heading says so",
    }
    for name, heading in columns.items():
        yield f"{pad}  {name}: {scalar(heading)} {comment(whys[name])}"
    yield f"{pad}codes:"
    yield f"{pad}  arm:"
    for arm in draft.arms:
        for code, cells in (arm.spellings or {arm.code: arm.cells}).items():
            other = "" if code == arm.code else f", another spelling of {arm.code}"
            yield f"{pad}    {scalar(code)}: {scalar(arm.id)} {comment(_cells(cells) + other)}"
    if draft.where:
        yield f"{pad}where: {flow(draft.where)} {comment(draft.where_why)}"
    own = {}
    if draft.arm_missing:
        own["arm"] = draft.arm_missing
    if draft.dated_missing:
        own["randomised_on"] = draft.dated_missing
    if own:
        yield f"{pad}missing: {flow(own)}"


def _cells(cells: int) -> str:
    return "1 cell" if cells == 1 else f"{cells} cells"


def _forms(draft: Draft, short: bool, shared: dict[str, dict]) -> Iterator[str]:
    if not draft.forms:
        return
    yield ""
    yield "forms: # what was measured, one form a timepoint"
    for line in draft.instruments:
        yield from _told(line, 2)
    several = sum(export.used for export in draft.exports) > 1
    of_all = [column for form in draft.forms for column in form.columns]
    said, covered = in_groups((c.judged.heading, doubt) for c in of_all for doubt in _doubts(c))
    for line in said:
        yield from _check(line, 2)
    for form in draft.forms:
        yield from _form(form, draft, short, several, shared, covered)
        covered |= {(c.judged.heading, doubt) for c in form.columns for doubt in _doubts(c)}


def _doubts(column: Column) -> list[str]:
    """Return what is to be checked of a column; of one that people decided on, nothing."""
    return [] if column.type else [*column.judged.doubts, *_unsure(column)]


def _form(
    form: Form, draft: Draft, short: bool, several: bool, shared: dict, covered: set
) -> Iterator[str]:
    yield f"  {form.id}:" + (f" {comment(form.why)}" if form.why else "")
    for note in form.notes:
        yield from _check(note, 4)
    yield f"    label: {scalar(form.label)}"
    yield f"    timepoint: {scalar(form.timepoint)}"
    if form.timepoint == UNDATED:
        yield "    visit: false # nobody knows when: it is in neither the flow nor the timetable"
    if form.redcap:
        yield f"    redcap: {flow(form.redcap)}"
        return
    if form.repeats:
        yield f"    repeats: {scalar(form.repeats)}"
    same = form.export == draft.main and form.id_column == draft.id_column
    columns = {"participant_id": form.id_column}
    if short:
        if several:
            yield f"    export: {scalar(form.export)}"
        if not same:
            yield f"    columns: {flow(columns)}"
        if form.where:
            yield f"    where: {flow(form.where)}"
    else:
        source = {"export": form.export, "columns": columns}
        if form.where:
            source["where"] = form.where
        yield f"    sources: [{flow(source)}]"
    yield "    variables:"
    for column in form.columns:
        for doubt in _doubts(column):
            if (column.judged.heading, doubt) not in covered:
                yield from _check(doubt, 6)
        yield from _variable(column, draft, shared)


def _type(column: Column) -> str:
    return column.type or column.judged.type


def _variable(column: Column, draft: Draft, shared: dict[str, dict]) -> Iterator[str]:
    judged = column.judged
    kind = _type(column)
    keys: dict[str, object] = {
        "id": column.id,
        "column": judged.heading,
        "type": kind,
        "label": _label(column.label),
    }
    if judged.unit and kind in ("integer", "number", "censored"):
        keys["unit"] = judged.unit
    own = [
        m.text
        for m in judged.missing
        if m.sure and m.text not in draft.missing and m.text not in judged.column.missing
    ]
    if own:
        keys["missing"] = own
    codes = column.codes or (judged.codes if kind in ("category", "boolean") else {})
    counted = [f"`{m.text}` {m.cells}" for m in judged.missing if m.text in own]
    why = judged.why + (f"; no value: {', '.join(counted)}" if counted else "")
    why = "; ".join([*column.notes, why])
    whole = _all_spellings(judged) if kind == "boolean" and not column.codes else None
    named = next((name for name, of in shared.items() if of == whole), "")
    if named and not judged.column.value_labels:
        yield f"      - {flow({**keys, 'codes': named})} {comment(_all_cells(judged))}"
        return
    if not codes:
        yield f"      - {flow(keys)} {comment(why)}"
        return
    first, *rest = keys.items()
    yield f"      - {first[0]}: {scalar(first[1])} {comment(why)}"
    for key, value in rest:
        yield f"        {key}: {flow(value)}"
    yield "        codes:"
    for code, value, said in _each_spelling(judged, codes):
        yield f"          {scalar(code)}: {scalar(value)} {comment(said)}"
    labels = {value: label for value, label in judged.labels.items() if value != label}
    if labels and kind == "category":
        yield f"        labels: {flow(labels)}"


def _each_spelling(judged: Judged, codes: dict) -> Iterator[tuple[str, object, str]]:
    """Yield each spelling of each code with its value, and how many cells have it.

    Those that another spelling of the code has are not written where the file declares its codes.
    """
    for code, value in codes.items():
        spellings = judged.spellings.get(code, {})
        if judged.column.value_labels or code not in spellings:
            yield code, value, _cells(sum(spellings.values()))
            continue
        for text, cells in spellings.items():
            other = "" if text == code else f", another spelling of {code}"
            yield text, value, _cells(cells) + other


def _all_spellings(judged: Judged) -> dict[str, object]:
    return {code: value for code, value, _ in _each_spelling(judged, judged.codes)}


def _all_cells(judged: Judged) -> str:
    of_all = [pair for of in judged.spellings.values() for pair in of.items()]
    return ", ".join(f"`{text}` {cells}" for text, cells in of_all)


def _unsure(column: Column) -> Iterable[str]:
    """Yield what to ask of texts that may mean no value, once for all of the column."""
    unsure = [each for each in column.judged.missing if not each.sure]
    if not unsure:
        return
    cells = [f"{each.cells} cell{'s' * (each.cells > 1)} `{each.text}`" for each in unsure]
    why = " or ".join(dict.fromkeys(each.why for each in unsure))
    texts = ", ".join(scalar(each.text) for each in unsure)
    many = "It means" if len(unsure) == 1 else "They mean"
    yield Doubt(
        f"{' and '.join(cells)}: {why}. Where {many.lower()} no value, add `missing: [{texts}]`.",
        "Some cells of these stand apart from all others: where they mean no value, name them"
        " under `missing` of the variable",
        ", ".join(cells),
    )


def _label(text: str) -> str:
    words = text.replace("_", " ").strip() or text
    return words[0].upper() + words[1:]


def _analysis(draft: Draft) -> Iterator[str]:
    yield ""
    if draft.primary is None and not draft.others:
        yield from _check("No outcome was named, so nothing is estimated.", 0)
        return
    times = list(dict.fromkeys(form.timepoint for form in draft.forms))
    if draft.primary is None:
        yield from _check("No primary outcome was named. These measures may be outcomes:", 0)
        yield "# analysis:"
        yield "#   outcomes:"
        for other in draft.others:
            yield from _outcome(other, "secondary", "#     ")
        return
    yield "analysis:"
    primary = draft.primary
    measured = {time for time, _, _ in primary.measured}
    if len(measured) > 1:
        yield "  timepoints: # in their order"
        labels = {form.timepoint: form.label for form in draft.forms}
        for time in times:
            if time in measured:
                yield f"    - {{id: {scalar(time)}, label: {scalar(labels[time])}}}"
    yield "  outcomes:"
    if primary.kind == "continuous":
        yield from _check(
            "`continuous` compares means; a number of events is `kind: count`, a time until an"
            " event `kind: time_to_event`, from the dates of the event and of the last contact.",
            4,
        )
    yield from _outcome(primary, "primary", "    ")
    if draft.others:
        yield from _check(
            "Other measures at several timepoints, which are no outcomes until you say so:", 4
        )
        for other in draft.others:
            yield from _outcome(other, "secondary", "    # ")


def _outcome(outcome: OutcomeDraft, role: str, pad: str) -> Iterator[str]:
    why = " # as you said" if role == "primary" else ""
    yield f"{pad}- id: {scalar(outcome.id)}{why}"
    yield f"{pad}  label: {scalar(outcome.label)}"
    yield f"{pad}  role: {role}"
    yield f"{pad}  kind: {outcome.kind}"
    if outcome.unit and outcome.kind == "continuous":
        yield f"{pad}  unit: {scalar(outcome.unit)}"
    if outcome.at:
        yield f"{pad}  at: {scalar(outcome.at)} # the primary timepoint"
    if len(outcome.measured) == 1:
        _, form, variable = outcome.measured[0]
        yield f"{pad}  form: {scalar(form)}"
        yield f"{pad}  variables: [{scalar(variable)}]"
        return
    yield f"{pad}  measured:"
    for _, form, variable in outcome.measured:
        yield f"{pad}    - {flow({'form': form, 'variables': [variable]})}"


def _validation(draft: Draft) -> Iterator[str]:
    if not draft.actions:
        return
    yield ""
    yield "validation:"
    yield from _told("These would stop a run: here each becomes a query, and is set aside.", 2)
    yield "  actions:"
    for rule, why in draft.actions.items():
        yield f"    {rule}: set_aside {comment(why)}"
