"""Forms that nobody filled in: what a program fills in by itself is no answer of a person."""

from __future__ import annotations

import pandas as pd
import pytest
import yaml
from small_trial import delimited, made, records, validated, write_study

from trialtrail.exports.redcap.dictionary import plain_text, read_dictionary
from trialtrail.exports.redcap.filling import PROGRAM, TICK, filled_by
from trialtrail.exports.redcap.forms import values_of

HEAD = (
    "Variable / Field Name,Form Name,Field Type,Field Label,"
    '"Choices, Calculations, OR Slider Labels",'
    "Text Validation Type OR Show Slider Number,Field Annotation\n"
)
FIELDS = {
    "record_id": ("enrol", "text", "Record", "", "", ""),
    "arm": ("enrol", "radio", "Arm", "0, A | 1, B", "", ""),
    "on": ("enrol", "text", "Allocated", "", "date_dmy", ""),
    "walk": ("visit", "text", "Walk", "", "number_2dp_comma_decimal", ""),
    "aids": ("visit", "checkbox", "Aids", "1, Stick | 2, Frame", "", ""),
    "twice": ("visit", "calc", "Twice", "round([walk] * 2, 2)", "", ""),
    "site": ("visit", "text", "Site", "", "", "@DEFAULT='North'"),
}
COLUMNS = ("record_id", "arm", "on", "enrol_complete", "walk", "aids___1", "aids___2", "aids____99",
           "twice", "site", "visit_complete")  # fmt: skip


def dictionary(**changed) -> str:
    """Return the dictionary, some of its fields changed."""
    fields = {**FIELDS, **changed}
    rows = (",".join([name, *(f'"{part}"' for part in parts)]) for name, parts in fields.items())
    return HEAD + "\n".join(rows) + "\n"


def seen(n: int, **cells) -> dict[str, str]:
    """Return a record of somebody who was seen, with a walk of n and a half."""
    row = dict.fromkeys(COLUMNS, "")
    row |= {"record_id": str(n), "arm": str(n % 2), "on": "2024-03-01", "enrol_complete": "2"}
    row |= {"walk": f"{n},50", "aids___1": "0", "aids___2": "0", "aids____99": "0"}
    return row | {"twice": str(2 * n + 1), "site": "North", "visit_complete": "2"} | cells


def unopened(n: int, **cells) -> dict[str, str]:
    """Return a record of somebody whose visit form was never opened, as REDCap exports it."""
    return seen(n, walk="", twice="0", visit_complete="0", **cells)


def project(folder, rows, words=None):
    """Write a REDCap study with these records."""

    def change(config):
        config["exports"] = {"trial": {"file": "data/trial.csv", "format": "redcap"}}
        config["exports"]["trial"] |= {"dictionary": "data/dictionary.csv"}
        config["missing"] = ["", "-99"]
        source = config["tables"]["participants"]["sources"][0]
        source["columns"] = {"participant_id": "record_id", "arm": "arm", "randomised_on": "on"}
        source["codes"] = {"arm": {"0": "leaflet", "1": "group"}}
        redcap = {"export": "trial", "instrument": "visit"}
        config["forms"] = {"visit": {"label": "Visit", "timepoint": "month_1", "redcap": redcap}}
        outcome = {"form": "visit", "variables": ["walk"]}
        config["analysis"]["outcomes"][0] |= {"measured": [outcome]}
        config["analysis"]["followed_up"] = {"form": "visit", "label": "Seen"}

    files = {"data/dictionary.csv": words or dictionary(), "data/trial.csv": delimited(rows, ",")}
    return write_study(folder, change=change, files=files)


MIXED = [*map(seen, range(1, 9)), *map(unopened, range(9, 13))]


def test_a_form_that_was_never_opened_is_not_seen(tmp_path):
    file = project(tmp_path, MIXED)
    visit = validated(file).tables["visit"]
    never = visit["participant_id"].astype(int) > 8
    for name in ("aids_1", "aids_2", "twice", "site"):
        assert visit.loc[never, name].isna().all(), name
        assert visit.loc[~never, name].notna().all(), name
    done = made(file, "results/summaries/flow.parquet", "results/tables/form_patterns.csv")
    assert done.exit_code == 0, done.said
    flow = done.by_row("flow")
    assert (flow["randomised"]["n"], flow["followed_up"]["n"]) == ("12", "8")


def test_what_is_blanked_is_counted(tmp_path):
    changes = validated(project(tmp_path, MIXED)).changes
    counted = {column: n for _, column, why, _, n in changes if "nobody began" in why}
    assert counted == {"aids___1": 4, "aids___2": 4, "twice": 4, "site": 4}


