"""Agreement of coders by character."""

from types import SimpleNamespace

import pandas as pd
import pytest

from trialtrail.errors import StudyError
from trialtrail.tables import read_result, write_table

from scripts.measure_agreement import main, measure_agreement

CODEBOOK = pd.DataFrame(
    {
        "code": ["c", "k", "x"],
        "label": ["C", "K", "X"],
        "theme": ["t"] * 3,
        "theme_label": ["T"] * 3,
    },
    dtype="string",
)
TRANSCRIPTS = pd.DataFrame({"document": ["d1", "d2"], "text": ["." * 1000, "." * 500]})


def segments(*rows):
    frame = pd.DataFrame(rows, columns=["document", "code", "start", "end", "coder"])
    return frame.assign(theme="t")


# Of 1,000 characters both coders mark 50 and each marks 75 alone: kappa .3143 (reference value).
KNOWN = segments(("d1", "c", 0, 125, "r1"), ("d1", "c", 75, 200, "r2"))


def table(coded):
    return measure_agreement(coded, CODEBOOK, TRANSCRIPTS).set_index("row")


def test_kappa_is_the_reference_value():
    found = table(KNOWN).loc["c"]
    assert found["kappa"] == pytest.approx(0.3143, abs=5e-5)
    assert found["percent_agreement"] == pytest.approx(85)
    assert (found["characters"], found["marked_either"], found["marked_both"]) == (1000, 200, 50)


def test_a_theme_is_marked_where_any_of_its_codes_is():
    coded = pd.concat([KNOWN, segments(("d1", "k", 125, 200, "r1"), ("d1", "k", 0, 75, "r2"))])
    found = table(coded)
    assert found.loc["t", "kappa"] == pytest.approx(1)
    assert found.loc["c", "kappa"] < 0.5


def test_all_pools_the_decisions_of_the_codes_in_use():
    coded = pd.concat([KNOWN, segments(("d1", "k", 0, 10, "r1"), ("d1", "k", 0, 10, "r2"))])
    found = table(coded).loc["all"]
    assert found["characters"] == 2000
    assert found["percent_agreement"] == pytest.approx(100 * (1 - 150 / 2000))


def test_a_code_that_nobody_used_has_no_agreement():
    found = table(KNOWN).loc["x"]
    assert found[["percent_agreement", "kappa", "alpha", "characters"]].isna().all()


def test_a_document_of_one_coder_is_not_compared():
    alone = segments(("d2", "c", 0, 100, "r1"))
    together = table(pd.concat([KNOWN, alone]))
    assert together.equals(table(KNOWN))


def test_one_coder_alone_has_no_agreement():
    assert table(KNOWN[KNOWN["coder"] == "r1"])["kappa"].isna().all()


def test_three_coders_have_the_mean_of_their_pairs():
    third = KNOWN[KNOWN["coder"] == "r2"].assign(coder="r3")
    found = table(pd.concat([KNOWN, third])).loc["c"]
    assert found["kappa"] == pytest.approx((0.314286 * 2 + 1) / 3, abs=1e-5)


def test_a_code_with_the_id_of_a_theme_is_refused():
    with pytest.raises(StudyError, match="`t`"):
        measure_agreement(KNOWN, CODEBOOK.assign(code=["t", "k", "x"]), TRANSCRIPTS)


def test_the_rows_balance(tmp_path):
    coded = pd.concat([KNOWN, segments(("d2", "c", 0, 100, "r1"))], ignore_index=True)
    frames = {"segments": coded, "codebook": CODEBOOK, "transcripts": TRANSCRIPTS}
    for name, frame in frames.items():
        write_table(frame, tmp_path / name)
    paths = SimpleNamespace(**{name: tmp_path / name for name in frames})
    output = SimpleNamespace(table=tmp_path / "agreement.csv", takes=tmp_path / "agreement.json")
    job = SimpleNamespace(input=paths, output=output)
    rows = main(job)["segments"]
    assert (rows.read, rows.used) == (3, 2)
    assert rows.balanced
    assert list(read_result(job.output.table)["row"]) == ["all", "t", "c", "k", "x"]
