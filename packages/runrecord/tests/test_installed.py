"""Libraries that were edited, added to or put back, in an environment that the test makes."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import py_compile
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from runrecord import installed
from runrecord.errors import UserError
from runrecord.installed import Installed, announce, announced

TAG = f"{sys.implementation.cache_tag}.pyc"


def add(library: Path, name: str, files: dict[str, str], needs: tuple[str, ...] = ()) -> None:
    """Install a distribution with a list of its files."""
    info = library / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    heads = "".join(f"Requires-Dist: {each}\n" for each in needs)
    (info / "METADATA").write_text(f"Name: {name}\n{heads}\nRequires-Dist: no_head\n")
    lines = [f"{info.name}/RECORD,,"]
    for path, text in files.items():
        (library / path).parent.mkdir(parents=True, exist_ok=True)
        (library / path).write_text(text)
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode()
        lines.append(f"{path},sha256={digest.rstrip('=')},{len(text)}")
    (info / "RECORD").write_text("\n".join(lines) + "\n")


@pytest.fixture
def library(tmp_path) -> Path:
    """Return the folder of an environment with four distributions, one of which nobody needs."""
    library = tmp_path / "lib"
    needs = ("Frame>=3 ; extra == 'run'", "one_file", "gone")
    add(library, "flow", {"_flow.pth": "src\n"}, needs)
    frame = {"frame/__init__.py": "", "frame/core.py": "x = 1\n", "frame/data.bin": "d"}
    add(
        library,
        "frame",
        frame | {"frame/tests/test_core.py": "assert 1\n"},
        ("deep_er", "extra_only ; extra == 'plot'"),
    )
    add(library, "Deep.er", {"deep/er.py": "y = 1\n"})
    add(library, "one_file", {"one_file.py": "z = 1\n"})
    add(library, "extra_only", {"extra/__init__.py": "e = 1\n"})
    for path in library.rglob("*.py"):
        py_compile.compile(str(path), doraise=True)
    Installed(library, tmp_path, "flow").note_compiled()
    return library


def faults(library: Path) -> dict[str, str]:
    return Installed(library, library.parent, "flow").check()


def test_an_untouched_environment_is_whole_and_told(library):
    found = Installed(library, library.parent, "flow")
    assert found.check() == {}
    told = found.summary()
    assert found.distributions == ["deep-er", "flow", "frame", "one-file"]
    assert (told["distributions"], told["files"], told["compiled"]) == (4, 6, 4)
    assert told == Installed(library, library.parent, "flow").summary() | {"compiled": 4}


@pytest.mark.parametrize("path", ["frame/core.py", "deep/er.py", "one_file.py", "frame/data.bin"])
def test_an_edited_library_is_named_whatever_its_time_and_size(library, path):
    about = (library / path).stat()
    text = (library / path).read_text()
    (library / path).write_text(text[:-1].replace("1", "2").replace("d", "D") + text[-1:])
    if path.endswith("bin"):
        (library / path).write_text("D")
    os.utime(library / path, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert faults(library) == {path: "has changed"}
    (library / path).unlink()
    assert faults(library)[path] == "is gone"


def test_an_extra_that_another_asks_for_is_needed_too(library):
    """Through more than one, and not by its name alone: fonts need a compressor by such a way."""
    add(library, "reads", {"reads.py": ""}, ("Frame[plot]>=3", "With.extra[Odd_Name] (>=1)"))
    add(library, "odd", {"odd.py": ""}, ())
    add(library, "with_extra", {"with_extra.py": ""}, ("odd ; extra == 'odd-name'",))
    found = Installed(library, library.parent, "reads")
    assert found.distributions == ["deep-er", "extra-only", "frame", "odd", "reads", "with-extra"]
    (library / "extra/__init__.py").write_text("e = 2\n")
    assert found.check() == {"extra/__init__.py": "has changed"}


def test_what_no_job_runs_is_not_looked_at(library):
    (library / "frame/tests/test_core.py").write_text("assert 0\n")
    (library / "extra/__init__.py").write_text("e = 2\n")
    assert faults(library) == {}


@pytest.mark.parametrize(
    "path",
    ["frame/core.abi3.so", "frame/json.py", "frame/core.pyc", "sitecustomize.py", "other.pth"],
)
def test_a_file_more_that_python_would_run_is_named(library, path):
    (library / path).write_text("")
    assert list(faults(library)) == [path]


def test_byte_code_with_the_time_and_size_of_its_source_is_compared_with_it(library, tmp_path):
    source, other = library / "frame/core.py", tmp_path / "other.py"
    other.write_text("x = 2\n")
    about = source.stat()
    os.utime(other, ns=(about.st_atime_ns, about.st_mtime_ns))
    forged = library / "frame/__pycache__" / f"core.{TAG}"
    py_compile.compile(str(other), cfile=str(forged), dfile=str(source), doraise=True)
    told = {f"frame/__pycache__/core.{TAG}": "is not what its source compiles to"}
    assert faults(library) == told
    py_compile.compile(
        str(other),
        cfile=str(forged),
        doraise=True,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    assert list(faults(library)) == [f"frame/__pycache__/core.{TAG}"]
    # Compiled anew from the source it is good, though it is none of what set-up noted.
    py_compile.compile(str(source), cfile=str(forged), dfile="elsewhere.py", doraise=True)
    assert faults(library) == {}
    forged.write_bytes(b"no byte code of any kind")
    os.utime(source)
    assert forged.name in str(faults(library))


def test_where_no_set_up_has_noted_byte_code_it_is_not_checked_and_that_is_told(library, tmp_path):
    (tmp_path / ".flow-compiled").unlink()
    found = Installed(library, tmp_path, "flow")
    assert found.check() == {}
    assert found.summary()["compiled"] is None


def test_a_list_that_was_changed_with_its_file_is_another_digest(library):
    before = Installed(library, library.parent, "flow").summary()["sha256"]
    shutil.rmtree(library / "one_file-1.0.dist-info")
    add(library, "one_file", {"one_file.py": "z = 2\n"})
    found = Installed(library, library.parent, "flow")
    assert {name: what for name, what in found.check().items() if "pyc" not in name} == {}
    assert found.summary()["sha256"] != before


def test_a_run_does_not_begin_on_an_edited_library_and_says_what_to_do(library, monkeypatch):
    monkeypatch.setattr(installed, "here", lambda: Installed(library, library.parent, "flow"))
    monkeypatch.setattr(installed, "_own_byte_code", lambda: [])
    announce()
    assert announced() is None  # of another environment than that of this interpreter
    monkeypatch.setattr(sysconfig, "get_path", lambda _: str(library))
    assert announced()["files"] == 6
    (library / "frame/core.py").write_text("x = 2\n")
    with pytest.raises(UserError) as error:
        announce()
    said = error.value.text()
    assert "A library is not as it was installed\n" in said
    assert "frame/core.py has changed" in said
    assert "remove the folder .venv, then run `make setup`" in said


def says(text: str) -> list[str]:
    """Return a command that starts a process which says ``text``, whatever stands behind it."""
    return [sys.executable, "-c", f"print({text!r})"]


def test_what_a_process_beside_this_one_has_found_is_told_and_stops_the_run(monkeypatch):
    monkeypatch.setattr(installed, "here", lambda: pytest.fail("it was checked twice"))
    monkeypatch.setattr(installed, "_own_byte_code", lambda: [])
    here = {"library": sysconfig.get_path("purelib"), "found": {"files": 7}}
    installed.begin_check(says(json.dumps(here | {"faults": {}})))
    announce()
    assert announced() == {"files": 7}
    installed.begin_check(says(json.dumps(here | {"faults": {"frame/core.py": "has changed"}})))
    with pytest.raises(UserError, match="A library is not as it was installed"):
        announce()


@pytest.mark.parametrize("command", [says("{"), [sys.executable, "-c", "0"], ["no_such_program"]])
def test_a_process_that_says_nothing_leaves_the_check_to_this_one(library, monkeypatch, command):
    monkeypatch.setattr(installed, "here", lambda: Installed(library, library.parent, "flow"))
    monkeypatch.setattr(installed, "_own_byte_code", lambda: [])
    (library / "frame/core.py").write_text("x = 2\n")
    installed.begin_check(command)
    with pytest.raises(UserError, match="A library is not as it was installed"):
        announce()


def test_the_process_checks_the_libraries_of_this_interpreter():
    command = [sys.executable, "-P"]
    found = subprocess.run(
        [*command, "-m", "runrecord.installed", "pytest"],
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(found.stdout)
    assert told["library"] == sysconfig.get_path("purelib")
    assert told["found"]["distributions"] >= 3
    assert told["faults"] == {}


def test_a_run_does_not_begin_on_byte_code_of_its_own_that_is_forged(tmp_path, monkeypatch):
    source, other = tmp_path / "module.py", tmp_path / "other.py"
    source.write_text("x = 1\n")
    other.write_text("x = 2\n")
    about = source.stat()
    os.utime(other, ns=(about.st_atime_ns, about.st_mtime_ns))
    (tmp_path / "__pycache__").mkdir()
    forged = tmp_path / "__pycache__" / f"module.{TAG}"
    monkeypatch.setattr(installed, "here", lambda: Installed(tmp_path, tmp_path, "flow"))
    monkeypatch.setattr(installed, "_own_byte_code", lambda: [forged])
    py_compile.compile(str(source), cfile=str(forged), doraise=True)
    announce()
    py_compile.compile(str(other), cfile=str(forged), doraise=True)
    with pytest.raises(UserError, match="Byte code is not what its source compiles to"):
        announce()
    os.utime(source)  # out of date, so Python does not take it
    source.write_text("x = 11\n")
    announce()


def test_nothing_is_told_where_no_run_has_told_it(monkeypatch):
    monkeypatch.delenv(installed.ANNOUNCED, raising=False)
    assert announced() is None
    for damaged in ("", "[]", "{"):
        monkeypatch.setenv(installed.ANNOUNCED, damaged)
        assert announced() is None
    told = {"library": sysconfig.get_path("purelib"), "found": {"files": 1}}
    monkeypatch.setenv(installed.ANNOUNCED, json.dumps(told))
    assert announced() == {"files": 1}
