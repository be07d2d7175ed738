"""What is found in files of many makers is what is right for each of them."""

import argparse

import pytest
from first_files import MAKERS
from first_truth import differences

from trialtrail.new_study import command
from trialtrail.new_study.columns.identifying import why_identifying
from trialtrail.new_study.columns.units import unit_of
from trialtrail.new_study.files import read_files
from trialtrail.new_study.measures.instruments import find_instruments
from trialtrail.new_study.measures.repeated import find_long, find_repeated


@pytest.fixture(scope="module", params=MAKERS)
def first(request, tmp_path_factory):
    return MAKERS[request.param](tmp_path_factory.mktemp(request.param) / "data")


@pytest.fixture(scope="module")
def seen(first):
    return read_files.see_files(list(first.paths), first.redcap)[0]


def test_every_record_is_seen(first, seen):
    assert seen.column(first.truth.id) is not None
    assert {len(column.cells) for column in seen.columns} == {first.truth.rows}


def test_columns_that_identify_people_are_those_of_the_maker(first, seen):
    found = {column.name for column in seen.columns if why_identifying(column)}
    assert found == {*first.truth.identifying}


def test_units_are_those_of_the_maker(first, seen):
    for heading, unit in first.truth.units.items():
        column = seen.column(heading)
        assert (column.unit or unit_of(column.name, column.label)[1]) == unit


def test_measures_of_several_times_are_those_of_the_maker(first, seen):
    found = find_repeated(seen.columns)
    right = {stem: [*headings] for stem, headings in first.truth.repeated.items()}
    assert {each.stem: [*each.columns.values()] for each in found} == right
    shape = find_long(seen, first.truth.id)
    assert (shape.timepoint_column if shape else "") == first.truth.long
    assert tuple(shape.timepoints if shape else ()) == tuple(first.truth.timepoints)


def test_instruments_are_those_of_the_maker(first, seen):
    found = {each.id for each in find_instruments(seen.columns) if each.sure}
    assert found == {*first.truth.instruments}


def test_the_written_study_says_what_is_right(first, tmp_path):
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    study = tmp_path / "study.yaml"
    command.write_study(parser.parse_args([*first.words, "--out", str(study)]))
    assert differences(study.read_text(encoding="utf-8"), first.truth, first.answers) == []
