"""Options of the test run, what hypothesis tries, and the warm interpreter that all runs share."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings

RUNTIME = "XDG_RUNTIME_DIR"
IDLE_SECONDS = 120
"""After which an interpreter ends by itself, should the test run have been killed."""
ENDING_SECONDS = 20
"""For which the end of the test run waits for the interpreters that it has stopped."""
SLOWEST = (
    *("test_moments.py", "test_corpus.py", "test_replayed_diff.py", "test_bad_inputs.py"),
    *("test_reruns.py", "test_sentinels.py", "test_attacks.py", "test_forgeries.py"),
    *("test_warm_executor.py", "test_warm_ends.py", "test_progress_runs.py"),
    *("e2e", "cases", "bad_inputs", "packages"),
)
"""Files and folders of tests, the one that takes longest first (tools/test_costs.py)."""
IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ


def share_warm_interpreter() -> Path | None:
    """Let all runs of the session, those of other workers too, fork from one warm interpreter.

    It has a folder of its own, so that it serves the tests alone. Workers of pytest-xdist find the
    variables in the environment that they are started with. CI would forbid it to stay.
    """
    os.environ.pop("CI", None)
    os.environ["SNAKEMAKE_WARM_IDLE"] = str(IDLE_SECONDS)
    if IS_WORKER:
        return None
    folder = Path(tempfile.mkdtemp(prefix="tt-", dir="/tmp"))  # the path of a socket is short
    os.environ[RUNTIME] = str(folder)
    return folder


SHARED = share_warm_interpreter()
# A shell in the background has it ignored, and whatever the tests start would ignore it too.
signal.signal(signal.SIGINT, signal.default_int_handler)

NOTHING_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
settings.register_profile(
    "quick",
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
    phases=[Phase.explicit, Phase.generate],  # shrinking a failure may take minutes
    suppress_health_check=NOTHING_SLOW,
)
settings.register_profile(
    "nightly",
    settings.get_profile("quick"),
    derandomize=False,
    max_examples=1000,
    phases=[Phase.explicit, Phase.generate, Phase.target, Phase.shrink],
)
settings.load_profile("quick")


def pytest_addoption(parser):
    """Add the option that rewrites the expected tables."""
    parser.addoption(
        "--update-expected",
        action="store_true",
        help="write tests/expected/*.csv anew from a fresh run of the shipped study",
    )


def pytest_collection_modifyitems(items):
    """Begin with the files that take longest, so that no worker ends long after another.

    Files are handed out in this order: `make test` keeps pytest-xdist from sorting them anew.
    """
    order = {name: place for place, name in enumerate(SLOWEST)}
    here = Path(__file__).parent

    def place(item) -> int:
        return min(order.get(part, len(order)) for part in item.path.relative_to(here).parts)

    items.sort(key=place)


def pytest_unconfigure():
    """End the warm interpreters of the session, and see that none is left."""
    if SHARED is None:
        return
    end = time.monotonic() + ENDING_SECONDS
    while (left := warm_interpreters(SHARED)) and time.monotonic() < end:
        for pid in left:
            try:
                os.kill(pid, signal.SIGTERM)
            except ProcessLookupError:
                continue
        time.sleep(0.05)
    shutil.rmtree(SHARED, ignore_errors=True)
    if left:
        raise RuntimeError(f"warm interpreters of the tests are left behind: {left}")


def warm_interpreters(folder: Path) -> list[int]:
    """Return the warm interpreters that were started with a folder for sockets, by process id."""
    found = []
    for place in Path("/proc").iterdir():
        if not place.name.isdigit():
            continue
        try:
            state = (place / "stat").read_text().rpartition(")")[2].split()[0]
            told = (place / "environ").read_bytes().split(b"\0")
            server = b"snakemake_executor_plugin_warm.server" in (place / "cmdline").read_bytes()
        except OSError:
            continue
        if state != "Z" and server and f"{RUNTIME}={folder}".encode() in told:
            found.append(int(place.name))
    return found
