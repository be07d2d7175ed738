"""A job that reaches beyond what it declares is refused by the kernel, and told so by name."""

import contextlib
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow.csv
import pytest
from runrecord import project
from runrecord.job import landlock
from small_study import Job, do, read_json, write_csv

try:
    landlock.version()
except landlock.NotAvailable:
    pytest.skip("the kernel has no Landlock", allow_module_level=True)

FAILED = "results/lineage/failed/peek.json"


def peek_job() -> Job:
    write_csv("data/declared.csv", ("a",), (1,))
    write_csv("data/other.csv", ("a",), (2,))
    output = {"table": "results/tables/peek.csv"}
    return Job("peek", input={"table": "data/declared.csv"}, output=output)


def write_result(job):
    Path(job.output.table).write_text(Path(job.input.table).read_text())


def by_open(job):
    write_result(job)
    Path("data/other.csv").read_text()


def by_open_and_silence(job):
    write_result(job)
    with contextlib.suppress(OSError), open("data/other.csv"):
        pass


def by_arrow(job):
    write_result(job)
    pyarrow.csv.read_csv("data/other.csv")


def by_child(job):
    write_result(job)
    subprocess.run(["cat", "data/other.csv"], check=True)


def by_child_and_silence(job):
    write_result(job)
    subprocess.run(["cat", "data/other.csv"], check=False)


def by_writing_beside(job):
    write_result(job)
    Path("results/tables/undeclared.csv").write_text("a\n")


def by_writing_to_an_input(job):
    write_result(job)
    Path("data/declared.csv").write_text("a\n3\n")


def by_writing_beside_and_silence(job):
    write_result(job)
    with contextlib.suppress(OSError):
        Path("results/tables/undeclared.csv").write_text("a\n")


def by_writing_to_an_input_and_silence(job):
    write_result(job)
    with contextlib.suppress(OSError):
        Path("data/declared.csv").write_text("a\n3\n")


def by_removing(job):
    write_result(job)
    with contextlib.suppress(OSError):
        os.remove("data/other.csv")


def by_renaming(job):
    write_result(job)
    with contextlib.suppress(OSError):
        os.rename("data/other.csv", "results/tables/peek.csv")


def by_making_a_folder(job):
    write_result(job)
    with contextlib.suppress(OSError):
        os.mkdir("data/new")


def by_moving_to_a_new_place(job):
    write_result(job)
    draft = Path(tempfile.mkdtemp(), "draft.csv")
    draft.write_text("a\n")
    with contextlib.suppress(OSError):
        draft.rename("results/tables/undeclared.csv")


def by_setting_times(job):
    write_result(job)
    os.utime("data/other.csv", (1, 1))


def by_a_link_in_the_scratch_folder(job):
    write_result(job)
    link = Path(tempfile.mkdtemp(), "link.csv")
    link.symlink_to(Path("data/other.csv").absolute())
    link.read_text()


def by_another_name_in_the_scratch_folder(job):
    write_result(job)
    os.link("data/other.csv", Path(tempfile.mkdtemp(), "same.csv"))


def by_the_root_of_the_process(job):
    write_result(job)
    Path(f"/proc/self/root{Path('data/other.csv').absolute()}").read_text()


def by_the_root_of_the_parent(job):
    write_result(job)
    Path(f"/proc/{os.getppid()}/root{Path('data/other.csv').absolute()}").read_text()


BEYOND = {
    by_open: "data/other.csv",
    by_open_and_silence: "data/other.csv",
    by_arrow: "data/other.csv",
    by_child: "data/other.csv",
    by_child_and_silence: "data/other.csv",
    by_writing_beside: "results/tables/undeclared.csv",
    by_writing_to_an_input: "data/declared.csv",
    by_writing_beside_and_silence: "results/tables/undeclared.csv",
    by_writing_to_an_input_and_silence: "data/declared.csv",
    by_removing: "data/other.csv",
    by_renaming: "data/other.csv",
    by_making_a_folder: "data/new",
    by_moving_to_a_new_place: "results/tables/undeclared.csv",
    by_setting_times: "data/other.csv",
    by_a_link_in_the_scratch_folder: "data/other.csv",
    by_another_name_in_the_scratch_folder: "data/other.csv",
    by_the_root_of_the_process: "data/other.csv",
    by_the_root_of_the_parent: "/other.csv",
}


