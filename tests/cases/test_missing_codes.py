"""Missing codes and codes, compared as what they mean and not as texts."""

from __future__ import annotations

import pandas as pd
import pytest
import yaml
from small_trial import records, validated, write_study

from trialtrail import ROOT
from trialtrail.configuration import Study
from trialtrail.exports.convert import How, type_column
from trialtrail.validation.missing_codes import missing_codes

WIDE_99 = "\uff0d\uff19\uff19"


def column(kind: str, *cells: str, **options):
    """Return (the values, the cells that are told, the changes of form) of a column."""
    done = type_column(pd.Series(list(cells), dtype="string"), How(kind, **options))
    values = [None if pd.isna(value) else value for value in done.values]
    told = [
        cell
        for _, _, mask in done.faults
        for cell, bad in zip(cells, mask, strict=True)
        if bad and mask.any()
    ]
    return values, told, done.changes


@pytest.mark.parametrize(
    ("code", "cell"),
    [
        *(("999", cell) for cell in ("999.00", "999.0", "999.", "+999", "0999", "999,0", "999 ")),
        *(("-99", cell) for cell in ("-99.0", "-099", "\u221299", "\u201399", "-99,00", WIDE_99)),
        ("-99.5", "-99.50"),
        ("999.00", "999"),
        ("9.5", "9,5"),
        ("999", "999.00 kg"),
        ("999", '="999"'),
        *(("NA", cell) for cell in ("na", "Na", "NA\u00a0", '="NA"')),
        ("not known", "Not  Known"),
    ],
)
@pytest.mark.parametrize("kind", ["number", "integer"])
def test_a_number_that_spells_a_missing_code_is_none(kind, code, cell):
    if (kind, code) == ("integer", "9.5"):
        code, cell = "9", "9,0"
    values, told, changes = column(kind, cell, "7", missing=("", code), unit="kg")
    assert (values, told) == ([None, 7], [])
    assert sum(count for *_, count in changes if changes) >= 1
    assert any("missing code" in before for before, _, _ in changes)


@pytest.mark.parametrize("cell", ["0.99", "99.1", "9.9", "199", "990", "-99", "0.099"])
def test_another_number_is_no_missing_code(cell):
    assert column("number", cell, missing=("", "99"))[0] == [float(cell)]


def test_a_bound_is_no_missing_code():
    assert column("censored", ">99", "99.0", missing=("", "99"))[0] == [99, None]


def test_a_missing_code_of_three_decimals_needs_the_column():
    values, told, _ = column("number", "999.000", "13.100", missing=("999",))
    assert (values, told) == ([None, None], ["999.000", "13.100"])
    values, told, _ = column("number", "999.000", "0.100", missing=("999",))
    assert (values, told) == ([None, 0.1], [])


@pytest.mark.parametrize("kind", ["date", "partial_date", "month", "category", "boolean"])
@pytest.mark.parametrize("cell", ["na", "-99.0", "\u221299", "-99,00", "N A"[0] + "a"])
def test_other_kinds_know_other_spellings_too(kind, cell):
    values, told, changes = column(kind, cell, missing=("", "NA", "-99"))
    assert (values, told) == ([None], [])
    assert len(changes) == 1


@pytest.mark.parametrize("kind", ["text", "list"])
def test_free_text_keeps_its_words_and_its_zeros(kind):
    cells = ("na", "099", "99 red balloons", "0.99", "99.0", "\u221299.0", "NA")
    values, _, changes = column(kind, *cells, missing=("", "NA", "99", "-99"))
    assert values == ["na", "099", "99 red balloons", "0.99", None, None, None]
    assert sum(count for *_, count in changes) == 3


@pytest.mark.parametrize("cell", ["1.0", "01", "+1", "1.", "1,0", "\uff11", "001.00", '="1"'])
def test_a_code_is_known_in_other_spellings(cell):
    values, told, changes = column("category", cell, codes={"1": "one", "2": "two"})
    assert (values, told) == (["one"], [])
    assert any("spelling of a code" in before or "none" in after for before, after, _ in changes)


@pytest.mark.parametrize(
    ("codes", "missing", "cell"),
    [
        ({"1": "a", "01": "b"}, ("",), "1.0"),
        ({"9": "a"}, ("", "09"), "9.0"),
        ({"na": "a"}, ("", "NA"), "Na"),
        ({"1": "a", "1000": "b"}, ("",), "1.000"),
        ({"1": "a"}, ("",), "1.5"),
        ({"1": "a"}, ("",), "-1"),
    ],
)
def test_what_may_be_two_codes_is_told(codes, missing, cell):
    values, told, _ = column("category", cell, codes=codes, missing=missing)
    assert (values, told) == ([None], [cell])


