"""The contract of each result table, by the name of its file in `results/tables/`."""

import pandera.pandas as pa

from schemas.results.accounts import (
    DataDictionary,
    Exports,
    FormPatterns,
    Missing,
    Normalisation,
    ProjectElements,
    QueryCounts,
    Resolutions,
    RowAccounts,
    Steps,
)
from schemas.results.agreement import Agreement, AgreementDrift, Disagreements, Readings
from schemas.results.arms import Arms
from schemas.results.cases import (
    CaseMatrix,
    DeviantCases,
    Fragility,
    FrameworkMatrix,
    QuotationBalance,
    StagePeople,
    ThemeByGroup,
)
from schemas.results.checklists import Checklists
from schemas.results.claims import Claims
from schemas.results.coding import (
    CodebookChanges,
    CodebookEntries,
    CodingHistory,
    ConsensusDecisions,
    DisagreementPlaces,
    Saturation,
    SaturationCurve,
)
from schemas.results.conduct import Conduct, Statements
from schemas.results.curves import Curves
from schemas.results.deviations import Deviations, PlanVersions
from schemas.results.estimates import Estimates
from schemas.results.harms import Harms
from schemas.results.interviewees import Interviewees
from schemas.results.interviewees_against_randomised import IntervieweesAgainstRandomised
from schemas.results.joint_display import Convergence, JointDisplay
from schemas.results.models import Models
from schemas.results.plan import Plan
from schemas.results.quotations import Quotations
from schemas.results.query_effects import QueryEffects
from schemas.results.retention import Retention
from schemas.results.simulation import OperatingCharacteristics, Power
from schemas.results.summaries import Summaries
from schemas.results.word_disclosure import WordDisclosure
from schemas.results.threads import Threads

CONTRACTS: dict[str, type[pa.DataFrameModel]] = {
    "agreement": Agreement,
    "agreement_drift": AgreementDrift,
    "arms": Arms,
    "case_matrix": CaseMatrix,
    "checklists": Checklists,
    "claims": Claims,
    "conduct": Conduct,
    "consensus": ConsensusDecisions,
    "convergence": Convergence,
    "codebook": CodebookEntries,
    "codebook_changes": CodebookChanges,
    "coding_history": CodingHistory,
    "curves": Curves,
    "data_dictionary": DataDictionary,
    "deviations": Deviations,
    "deviant_cases": DeviantCases,
    "disagreements": Disagreements,
    "disagreement_places": DisagreementPlaces,
    "estimates": Estimates,
    "exports": Exports,
    "form_patterns": FormPatterns,
    "fragility": Fragility,
    "framework_matrix": FrameworkMatrix,
    "harms": Harms,
    "interviewees": Interviewees,
    "interviewees_against_randomised": IntervieweesAgainstRandomised,
    "joint_display": JointDisplay,
    "missing": Missing,
    "models": Models,
    "normalisation": Normalisation,
    "project_elements": ProjectElements,
    "plan_versions": PlanVersions,
    "plan": Plan,
    "query_counts": QueryCounts,
    "query_effects": QueryEffects,
    "operating_characteristics": OperatingCharacteristics,
    "power": Power,
    "quotation_balance": QuotationBalance,
    "quotations": Quotations,
    "readings": Readings,
    "resolutions": Resolutions,
    "retention": Retention,
    "row_accounts": RowAccounts,
    "stage_people": StagePeople,
    "statements": Statements,
    "saturation": Saturation,
    "saturation_curve": SaturationCurve,
    "steps": Steps,
    "summaries": Summaries,
    "theme_by_group": ThemeByGroup,
    "word_disclosure": WordDisclosure,
    "threads": Threads,
}
