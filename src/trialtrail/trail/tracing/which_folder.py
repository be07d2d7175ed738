"""Find the results folder that a question is about: the one that its path lies in."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from runrecord.graph import LINEAGE

from trialtrail.trail.tracing.table_files import Unknown

DEFAULT = Path("results")
LARGEST_ZIP = 8 << 30
"""Bytes of a zip when it is unpacked: of more, the person is asked to unpack it."""
ZIP = ".zip"


@dataclass(frozen=True)
class Asked:
    """What is asked, and of which results folder.

    Attributes:
        results: the folder.
        address: the file, cell or number within it, as `lookup.find` takes it.
        name: how the folder is named to the person; empty where it is the one of this place.
    """

    results: Path
    address: str
    name: str = ""


@contextmanager
def folder_of(asked: str, given: str | None) -> Iterator[Asked]:
    """Give the results folder that an address is about.

    That is the one given by name; else the one that the path lies in or beside; else `results`.
    A zip is unpacked for as long as the context lasts.

    Args:
        asked: the address as typed, ``PATH[#row/column | #id]``.
        given: the results folder, where the person names it.

    Raises:
        Unknown: the path is a results folder and nothing of it is asked, or a zip without one.
    """
    path, hash_, fragment = asked.partition("#")
    file, inside = _zip_in(path)
    if given is not None:
        yield Asked(Path(given), asked, "" if Path(given) == DEFAULT else given)
    elif file is not None:
        with TemporaryDirectory() as unpacked:
            root = _unpack(file, Path(unpacked))
            within = _named(Path(unpacked) / inside, root) if inside else ""
            yield Asked(root, _address(within, hash_, fragment, path), file.as_posix())
    elif (root := root_of(Path(path))) is not None:
        whole = "" if Path(path).resolve() in (root.resolve(), root.parent.resolve()) else path
        is_here = root.resolve() == DEFAULT.resolve()
        name = "" if is_here else root.as_posix()
        yield Asked(root, _address(whole, hash_, fragment, path), name)
    elif not (DEFAULT / LINEAGE).is_file() and (root := _root_around(Path.cwd())) is not None:
        within = Path(path).resolve().as_posix() if path and Path(path).exists() else path
        yield Asked(root, _address(within, hash_, fragment, path), root.as_posix())
    else:
        yield Asked(DEFAULT, asked)


def _root_around(folder: Path) -> Path | None:
    """Return the results folder that a folder lies in; None where it lies in none."""
    return next((each for each in (folder, *folder.parents) if (each / LINEAGE).is_file()), None)


def root_of(path: Path) -> Path | None:
    """Return the results folder that a path lies in, or beside; None where there is none.

    The path need not exist: what is asked for may be the file that is absent.
    """
    if path.is_absolute() or path.exists() or len(path.parts) > 1:
        for folder in (path, *path.parents):
            for root in (folder, folder / "results"):
                if (root / LINEAGE).is_file():
                    return root
    return None


def _named(file: Path, root: Path) -> str:
    """Return an unpacked file as the lineage names it: nothing tells where it was unpacked."""
    if file.is_relative_to(root):
        return f"results/{file.relative_to(root).as_posix()}"
    beside = file.is_relative_to(root.parent)
    return file.relative_to(root.parent).as_posix() if beside else file.name


def _address(path: str, hash_: str, fragment: str, asked: str) -> str:
    if path:
        return f"{path}{hash_}{fragment}"
    if fragment:
        return fragment
    raise Unknown(
        f"`{asked}` has results, and nothing of them is asked for",
        remedy=f"add the id of a printed number, `{asked}#ID`, or a file in it",
    )


def _zip_in(path: str) -> tuple[Path | None, str]:
    """Return the zip that a path leads into, and the rest of the path."""
    parts = Path(path).parts
    for at in range(1, len(parts) + 1):
        file = Path(*parts[:at])
        if file.suffix.lower() == ZIP and file.is_file():
            return file, "/".join(parts[at:])
    return None, ""


def _unpack(file: Path, into: Path) -> Path:
    try:
        with zipfile.ZipFile(file) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
            if size > LARGEST_ZIP:
                what = f"`{file.as_posix()}` is too large to be unpacked for one question"
                raise Unknown(what, remedy="unpack it, and name a path in the folder")
            for entry in packed.infolist():
                # Some programs on Windows write folders so; `extract` keeps to the folder.
                entry.filename = entry.filename.replace("\\", "/")
                packed.extract(entry, into)
    except (zipfile.BadZipFile, OSError, RuntimeError):
        raise Unknown(f"`{file.as_posix()}` cannot be unpacked") from None
    roots = sorted(into.rglob(LINEAGE), key=lambda each: (len(each.parts), each))
    if not roots:
        what = f"`{file.as_posix()}` holds no results folder with a lineage"
        raise Unknown(what, remedy="a public bundle has none: ask for the restricted one")
    return roots[0].parents[1]
