"""A warm interpreter may stay for the next run, and serves nobody else."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import time
from functools import partial
from pathlib import Path

import pytest

SESSION = "import os\nopen(snakemake.output[0], 'w').write(str(os.getsid(0)))\n"
"""Of a warm interpreter, the one that takes over from it when all is imported, and their jobs."""


@pytest.fixture
def staying(small, runtime):
    """Return a workflow whose warm interpreters stay, and the folder of their sockets."""

    def server(**around: str) -> int:
        code, said = small.run(
            "--forceall", idle=30, **({"XDG_RUNTIME_DIR": str(runtime)} | around)
        )
        assert code == 0, said
        return int(small.made("session"))

    small.add("session", SESSION)
    return small, server, runtime


def test_it_serves_the_next_run(staying):
    _, server, runtime = staying
    first, second = server(), server()
    assert first == second
    folder = next(runtime.glob("snakemake-warm-*"))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "around",
    [
        {"LANG": "C.UTF-8", "LC_ALL": "C"},
        pytest.param({"OMP_NUM_THREADS": "7"}, marks=pytest.mark.nightly),
    ],
)
def test_it_does_not_serve_other_surroundings(staying, around):
    _, server, _ = staying
    first = server()
    assert server(**around) != first


def test_it_does_not_stay_in_ci(staying):
    small, server, _ = staying
    server(CI="true")
    small.wait_until_alone()


def test_it_serves_no_code_that_has_changed_since(staying):
    small, server, _ = staying
    (small.folder / "own.py").write_text("WORD = 1\n")
    (small.folder / "lists.py").write_text("FIRST = ('own',)\n")
    first = server()
    (small.folder / "own.py").write_text("WORD = 22\n")
    small.add("session", "import own\nopen(snakemake.output[0], 'w').write(str(own.WORD))\n")
    assert server() == 22
    small.add("session", SESSION)
    assert server() not in (first, 22)


@pytest.fixture
def library(small):
    """Return a module in a folder of this environment, which other tests do not see."""
    folder = Path(sys.prefix, f"warm-test-{small.mark}")
    folder.mkdir()
    path = folder / f"warm_test_{small.mark}.py"
    path.write_text("WORD = 1\n")
    yield path
    shutil.rmtree(folder)


def test_it_serves_no_library_that_was_edited_and_put_back(staying, library):
    """What is loaded is the edited one, though the file is again as it was, time stamp and all."""
    small, start, _ = staying
    server = partial(start, PYTHONPATH=f"{library.parent}:{small.folder}")
    about = library.stat()
    (small.folder / "lists.py").write_text(f"FIRST = ({library.stem!r},)\n")
    write = "open(snakemake.output[0], 'w').write(str(library.WORD))\n"
    small.add("session", f"import {library.stem} as library\n{write}")
    library.write_text("WORD = 2\n")
    assert server() == 2
    library.write_text("WORD = 1\n")
    os.utime(library, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert server() == 1


def test_a_hard_link_to_a_library_is_no_edit(staying, library):
    """Installers share files among environments by hard links, which changes their ctime."""
    small, server, _ = staying
    (small.folder / "lists.py").write_text(f"FIRST = ({library.stem!r},)\n")
    again = partial(server, PYTHONPATH=f"{library.parent}:{small.folder}")
    before = again()
    os.link(library, library.with_suffix(".link"))
    assert again() == before
    library.write_text("WORD = 3\n")
    assert again() != before


WAIT_FOR = """
import os, time
end = time.monotonic() + 30
while not os.path.exists({!r}) and time.monotonic() < end:
    time.sleep(0.05)
"""


def test_a_job_that_runs_while_its_interpreter_grows_stale_is_not_ended(small):
    """Another serves the next job, and the one that has retired waits for the job it has."""
    (small.folder / "own.py").write_text("WORD = 1\n")
    (small.folder / "lists.py").write_text("FIRST = ('own',)\n")
    small.add("long", "open('begun', 'w').close()\n" + WAIT_FOR.format("next.txt") + SESSION)
    small.add(
        "edit", WAIT_FOR.format("begun") + "open('own.py', 'w').write('WORD = 22\\n')\n" + SESSION
    )
    small.add("next", SESSION, 'input:\n    "edit.txt",')
    code, said = small.run("--forceall")
    assert code == 0, said
    assert small.made("long") == small.made("edit") != small.made("next")
    small.wait_until_alone()


def test_it_ends_when_nobody_comes(staying):
    small, _, runtime = staying
    code, said = small.run("--forceall", idle=1, XDG_RUNTIME_DIR=str(runtime))
    assert code == 0, said
    start = time.monotonic()
    small.wait_until_alone()
    assert time.monotonic() - start < 20
    assert not list(runtime.glob("snakemake-warm-*/*.sock"))
