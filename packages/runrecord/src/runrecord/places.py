"""Name a file so that the name holds on another machine and under another path.

A file in the working folder or in the repository is named relative to it (parts of the repository
that are installed elsewhere as if they lay in it, `Project.at`), and any other file
relative to the study's folder (``study/...``). The way from the working folder to those places is
kept apart from the names, so that two runs in different folders compare equal and a reader still
finds the files.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from runrecord.project import project

FOLDER, REPOSITORY, STUDY = "folder", "repository", "study"
OUTSIDE = "outside/"
"""Begins the name of a file in none of the places: then come its folder's name and its own."""
CACHED_SOURCE = re.compile(r"^.*/snakemake-runtime-cache/[^/]+/file(?=/)")
"""What Snakemake puts before the path of a source file that it has copied to its cache."""


class Places:
    """The working folder, the repository and the study's folder of one run."""

    def __init__(self, folder: str | Path, repository: str | Path, config: Any = None) -> None:
        self.roots = {FOLDER: os.path.abspath(folder), REPOSITORY: os.path.abspath(repository)}
        self.roots |= {part: os.path.abspath(at) for part, at in project().at.items()}
        self.elsewhere: dict[str, str] = {}
        self._config = config if isinstance(config, Mapping) else {}
        study = self._config.get(FOLDER)
        if isinstance(study, str) and os.path.isabs(study):
            self.roots[STUDY] = os.path.normpath(study)

    def name(self, path: str | Path) -> str:
        """Return the name of ``path`` and remember its place if that is not the working folder."""
        real = source_path(path)
        place = self._place(real) or self._place(os.path.realpath(real))
        if place is None and (study := self._study_above(real)) and STUDY not in self.roots:
            place = STUDY
            self.roots[STUDY] = study
        if place is None:
            place = f"{OUTSIDE}{os.path.basename(os.path.dirname(real))}"
            self.roots.setdefault(place, os.path.dirname(real))
        root = self.roots[place]
        if not _within(real, root):
            real, root = os.path.realpath(real), os.path.realpath(root)
        name = Path(os.path.relpath(real, root)).as_posix()
        if place == REPOSITORY and os.path.exists(os.path.join(self.roots[FOLDER], name)):
            name = f"{REPOSITORY}/{name}"  # the working folder has a file of that name, too
        elif place not in (FOLDER, REPOSITORY):
            name = f"{place}/{name}"
        if place != FOLDER:
            self.elsewhere[name] = place
        return name

    def used(self) -> dict[str, str]:
        """Return the way from the working folder to each place that a name was given from."""
        folder = self.roots[FOLDER]
        return {
            place: Path(os.path.relpath(self.roots[place], folder)).as_posix()
            for place in sorted(set(self.elsewhere.values()))
        }

    def _study_above(self, real: str) -> str | None:
        """Return the study's folder, seen from a file of the study.

        The configuration names files relative to the study's folder, which is relative to a
        configuration file that a job does not know. The path of a file that it names ends in that
        name; what stands before is the folder.
        """
        for leaf in _texts(self._config):
            tail = "/" + os.path.normpath(leaf) if leaf else ""
            if real.endswith(tail) and ("." in tail or tail.count("/") > 1):
                return real.removesuffix(tail)
            if tail.count("/") > 1 and f"{tail}/" in real:
                return real[: real.rindex(f"{tail}/")]
        return None

    def _place(self, real: str) -> str | None:
        """Return the innermost known place that holds ``real``; the working folder wins a tie."""
        holding = [
            place
            for place, root in self.roots.items()
            if not place.startswith(OUTSIDE)
            and (_within(real, root) or _within(real, os.path.realpath(root)))
        ]
        return max(holding, key=lambda place: len(self.roots[place]), default=None)


def real_path(name: str, place: str, places: Mapping[str, str], folder: str | Path) -> Path:
    """Return where the file ``name`` of ``place`` is, seen from the working folder ``folder``."""
    if place == FOLDER:
        return Path(folder) / name
    rest = name.removeprefix(f"{place}/")
    return Path(os.path.normpath(Path(folder) / places[place] / rest))


def source_path(path: str | Path) -> str:
    """Return the absolute path; for Snakemake's copy of a source file, that of the original."""
    real = os.path.abspath(path)
    original = CACHED_SOURCE.sub("", real)
    return original if os.path.exists(original) else real


def repository_of(script: str | Path | None) -> str:
    """Return the root of the repository: the nearest folder above the script with a Snakefile.

    Without one (a test, another layout) it is the root of the project.
    """
    if script is not None:
        for folder in Path(source_path(script)).parents:
            if (folder / "Snakefile").is_file() or (folder / "pyproject.toml").is_file():
                return str(folder)
    return str(project().root)


def _texts(value: Any) -> Iterator[str]:
    """Yield the relative texts in a configuration that may name a file."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str) and re.fullmatch(r"[^\s/.][^\n]*[./][^\n]*", value):
        yield value


def _within(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)
