"""A locked document, and every way to bend it that verifying has to find."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from runrecord import journal, locked
from runrecord.checking.standalone_verify import (
    NOT_ALL_HERE,
    START,
    WHOLE,
    canonical,
    sha256,
    sum_of,
)
from runrecord.checking.verify import Check
from runrecord.digest import json_text
from runrecord.errors import UserError
from small_folders import lay_out
from small_study import RECORDS, Job, do, read_json, seal_up, write_csv
from verdicts import BOTH, faults

LOCK, OTHER = "plan_lock.json", "other_lock.json"
JOURNAL = "results/lineage/journal.jsonl"
FIRST, SECOND = {"level": 0.95}, {"level": 0.9}


def lock(content: dict, path: str = LOCK, why: str = "as agreed") -> dict:
    """Lock a version, as a command does: in the file, and as an entry."""
    version = locked.append(path, content, {"level": "Level"}, by="A statistician", why=why)
    facts = {"path": path, "configuration": {"study.yaml": "0" * 64}, "locked_at": version["at"]}
    journal.append("results/lineage", "plan_lock", by="A statistician", why=why, **facts,
                   **locked.head(path))  # fmt: skip
    return version


def run(path: str | None = LOCK, configuration: str = "study.yaml", **dates: str | None) -> None:
    """Run one job, on the locked document or without one, and seal it."""
    Path(configuration).write_text("study: small\n")
    resting = {"locks": {path: locked.head(path)}, "dates": dates} if path else {}
    journal.run_started("results/lineage", configuration, resting=resting)
    inputs = {"raw": "data/log.csv"} | ({"lock": path} if path else {})
    write_csv("data/log.csv", ("Ref",), ("C1",))
    do(
        Job("tabulate", input=inputs, output={"table": "results/tables/uptake.csv"}),
        lambda job: write_csv(job.output.table, ("row", "n"), ("all", 1)),
    )
    seal_up(configuration)
    journal.run_ended("results/lineage", "done")


_made: list[Path] = []
"""The folder in which a plan was locked, run, locked again and run again; copied for each test."""


@pytest.fixture
def here(tmp_path, tmp_path_factory, monkeypatch) -> Path:
    """Return a copy of that folder, which is the working folder."""
    if not _made:
        _made.append(tmp_path_factory.mktemp("locked"))
        lay_out(_made[0])
        monkeypatch.chdir(_made[0])
        lock(FIRST)
        run()
        lock(SECOND, why="the committee asked for it")
        run()
    shutil.copytree(_made[0], tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rewrite(change: Callable[[list], list | None], honest: bool = False) -> None:
    """Change the versions of the file; a forger computes all of its digests anew."""
    whole = read_json(LOCK)
    versions = change(whole["versions"]) or whole["versions"]
    previous = START
    for version in versions if not honest else ():
        version["previous"] = previous
        version["content_sha256"] = sha256(canonical(version["content"]).encode())
        previous = version["sum"] = sum_of(version)
    Path(LOCK).write_text(json_text(whole | {"versions": versions}))


def notes() -> list[str]:
    """Return what both verifiers note, which are whole."""
    for kind in BOTH:
        check = kind("results")
        assert check.run() == WHOLE, check.faults
    return [note for note in check.notes if "lock" in note or "unblinding" in note]


def forge_journal(change: Callable[[list[dict]], list[dict] | None]) -> None:
    """Change entries of the journal, and compute its chain anew."""
    entries = [json.loads(line) for line in Path(JOURNAL).read_text().splitlines()]
    entries = change(entries) or entries
    previous, lines = START, []
    for number, entry in enumerate(entries, 1):
        entry = {key: value for key, value in entry.items() if key != "sum"}
        entry |= {"n": number, "previous": previous}
        text = json.dumps(entry)
        line = f'{text[:-1]}, "sum": "{sha256(text.encode())}"}}'
        lines.append(line)
        previous = sha256(line.encode())
    Path(JOURNAL).write_text("\n".join(lines) + "\n")


def test_locked_run_and_locked_again_is_whole(here):
    assert faults() == {}
    assert notes() == []
    versions = locked.read(LOCK)
    assert [version["content"] for version in versions] == [FIRST, SECOND]
    assert versions[1]["previous"] == versions[0]["sum"]


def _content(versions):
    versions[0]["content"]["level"] = 0.9


def _date(versions):
    versions[1]["at"] = versions[0]["at"]


def _reason(versions):
    versions[1]["why"] = "planned from the start"


def _swapped(versions):
    first, second = versions
    first["at"], second["at"] = second["at"], first["at"]
    return [second | {"version": 1}, first | {"version": 2}]


def _older(versions):
    return versions[:1]


def _only_last(versions):
    return [versions[1] | {"version": 1}]


def _added(versions):
    return [*versions, versions[1] | {"version": 3, "content": {"level": 0.8}}]


EDITS = {
    "what was locked": (_content, "is not the one that was"),
    "the date": (_date, "is not the one that was"),
    "the reason": (_reason, "is not the one that was"),
    "the order": (_swapped, "is not the one that was"),
    "an older one in its place": (_older, "has no version 2"),
    "the first one taken out": (_only_last, "has no version 2"),
    "one more, by hand": (_added, "has changed"),
}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("forged", [True, False], ids=["digests anew", "digests as they were"])
def test_an_edit_of_the_file_is_found_also_with_its_digests_anew(here, edit, forged):
    change, told = EDITS[edit]
    rewrite(change, honest=not forged)
    found = faults()[LOCK]
    assert any("has changed: the manifest" in text for text in found)
    if forged:
        assert any(told in text for text in found), found
        locked.read(LOCK)  # the file by itself is whole again


@pytest.mark.parametrize("edit", [name for name in EDITS if name != "one more, by hand"])
def test_and_it_is_found_after_a_new_run_that_rests_on_it(here, edit):
    """Manifest, records and journal then agree with the file, but for what was noted before."""
    change, told = EDITS[edit]
    rewrite(change)
    run()
    found = faults()
    assert set(found) == {LOCK}
    assert any(told in text for text in found[LOCK])


def test_an_edit_that_leaves_the_chain_broken_stops_the_next_run(here):
    rewrite(_content, honest=True)
    with pytest.raises(UserError, match="version 1: what it locks has been changed"):
        locked.head(LOCK)
    with pytest.raises(UserError, match="not as it was locked"):
        locked.append(LOCK, {"level": 0.5}, {}, by="A", why="b")


def test_a_version_before_its_predecessor_breaks_the_chain(here):
    def change(versions):
        versions[1]["at"] = "2020-01-01T00:00:00.000Z"

    rewrite(change)
    with pytest.raises(UserError, match="version 2 is dated before the version that it follows"):
        locked.read(LOCK)
    assert any("dated before the version" in text for text in faults()[LOCK])


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"form": "runrecord-versions/1", "versions": []}', "\x00", "[" * 2000]
)
def test_a_file_that_is_none_is_told_as_such(here, text):
    Path(LOCK).write_text(text)
    assert any("cannot be read as a locked document" in each for each in faults()[LOCK])
    with pytest.raises(UserError):
        locked.read(LOCK)


def test_the_file_taken_away(here):
    Path(LOCK).unlink()
    assert faults()[LOCK] == ["is gone, and the configuration that names it is here"]
    with pytest.raises(UserError, match="missing"):
        locked.head(LOCK)


def test_results_that_were_handed_on_without_the_document_are_no_fault(here, tmp_path):
    shutil.copytree("results", tmp_path / "alone" / "results")
    for kind in BOTH:
        check = kind(tmp_path / "alone" / "results")
        assert (check.run(), check.faults) == (NOT_ALL_HERE, {})
        assert LOCK in check.away


def test_its_key_taken_out_of_the_configuration(here):
    run(None)
    (told,) = faults()[LOCK]
    assert "its key was taken out of the configuration" in told
    run()
    assert faults() == {}  # put back, and run again: whole


def test_key_and_file_taken_away(here):
    run(None)
    Path(LOCK).unlink()
    assert any("its key was taken out" in text for text in faults()[LOCK])


def test_another_document_in_its_place(here):
    locked.append(OTHER, SECOND, {}, by="A statistician", why="as agreed")
    run(OTHER)
    assert any("names another file" in text for text in faults()[LOCK])


def test_the_same_document_under_another_name_is_no_fault(here):
    shutil.move(LOCK, OTHER)
    run(OTHER)
    assert faults() == {}


def test_a_new_document_of_the_same_name_locked_anew(here):
    Path(LOCK).unlink()
    lock(SECOND)
    run()
    assert any("is not the one that was locked by entry 1" in text for text in faults()[LOCK])


def test_an_older_version_in_place_when_the_last_run_began(here):
    rewrite(_older)
    run()
    assert any(text.startswith("was replaced by an older one") for text in faults()[LOCK])


def test_a_file_put_back_after_an_older_one_was_used(here):
    """The results rest on the older one, whatever lies there now."""
    before = Path(LOCK).read_bytes()
    rewrite(_older)
    run()
    Path(LOCK).write_bytes(before)
    found = faults()[LOCK]
    assert any("was replaced by an older one" in text for text in found)
    assert any("has changed: the manifest" in text for text in found)


def test_the_tail_of_the_journal_cut(here):
    lines = Path(JOURNAL).read_text().splitlines(keepends=True)
    Path(JOURNAL).write_text("".join(lines[:4]))
    assert any("are gone from the end" in text for text in faults()[JOURNAL])


@pytest.mark.parametrize("what", ["out", "date", "digest"])
def test_the_entry_of_a_locking_taken_out_or_changed_with_the_chain_anew(here, what):
    def change(entries):
        at = next(n for n, e in enumerate(entries) if e["kind"] == "plan_lock" and n)
        if what == "out":
            return [*entries[:at], *entries[at + 1 :]]
        if what == "date":
            entries[at]["locked_at"] = entries[at]["at"] = "2020-01-01T00:00:00.000Z"
        else:
            entries[at]["version_sha256"] = "f" * 64
        return entries

    forge_journal(change)
    found = faults()
    assert any("is not the one that was sealed" in t or "gone from the end" in t
               for t in found[JOURNAL])  # fmt: skip
    if what == "date":
        assert any("dated out of its order" in text for text in found[LOCK])
    if what == "digest":
        assert any("is not the one that was locked" in text for text in found[LOCK])


def test_a_clock_set_back_for_the_locking(here, monkeypatch):
    """Both the version and its entry have the wrong time; the entries around do not."""
    with monkeypatch.context() as clock:
        clock.setattr(journal, "moment", lambda: "2021-01-01T00:00:00.000Z")
        journal.append("results/lineage", "plan_lock", path=OTHER, locked_at=journal.moment(),
                       configuration={}, **_by_hand(OTHER, journal.moment()))  # fmt: skip
    run()
    (told,) = (text for text in faults()[OTHER] if "out of its order" in text)
    assert told.startswith("version 1: entry")


def _by_hand(path: str, at: str) -> dict:
    version = {"version": 1, "at": at, "by": "A", "why": "b", "previous": START, "beside": {}}
    version |= {"content": FIRST, "content_sha256": sha256(canonical(FIRST).encode())}
    version["sum"] = sum_of(version)
    Path(path).write_text(json_text({"form": "runrecord-versions/1", "versions": [version]}))
    return locked.head(path)


def test_a_version_that_is_dated_otherwise_than_its_entry(here):
    facts = _by_hand(OTHER, "2024-01-01T00:00:00Z")
    facts |= {"path": OTHER, "locked_at": "2024-01-01T00:00:00Z", "configuration": {}}
    journal.append("results/lineage", "plan_lock", **facts)
    run()
    assert any("is dated 2024-01-01T00:00:00Z; entry" in text for text in faults()[OTHER])


def test_a_version_dated_after_the_run_that_used_it(here):
    _by_hand(OTHER, "2199-01-01T00:00:00.000Z")
    run(OTHER)
    assert any("is dated after the run of entry" in text for text in faults()[OTHER])


def test_a_run_that_used_a_version_before_its_entry(here):
    facts = _by_hand(OTHER, "2024-01-01T00:00:00Z")
    run(OTHER)
    facts |= {"path": OTHER, "locked_at": "2024-01-01T00:00:00Z", "configuration": {}}
    journal.append("results/lineage", "plan_lock", **facts)
    assert any("was used by the run of entry" in text for text in faults()[OTHER])


def test_a_lock_that_was_swapped_between_the_start_of_a_run_and_its_job(here):
    noted = {"locks": {LOCK: locked.head(LOCK)}}
    rewrite(_reason)
    journal.run_started("results/lineage", "study.yaml", resting=noted)
    do(
        Job("tabulate", input={"lock": LOCK}, output={"table": "results/tables/uptake.csv"}),
        lambda job: write_csv(job.output.table, ("row", "n"), ("all", 1)),
    )
    seal_up()
    journal.run_ended("results/lineage", "done")
    assert any("was started with" in text for text in faults()[LOCK])


def test_a_document_from_elsewhere_is_no_fault_and_told(here):
    shutil.rmtree("results")
    Path(RECORDS).mkdir(parents=True)
    run()
    assert faults() == {}
    (told,) = notes()
    assert told == f"{LOCK}: locked elsewhere, as no entry of this journal notes it: version 1, 2"
    strict = Check("results", strict=True)
    strict.run()
    assert LOCK not in strict.faults


def test_a_version_from_elsewhere_that_claims_to_be_older_than_a_run_here_is_told(here):
    """A colleague's clone may have it earlier; so may someone who dates it back."""
    run()
    last = locked.read(LOCK)[-1]
    rewrite(lambda versions: [*versions, last | {"version": 3, "content": {"level": 0.8}}])
    run()
    assert faults() == {}
    assert any("it was not here yet, or is dated back" in note for note in notes())


