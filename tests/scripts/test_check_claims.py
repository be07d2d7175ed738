"""The table of claims."""

from types import SimpleNamespace

import pandas as pd
import pytest

from trialtrail.errors import StudyError
from trialtrail.results.cells import Cells
from trialtrail.tables import write_table

from scripts.check_claims import check_claims, main

COLUMNS = ["id", "value", "denominator", "percent", "lower", "upper"]
PUBLISHED = pd.DataFrame(
    [
        ("any", "129", "172", "75", pd.NA, pd.NA),
        ("three", "85", "172", "49", pd.NA, pd.NA),
        ("over_three", "85", "172", pd.NA, pd.NA, pd.NA),
        ("effect", "1.64", pd.NA, pd.NA, "-0.94", "4.21"),
        ("elsewhere", "7", pd.NA, pd.NA, pd.NA, pd.NA),
    ],
    columns=COLUMNS,
    dtype="string",
).assign(source="S", quantity="what", note=pd.NA)
TABLES = {
    "uptake": "row,n,denominator,percent\n"
    "any,129,172,75\nthree,85,172,49.41860465\nover_three,80,172,46.51162791\n",
    "estimates": "row,estimate,lower,upper\neffect,1.636,-0.941,4.2149\n",
}
MAPPINGS = {name: f"uptake#{name}" for name in ("any", "three", "over_three")} | {
    "effect": "estimates#effect"
}


@pytest.fixture
def files(tmp_path):
    for name, text in TABLES.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return [str(tmp_path / f"{name}.csv") for name in TABLES]


def claims(files, published=PUBLISHED, mappings=MAPPINGS):
    return check_claims(published, mappings, Cells.of_files(files)).set_index("id")


def test_each_claim_has_a_verdict(files):
    found = claims(files)
    assert found["verdict"].to_dict() == {
        "any": "reproduced",
        "three": "reproduced",
        "over_three": "differs",
        "effect": "reproduced",
        "elsewhere": "not computable",
    }


def test_figures_stand_side_by_side_in_the_form_of_print(files):
    found = claims(files)
    assert found.loc["any", "published"] == found.loc["any", "reproduced"] == "129/172 (75%)"
    assert found.loc["effect", "reproduced"] == "1.64 (-0.94 to 4.21)"
    assert found.loc["over_three", "reproduced"] == "80/172"
    assert found.loc["elsewhere", "reproduced"] == ""
    assert found.loc["three", "reproduced_percent"] == 49.41860465


def test_the_claim_that_contradicts_another_names_it(files):
    found = claims(files)
    assert "is printed for what" in found.loc["over_three", "note"]
    assert found.loc["three", "note"] == ""


def test_cells_for_a_claim_that_was_not_published_are_refused(files):
    with pytest.raises(StudyError, match=r"`anny`.*`any`"):
        claims(files, mappings={"anny": "uptake#any"})


def test_a_claim_published_twice_is_refused(files):
    with pytest.raises(StudyError, match="one id"):
        claims(files, published=pd.concat([PUBLISHED, PUBLISHED[:1]]))


def test_the_file_begins_as_promised(files, tmp_path):
    write_table(PUBLISHED, tmp_path / "published.parquet")
    job = SimpleNamespace(
        input=SimpleNamespace(published=tmp_path / "published.parquet", tables=files),
        output=SimpleNamespace(table=tmp_path / "claims.csv", takes=tmp_path / "claims.json"),
        params=SimpleNamespace(cells=MAPPINGS),
    )
    assert main(job)["published"].balanced
    header = (tmp_path / "claims.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header.startswith("id,published,reproduced,verdict,note,")
    assert Cells.of_files(job.output.table).text("claims#any/verdict") == "reproduced"
