"""The contract of each dataset, by the name of its file in `results/datasets/`."""

import pandera.pandas as pa

from schemas.datasets.answers import Answers
from schemas.datasets.coded_answers import CodedAnswers
from schemas.datasets.coded_segments import CodedSegments
from schemas.datasets.consensus import Consensus
from schemas.datasets.contacts import Contacts
from schemas.datasets.outcomes import Outcomes
from schemas.datasets.participants import Participants
from schemas.datasets.providers import Providers
from schemas.datasets.turns import Turns

CONTRACTS: dict[str, type[pa.DataFrameModel]] = {
    "answers": Answers,
    "coded_answers": CodedAnswers,
    "consensus": Consensus,
    "contacts": Contacts,
    "outcomes": Outcomes,
    "participants": Participants,
    "providers": Providers,
    "segments": CodedSegments,
    "turns": Turns,
}