@pytest.mark.parametrize(
    ("cells", "begun"),
    [({}, False), ({"aids___2": "1"}, True), ({"walk": "7,00"}, True), ({"site": "South"}, False),
     ({"walk": "-99"}, False), ({"walk": "-99,00"}, False), ({"walk": "\u221299"}, False),
     ({"walk": "-99,50"}, True)],
)  # fmt: skip
def test_a_tick_or_an_answer_begins_a_form_and_a_default_does_not(tmp_path, cells, begun):
    visit = validated(project(tmp_path, [*MIXED, unopened(13) | cells])).tables["visit"]
    (boxes,) = visit.loc[visit["participant_id"] == "13", "aids_1"]
    assert pd.notna(boxes) is begun


def test_a_box_beside_a_code_of_a_missing_value_is_no_answer(tmp_path):
    found = validated(project(tmp_path, [*MIXED, seen(13, aids____99="1")]))
    assert found.told("columns").empty
    row = found.tables["visit"].set_index("participant_id").loc["13"]
    assert pd.isna(row["aids_1"])
    assert row["walk"] == 13.5


def test_the_decimal_sign_is_that_of_the_field_also_in_logic(tmp_path):
    found = validated(project(tmp_path, [*MIXED, seen(13, walk="1,250", twice="2.5")]))
    assert found.tables["visit"].set_index("participant_id").loc["13", "walk"] == 1.25
    assert "13" not in set(found.told("calculated")["record"])
    wrong = validated(project(tmp_path / "b", [*MIXED, seen(13, twice="26")]))
    assert "13" in set(wrong.told("calculated")["record"])


def test_labels_are_read_as_a_person_sees_them(tmp_path):
    words = dictionary(
        walk=("visit", "text", "<b>Gait</b> &lt;6&nbsp;m&gt; of [site] {twice} &auml;", "", "", ""),
        arm=("enrol", "radio", "Arm", "0, m&auml;nnlich <18 | 1, weiblich", "", ""),
    )
    (tmp_path / "d.csv").write_text(words, encoding="utf-8")
    fields = read_dictionary(str(tmp_path / "d.csv"), "d.csv")
    assert fields["walk"].label == "Gait <6 m> of … ä"
    assert values_of(fields["arm"].choices) == {"0": "mannlich_18", "1": "weiblich"}
    assert plain_text("x<y and y>z") == "x<y and y>z"


def test_who_fills_a_field(tmp_path):
    (tmp_path / "d.csv").write_text(dictionary(), encoding="utf-8")
    fields = read_dictionary(str(tmp_path / "d.csv"), "d.csv")
    kinds = {name: filled_by(field) for name, field in fields.items()}
    assert (kinds["aids"], kinds["twice"], kinds["site"], kinds["walk"]) == (
        *(TICK, PROGRAM, PROGRAM),
        "",
    )


def wide(**form):
    """Return a change of the small trial: falls and an attendance beside the walk."""

    def change(config):
        spec = config["forms"]["twelve_months"]
        spec["variables"] += [
            {"id": "falls", "column": "falls", "type": "integer", "label": "Falls"},
            {"id": "came", "column": "came", "type": "category", "label": "Came"}
            | {"codes": {"Y": "yes", "N": "no"}},
        ]
        config["forms"]["twelve_months"] |= form
        config["analysis"]["outcomes"].append(
            {"id": "falls", "label": "Falls", "role": "secondary", "kind": "continuous"}
            | {"form": "twelve_months", "variables": ["falls"]}
        )

    return change


def with_zeros() -> list[dict[str, str]]:
    """Return records of which six have zeros in the place of a visit that was not made."""
    rows = [row | {"falls": "2", "came": "Y"} for row in records()]
    for row in rows[:6]:
        row |= {"walk12": "0", "seen12": "", "falls": "0", "came": "N"}
    return rows


HELD = {"took_place": {"variable": "came", "values": ["yes"]}}


def test_zeros_of_a_visit_that_was_not_made_are_no_values(tmp_path):
    file = write_study(tmp_path, with_zeros(), wide(**HELD))
    found = validated(file)
    form = found.tables["twelve_months"]
    assert form["walk_after_s"].isna().sum() == form["falls"].isna().sum() == 6
    assert {(c, n) for _, c, why, _, n in found.changes if "not take place" in why} == {
        ("walk12", 6),
        ("falls", 6),
    }
    assert found.told("no_visit").empty


def test_a_value_of_a_visit_that_was_not_made_is_told_and_not_used(tmp_path):
    rows = with_zeros()
    rows[2]["walk12"] = "12.5"
    found = validated(write_study(tmp_path, rows, wide(**HELD)))
    assert list(found.told("no_visit", "walk12")["record"]) == ["P003"]
    assert found.tables["twelve_months"]["walk_after_s"].isna().sum() == 6


