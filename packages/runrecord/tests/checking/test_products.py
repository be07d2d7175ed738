"""Links, pipes, sockets, empty folders and files of no record are found by both verifiers."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from runrecord.cli import main
from small_study import a_run, read_json, seal_up
from verdicts import LINEAGE, faults


def test_a_raw_file_is_replaced_by_a_link(study, tmp_path):
    os.rename("data/log.csv", tmp_path / "elsewhere.csv")
    Path("data/log.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert faults() == {"data/log.csv": [REACHED]}


def test_the_folder_of_raw_files_is_replaced_by_a_link(study, tmp_path):
    os.rename("data", tmp_path / "elsewhere")
    Path("data").symlink_to(tmp_path / "elsewhere")
    found = faults()
    assert len(found) == 10
    assert all(texts == [REACHED] for texts in found.values())


def test_a_link_that_was_there_at_the_seal_is_no_fault(study, tmp_path):
    """Raw data on another disk, to which a link leads: so they were read, and so sealed."""
    os.rename("data/log.csv", tmp_path / "elsewhere.csv")
    Path("data/log.csv").symlink_to(tmp_path / "elsewhere.csv")
    with a_run():
        seal_up()
    assert read_json(LINEAGE)["links"] == ["data/log.csv"]
    assert faults() == {}
    (tmp_path / "elsewhere.csv").write_text("Ref\n")
    assert list(faults()) == ["data/log.csv"]


REACHED = "is reached by a link, and was a file when it was sealed"


SIGNED = "results/lineage/signatures"


def _empty_file(path: Path) -> None:
    path.write_text("")


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    here = os.getcwd()
    os.chdir(path.parent)  # the path of a socket may be short only
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(path.name)
    os.chdir(here)


def _folder(path: Path) -> None:
    path.mkdir()


def _text(path: Path) -> None:
    path.write_text("row\n")


@pytest.mark.parametrize(
    ("path", "make", "text"),
    [
        ("results/tables/pipe.csv", _pipe, "is no file, but a pipe, a socket or a device"),
        ("results/tables/socket", _socket, "is no file, but a pipe, a socket or a device"),
        ("results/logs/pipe.log", _pipe, "is no file, but a pipe, a socket or a device"),
        ("results/tables/empty", _folder, "is an empty folder: no record says what made it"),
        (f"{SIGNED}/deeper", _folder, "is an empty folder: no record says what made it"),
        (f"{SIGNED}/table.csv", _text, "no record says what made it"),
        (f"{SIGNED}/statement.sig.csv", _text, "no record says what made it"),
        ("results/lineage/failed/note.txt", _text, "no record says what made it"),
        (
            "results/tables/.snakemake_timestamp",
            _text,
            "has the name of Snakemake's time stamps, which are empty",
        ),
        ("results/tables/.snakemake_timestamp.csv", _empty_file, "no record says what made it"),
        ("results/.snakemake/metadata", _text, "no record says what made it"),
        ("results/tables/__pycache__", _text, "no record says what made it"),
    ],
)
def test_what_is_no_product_is_found(study, path, make, text):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    make(Path(path))
    assert faults() == {path: [text]}


@pytest.mark.parametrize("make", [_pipe, _folder])
def test_what_stands_in_the_place_of_a_product_is_found(study, make):
    path = "results/tables/uptake.csv"
    Path(path).unlink()
    make(Path(path))
    assert faults()[path][0] == "is no file that can be read"


def test_signatures_and_time_stamps_of_snakemake_are_no_products(study):
    Path(SIGNED).mkdir()
    for name in ("statement.sig", "statement.dsse.json", "statement.tsr"):
        Path(SIGNED, name).write_text("x")
    Path("results/tables/.snakemake_timestamp").write_text("")
    assert faults() == {}


def test_a_name_that_a_terminal_would_obey_is_shown_and_not_printed(study, capsys):
    Path("results/tables/\x1b]0;title\x07.csv").write_text("row\n")
    assert main(["verify"]) == 1
    told = capsys.readouterr().out
    assert "results/tables/\\x1b]0;title\\x07.csv\n" in told
    assert "\x1b" not in told
