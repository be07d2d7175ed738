"""The first page of the results says the same of a folder as verify.py, in a real browser."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from chromium import PROGRAM, Chromium
from forging import (
    HEAD,
    INTERMEDIATE,
    JOURNAL,
    LINEAGE,
    MANIFEST,
    NOTES,
    OTHER,
    PAGE,
    STATEMENT,
    TABLE,
    TRAIL,
    ask_file,
    flip,
    forge_all,
    forge_records,
    read_json,
    rechain,
    rewrite,
)
from runrecord.digest import file_digest
from runrecord.signature import sign
from test_barriers import AXE, RUN
from test_forgeries import DAMAGES

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed")
FIRST_PAGE = "results/index.html"
RECORD = f"{TRAIL}records/collect_summaries.json"
JUDGE = """
(async () => {
  const given = [...document.getElementById("other").files];
  const folder = new Folder(given.map((file) => [file.webkitRelativePath, file]));
  const check = await checkFolder(folder, EXPECTED);
  return JSON.stringify({
    code: check.code(), verdict: check.verdict(), seen: check.seen(), balances: check.balances,
    faults: Object.fromEntries(check.faults), notes: check.notes,
    away: Object.fromEntries([...check.away].map(([place, paths]) => [place, [...paths].sort()])),
    below: Object.fromEntries(
      [...check.faults.keys()].map((path) => [path, check.downstream(path)])),
  });
})()
"""
SECOND_INPUT = """
const other = Object.assign(document.createElement("input"),
  {id: "other", type: "file", webkitdirectory: true, onchange: () => { other.ready = true; }});
