"""What a job's interpreter takes its modules from, however it is started."""

from __future__ import annotations

import os
import py_compile
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from runrecord import installed, isolation
from runrecord.isolation import START, refuse_other_modules, start_options
from runrecord.project import project

from trialtrail import ROOT
from trialtrail.errors import StudyError

LIAR = "raise SystemExit('another module was taken')\n"


def python(*arguments: object, root: Path = ROOT, **around: str) -> subprocess.CompletedProcess:
    """Start a script as a job of the checkout at ``root`` is started."""
    options = [option.replace(str(ROOT), str(root)) for option in start_options()]
    command = [sys.executable, *options, *map(str, arguments)]
    surroundings = os.environ | around
    return subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)


@pytest.fixture
def script(tmp_path) -> Path:
    """Return a script in a folder of its own that says what it has loaded."""
    path = tmp_path / "scripts" / "tmp.py"
    path.parent.mkdir()
    path.write_text(
        "import sys, json, string, trialtrail, schemas\n"
        "print(json.__file__, string.__file__, sep='\\n')\n"
        "print(trialtrail.__file__, schemas.__file__, sys.argv, __name__, __file__)\n"
        "print(sys.modules['__main__'].__dict__ is globals())\n"
    )
    return path


def test_a_script_runs_as_python_runs_it(script):
    done = python(script, "one", "two")
    assert done.returncode == 0, done.stderr
    *_, told, main = done.stdout.splitlines()
    assert told == (
        f"{ROOT}/src/trialtrail/__init__.py {ROOT}/schemas/__init__.py"
        f" {[str(script), 'one', 'two']} __main__ {script}"
    )
    assert main == "True"


def test_a_module_runs_as_with_m(tmp_path):
    done = python("-m", "json.tool", "--help")
    assert "usage: " in done.stdout


@pytest.mark.parametrize("name", ["json.py", "string.py", "trialtrail.py", "schemas.py"])
def test_a_module_beside_the_script_is_not_taken(script, name):
    script.with_name(name).write_text(LIAR)
    done = python(script)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["sitecustomize.py", "usercustomize.py", "json.py", "pandas.py"])
def test_pythonpath_is_not_taken(script, tmp_path, name):
    (tmp_path / name).write_text(LIAR)
    done = python(script, PYTHONPATH=str(tmp_path), PYTHONSTARTUP=str(tmp_path / name))
    assert done.returncode == 0, done.stderr
    assert "another module" not in done.stderr


def test_the_start_refuses_an_interpreter_that_is_not_isolated(script):
    command = [sys.executable, str(START), str(script)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Start this with python -I" in done.stderr


@pytest.mark.parametrize("module", ["src/trialtrail/__init__.py", "src/trialtrail/escaping.py"])
def test_byte_code_with_time_and_size_of_its_source_is_not_taken(tmp_path, module):
    """In a checkout of the test's own: what is loaded is what the source says."""
    checkout = tmp_path / "checkout"
    shutil.copytree(
        ROOT / "src", checkout / "src", ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
    )
    own = START.parents[1].relative_to(ROOT)
    shutil.copytree(ROOT / own, checkout / own, ignore=shutil.ignore_patterns("__pycache__"))
    (checkout / "schemas").mkdir()
    (checkout / "schemas/__init__.py").write_text("")
    forge(checkout / module)
    forge(checkout / "schemas/__init__.py")
    script = tmp_path / "script.py"
    script.write_text("import trialtrail.escaping, schemas\nprint(schemas.__file__)\n")
    done = python(script, root=checkout)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(checkout))
    # The forgery is one: an interpreter that takes byte code runs it.
    code = "import sys; sys.path.insert(0, sys.argv[1]); import trialtrail.escaping"
    command = [sys.executable, "-c", code, str(checkout / "src")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "another module was taken" in done.stderr


def forge(source: Path) -> None:
    """Put byte code of another source, with the time and size of this one, beside it."""
    about = source.stat()
    other = source.with_name("other.py")
    other.write_text(LIAR.ljust(about.st_size, "#")[: max(about.st_size, len(LIAR))])
    if about.st_size < len(LIAR):
        source.write_text("#" * len(LIAR))
        about = source.stat()
    os.utime(other, ns=(about.st_atime_ns, about.st_mtime_ns))
    cached = source.parent / "__pycache__" / f"{source.stem}.{sys.implementation.cache_tag}.pyc"
    py_compile.compile(str(other), cfile=str(cached), dfile=str(source), doraise=True)
    other.unlink()


FOLDERS = ["/plain", "/a folder", "/o'brien", '/a "quoted" one', "/cost$HOME", "/né", "/a;b&c(d)*~"]
"""Folders with signs that mean something to the shell."""


@pytest.mark.parametrize("folder", FOLDERS)
def test_scripts_are_started_so_whatever_signs_the_folder_has(monkeypatch, folder):
    start = Path(folder) / "start.py"
    monkeypatch.setattr(isolation, "START", start)
    monkeypatch.setattr(sys, "executable", f"{folder}/bin/python")
    monkeypatch.delenv("PYTHONPATH", raising=False)
    for _ in range(2):
        isolation.isolate_jobs()
        assert shlex.split(sys.executable) == [f"{folder}/bin/python", *start_options()]
        assert str(start) in start_options()


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_command_may_be_cut_at_any_slash(folder):
    """Snakemake passes on what stands before the last one, as an argument."""
    words = [f"{folder}/bin/python", "-I", f"{folder}/start.py"]
    line = isolation.command_line(words)
    said = 'printf "%s\\n" "$@"'
    for place in [i for i, sign in enumerate(line) if sign == "/"] + [len(line)]:
        command = f"set -- {line[:place]}; {said}"
        done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == words


def test_a_folder_with_a_line_break_is_refused(monkeypatch, capsys):
    monkeypatch.setattr(sys, "executable", "/a\nb/bin/python")
    monkeypatch.delenv("PYTHONPATH", raising=False)
    with pytest.raises(SystemExit):
        isolation.isolate_jobs()
    assert "has a line break" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["PYTHONPATH", "PYTHONHOME"])
def test_snakemake_itself_is_not_led_to_other_modules(name):
    refuse_other_modules({})
    refuse_other_modules({name: ""})
    with pytest.raises(StudyError, match=f"unset {name}, and run again"):
        refuse_other_modules({name: "/elsewhere"})
    with pytest.raises(StudyError, match="is set"):
        refuse_other_modules({name: f"/elsewhere:{ROOT / 'src'}"})


def test_the_checkouts_own_path_is_no_other():
    refuse_other_modules({"PYTHONPATH": str(ROOT / "src")})
    refuse_other_modules({"PYTHONPATH": project().python_path()})


def test_this_environment_has_the_libraries_of_the_jobs():
    found = installed.here()
    assert {"pandas", "pyarrow", "scipy", "snakemake", "weasyprint"} <= {*found.distributions}
    assert "pandas/core/frame.py" in found.files
    assert "pytest" not in found.distributions
