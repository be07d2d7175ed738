"""Makes the dataset `turns`: one row is what one speaker says until another begins."""

from collections.abc import Sequence

import pandas as pd

from trialtrail.derive.derivation import Derivation, LeftOut, key_of, write_columns
from trialtrail.qualitative.turns import find_turns
from trialtrail.record import Rows, run
from trialtrail.tables import read_table, write_dataset

EMPTY = "the transcript has no words"
"""Why a transcript has no turn."""
TEXT = ("validated:transcripts.document", "validated:transcripts.text")
RULES = {
    "turn": ("Turn", "number in the order of the text"),
    "speaker": ("Speaker", "the label at the head of the line, by the rules of labels"),
    "interviewer": ("Interviewer", "whether the label is one of those who ask"),
    "start": ("Start", "first character after the label and the time stamp"),
    "end": ("End", "after the last character, without a time stamp at the end"),
    "time_start": ("From", "time stamp at the head of the turn, in seconds"),
    "time_end": ("To", "time stamp at the end of the turn, in seconds"),
    "text": ("Text", "what the transcript says from start to end"),
}
"""Title and rule of each column that is found in the texts."""
DERIVATIONS = [
    Derivation(name, TEXT, rule, title, "", lambda: None, by=("document",))
    for name, (title, rule) in RULES.items()
]
LEFT_OUT = [LeftOut("transcripts", EMPTY, TEXT[1:])]


def derive_turns(
    transcripts: pd.DataFrame, interviewers: Sequence[str], speakers: Sequence[str]
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the dataset, and how many transcripts have no turn for which reason."""
    turns = find_turns(transcripts, interviewers, speakers)
    empty = int((~transcripts["document"].isin(turns["document"])).sum())
    return turns, {EMPTY: empty} if empty else {}


def main(job) -> dict[str, Rows]:
    """Read the transcripts; write the dataset and its CSV twin."""
    from schemas.datasets.turns import Turns

    transcripts = read_table(job.input.transcripts)
    turns, left = derive_turns(transcripts, job.params.interviewers, job.params.speakers)
    Turns.validate(turns, lazy=True)
    write_dataset(turns, job.output.parquet, job.output.csv)
    key = key_of(Turns)
    write_columns(job.output.columns, turns, DERIVATIONS, "transcripts", key, LEFT_OUT)
    used = len(transcripts) - sum(left.values())
    return {"transcripts": Rows(read=len(transcripts), used=used, set_aside=left)}


run(main, globals())