@pytest.mark.parametrize("main", BEYOND, ids=lambda main: main.__name__)
def test_reaching_beyond_fails_the_job_and_is_named(main, folder, capsys):
    job = peek_job()
    with pytest.raises(SystemExit):
        do(job, main)
    said = capsys.readouterr().err
    assert "reached for files that its rule does not declare" in said
    assert BEYOND[main] in said
    record = read_json(FAILED)
    assert record["run"]["confined"]["by"] == "landlock"
    assert record["run"]["exit"] == 1
    assert not Path("results/tables/undeclared.csv").exists()
    assert Path("data/declared.csv").read_text() == "a\n1\n"
    assert Path("data/other.csv").read_text() == "a\n2\n"
    assert not Path("data/new").exists()


SCRIPT = """
from pathlib import Path
from runrecord import run
{first}

def main(job):
    Path(job.output.table).write_text(OTHER)

run(main, globals())
"""


def run_script(job: Job, first: str) -> None:
    """Run a script as Snakemake does: from its first line, with the job in its names."""
    script = Path("scripts/peek.py").absolute()
    script.write_text(SCRIPT.format(first=first))
    code = compile(script.read_text(), str(script), "exec")
    exec(code, {"__name__": "__main__", "__file__": str(script), "snakemake": job})


def test_what_the_first_lines_of_a_script_read_is_refused_too(folder, capsys):
    with pytest.raises(SystemExit):
        run_script(peek_job(), 'OTHER = Path("data/other.csv").read_text()')
    said = capsys.readouterr().err
    assert "reached for files that its rule does not declare\n  where: data/other.csv" in said
    assert read_json(FAILED)["run"]["exit"] == 1


def test_a_script_is_read_again_and_its_main_is_run(folder):
    run_script(peek_job(), 'OTHER = Path("data/declared.csv").read_text()')
    assert Path("results/tables/peek.csv").read_text() == "a\n1\n"


def test_what_a_module_of_the_project_reads_when_it_is_imported_is_refused(
    folder, capsys, monkeypatch
):
    Path("package").mkdir()
    Path("package/peeking.py").write_text('OTHER = open("data/other.csv").read()\n')
    monkeypatch.syspath_prepend(str(folder / "package"))
    packages = {"peeking": str(folder / "package")}
    monkeypatch.setattr(project, "_used", [replace(project.project(), packages=packages)])
    with pytest.raises(SystemExit):
        run_script(peek_job(), "from peeking import OTHER")
    assert "where: data/other.csv" in capsys.readouterr().err


