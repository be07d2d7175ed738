"""The two editions of a finished run: who can read which, and what stays where one cannot be made.

The adversary has the open edition, byte by byte, and the public design of the study.
"""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import json
import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pypdf
import pyrage
import pytest
from runrecord.journal import JournalError

from trialtrail import cli
from trialtrail.committee import command
from trialtrail.committee.editions import Editions
from trialtrail.committee.sealed import SealedRun

CHAIR, MEMBER = (pyrage.x25519.Identity.generate() for _ in range(2))
COMMITTEE = "Committee for 2 trials"
MARK = f"CLOSED - for: {COMMITTEE}"
ARMS = ("leaflet", "balance class", "balance_class", "weekly class", "exercise at home")
LONG = re.compile(r"-?\d+\.\d{3,}")


@dataclass(frozen=True)
class Made:
    """Editions of a run: the folder of the run, that of the editions, and what was printed."""

    run: Path
    folder: Path
    said: str
    closed: bytes

    @property
    def results(self) -> str:
        return str(self.run / "results")

    @property
    def entry(self) -> dict:
        return entries(self.run)[-1]


def entries(run: Path) -> list[dict]:
    lines = (run / "results" / "lineage" / "journal.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def asked(results: str | Path, folder: Path, *more: str) -> list[str]:
    """Return the words of the command, with two readers."""
    words = ["editions", "--results", str(results), "--into", str(folder)]
    words += ["--by", "A. Statistician", "--why", "first meeting", "--committee", COMMITTEE]
    words += ["--reader", f"Chair={CHAIR.to_public()}"]
    return [*words, "--reader", f"Member={MEMBER.to_public()}", *more]


@pytest.fixture(scope="module")
def made(good_run, tmp_path_factory) -> Made:
    """Return the editions of a copy of the good run, made in this process.

    What the program writes meanwhile is looked at: which files it opens to write.
    """
    base = tmp_path_factory.getbasetemp()
    depth = len(good_run.folder.parts) - len(base.parts) - 1
    run = tmp_path_factory.mktemp("editions").joinpath(*["deeper"] * depth)
    shutil.copytree(good_run.folder, run, dirs_exist_ok=True)
    folder = tmp_path_factory.mktemp("given-out") / "first"
    import weasyprint  # noqa: F401  (the search for its libraries writes files, and is no part)

    written.clear()
    watched.append(True)
    out = sys.stdout
    said = tmp_path_factory.mktemp("said") / "out"
    try:
        with open(said, "w") as sys.stdout:
            code = cli.main(asked(run / "results", folder))
    finally:
        sys.stdout = out
        watched.clear()
    assert code == 0
    locked = (folder / command.CLOSED).read_bytes()
    return Made(run, folder, said.read_text(), pyrage.decrypt(locked, [CHAIR]))


written: set[str] = set()
watched: list[bool] = []


def _note(event: str, arguments: tuple) -> None:
    if watched and event == "open":
        path, mode, flags = arguments
        writes = (mode and set(mode) & set("wax+")) or (flags or 0) & (os.O_WRONLY | os.O_RDWR)
        if writes and not isinstance(path, int):  # a number is a file that is open already
            written.add(str(path))


sys.addaudithook(_note)


def text_of(document: Path | bytes) -> str:
    source = io.BytesIO(document) if isinstance(document, bytes) else document
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(source).pages)


def everything_in(document: Path) -> str:
    """Return all that a PDF says anywhere: pages, streams, names, outlines, information."""
    reader = pypdf.PdfReader(document)
    parts = [text_of(document), str(reader.metadata), str(reader.outline), str(reader.attachments)]
    parts += [str(reader.xmp_metadata.stream.get_data() if reader.xmp_metadata else "")]
    parts += list(reader.named_destinations)
    for number in range(1, len(reader.xref[0]) + 1 if reader.xref else 1):
        found = reader.get_object(number)
        parts.append(str(found))
        if hasattr(found, "get_data"):
            data = found.get_data()
            parts += [data.decode("latin-1"), data.decode("utf-16-be", "ignore")]
    parts.append(document.read_bytes().decode("latin-1"))
    return "\n".join(parts)


def test_the_open_edition_names_no_arm_anywhere(made):
    whole = everything_in(made.folder / command.OPEN).casefold()
    assert "timed walk" in whole
    for name in ARMS:
        assert name not in whole
        assert name.encode("utf-16-be").decode("latin-1") not in whole
    assert not pypdf.PdfReader(made.folder / command.OPEN).attachments


