"""Resolve queries: apply the answers of people as a layer over the raw data, and check anew.

The exports are read again, and the corrections stand in the place of what was read; the tables that
they touch are typed and checked again. What was accepted sets nothing aside any more.
"""

import shutil
from collections.abc import Callable, Sequence

import pandas as pd

from trialtrail.exports.read import ORIGIN, Export, read_export
from trialtrail.exports.redcap.dictionary import read_dictionary
from trialtrail.record import Rows, note, run
from trialtrail.tables import read_rows, read_table, write_csv, write_result, write_table
from trialtrail.validation.between import check_tables, plan_of, read_checked
from trialtrail.validation.cells import contract_of
from trialtrail.validation.evidence import with_evidence
from trialtrail.validation.findings import (
    QUERY_COLUMNS,
    cells_of,
    findings_frame,
    list_set_aside,
    number_queries,
)
from trialtrail.validation.plausibility.check import check_plausibility, sheets_in_use
from trialtrail.validation.redcap_findings import names_of, told_by_tables, validate_dictionary
from trialtrail.validation.resolutions import (
    Correction,
    account,
    corrected,
    read_resolutions,
    sort_out,
    with_states,
)
from trialtrail.validation.set_aside import Aside
from trialtrail.validation.table import validate_table

from schemas.results.accounts import Resolutions
from schemas.results.base import conform


def reader(job, corrections: Sequence[Correction]) -> Callable[[dict], Export]:
    """Return the function that reads an export with the corrections in it."""
    files = job.params.files_of
    return lambda spec: corrected(read_export(spec, list(files[spec["name"]])), corrections)


def check_again(job, read: Callable[[dict], Export], touched: set[str]) -> dict[str, pd.DataFrame]:
    """Check anew the tables that ``touched`` exports feed; return the findings of every table."""
    findings = {}
    places = zip(job.params.tables, job.input.checked, job.output.checked, strict=True)
    before = dict(zip(job.params.tables, job.input.found, strict=True))
    for table, path, target in places:
        own = job.params.contracts[table]
        sources = [dict(each, dictionary=False) for each in own["sources"]]
        if not touched & {each["name"] for each in sources}:
            shutil.copyfile(path, target)
            findings[table] = read_table(before[table])
            continue
        arms, actions = job.params.arms, job.params.actions
        contract = contract_of(table, own["variables"], own["is_form"], arms, actions)
        checked = validate_table(table, sources, contract, read)
        write_table(checked.frame, target)
        findings[table] = findings_frame(checked.found)
    return findings


def check_dictionaries(job, read, touched: set[str], findings: dict) -> list[pd.DataFrame]:
    """Return the findings of every dictionary, anew where its export is touched."""
    found = []
    paths = dict(zip(job.params.tables, job.output.checked, strict=True))
    dictionaries = zip(job.params.dictionaries, job.input.get("dictionary_found", []), strict=True)
    for spec, before in dictionaries:
        if spec["name"] not in touched:
            found.append(read_table(before))
            continue
        uses = spec["uses"]
        places = {table: read_table(paths[table], [*ORIGIN, "record"]) for table in uses}
        names = {table: names_of(frame, spec["name"]) for table, frame in places.items()}
        told = told_by_tables(pd.concat([findings[table] for table in uses], ignore_index=True))
        fields = read_dictionary(spec["dictionary"], spec["dictionary_label"])
        more = validate_dictionary(read(spec), spec, fields, uses, names, told)
        found.append(findings_frame(more))
    return found


def check_all(job, corrections: Sequence[Correction], spared: Sequence[tuple]) -> tuple:
    """Return (all findings with the corrections in their place, the records of each table)."""
    read, params = reader(job, corrections), job.params
    touched = {each.export for each in corrections}
    by_table = check_again(job, read, touched)
    dictionaries = check_dictionaries(job, read, touched, by_table)
    findings = pd.concat([*by_table.values(), *dictionaries], ignore_index=True)
    paths = dict(zip(params.tables, job.output.checked, strict=True))
    tables = read_checked(paths, params)
    plan = plan_of(params)
    findings = check_tables(tables, findings, params.actions, plan, params.headings, spared)
    aside = Aside.by(findings)
    whole = {table: read_rows(path) for table, path in paths.items()}
    odd = check_plausibility(sheets_in_use(whole, aside, params), params)
    return pd.concat([findings, odd], ignore_index=True), {k: len(v) for k, v in whole.items()}


def main(job):
    """Read queries, answers and exports; write tables, queries and the state of each answer."""
    params = job.params
    before = read_table(job.input.numbered)
    answers = read_resolutions(job.input.resolutions, params.label)
    states, corrections = sort_out(answers, before, params.label)
    accepted = before[before["query_id"].map(states).eq("accepted").fillna(False)]
    spared = frozenset(cells_of(accepted))
    findings, sizes = check_all(job, corrections, spared)
    raw = dict(zip(params.tables, job.input.raw, strict=True))
    after = with_evidence(number_queries(findings, params.severities), raw)
    queries, final = with_states(before, after, states)
    write_csv(queries[QUERY_COLUMNS], job.output.queries)
    write_table(queries, job.output.numbered)
    write_table(list_set_aside(findings, after), job.output.set_aside)
    write_result(conform(account(answers, final), Resolutions), job.output.resolutions)
    for answer in answers:
        note("resolution", query=answer.query_id, state=final[answer.query_id], **answer.signed)
    return {table: Rows(read=size, used=size) for table, size in sizes.items()}


run(main, globals())
