"""Makes the table `quotations`: a row is a quotation with what proves its words and its speaker."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd
from runrecord.digest import file_digest

from trialtrail.qualitative.attributions import (
    ATTRIBUTES,
    DIFFERS,
    UNKNOWN,
    acknowledged,
    attribution,
    check_entries,
    differs_in,
)
from trialtrail.qualitative.codings import (
    INTERVIEWED,
    completed_interviews,
    found_at,
    texts_by_document,
)
from trialtrail.qualitative.disclosure_flags import edits_decided, undecided_rules
from trialtrail.qualitative.disclosure_lists import optional_table, pseudonyms_of
from trialtrail.qualitative.labels import Naming, label, label_forms, labels_of, labels_of_documents
from trialtrail.qualitative.passages_in_files import place_in_file
from trialtrail.qualitative.quotation_edits import edits_as_json
from trialtrail.qualitative.quoted_passages import (
    Passage,
    cautions_on,
    quoted_passages,
    speakers_within,
)
from trialtrail.record import Rows, run
from trialtrail.results.takes import Takes, takes, write_takes
from trialtrail.tables import read_table, write_result

from schemas.results.base import conform
from schemas.results.quotations import Quotations

QUOTED, REGISTER = "validated:quotations", "validated:interviews"
SPEAKER = ("interview_id", *ATTRIBUTES)
"""Columns of the register that say whose words a quotation is."""
WORDS = ("text", "edits", "verbatim", "found_at", "slice_sha256", "cautions", "refused")
NO_REGISTER = "no register"


@dataclass(frozen=True)
class Known:
    """What is known beside the quotations and the transcripts.

    Attributes:
        interviews: the register, None where the study has none.
        edits, flags, turns: the raw table of edits, the flags with what is decided of them, and the
            speaker turns, where there are some.
        names: pseudonyms by name.
        attributions: what people acknowledged of the speakers, by the row of a quotation.
        naming: what people are called.
        files: the file of each transcript, by document.
    """

    interviews: pd.DataFrame | None = None
    edits: pd.DataFrame | None = None
    flags: pd.DataFrame | None = None
    turns: pd.DataFrame | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    attributions: Mapping[str, dict] = field(default_factory=dict)
    naming: Naming = field(default_factory=Naming)
    files: Mapping[str, str] = field(default_factory=dict)


def with_speakers(quotations: pd.DataFrame, documents: Iterable[str], known: Known) -> pd.DataFrame:
    """Return the quotations with the speaker of each: from the register, where there is one."""
    printed = quotations.rename(columns={name: f"printed_{name}" for name in ATTRIBUTES})
    if known.interviews is None:
        blank = dict.fromkeys(SPEAKER, pd.NA)
        called = labels_of_documents(documents, known.naming)
        labels = [called.get(each, known.naming.nobody) for each in printed["document"]]
        return printed.assign(**blank, label=labels)
    register = completed_interviews(known.interviews)[["document", *SPEAKER]]
    labels = labels_of(known.interviews, known.naming)[["interview_id", "label"]]
    register = register.merge(labels, on="interview_id", how="left")
    return printed.merge(register, on="document", how="left")


def printed_label(quotation: Mapping, forms: Mapping[str, str], naming: Naming) -> str:
    """Return what the speaker whom the export names would be called, in the form of that role."""
    parts = (quotation[f"printed_{name}"] for name in ATTRIBUTES)
    role, number, stage = ("" if pd.isna(part) else str(part) for part in parts)
    return label(role, number, stage, forms.get(role, "nobody"), naming)


def refusals(quotation: dict, passage: Passage, known: Known) -> list[str]:
    """Return why a quotation may not be printed, each reason for people; empty where it may."""
    reasons = list(passage.faults)
    if not reasons and not quotation["verbatim"]:
        told = "the words are not those of the transcript with the edits given"
        at = quotation["found_at"]
        reasons.append(told if at is None else f"{told}; they stand at character {at}")
    if quotation["attribution"] == DIFFERS and not quotation["acknowledged"]:
        reasons.append(f"the register contradicts the {quotation['differs_in']} attributed to it")
    if known.flags is not None:
        for rule in undecided_rules(known.flags, quotation["row"]):
            reasons.append(f"nobody has decided on words that the rule `{rule}` flags")
    return reasons


def words_of(quotation: dict, passage: Passage, known: Known) -> dict:
    """Return what is printed of a passage, and what proves it."""
    words, start = quotation["text"], quotation["start"]
    verbatim = passage.gives(words)
    plain = not passage.edits and not pd.isna(start)
    found = found_at(words, passage.transcript, start) if plain and not verbatim else None
    document = quotation["document"]
    speakers = []
    if known.turns is not None:
        speakers = speakers_within(known.turns, document, passage.start, passage.end)
    file = known.files.get(document)
    before = passage.start / max(1, len(passage.transcript))
    return {
        "verbatim": verbatim,
        "found_at": start if verbatim and plain else found,
        "text": passage.printed if verbatim else words,
        "edits": edits_as_json(passage.every_edit),
        "slice_sha256": passage.digest,
        "source_sha256": file_digest(file) if file else None,
        "place": place_in_file(file, passage.raw, before) if file and passage.raw else None,
        "cautions": "; ".join(cautions_on(passage, speakers)),
    }


def collect_quotations(
    quotations: pd.DataFrame, transcripts: pd.DataFrame, known: Known
) -> pd.DataFrame:
    """Return the quotations in the order of the export.

    ``role``, ``number`` and ``stage`` are those of the register, for the interview whose
    transcript holds the words; ``printed_...`` are those of the export, and ``differs_in`` names
    the parts that do not agree. ``text`` is what the transcript's words become by the edits; where
    that is not what the export has, the export's. A quotation is ``printable`` when nothing is
    ``refused`` of it and its interview is in the register; one that is refused stops the report.
    """
    texts = texts_by_document(transcripts)
    sources = dict(zip(transcripts["document"], transcripts.get("_file", ""), strict=False))
    passages = quoted_passages(quotations, texts, known.edits, known.names)
    check_entries(known.attributions, [f"q{number}" for number in passages])
    forms = {} if known.interviews is None else label_forms(known.interviews, known.naming)
    rows = []
    for each in with_speakers(quotations, transcripts["document"], known).to_dict("records"):
        each |= {"row": f"q{each['quotation']}", "category": each["sub_theme"]}
        passage = passages[str(each["quotation"])]
        if known.flags is not None:
            own = tuple(edits_decided(known.flags, each["row"]))
            passage = replace(passage, decided=own)
        each["printed_label"] = printed_label(each, forms, known.naming) if forms else None
        each |= {"source": sources.get(each["document"]), "differs_in": differs_in(each)}
        each |= {"export_file": each.get("_file"), "export_line": each.get("_line")}
        each |= words_of(each, passage, known)
        each["attribution"] = NO_REGISTER if known.interviews is None else attribution(each)
        each["acknowledged"] = acknowledged(each, known.attributions.get(each["row"]))
        each["refused"] = "; ".join(refusals(each, passage, known))
        each["printable"] = not each["refused"] and each["attribution"] != UNKNOWN
        rows.append(each)
    columns = list(Quotations.to_schema().columns)
    return pd.DataFrame(rows, columns=columns).astype(
        dict.fromkeys(("number", "printed_number", "found_at", "export_line"), "Int64")
    )


def quotation_takes(table: pd.DataFrame, known: Known) -> dict[str, list[dict]]:
    """Return what the cells of each quotation take: its record, its transcript, its interview."""
    taken = {}
    for row, number, document in zip(
        *(table[name] for name in ("row", "quotation", "document")), strict=True
    ):
        own = {"quotation": number}
        place = Takes(QUOTED, ("document", "start", "end", "text"), own)
        words = [Takes("validated:transcripts", ("text",), {"document": document})]
        words += _edits_taken(own, row, known)
        printed = {
            name: takes((f"printed_{name}",), Takes(QUOTED, (name,), own)) for name in ATTRIBUTES
        }
        printed["label"] = takes(("printed_label",), Takes(QUOTED, ATTRIBUTES, own))
        copied = {
            name: takes((name,), Takes(QUOTED, (name,), own))
            for name in ("quotation", "theme", "document", "start", "end")
        }
        parts = [*printed.values(), *copied.values(), *_speaker_taken(own, known)]
        taken[row] = [
            *(entry for part in parts for entry in part),
            *takes(("category",), Takes(QUOTED, ("sub_theme",), own)),
            *takes((*WORDS, "printable"), place, *words),
        ]
    return taken


def _edits_taken(own: dict, row: str, known: Known) -> list[Takes]:
    """Return the rows of edits, pseudonyms and decisions that may change a quotation."""
    more = []
    if known.edits is not None:
        more.append(Takes("validated:quotation_edits", ("kind", "start", "end", "text"), own))
    if known.names:
        more.append(Takes("validated:pseudonyms", ("name", "pseudonym")))
    if known.flags is not None:
        mine = known.flags[(known.flags["item"] == row) & known.flags["by"].ne("")]
        if len(mine):
            chosen = {"flag": sorted(set(mine["flag"]))}
            more.append(Takes("validated:disclosure_decisions", ("decision", "text"), chosen))
    return more


def _speaker_taken(own: dict, known: Known) -> Iterable[list[dict]]:
    """Yield what the cells about the speaker take; a label rests on all people interviewed."""
    if known.interviews is None:
        return
    interview = {name: Takes(REGISTER, (name,), same=("document",)) for name in SPEAKER}
    about = Takes(QUOTED, ("document",), own)
    yield from (takes((name,), about, each) for name, each in interview.items())
    status = known.interviews["status"].notna().any()
    held = {"status": INTERVIEWED} if status else {"document": {"known": True}}
    yield takes(("label",), Takes(REGISTER, ATTRIBUTES, held))
    printed = Takes(QUOTED, ("document", *ATTRIBUTES), own)
    yield takes(("attribution", "differs_in"), printed, *interview.values())


def files_by_document(transcripts: pd.DataFrame, paths: Iterable[str]) -> dict[str, str]:
    """Return the file of each transcript: the one whose path ends as the table names it."""
    given = [Path(path).as_posix() for path in paths]
    found = {}
    for document, named in zip(transcripts["document"], transcripts["_file"], strict=True):
        for path in given:
            if path == named or path.endswith(f"/{named}") or named.endswith(f"/{path}"):
                found[document] = path
    return found


def main(job) -> dict[str, Rows]:
    """Read the quotations and where they come from; write the table."""
    quotations, transcripts = read_table(job.input.quotations), read_table(job.input.transcripts)
    files = job.input.files
    known = Known(
        interviews=optional_table(job.input, "interviews"),
        edits=optional_table(job.input, "edits"),
        flags=optional_table(job.input, "flags"),
        turns=optional_table(job.input, "turns"),
        names=pseudonyms_of(optional_table(job.input, "pseudonyms"), transcripts),
        attributions=job.params.attributions,
        naming=Naming.of(job.params.naming),
        files=files_by_document(transcripts, [files] if isinstance(files, str) else files),
    )
    table = collect_quotations(quotations, transcripts, known)
    write_result(conform(table, Quotations), job.output.table)
    write_takes(job.output.takes, {"quotations": quotation_takes(table, known)})
    return {"quotations": Rows(read=len(quotations), used=len(table), set_aside={})}


run(main, globals())