def test_a_run_of_another_configuration_without_the_lock_is_told(here):
    """It is another study, or the same one without its lock: the reader should know."""
    run(None, configuration="copy.yaml")
    assert faults() == {}
    assert any("which had another configuration" in note for note in notes())


def test_a_version_locked_after_the_run_is_told(here):
    lock({"level": 0.8})
    for kind in BOTH:
        check = kind("results")
        check.run()
        assert [text for text in check.faults[LOCK] if "has changed: the manifest" in text]
        assert any("version 3 was locked after the run" in note for note in check.notes)
    run()
    assert faults() == {}


def test_the_date_of_the_unblinding_against_its_entry(here):
    journal.append("results/lineage", "unblinding", by="A statistician", why="database closed")
    day = journal.moment()[:10]
    run(unblinding=day)
    assert faults() == {}
    assert not any("unblinding" in note for note in notes())
    run(unblinding="2199-12-31")
    assert any("the configuration on 2199-12-31" in text for text in faults()[JOURNAL])
    run(unblinding=None)
    assert any("was given no date of it" in text for text in faults()[JOURNAL])
    run(unblinding="2020-01-01")
    assert faults() == {}
    assert any("days after the date that the configuration has" in note for note in notes())
    assert any("stated 2199-12-31 as the date of the unblinding" in note for note in notes())


def test_an_unblinding_noted_after_the_run_asks_nothing_of_it(here):
    run(unblinding=None)
    journal.append("results/lineage", "unblinding", by="A statistician", why="database closed")
    assert faults() == {}


@pytest.mark.parametrize("facts", [{}, {"path": 3}, {"path": LOCK, "version": []}])
def test_an_entry_that_says_nothing_sensible_is_a_fault(here, facts):
    journal.append("results/lineage", "plan_lock", **facts)
    assert "what it says of a locked document cannot be read" in faults()[JOURNAL]


def test_the_same_content_is_not_locked_twice_and_a_late_clock_is_told(here, monkeypatch):
    with pytest.raises(UserError, match="Version 2 locks exactly this already"):
        locked.append(LOCK, SECOND, {"level": "Other label"}, by="A", why="b")
    monkeypatch.setattr(locked, "moment", lambda: "2021-01-01T00:00:00.000Z")
    with pytest.raises(UserError, match="which is after now"):
        locked.append(LOCK, FIRST, {}, by="A", why="b")