def test_a_follow_up_is_known_by_a_value(tmp_path):
    def change(config):
        wide()(config)
        seen = {"form": "twelve_months", "variable": "came", "values": ["yes"], "label": "Came"}
        config["analysis"]["followed_up"] = seen

    done = made(write_study(tmp_path, with_zeros(), change), "results/summaries/flow.parquet")
    assert done.exit_code == 0, done.said
    flow = done.by_row("flow")
    assert (flow["followed_up"]["n"], flow["not_followed_up"]["n"]) == ("18", "6")


@pytest.mark.parametrize(
    ("rule", "words"),
    [({"variable": "cane"}, "`cane` is not a variable"),
     ({"variable": "came", "values": ["perhaps"]}, "`perhaps` is not a value of came")],
)  # fmt: skip
def test_a_rule_that_names_nothing_is_refused(tmp_path, rule, words):
    found = validated(write_study(tmp_path, with_zeros(), wide(took_place=rule)))
    assert words in found.refusal.text()


def test_a_form_of_zeros_beside_an_empty_form_is_told(tmp_path):
    def change(config):
        wide()(config)
        config["forms"]["diary"] = config["forms"]["twelve_months"] | {
            "label": "Diary",
            "variables": [config["forms"]["twelve_months"]["variables"].pop(1)],
        }
        config["analysis"]["outcomes"][1]["form"] = "diary"

    rows = [
        row | ({"walk12": "", "came": ""} if row["came"] == "N" else {}) for row in with_zeros()
    ]
    found = validated(write_study(tmp_path, rows, change)).told("empty_form")
    assert list(found["found"]) == ["6 participants"]
    true = [row | ({"walk12": "9.5"} if row["came"] == "N" else {}) for row in with_zeros()]
    assert validated(write_study(tmp_path / "b", true, change)).told("empty_form").empty


def test_a_visit_that_did_not_take_place_is_not_seen_though_its_attendance_is_recorded(tmp_path):
    file = write_study(tmp_path, with_zeros(), wide(**HELD))
    done = made(file, "results/summaries/flow.parquet", "results/tables/form_patterns.csv")
    assert done.exit_code == 0, done.said
    assert done.by_row("flow")["followed_up"]["n"] == "18"
    counted = {row["forms"]: 0 for row in done.by_row("form_patterns").values()}
    for row in done.by_row("form_patterns").values():
        counted[row["forms"]] += int(row["n"])
    assert counted == {"baseline; twelve_months": 18, "baseline": 6}
    (note,) = validated(file).told("not_begun")["found"]
    assert note == "6 records"


def test_a_form_that_nobody_began_is_told_once_with_its_number(tmp_path):
    found = validated(project(tmp_path, MIXED)).told("not_begun")
    assert list(found[["table", "severity", "found"]].itertuples(index=False, name=None)) == [
        ("visit", "note", "4 records")
    ]


SCORES = {"score": ("scores", "calc", "Score", "[walk] + 1", "", "")}
"""A form of nothing but a calculation, from what another instrument has."""


def with_scores(rows):
    """Return the records with a calculated score, which REDCap makes of nothing too."""
    return [
        row | {"score": "1" if not row["walk"] else "9", "scores_complete": "2"} for row in rows
    ]


def test_a_form_of_calculations_has_values_where_people_filled_what_they_are_made_of(tmp_path):
    file = project(tmp_path, with_scores(MIXED), dictionary(**SCORES))
    text = file.read_text(encoding="utf-8")
    form = "  scores:\n    label: Scores\n    timepoint: month_1\n"
    form += "    redcap: {export: trial, instrument: scores}\n"
    file.write_text(text.replace("forms:\n", "forms:\n" + form, 1), encoding="utf-8")
    scores = validated(file).tables["scores"].set_index("participant_id")["score"]
    assert sorted(map(int, scores.index[scores.notna()])) == list(range(1, 9))


@pytest.mark.parametrize(
    "annotation",
    ["@DEFAULT='1'", "@SETVALUE = '1'", '@READONLY @default="1"', "@IF([on]='', @DEFAULT='1', '')"],
)  # fmt: skip
def test_a_box_that_a_default_ticks_is_nobodys_tick(tmp_path, annotation):
    quoted = annotation.replace('"', '""')
    words = dictionary(aids=("visit", "checkbox", "Aids", "1, Stick | 2, Frame", "", quoted))
    rows = [row | {"aids___1": "1"} for row in MIXED]
    visit = validated(project(tmp_path, rows, words)).tables["visit"]
    assert visit["aids_1"].notna().sum() == 8


@pytest.mark.parametrize("mark", ["0", "1", "2", ""])
def test_the_mark_of_a_form_begins_none(tmp_path, mark):
    rows = [row | {"visit_complete": mark} for row in MIXED]
    visit = validated(project(tmp_path, rows)).tables["visit"]
    assert visit["aids_1"].notna().sum() == 8


