"""Values of participants are where they belong: on no screen, in no log, nowhere in the lineage.

Each column of each export holds a token of its own, which breaks it. Whole runs are made of it, and
all that they say and keep is searched, but for the files that are made to show data. Of a run that
goes to the end, a deposit is made, in which no token may stand either.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pypdf
import pytest
import yaml
from harness import World
from sentinels import Place, broken_study, found_in, places

from trialtrail.cli import main
from trialtrail.validation.rules import NEVER_KEPT, SET_ASIDE

ROOT = Path(__file__).resolve().parents[2]
STUDIES = {
    "shipped": ROOT / "config" / "config.yaml",
    "balance": ROOT / "tests" / "studies" / "balance" / "study.yaml",
    "redcap": ROOT / "tests" / "studies" / "redcap" / "study.yaml",
}
SEARCHED = ("results/logs", "results/lineage", "results/benchmarks", ".snakemake")
"""Folders in which no value may stand."""
"""Copies of the results themselves, datasets among them."""
PUBLIC = ("codebook", "claims")
"""Exports that hold nothing of a participant: names that researchers give, published figures."""
NAMES = ("quotation", "sub_theme", "theme")
"""Columns of the quotations of which the same is true."""
LISTING = "results/lineage/index.html"
"""The page that lists the rows of the report's tables, by names that these two give."""
NEEDED = {("claims", "id")}
"""What no run goes on without: a published figure that the configuration says how to compute."""
IN_EVERY_TEST_RUN = {("stops", "shipped"), ("stops", "balance"), ("goes_on", "redcap")}
"""Each export of the shipped study to the stop, and a run to the report; others are nightly."""
GO_ON = {rule: SET_ASIDE for rule in NEVER_KEPT}
"""Let what would stop a run set its row aside, so that the run goes to the report."""


CASES = [
    pytest.param(
        name,
        actions,
        id=f"{end}-{name}",
        marks=[] if (end, name) in IN_EVERY_TEST_RUN else [pytest.mark.nightly],
    )
    for end, actions in (("stops", {}), ("goes_on", GO_ON))
    for name in STUDIES
]


@pytest.mark.parametrize(("name", "actions"), CASES)
def test_no_value_of_a_broken_cell_is_told(name, actions, tmp_path, workflow):
    planted = places(World.at(STUDIES[name]))
    if actions:
        planted = [each for each in planted if (each.export, each.column) not in NEEDED]
    file = broken_study(STUDIES[name], tmp_path, planted, actions)
    run = workflow(tmp_path / "run", config=file)
    assert (run.exit_code == 0) == bool(actions), run.said
    assert "Traceback" not in run.said
    assert not found_in(run.said, planted)
    assert not kept_in(run.folder, planted)
    if actions:
        found = run.results / "validation" / "queries.csv"
        assert len(found_in(found.read_text(encoding="utf-8"), planted)) > len(planted) / 2
        deposit = deposited(run, file, workflow)
        assert len(deposit) > 10
        told = {name: found_in(text, planted) for name, text in deposit.items()}
        assert not {name: tokens for name, tokens in told.items() if tokens}


@pytest.mark.nightly
@pytest.mark.parametrize("name", STUDIES)
def test_no_value_is_told_where_each_cell_is_broken_by_itself(name, tmp_path, workflow):
    """The same of the validation alone, in one folder, with one broken cell in each run."""
    for place in places(World.at(STUDIES[name])):
        file = broken_study(STUDIES[name], tmp_path / "study", [place], {})
        run = workflow(tmp_path / "run", "validate", config=file)
        assert "Traceback" not in run.said, place
        assert not found_in(run.said, [place])
        assert not kept_in(run.folder, [place])


def deposited(run, file: Path, workflow) -> dict[str, str]:
    """Return the files of a deposit of the public edition as text, what is packed in them, too."""
    config = yaml.safe_load(file.read_text(encoding="utf-8"))
    people = [{"name": "Author, A. N."}]
    config["study"]["deposit"] = {"licence": "CC0-1.0", "date": "2026-11-30", "creators": people}
    file.write_text(yaml.safe_dump(config, sort_keys=False, allow_unicode=True), encoding="utf-8")
    edition = workflow(run.folder, "all", "public", config=file)
    assert edition.exit_code == 0, edition.said
    target = run.folder / "deposit"
    assert main(["deposit", "--results", str(run.results), "--to", str(target)]) == 0
    return {
        path.relative_to(target).as_posix(): whole_text(path.read_bytes())
        for path in target.rglob("*")
        if path.is_file()
    }


def whole_text(data: bytes) -> str:
    """Return all that can be read in a file: as it is, unpacked, and what a PDF draws."""
    texts = [data]
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            texts += [packed.read(name) for name in packed.namelist()]
    if data.startswith(b"%PDF"):
        document = pypdf.PdfReader(io.BytesIO(data))
        texts += [page.extract_text().encode() for page in document.pages]
        texts += [part for parts in document.attachments.values() for part in parts]
        assert len(texts) > 2
    return "\n".join(text.decode("utf-8", "replace") for text in texts)


def kept_in(folder: Path, planted: list[Place]) -> dict[str, list[str]]:
    """Return, of each file that holds a token and must not, whose tokens it holds."""
    files = [path for name in SEARCHED for path in (folder / name).rglob("*") if path.is_file()]
    private = [each for each in planted if not is_public(each)]
    texts = {path: path.read_bytes().decode("utf-8", "replace") for path in files}
    assert texts
    held = {
        path: found_in(text, private if path == folder / LISTING else planted)
        for path, text in texts.items()
    }
    return {str(path.relative_to(folder)): tokens for path, tokens in held.items() if tokens}


def is_public(place: Place) -> bool:
    """Tell whether the report prints what stands in a place, which is of no participant."""
    return place.export in PUBLIC or (place.export == "quotations" and place.column in NAMES)
