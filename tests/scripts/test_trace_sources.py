"""The sources of the report, from the records of the jobs."""

import json

from small_tables import job

from trialtrail.tables import read_result

from scripts.trace_sources import gathered, made_with, main, raw_files, read_results, trace_sources


def result(rule, inputs, outputs, **rows):
    return {
        "rule": rule,
        "inputs": dict.fromkeys(inputs, "digest"),
        "outputs": dict.fromkeys(outputs, "digest"),
        "rows": rows,
    }


RESULTS = [
    result("validate_table", ["raw/a.csv"], ["checked/a.parquet"]),
    result("validate_table", ["raw/b.csv"], ["checked/b.parquet"]),
    result(
        "derive_a",
        ["checked/a.parquet"],
        ["data/a.parquet"],
        a={"read": 5, "used": 4, "set_aside": {"late": 1, "lost": 0}},
    ),
    result("tabulate_a", ["data/a.parquet", "checked/b.parquet"], ["tables/a.csv"]),
    result("draw_a", ["tables/a.csv", "templates/page.j2"], ["figures/a.svg"]),
]


def made_by(results=RESULTS):
    return {output: item for item in results for output in item["outputs"]}


def test_chains_are_followed_to_their_raw_files():
    assert raw_files("tables/a.csv", made_by()) == ["raw/a.csv", "raw/b.csv"]
    assert raw_files("data/a.parquet", made_by()) == ["raw/a.csv"]


def test_a_circle_of_records_ends():
    circle = [result("x", ["b"], ["a"]), result("y", ["a", "raw"], ["b"])]
    assert raw_files("a", made_by(circle)) == ["raw"]


def test_many_documents_of_a_folder_are_told_as_one():
    files = [f"raw/t/{n}.docx" for n in range(5)] + [f"raw/{n}.csv" for n in range(5)]
    told = gathered(files)
    assert "raw/t/*.docx (5 files)" in told
    assert len(told) == 6
    assert gathered(files[:3]) == files[:3]


def test_each_item_has_its_rule_and_its_files_but_no_templates():
    entries = trace_sources(RESULTS, ["data/a.parquet", "figures/a.svg"], {"templates/page.j2"})
    assert [entry["rule"] for entry in entries] == ["derive_a", "draw_a"]
    assert entries[0]["files"] == ["raw/a.csv"]
    assert entries[1]["title"] == "figures/a.svg"
    assert "templates/page.j2" not in entries[1]["files"]


def test_the_job_reads_records_and_writes_sources(tmp_path):
    paths = []
    for n, item in enumerate(RESULTS):
        paths.append(tmp_path / f"{n}.json")
        paths[-1].write_text(json.dumps({"result": item, "run": {}}), encoding="utf-8")
    task = job(
        tmp_path,
        {"records": paths},
        {"sources": "s.json", "steps": "steps.csv", "software": "software.json"},
        {"made": ["tables/a.csv"], "ignore": []},
    )
    assert read_results(task.input.records) == RESULTS
    main(task)
    with open(task.output.sources, encoding="utf-8") as handle:
        (entry,) = json.load(handle)
    assert entry["item"] == "tables/a.csv"
    steps = read_result(task.output.steps)
    assert steps["row"].tolist() == ["derive_a.a"]
    assert steps.loc[0, ["rows_in", "rows_out", "set_aside", "reasons"]].tolist() == [
        5,
        4,
        1,
        "late",
    ]


def test_the_commits_are_those_of_all_jobs_and_any_change_beside_them_is_told(tmp_path):
    paths = []
    for n, git in enumerate([{"commit": "b", "clean": True}, {"commit": "a", "clean": False}]):
        paths.append(tmp_path / f"run-{n}.json")
        paths[-1].write_text(json.dumps({"result": {}, "run": {"git": git}}), encoding="utf-8")
    found = made_with([str(path) for path in paths])
    assert (found["commits"], found["clean"]) == (["a", "b"], False)
    assert made_with([str(paths[0])])["clean"] is True


def test_files_that_are_no_checkout_have_no_commit(tmp_path):
    record = tmp_path / "run.json"
    record.write_text(json.dumps({"run": {"git": {"commit": None, "clean": None}}}))
    found = made_with([str(record)])
    assert (found["commits"], found["clean"]) == ([], None)
