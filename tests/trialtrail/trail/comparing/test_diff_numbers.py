"""`trialtrail diff --numbers` on a small run: what is told, what is not, and how it ends."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
import small_study
from small_study import Job, do, write_csv

from trialtrail import ROOT
from trialtrail.cli import main, parser
from trialtrail.errors import StudyError
from trialtrail.trail.bundle import gather, write_zip
from trialtrail.trail.comparing import diff
from trialtrail.trail.comparing.cause_groups import groups_of
from trialtrail.trail.comparing.causes import FAILED, REPLAYED, change_facts, change_name
from trialtrail.trail.comparing.effects import Snapshot
from trialtrail.trail.comparing.numbers_answer import NumbersAnswer, number_answer
from trialtrail.trail.comparing.numbers_json import FORM, as_json
from trialtrail.trail.comparing.numbers_markdown import as_written as as_markdown
from trialtrail.trail.comparing.numbers_proof import replay_groups
from trialtrail.trail.comparing.numbers_text import as_written as as_text
from trialtrail.trail.comparing.raw_tables import Change
from trialtrail.trail.comparing.replay import Replay
from trialtrail.trail.printed.printed_numbers import PrintedNumber

ESTIMATES = ("row", "role", "measure", "estimate", "lower", "upper", "se", "status")
NUMBERS = ("id", "printed", "value", "table", "row", "column")
WALK = ("walk", "primary", "mean_difference", "1.5836", "-1.1249", "4.29", "1.354", "estimated")
AGE = ("age", "secondary", "risk_ratio", "2", "1", "4", "0.5", "estimated")
REGISTER = (("Study No", "Alloc"), ("P-01", "A"), ("P-02", "B"))
CHANGED = (("Study No", "Alloc"), ("P-01", "A"), ("P-02", "secret"))


def printed(table: str, row: str, column: str, text: str, value: str | None = None) -> tuple:
    """Return one row of the register of printed numbers."""
    return f"{table}-{row}-{column}", text, text if value is None else value, table, row, column


BEFORE = (
    printed("uptake", "any_visit", "n", "1 of 2", "1"),
    printed("estimates", "walk", "estimate", "1.58", "1.5836"),
    printed("estimates", "age", "estimate", "2.0", "2"),
    printed("estimates", "age", "upper", "4.0", "4"),
)
AFTER = (
    printed("uptake", "any_visit", "n", "2 of 2", "2"),
    printed("estimates", "age", "estimate", "4.0", "4"),
    printed("estimates", "walk", "estimate", "1.72", "1.7190"),
    printed("estimates", "age", "upper", "4.0", "4.001"),
    printed("estimates", "walk", "lower", "−1.12", "-1.1249"),
)


def run_with(
    folder: Path,
    patch: pytest.MonkeyPatch,
    numbers: tuple[tuple, ...],
    estimates: tuple[tuple, ...] = (WALK, AGE),
    register: tuple[tuple, ...] = REGISTER,
    page: str = "<html>",
) -> None:
    """Make the small run again, with raw data, estimates and a report as they are given."""
    patch.chdir(folder)
    if register != REGISTER:
        write_csv("data/register.csv", *register)
        small_study._run_jobs()

    def estimate(job: Job) -> None:
        write_csv(job.output.table, ESTIMATES, *estimates)

    def report(job: Job) -> None:
        Path(job.output.pdf).write_text(page)
        write_csv(job.output.numbers, NUMBERS, *numbers)

    people = {"people": "results/datasets/participants.parquet"}
    table = "results/tables/estimates.csv"
    do(Job("estimate", input=people, output={"table": table}), estimate)
    tables = [table, "results/tables/uptake.csv", "results/tables/quotations.csv"]
    made = {"pdf": "results/report/report.html", "numbers": "results/report/numbers.csv"}
    Path("results/report/report.pdf").unlink(missing_ok=True)
    do(Job("report", input={"tables": tables}, output=made), report)
    small_study.seal_up()


PAGE = """
<h2 id="section-1"><span class="number">1</span> Visits &amp; hours</h2>
<a class="n" data-n="uptake-any_visit-n">1</a>
<h2><span class="number">2</span> Outcomes</h2><h3>At <i>one</i> year</h3>
<a data-n="estimates-walk-estimate">1</a> <a data-n="uptake-any_visit-n">1</a>
<a data-n="estimates-age-estimate">1</a>
<section id="more" data-document="supplement"><h2><span class="number">S1</span> Outcomes</h2>
<a data-n="uptake-any_visit-n">1</a></section>
"""


@pytest.fixture(scope="module")
def pair(whole_run, modules_left_out, tmp_path_factory) -> Path:
    """Return a folder with two runs; a raw cell, and printed numbers, are not the same."""
    base = tmp_path_factory.mktemp("pair")
    for name in "ab":
        shutil.copytree(whole_run, base / name)
    with modules_left_out() as patch:
        run_with(base / "a", patch, BEFORE, page=PAGE)
        run_with(base / "b", patch, AFTER, register=CHANGED, page=PAGE)
    return base


@pytest.fixture
def two(pair, tmp_path) -> tuple[Path, Path]:
    """Return copies of the two runs."""
    for name in "ab":
        shutil.copytree(pair / name, tmp_path / name)
    return tmp_path / "a", tmp_path / "b"


def ask(a: Path, b: Path, *options: str) -> tuple[int, str]:
    """Return the exit code and the answer of the command."""
    said = io.StringIO()
    places = [str(path if path.suffix else path / "results") for path in (a, b)]
    with contextlib.redirect_stdout(said):
        code = diff.command(parser().parse_args(["diff", *places, "--numbers", *options]))
    return code, said.getvalue()


def test_numbers_are_told_with_place_print_and_change(two):
    code, said = ask(*two, "--no-replay", "--json")
    answer = json.loads(said)
    assert (code, answer["form"], answer["differ"]) == (1, FORM, 4)
    assert (answer["changed"], answer["added"], answer["gone"]) == (3, 1, 0)
    assert answer["printed"] == {"a": 4, "b": 5, "compared": 5}
    assert [one["id"] for one in answer["numbers"]] == [
        "estimates-walk-estimate",  # of a primary row of which only one report prints a number
        "estimates-walk-lower",
        "estimates-age-estimate",
        "uptake-any_visit-n",
    ]
    walk, lower, age, uptake = answer["numbers"]
    assert lower["note"] == "the cell is in the tables of A, and not printed"
    assert (lower["before"], lower["after"]) == (None, "−1.12")
    assert (walk["before"], walk["after"], walk["cell"]) == (
        "1.58",
        "1.72",
        "estimates#walk/estimate",
    )
    assert walk["change_in_standard_errors"] == pytest.approx((1.7190 - 1.5836) / 1.354, rel=1e-3)
    assert age["change_in_standard_errors"] == pytest.approx(0.6931471806 / 0.5, rel=1e-3)
    assert (uptake["before"], uptake["sections"]) == (
        "1 of 2",
        ["Visits & hours", "Outcomes: At one year", "Supplement: Outcomes"],
    )
    assert {one["how"] for one in answer["numbers"]} == {"not proven"}
    assert [one["id"] for one in answer["moved_below_the_printed_digits"]] == [
        "estimates-age-upper"
    ]
    (cause,) = answer["causes"]
    assert (cause["export"], cause["column"]) == ("data/register.csv", "Alloc")
    assert (cause["changes"], cause["fewer_than"]) == (None, 3)


@pytest.mark.parametrize("form", [(), ("--json",), ("--markdown",)], ids=str)
def test_no_value_of_a_participant_and_no_id_is_told(two, form):
    """Neither the raw cell in A and B, nor the key of its record, of which diff tells."""
    _, said = ask(*two, "--no-replay", *form)
    assert "data/register.csv" in said
    assert "Alloc" in said
    assert not re.search(r"secret|P-0\d|\bB\b.*->", said.replace("| B |", ""))


@pytest.mark.parametrize("what", ["order", "layout"])
def test_what_names_no_record_is_called_in_a_comment_as_in_the_whole_answer(what):
    change, run = Change(what), SimpleNamespace(data={}, graph=None)
    cause = SimpleNamespace(
        kind="raw", facts=change_facts("data/a.csv", change), data={1: 1}, code={}, entries=[]
    )
    (group,) = groups_of(SimpleNamespace(causes=[cause], a=run, b=run), 10)
    assert group.name == change_name("data/a.csv", change)


def test_the_order_of_the_answer_is_always_the_same(two):
    for form in ("--json", "--markdown"):
        assert ask(*two, "--no-replay", form) == ask(*two, "--no-replay", form)


def test_a_table_of_n_rows_and_the_rest_folded(two):
    code, said = ask(*two, "--no-replay", "--markdown", "--rows", "1")
    assert code == 1
    head, _, folded = said.partition("<summary>3 more</summary>")
    assert head.startswith(
        "**4 of 5 printed numbers differ (3 changed, 1 added; 2 of primary estimates)"
    )
    assert "> **NOT PROVEN: nothing was replayed" in head
    rows = re.findall(r"^\| .*<code>(estimates|uptake)-.*$", head, re.MULTILINE)
    assert len(rows) == 1
    assert len(re.findall(r"^\|.*<br>", folded, re.MULTILINE)) == 3
    digest = re.findall(r"\b[0-9a-f]{64}\b", folded)
    assert len(digest) == 2


@pytest.mark.parametrize("form", [(), ("--json",), ("--markdown",)], ids=str)
def test_nothing_differs_or_only_what_is_not_printed(two, monkeypatch, form):
    a, b = two
    assert ask(a, a, *form)[0] == 0
    assert "No printed number differs" in ask(a, a, *form)[1]
    run_with(b, monkeypatch, BEFORE, ((*WALK[:3], "1.5837", *WALK[4:]), AGE), CHANGED, PAGE)
    code, said = ask(a, b, *form)  # replays would fail: this study has no workflow
    assert code == 0
    assert "No printed number differs" in said
    assert "tables/estimates.csv" in said
    assert "raw data" in said


def test_what_is_written_in_another_way_is_no_difference(two, monkeypatch):
    a, b = two
    for folder, text in ((a, "1,483"), (b, "1\u202f483")):
        run_with(folder, monkeypatch, (printed("uptake", "any_visit", "n", text, "1483"),))
    code, said = ask(a, b, "--no-replay")
    assert code == 0
    assert "1 printed number written in another way" in said


def test_an_estimate_that_can_be_made_now_says_that_it_could_not(two, monkeypatch):
    a, b = two
    run_with(a, monkeypatch, BEFORE[:1], ((*WALK[:3], "", "", "", "", "not_estimable"), AGE))
    run_with(b, monkeypatch, BEFORE[:2])
    for one, other, what in ((a, b, "added"), (b, a, "gone")):
        (number,) = json.loads(ask(one, other, "--no-replay", "--json")[1])["numbers"]
        letter = "A" if what == "added" else "B"
        assert number["what"] == what
        assert number["note"] == f"the cell is empty in {letter}: not estimable"


def test_reports_without_numbers_do_not_differ(two, monkeypatch):
    for folder in two:
        run_with(folder, monkeypatch, ())
    code, said = ask(*two)
    assert (code, "No printed number differs (0 compared)" in said) == (0, True)


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (("interviewees", "p1", "age", "16", "16"), "of one person"),
        (("summaries", "age.all", "minimum", "16", "16"), "of one person"),
        (("uptake", "any_visit", "mean", "16", "16"), "of fewer than 3 people"),
        (("claims", "c", "note", "P-01 was 16", "x"), "a text"),
    ],
)
def test_what_is_of_one_person_is_named_and_not_told(two, monkeypatch, number, why):
    a, b = two
    run_with(a, monkeypatch, (printed(*number),))
    run_with(b, monkeypatch, (printed(*number[:3], number[3].replace("16", "17"), "17"),))
    (told,) = json.loads(ask(a, b, "--no-replay", "--json")[1])["numbers"]
    assert (told["before"], told["after"], told["withheld"]) == (None, None, why)
    for form in ((), ("--markdown",)):
        said = ask(a, b, "--no-replay", *form)[1]
        assert "1 changed" in said
        assert f"({why})" in said
        assert "17" not in said.partition("What was compared")[0].partition("manifest")[0]


def test_a_changed_quotation_is_named_and_not_told(two, monkeypatch):
    a, b = two
    header = ("row", "role", "number", "stage", "document", "start", "end", "text")

    def quote(job: Job) -> None:
        write_csv(job.output.table, header, ("q7", "m", 3, "late", "talk_3", 9, 20, "oh no"))

    shutil.rmtree(b)
    shutil.copytree(a, b)
    monkeypatch.chdir(b)
    table = {"table": "results/tables/quotations.csv"}
    talks = sorted(path.as_posix() for path in Path("data/talk").iterdir())
    do(Job("quote", input={"talks": talks}, output=table), quote)
    run_with(b, monkeypatch, BEFORE, page=PAGE)
    code, said = ask(a, b)
    assert code == 0
    assert "quotations whose words are not the same: q7" in said
    assert "oh no" not in said


def test_a_report_that_is_not_as_sealed_is_refused(two):
    a, b = two
    for name in ("report/numbers.csv", "report/report.html", "lineage/lineage.json"):
        path = b / "results" / name
        whole = path.read_bytes()
        path.write_bytes(whole.replace(b"1", b"2", 1))
        with pytest.raises(StudyError, match=r"is not as it was sealed|lineage is damaged"):
            ask(a, b, "--no-replay")
        path.write_bytes(whole)


def test_a_register_that_no_seal_names_is_no_report(two, monkeypatch):
    a, b = two
    monkeypatch.chdir(b)
    (b / "results/lineage/records/report.json").unlink()
    small_study.seal_up()
    with pytest.raises(StudyError, match="B has no report"):
        ask(a, b)
    said = io.StringIO()
    given = ["diff", str(a / "results"), str(b / "results"), "--no-replay", "--json"]
    with contextlib.redirect_stdout(said):
        code = diff.command(parser().parse_args(given))
    told = json.loads(said.getvalue())
    assert code == 2
    assert any("B has no report" in text for text in told["missing"])
    assert not [one for one in told["differences"] if one["address"].startswith("report#")]


@pytest.mark.parametrize(
    "options",
    [
        ("--markdown",),
        ("--numbers", "--markdown", "--json"),
        ("--numbers", "--rows", "-1"),
        ("--numbers", "--rows", "many"),
    ],
    ids=" ".join,
)
def test_what_is_misasked_ends_with_2(two, options, capsys):
    places = [str(folder / "results") for folder in two]
    try:
        code = main(["diff", *places, *options])
    except SystemExit as stopped:
        code = stopped.code
    assert code == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_raw_file_that_is_gone_leaves_the_cause_unproven(two):
    """Which numbers differ is known without it, and its name may be that of a participant."""
    a, b = two
    (b / "data").rename(b.parent / "elsewhere")
    code, said = ask(a, b)
    assert code == 1
    assert "NOT PROVEN: files that a replay needs are not here" in said


def test_a_run_that_cannot_be_made_again_leaves_the_cause_unproven(two):
    for folder in two:
        (folder / "study.yaml").unlink()
    code, said = ask(*two)
    assert code == 1
    assert "NOT PROVEN: A cannot be run again: give it with --config-a FILE" in said


def test_a_bundle_is_compared_as_its_folder_is(two, tmp_path, monkeypatch):
    a, b = two
    packed = tmp_path / "b.zip"
    write_zip(packed, gather(b / "results", [packed]), private=True)
    code, said = ask(a, packed, "--no-replay", "--json")
    given = json.loads(ask(a, b, "--no-replay", "--json")[1])
    answer = json.loads(said)
    assert code == 1
    assert answer["b"].pop("results") == str(packed)
    given["b"].pop("results")
    assert answer == given


@pytest.mark.parametrize("public", [True, False])
def test_what_is_no_restricted_bundle_is_refused(two, tmp_path, public):
    given = tmp_path / "given.zip"
    if public:
        write_zip(given, {"bundle.json": b"{}"})
    else:
        given.write_bytes(b"PK no zip")
    with pytest.raises(StudyError, match=r"public bundle has not|neither a results folder nor"):
        ask(two[0], given)


class Replays:
    """Replays that give what they are told to, by the names of the causes that are taken over."""

    def __init__(self, start: tuple, gives: dict[str, tuple | None]) -> None:
        self.start, self.gives, self.notes = start, gives, []
        self.made: list[str] = []

    def unchanged(self) -> Replay:
        return Replay(snapshot(self.start))

    def replay(self, causes: list, name: str) -> Replay:
        chosen = "+".join(sorted({cause.name for cause in causes}))
        self.made.append(chosen)
        given = self.gives.get(chosen, self.start)
        return Replay(None, "fit: P-01 is odd") if given is None else Replay(snapshot(given))


def snapshot(rows: tuple[tuple, ...]) -> Snapshot:
    """Return what a run gives whose report has these numbers."""
    return Snapshot(register=[PrintedNumber(*row) for row in rows])


def comparison(a: tuple, b: tuple, causes: str) -> NumbersAnswer:
    """Return what differs between two registers, with a cause a letter."""
    files = {f"scripts/{name}.py": {"kind": "code"} for name in causes} | {
        "results/report/numbers.csv": {"kind": "report"}
    }
    graph = SimpleNamespace(
        files=files, jobs={}, outputs=lambda name: ["results/report/numbers.csv"]
    )
    run = SimpleNamespace(graph=graph, shown="x", results=Path(), records={}, python="3.12")
    run.libraries = {}
    made = [
        diff.Cause(
            "code", f"scripts/{name}.py", {}, code={name: b""}, starts={f"scripts/{name}.py"}
        )
        for name in causes
    ]
    whole = SimpleNamespace(
        comparison=SimpleNamespace(a=run, b=run, causes=made, missing=[]),
        snapshots=(snapshot(a), snapshot(b)),
        differences=[],
        files=[],
    )
    return number_answer(whole, 30)


def one(*values: str) -> tuple:
    """Return the rows of a register, one a value, in cells named x, y, z."""
    return tuple(printed("t", row, "n", text) for row, text in zip("xyz", values, strict=False))


def proven(
    a: tuple, b: tuple, causes: str, /, most: int = 30, **gives: tuple | None
) -> NumbersAnswer:
    """Return what differs, with replays that give, for the letters of their causes, a register."""
    answer = comparison(a, b, causes)
    named = {
        "+".join(f"scripts/{name}.py" for name in letters): rows for letters, rows in gives.items()
    }
    answer.bench = Replays(a, named)
    replay_groups(answer, answer.bench, most)
    return answer


def how(answer: NumbersAnswer) -> list[tuple[str, list[int]]]:
    """Return how each number comes about, in the order of the report."""
    found = sorted(answer.differences, key=lambda one: one.pair.either.id)
    return [(one.how, one.causes) for one in found]


def test_each_cause_alone_moves_its_number():
    answer = proven(
        one("1", "1"), one("2", "3"), "ab", a=one("2", "1"), b=one("1", "3"), ab=one("2", "3")
    )
    assert how(answer) == [("alone", [1]), ("alone", [2])]
    assert [(g.state, g.moves, g.undone) for g in answer.groups] == [(REPLAYED, 1, 0)] * 2
    assert answer.replays == 4
    assert "x" in as_text(answer, 5)
    assert "cause: 1 alone" in as_text(answer, 5)


def test_two_causes_move_a_number_that_neither_moves_alone():
    """Of two they are known; of three, each two are replayed until it is explained."""
    answer = proven(one("1"), one("2"), "ab", ab=one("2"))
    assert how(answer) == [("two together", [1, 2])]
    answer = proven(one("1"), one("2"), "abc", abc=one("2"), ac=one("2"))
    assert how(answer) == [("two together", [1, 3])]
    assert "1 and 3 together, neither alone" in as_markdown(answer, 5)
    assert len(answer.bench.made) == 3 + 1 + 2


def test_what_no_two_causes_move_is_said_to_be_moved_by_all():
    answer = proven(one("1"), one("2"), "abc", abc=one("2"))
    assert how(answer) == [("joint", [])]
    assert "all together, no two that were tried" in as_text(answer, 5)
    assert answer.tried_pairs
    answer = proven(one("1"), one("2"), "abc", most=1, abc=one("2"))
    assert not answer.tried_pairs or len(answer.groups) == 1


def test_changes_that_stop_the_run_alone_are_tried_together_first():
    answer = proven(one("1"), one("2"), "abc", abc=one("2"), b=None, c=None, bc=one("2"))
    assert how(answer) == [("two together", [2, 3])]
    assert answer.bench.made[-1] == "scripts/b.py+scripts/c.py"
    assert [group.state for group in answer.groups] == [REPLAYED, FAILED, FAILED]
    for said in (as_text(answer, 5), as_markdown(answer, 5), str(as_json(answer))):
        assert "P-01" not in said
    assert "by itself it stops the run in the job fit" in as_text(answer, 5)


def test_what_is_left_unexplained_is_said_loudly():
    answer = proven(one("1", "5"), one("2", "5"), "a", a=one("1", "7"))
    assert how(answer) == [("unexplained", [])]
    assert answer.differences[0].replayed == "1"
    assert "UNEXPLAINED: 1 printed number is not what all changes together give" in as_text(
        answer, 5
    )
    assert "> **UNEXPLAINED: 1 printed number" in as_markdown(answer, 5)
    assert as_json(answer)["unexplained"] == 1
    assert answer.groups[0].undone == 1


def test_a_replay_of_a_that_is_not_a_explains_nothing():
    answer = comparison(one("1"), one("2"), "a")
    replay_groups(answer, Replays(one("9"), {"scripts/a.py": one("2")}), 30)
    assert how(answer) == [("unexplained", [1])]
    assert "the replay of A does not print what A does: 1 printed number" in as_text(answer, 5)


def test_numbers_that_are_added_and_gone_are_proven_too():
    """The replay has the numbers in another order, under other ids."""
    b = (printed("t", "z", "n", "8"), *one("1"))
    gives = (printed("t", "x", "n", "1"), ("other id", "8", "8", "t", "z", "n"))
    answer = proven(one("1", "2"), b, "ab", a=gives[:1], b=(*one("1", "2"), gives[1]), ab=gives)
    assert how(answer) == [("alone", [1]), ("alone", [2])]


def test_of_more_causes_than_most_those_of_a_kind_are_one():
    answer = proven(one("1"), one("2"), "abcde", most=30, abcde=one("2"))
    assert len(answer.groups) == 5
    answer = comparison(one("1"), one("2"), "abcde")
    wide = number_answer(answer.whole, 3)
    assert [(group.name, group.count) for group in wide.groups] == [("all files", 5)]


def test_a_whole_file_is_named_and_not_counted(two, monkeypatch):
    """Its name says that it is one; a file of a folder with one a participant is not named."""
    a, b = two
    monkeypatch.chdir(b)
    Path("data/talk/talk_3.txt").write_text("I: no\n")
    table, talks = "results/tables/quotations.csv", sorted(map(str, Path("data/talk").iterdir()))
    do(Job("quote", input={"talks": talks}, output={"table": table}), small_study._quote)
    run_with(b, monkeypatch, AFTER, page=PAGE)
    causes = {
        cause["name"]: cause
        for cause in json.loads(ask(a, b, "--json", "--no-replay")[1])["causes"]
    }
    whole = causes["data/talk/talk_3.txt"]
    assert (whole["changes"], whole["fewer_than"]) == (1, None)
    exports = {"sources": [{"label": "data/talk", "name": "talk"}]}
    job = Job("quote", input={"talks": talks}, output={"table": table}, params=exports)
    do(job, small_study._quote)
    run_with(b, monkeypatch, AFTER, page=PAGE)
    said = ask(a, b, "--json", "--no-replay")[1]
    causes = {cause["name"]: cause for cause in json.loads(said)["causes"]}
    assert causes["data/talk"]["fewer_than"] == 3
    assert "talk_3" not in said


def test_code_that_made_no_printed_number_is_one_cause_and_is_not_replayed():
    answer = comparison(one("1"), one("2"), "ab")
    graph = answer.whole.comparison.a.graph
    graph.outputs = lambda name: []
    idle = number_answer(answer.whole, 30)
    replay_groups(idle, bench := Replays(one("1"), {}), 30)
    assert [(group.count, group.able) for group in idle.groups] == [(2, [])]
    assert bench.made == []
    assert how(idle) == [("unexplained", [])]


def test_a_comment_addresses_nobody_and_breaks_no_table():
    rows = (printed("t", "a|b<i>`x`\n@someone #1", "n", "1"),)
    other = (printed("t", "a|b<i>`x`\n@someone #1", "n", "2"),)
    said = as_markdown(comparison(rows, other, ""), 5)
    (line,) = (line for line in said.splitlines() if "<br>" in line)
    assert len(re.findall(r"(?<!\\)\|", line)) == 8
    assert "<i>" not in line
    assert "@someone" not in re.sub(r"<code>.*?</code>", "", line)


def test_a_comment_is_no_longer_than_it_may_be():
    many = [tuple(printed("t", f"_{at}" * 40, "n", text) for at in range(900)) for text in "12"]
    said = as_markdown(comparison(*many, ""), 20)
    assert len(said) < 65_536
    (more,) = re.findall(r"^and (\d+) printed numbers more", said, re.MULTILINE)
    assert said.count("<br>") == 900 - int(more) > 20
    assert said.count("<details>") == said.count("</details>") == 2


@pytest.mark.parametrize("service", ["github", "gitlab"])
def test_the_step_of_ci_is_one_that_the_command_takes(service):
    text = (ROOT / f"src/trialtrail/integration/files/{service}.yml").read_text("utf-8")
    (line,) = (line.strip() for line in text.splitlines() if "trialtrail diff" in line)
    given, _, otherwise = line.partition(" > numbers.md || ")
    options = parser().parse_args(given.replace("@STUDY@", "study.yaml").split()[1:])
    assert (options.b, options.numbers, options.markdown) == ("results", True, True)
    assert options.config_a == options.config_b == "study.yaml"
    assert otherwise == "true"
