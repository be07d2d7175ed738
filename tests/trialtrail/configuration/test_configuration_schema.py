"""The schema of the configuration: it explains each key, and its defaults are what happens."""

import copy
import re
from functools import cache, cached_property
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import jsonschema
import pandas as pd
import pyreadstat
import pytest
import yaml
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from small_trial import write_study

from trialtrail import ROOT
from trialtrail.configuration import Study
from trialtrail.configuration.check import check_configuration
from trialtrail.configuration.schema import (
    FOLDER,
    TOP,
    default_of,
    resolved,
    schema_files,
    schema_keys,
)
from trialtrail.configuration.study_sources import KEYS_OF_READERS
from trialtrail.configuration.validation import Validation
from trialtrail.errors import StudyError
from trialtrail.exports.read import read_export
from trialtrail.integration.command import fail_on
from trialtrail.validation.contracts import build_schema, is_optional, load_model
from trialtrail.validation.rules import ACTIONS, FIXED, severity

KEYS = {key.name: key for key in schema_keys()}
RULES = ("validation.actions.", "validation.severities.")
DEFAULTS = [
    name
    for name, key in KEYS.items()
    if "default" in key.schema
    and not name.startswith(RULES)
    and (name.startswith("tables.participants.") or not name.startswith("tables."))
]
"""Keys with a default; those that all tables share stand once."""
LINE = "# yaml-language-server: $schema="
"""With which a file says to an editor where its schema is."""
SHIPPED = [ROOT / "config/config.yaml", *sorted((ROOT / "tests/studies").glob("*/study.yaml"))]


def test_each_key_says_in_a_sentence_what_it_is():
    bare = [name for name, key in KEYS.items() if not key.schema.get("description", "").strip()]
    assert not bare
    unended = [name for name, key in KEYS.items() if not key.schema["description"].endswith(".")]
    assert not unended


@pytest.mark.parametrize("file", sorted(schema_files()))
def test_each_file_has_the_name_by_which_the_others_refer_to_it(file):
    content = schema_files()[file]
    jsonschema.Draft202012Validator.check_schema(content)
    assert content["$id"] == file
    assert content["title"]


def test_a_section_is_a_file_of_its_name():
    """The others are parts of sections, to which some file refers."""
    sections = {f"{name}.yaml" for name in schema_files()[TOP]["properties"]}
    written = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.yaml"))
    parts = set(re.findall(r"\$ref: \"?(\w+\.yaml)", written))
    assert set(schema_files()) - sections - {TOP} <= parts


@pytest.mark.parametrize("name", [n for n in KEYS if not n.startswith(RULES)])
def test_defaults_and_examples_are_values_that_the_key_may_have(name):
    key = KEYS[name]
    values = list(key.schema.get("examples", []))
    values += [key.schema["default"]] if "default" in key.schema else []
    whole = {**key.schema, "$id": key.file, "$defs": schema_files()[key.file].get("$defs", {})}
    registry = Registry().with_resources(
        (each, DRAFT202012.create_resource(content)) for each, content in schema_files().items()
    )
    validator = jsonschema.Draft202012Validator(whole, registry=registry)
    assert [value for value in values if not validator.is_valid(value)] == []


def test_the_rules_that_can_be_configured_are_those_of_the_code_and_do_the_same():
    for what, of_code in (("actions", ACTIONS.get), ("severities", severity)):
        inside = f"validation.{what}."
        told = {
            name.removeprefix(inside): key.schema["default"]
            for name, key in KEYS.items()
            if name.startswith(inside)
        }
        assert told == {rule: of_code(rule) for rule in ACTIONS if rule not in FIXED}


@pytest.mark.parametrize("table", schema_files()["tables.yaml"]["properties"])
def test_the_columns_that_a_table_needs_are_those_of_its_contract(table):
    said = KEYS[f"tables.{table}"].schema["description"]
    columns = load_model(table).to_schema().columns
    needed = [name for name, column in columns.items() if not is_optional(column)]
    for name in columns:
        assert (f"`{name}`" in said) == (name in needed), name


# What happens where a key is left out, asked of the study and of those whom it tells.


def change(config):
    """Give the small trial what every key with a default stands in."""
    config["validation"] = {
        "checks": [
            {
                "id": "seen",
                "kind": "order",
                "earlier": "participants.randomised_on",
                "later": "twelve_months.completed_on",
            }
        ]
    }
    config["conduct"] = [
        {
            "id": "seen_later",
            "statement": "everybody was seen later",
            "earlier": "participants.randomised_on",
            "later": "twelve_months.completed_on",
        }
    ]
    config["study"]["arms"][1]["description"] = "a class"
    columns = {"participant_id": "id", "provider_id": "sex", "assigned_on": "allocated"}
    config["tables"]["assignments"] = {"sources": [{"export": "trial", "columns": columns}]}
    config["analysis"] |= {
        "design": {"clusters": "provider"},
        "missing": {"impute": "within_arm"},
        "populations": [{"id": "per_protocol", "label": "Per protocol"}],
        "estimands": [{"id": "offer"}],
        "sensitivity": [{"id": "again", "design": {"clusters": "provider"}}],
    }
    config["simulation"] = {"scenarios": [{"id": "again"}], "power": {"effect": 5}}


def steps(name):
    """Return the path of a key in the small trial: its first item, and its first name, of each."""
    for part in name.replace("[]", ".[]").split("."):
        yield {"[]": 0, "<name>": None}.get(part, part)


def put(config, name, value):
    """Set a key of the small trial, or take it out where the value is None."""
    *path, last = steps(name)
    for step in path:
        if step is None:
            step = next(iter(config))
        config = config.setdefault(step, {}) if isinstance(config, dict) else config[step]
    config.pop(last, None)
    if value is not None:
        config[last] = value