document.body.append(other);
"""


@dataclass
class Page:
    """The first page in a browser."""

    browser: Chromium

    def choose(self, folder: Path, field: str) -> None:
        """Choose a folder, as by the dialogue of the browser."""
        document = self.browser.call("DOM.getDocument")["root"]["nodeId"]
        found = self.browser.call("DOM.querySelector", nodeId=document, selector=field)
        self.browser.call("DOM.setFileInputFiles", files=[str(folder)], nodeId=found["nodeId"])

    def judge(self, folder: Path, expect: str = "") -> dict:
        """Return what the page's script finds of a folder, without showing it."""
        self.browser.ask("other.value = ''; other.ready = false")
        self.choose(folder, "#other")
        self.browser.wait("other.ready")
        answer = self.browser.call(
            "Runtime.evaluate",
            expression=JUDGE.replace("EXPECTED", json.dumps(expect)),
            awaitPromise=True,
            returnByValue=True,
        )
        assert "exceptionDetails" not in answer, answer
        return json.loads(answer["result"]["value"])

    def show(self, folder: Path) -> str:
        """Give the page a folder and return what it shows."""
        self.browser.ask("document.body.dataset.state = ''")
        self.choose(folder, "#folder")
        self.browser.wait("document.body.dataset.state === 'done'")
        return self.browser.ask("document.getElementById('answer').innerText")


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[Chromium]:
    with Chromium(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture(scope="module")
def page(running, world) -> Page:
    """Return the page of a whole run."""
    running.size(1200, 900)
    running.open(world / FIRST_PAGE)
    running.ask(f"{SECOND_INPUT};0")
    return Page(running)


@pytest.fixture(scope="module")
def top(world, tmp_path_factory) -> Path:
    """Return the folder that holds the world: the run and, beside it, all that it ran on."""
    base = tmp_path_factory.getbasetemp()
    return base / world.relative_to(base).parts[0]


@pytest.fixture
def copy(world, tmp_path) -> Path:
    """Return a copy of the results, to be forged, so deep that no way out of it leads to code."""
    folder = tmp_path.joinpath(*"abcdefgh") / "copy"
    for name in ("results", NOTES):
        shutil.copytree(world / name, folder / name)
    return folder


def agree(page: Page, folder: Path, chosen: Path | None = None, expect: str = "") -> dict:
    """Compare the page with verify.py: code, files at fault, why, what rests on them, what is away.

    What only a program can see, that a file lies outside of the folder, is a note of verify.py.
    """
    said = page.judge(chosen or folder, expect)
    verdict = ask_file(folder, expect=expect)
    told = {path: {*below} for path, below in said["below"].items()}
    assert said["code"] == verdict.code, (verdict.said, said)
    assert {*said["faults"]} == verdict.faults, verdict.said
    assert told == verdict.below
    assert verdict.said.endswith(f"{said['verdict']}."), said["verdict"]
    for texts in said["faults"].values():
        for text in texts:
            assert text in verdict.said
    for note in said["notes"]:
        assert note in verdict.said
    return said


def test_a_whole_folder_is_whole_in_the_browser_too(page, world, top):
    said = agree(page, world, top)
    assert (said["code"], said["verdict"]) == (0, "all is whole")
    assert said["seen"] > 500


def test_of_results_alone_both_say_what_is_not_here(page, copy):
    said = agree(page, copy)
    assert said["code"] == 3
    assert "not checked and not vouched for" in said["verdict"]
    assert {"data", "study.yaml"} <= {*said["away"]}


def test_the_folder_of_the_results_itself_may_be_chosen(page, copy):
    assert page.judge(copy / "results") == page.judge(copy)


def other_bytes(folder: Path) -> None:
    flip(folder / INTERMEDIATE)
    flip(folder / "results/report/report.pdf")


def swapped(folder: Path) -> None:
    one, two = ((folder / path).read_bytes() for path in (TABLE, OTHER))
    (folder / TABLE).write_bytes(two)
    (folder / OTHER).write_bytes(one)


def added_and_deleted(folder: Path) -> None:
    (folder / "results/tables/extra.csv").write_text("row\n")
    (folder / "results/.hidden").write_text("row\n")
    (folder / "results/lineage/records/extra.txt").write_text("row\n")
    (folder / "results/tables/.snakemake_timestamp").write_text("row\n")
    (folder / TABLE).unlink()
    (folder / f"{TRAIL}records/collect_estimates.json").unlink()


def records_too(folder: Path) -> None:
    forge_records(folder)


def records_lineage_and_manifest(folder: Path) -> None:
    changes = forge_records(folder)
    for path in (LINEAGE, MANIFEST):
        rewrite(folder / path, changes)


def lines_of(folder: Path) -> list[bytes]:
    return (folder / JOURNAL).read_bytes().splitlines()


def write_lines(folder: Path, lines: list[bytes], end: bytes = b"\n") -> None:
    (folder / JOURNAL).write_bytes(b"\n".join(lines) + end)


def journal_cut_off(folder: Path) -> None:
    write_lines(folder, lines_of(folder)[:-3])


def journal_torn(folder: Path) -> None:
    write_lines(folder, [*lines_of(folder)[:-1], lines_of(folder)[-1][:-20]], b"")


def journal_in_another_order(folder: Path) -> None:
    first, second, *rest = lines_of(folder)
    write_lines(folder, [second, first, *rest])


def entry_taken_out_and_chain_made_anew(folder: Path) -> None:
    lines = lines_of(folder)
    rechain(folder, lines[:4] + lines[5:], {})


def last_entries_gone_and_chain_made_anew(folder: Path) -> None:
    rechain(folder, lines_of(folder)[:6], {})


def all_but_the_manifest(folder: Path) -> None:
    forge_all(folder, TABLE, ("manifest",))


def all_but_the_journal(folder: Path) -> None:
    forge_all(folder, PAGE, ("journal",))


def all_but_the_lineage(folder: Path) -> None:
    forge_all(folder, TABLE, ("lineage",))


def verifier_changed(folder: Path) -> None:
    flip(folder / f"{TRAIL}verify.py")


def first_page_changed(folder: Path) -> None:
    text = (folder / FIRST_PAGE).read_text()
    (folder / FIRST_PAGE).write_text(text.replace("all is whole", "all is well"))


def line_of_the_manifest_damaged(folder: Path) -> None:
    with open(folder / MANIFEST, "a") as stream:
        stream.write(f"\\{'0' * 64}  a\\q\n{'0' * 64}  a")


def statement_without_the_page(folder: Path) -> None:
    told = read_json(folder / STATEMENT)
    told["subject"] = [each for each in told["subject"] if each["name"] != PAGE]
    (folder / STATEMENT).write_text(json.dumps(told))


def gone(*paths: str) -> Callable[[Path], None]:
    def remove(folder: Path) -> None:
        for path in paths:
            shutil.rmtree(folder / path) if (folder / path).is_dir() else (folder / path).unlink()

    remove.__name__ = f"gone: {', '.join(paths)}"
    return remove


def folder_in_the_place_of_a_file(folder: Path) -> None:
    (folder / TABLE).unlink()
    (folder / TABLE).mkdir()
    (folder / TABLE / "file").write_text("row\n")


def other_capitals(folder: Path) -> None:
    (folder / TABLE).rename(folder / TABLE.replace("summaries", "Summaries"))


def line_ends_of_windows(folder: Path) -> None:
    for path in (TABLE, INTERMEDIATE, RECORD):
        data = (folder / path).read_bytes()
        (folder / path).write_bytes(data.replace(b"\n", b"\r\n"))


def raw_file_with_other_capitals(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data/Trial.csv").write_text("id\n")


def damage(name: str, path: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        text = DAMAGES[name]((folder / path).read_text())
        (folder / path).write_bytes(text.encode("utf-8", "surrogatepass"))

    spoil.__name__ = f"{name} in {Path(path).name}"
    return spoil


def rows_that_do_not_balance(folder: Path) -> None:
    for path in sorted((folder / TRAIL / "records").glob("*.json")):
        record = read_json(path)
        for rows in record["result"]["rows"].values():
            rows["read"] += 1
        path.write_text(json.dumps(record))


FORGERIES = [
    *(other_bytes, added_and_deleted, records_lineage_and_manifest),
    *(journal_cut_off, journal_in_another_order, entry_taken_out_and_chain_made_anew),
    *(all_but_the_manifest, all_but_the_lineage, forge_all, first_page_changed),
    *(line_of_the_manifest_damaged, statement_without_the_page),
    *(
        folder_in_the_place_of_a_file,
        other_capitals,
        line_ends_of_windows,
        rows_that_do_not_balance,
    ),
    *(gone(path) for path in (STATEMENT, MANIFEST, LINEAGE, JOURNAL)),
    gone(f"{TRAIL}records"),
    damage("no digests", RECORD),
    damage("nested too deep", LINEAGE),
]
MORE = [
    *(swapped, records_too, journal_torn, last_entries_gone_and_chain_made_anew),
    *(all_but_the_journal, verifier_changed),
    *(damage(name, path) for name in DAMAGES for path in (LINEAGE, HEAD, STATEMENT, RECORD)),
    *(gone(MANIFEST, LINEAGE), gone(HEAD), gone("results/tables", "results/figures")),
    *(gone(f"{TRAIL}records/{job}.json") for job in ("seal_lineage", "draw_lineage")),
]


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__)
def test_a_forgery_is_told_as_verify_tells_it(page, copy, forge):
    forge(copy)
    said = agree(page, copy)
    assert said["code"] == (3 if forge is forge_all else 1)


@pytest.mark.nightly
@pytest.mark.parametrize("forge", MORE, ids=lambda forge: forge.__name__)
def test_more_forgeries_are_told_as_verify_tells_them(page, copy, forge):
    forge(copy)
    assert agree(page, copy)["code"] == 1


def test_a_raw_file_with_other_capitals_is_told_as_verify_tells_it(page, copy):
    raw_file_with_other_capitals(copy)
    said = agree(page, copy)
    assert said["code"] == 3
    assert "data/trial.csv is not here; Trial.csv, with other capitals, is" in said["notes"]


def test_when_all_is_rewritten_the_published_digest_tells(page, copy, world):
    published = file_digest(world / STATEMENT)
    assert agree(page, copy, expect=published)["code"] == 3
    forge_all(copy)
    assert {*agree(page, copy, expect=published)["faults"]} == {MANIFEST}


def test_raw_files_and_code_are_compared_where_they_are_given(page, world, top):
    for path in ("data/trial.csv", "study.yaml"):
        before, about = (world / path).read_bytes(), os.stat(world / path)
        try:
            (world / path).write_bytes(before + b"\n")
            assert {*agree(page, world, top)["faults"]} == {path}
        finally:
            (world / path).write_bytes(before)
            os.utime(world / path, ns=(about.st_atime_ns, about.st_mtime_ns))


def test_the_page_says_what_it_found_and_asks_nothing_of_the_network(page, world, top, copy):
    page.browser.events.clear()
    told = page.show(top)
    assert told.startswith("All is whole.")
    assert f"in {world.relative_to(top.parent).as_posix()}/results" in told
    flip(copy / TABLE)
    told = page.show(copy)
    assert told.startswith("1 file not as sealed;")
    for text in (
        "Not here, not checked",
        TABLE,
        "has changed",
        "1 raw",
        "results/report/report.pdf",
    ):
        assert text in told
    assert page.browser.requested() == []
    assert page.browser.complaints() == []


@pytest.mark.parametrize("width", [1200, 390])
def test_no_answer_makes_the_window_scroll_sideways(page, copy, width):
    (copy / "results/tables" / ("long" * 30)).write_text("row\n")
    page.show(copy)
    page.browser.size(width, 900)
    assert page.browser.ask("document.documentElement.scrollWidth <= innerWidth")


def test_what_is_no_results_folder_is_refused_and_vouches_for_nothing(page, copy, tmp_path):
    (tmp_path / "none").mkdir()
    (tmp_path / "none/file.txt").write_text("text")
    for folder in (tmp_path / "none", copy / "results/lineage"):
        assert "nothing can be checked" in page.show(folder)
    for name in ("one", "two"):
        shutil.copytree(copy / "results/lineage", tmp_path / "both" / name / "lineage")
    told = page.show(tmp_path / "both")
    assert told.startswith("Nothing was checked.")
    assert "both/one, both/two" in told


def test_the_published_digest_is_compared(page, copy, world):
    for digest, text in (
        (
            file_digest(world / STATEMENT).upper(),
            "is that of results/lineage/statement.intoto.json",
        ),
        ("0" * 64, "these are not the results"),
        ("", "No published digest was given"),
    ):
        page.browser.ask(f"document.getElementById('expected').value = '{digest}'")
        assert text in page.show(copy)


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is not installed")
def test_a_signature_is_checked_as_far_as_the_browser_can(page, copy, tmp_path):
    assert "No signature is here." in page.show(copy)
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    sign(copy / "results", key)
    print_ = subprocess.run(
        ["ssh-keygen", "-l", "-f", str(key)], capture_output=True, text=True, check=True
    ).stdout.split()[1]
    assert f"A signature with the key {print_} holds" in page.show(copy)
    with open(copy / STATEMENT, "a") as stream:
        stream.write("\n")
    assert "does not hold for the statement" in page.show(copy)
    (copy / TRAIL / "signatures/statement.sig").write_text("no signature")
    assert "The signature is damaged." in page.show(copy)


SIZES = (0, 1, 55, 56, 63, 64, 65, 119, 120, 1000, 70_000)
VALUES = [
    0.1,
    -0.0,
    1e-5,
    1.5e16,
    123456789.125,
    1e300,
    5e-324,
    1e22,
    0.0001,
    10**20,
    -3,
    "é\u2028\x7f",
]


def test_digests_and_json_are_those_of_python(page):
    found = page.browser.ask(f"{list(SIZES)}.map((n) => sha256(new Uint8Array(n).fill(7)))")
    assert found == [hashlib.sha256(b"\x07" * size).hexdigest() for size in SIZES]
    value = {"b": VALUES, "a": {}, "\U0001f600": [], "\uff5e": [True, None, {"x": '"\\\n\x01'}]}
    text = json.dumps(value, ensure_ascii=False)
    canonical = json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False)
    assert page.browser.ask(f"canonical(readJson({json.dumps(text)}))") == canonical


def test_a_browser_without_digests_of_its_own_comes_to_the_same(page, copy):
    flip(copy / TABLE)
    before = page.judge(copy)
    page.browser.ask(
        "Object.defineProperty(crypto, 'subtle', {value: undefined, configurable: true})"
    )
    try:
        assert page.judge(copy) == before
    finally:
        page.browser.ask("delete crypto.subtle")


def test_without_scripts_the_page_says_what_to_do(running, world):
    running.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        running.open(world / FIRST_PAGE)
        told = running.ask("document.body.innerText")
    finally:
        running.call("Emulation.setScriptExecutionDisabled", value=False)
    assert "python3 -I results/lineage/verify.py" in told
    assert "In fifteen minutes" in told


@pytest.mark.nightly
@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: npm")
@pytest.mark.parametrize("width", [1200, 390])
def test_an_answer_has_no_barrier_that_axe_finds(page, copy, width):
    added_and_deleted(copy)
    page.show(copy)
    page.browser.size(width, 900)
    page.browser.ask(
        "document.querySelectorAll('details').forEach((each) => { each.open = true; })"
    )
    page.browser.ask(AXE.read_text("utf-8") + ";0")
    answer = page.browser.call(
        "Runtime.evaluate", expression=RUN, awaitPromise=True, returnByValue=True
    )
    assert json.loads(answer["result"]["value"]) == []
