"""A warm interpreter may stay for the next run, and serves nobody else."""

from __future__ import annotations

import stat
import time

import pytest

PARENT = "import os\nopen(snakemake.output[0], 'w').write(str(os.getppid()))\n"


@pytest.fixture
def staying(small, runtime):
    """Return a workflow whose warm interpreters stay, and the folder of their sockets."""

    def server(**around: str) -> int:
        code, said = small.run(
            "--forceall", idle=30, **({"XDG_RUNTIME_DIR": str(runtime)} | around)
        )
        assert code == 0, said
        return int(small.made("parent"))

    small.add("parent", PARENT)
    return small, server, runtime


def test_it_serves_the_next_run(staying):
    _, server, runtime = staying
    first, second = server(), server()
    assert first == second
    folder = next(runtime.glob("snakemake-warm-*"))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("around", [{"LANG": "C.UTF-8", "LC_ALL": "C"}, {"OMP_NUM_THREADS": "7"}])
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
    small.add("parent", "import own\nopen(snakemake.output[0], 'w').write(str(own.WORD))\n")
    assert server() == 22
    small.add("parent", PARENT)
    assert server() not in (first, 22)


def test_it_ends_when_nobody_comes(staying):
    small, _, runtime = staying
    code, said = small.run("--forceall", idle=1, XDG_RUNTIME_DIR=str(runtime))
    assert code == 0, said
    start = time.monotonic()
    small.wait_until_alone()
    assert time.monotonic() - start < 20
    assert not list(runtime.glob("snakemake-warm-*/*.sock"))