@pytest.fixture
def listening(monkeypatch) -> Iterator[socket.socket]:
    """Yield a socket on loopback that accepts, so that a refusal is not for want of an answer."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("FLOW_PORT", str(server.getsockname()[1]))
        yield server


def by_network(job):
    write_result(job)
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", int(os.environ["FLOW_PORT"])), 5).close()
        Path(job.output.table).write_text("connected")


@pytest.mark.skipif(landlock.version() < landlock.NETWORK_SINCE, reason="a kernel before 6.7")
def test_the_network_is_refused_and_the_address_named(folder, listening, capsys):
    with pytest.raises(SystemExit):
        do(peek_job(), by_network)
    assert f"127.0.0.1:{listening.getsockname()[1]}" in capsys.readouterr().err
    assert Path("results/tables/peek.csv").read_text() == "a\n1\n"


def test_memory_that_processes_share_is_no_way_in(folder, capsys):
    with tempfile.NamedTemporaryFile(dir="/dev/shm", suffix=".csv") as shared:
        with pytest.raises(SystemExit):
            do(peek_job(), lambda job: Path(shared.name).read_text())
        assert Path(shared.name).name in capsys.readouterr().err


def test_nothing_is_handed_on_from_job_to_job(folder):
    caches = []

    def keep(job):
        cache = Path(os.environ["XDG_CACHE_HOME"])
        Path(job.output.table).write_text(f"{cache}\n{len(list(cache.iterdir()))}")
        (cache / "kept").write_text("kept")

    for _ in range(2):
        do(peek_job(), keep)
        caches.append(Path("results/tables/peek.csv").read_text().splitlines())
    assert caches[0][0] != caches[1][0]
    assert [count for _, count in caches] == ["0", "0"]
    assert not Path(caches[0][0]).exists()


def test_a_setting_of_the_machine_does_not_reach_the_job(folder, monkeypatch):
    monkeypatch.setenv("SITE_SETTING", "other")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("LANG", "de_DE.UTF-8")

    def tell(job):
        told = [os.environ.get(name, "") for name in ("SITE_SETTING", "LANG")]
        Path(job.output.table).write_text(f"{told} {time.localtime(0).tm_hour}")

    do(peek_job(), tell)
    assert Path("results/tables/peek.csv").read_text() == "['', ''] 0"


def test_what_a_child_says_is_text_and_is_not_run(folder, capsys):
    class Bait:
        def __reduce__(self):
            return Path.touch, (Path("taken"),)

        def plain(self):
            return self

    with pytest.raises(SystemExit):
        do(peek_job(), lambda job: write_result(job) or {"rows": Bait()})
    assert not Path("taken").exists()


def test_a_job_that_keeps_to_its_files_is_confined_and_not_disturbed(folder):
    do(peek_job(), write_result)
    record = read_json("results/lineage/records/peek.json")
    assert record["run"]["confined"] == {"by": "landlock", "version": landlock.version()}
    assert Path("results/tables/peek.csv").read_text() == "a\n1\n"


def test_a_job_may_write_to_its_own_streams(folder):
    def talk(job):
        write_result(job)
        for stream in ("/dev/stdout", "/dev/stderr", "/dev/null", "/proc/self/fd/1"):
            Path(stream).write_text("said")

    do(peek_job(), talk)


def test_what_changes_nothing_is_no_reach(folder):
    def make_what_is_there(job):
        Path("results/tables").mkdir(parents=True, exist_ok=True)
        Path("data/no_such.csv").unlink(missing_ok=True)
        write_result(job)

    do(peek_job(), make_what_is_there)


def test_the_record_says_where_nothing_is_enforced(folder, monkeypatch):
    monkeypatch.setenv("FLOW_CONFINE", "0")
    do(peek_job(), by_open)
    confined = read_json("results/lineage/records/peek.json")["run"]["confined"]
    assert confined["by"] is None
    assert "switched off" in confined["why"]


@pytest.mark.parametrize(("death", "words"), [(9, "SIGKILL"), (15, "SIGTERM")])
def test_a_job_that_is_killed_says_so(death, words, folder, capsys):
    with pytest.raises(SystemExit):
        do(peek_job(), lambda job: os.kill(os.getpid(), death))
    assert words in capsys.readouterr().err
    assert read_json(FAILED)["run"]["exit"] == 1


def test_a_job_that_leaves_at_once_says_so(folder, capsys):
    with pytest.raises(SystemExit):
        do(peek_job(), lambda job: os._exit(3))
    assert "exit code 3" in capsys.readouterr().err


def test_a_record_opens_the_files_that_it_names(folder):
    do(peek_job(), write_result)
    write_csv("data/third.csv", ("a",), (3,))

    def read_all(job):
        text = Path("data/declared.csv").read_text() + Path("results/tables/peek.csv").read_text()
        Path(job.output.table).write_text(text)

    records = ["results/lineage/records/peek.json"]
    output = {"table": "results/tables/all.csv"}
    do(Job("gather", input={"records": records}, output=output), read_all)
    assert Path("results/tables/all.csv").read_text() == "a\n1\na\n1\n"
