"""The command: trace of files, cells, numbers and quotations, and the summary."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from small_study import Job, a_run, do, seal_up, write_csv

from trialtrail.cli import main
from trialtrail.record import Rows

BACK = """\
results/report/report.pdf#any_visit
  printed  1 of 2
  value    1
  cell     results/tables/uptake.csv#any_visit/n

results/tables/uptake.csv
  by tabulate
    results/datasets/participants.parquet
      by derive: participants 2 rows in, 2 used
        results/validated/people.parquet
          by validate: log 3 rows in, 2 used, 1 set aside (unknown participant 1); \
register 2 rows in, 2 used
            data/log.csv  (raw)
            data/register.csv  (raw)
        results/validated/visits.parquet  (from validate, above)

From 2 raw files through 3 jobs.
"""


@pytest.fixture
def ask(study, capsys):
    """Return a function that runs the command and returns exit code, answer and error."""

    def asked(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        told = capsys.readouterr()
        return code, told.out, told.err

    return asked


def test_number_is_traced_to_cell_jobs_and_raw_files(ask):
    code, told, _ = ask("trace", "results/report/report.pdf#any_visit")
    assert code == 0
    assert told == BACK


PAGE = """<section data-document="report"><h2>Uptake</h2><a data-n="any_visit">1 of 2</a></section>
<section data-document="supplement"><h2>Uptake</h2><a data-n="any_visit">1 of 2</a></section>"""


def test_both_documents_are_asked_alike_and_where_a_number_stands_is_told(ask, study):
    """By the page of either, by the PDF of either, and by the page that is read on a screen."""
    lineage = Path("results/lineage/lineage.json")
    graph = json.loads(lineage.read_text(encoding="utf-8"))
    (pdf,) = [file for file in graph["files"] if file["id"] == "results/report/report.pdf"]
    for name in ("report.html", "supplement.pdf", "print/report.html", "print/supplement.html"):
        path = f"results/report/{name}"
        graph["files"].append(pdf | {"id": path, "path": path})
    lineage.write_text(json.dumps(graph), encoding="utf-8")
    Path("results/report/report.html").write_text(PAGE, encoding="utf-8")
    asked = ("report.html", "report.pdf", "supplement.pdf", "results/report/print/supplement.html")
    for name in asked:
        code, told, error = ask("trace", f"{name}#any_visit")
        assert code == 0, error
        assert "  under    Uptake; Supplement: Uptake\n" in told


@pytest.mark.parametrize(
    ("address", "value"),
    [
        ("results/tables/uptake.csv#any_visit/n", "1"),
        ("uptake.csv#a/b/n", "0"),
        ("results/datasets/participants.parquet#P-01/visits", "2"),
        ("…/participants.parquet#P-02/visits", "(empty)"),
        ("results/datasets/participants.csv#P-01/visits", "2"),
        ("data/register.csv#P-02/Alloc", "B"),
    ],
)
def test_cell_shows_its_value(ask, address, value):
    code, told, _ = ask("trace", address)
    assert code == 0
    assert f"  value  {value}\n" in told


def test_row_shows_all_its_cells(ask):
    _, told, _ = ask("trace", "results/tables/uptake.csv#any_visit")
    assert "  label        Any visit\n" in told


def test_key_of_several_rows_shows_each(ask, study):
    write_csv("data/register.csv", ("Study No", "Alloc"), ("P-01", "A"), ("P-01", "B"))
    _, told, _ = ask("trace", "data/register.csv#P-01/Alloc")
    assert "2 rows have this key" in told
    assert "A; B" in told
    assert "Warning: data/register.csv is not as sealed" in told


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("results/report/numbers.csv", "results/report/report.pdf#any_visit"),
        ("results/report/report.pdf", "results/report/report.pdf#any_visit"),
        ("results/tables/quotations.csv", "results/report/report.pdf#q7"),
        ("results/report/numbers.csv", "--forward data/log.csv"),
        ("results/lineage/lineage.json", "results/tables/uptake.csv"),
        ("results/lineage/lineage.json", "--json results/tables/uptake.csv"),
    ],
)
def test_what_the_answer_was_read_from_is_not_as_sealed(ask, path, asked):
    with open(path, "a") as stream:
        stream.write("\n")
    code, told, _ = ask("trace", *asked.split())
    assert code == 0
    found = json.loads(told)["changed"] if "--json" in asked else told
    assert path in found
    assert "--json" in asked or f"Warning: {path} is not as sealed" in told


def test_quotation_is_traced_to_its_place_in_the_transcript(ask):
    code, told, _ = ask("trace", "results/report/report.pdf#q7")
    assert code == 0
    assert "  quotation   well, yes\n  speaker     mentor 3 later\n" in told
    assert "  transcript  data/talk/talk_3.txt, characters 9 to 20\n" in told
    assert "data/talk/*.txt  (8 raw files)" in told


def test_forward_from_a_raw_file(ask):
    _, told, _ = ask("trace", "data/log.csv", "--forward")
    assert told.startswith("data/log.csv\n\ndata/log.csv\n  read by validate: ")
    assert "results/report/report.pdf" in told
    assert "read by report, above" in told
    assert (
        "Touches 2 intermediate files, 2 datasets, 1 table, 2 files of the report.\n"
        "1 printed number of the report may move: any_visit\n"
    ) in told


def test_forward_from_code_and_from_a_cell(ask):
    assert "read by validate" in ask("trace", "scripts/validate.py", "--forward")[1]
    assert "printed number" in ask("trace", "uptake.csv#any_visit/n", "--forward")[1]
    assert "printed number" not in ask("trace", "uptake.csv#any_visit/label", "--forward")[1]


def test_json_is_in_topological_order(ask):
    _, told, _ = ask("trace", "results/report/report.pdf", "--json")
    answer = json.loads(told)
    order = [file["file"] for file in answer["files"]]
    for file in answer["files"]:
        for read in (file["made_by"] or {}).get("read", []):
            assert order.index(file["file"]) < order.index(read)
    assert answer["files"][0]["made_by"]["rule"] == "report"
    assert {file["file"] for file in answer["files"] if file["kind"] == "raw"} >= {"data/log.csv"}


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("results/report/report.pdf#any_vist", "nearest: `any_visit`"),
        ("results/tables/uptak.csv", "nearest: `results/tables/uptake.csv`"),
        ("uptake.csv#any_vist/n", "nearest: `any_visit`"),
        ("uptake.csv#any_visit/m", "has no column `m`"),
        ("results/datasets/participants.parquet#P-09/visits", "has no row `P-09`"),
        ("results/datasets/participants.parquet#P-01/vists", "nearest: `visits`"),
        ("data/talk/talk_1.txt#a/b", "neither CSV nor Parquet"),
    ],
)
def test_unknown_address_is_told_with_the_nearest_names(ask, address, words):
    code, told, error = ask("trace", address)
    assert (code, told) == (2, "")
    assert words in error
    assert "Traceback" not in error


def test_a_file_beside_the_graph_is_known(ask, study):
    code, _, told = ask("trace", "results/lineage/lineage.json")
    assert code == 2
    assert "`results/lineage/lineage.json` was made by seal_lineage, after the graph" in told
    assert "results/lineage/records/seal_lineage.json" in told


def test_results_folder_from_elsewhere(ask, study, tmp_path, monkeypatch):
    monkeypatch.chdir("/")
    code, told, _ = ask("trace", "uptake.csv#any_visit/n", "--results", str(study / "results"))
    assert code == 0
    assert "  value  1\n" in told
    code, told, _ = ask(
        "trace", str(study / "data/log.csv"), "--forward", "--results", str(study / "results")
    )
    assert code == 0


def test_a_job_that_makes_many_tables_is_passed_under_the_tables_name(folder, capsys):
    """One job settles eight tables: a table's rows come from the export of that table."""
    Path("study.yaml").write_text("study: small\n")
    names = [f"table_{number}" for number in range(8)]
    for name in names:
        write_csv(f"data/{name}.csv", ("key", "n"), ("a", 1))

    def main_of_settle(job):
        for source, made in zip(job.input, job.output.tables, strict=True):
            Path(made).write_bytes(Path(source).read_bytes())
        return {name: Rows(1, 1) for name in names}

    made = [f"results/validated/{name}.csv" for name in names]
    exports = {"exports": [f"data/{name}.csv" for name in names]}
    with a_run():
        do(Job("settle", input=exports, output={"tables": made}), main_of_settle)
        count = Job("count", input={"table": made[3]}, output={"table": "results/tables/n.csv"})
        do(count, lambda job: write_csv(job.output.table, ("row", "n"), ("all", 1)))
        seal_up()
    assert main(["trace", "results/tables/n.csv"]) == 0
    assert (
        capsys.readouterr().out
        == """\
results/tables/n.csv

results/tables/n.csv
  by count
    results/validated/table_3.csv
      by settle: table_3 1 rows in, 1 used
        data/table_3.csv  (raw)
        and 7 other files it read

From 1 raw file through 2 jobs; with all else that those jobs read, 8 raw files through 2 jobs \
(--all shows them).
"""
    )
    main(["trace", "results/tables/n.csv", "--all"])
    assert (
        "data/*.csv  (8 raw files)\n\nFrom 8 raw files through 2 jobs." in capsys.readouterr().out
    )
    main(["trace", "data/table_3.csv", "--forward"])
    told = capsys.readouterr().out
    assert "results/validated/table_3.csv\n      read by count\n" in told
    assert "and 7 other files it made" in told
    assert "table_4" not in told


