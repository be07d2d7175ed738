"""Bad inputs: one clear message, no traceback, no value of a participant, no good result lost."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from harness import World

from conftest import SECOND_STUDY
from trialtrail.errors import StudyError
from trialtrail.validation.stops import check_no_stop

ENCODING, END = "cp1252", "\r\n"
SENTINEL = "QX7391QX"
"""A value of a participant that must be seen nowhere but in the file of queries."""
KEY, ARM, WALK = 0, 1, 6
"""Places of columns in the export."""
EARLIER = (
    *("report", "tables", "figures", "datasets", "validated"),
    *("validation/queries.csv", "validation/validation.html", "validation/set_aside"),
    *("lineage/manifest.sha256", "lineage/lineage.json"),
)
"""Results of the last good run; working files of the validation are not among them."""

Spoil = Callable[[Path], None]


@dataclass(frozen=True)
class Case:
    """One kind of bad input: how it is made, and the message that it must give.

    ``like`` names a case that ends the run at the same place and differs in the message: its runs
    are made in the nightly form, and the message alone is made in every test run.
    """

    name: str
    spoil: Spoil
    what: str
    where: str
    rule: str
    do: str
    like: str = ""


def export(folder: Path) -> Path:
    """Return the export of a study's folder."""
    return folder / "data" / "trial.csv"


def lines_of(folder: Path) -> list[str]:
    """Return the lines of the export, the last one empty."""
    return export(folder).read_bytes().decode(ENCODING).split(END)


def write_lines(folder: Path, lines: list[str]) -> None:
    """Write the export."""
    export(folder).write_bytes(END.join(lines).encode(ENCODING))


def cells(*changes: tuple[int, int, str]) -> Spoil:
    """Return what writes a value into cells, each by its line in the file and its column."""

    def spoil(folder: Path) -> None:
        lines = lines_of(folder)
        for line, column, value in changes:
            record = lines[line - 1].split(";")
            record[column] = value
            lines[line - 1] = ";".join(record)
        write_lines(folder, lines)

    return spoil


def columns(change: Callable[[list[str], bool], list[str]]) -> Spoil:
    """Return what changes the cells of every line; ``change`` is told which is the header."""

    def spoil(folder: Path) -> None:
        lines = lines_of(folder)
        changed = [";".join(change(line.split(";"), n == 0)) for n, line in enumerate(lines[:-1])]
        write_lines(folder, [*changed, ""])

    return spoil


def without_walk(record: list[str], header: bool) -> list[str]:
    """Drop the column of the outcome."""
    return record[:WALK] + record[WALK + 1 :]


def with_shoes(record: list[str], header: bool) -> list[str]:
    """Add a column that the configuration does not know."""
    return [*record, "Shoe size" if header else SENTINEL]


def with_arm_again(record: list[str], header: bool) -> list[str]:
    """Add a column that is there already."""
    return [*record, "Group" if header else SENTINEL]


def ragged(folder: Path) -> None:
    """Give a line one cell too many."""
    lines = lines_of(folder)
    lines[29] += f";{SENTINEL}"
    write_lines(folder, lines)


def open_quotation(folder: Path) -> None:
    """Open a quotation mark that nothing closes."""
    lines = lines_of(folder)
    lines[29] = f'"{SENTINEL}{lines[29]}'
    write_lines(folder, lines)


def header_only(folder: Path) -> None:
    """Leave nothing but the header."""
    write_lines(folder, [lines_of(folder)[0], ""])


def folder_for_file(folder: Path) -> None:
    """Put a folder where the export is expected."""
    export(folder).unlink()
    export(folder).mkdir()


def content(value: bytes) -> Spoil:
    """Return what replaces the export."""

    def spoil(folder: Path) -> None:
        export(folder).write_bytes(value)

    return spoil


def configuration(old: str, new: str) -> Spoil:
    """Return what replaces a piece of the configuration."""

    def spoil(folder: Path) -> None:
        path = folder / "study.yaml"
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")

    return spoil


