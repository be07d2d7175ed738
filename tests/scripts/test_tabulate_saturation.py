"""Saturation by role and stage as tables, and its figure."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from snakemake.iocontainers import InputFiles

from trialtrail import ROOT
from trialtrail.qualitative.saturation import new_codes, random_orders
from trialtrail.tables import read_result, write_table

from scripts import draw_saturation, tabulate_saturation

SETTINGS = {
    **{"base": 4, "run": 2, "threshold": 5},
    **{"initial_sample": 10, "stopping": 3, "orders": 200, "seed": 1},
}
NEW = [15, 10, 7, 5, 4, 3, 1, 0, 1, 0]
"""New codes by interview (Guest, Namey and Chen 2020)."""


def published():
    """Return codings and register with NEW by person, and two people of another role."""
    codes = np.split(np.arange(sum(NEW)), np.cumsum(NEW)[:-1])
    rows = [(f"d{n}", f"c{code}") for n, mine in enumerate(codes) for code in [0, *mine]]
    rows += [("n1", "c0"), ("n2", "c1"), ("n1again", "c2")]
    segments = pd.DataFrame(rows, columns=["document", "code"], dtype="string")
    documents = [*(f"d{n}" for n in range(10)), "n1", "n2", "n1again"]
    register = pd.DataFrame(
        {
            "document": documents,
            "interview_id": documents,
            "role": ["client"] * 10 + ["nurse"] * 3,
            "number": [*range(1, 11), 1, 2, 1],
            "stage": ["early"] * 5 + ["late"] * 5 + ["early", "early", "late"],
            "status": "interviewed",
            "interviewed_on": pd.date_range("2006-01-01", periods=13),
        }
    )
    codebook = pd.DataFrame({"code": sorted(set(segments["code"]))}, dtype="string")
    return segments, register, codebook.assign(label=codebook["code"])


def made(folder, *, without_register=False):
    segments, register, codebook = published()
    frames = {"segments": segments.assign(coder="a"), "codebook": codebook}
    frames["transcripts"] = pd.DataFrame({"document": register["document"], "text": "."})
    if not without_register:
        frames["interviews"] = register
    for name, frame in frames.items():
        write_table(frame, folder / f"{name}.parquet")
    paths = {name: str(folder / f"{name}.parquet") for name in frames}
    output = {"table": "saturation.csv", "curve": "saturation_curve.csv", "takes": "takes.json"}
    output = {name: str(folder / file) for name, file in output.items()}
    job = SimpleNamespace(
        input=InputFiles(fromdict=paths | {"consensus": []}),
        output=SimpleNamespace(**output),
        params=SimpleNamespace(settings=SETTINGS, level=0.95),
    )
    tabulate_saturation.main(job)
    return output


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    return made(tmp_path_factory.mktemp("saturation"))


def test_the_published_example_comes_out(output):
    table = read_result(output["table"]).set_index("row")
    assert table.loc["client", ["point", "base_codes", "run_codes", "codes_after"]].tolist() == [
        *("6+2", 37, 1, 1)
    ]
    assert table.loc["client", "stopping_status"] == "not assessable"


def test_two_people_are_not_assessable_however_often_they_were_interviewed(output):
    table = read_result(output["table"]).set_index("row")
    nurses = table.loc["nurse"]
    assert nurses[["people", "interviews", "codes", "needed"]].tolist() == [2, 3, 3, 6]
    assert nurses["status"] == nurses["stopping_status"] == "not assessable"
    assert pd.isna(nurses["orders_reached"])
    assert table.loc["nurse.late", "people"] == 1


def test_the_curve_has_a_row_a_person(output):
    curve = read_result(output["curve"]).set_index("row")
    client = curve[curve["group"] == "client"]
    assert client["new_codes"].tolist() == NEW
    assert client["codes"].iloc[-1] == client["mean"].iloc[-1] == client["upper"].iloc[-1] == 46
    assert (client["lower"] <= client["mean"]).all()
    assert (client["mean"] <= client["upper"]).all()
    assert len(curve[curve["group"] == "nurse"]) == 2


def test_without_a_register_each_transcript_is_a_person_of_one_group(tmp_path):
    table = read_result(made(tmp_path, without_register=True)["table"]).set_index("row")
    assert list(table.index) == ["all"]
    assert table.loc["all", ["people", "order"]].tolist() == [13, "register"]


def test_the_figure_has_a_panel_a_role_and_the_same_bytes_each_time(output, tmp_path):
    drawn = []
    for name in ("one.svg", "two.svg"):
        draw_saturation.main(
            SimpleNamespace(
                input=SimpleNamespace(
                    table=output["table"],
                    curve=output["curve"],
                    fonts=sorted(str(path) for path in (ROOT / "templates/fonts").glob("*.ttf")),
                ),
                output=SimpleNamespace(figure=str(tmp_path / name)),
                params=SimpleNamespace(labels={"nurse": "Nurse"}),
            )
        )
        drawn.append((tmp_path / name).read_text("utf-8"))
    assert drawn[0] == drawn[1]
    for text in ("Nurse", "client", "People, in the order of their interviews"):
        assert f">{text}<" in drawn[0]


def test_of_nobody_there_is_no_group_and_of_no_code_no_new_one():
    nobody = pd.DataFrame({"document": [], "role": [], "number": [], "stage": []}, dtype="string")
    assert tabulate_saturation.groups(nobody) == {}
    for people in (0, 3):
        used = np.zeros((people, 4), dtype=bool)
        assert new_codes(used).tolist() == [0] * people
        assert random_orders(used, 5, 1).tolist() == [[0] * people] * 5
