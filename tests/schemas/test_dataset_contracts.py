"""Contracts of datasets and result tables: each that a rule writes has one, with a key."""

from __future__ import annotations

import ast
import re

import pandas as pd
import pandera.pandas as pa
import pytest
from small_tables import typed, validated, whole

from trialtrail import ROOT
from trialtrail.derive.derivation import key_of

from schemas.datasets.base import keep_contract
from schemas.datasets.contacts import Contacts
from schemas.datasets.contracts import CONTRACTS as DATASETS
from schemas.datasets.participants import with_forms
from schemas.datasets.providers import Providers
from schemas.results.contracts import CONTRACTS as RESULTS
from scripts.derive_contacts import derive_contacts
from scripts.derive_providers import derive_providers

RULES = sorted((ROOT / "workflow/rules").glob("*.smk"))
CONTRACTS = {"datasets": DATASETS, "tables": RESULTS}
KEYS = {"claims": ["id"]}
"""Result tables whose rows are not named by ``row``."""


def written() -> dict[tuple[str, str], set[str]]:
    """Return each dataset and result table that a rule writes, and the scripts that do."""
    found: dict[tuple[str, str], set[str]] = {}
    for path in RULES:
        for rule in re.split(r"^ *rule ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            outputs = re.search(r"^( +)output:\n((?:\1 +.*\n)+)", rule, re.MULTILINE)
            script = re.search(r"scripts/\w+\.py", rule)
            if not outputs or not script:
                continue
            for kind, name in re.findall(
                r"results/(datasets|tables)/(\w+)\.(?:parquet|csv)", outputs[2]
            ):
                found.setdefault((kind, name), set()).add(script[0])
    return found


WRITTEN = written()


def test_each_dataset_and_result_table_that_a_rule_writes_has_a_contract():
    for kind, contracts in CONTRACTS.items():
        made = {name for folder, name in WRITTEN if folder == kind}
        assert len(made) > 5
        assert made <= set(contracts)


@pytest.mark.parametrize(("kind", "name"), [(k, n) for k, each in CONTRACTS.items() for n in each])
def test_each_contract_says_what_a_row_is_and_has_a_key(kind, name):
    contract = CONTRACTS[kind][name]
    schema = contract.to_schema()
    key = key_of(contract)
    assert contract.__doc__.startswith("One row is ")
    assert key
    assert {*key} <= {*schema.columns}
    assert schema.strict is True
    assert all(column.title and column.description for column in schema.columns.values())
    if kind == "tables":
        assert key == KEYS.get(name, ["row"])


@pytest.mark.parametrize("address", sorted(WRITTEN), ids="/".join)
def test_the_script_that_writes_a_table_names_its_contract(address):
    """By import; that it checks the table is what the tests of each script show."""
    kind, name = address
    for script in WRITTEN[address]:
        used = {
            alias.name
            for node in ast.walk(ast.parse((ROOT / script).read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("schemas.")
            for alias in node.names
        }
        assert CONTRACTS[kind][name].__name__ in used, script


LOG = whole(
    validated(
        contact_id=["C1", "C2"],
        participant_id=["1", "1"],
        contact_on=["2004-01-12", "2004-01-13"],
    ),
    "contacts",
)
PEOPLE = validated(participant_id=["1"], arm=["x"], randomised_on=["2004-01-10"])
CONTACTS = derive_contacts({"contacts": LOG, "participants": PEOPLE}, {})
REGISTER = whole(validated(provider_id=["A", "B"], resigned_on=["2004-07-01", None]), "providers")
PROVIDERS = derive_providers({"providers": REGISTER})


def refused(frame: pd.DataFrame, contract) -> list[str]:
    """Return what the contract finds wrong with a dataset."""
    with pytest.raises(pa.errors.SchemaErrors) as error:
        keep_contract(frame, contract)
    return list(dict.fromkeys(error.value.failure_cases["check"]))


def test_what_is_derived_keeps_to_its_contract():
    assert keep_contract(CONTACTS, Contacts) is CONTACTS
    assert keep_contract(PROVIDERS, Providers) is PROVIDERS


@pytest.mark.parametrize(
    ("frame", "contract", "key"),
    [(CONTACTS, Contacts, "contact_id"), (PROVIDERS, Providers, "provider_id")],
)
def test_two_rows_of_one_key_are_refused_and_rows_without_one_are_kept(frame, contract, key):
    twice = frame.assign(**{key: pd.array(["same"] * 2, dtype="string")})
    assert set(refused(twice, contract)) == {"multiple_fields_uniqueness"}
    nameless = frame.assign(**{key: pd.array([None] * 2, dtype="string")})
    assert keep_contract(nameless, contract) is nameless
    # The contract is as it was: rows that have a key are still compared.
    assert set(refused(twice, contract)) == {"multiple_fields_uniqueness"}
    # A row without a key is checked in all else.
    assert refused(nameless.assign(other=1), contract)


def test_what_counts_for_uptake_took_place():
    missed = CONTACTS.assign(took_place=pd.array([False, True], dtype="boolean"))
    assert refused(missed, Contacts) == ["uptake: what counts for uptake took place"]


def test_who_resigned_has_a_day_of_it():
    nobody = PROVIDERS.assign(resigned=pd.array([False, False], dtype="boolean"))
    assert refused(nobody, Providers) == [
        "resigned: who resigned has a day of resignation, nobody else has"
    ]


def test_a_column_that_is_missing_or_unknown_is_refused():
    assert refused(CONTACTS.drop(columns="arm"), Contacts) == ["column_in_dataframe"]
    assert refused(CONTACTS.assign(other="x"), Contacts) == ["column_in_schema"]


def test_participants_have_the_columns_of_their_study():
    contract = with_forms(
        [{"id": "age", "type": "integer", "label": "Age"}], {"visit": {"label": "Visit"}}
    )
    people = typed(
        participant_id=["1", "2"], arm=["x", "y"], age=[30, None], has_visit=[True, False]
    )
    assert keep_contract(people, contract) is people
    assert refused(people.drop(columns="has_visit"), contract) == ["column_in_dataframe"]
    assert refused(people.assign(attempts=1, other=2).astype({"attempts": "Int64"}), contract) == [
        "column_in_schema"
    ]
    assert refused(people.assign(age=people["age"].astype("string")), contract)
    odd = people.assign(attempts=pd.array([1, 1], dtype="Int64"))
    odd["visits"] = pd.array([1, 2], dtype="Int64")
    assert refused(odd, contract) == [
        "uptake: contacts that count for uptake are attempts at contact"
    ]
    assert set(refused(pd.concat([people, people], ignore_index=True), contract)) == {
        "multiple_fields_uniqueness"
    }