FILE = "data/trial.csv"
PICTURE = b"\x89PNG\r\n\x1a\n\x00\x81" + SENTINEL.encode() + bytes(range(256))
CASES = [
    Case("missing_file", lambda folder: export(folder).unlink(), "missing", FILE, "exports", "put"),
    Case(
        *("missing_column", columns(without_walk), "lacks it"),
        *(f"{FILE}, line 1, column Walk 12", "columns", "correct the header", "wrong_type"),
    ),
    Case(
        *("extra_column", columns(with_shoes), "does not know it"),
        *(f"{FILE}, line 1, column Shoe size", "columns", 'ignore: ["Shoe size"]', "wrong_type"),
    ),
    Case(
        *("column_twice", columns(with_arm_again), "more than once"),
        *(f"{FILE}, line 1, column Group", "columns", "correct the header", "wrong_type"),
    ),
    Case(
        *("wrong_type", cells((17, WALK, SENTINEL)), "not a number"),
        *(f"{FILE}, line 17, column Walk 12", "type", "correct the cell"),
    ),
    Case(
        *(
            "duplicated_key",
            cells((19, KEY, SENTINEL), (20, KEY, SENTINEL)),
            "more than one record",
        ),
        *(f"{FILE}, column Pat.-Nr., lines 19, 20", "key", "find out which", "wrong_type"),
    ),
    Case(
        *("unknown_arm", cells((12, ARM, SENTINEL)), "not among those"),
        *(f"{FILE}, line 12, column Group", "arm", "correct the allocation", "wrong_type"),
    ),
    Case(
        *("unknown_key", configuration('delimiter: ";"', f'delimeter: ";" # {SENTINEL}')),
        *("Unknown key `delimeter`", "study.yaml, line 16, column 5", "known keys", "`delimiter`"),
    ),
    Case(
        *("ragged_row", ragged, "has 12 cells and the header 11"),
        *(f"{FILE}, line 30", "width", "check delimiters", "wrong_type"),
    ),
    Case(
        *("open_quotation", open_quotation, "quotation mark"),
        *(f"{FILE}, line 30", "csv", "check the quotation marks", "empty_file"),
    ),
    Case(
        *("wrong_encoding", configuration("encoding: cp1252", "encoding: utf-8")),
        *(
            "cannot be read as utf-8",
            f"{FILE}, line 2",
            "encoding",
            "name the right encoding",
            "empty_file",
        ),
    ),
    Case("empty_file", content(b""), "empty", FILE, "header", "export the table again"),
    Case(
        *("header_only", header_only, "no record"),
        *(FILE, "header", "export the table again", "empty_file"),
    ),
    Case(
        *("folder_for_file", folder_for_file, "cannot be opened"),
        *(FILE, "file", "must be a file", "empty_file"),
    ),
    Case(
        *("no_table_at_all", content(PICTURE), "cannot be read"),
        *(FILE, "encoding", "name the right encoding", "empty_file"),
    ),
    Case(
        *("no_workbook", configuration('delimiter: ";"', "format: xlsx")),
        *("cannot be read as an Excel workbook", FILE, "archive", "save it again", "empty_file"),
    ),
]


def by_name(cases: list[Case], nightly: bool = False) -> list:
    """Return cases as parameters under their names, those ``like`` another marked if asked."""
    marks = [[pytest.mark.nightly] if case.like and nightly else [] for case in cases]
    pairs = zip(cases, marks, strict=True)
    return [pytest.param(case, id=case.name, marks=mark) for case, mark in pairs]


@pytest.mark.parametrize("case", by_name(CASES, nightly=True))
def test_bad_input_is_told_and_harms_nothing(case, good_run, good_copy, workflow, digests):
    folder = good_copy.folder
    before = earlier(good_copy.results, digests)
    case.spoil(folder)

    bad = workflow(folder, "validate", config=folder / "study.yaml")

    assert bad.exit_code != 0, bad.said
    assert_told(case, bad.said)
    logged = bad.logged()
    for text in (bad.said, logged):
        assert "Traceback" not in text
        assert "Fault in the program" not in text
        assert SENTINEL not in text
    assert earlier(bad.results, digests) == before

    restore(good_run.folder, folder)
    mended = workflow(folder, "validate", config=folder / "study.yaml")
    assert mended.exit_code == 0, mended.said
    assert mended.jobs or not bad.jobs, "the input put back is not read again"
    assert earlier(mended.results, digests) == before