def test_a_code_that_must_be_exact_is_told_and_said_to_be_near():
    done = type_column(pd.Series(["1.0", "3"]), How("category", codes={"1": "a"}, exact=True))
    said = {message: list(mask) for _, message, mask in done.faults}
    assert [m for m, mask in said.items() if mask[0] and "another spelling" in m]
    assert [m for m, mask in said.items() if mask[1] and "another spelling" not in m]


def test_yes_and_no_of_a_program_that_writes_decimals():
    values, told, _ = column("boolean", "1.0", "0.0", "2.0")
    assert (values, told) == ([True, False, None], ["2.0"])


def test_a_word_for_no_that_spells_a_missing_code_is_told():
    assert column("boolean", "n", "N", "no", missing=("N",))[:2] == ([None, None, False], ["n"])


def test_missing_codes_of_a_file_with_two_decimals(tmp_path):
    rows = [each | {"walk12": f"{float(each['walk12']):.2f}"} for each in records()]
    for n in (0, 4, 7):
        rows[n]["walk12"] = "999.00"

    def change(config):
        config["missing"] += ["99", "999"]

    found = validated(write_study(tmp_path, rows, change))
    assert found.refusal is None
    assert found.queries.empty
    assert found.tables["twelve_months"]["walk_after_s"].isna().sum() == 3
    assert (
        "twelve_months",
        "walk12",
        "another spelling of the missing code 999",
        "no value",
        3,
    ) in found.changes


@pytest.mark.parametrize("code", ["01.01.1900", "1900-01-01", "1.1.1900"])
@pytest.mark.parametrize("cell", ["01.01.1900", "1.1.1900", "01.01.1900 00:00"])
@pytest.mark.parametrize("kind", ["date", "partial_date"])
def test_a_day_that_is_a_missing_code_is_none_in_any_form(kind, cell, code):
    found = column(kind, cell, "02.01.2024", missing=("", code), dates=("%d.%m.%Y",))
    assert found[:2] == ([None, pd.Timestamp(2024, 1, 2)], [])
    assert any("missing code" in before for before, _, _ in found[2])


@pytest.mark.parametrize("cell", ["NA", "NaN", "NULL", "<NA>", "\\N", "(null)", "."])
def test_what_programs_write_for_no_value_is_no_category(cell):
    values, told, _ = column("category", cell, "A")
    assert (values, told) == ([None, "A"], [cell])
    assert column("category", cell, codes={cell: "not asked"})[:2] == (["not asked"], [])
    assert column("category", cell, missing=("", cell))[:2] == ([None], [])
    assert column("text", cell)[:2] == ([cell], [])


@pytest.mark.parametrize(("cell", "told"), [("NULL", 4), ("na", 0), ("n/a\u00a0", 0), ("N.A.", 0)])
def test_a_category_without_codes_knows_its_missing_codes(tmp_path, cell, told):
    def change(config):
        del config["forms"]["baseline"]["variables"][1]["codes"]
        config["missing"] += ["NA", "N/A", "n.a."]

    rows = [row | ({"sex": cell} if n < 4 else {}) for n, row in enumerate(records())]
    found = validated(write_study(tmp_path, rows, change))
    assert len(found.told("code", "sex")) == len(found.queries) == told
    assert set(found.tables["baseline"]["sex"].dropna()) == {"F", "M"}


def test_nor_is_it_an_id_but_initials_are():
    assert column("text", "nan", "NULL", "NA", "P1", is_id=True)[:2] == (
        [None, None, "NA", "P1"],
        ["nan", "NULL"],
    )