def scored(**spec):
    """Return a change of the small trial: a score that its program writes for everybody."""

    def change(config):
        config["forms"]["twelve_months"]["variables"].append(
            {"id": "score", "column": "score", "type": "number", "label": "Score"} | spec
        )

    return change


def test_a_calculation_of_a_wide_file_is_no_visit(tmp_path):
    rows = [row | {"score": "3"} for row in records()]
    for row in rows[:5]:
        row |= {"walk12": "", "seen12": "", "score": "0"}
    found = validated(write_study(tmp_path, rows, scored(filled_by="program")))
    assert found.tables["twelve_months"]["score"].isna().sum() == 5
    assert list(found.told("not_begun")["found"]) == ["5 records"]
    plain = validated(write_study(tmp_path / "b", rows, scored()))
    assert plain.tables["twelve_months"]["score"].notna().all()


def test_a_form_that_a_program_fills_alone_must_say_how_it_is_known(tmp_path):
    def change(config):
        config["forms"]["twelve_months"]["variables"][0]["filled_by"] = "program"
        del config["forms"]["twelve_months"]["sources"][0]["columns"]["completed_on"]
        config["exports"]["trial"]["ignore"] = ["seen12"]

    refusal = validated(write_study(tmp_path, change=change)).refusal
    assert "took_place" in refusal.text()
    assert "twelve_months" in refusal.text()


def test_a_visit_that_took_place_keeps_boxes_that_nobody_ticked(tmp_path):
    def change(rows):
        return [row | {"came": str(int(bool(row["walk"])))} for row in rows]

    words = dictionary(came=("visit", "yesno", "Came", "", "", ""))
    rows = [*change(MIXED), seen(13, walk="", twice="") | {"came": "1"}]
    file = project(tmp_path, rows, words)
    text = file.read_text(encoding="utf-8")
    rule = "    took_place: {variable: came, values: [true]}\n    label: Visit\n"
    file.write_text(text.replace("    label: Visit\n", rule, 1), encoding="utf-8")
    boxes = validated(file).tables["visit"].set_index("participant_id")["aids_1"]
    assert boxes.notna().sum() == 9
    assert not boxes["13"]


@pytest.mark.parametrize(
    ("box", "code"), [("aids____99", "-99"), ("aids___nask", "NASK"), ("aids___999", "999")]
)
def test_boxes_of_codes_of_missing_values_are_known(tmp_path, box, code):
    rows = [{**{k: v for k, v in row.items() if k != "aids____99"}, box: "0"} for row in MIXED]
    rows[0][box] = "1"
    file = project(tmp_path, rows)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("'-99'", f"'{code}'"), encoding="utf-8")
    found = validated(file)
    assert found.refusal is None
    assert found.told("columns").empty
    assert found.tables["visit"]["aids_1"].isna().sum() == 5


@pytest.mark.parametrize(
    ("label", "shown"),
    [("a < b and c > d", "a < b and c > d"), ("<18 years", "<18 years"), ("&lt;18", "<18"),
     ("<p style='x'>Pain&nbsp;now</p>", "Pain now"), ("M&uuml;de &amp; matt", "Müde & matt"),
     ("x<sup>2</sup>", "x2"), ("<div class=\"rich-text-field-label\"><p>Age</p></div>", "Age"),
     ("BMI <b>kg/m<sup>2</sup></b>, today", "BMI kg/m2, today"), ("&lt;b&gt;", "<b>")],
)  # fmt: skip
def test_markup_is_taken_out_and_signs_are_kept(label, shown):
    assert plain_text(label) == shown


@pytest.mark.parametrize(
    ("label", "value"),
    [("männlich", "mannlich"), ("Straße", "strasse"), ("Ødegård", "odegard"), ("≥ 18", "18"),
     ("Œuvre", "oeuvre"), ("Łódź", "lodz"), ("Мужчина", "1")],
)  # fmt: skip
def test_a_value_is_spelt_in_plain_letters(label, value):
    assert values_of({"1": label}) == {"1": value}


def test_a_missing_code_of_one_variable_begins_no_form(tmp_path):
    file = project(
        tmp_path, [*MIXED, unopened(13) | {"walk": "-8,0"}, unopened(14) | {"walk": "-7"}]
    )
    config = yaml.safe_load(file.read_text(encoding="utf-8"))
    (walk,) = [
        {"id": "walk", "column": "walk", "type": "number", "label": "Walk", "missing": ["-8"]}
    ]
    config["forms"]["visit"]["variables"] = [walk]
    file.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
    visit = validated(file).tables["visit"].set_index("participant_id")
    assert visit["aids_1"].notna()[["13", "14"]].tolist() == [False, True]