def answers(file: Path) -> dict:
    """Return all that a study says to the rules, the rows of its exports and its contracts."""
    try:
        study = Study(yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader), file)
    except StudyError as refusal:
        return {"refused": refusal.text()}
    out = {
        (kind.__name__, name): getattr(asked, name)
        for kind, asked in ((Study, study), (Validation, study.validation))
        for part in kind.__mro__
        for name, member in vars(part).items()
        if isinstance(member, property | cached_property) and name != "validation"
    }
    asked_by_section = {
        "analysis": study.analysis,
        "qualitative": study.qualitative,
        "report": study.report,
    }
    for section, ask in asked_by_section.items():
        for key in schema_files()[f"{section}.yaml"]["properties"]:
            out[section, key] = ask(key)
    for table in study.tables:
        for source in study.sources(table):
            told = {key: value for key, value in source.items() if key not in KEYS_OF_READERS}
            out["source", table] = told
            out["rows", table] = read_export(source, study.files(source["name"])).rows.to_dict()
        variables = study.variables(table)
        contract = build_schema(table, variables, table in study.forms)
        out["contract", table] = {
            name: (str(column.dtype), column.nullable, str(column.checks))
            for name, column in contract.columns.items()
        }
    out["ci"] = fail_on(study.config)
    out["folder"] = study.folder
    out["folder named from the root"] = is_taken(study.config | {"folder": str(file.parent)}, file)
    # As configured: the contracts and the plan written out stand in their place.
    del out["Study", "contracts"]
    for key in ("outcomes", "design", "missing", "populations", "estimands", "sensitivity"):
        del out["analysis", key]
    del out["qualitative", "saturation"]  # `Study.saturation` has it with its defaults
    del out["qualitative", "disclosure"]  # `word_disclosure` has it with its defaults
    del out["qualitative", "agreement"]  # the property has it with its defaults
    return out


def is_taken(config: dict, file: Path) -> bool:
    """Return whether a configuration can be used."""
    try:
        return bool(check_configuration(config, file))
    except StudyError:
        return False


def written(folder, name, value):
    """Write the small trial with one key and return its file."""

    def changed(config):
        change(config)
        put(config, name, value)

    return write_study(folder, change=changed)


NOT_OF_TEXT = "exports.<name>.labels"
"""The one key that says nothing of a delimited file: asked of a file of SPSS below."""


@pytest.mark.parametrize("name", [name for name in DEFAULTS if name != NOT_OF_TEXT])
def test_a_default_is_what_happens_without_the_key(name, tmp_path):
    other = KEYS[name].schema["examples"][0]
    values = {"without": None, "default": default_of(name), "other": other}
    said = {}
    for value in values:
        # The same folder each time, for its name stands in what is said.
        said[value] = answers(written(tmp_path, name, values[value]))
    assert said["without"] == said["default"]
    assert "refused" not in said["without"]
    assert said["other"] != said["default"]


def test_codes_of_a_file_are_taken_and_not_its_labels_unless_that_is_asked_for(tmp_path):
    path = str(tmp_path / "trial.sav")
    labels = {"arm": {1.0: "first", 2.0: "second"}}
    pyreadstat.write_sav(pd.DataFrame({"arm": [1.0, 2.0]}), path, variable_value_labels=labels)
    spec = {"name": "trial", "label": "trial.sav", "known": ["arm"]}
    told = {
        value: read_export(spec | ({} if value is None else {"labels": value}), [path])
        for value in (None, default_of(NOT_OF_TEXT), True)
    }
    arms = {value: export.rows["arm"].tolist() for value, export in told.items()}
    assert arms[None] == arms[default_of(NOT_OF_TEXT)] == ["1", "2"]
    assert arms[True] == ["first", "second"]


# An editor finds the schema by the first line of a file, and reads it by paths.


@cache
def from_path(uri: str):
    """Return a schema from the path of a file, and nothing from anywhere else."""
    parts = urlsplit(uri)
    assert parts.scheme == "file", f"{uri} is no file of this folder"
    text = Path(url2pathname(parts.path)).read_text(encoding="utf-8")
    return DRAFT202012.create_resource(yaml.load(text, yaml.CSafeLoader))


@pytest.mark.parametrize("file", SHIPPED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_an_editor_checks_a_shipped_file_by_its_first_line(file):
    text = file.read_text(encoding="utf-8")
    line = text.splitlines()[0]
    assert line.startswith(LINE)
    schema = (file.parent / line.removeprefix(LINE)).resolve()
    assert schema == FOLDER / TOP
    registry = Registry(retrieve=from_path)
    validator = jsonschema.Draft202012Validator({"$ref": schema.as_uri()}, registry=registry)
    config = yaml.load(text, yaml.CSafeLoader)
    assert list(validator.iter_errors(config)) == []
    wrong = copy.deepcopy(config)
    table = next(iter(wrong["tables"].values()))
    table.get("sources", [table])[0]["exprot"] = "x"
    assert [error.validator for error in validator.iter_errors(wrong)] == ["additionalProperties"]


def references(node):
    """Yield each reference of a part of a schema."""
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for part in node.values():
            yield from references(part)
    elif isinstance(node, list):
        for part in node:
            yield from references(part)


@pytest.mark.parametrize("file", sorted(schema_files()))
def test_each_reference_leads_into_this_folder(file):
    for reference in references(schema_files()[file]):
        found, home = resolved({"$ref": reference}, file)
        assert found
        assert home in schema_files()