@pytest.mark.parametrize("case", by_name([case for case in CASES if case.like]))
def test_bad_input_like_another_has_its_own_message(case, tmp_path):
    """By the functions that the jobs call, in this process."""
    shutil.copytree(SECOND_STUDY, tmp_path, dirs_exist_ok=True)
    case.spoil(tmp_path)
    world = World.at(tmp_path / "study.yaml")
    with pytest.raises(StudyError) as refused:
        check_no_stop(world.known, world.study.validation.actions, "queries.csv")
    assert_told(case, refused.value.text())
    assert SENTINEL not in refused.value.text()


def test_a_run_that_is_asked_again_stops_again(good_copy, workflow, digests):
    """The files put back are newer than the queries: they must not be taken for what was asked."""
    folder, config = good_copy.folder, good_copy.folder / "study.yaml"
    before = earlier(good_copy.results, digests)
    cells((17, WALK, SENTINEL))(folder)
    for _ in range(2):
        bad = workflow(folder, config=config)
        assert bad.exit_code != 0, bad.said
        assert "1 finding stops the run." in bad.said
        assert "results/validation/draft/queries.csv" in bad.said
        assert "Restored previous version" not in bad.said
        assert earlier(bad.results, digests) == before
    with open(folder / "results/validation/draft/queries.csv", encoding="utf-8") as handle:
        assert SENTINEL in handle.read()


def assert_told(case: Case, said: str) -> None:
    """Assert that the message has its four parts, in their order and beside each other."""
    rule = re.escape(case.rule)
    message = (
        rf"^[^\n]*{re.escape(case.what)}[^\n]*\n"
        rf"  where: {re.escape(case.where)}(?!\d)[^\n]*\n"
        rf"  rule:  {rule}[^\n]*\n"
        rf"  do:    [^\n]*{re.escape(case.do)}"
    )
    assert re.search(message, said, re.MULTILINE), said


def earlier(results: Path, digests) -> dict[str, str]:
    """Return the digests of the results that a bad input must not touch."""
    return {name: digest for name, digest in digests(results).items() if name.startswith(EARLIER)}


def restore(good: Path, folder: Path) -> None:
    """Put the good files back, as one who writes them anew: with the time of now."""
    if export(folder).is_dir():
        export(folder).rmdir()
    shutil.copyfile(good / "study.yaml", folder / "study.yaml")
    shutil.copyfile(export(good), export(folder))


@pytest.mark.nightly
def test_a_good_file_put_back_with_its_old_time_is_read_again(
    good_run, good_copy, workflow, digests
):
    """A copy from a backup keeps its time stamp; the run must see that the content is another."""
    spoil_and_put_back(cells((17, WALK, SENTINEL)), good_run, good_copy, workflow, digests)
    folder = good_copy.folder
    mended = workflow(folder, config=folder / "study.yaml")
    assert mended.exit_code == 0, mended.said
    report = digests(mended.results / "report")
    assert report == digests(good_run.results / "report")
    manifest = (mended.results / "lineage" / "manifest.sha256").read_text(encoding="utf-8")
    paths = [line.split("  ", 1)[1] for line in manifest.splitlines()]
    assert not [path for path in paths if not (folder / path).exists()]


def test_a_good_file_put_back_for_an_empty_one_is_read_again(
    good_run, good_copy, workflow, digests
):
    spoil_and_put_back(content(b""), good_run, good_copy, workflow, digests)


def spoil_and_put_back(spoil: Spoil, good_run, good_copy, workflow, digests) -> None:
    """Spoil an export, put it back with its old time, and assert that it is validated as before."""
    folder, config = good_copy.folder, good_copy.folder / "study.yaml"
    before = digests(good_copy.results / "validated")
    spoil(folder)
    assert workflow(folder, "validate", config=config).exit_code != 0
    shutil.copy2(export(good_run.folder), export(folder))
    mended = workflow(folder, "validate", config=config)
    assert mended.exit_code == 0, mended.said
    assert mended.jobs
    assert digests(mended.results / "validated") == before


def test_another_content_with_an_old_time_is_not_passed_over(good_copy, workflow):
    """A file that replaces another one is read, though its time stamp is older than the results."""
    folder = good_copy.folder
    lines = lines_of(folder)
    old = export(folder).stat()
    cells((2, WALK, "11.4"))(folder)
    assert lines_of(folder) != lines
    os.utime(export(folder), ns=(old.st_atime_ns, old.st_mtime_ns))
    again = workflow(folder, "--dry-run", "validate", config=folder / "study.yaml")
    assert "Nothing to be done" not in again.said
