"""Which files a script runs on, found by reading them."""

import ast
import json
import os

import pytest
from runrecord import code_closure, syntax
from runrecord.project import project

from trialtrail import ROOT

RECORDS = sorted((ROOT / "results" / "lineage" / "records").glob("*.json"))


def names(script, *also):
    return {os.path.relpath(path, ROOT) for path in code_closure.code_closure(script, also)}


def of(script, *also):
    return names(ROOT / "scripts" / f"{script}.py", *also)


def test_the_script_comes_first():
    script = ROOT / "scripts" / "tabulate_flow.py"
    assert code_closure.code_closure(script)[0] == str(script)


def test_imports_are_followed_to_their_end():
    # derive_outcomes -> trialtrail.derive.scores -> trialtrail.derive.instruments.scales
    found = of("derive_outcomes")
    derive = "src/trialtrail/derive"
    assert {f"{derive}/scores.py", f"{derive}/instruments/scales.py"} <= found
    assert {"schemas/datasets/outcomes.py", "schemas/base.py", "schemas/__init__.py"} <= found
    assert {"src/trialtrail/__init__.py", "src/trialtrail/derive/instruments/__init__.py"} <= found


def test_an_import_within_a_function_counts():
    assert "schemas/raw/forms.py" in of("validate_table")  # contracts.build_schema


PARTS = ("src/trialtrail", "scripts", "schemas")
FILES = [path for part in PARTS for path in (ROOT / part).rglob("*.py")]


def parsed(path):
    """Return the project modules that a file imports, as the parser of Python has them."""
    names = []
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return {name for name in names if name.split(".")[0] in project().packages}


def test_no_import_is_overlooked():
    for path in FILES:
        assert parsed(path) <= set(syntax.syntax_of(path).imports), path


def test_what_a_package_imports_for_its_users_counts():
    # validate_table imports names of trialtrail.exports.read by their package, too.
    assert "src/trialtrail/exports/read.py" in of("validate_table")


def test_contracts_that_are_loaded_by_name_are_named():
    assert "schemas/raw/contacts.py" not in of("validate_table")
    assert "schemas/raw/contacts.py" in of("validate_table", "schemas.raw.contacts")


def test_the_machinery_of_the_trail_is_no_code_of_a_result():
    for script in (ROOT / "scripts").glob("*.py"):
        if script.stem not in ("seal_lineage",):
            assert not [n for n in names(script) if n.startswith("packages/")]


def test_code_that_a_script_does_not_use_is_not_in_it():
    found = of("tabulate_flow")
    assert found == {
        "schemas/__init__.py",
        "schemas/base.py",
        "schemas/results/__init__.py",
        "schemas/results/base.py",
        "schemas/results/summaries.py",
        "scripts/tabulate_flow.py",
        "src/trialtrail/__init__.py",
        "src/trialtrail/record.py",
        "src/trialtrail/results/__init__.py",
        "src/trialtrail/results/counts.py",
        "src/trialtrail/derive/__init__.py",
        "src/trialtrail/escaping.py",
        "src/trialtrail/derive/populations.py",
        "src/trialtrail/tables.py",
        "src/trialtrail/results/takes.py",
    }


@pytest.mark.parametrize("script", sorted(p.stem for p in (ROOT / "scripts").glob("*.py")))
def test_every_script_of_the_project_can_be_followed(script):
    assert all((ROOT / name).is_file() for name in of(script))


@pytest.mark.skipif(not RECORDS, reason="no run has left records")
@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_what_a_job_loaded_was_declared(path):
    modules = json.loads(path.read_text(encoding="utf-8"))["result"].get("modules", {})
    assert [name for name, module in modules.items() if not module["declared"]] == []
