"""The table of operating characteristics: a row a scenario and method, of all of its trials."""

from drawn_trials import collected

from trialtrail.tables import read_result


def test_rows_are_those_of_the_scenarios_and_methods_with_all_their_trials(tmp_path):
    table = read_result(collected(tmp_path)).set_index("row")
    assert list(table.index) == [
        "null.mixed_kenward_roger_expected",
        "null.ancova_hc3",
        "filled.mixed_satterthwaite",
        "filled.mixed_satterthwaite.imputed",
    ]
    assert table["trials"].tolist() == [5, 5, 3, 3]
    assert table["truth"].tolist() == [0, 0, 8, 8]
    assert table["type_1_error"].notna().tolist() == [True, True, False, False]
    assert table["power"].notna().tolist() == [False, False, True, True]
    assert (table["label"] == ["No effect"] * 2 + ["An effect"] * 2).all()


def test_the_table_is_the_same_each_time(tmp_path):
    made = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        made.append(collected(tmp_path / name).read_bytes())
    assert made[0] == made[1]
