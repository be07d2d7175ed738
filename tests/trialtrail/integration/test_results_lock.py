"""The lock of printed numbers: what it tells, what differs from it, and what it does not take."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from trialtrail.errors import StudyError
from trialtrail.trail.results_lock import (
    NAME,
    compare_locks,
    lines_of,
    lock_of,
    read_lock,
    what_differs,
)

ROWS = [
    # id, printed, value, table, row, column
    ("walk", "1.2", "1.234", "estimates", "walk", "estimate"),
    ("walk-2", "1.23", "1.234", "estimates", "walk", "estimate"),
    ("n", "12", "12", "summaries", "flow.a", "n"),
    ("many", "10\u202f483", "10483", "summaries", "flow.a", "denominator"),
    ("oldest", "94", "94", "summaries", "age", "maximum"),
    ("few", "71.5", "71.5", "summaries", "few", "mean"),
    ("said", "three of my 4 falls", "", "quotations", "q1", "text"),
    ("age_of_one", "81", "81", "interviewees", "i1", "age"),
]
WITHHELD = {"oldest", "few", "said", "age_of_one"}
SECRET = ("94", "71.5", "three of my", "81")
"""What is printed of the numbers that are withheld."""


def make_results(folder: Path, rows=ROWS, raw: str = "a" * 64, queries=()) -> Path:
    """Write a results folder with a register, the tables it is printed from, and a graph."""
    results = folder / "results"
    for part in ("report", "tables", "lineage/records", "validation"):
        (results / part).mkdir(parents=True, exist_ok=True)
    names = ["id", "printed", "value", "table", "row", "column"]
    write(results / "report/numbers.csv", [names, *rows])
    tables: dict[str, dict[str, dict[str, str]]] = {}
    for _, _, value, table, row, column in rows:
        tables.setdefault(table, {}).setdefault(row, {})[column] = value
    tables.get("summaries", {}).get("few", {})["n"] = "2"
    for table, cells in tables.items():
        columns = sorted({name for row in cells.values() for name in row})
        lines = [[row, *(found.get(name, "") for name in columns)] for row, found in cells.items()]
        write(results / f"tables/{table}.csv", [["row", *columns], *lines])
    head = ["query_id", "severity", "file", "column", "rule", "status"]
    write(results / "validation/queries.csv", [head, *queries])
    files = [
        {"id": f"results/tables/{t}.csv", "path": f"results/tables/{t}.csv", "kind": "table"}
        for t in tables
    ]
    files.append({"id": "data/trial.csv", "path": "data/trial.csv", "kind": "raw", "sha256": raw})
    graph = {"form": form_of_graph(), "files": files, "jobs": [], "used": [], "generated": []}
    (results / "lineage/lineage.json").write_text(json.dumps(graph))
    return results


def form_of_graph() -> str:
    from runrecord.graph import FORM

    return FORM


def write(path: Path, rows) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


def changed(rows, name: str, printed: str | None):
    """Return the rows with another print of one number, or without it."""
    kept = [row for row in rows if row[0] != name or printed is not None]
    return [(row[0], printed, *row[2:]) if row[0] == name else row for row in kept]


def lock(results: Path):
    return lock_of(results, sealed=False)


def test_it_is_read_as_it_was_written(tmp_path):
    text = lock(make_results(tmp_path)).text()
    again = read_lock(text, NAME)
    assert again.text() == text
    assert len(again.numbers) == len(ROWS)
    assert text == lock(make_results(tmp_path)).text()


def test_a_number_has_a_line_with_what_is_printed(tmp_path):
    lines = lock(make_results(tmp_path)).text().splitlines()
    assert "number\testimates#walk/estimate\t1.2\twalk" in lines
    assert "number\tsummaries#flow.a/n\t12\tn" in lines


def test_nothing_of_one_person_or_of_few_stands_in_it(tmp_path):
    made = lock(make_results(tmp_path))
    assert made.withheld == WITHHELD
    assert not [line for line in made.text().splitlines() for one in SECRET if f"\t{one}" in line]


def test_a_withheld_number_has_another_digest_with_other_raw_files(tmp_path):
    """Else who has the lock could try ages until one fits."""
    one = lock(make_results(tmp_path / "a"))
    two = lock(make_results(tmp_path / "b", raw="b" * 64))
    ends = [{n.id: n.printed for n in made.numbers if n.id in WITHHELD} for made in (one, two)]
    assert all(ends[0][name] != ends[1][name] for name in WITHHELD)


def test_one_changed_number_is_one_changed_line(tmp_path):
    one = lock(make_results(tmp_path / "a")).text().splitlines()
    two = lock(make_results(tmp_path / "b", changed(ROWS, "n", "13"))).text().splitlines()
    differing = [pair for pair in zip(one, two, strict=True) if pair[0] != pair[1]]
    assert len(differing) == 2  # the digest, and the number


@pytest.mark.parametrize(
    ("name", "printed", "told"),
    [
        ("walk", "1.3", "walk  1.2 -> 1.3  estimates#walk/estimate"),
        ("n", None, "n  12 -> not printed  summaries#flow.a/n"),
        ("oldest", "95", "oldest  (of one person), another than before  summaries#age/maximum"),
    ],
)
def test_what_differs_is_named_with_both_numbers(name, printed, told, tmp_path):
    moved = compare_locks(
        lock(make_results(tmp_path / "a")),
        lock(make_results(tmp_path / "b", changed(ROWS, name, printed))),
    )
    assert lines_of(moved)[1:] == [f"  {told}"]
    assert not [one for one in SECRET if one in "\n".join(lines_of(moved))]


def test_another_way_to_write_a_number_is_no_difference(tmp_path):
    one = lock(make_results(tmp_path / "a"))
    two = lock(make_results(tmp_path / "b", changed(ROWS, "many", "10,483")))
    assert compare_locks(one, two).pairs == []


def test_with_other_raw_files_withheld_numbers_are_not_compared(tmp_path):
    moved = compare_locks(
        lock(make_results(tmp_path / "a")), lock(make_results(tmp_path / "b", raw="b" * 64))
    )
    assert (moved.pairs, moved.uncertain) == ([], len(WITHHELD))
    assert "cannot be compared" in lines_of(moved)[-1]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("\t12\t", "\t13\t"),
        lambda text: "".join(text.splitlines(keepends=True)[:-1]),
        lambda text: text.replace("number\t", "<<<<<<< ours\nnumber\t", 1),
        lambda text: "",
        lambda text: text.replace("lock 1", "lock 2"),
    ],
)
def test_a_lock_that_was_edited_or_merged_by_line_is_refused(spoil, tmp_path):
    text = lock(make_results(tmp_path)).text()
    assert spoil(text) != text
    with pytest.raises(StudyError, match=r"results\.lock"):
        read_lock(spoil(text), NAME)


def test_open_error_queries_stand_in_it_by_id_and_rule(tmp_path):
    queries = [
        ("Q-1111111111", "error", "data/trial.csv", "Age", "range", "open"),
        ("Q-2222222222", "error", "data/trial.csv", "Age", "range", "resolved"),
        ("Q-3333333333", "warning", "data/trial.csv", "Age", "digits", "open"),
    ]
    made = lock(make_results(tmp_path, queries=queries))
    assert made.queries == {"Q-1111111111": "range"}
    assert made.text().splitlines()[-1] == "query\tQ-1111111111\trange"


def test_a_run_says_what_differs_and_never_ends_by_it(tmp_path):
    results = make_results(tmp_path)
    assert what_differs(results) == []
    committed = tmp_path / NAME
    committed.write_text(lock(results).text(), encoding="utf-8")
    assert what_differs(results)[0].startswith("no printed number differs")
    make_results(tmp_path, changed(ROWS, "n", "13"))
    assert "n  12 -> 13" in "\n".join(what_differs(results))
    committed.write_bytes(b"\xff\xfe")
    assert what_differs(results) == [f"{NAME} cannot be read"]
    committed.write_text("nothing")
    assert "no results.lock that can be read" in what_differs(results)[0]
