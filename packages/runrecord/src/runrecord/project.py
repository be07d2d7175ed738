"""What the record-keeping has to know of the workflow that uses it.

A workflow says it once, where its own code is imported: ``set_project(Project(root=..., ...))``.
One that says nothing is known by the repository that its script lies in.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Project:
    """A workflow whose runs are recorded.

    Attributes:
        root: the folder of the repository.
        name: the name of its command and of its distribution, if it has one; environment variables
            begin with it, in capitals (``NAME_CONFINE``, ``NAME_TRACEBACK``).
        packages: its packages, by their names -> their folders, from the root. A record names each
            module of them that a job loaded, and code is followed into them (`code_closure`).
        sources: folders from which jobs import first, from the root.
        entry: modules of the packages that every job loads and takes no result from. An isolated
            job imports them before its script, so the one that says what the project is belongs
            here.
        kinds: what a file of the results is, by how its path begins; the first that fits.
        folders: what a file of the repository is, by the folder at its top.
        endings: what another file that is no result is, by how its name ends; raw data otherwise.
        lock: the lock file of the libraries, from the root, unless the environment names another.
        beside: distributions that decide results and come with others.
        at: where parts of the repository lie that are installed elsewhere: their paths from the
            root -> their folders. Records name them as if they lay under the root, so that a run
            of a checkout and one of an installed wheel have the same names.
    """

    root: Path
    name: str = "runrecord"
    packages: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    entry: tuple[str, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    folders: Mapping[str, str] = field(default_factory=dict)
    endings: Mapping[str, str] = field(default_factory=dict)
    lock: str = "requirements/lock.txt"
    beside: tuple[str, ...] = ("numpy",)
    at: Mapping[str, Path] = field(default_factory=dict)

    def path(self, name: str) -> Path:
        """Return where a file or folder of the repository is, by its path from the root."""
        for part, folder in self.at.items():
            if name == part or name.startswith(f"{part}/"):
                return folder / name[len(part) + 1 :]
        return self.root / name

    def code_folders(self) -> list[Path]:
        """Return the folders of all code of the project, that of its machinery too."""
        named = {*self.sources, *self.packages.values(), *self.at}
        return [self.path(name) for name in sorted(named)]

    def modules_in(self, name: str) -> list[Path]:
        """Return the files of Python in a folder of the repository, sorted.

        What a wheel has brought into the folder of a package is not of that package.
        """
        folder = self.path(name)
        brought = self.root if self.at else None
        found = sorted(folder.rglob("*.py"))
        inside = brought is not None and folder != brought and folder in brought.parents
        return [path for path in found if brought not in path.parents] if inside else found

    def variable(self, what: str) -> str:
        """Return the name of an environment variable of the workflow, such as NAME_CONFINE."""
        return f"{self.name.upper().replace('-', '_')}_{what}"

    def python_path(self) -> str:
        """Return the value of PYTHONPATH by which Python finds the sources of the project."""
        return os.pathsep.join(str(self.path(part)) for part in self.sources)

    def is_own(self, module: str) -> bool:
        """Return whether a module is of the workflow's packages, and results may rest on it."""
        return module.split(".")[0] in self.packages and module not in self.entry


_used: list[Project] = []


def set_project(project: Project) -> None:
    """Have this process keep the records of ``project``."""
    _used[:] = [project]


def project() -> Project:
    """Return the workflow whose records this process keeps.

    Without one, it is that of the working folder.
    """
    return _used[0] if _used else Project(root=Path.cwd())


def is_used() -> bool:
    """Return whether a workflow has said what it is."""
    return bool(_used)
