import pandas as pd
import pytest

from trialtrail.errors import StudyError
from trialtrail.qualitative.agreement.groups import rounds_of, stages_of

DOCUMENTS = ["d1", "d2", "d3", "d4", "d5", "d6"]


def coded(**days):
    rows = [(document, day) for document, own in days.items() for day in own]
    frame = pd.DataFrame(rows, columns=["document", "coded_on"])
    return frame.assign(coded_on=pd.to_datetime(frame["coded_on"]))


DAYS = coded(
    d1=["2025-01-01", "2025-01-09"],
    d2=["2025-01-02"],
    d3=["2025-02-01"],
    d4=["2025-02-01"],
    d5=["2025-03-01"],
)


def named(groups):
    return {
        each.name: [document for document, own in zip(DOCUMENTS, each.chosen, strict=True) if own]
        for each in groups
    }


def test_rounds_go_by_the_last_day_of_a_document_and_keep_days_together():
    groups = rounds_of(DAYS, DOCUMENTS, 3)
    assert named(groups) == {"round_1": ["d1", "d2"], "round_2": ["d3", "d4"], "round_3": ["d5"]}
    assert (groups[0].coded_from, groups[0].coded_to) == ("2025-01-02", "2025-01-09")


def test_rounds_may_be_given_by_their_last_days():
    groups = rounds_of(DAYS, DOCUMENTS, ["2025-01-09", "2025-02-28"])
    assert named(groups) == {"round_1": ["d1", "d2"], "round_2": ["d3", "d4"], "round_3": ["d5"]}


def test_there_are_no_rounds_without_days_or_of_one_day():
    assert rounds_of(DAYS, DOCUMENTS, 0) == []
    assert rounds_of(DAYS.assign(coded_on=pd.NaT), DOCUMENTS, 3) == []
    assert rounds_of(coded(d1=["2025-01-01"], d2=["2025-01-01"]), DOCUMENTS, 3) == []


def test_days_out_of_order_are_refused():
    with pytest.raises(StudyError, match="not in order"):
        rounds_of(DAYS, DOCUMENTS, ["2025-02-28", "2025-01-09"])


def test_stages_are_those_of_the_register_in_its_order():
    register = pd.DataFrame(
        {"document": ["d2", "d1", None, "d3"], "stage": ["late", "early", "early", None]},
        dtype="string",
    )
    assert named(stages_of(register, DOCUMENTS)) == {"late": ["d2"], "early": ["d1"]}
    assert stages_of(register.assign(stage="early"), DOCUMENTS) == []
    assert stages_of(None, DOCUMENTS) == []
