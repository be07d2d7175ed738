"""A block of drawn trials: which trials, and that it is the same each time."""

from drawn_trials import SCENARIOS, draw_block

from trialtrail.tables import read_table


def test_a_block_has_its_trials_and_the_last_what_is_left(tmp_path):
    first, rows = draw_block(tmp_path, SCENARIOS[0], 1)
    last, _ = draw_block(tmp_path, SCENARIOS[0], 2)
    assert sorted(set(read_table(first.output.trials)["trial"])) == [1, 2, 3]
    assert sorted(set(read_table(last.output.trials)["trial"])) == [4, 5]
    assert rows["trials"].read == rows["trials"].used == 3


def test_the_same_seed_gives_the_same_bytes_and_another_others(tmp_path):
    made = []
    for place, seed in enumerate((4, 4, 5)):
        folder = tmp_path / str(place)
        folder.mkdir()
        task, _ = draw_block(folder, SCENARIOS[1], 1, seed)
        with open(task.output.trials, "rb") as stream:
            made.append(stream.read())
    assert made[0] == made[1] != made[2]


def test_imputed_values_have_rows_beside_those_of_known_ones(tmp_path):
    task, _ = draw_block(tmp_path, SCENARIOS[1], 1)
    assert read_table(task.output.trials)["values"].tolist() == ["known", "imputed"] * 3
