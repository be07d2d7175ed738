"""The job that flags quotations: what is asked for is looked through, and nothing else."""

from types import SimpleNamespace

import pandas as pd
import pytest

from trialtrail.tables import read_table, write_table

from scripts import flag_quotations

CHOSEN = {
    "minimum": 3,
    "stops": ["listed"],
    "lists": {},
    "rare": [],
    "harmless": [],
    "patterns": {},
    "searched": ["quotations"],
}


@pytest.fixture
def job(tmp_path):
    """Return a job whose inputs lie in a folder."""
    tables = {
        "transcripts": {"document": ["d"], "text": ["Then Mary rang 028 9012 3456. Mary did."]},
        "quotations": {"quotation": ["7"], "document": ["d"], "start": [5], "end": [28]},
        "pseudonyms": {"name": ["Mary"], "pseudonym": ["Rosalind"]},
        "segments": {"document": ["d"], "start": [0], "end": [39]},
    }
    paths = {name: str(tmp_path / f"{name}.parquet") for name in tables}
    for name, columns in tables.items():
        write_table(pd.DataFrame(columns), paths[name])
    inputs = SimpleNamespace(**paths | {"pseudonyms": [paths["pseudonyms"]]})
    outputs = SimpleNamespace(flags=str(tmp_path / "flags.parquet"))
    return SimpleNamespace(input=inputs, output=outputs, params=SimpleNamespace(chosen=CHOSEN))


def test_a_name_that_has_a_pseudonym_is_no_flag_and_a_number_is(job):
    rows = flag_quotations.main(job)
    found = read_table(job.output.flags)
    assert found[["item", "rule", "start", "end"]].to_numpy().tolist() == [
        ["q7", "telephone", 15, 28]
    ]
    assert rows["quotations"].balanced


def test_coded_passages_are_looked_through_when_asked_for(job):
    job.params.chosen = CHOSEN | {"searched": ["segments"]}
    flag_quotations.main(job)
    found = read_table(job.output.flags)
    assert list(found["rule"]) == ["hidden_name", "telephone", "hidden_name"]
    assert set(found["texts"]) == {"segments"}
