"""The contract of the table `answer_codings`."""

import pandera.pandas as pa

from schemas.base import Date, Record, Text, Whole, column


class AnswerCodings(Record):
    """One row is one code given by one coder to an answer in free words, or to a part of it."""

    response_id: Text = column(
        "Response", "The questionnaire it is of", references="questionnaire.response_id"
    )
    item: Text = column("Item", "Item of the questionnaire, as the configuration names it")
    code: Text = column("Code", "Name of the code", references="codebook.code")
    coder: Text = column("Coder", "Who gave the code")
    start: Whole = column(
        "Start",
        "First character, counted in code points from 0; empty where the whole answer is meant",
        optional=True,
        ge=0,
    )
    end: Whole = column("End", "Character after the last", optional=True, ge=1)
    coded_on: Date = column("Coded on", "Day of the coding", optional=True)

    class Config:
        """Key of the table."""

        unique = ["coder", "response_id", "item", "code", "start", "end"]

    @pa.dataframe_check(error="offsets: a coded part of an answer ends after it starts")
    def has_length(cls, frame):
        """An empty part codes nothing."""
        return ~(frame["end"] <= frame["start"]).fillna(False)
