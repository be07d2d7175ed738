"""A small workflow for each test, of which nothing is left afterwards."""

import shutil
import tempfile
from pathlib import Path

import pytest
from small_workflow import SmallWorkflow


@pytest.fixture
def small(tmp_path):
    """Return a workflow without rules, in a folder of its own."""
    workflow = SmallWorkflow(tmp_path)
    yield workflow
    workflow.end()


@pytest.fixture
def runtime():
    """Return a folder for sockets, whose paths must be short."""
    folder = Path(tempfile.mkdtemp(prefix="w-", dir="/tmp"))
    yield folder
    shutil.rmtree(folder)