class TestOfOneColumn:
    """Missing codes of one column, and codes that are missing codes elsewhere."""

    def rows(self):
        states = ("A", "V", "P", "U")
        return [
            each | {"state": states[n % 4], "hand": "RLU"[n % 3]}
            for n, each in enumerate(records())
        ]

    def variables(self, **hand):
        return [
            {
                "id": "state",
                "column": "state",
                "type": "category",
                "label": "State",
                "codes": {"A": "alert", "V": "voice", "P": "pain", "U": "unconscious"},
            },
            {"id": "hand", "column": "hand", "type": "category", "label": "Hand", **hand},
        ]

    def counts(self, tmp_path, config_missing, **hand):
        def change(config):
            config["missing"] += config_missing
            config["forms"]["baseline"]["variables"] += self.variables(**hand)

        found = validated(write_study(tmp_path, self.rows(), change))
        assert found.refusal is None
        assert found.queries.empty
        return found.tables["baseline"][["state", "hand"]]

    def test_are_beside_those_of_the_study(self, tmp_path):
        frame = self.counts(tmp_path, [], missing=["U"])
        assert (frame["state"] == "unconscious").sum() == 6
        assert frame["hand"].isna().sum() == 8

    def test_a_code_of_the_variable_is_no_missing_code_of_the_study(self, tmp_path):
        frame = self.counts(tmp_path, ["U"])
        assert (frame["state"] == "unconscious").sum() == 6
        assert frame["hand"].isna().sum() == 8

    def test_may_stand_in_a_source(self, tmp_path):
        def change(config):
            config["tables"]["participants"]["sources"][0]["missing"] = {"randomised_on": ["NK"]}

        rows = records()
        rows[3]["allocated"] = "nk"
        path = write_study(tmp_path, rows, change)
        found = validated(path)
        assert found.tables["participants"]["randomised_on"].isna().sum() == 1
        assert set(found.told("type")["column"]) == {"allocated"}  # the form does not list it

    def test_may_not_be_a_code_of_it(self, tmp_path):
        def change(config):
            config["forms"]["baseline"]["variables"][1]["missing"] = ["M"]

        refusal = validated(write_study(tmp_path, change=change)).refusal
        assert refusal is not None
        assert "under both `codes` and `missing` of baseline.sex" in refusal.text()

    def test_of_a_column_that_is_not_there_are_refused(self, tmp_path):
        def change(config):
            config["tables"]["participants"]["sources"][0]["missing"] = {"consented_on": ["NK"]}

        refusal = validated(write_study(tmp_path, change=change)).refusal
        assert refusal is not None
        assert "`consented_on` is not a name of" in refusal.text()


class TestByWhichATableTakesItsRows:
    """The texts of ``where`` are codes, and known in other spellings as codes are."""

    def taken(self, tmp_path, cells, *, wheres=(["1"], ["1"])):
        def change(config):
            for part, texts in zip(("tables", "forms"), wheres, strict=True):
                for table in config[part].values():
                    table["sources"][0]["where"] = {"visit": texts}

        rows = [row | {"visit": cells[n % len(cells)]} for n, row in enumerate(records())]
        return validated(write_study(tmp_path, rows, change))

    @pytest.mark.parametrize("cell", ["1.0", "01", "1,0", "+1", "1 "])
    def test_a_number_in_another_form_is_taken(self, tmp_path, cell):
        found = self.taken(tmp_path, ["1", cell])
        assert found.queries.empty
        assert len(found.tables["participants"]) == 24

    def test_what_another_table_lists_is_its_own(self, tmp_path):
        found = self.taken(tmp_path, ["1", "01"], wheres=(["1"], ["01"]))
        assert len(found.tables["participants"]) == len(found.tables["baseline"]) == 12

    def test_what_two_tables_may_mean_is_taken_by_none_and_told(self, tmp_path):
        found = self.taken(tmp_path, ["1", "01", "1.0"], wheres=(["1"], ["01"]))
        assert found.told("unused")["found"].tolist() == ["8 records"]

    def test_another_number_is_not_taken(self, tmp_path):
        found = self.taken(tmp_path, ["1", "10", "-1", "1.5"])
        assert len(found.tables["participants"]) == 6
        assert len(found.told("unused")) == 3


class TestOfADictionary:
    """The choices of a dictionary are codes that nobody wrote in the configuration."""

    def test_a_choice_that_the_study_lists_as_missing_is_missing(self):
        source = {"missing": ["", "9"], "codes": {"x": {"9": "refused", "1": "yes"}}}
        assert missing_codes(source, "x") == ("",)
        assert missing_codes(source | {"coded_by_dictionary": ["x"]}, "x") == ("", "9")
        assert missing_codes(source | {"missing_of": {"x": ["8"]}}, "x") == ("", "8")

    def test_a_variable_that_is_listed_has_codes_that_somebody_wrote(self):
        file = ROOT / "tests" / "studies" / "redcap" / "study.yaml"
        config = yaml.safe_load(file.read_text(encoding="utf-8"))
        study = Study(config, file)
        form = next(n for n, f in config["forms"].items() if "redcap" in f and coded(study, n))
        name, column, codes = coded(study, form)[0]
        variable = {"id": name, "column": column, "type": "category", "label": "Own"}
        config["forms"][form].setdefault("variables", []).append(variable | {"codes": codes})
        assert name not in [each for each, *_ in coded(Study(config, file), form)]


def coded(study: Study, form: str) -> list[tuple[str, str, dict]]:
    """Return (id, column, codes) of the categories of a form that only a dictionary codes."""
    given = study.sources(form)[0]["coded_by_dictionary"]
    return [
        (v["id"], v["column"], v["codes"])
        for v in study.variables(form)
        if v["id"] in given and v["type"] == "category"
    ]
