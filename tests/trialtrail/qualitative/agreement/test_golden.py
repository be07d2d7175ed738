"""The measures beside independent packages on their own examples (tests/golden/agreement)."""

import importlib.util
import subprocess
import venv
from importlib.metadata import PackageNotFoundError, version

import numpy as np
import pandas as pd
import pytest

from trialtrail import ROOT
from trialtrail.qualitative.agreement import coefficients, unitising
from trialtrail.qualitative.agreement.krippendorff import krippendorff_alpha

FOLDER = ROOT / "tests" / "golden" / "agreement"
STORED = pd.read_csv(FOLDER / "values.csv")
TOLERANCE = 1e-9
"""The stored values have ten digits."""
MEASURES = {
    "kappa": coefficients.kappa,
    "fleiss": coefficients.fleiss_kappa,
    "ac1": coefficients.ac1,
    "alpha": coefficients.alpha,
}


def examples():
    spec = importlib.util.spec_from_file_location("agreement_values", FOLDER / "values.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


EXAMPLES = examples()


def own(data: str, measure: str) -> float:
    if measure == "u_alpha":
        spans = [{name: sorted(each) for name, each in EXAMPLES.ONE_CODE.items()}]
        sums = unitising.unit_sums([spans], [EXAMPLES.ONE_CODE_LENGTH])
        return float(unitising.one_minus(*unitising.u_alpha(sums.weighted(np.ones((1, 1)))))[0, 0])
    return float(MEASURES[measure](coefficients.sums_of_ratings(EXAMPLES.RATINGS[data])))


@pytest.mark.parametrize(
    ("data", "measure", "value"),
    list(STORED[["data", "measure", "value"]].drop_duplicates().itertuples(index=False, name=None)),
)
def test_a_measure_is_that_of_the_packages(data, measure, value):
    assert own(data, measure) == pytest.approx(value, abs=TOLERANCE)
    if measure == "alpha":
        assert krippendorff_alpha(EXAMPLES.RATINGS[data]) == pytest.approx(value, abs=TOLERANCE)


@pytest.mark.parametrize("package", sorted(EXAMPLES.SOURCES))
def test_the_packages_say_so_where_they_are_installed(package):
    try:
        version(package)
    except PackageNotFoundError:
        pytest.skip(f"{package} is not installed here")
    for data, measure, _, value in EXAMPLES.SOURCES[package]():
        assert own(data, measure) == pytest.approx(value, abs=TOLERANCE)


@pytest.mark.nightly
def test_the_packages_in_an_environment_of_their_own_say_what_is_stored(tmp_path):
    """They need pandas below 3 and NumPy below 2. Skipped where no registry can be reached."""
    venv.create(tmp_path / "environment", with_pip=True)
    python = tmp_path / "environment" / "bin" / "python"
    wanted = ["--requirement", str(FOLDER / "requirements.txt")]
    installed = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", *wanted], capture_output=True, check=False
    )
    if installed.returncode:
        pytest.skip("the packages cannot be installed here")
    made = tmp_path / "values.csv"
    subprocess.run([python, FOLDER / "values.py", made], check=True)
    assert made.read_text(encoding="utf-8") == (FOLDER / "values.csv").read_text(encoding="utf-8")