def test_and_no_number_of_its_tables_is_one_of_an_arm_or_of_an_effect(made):
    """To all digits, for what is printed with one or two may agree by chance.

    The page is checked number by number, so nothing else is printed. That the same bytes come out
    whatever the allocation is tested on drawn trials.
    """
    tables = Path(made.results) / "tables"
    of_arms: set[str] = set()
    for name in ("arms", "estimates", "summaries"):
        with open(tables / f"{name}.csv", newline="") as stream:
            rows = [row for row in csv.DictReader(stream) if row["arm"]]
        of_arms |= {cell for row in rows for cell in row.values() if LONG.fullmatch(cell)}
    assert len(of_arms) > 20
    pooled, _ = Editions(SealedRun(Path(made.results)), COMMITTEE, 1)._pooled()
    shown = {cell for rows in pooled.values() for row in rows for cell in row.values()}
    assert len([cell for cell in shown if LONG.fullmatch(cell)]) > 5
    assert not of_arms & {f"{float(cell):.10g}" for cell in shown if LONG.fullmatch(cell)}


def test_the_open_edition_has_no_comparison(made):
    text = text_of(made.folder / command.OPEN).casefold()
    assert "open - all arms together" in text
    for word in ("difference", "interval", "effect (", "minus", "against", "adjusted"):
        assert word not in text


def test_each_page_of_the_closed_edition_is_marked_and_tells_of_the_arms(made):
    pages = pypdf.PdfReader(io.BytesIO(made.closed)).pages
    assert len(pages) >= 3
    for page in pages:
        assert MARK in page.extract_text()
    text = text_of(made.closed)
    assert "Leaflet" in text
    with open(Path(made.results) / "tables" / "estimates.csv", newline="") as stream:
        first = next(csv.DictReader(stream))
    assert f"{abs(float(first['estimate'])):.2f}" in text


def test_each_reader_has_the_same_bytes_and_their_digest_is_noted(made):
    locked = (made.folder / command.CLOSED).read_bytes()
    assert pyrage.decrypt(locked, [MEMBER]) == made.closed
    entry = made.entry
    assert entry["kind"] == "edition"
    assert entry["closed_plain_sha256"] == hashlib.sha256(made.closed).hexdigest()
    for name, digest in entry["editions"].items():
        assert digest == hashlib.sha256((made.folder / name).read_bytes()).hexdigest()
    manifest = (Path(made.results) / "lineage" / "manifest.sha256").read_bytes()
    assert entry["manifest_sha256"] == hashlib.sha256(manifest).hexdigest()
    assert [each["name"] for each in entry["readers"]] == ["Chair", "Member"]
    assert (entry["by"], entry["why"]) == ("A. Statistician", "first meeting")
    assert hashlib.sha256(manifest).hexdigest() in text_of(made.folder / command.OPEN).replace(
        "\n", ""
    )


def test_the_same_results_give_the_same_editions(made):
    again = Editions(SealedRun(Path(made.results)), COMMITTEE, 5)
    assert again.closed() == made.closed
    assert again.open() == (made.folder / command.OPEN).read_bytes()
    for document in (made.closed, (made.folder / command.OPEN).read_bytes()):
        assert b"/CreationDate" not in document


def test_the_plain_closed_edition_was_never_in_a_file(made):
    """But for fonts, which the layout puts into a folder of its own, two files were written."""
    mine = {path for path in written if "weasyprint-" not in path and path != "/dev/null"}
    fonts = {Path(path) for path in written if "weasyprint-" in path}
    assert fonts
    assert not [path for path in fonts if path.parent.exists()], "the folder of fonts is taken away"
    names = {Path(path).name for path in mine}
    assert names <= {command.OPEN, command.CLOSED, "journal.jsonl", "out"}
    middle = len(made.closed) // 2  # every PDF begins with the profile of its colours
    for path in made.run.rglob("*"):
        if path.is_file():
            assert made.closed[middle : middle + 512] not in path.read_bytes()
    assert (made.folder / command.CLOSED).stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in made.folder.iterdir()) == [command.CLOSED, command.OPEN]
    assert [path.name for path in made.folder.parent.iterdir()] == [made.folder.name]


def test_the_screen_tells_who_and_where_and_nothing_that_is_in_it(made):
    assert "Chair (SHA256:" in made.said
    assert str(made.folder) in made.said
    for name in ("leaflet", "balance", "STEADY"):
        assert name not in made.said.replace(str(made.folder), "")


def test_the_journal_tells_of_it_and_the_run_stays_whole(made, capsys):
    assert cli.main(["journal", "--results", made.results]) == 0
    said = capsys.readouterr().out
    assert "edition" in said
    assert "by A. Statistician: first meeting; for Chair (SHA256:" in said
    assert "the chain is whole" in said
    assert cli.main(["verify", "--results", made.results]) in (0, 3)