def test_without_lineage_the_command_says_so(folder, capsys):
    assert main(["trace", "x.csv"]) == 2
    assert "No lineage is here" in capsys.readouterr().err


def test_summary_counts_queries_claims_and_files(ask):
    Path("results/validation").mkdir()
    severities = [("warning",), ("error",), ("warning",)]
    write_csv("results/validation/queries.csv", ("severity",), *severities)
    files = len(Path("results/lineage/manifest.sha256").read_text().splitlines())
    assert ask("summary")[1] == (
        "report   results/report/report.pdf\n"
        "queries  3: 1 error, 2 warning\n"
        f"files    {files} used or made, listed in results/lineage/manifest.sha256\n"
    )
    write_csv("results/tables/claims.csv", ("id", "verdict"), ("a", "differs"), ("b", "reproduced"))
    assert "claims   2: 1 reproduced, 1 differs\n" in ask("summary")[1]


def test_start_needs_no_heavy_library():
    code = (
        "import sys; from trialtrail.cli import main; main(['summary']);"
        "print({'pandas', 'numpy', 'pyarrow', 'snakemake'} & set(sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-1] == "set()"


def test_a_record_of_a_raw_file_by_its_line(ask):
    code, told, _ = ask("trace", "data/register.csv#line=3/Alloc")
    assert code == 0
    assert "  value  B\n" in told
    _, told, _ = ask("trace", "data/register.csv#line=3")
    assert "  Study No  P-02\n  Alloc     B\n" in told
    code, _, error = ask("trace", "data/register.csv#line=99/Alloc")
    assert code == 2
    assert "No record of `data/register.csv` begins on line 99" in error
