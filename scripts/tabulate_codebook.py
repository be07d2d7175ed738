"""Makes the tables `codebook` (a row an entry) and `codebook_changes` (a row a changed code)."""

import pandas as pd

from trialtrail.qualitative.agreement.readers import reading
from trialtrail.qualitative.audit_trail import codebook_changes, example_of, records_of
from trialtrail.qualitative.codebook import codebook_of, entries, of_entry, where_of
from trialtrail.qualitative.codings import person_of, register_of, texts_by_document
from trialtrail.qualitative.disagreements import Place, places
from trialtrail.record import Rows, run
from trialtrail.results.takes import Takes, takes, write_takes
from trialtrail.tables import read_optional, read_table, write_result

from schemas.results.base import conform
from schemas.results.coding import CodebookChanges, CodebookEntries

SAID = ("definition", "inclusion", "exclusion", "example")
FROM_CODEBOOK, FROM_CODINGS = "codebook", "codings"
UNUSED, UNDEFINED = "defined and never used", "used without a definition"
NEITHER = "neither used nor defined"


def record_of(entry: pd.Series, records: dict[str, dict], groups: dict[str, dict]) -> dict:
    """Return the row of the codebook that an entry is; nothing where no row is."""
    if entry["code"]:
        return records.get(entry["code"], {})
    return groups.get(entry["row"].rpartition(".")[2], {})


def used(chosen: pd.DataFrame, register: pd.DataFrame) -> dict:
    """Return how far an entry was used, whose segments are ``chosen``."""
    there = register[register["document"].isin(chosen["document"])]
    return {
        "coders": chosen["coder"].nunique(),
        "passages": len(chosen),
        "interviews": len(there),
        "people": int(person_of(there).nunique()),
        "first_coded_on": chosen["coded_on"].min(),
        "last_coded_on": chosen["coded_on"].max(),
    }


def told(entry: pd.Series, record: dict, passages: int) -> str | None:
    """Return what is wanting of a code; of a group of codes nothing is."""
    if not entry["code"]:
        return None
    defined = any(pd.notna(record.get(name)) for name in SAID[:3])
    if defined:
        return None if passages else UNUSED
    return UNDEFINED if passages else NEITHER


def tabulate_codebook(
    codebook: pd.DataFrame,
    segments: pd.DataFrame,
    register: pd.DataFrame,
    agreed: list[Place] | None = None,
    texts: dict[str, str] | None = None,
) -> pd.DataFrame:
    """Return the themes, categories and codes in the order of the codebook, with their use.

    Args:
        codebook: the codebook.
        segments: the codings of all coders.
        register: the interviews that were held and have a document.
        agreed: the places from whose agreed passages examples are drawn; none are without.
        texts: the transcripts, to draw them from.
    """
    records = records_of(codebook)
    rows_of_groups = [
        each for each in codebook.to_dict("records") if each.get("codable") in (False, 0)
    ]
    groups = {str(each["code"]): each for each in rows_of_groups}
    rows = []
    for _, entry in entries(codebook).iterrows():
        record = record_of(entry, records, groups)
        row = {name: entry[name] for name in ("row", "level", "label")}
        row |= {name: record.get(name) for name in SAID} | {"code": entry["code"] or None}
        use = used(of_entry(segments, entry), register)
        if pd.notna(row["example"]):
            row["example_from"] = FROM_CODEBOOK
        elif agreed is not None and entry["code"]:
            row["example"] = example_of(agreed, texts or {}, entry["code"])
            row["example_from"] = FROM_CODINGS if row["example"] else None
        rows.append(row | use | {"told": told(entry, record, use["passages"])})
    return pd.DataFrame(rows)


def codebook_takes(codebook: pd.DataFrame, has_codebook: bool, drawn: bool) -> dict:
    """Return what the cells of each row take: the codebook's row, and the passages below it."""
    records = records_of(codebook)
    marked = ("document", "code", "coder", "coded_on")
    taken = {}
    for _, entry in entries(codebook).iterrows():
        there = Takes("dataset:segments", marked, where_of(entry))
        uses = ("coders", "passages", "interviews", "people", "first_coded_on", "last_coded_on")
        taken[entry["row"]] = [*takes((*uses, "told"), there)]
        record = records.get(entry["code"])
        if record is None or not has_codebook:
            continue
        own = {"code": str(record["code"])}
        for name in ("label", *SAID):
            if pd.notna(record.get(name)):
                taken[entry["row"]] += takes((name,), Takes("validated:codebook", (name,), own))
        if drawn and pd.isna(record.get("example")):
            taken[entry["row"]] += takes(
                ("example",), there, Takes("validated:transcripts", ("text",))
            )
    return taken


def change_takes(codebook: pd.DataFrame, changes: pd.DataFrame) -> dict:
    """Return what the cells of each change take: the codebook's row."""
    records = records_of(codebook)
    columns = {"replaces": "replaces", "on": "changed_on", "by": "changed_by", "why": "why"}
    taken = {}
    for code in changes["code"]:
        own = {"code": str(records[code]["code"])}
        parts = [takes((n,), Takes("validated:codebook", (c,), own)) for n, c in columns.items()]
        taken[code] = [entry for part in parts for entry in part]
    return taken


def main(job) -> dict[str, Rows]:
    """Read the codebook and the codings; write both tables."""
    segments, given = read_table(job.input.segments), read_optional(job.input, "codebook")
    transcripts = read_table(job.input.transcripts)
    register = register_of(read_optional(job.input, "interviews"), transcripts)
    codebook = codebook_of(segments["code"]) if given is None else given
    drawn = job.params.examples == FROM_CODINGS
    texts = texts_by_document(transcripts)
    read = reading(segments, list(texts), job.params.readers)
    agreed = places(segments, texts, read) if drawn else None
    table = tabulate_codebook(codebook, segments, register, agreed, texts)
    changes = codebook_changes(codebook)
    write_result(conform(table, CodebookEntries), job.output.table)
    write_result(conform(changes.assign(row=changes["code"]), CodebookChanges), job.output.changes)
    taken = {
        "codebook": codebook_takes(codebook, given is not None, drawn),
        "codebook_changes": change_takes(codebook, changes),
    }
    write_takes(job.output.takes, taken)
    return {"segments": Rows(read=len(segments), used=len(segments), set_aside={})}


run(main, globals())
