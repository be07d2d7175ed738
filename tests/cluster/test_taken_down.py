"""Last of all: the node is stopped, and no process of the tests is left."""

import pytest

pytestmark = pytest.mark.cluster


def test_nothing_is_left(slurm, account):
    assert slurm.processes(), "the node's own daemons bear the mark"
    slurm.tool("stop")
    assert slurm.nothing_is_left() == {}
    account["taken_down"] = {"processes_left": 0}
