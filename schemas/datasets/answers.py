"""The contract of the dataset `answers`: what providers said in the questionnaire."""

import pandera.pandas as pa

from schemas.base import Text, YesNo, column


class Answers(pa.DataFrameModel):
    """One row is one item of the questionnaire in one provider's response.

    An item that the provider left out is a row without an answer.
    """

    response_id: Text = column("Response", "Number given by the questionnaire's program")
    provider_id: Text = column(
        "Provider", "Who answered; empty when the response is anonymous", nullable=True
    )
    item: Text = column("Item", "Name of the item in the configuration")
    answer: Text = column("Answer", "Empty when the item was left out", nullable=True)
    affirmed: YesNo = column(
        "Affirmed",
        "The answer is one that the configuration counts as yes; "
        "empty for free text and for an item that was left out",
        nullable=True,
    )

    class Config:
        """Exactly these columns, in this order; a response answers an item once."""

        strict = True
        ordered = True
        unique = ("response_id", "item")
