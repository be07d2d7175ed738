"""The contract of each result table, by the name of its file in `results/tables/`."""

import pandera.pandas as pa

from schemas.results.accounts import (
    DataDictionary,
    Exports,
    FormPatterns,
    Missing,
    Normalisation,
    QueryCounts,
    Resolutions,
    RowAccounts,
    Steps,
)
from schemas.results.arms import Arms
from schemas.results.claims import Claims
from schemas.results.curves import Curves
from schemas.results.estimates import Estimates
from schemas.results.harms import Harms
from schemas.results.models import Models
from schemas.results.qualitative import (
    Agreement,
    Convergence,
    Interviewees,
    JointDisplay,
    Quotations,
)
from schemas.results.retention import Retention
from schemas.results.simulation import OperatingCharacteristics, Power
from schemas.results.summaries import Summaries

CONTRACTS: dict[str, type[pa.DataFrameModel]] = {
    "agreement": Agreement,
    "arms": Arms,
    "claims": Claims,
    "convergence": Convergence,
    "curves": Curves,
    "data_dictionary": DataDictionary,
    "estimates": Estimates,
    "exports": Exports,
    "form_patterns": FormPatterns,
    "harms": Harms,
    "interviewees": Interviewees,
    "joint_display": JointDisplay,
    "missing": Missing,
    "models": Models,
    "normalisation": Normalisation,
    "query_counts": QueryCounts,
    "operating_characteristics": OperatingCharacteristics,
    "power": Power,
    "quotations": Quotations,
    "resolutions": Resolutions,
    "retention": Retention,
    "row_accounts": RowAccounts,
    "steps": Steps,
    "summaries": Summaries,
}
