"""The journal: what is noted, by many at once, and what becomes of it when it is bent."""

from __future__ import annotations

import json
import multiprocessing
from datetime import datetime
from pathlib import Path

import pytest
from runrecord import journal
from runrecord.journal import FILE, HEAD, JournalError, append, check, read


@pytest.fixture
def trail(tmp_path) -> Path:
    """Return a folder with the journal of one run, sealed after its second entry."""
    (tmp_path / "study.yaml").write_text("study: small\n")
    journal.run_started(tmp_path, tmp_path / "study.yaml")
    append(tmp_path, "attempt", job="derive", exit=0)
    journal.write_head(tmp_path / HEAD)
    append(tmp_path, "attempt", job="seal", exit=0)
    journal.run_ended(tmp_path, "done")
    return tmp_path


def lines_of(folder: Path) -> list[bytes]:
    return (folder / FILE).read_bytes().splitlines(keepends=True)


def test_entries_follow_each_other(trail):
    assert check(trail) == []
    first, second, *_ = read(trail).entries.values()
    assert (first["n"], first["kind"], first["previous"]) == (1, "run_start", "0" * 64)
    assert second["previous"] == journal.sha256(lines_of(trail)[0].rstrip())
    assert second["at"].endswith("Z")
    assert read(trail).sealed == 2


def _append_many(folder: Path) -> None:
    for _ in range(25):
        append(folder, "attempt", job="derive", exit=0)


def test_many_processes_append_at_once(trail):
    workers = [multiprocessing.Process(target=_append_many, args=(trail,)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    account = read(trail)
    assert len(account.entries) == 104
    assert not [text for text in account.problems if "outside of any run" not in text]


def test_each_byte_flipped_is_seen(trail):
    """In each entry, the last one too, which no other follows."""
    kept = (trail / FILE).read_bytes()
    missed = []
    for at in range(len(kept)):
        (trail / FILE).write_bytes(kept[:at] + bytes([kept[at] ^ 1]) + kept[at + 1 :])
        if not check(trail):
            missed.append(at)
    assert missed == []


@pytest.mark.parametrize("at", range(4))
def test_entry_deleted_doubled_or_moved(trail, at):
    lines = lines_of(trail)
    swapped = [*lines]
    swapped[at], swapped[at - 1] = swapped[at - 1], swapped[at]
    for bent in (lines[:at] + lines[at + 1 :], lines[: at + 1] + lines[at:], swapped):
        (trail / FILE).write_bytes(b"".join(bent))
        assert check(trail)


@pytest.mark.parametrize("left", range(4))
def test_cut_off_at_the_end(trail, left):
    (trail / FILE).write_bytes(b"".join(lines_of(trail)[:left]))
    assert check(trail)


def test_chain_made_anew_over_fewer_entries_is_not_what_was_sealed(trail):
    facts = [entry for entry in read(trail).entries.values() if entry["kind"] != "attempt"]
    (trail / FILE).unlink()
    for entry in facts:
        append(trail, entry["kind"], outcome="done")
    assert any("is not the one that was sealed" in text for text in check(trail))


def test_line_cut_off_while_it_was_written(trail):
    with open(trail / FILE, "ab") as stream:
        stream.write(b'{"n": 5, "kind": "atte')
    assert "entry 5, the last, is cut off" in check(trail)
    append(trail, "verdict", claim="c1")
    account = read(trail)
    assert account.problems == []
    assert account.notes == ["entry 5 of the journal was cut off while it was written"]
    assert [entry["kind"] for entry in account.entries.values()][-2:] == ["torn", "verdict"]


def test_run_without_end_attempt_without_run_and_run_without_job(trail):
    append(trail, "attempt", job="late", exit=0)
    assert check(trail) == ["entry 5, an attempt, is outside of any run (--no-hooks?)"]
    journal.run_started(trail, trail / "study.yaml")
    assert "has no end" in check(trail)[1]
    journal.run_ended(trail, "done")
    assert "did no job" in check(trail)[1]


def test_jobs_sent_elsewhere_are_heard_of_before_their_run_ends(trail):
    assert read(trail).heard_by() == {}
    journal.run_started(trail, trail / "study.yaml", remote=True)
    append(trail, "attempt", job="derive", exit=0)
    journal.run_ended(trail, "failed")
    ended = read(trail).entries[7]["at"]
    assert read(trail).heard_by() == {"derive": datetime.fromisoformat(ended)}
    journal.run_started(trail, trail / "study.yaml", remote=True)
    append(trail, "attempt", job="seal", exit=0)
    assert set(read(trail).heard_by()) == {"derive"}, "the other run has not ended"
    journal.run_started(trail, trail / "study.yaml")
    begun = read(trail).entries[10]["at"]
    assert read(trail).heard_by()["seal"] == datetime.fromisoformat(begun)
    append(trail, "attempt", job="seal", exit=0)
    journal.run_ended(trail, "done")
    assert set(read(trail).heard_by()) == {"derive"}, "the last attempt was made here"


def test_no_journal_and_no_head(trail):
    (trail / HEAD).unlink()
    assert check(trail) == ["journal_head.json, what the seal noted of it, is missing or damaged"]
    (trail / FILE).unlink()
    assert check(trail) == ["is missing or cannot be read"]


def test_only_what_can_be_told_again_is_noted(trail):
    for kind, facts in (("gossip", {}), ("verdict", {"sum": 1})):
        with pytest.raises(ValueError, match="no entry of a journal"):
            append(trail, kind, **facts)
    for kind in journal.KINDS:
        append(trail, kind, text="naïve \n line", exit=0)
    assert len(lines_of(trail)) == 4 + len(journal.KINDS)
    assert json.loads(lines_of(trail)[-1])["text"] == "naïve \n line"


def test_journal_that_cannot_be_written_stops_what_it_should_note(tmp_path):
    (tmp_path / FILE).mkdir()
    with pytest.raises(JournalError, match="cannot be switched off"):
        append(tmp_path, "lock", data="all")
