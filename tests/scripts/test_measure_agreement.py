"""Agreement of coders: by character, turn and passage, with intervals, by part of the documents."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from trialtrail.errors import StudyError
from trialtrail.qualitative.agreement.readers import NOT_READ, ONE_READER, WHOLE_SOURCE
from trialtrail.qualitative.agreement.results import Bootstrap
from trialtrail.tables import read_result, write_table

from schemas.results.agreement import Agreement, AgreementDrift
from schemas.results.base import conform
from scripts.measure_agreement import main, measure_agreement

CODEBOOK = pd.DataFrame(
    {
        "code": ["c", "k", "x"],
        "label": ["C", "K", "X"],
        "theme": ["t"] * 3,
        "theme_label": ["T"] * 3,
        "category": [pd.NA] * 3,
        "category_label": [pd.NA] * 3,
    },
    dtype="string",
)
TRANSCRIPTS = pd.DataFrame({"document": ["d1", "d2"], "text": ["." * 1000, "." * 500]})
DRAWN = Bootstrap(200, 0.95, 3)
MEASURES = ["percent_agreement", "kappa", "fleiss", "ac1", "alpha"]


def segments(*rows):
    frame = pd.DataFrame(rows, columns=["document", "code", "start", "end", "coder"])
    return frame.assign(theme="t", category=pd.NA, coded_on=pd.NaT)


# Of 1,000 characters both coders mark 50 and each marks 75 alone: kappa .3143 (reference value).
KNOWN = segments(("d1", "c", 0, 125, "r1"), ("d1", "c", 75, 200, "r2"))


def table(coded, transcripts=TRANSCRIPTS, codebook=CODEBOOK, **more):
    frames = {"segments": coded, "codebook": codebook, "transcripts": transcripts}
    frames |= {name: more.pop(name) for name in ("turns", "interviews") if name in more}
    rows, _ = measure_agreement(frames, **more)
    return conform(rows, Agreement).set_index("row")


def many(documents=8, shift=lambda at: 5):
    """Segments of two coders in several documents, of which the second is shifted."""
    rows = []
    for at in range(documents):
        rows.append((f"d{at}", "c", 100, 160, "r1"))
        rows.append((f"d{at}", "c", 100 + shift(at), 160 + shift(at), "r2"))
    texts = {"document": [f"d{at}" for at in range(documents)], "text": ["." * 400] * documents}
    return segments(*rows), pd.DataFrame(texts)


def test_kappa_is_the_reference_value():
    found = table(KNOWN).loc["c"]
    assert found["kappa"] == pytest.approx(0.3143, abs=5e-5)
    assert found["percent_agreement"] == pytest.approx(85)
    assert (found["characters"], found["marked_either"], found["marked_both"]) == (1000, 200, 50)
    assert (found["documents"], found["coders"], found["units"]) == (1, 2, 1000)
    assert found["prevalence"] == pytest.approx(12.5)


def test_a_theme_is_marked_where_any_of_its_codes_is():
    coded = pd.concat([KNOWN, segments(("d1", "k", 125, 200, "r1"), ("d1", "k", 0, 75, "r2"))])
    found = table(coded)
    assert found.loc["t", "kappa"] == pytest.approx(1)
    assert found.loc["c", "kappa"] < 0.5
    # Under the theme they never mark the same code but in the 50 characters of c.
    assert found.loc["t", "cu_alpha"] < 0.5


def test_all_pools_the_decisions_of_the_codes_in_use():
    coded = pd.concat([KNOWN, segments(("d1", "k", 0, 10, "r1"), ("d1", "k", 0, 10, "r2"))])
    found = table(coded).loc["all"]
    assert found["characters"] == 2000
    assert found["percent_agreement"] == pytest.approx(100 * (1 - 150 / 2000))


def test_a_code_that_nobody_used_has_no_agreement_and_says_why():
    found = table(KNOWN).loc["x"]
    assert found[[*MEASURES, "alpha_u", "u_alpha", "characters"]].isna().all()
    assert found["note"] == "no coder marked it here"


def test_a_document_of_one_coder_is_not_compared():
    alone = segments(("d2", "c", 0, 100, "r1"))
    together = table(pd.concat([KNOWN, alone]))
    assert together.equals(table(KNOWN))


def test_a_document_read_and_left_unmarked_counts():
    alone = segments(("d2", "c", 0, 100, "r1"))
    found = table(pd.concat([KNOWN, alone]), readers={"r2": "all"}).loc["c"]
    assert (found["documents"], found["characters"], found["marked_either"]) == (2, 1500, 300)
    assert found["kappa"] < 0.3143
    unmarked = table(KNOWN, readers="all").loc["c"]
    assert (unmarked["characters"], unmarked["marked_either"]) == (1500, 200)


def test_codes_of_who_did_not_read_the_document_count_for_nothing():
    stray = segments(("d1", "c", 300, 400, "r3"))
    assert table(pd.concat([KNOWN, stray]), readers={"r3": []}).equals(table(KNOWN))


def test_one_coder_alone_has_no_agreement_and_the_table_says_so():
    found = table(KNOWN[KNOWN["coder"] == "r1"], bootstrap=DRAWN)
    assert found[MEASURES].isna().all(axis=None)
    assert set(found["note"]) == {"no document was read by two coders"}
    assert {"all", "t", "c", "all.passage"} <= set(found.index)


def test_nobody_at_all_has_no_agreement():
    assert table(KNOWN.iloc[:0])[MEASURES].isna().all(axis=None)


THREE = segments(
    *(("d1", "a", 20, 83, "r1"), ("d1", "a", 208, 252, "r1"), ("d2", "a", 3, 47, "r1")),
    *(("d3", "a", 37, 89, "r1"), ("d4", "a", 5, 60, "r1"), ("d1", "a", 70, 110, "r1")),
    *(("d1", "a", 24, 75, "r2"), ("d1", "a", 199, 252, "r2"), ("d2", "a", 10, 47, "r2")),
    *(("d1", "a", 70, 110, "r2"), ("d1", "a", 14, 76, "r3"), ("d1", "a", 206, 256, "r3")),
    *(("d3", "a", 27, 91, "r3"), ("d1", "a", 70, 110, "r3")),
)
THREE_TEXTS = pd.DataFrame(
    {"document": ["d1", "d2", "d3", "d4"], "text": ["." * n for n in (400, 300, 250, 200)]}
)


def test_alpha_of_three_coders_is_joint_with_and_without_missing_values():
    codebook = CODEBOOK.assign(code=["a", "b", "e"])
    found = table(THREE, THREE_TEXTS, codebook).loc["a"]
    assert found["alpha"] == pytest.approx(0.9069, abs=5e-5)
    assert (found["documents"], found["coders"], found["characters"]) == (3, 3, 950)
    shared = table(THREE[THREE["document"] == "d1"], THREE_TEXTS, codebook).loc["a"]
    assert shared["alpha"] == pytest.approx(0.9157, abs=5e-5)
    pairs = [THREE[THREE["coder"] != out] for out in ("r1", "r2", "r3")]
    means = np.mean([table(pair, THREE_TEXTS, codebook).loc["a", "alpha"] for pair in pairs])
    assert found["alpha"] != pytest.approx(means, abs=5e-4)


def test_a_turn_is_marked_where_any_of_it_is_and_a_passage_is_what_somebody_marked():
    turns = pd.DataFrame(
        {"document": ["d1"] * 4, "turn": [1, 2, 3, 4], "start": [0, 100, 250, 500]}
    ).assign(end=[90, 240, 490, 1000])
    coded = pd.concat([KNOWN, segments(("d1", "k", 600, 700, "r1"))])
    found = table(coded, turns=turns)
    turn, passage = found.loc["c.turn"], found.loc["c.passage"]
    # The first coder marks turns 1 and 2, the second too; nobody 3 and 4.
    assert (turn["units"], turn["marked_either"], turn["kappa"]) == (4, 2, 1)
    assert (passage["units"], passage["marked_both"], passage["kappa"]) == (2, 1, 1)
    assert turn[["characters", "alpha_u"]].isna().all()
    assert "c.turn" not in table(coded).index


def test_an_interval_holds_the_estimate_and_is_given_from_five_documents_on():
    coded, texts = many(8, lambda at: 3 * at)
    found = table(coded, texts, bootstrap=DRAWN).loc["c"]
    for name in (*MEASURES, "alpha_u", "u_alpha"):
        assert found[f"{name}_lower"] < found[name] < found[f"{name}_upper"]
    coded, texts = many(4)
    few = table(coded, texts, bootstrap=DRAWN).loc["c"]
    assert few[[f"{name}_lower" for name in MEASURES]].isna().all()
    assert few["note"] == "no interval: fewer than 5 documents"


def test_intervals_are_those_of_the_seed():
    coded, texts = many(8, lambda at: 3 * at)
    first, again = (table(coded, texts, bootstrap=DRAWN) for _ in range(2))
    assert first.equals(again)
    assert not first.equals(table(coded, texts, bootstrap=Bootstrap(200, 0.95, 4)))


def test_a_code_that_most_samples_lack_has_no_interval():
    coded, texts = many(8)
    rare = segments(("d0", "k", 10, 20, "r1"), ("d0", "k", 12, 20, "r2"))
    found = table(pd.concat([coded, rare]), texts, bootstrap=DRAWN).loc["k"]
    assert found["alpha"] > 0
    assert pd.isna(found["alpha_lower"])
    assert found["note"].startswith("no interval: not defined in ")


def stages(documents):
    names = [f"d{at}" for at in range(documents)]
    half = ["early" if at < documents // 2 else "later" for at in range(documents)]
    return pd.DataFrame({"document": names, "stage": half}, dtype="string")


def drift(coded, texts, **more):
    frames = {"segments": coded, "codebook": CODEBOOK, "transcripts": texts}
    frames |= {name: more.pop(name) for name in ("turns", "interviews") if name in more}
    _, rows = measure_agreement(frames, **more)
    return conform(rows, AgreementDrift).set_index("row")


def test_stages_are_rows_of_their_own():
    coded, texts = many(12, lambda at: 2 if at < 6 else 40)
    found = table(coded, texts, interviews=stages(12), bootstrap=DRAWN)
    assert found.loc["c.early", "stage"] == "early"
    assert found.loc["c.early", "documents"] == 6
    assert found.loc["c.early", "kappa"] > 0.9 > 0.5 > found.loc["c.later", "kappa"]
    whole = found.loc[["c.early", "c.later"], "characters"].sum()
    assert whole == found.loc["c", "characters"]


@pytest.mark.parametrize(
    ("shift", "direction"),
    [
        (lambda at: 2 if at < 6 else 40, "lower"),
        (lambda at: 40 if at < 6 else 2, "higher"),
        (lambda at: 5 + at % 6, "undecided"),
    ],
)
def test_a_difference_is_told_where_its_interval_leaves_out_0(shift, direction):
    coded, texts = many(12, shift)
    found = drift(coded, texts, interviews=stages(12), bootstrap=DRAWN).loc["all.stage"]
    assert found["direction"] == direction
    assert found["difference"] == pytest.approx(found["alpha_last"] - found["alpha_first"])


def test_without_an_interval_no_difference_is_told():
    coded, texts = many(8, lambda at: 2 if at < 4 else 40)
    found = drift(coded, texts, interviews=stages(8), bootstrap=DRAWN).loc["all.stage"]
    assert pd.isna(found["direction"])
    assert found["difference"] < 0


def test_rounds_go_by_the_days_of_coding():
    coded, texts = many(12, lambda at: 2 if at < 6 else 40)
    day = pd.Timestamp("2025-01-01") + pd.to_timedelta(coded["document"].str[1:].astype(int), "D")
    found = table(coded.assign(coded_on=day), texts, rounds=2, bootstrap=DRAWN)
    assert found.loc["c.round_1", "kappa"] > found.loc["c.round_2", "kappa"]
    assert found.loc["c.round_2", "coded_from"] == "2025-01-07"


def test_a_code_with_the_id_of_a_theme_is_told_apart():
    found = table(KNOWN.assign(code="t"), codebook=CODEBOOK.assign(code=["t", "k", "x"]))
    assert found.loc["t.t", "kappa"] == pytest.approx(0.3143, abs=5e-5)
    assert found.loc["t", "level"] == "theme"


def test_a_code_called_all_is_refused():
    with pytest.raises(StudyError, match="`all`"):
        table(KNOWN, codebook=CODEBOOK.assign(code=["all", "k", "x"]))


def test_a_source_coded_as_a_whole_marks_no_text():
    coded = KNOWN.assign(kind="text")
    source = segments(("d1", "c", 0, 1000, "r1")).assign(kind="whole_source")
    assert table(pd.concat([coded, source])).equals(table(KNOWN))


@pytest.fixture
def job(tmp_path):
    coded = pd.concat(
        [KNOWN, segments(("d2", "c", 0, 100, "r1"), ("d1", "c", 0, 9, "r3"))], ignore_index=True
    )
    coded["kind"] = ["text", "text", "text", "text"]
    coded = pd.concat([coded, coded.iloc[[0]].assign(kind="whole_source")], ignore_index=True)
    frames = {"segments": coded, "codebook": CODEBOOK, "transcripts": TRANSCRIPTS}
    for name, frame in frames.items():
        write_table(frame, tmp_path / name)
    names = ("table", "drift", "takes")
    return SimpleNamespace(
        input={name: tmp_path / name for name in frames},
        output=SimpleNamespace(**{name: tmp_path / f"{name}.csv" for name in names}),
        params=SimpleNamespace(readers={"r3": []}, samples=50, seed=1, level=0.95, rounds=3),
    )


def test_the_rows_balance(job):
    rows = main(job)["segments"]
    assert (rows.read, rows.used) == (5, 2)
    assert rows.set_aside == {WHOLE_SOURCE: 1, NOT_READ: 1, ONE_READER: 1}
    assert rows.balanced
    found = read_result(job.output.table)
    assert list(found["row"])[:5] == ["all", "t", "c", "k", "x"]
    assert read_result(job.output.drift).empty