REFUSED = {
    "no reader": ["--by", "A", "--why", "b"],
    "nobody": ["--by", " ", "--why", "b", "--reader", f"Chair={CHAIR.to_public()}"],
    "no reason": ["--by", "A", "--why", "", "--reader", f"Chair={CHAIR.to_public()}"],
    "a wrong key": ["--by", "A", "--why", "b", "--reader", "Chair=age1abc"],
    "no least count": ["--by", "A", "--why", "b", "--minimum", "0"],
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_asked_wrongly_makes_nothing(made, name, tmp_path, capsys):
    before = len(entries(made.run))
    words = ["editions", "--results", made.results, "--into", str(tmp_path / "new")]
    assert cli.main([*words, *REFUSED[name]]) == cli.MISASKED
    assert "do:" in capsys.readouterr().err
    assert (list(tmp_path.iterdir()), len(entries(made.run))) == ([], before)


def test_a_folder_that_holds_something_is_left_as_it_is(made, tmp_path, capsys):
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "open.pdf").write_text("of the last meeting")
    link, file = tmp_path / "link", tmp_path / "file"
    link.symlink_to(kept)
    file.write_text("a file")
    inside = Path(made.results) / "editions"
    for place in (kept, link, file, inside, tmp_path / "no" / "folder"):
        assert cli.main(asked(made.results, place)) == cli.MISASKED
        assert "do:" in capsys.readouterr().err
    assert (kept / "open.pdf").read_text() == "of the last meeting"
    assert not inside.exists()


def test_a_run_that_is_not_whole_has_no_edition(made, tmp_path, capsys):
    results = tmp_path / "results"
    shutil.copytree(made.results, results)
    with open(results / "tables" / "estimates.csv", "a") as stream:
        stream.write("\n")
    assert cli.main(asked(results, tmp_path / "new")) == cli.MISASKED
    assert "not as sealed" in capsys.readouterr().err
    (results / "lineage" / "lineage.json").unlink()
    assert cli.main(asked(results, tmp_path / "new")) == cli.MISASKED
    assert cli.main(asked(tmp_path / "nowhere", tmp_path / "new")) == cli.MISASKED
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("where", ["the first file", "the second file", "the journal", "the name"])
def test_a_disk_that_is_full_leaves_nothing(made, where, tmp_path, monkeypatch):
    """Nothing half-written stays, and nothing is noted of what could not be written."""
    full = OSError(errno.ENOSPC, "No space left on device")
    calls = []

    def fail(*_: object, **__: object) -> None:
        calls.append(1)
        if where != "the second file" or len(calls) == 2:
            raise full

    def refuse(*_: object, **__: object) -> None:
        raise JournalError("The journal cannot be written", remedy="make space")

    if where.endswith("file"):
        monkeypatch.setattr(command.os, "fsync", fail)
    elif where == "the journal":
        monkeypatch.setattr(command.journal, "append", refuse)
    else:
        monkeypatch.setattr(command.os, "rename", fail)
    target = tmp_path / "new"
    folder = tmp_path / "lineage"
    with pytest.raises((command.StudyError, JournalError)):
        command.put(target, {command.OPEN: b"a" * 9, command.CLOSED: b"b" * 9}, folder, {"by": "A"})
    monkeypatch.undo()
    left = {path.name for path in tmp_path.iterdir()}
    assert left <= ({"lineage"} if where == "the name" else set())


def test_an_empty_folder_serves(tmp_path):
    target = tmp_path / "new"
    target.mkdir()
    command.put(
        target, {command.OPEN: b"a", command.CLOSED: b"b"}, tmp_path / "lineage", {"by": "A"}
    )
    assert (target / command.OPEN).read_bytes() == b"a"
    assert (target / command.CLOSED).stat().st_mode & 0o777 == 0o600


OTHER_STUDIES = ("counts", "factorial", "harms", "received", "survival", "three_arms", "wards")


@pytest.mark.nightly
@pytest.mark.parametrize("name", OTHER_STUDIES)
def test_a_study_of_another_design_has_both_editions(name, workflow, tmp_path):
    """Several arms, factors, no harms or harms alone, counts, times to events, clusters."""
    study = Path(__file__).resolve().parents[1] / "studies" / name
    shutil.copytree(study, tmp_path / "run")
    run = workflow(tmp_path / "run", config=tmp_path / "run" / "study.yaml")
    assert run.exit_code == 0, run.said
    assert cli.main(asked(run.results, tmp_path / "editions")) == 0
    closed = pyrage.decrypt((tmp_path / "editions" / command.CLOSED).read_bytes(), [MEMBER])
    arms = SealedRun(run.results).study["arms"]
    text = " ".join(text_of(closed).split())
    whole = everything_in(tmp_path / "editions" / command.OPEN)
    for arm in arms:
        assert arm["label"] in text
        for said in (arm["label"], arm["id"]):
            assert not re.search(
                rf"(?<![A-Za-z]){re.escape(said)}(?![A-Za-z])", whole, re.IGNORECASE
            )
