"""Files that are listed and not here: never vouched for, whatever kept them away."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from runrecord.checking import standalone_verify
from runrecord.checking.standalone_verify import FAULT, NOT_ALL_HERE, WHOLE
from verdicts import BOTH, JOURNAL, LINEAGE, MANIFEST

RAW, TABLE = "data/log.csv", "results/tables/uptake.csv"


def verdicts(folder: str | Path = "results"):
    """Return what both verifiers say of a folder."""
    checks = [kind(folder) for kind in BOTH]
    codes = [check.run() for check in checks]
    assert codes[0] == codes[1]
    return checks


def listed() -> list[str]:
    """Return the files of the manifest in the working folder: those that a zip of it would hold."""
    lines = Path(MANIFEST).read_text(encoding="utf-8").splitlines()
    return [path for path in (line.split("  ", 1)[1] for line in lines) if path[:2] != ".."]


def test_no_file_is_left_out_of_a_zip_unnoticed(study):
    """Of each listed file in turn, and of each folder of them."""
    folders = {str(parent) for path in listed() for parent in Path(path).parents} - {"."}
    for path in [*listed(), MANIFEST, LINEAGE, JOURNAL, *sorted(folders)]:
        Path("aside").mkdir()
        moved = Path(path).rename("aside/it")
        for check in verdicts():
            assert check.code() != WHOLE, path
            assert "all is whole" not in check.report()
        moved.rename(path)
        Path("aside").rmdir()
    assert [check.code() for check in verdicts()] == [WHOLE, WHOLE]


def test_absent_files_are_counted_by_kind_and_not_vouched_for(study):
    shutil.rmtree("data")
    Path(TABLE).unlink()
    for check in verdicts():
        assert check.code() == FAULT
        said = check.report()
        assert "Note: not here, not checked: 10 files of data (10 raw)" in said
        assert "Note: not here, not checked: 1 file of results (1 table)" in said
        assert said.endswith(
            ": 1 file not as sealed; 11 files not here: not checked and not vouched for."
        )


@pytest.mark.parametrize("stand_in", ["folder", "link to nothing", "pipe"])
@pytest.mark.parametrize("alone", [False, True])
def test_what_stands_in_the_place_of_a_file_is_no_absence(study, stand_in, alone):
    """Not even where all else of its place stayed behind."""
    if alone:
        shutil.rmtree("data")
        Path("data").mkdir()
    else:
        Path(RAW).unlink()
    {"folder": os.mkdir, "pipe": os.mkfifo}.get(stand_in, lambda p: os.symlink("none", p))(RAW)
    for check in verdicts():
        assert check.code() == FAULT
        assert check.faults[RAW] == ["is no file that can be read"]


def test_a_name_with_other_capitals_is_not_the_file(study):
    shutil.rmtree("data")
    Path("data").mkdir()
    Path("data/LOG.csv").write_text("Ref\n")
    if Path(RAW).exists():
        pytest.skip("the file system takes both names for one")
    for check in verdicts():
        assert check.code() == NOT_ALL_HERE
        assert f"{RAW} is not here; LOG.csv, with other capitals, is" in check.report()


def test_accents_that_are_kept_otherwise_are_told(study):
    shutil.rmtree("data")
    Path("data").mkdir()
    check = standalone_verify.Check("results")
    check.run()
    for kept, asked in (
        ("Gr\u00f6\u00dfe.csv", "Gro\u0308\u00dfe.csv"),
        ("a\u030a.csv", "\u00e5.csv"),
    ):
        Path("data", kept).write_text("x")
        if Path("data", asked).exists():
            pytest.skip("the file system takes both names for one")
        check.absent(f"data/{asked}")
        note = f"data/{asked} is not here; {kept}, with accents kept otherwise, is"
        assert check.notes.count(note) == 1
        check.absent(f"data/{asked}")
        assert check.notes.count(note) == 1


@pytest.mark.parametrize("path", [TABLE, RAW])
def test_line_ends_of_windows_are_told_from_other_changes(study, path):
    before = Path(path).read_bytes()
    Path(path).write_bytes(before.replace(b"\n", b"\r\n"))
    for check in verdicts():
        assert check.code() == FAULT
        assert {*check.faults} == {path}
        assert "Note: 1 file as sealed but for the ends of lines" in check.report()
    Path(path).write_bytes(before.replace(b"\n", b"\r\n") + b"more\r\n")
    for check in verdicts():
        assert "ends of lines" not in check.report()


def test_a_zip_of_windows_that_was_unpacked_without_folders_is_told(study, tmp_path):
    folder = tmp_path / "unpacked"
    folder.mkdir()
    for name in ("results\\lineage\\manifest.sha256", "results\\tables\\uptake.csv"):
        (folder / name).write_text("x")
    for check in verdicts(folder / "results"):
        assert check.code() == FAULT
        assert "the zip was made on Windows" in check.report()


def test_an_empty_folder_and_one_without_a_seal(study, tmp_path):
    (tmp_path / "empty").mkdir()
    Path(MANIFEST).unlink()
    Path(LINEAGE).unlink()
    for folder in (tmp_path / "empty", tmp_path / "none", "results"):
        for check in verdicts(folder):
            assert check.code() == FAULT
            assert "nothing here is vouched for" in check.report()


def test_a_missing_manifest_vouches_for_nothing_by_itself(study):
    Path(MANIFEST).unlink()
    for check in verdicts():
        assert check.code() == FAULT
        assert MANIFEST in check.faults


def test_files_outside_of_the_folder_are_told_from_those_that_were_handed_on(study):
    """The records name code by a way out of the folder: what is found there is the machine's."""
    for check in verdicts():
        outside = [path for path in check.named if path.startswith("..")]
        told = [note for note in check.notes if "lie outside of this folder" in note]
        assert told
        assert sum(int(note.split()[0]) for note in told) == len(outside)


def test_a_copy_in_the_folder_comes_before_a_file_of_the_machine(study):
    """A bundle holds the code by the names that the records give it, and is whole by itself."""
    check = standalone_verify.Check("results")
    check.run()
    outside = [path for path in check.named if path.startswith("..")]
    names = {path: check.names.get(path) or path.replace("../", "") for path in outside}
    for path, name in names.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, name)
    for check in verdicts():
        assert (check.code(), check.faults) == (WHOLE, {})
        assert not [note for note in check.notes if "lie outside" in note]
    bent = sorted(names)[0]
    Path(names[bent]).write_text("# another\n")
    for check in verdicts():
        assert bent in check.faults
