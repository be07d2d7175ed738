"""Makes the table `quotations`: a row is a quotation, checked against transcript and register."""

import pandas as pd

from trialtrail.qualitative.codings import (
    completed_interviews,
    found_at,
    is_verbatim,
    texts_by_document,
)
from trialtrail.record import Rows, run
from trialtrail.results.takes import Takes, takes, write_takes
from trialtrail.tables import read_table, write_result

from schemas.results.base import conform
from schemas.results.quotations import Quotations

QUOTED, REGISTER = "validated:quotations", "validated:interviews"
ATTRIBUTES = ("role", "number", "stage")
SPEAKER = ("interview_id", *ATTRIBUTES)
"""Columns of the register that say whose words a quotation is."""
AGREES, DIFFERS, UNKNOWN = "agrees", "differs", "not in the register"
COLUMNS = [
    *("row", "quotation", "theme", "category", "role", "number", "stage"),
    *("printed_role", "printed_number", "printed_stage", "attribution", "differs_in"),
    *("interview_id", "document", "start", "end", "text", "verbatim", "found_at", "printable"),
]


def differs_in(quotation: dict) -> str:
    """Return which printed parts of the attribution are not those of the register, by name.

    Where the register says nothing, nothing disagrees with it.
    """
    pairs = {name: (quotation[name], quotation[f"printed_{name}"]) for name in ATTRIBUTES}
    different = [
        name
        for name, (register, printed) in pairs.items()
        if not pd.isna(printed) and not pd.isna(register) and register != printed
    ]
    return ", ".join(different)


def attribution(quotation: dict) -> str:
    """Return whether the printed attribution agrees with the register; what is not printed does."""
    if pd.isna(quotation["interview_id"]):
        return UNKNOWN
    return DIFFERS if quotation["differs_in"] else AGREES


def place(quotation: dict, texts: dict[str, str]) -> dict:
    """Return whether the quotation stands at its offsets, and where it stands if it does not.

    ``found_at`` is the offset of the nearest occurrence in the transcript, missing when the very
    words occur nowhere in it.
    """
    text = texts.get(quotation["document"], "")
    words, start, end = (quotation[name] for name in ("text", "start", "end"))
    verbatim = is_verbatim(words, text, start, end)
    return {"verbatim": verbatim, "found_at": start if verbatim else found_at(words, text, start)}


def collect_quotations(
    quotations: pd.DataFrame, transcripts: pd.DataFrame, interviews: pd.DataFrame
) -> pd.DataFrame:
    """Return the quotations in the order of the export.

    ``role``, ``number`` and ``stage`` are those of the register, for the interview whose
    transcript holds the words; ``printed_...`` are those of the export, and ``differs_in`` names
    the parts that do not agree. A quotation is ``printable`` in the report when it is verbatim at
    its offsets and its interview is in the register; the others are findings.
    """
    texts = texts_by_document(transcripts)
    register = completed_interviews(interviews)[["document", "interview_id", *ATTRIBUTES]]
    printed = quotations.rename(columns={name: f"printed_{name}" for name in ATTRIBUTES})
    rows = []
    for each in printed.merge(register, on="document", how="left").to_dict("records"):
        each |= {"row": f"q{each['quotation']}", "category": each["sub_theme"]}
        each |= place(each, texts) | {"differs_in": differs_in(each)}
        each["attribution"] = attribution(each)
        each["printable"] = each["verbatim"] and each["attribution"] != UNKNOWN
        rows.append(each)
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.astype(dict.fromkeys(("number", "printed_number", "found_at"), "Int64"))


def quotation_takes(table: pd.DataFrame) -> dict[str, list[dict]]:
    """Return what the cells of each quotation take: its record, its transcript, its interview."""
    taken = {}
    for row, number, document in zip(
        *(table[name] for name in ("row", "quotation", "document")), strict=True
    ):
        own = {"quotation": number}
        place = Takes(QUOTED, ("document", "start", "end", "text"), own)
        interview = {name: Takes(REGISTER, (name,), same=("document",)) for name in SPEAKER}
        words = Takes("validated:transcripts", ("text",), {"document": document})
        about = Takes(QUOTED, ("document",), own)
        speaker = {name: takes((name,), about, each) for name, each in interview.items()}
        printed = {
            name: takes((f"printed_{name}",), Takes(QUOTED, (name,), own)) for name in ATTRIBUTES
        }
        copied = {
            name: takes((name,), Takes(QUOTED, (name,), own))
            for name in ("quotation", "theme", "document", "start", "end")
        }
        taken[row] = [
            *(
                entry
                for each in (speaker, printed, copied)
                for part in each.values()
                for entry in part
            ),
            *takes(("category",), Takes(QUOTED, ("sub_theme",), own)),
            *takes(("text", "verbatim", "found_at", "printable"), place, words),
            *takes(
                ("attribution", "differs_in"),
                Takes(QUOTED, ("document", *ATTRIBUTES), own),
                *interview.values(),
            ),
        ]
    return taken


def main(job) -> dict[str, Rows]:
    """Read the quotations and where they come from; write the table."""
    quotations = read_table(job.input.quotations)
    table = collect_quotations(
        quotations, read_table(job.input.transcripts), read_table(job.input.interviews)
    )
    write_result(conform(table, Quotations), job.output.table)
    write_takes(job.output.takes, {"quotations": quotation_takes(table)})
    return {"quotations": Rows(read=len(quotations), used=len(table), set_aside={})}


run(main, globals())
