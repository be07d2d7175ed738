"""Run a file for GitHub Actions or GitLab on this machine, its steps read from the file itself.

    python -m tools.run_ci_file REPOSITORY .github/workflows/trialtrail.yml --before COMMIT

The repository is cloned at its present commit, and the steps of each job are run by bash in the
clone, in order and by their conditions. What GitHub or GitLab bring stands in: a check-out is the
clone, Python an environment of its own, the cache and the artifacts are folders. `sudo` gives the
command on where this is root, `gh` writes down what it was asked. Steps may be replaced by name.

It knows what the files of `trialtrail ci init` use, and stops at anything else.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
WORD = re.compile(r"'[^']*'|[A-Za-z_][\w.\-]*(?:\(\))?|&&|\|\||==|!=|!|[()]")
OPERATORS = {"&&": " and ", "||": " or ", "==": "==", "!=": "!=", "!": " not ", "(": "(", ")": ")"}
SHELL = ("bash", "--noprofile", "--norc", "-eo", "pipefail")
SUDO = """#!/bin/sh
if [ "$(id -u)" = 0 ]; then exec "$@"; fi
echo "left out, as this is not root: $*"
"""
GH = """#!/bin/sh
printf "%s\\n" "$*" >> "$GH_SAID"
case "$*" in *" --jq "*) printf "%s" "$GH_KNOWN" ;; esac
"""
"""Writes down what it was asked; as comments that there are it tells the ids of GH_KNOWN."""


@dataclass
class Step:
    """What became of a step: its name, `ran`, `left out` or `failed`, and seconds."""

    name: str
    state: str
    seconds: float = 0.0


@dataclass
class Ran:
    """What a run of a file left.

    Attributes:
        folder: holds `artifacts/NAME`, `log.txt`, and `gh.txt`, what `gh` was asked.
        steps: of all jobs, in order.
        failed: whether a job failed.
    """

    folder: Path
    steps: list[Step] = field(default_factory=list)
    failed: bool = False

    @property
    def log(self) -> str:
        """Return all that the steps said."""
        return (self.folder / "log.txt").read_text(encoding="utf-8")

    def artifact(self, name: str) -> list[str]:
        """Return the files of an artifact, by their paths in it."""
        base = self.folder / "artifacts" / name
        return sorted(p.relative_to(base).as_posix() for p in base.rglob("*") if p.is_file())


class Machine:
    """A folder with a clone for each job, and what is kept between jobs and runs."""

    def __init__(
        self, repository: Path, folder: Path, replaced: dict[str, str], path: str = ""
    ) -> None:
        self.repository, self.folder, self.replaced = repository, folder, replaced
        self.ran = Ran(folder)
        self.tools = folder / "tools"
        self.around = {k: v for k, v in os.environ.items() if not k.startswith(("GITHUB_", "CI_"))}
        self.around["PATH"] = os.pathsep.join(
            filter(None, (str(self.tools), path, os.environ["PATH"]))
        )
        self.around |= {"CI": "true", "GH_SAID": str(folder / "gh.txt")}
        self.around.setdefault("GH_KNOWN", "")
        self.python = path
        self.tools.mkdir(parents=True, exist_ok=True)
        for name, text in (("sudo", SUDO), ("gh", GH)):
            (self.tools / name).write_text(text)
            (self.tools / name).chmod(0o755)
        (folder / "log.txt").touch()

    def clone(self, name: str) -> Path:
        """Return a clone of the repository at its present commit."""
        work = self.folder / "work" / name
        work.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["git", "clone", "-q", str(self.repository), str(work)], check=True)
        return work

    def set_up_python(self) -> None:
        """Put an environment of its own before the path, unless one was given."""
        if self.python:
            return
        place = self.folder / "python"
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        self.around["PATH"] = os.pathsep.join((str(place / "bin"), self.around["PATH"]))

    def shell(self, name: str, script: str, folder: Path, variables: dict[str, str]) -> bool:
        """Run a script; return whether it ended well."""
        begun = time.monotonic()
        script = self.replaced.get(name, script)
        with (self.folder / "log.txt").open("a", encoding="utf-8") as log:
            log.write(f"## {name}\n")
            log.flush()
            done = subprocess.run(
                [*SHELL, "-c", script],
                cwd=folder,
                env=self.around | variables,
                stdout=log,
                stderr=subprocess.STDOUT,
                check=False,
            )
        good = done.returncode == 0
        self.note(name, "ran" if good else "failed", time.monotonic() - begun)
        return good

    def note(self, name: str, state: str, seconds: float = 0.0) -> None:
        """Keep what became of a step."""
        self.ran.steps.append(Step(name, state, seconds))

    def keep(self, name: str, work: Path, paths: list[str]) -> None:
        """Keep files as an artifact, by their paths in the clone."""
        base = self.folder / "artifacts" / name
        base.mkdir(parents=True, exist_ok=True)
        for path in paths:
            source = work / path
            if source.is_dir():
                shutil.copytree(source, base / path, dirs_exist_ok=True)
            elif source.is_file():
                (base / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, base / path)


def run_github(
    repository: Path,
    file: str,
    folder: Path,
    *,
    before: str = "",
    replaced: dict[str, str] | None = None,
    path: str = "",
    fork: bool = False,
) -> Ran:
    """Run a workflow of GitHub Actions.

    Args:
        repository: a git repository; its present commit is what is checked.
        file: the workflow, as a path in it.
        folder: where all is done; it is made.
        before: the commit before the change, of a pull request; else it is a push.
        replaced: by name of a step, what is run in its place.
        path: a folder with the Python and the command that are to be used; else Python is set up.
        fork: whether the pull request is from a fork.
    """
    machine = Machine(repository, folder, replaced or {}, path)
    flow = yaml.safe_load((repository / file).read_text(encoding="utf-8"))
    known = {
        "github.event_name": "pull_request" if before else "push",
        "github.event.pull_request.base.sha": before,
        "github.event.pull_request.number": "7",
        "github.event.pull_request.head.repo.full_name": "other/study" if fork else "own/study",
        "github.repository": "own/study",
        "github.token": "no-token",
        "github.ref": "refs/heads/change",
    }
    states: dict[str, bool] = {}
    for name, job in flow["jobs"].items():
        needs = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
        well = all(states[need] for need in needs)
        if not _holds(job.get("if", ""), known, well):
            machine.note(name, "left out")
            continue
        states[name] = _github_job(machine, name, job, known)
    machine.ran.failed = not all(states.values())
    return machine.ran


def _github_job(
    machine: Machine, job_name: str, job: dict[str, Any], known: dict[str, str]
) -> bool:
    work = machine.folder / "work" / job_name
    summary = machine.folder / "summary.md"
    settings = job.get("defaults", {}).get("run", {})
    well = True
    for step in job["steps"]:
        name = step.get("name", step.get("uses", ""))
        if not _holds(step.get("if", ""), known, well):
            machine.note(name, "left out")
            continue
        if "uses" in step:
            _use(machine, name, step, work)
            continue
        work.mkdir(parents=True, exist_ok=True)
        given = {key: _filled(str(value), known) for key, value in step.get("env", {}).items()}
        given |= {"GITHUB_STEP_SUMMARY": str(summary), "GITHUB_ACTIONS": "true"}
        folder = work / settings.get("working-directory", ".")
        well = machine.shell(name, _filled(step["run"], known), folder, given) and well
    return well


def _use(machine: Machine, name: str, step: dict[str, Any], work: Path) -> None:
    """Do what an action does, by its name."""
    action, given = step["uses"].partition("@")[0], step.get("with", {})
    begun = time.monotonic()
    if action == "actions/checkout":
        machine.clone(work.name)
    elif action == "actions/setup-python":
        lock = work / given["cache-dependency-path"]
        if not lock.is_file():
            raise ValueError(f"{lock.name} is not there: it is what the cache goes by")
        machine.set_up_python()
    elif action == "actions/upload-artifact":
        machine.keep(given["name"], work, given["path"].split())
    elif action == "actions/download-artifact":
        for source in (machine.folder / "artifacts" / given["name"]).rglob("*"):
            if source.is_file():
                # The paths of an artifact begin where all of its files have their folder in common.
                work.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, work / source.name)
    else:
        raise ValueError(f"no stand-in is known for the action {action}")
    machine.note(name, "ran", time.monotonic() - begun)


def _filled(text: str, known: dict[str, str]) -> str:
    return EXPRESSION.sub(lambda found: str(_value(found[1], known, True)), text)


def _holds(condition: str, known: dict[str, str], well: bool) -> bool:
    """Return whether a step or job is run: without a condition, where all before went well."""
    if not condition:
        return well
    inner = EXPRESSION.fullmatch(condition.strip())
    text = inner[1] if inner else condition
    has_state = re.search(r"\b(always|cancelled|failure|success)\(\)", text)
    return bool(_value(text, known, well)) and (well or bool(has_state))


def _value(text: str, known: dict[str, str], well: bool) -> Any:
    """Return the value of an expression of GitHub, of names, texts, == != && || and !."""
    states = {"always()": True, "cancelled()": False, "success()": well, "failure()": not well}
    parts = []
    for word in WORD.findall(text):
        if word in OPERATORS:
            parts.append(OPERATORS[word])
        elif word.startswith("'"):
            parts.append(repr(word[1:-1]))
        else:
            parts.append(repr((states | known)[word]))
    return eval("".join(parts), {"__builtins__": {}})


def run_gitlab(
    repository: Path,
    file: str,
    folder: Path,
    *,
    before: str = "",
    replaced: dict[str, str] | None = None,
    path: str = "",
) -> Ran:
    """Run a file of GitLab, as `run_github` does; ``replaced`` has `before_script` or `script`."""
    machine = Machine(repository, folder, replaced or {}, path)
    flow = yaml.safe_load((repository / file).read_text(encoding="utf-8"))
    variables = {
        "CI_PIPELINE_SOURCE": "merge_request_event" if before else "push",
        "CI_DEFAULT_BRANCH": "main",
        "CI_COMMIT_BRANCH": "" if before else "main",
    }
    variables |= {"CI_MERGE_REQUEST_DIFF_BASE_SHA": before} if before else {}
    rules = flow.get("workflow", {}).get("rules", [])
    if rules and not any(_rule_holds(rule["if"], variables) for rule in rules):
        return machine.ran
    for name, job in flow.items():
        if name == "workflow":
            continue
        work = machine.clone(name)
        own = {key: str(value) for key, value in job.get("variables", {}).items()}
        given = variables | {"CI_PROJECT_DIR": str(work)} | own
        given = {k: v.replace("$CI_PROJECT_DIR", str(work)) for k, v in given.items()}
        for key in job["cache"]["key"]["files"]:
            if not (work / key).is_file():
                raise ValueError(f"{key} is not there: it is what the cache goes by")
        machine.set_up_python()
        # Both are one script: a change of the folder in the first is one for the second.
        parts = [machine.replaced.get(p, "\n".join(job[p])) for p in ("before_script", "script")]
        good = machine.shell(name, "\n".join(parts), work, given)
        if good or job["artifacts"]["when"] == "always":
            machine.keep(name, work, job["artifacts"]["paths"])
        machine.ran.failed = machine.ran.failed or not good
    return machine.ran


def _rule_holds(rule: str, variables: dict[str, str]) -> bool:
    left, _, right = (part.strip() for part in rule.partition("=="))
    value = right.strip('"') if right.startswith('"') else variables.get(right[1:], "")
    return variables.get(left[1:], "") == value


def main(words: list[str] | None = None) -> int:
    """Run the file that is named; tell of each step what became of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("repository", type=Path)
    parser.add_argument("file", help="as a path in the repository")
    parser.add_argument("--before", default="", metavar="COMMIT", help="it is a pull request on it")
    parser.add_argument("--folder", type=Path, help="where all is done and kept")
    parser.add_argument("--path", default="", help="a folder with the commands to use")
    parser.add_argument(
        "--replace", nargs=2, action="append", default=[], metavar=("STEP", "SCRIPT")
    )
    options = parser.parse_args(words)
    folder = (options.folder or Path(tempfile.mkdtemp(prefix="trialtrail-ci-"))).resolve()
    run = run_gitlab if Path(options.file).name.startswith(".gitlab") else run_github
    ran = run(
        options.repository.resolve(),
        options.file,
        folder,
        before=options.before,
        replaced=dict(options.replace),
        path=options.path,
    )
    for step in ran.steps:
        print(f"{step.state:<8} {step.seconds:6.1f} s  {step.name}")
    print(f"{'failed' if ran.failed else 'done'}: {folder}")
    return int(ran.failed)


if __name__ == "__main__":
    sys.exit(main())
