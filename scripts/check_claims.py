"""Makes the table `claims`: one row is one published figure beside the reproduced one."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from trialtrail.errors import StudyError
from trialtrail.record import Rows, run
from trialtrail.results.cells import Cells, nearest
from trialtrail.results.claims import PARTS, Check, as_printed, check, figure, note_contradictions
from trialtrail.results.takes import RESULT, TAKES, RowTakes, Takes, takes, write_takes
from trialtrail.tables import read_table, write_csv

from schemas.results.base import conform
from schemas.results.claims import Claims


def refuse_unknown(mappings: Mapping[str, Any], published: pd.DataFrame) -> None:
    """Refuse cells for a claim that was not published, and a claim that is published twice.

    Raises:
        StudyError: with the name that is nearest.
    """
    known = list(published["id"])
    unknown = sorted(set(mappings) - set(known))
    if unknown:
        raise StudyError(
            f"no published figure has the id `{unknown[0]}`{nearest(unknown[0], known)}",
            where="configuration, cells of the claims",
            rule="cells are named for published figures",
            remedy="correct the id",
        )
    if published["id"].duplicated().any():
        raise StudyError(
            "two published figures have one id",
            where="table published, column id",
            rule="a claim has an id of its own",
            remedy="rename one of them",
        )


def row_of(result: Check, published: Mapping[str, str]) -> dict[str, Any]:
    """Return the row of a claim: texts as printed, and each reproduced part in full precision."""
    found = {part: value for part, value in result.found.items() if value is not None}
    texts = {part: as_printed(value, result.printed[part]) for part, value in found.items()}
    address = result.cells.get("value")
    return {
        "id": result.claim,
        "published": figure(result.printed),
        "reproduced": figure(texts) if "value" in texts else "",
        "verdict": result.verdict,
        "note": "; ".join(result.notes),
        "quantity": published["quantity"],
        "source": published["source"],
        "published_note": published["note"],
        "cell": str(address) if address else "",
    } | {f"reproduced_{part}": found.get(part) for part in PARTS}


def claim_takes(result: Check, cells: Cells) -> list[dict[str, Any]]:
    """Return what the cells of a claim take: the published record, and cells of the results."""
    published = Takes("validated:published", PARTS, {"id": result.claim})
    addresses = {part: cells.canonical(each) for part, each in result.cells.items()}
    found = {
        part: Takes(f"{RESULT}:{each.table}", (each.column,), {"row": each.row})
        for part, each in addresses.items()
    }
    return [
        *takes(("published",), published),
        *takes(("reproduced",), *found.values()),
        *(entry for part, each in found.items() for entry in takes((f"reproduced_{part}",), each)),
        *takes(("verdict", "note"), published, *found.values()),
    ]


def check_claims(
    published: pd.DataFrame, mappings: Mapping[str, Any], cells: Cells
) -> pd.DataFrame:
    """Return a row a claim, in the order of publication.

    ``note`` says what the checks found, ``published_note`` what a reader of the publication noted.

    Args:
        published: figures as text, empty or missing where a part was not printed.
        mappings: claim id to ``table#row``, or to an address by part.
        cells: the result tables.
    """
    refuse_unknown(mappings, published)
    records = published.astype("string").fillna("").to_dict("records")
    checks = [check(each["id"], each, mappings.get(each["id"]), cells) for each in records]
    note_contradictions(checks)
    rows = [row_of(result, each) for result, each in zip(checks, records, strict=True)]
    table = pd.DataFrame(rows).astype({f"reproduced_{part}": "Float64" for part in PARTS})
    table.attrs[TAKES] = RowTakes({each.claim: claim_takes(each, cells) for each in checks})
    return table


def main(job) -> dict[str, Rows]:
    """Read the published figures and the result tables; write the table."""
    published = read_table(job.input.published)
    cells = Cells.of_files(job.input.tables)
    table = check_claims(published, job.params.cells or {}, cells)
    write_csv(conform(table, Claims), job.output.table)
    write_takes(job.output.takes, {"claims": table.attrs[TAKES]})
    return {"published": Rows(read=len(published), used=len(table), set_aside={})}


run(main, globals())
