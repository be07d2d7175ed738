"""Export what was coded as a REFI-QDA project, which programs for qualitative analysis open."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from trialtrail import __version__
from trialtrail.exchange.refi_qda import WHOLE, Coding, project
from trialtrail.qualitative.codebook import codebook_of, known_codes
from trialtrail.qualitative.codings import texts_by_document
from trialtrail.record import Rows, run
from trialtrail.tables import lookup, read_optional, read_table


def codes_of(codebook: pd.DataFrame) -> list[dict]:
    """Return of each code its path, id, guid and definition, in the order of the tree."""
    known = known_codes(codebook)
    if "definition" in codebook:
        definitions = lookup(known["given"], codebook["code"], codebook["definition"])
        known = known.assign(definition=definitions)
    columns = [name for name in ("path", "code", "guid", "definition") if name in known]
    return [_filled(each) for each in known[columns].to_dict("records")]


def codings_of(segments: pd.DataFrame, consensus: pd.DataFrame | None) -> list[Coding]:
    """Return the codings of each coder, and those of the consensus as one coder more."""
    found = [
        Coding(
            each["document"],
            each["code"],
            int(each["start"]),
            int(each["end"]),
            each["coder"],
            _day(each["coded_on"]),
            each.get("memo", ""),
            each.get("guid", ""),
            each.get("kind") == WHOLE,
        )
        for each in map(_filled, segments.to_dict("records"))
    ]
    if consensus is not None:
        found += [_decided(each) for each in map(_filled, consensus.to_dict("records"))]
    return found


def _decided(row: dict) -> Coding:
    """Return a coding of the consensus; who decided it and why is its memo."""
    why = f"{row['origin']} by {row['by']}: {row['why']}" if row.get("by") else row["origin"]
    place = (row["document"], row["code"], int(row["start"]), int(row["end"]))
    return Coding(*place, row["coder"], _day(row.get("on", "")), why)


def _filled(row: dict) -> dict:
    """Return a row with an empty text in the place of a missing value."""
    return {
        name: "" if not isinstance(value, tuple) and pd.isna(value) else value
        for name, value in row.items()
    }


def _day(value: object) -> str:
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else ""


def project_of(
    title: str,
    transcripts: pd.DataFrame,
    codebook: pd.DataFrame | None,
    segments: pd.DataFrame,
    consensus: pd.DataFrame | None = None,
) -> bytes:
    """Return the project: every transcript, the tree of codes, every coding."""
    if codebook is None:
        codebook = codebook_of(_codes_in(segments, consensus))
    return project(
        title,
        f"trialtrail {__version__}",
        texts_by_document(transcripts),
        codes_of(codebook),
        codings_of(segments, consensus),
    )


def _codes_in(*tables: pd.DataFrame | None) -> Sequence[str]:
    return [code for table in tables if table is not None for code in table["code"]]


def main(job) -> dict[str, Rows]:
    """Read what was coded, by which codes and in which texts; write the project."""
    segments = read_table(job.input.segments)
    transcripts = read_table(job.input.transcripts)
    consensus = read_optional(job.input, "consensus")
    codebook = read_optional(job.input, "codebook")
    data = project_of(job.params.title, transcripts, codebook, segments, consensus)
    Path(job.output.project).write_bytes(data)
    counts = {"segments": len(segments), "transcripts": len(transcripts)}
    if consensus is not None:
        counts["consensus"] = len(consensus)
    return {name: Rows(read=count, used=count) for name, count in counts.items()}


run(main, globals())
