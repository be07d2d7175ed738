"""Prove that a file or a cell is one of the full results, and check such a proof.

An entry is a file (name, SHA-256) or a result table by its cells (name, root of a tree over them);
a cell is an entry of its table's tree (address, value). Each is committed to under a key of its
own.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import hmac
import io
import json
import zipfile
from pathlib import Path
from typing import Any

from trialtrail.errors import StudyError
from trialtrail.lineage.digest import json_text
from trialtrail.lineage.release.merkle import committed_leaf, entry_key, path_of, root_from, root_of
from trialtrail.results.cells import nearest
from trialtrail.results.disclosure import MARK

FORM = "trialtrail-bundle/1"
PROOF = "trialtrail-proof/1"
HEAD, SECRET = "bundle.json", "bundle/secret.hex"
TABLE = "results/tables/"


class Tree:
    """The Merkle tree of the full results.

    Attributes:
        tables: by name, columns and rows of each result table whose rows have ids of their own.
        leaves: the hashes of the leaves, in order of the hash: places tell nothing of names.
    """

    def __init__(self, whole: dict[str, bytes], secret: bytes) -> None:
        digests = {name: hashlib.sha256(data).hexdigest() for name, data in whole.items()}
        # A key that was given away for one state of the results must open no other state of them.
        state = hashlib.sha256(json_text(digests).encode()).digest()
        self.secret = hmac.digest(secret, b"state" + state, "sha256")
        self.tables = {
            name: table
            for name, data in sorted(whole.items())
            if name.startswith(TABLE) and name.endswith(".csv")
            if (table := read_table(data)) is not None
        }
        self.cells = {name: self._cells(name) for name in self.tables}
        self.entries = {("file", name): digest for name, digest in digests.items()}
        for name, leaves in self.cells.items():
            self.entries["cells", name] = root_of(leaves).hex()
        made = {entry: self._leaf(entry) for entry in self.entries}
        self.leaves = sorted(made.values())
        place = {leaf: at for at, leaf in enumerate(self.leaves)}
        self.index = {entry: place[leaf] for entry, leaf in made.items()}
        self.root = root_of(self.leaves)

    def open_file(self, name: str) -> dict[str, Any]:
        """Return what proves a file: key, place and path."""
        return self._open(("file", name))

    def open_table(self, name: str, released: list[list[str]]) -> dict[str, Any]:
        """Return what proves the cells of a table that are released: key or leaf of each."""
        columns, rows = self.tables[name]
        told = []
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if released[at][column] == cell:
                    told.append(self._key("cell", f"{name}#{row[0]}/{columns[column]}").hex())
                else:
                    told.append(f"leaf:{self.cells[name][at * len(columns) + column].hex()}")
        return self._open(("cells", name)) | {"cells": told}

    def prove(self, asked: str) -> dict[str, Any]:
        """Return the proof of a file, or of a cell ``file#row/column``.

        Raises:
            StudyError: there is no such file or cell.
        """
        name, _, address = asked.partition("#")
        about: dict[str, Any] = {"form": PROOF, "root": self.root.hex(), "leaves": len(self.leaves)}
        if ("file", name) not in self.entries:
            known = [entry[1] for entry in self.entries if entry[0] == "file"]
            raise StudyError(f"`{name}` is not in the bundle{nearest(name, known)}")
        if not address:
            sha256 = self.entries["file", name]
            return about | self.open_file(name) | {"kind": "file", "sha256": sha256}
        columns, rows = self.tables.get(name, ([], []))
        row, _, column = address.rpartition("/")
        ids = [cells[0] for cells in rows]
        if not columns:
            raise StudyError(
                f"The cells of `{name}` are not committed to one by one",
                rule="of a result table each cell can be proven, of another file the whole",
                remedy=f"give the file without its cell: trialtrail prove {name}",
            )
        if row not in ids or column not in columns:
            near = nearest(row, ids) if row not in ids else nearest(column, columns)
            raise StudyError(f"`{name}` has no cell `{address}`{near}")
        at, across = ids.index(row), columns.index(column)
        place = at * len(columns) + across
        inner = {
            "address": f"{name}#{address}",
            "value": rows[at][across],
            "key": self._key("cell", f"{name}#{address}").hex(),
            "index": place,
            "leaves": len(self.cells[name]),
            "path": [step.hex() for step in path_of(place, self.cells[name])],
        }
        return about | self._open(("cells", name)) | {"kind": "cell", "cell": inner}

    def _open(self, entry: tuple[str, str]) -> dict[str, Any]:
        index = self.index[entry]
        path = [step.hex() for step in path_of(index, self.leaves)]
        return {"name": entry[1], "key": self._key(*entry).hex(), "index": index, "path": path}

    def _cells(self, name: str) -> list[bytes]:
        columns, rows = self.tables[name]
        return [
            committed_leaf(self._key("cell", address), ("cell", address, cell))
            for row in rows
            for column, cell in zip(columns, row, strict=True)
            for address in [f"{name}#{row[0]}/{column}"]
        ]

    def _leaf(self, entry: tuple[str, str]) -> bytes:
        return committed_leaf(self._key(*entry), (*entry, self.entries[entry]))

    def _key(self, kind: str, name: str) -> bytes:
        return entry_key(self.secret, (kind, name))


def read_table(data: bytes) -> tuple[list[str], list[list[str]]] | None:
    """Return columns and rows of a CSV; None where cells have no address of their own."""
    try:
        lines = list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))
    except (UnicodeDecodeError, csv.Error):
        return None
    if not lines:
        return None
    columns, rows = lines[0], lines[1:]
    even = all(len(row) == len(columns) for row in rows)
    alone = len({row[0] for row in rows if row}) == len(rows) and len(set(columns)) == len(columns)
    return (columns, rows) if even and alone else None


def check_proof(proof: dict[str, Any], root: bytes) -> bool:
    """Return whether a proof leads to ``root``."""
    content = proof.get("sha256", "")
    if proof["kind"] == "cell":
        cell = proof["cell"]
        entry = ("cell", cell["address"], cell["value"])
        if cell["address"].partition("#")[0] != proof["name"]:
            return False
        found = _climb(cell, committed_leaf(bytes.fromhex(cell["key"]), entry), cell["leaves"])
        content = found.hex() if found else ""
    kind = "cells" if proof["kind"] == "cell" else "file"
    return _leads(proof, (kind, proof["name"], content), proof["leaves"], root)


def check_bundle(path: Path, root: bytes | None = None) -> tuple[int, list[str]]:
    """Check every file and cell of a public bundle.

    Args:
        path: the public bundle.
        root: the root it must lead to; None takes the bundle's own word.

    Returns:
        How many files and cells are proven, and the names of those that are not.
    """
    with zipfile.ZipFile(path) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    head = json.loads(files[HEAD])
    told = bytes.fromhex(head["root"])
    if root is not None and not hmac.compare_digest(root, told):
        return 0, ["bundle.json: it has another root"]
    proven, wrong = 0, []
    for about in head["files"]:
        name = about["name"]
        digest = hashlib.sha256(files.get(name, b"")).hexdigest()
        if name in files and _leads(about, ("file", name, digest), head["leaves"], told):
            proven += 1
        else:
            wrong.append(name)
    for about in head["tables"]:
        found = _table_root(about, files.get(about["name"], b""))
        entry = ("cells", about["name"], found)
        if found and _leads(about, entry, head["leaves"], told):
            proven += sum(not cell.startswith("leaf:") for cell in about["cells"])
        else:
            wrong.append(about["name"])
    known = {about["name"] for about in [*head["files"], *head["tables"]]}
    return proven, sorted(wrong + [n for n in files if n not in known | OWN])


OWN = {HEAD, "lineage.json", "README.txt"}
"""Files of a public bundle that are made for it: no file of the full results."""


def _table_root(about: dict[str, Any], data: bytes) -> str:
    """Return the root of a table's tree, from its released cells and the leaves of the others."""
    table = read_table(data)
    if table is None or len(about["cells"]) != len(table[0]) * len(table[1]):
        return ""
    columns, rows = table
    told, leaves = iter(about["cells"]), []
    for row in rows:
        for column, cell in zip(columns, row, strict=True):
            given = next(told)
            if given.startswith("leaf:"):
                if cell != MARK:
                    return ""
                leaves.append(bytes.fromhex(given.removeprefix("leaf:")))
                continue
            address = f"{about['name']}#{row[0]}/{column}"
            leaves.append(committed_leaf(bytes.fromhex(given), ("cell", address, cell)))
    return root_of(leaves).hex()


def _climb(about: dict[str, Any], leaf: bytes, leaves: int) -> bytes | None:
    return root_from(leaf, about["index"], leaves, [bytes.fromhex(step) for step in about["path"]])


def _leads(about: dict[str, Any], entry: tuple[str, ...], leaves: int, root: bytes) -> bool:
    found = _climb(about, committed_leaf(bytes.fromhex(about["key"]), entry), leaves)
    return found is not None and hmac.compare_digest(found, root)


def add_prove_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `trialtrail prove`."""
    parser.add_argument("path", metavar="PATH[#row/column]", help="what to prove")
    parser.add_argument("--restricted", required=True, metavar="ZIP", help="the restricted bundle")


def prove_command(arguments: argparse.Namespace) -> int:
    """Print the proof of a file or cell, as JSON."""
    try:
        with zipfile.ZipFile(arguments.restricted) as packed:
            own = (f"bundle/{HEAD}", SECRET)
            whole = {name: packed.read(name) for name in packed.namelist() if name not in own}
            secret = bytes.fromhex(packed.read(SECRET).decode("ascii").strip())
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        raise StudyError("This is no restricted bundle", where=arguments.restricted) from None
    print(json_text(Tree(whole, secret).prove(arguments.path)), end="")
    return 0


def add_check_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `trialtrail check-proof`."""
    parser.add_argument("proof", metavar="PROOF.json | PUBLIC.zip", help="what to check")
    parser.add_argument("--root", metavar="HEX", help="the root, had from another source")
    parser.add_argument("--file", metavar="FILE", help="the file that the proof is of")


def check_command(arguments: argparse.Namespace) -> int:
    """Check a proof or a public bundle; return 0 if it holds, 1 otherwise."""
    try:
        root = bytes.fromhex(arguments.root) if arguments.root else None
        if zipfile.is_zipfile(arguments.proof):
            proven, wrong = check_bundle(Path(arguments.proof), root)
            for name in wrong:
                print(f"not proven: {name}")
            print(f"{proven} files and cells proven{_by(root)}")
            return 1 if wrong else 0
        proof = json.loads(Path(arguments.proof).read_text(encoding="utf-8"))
        holds = check_proof(proof, root or bytes.fromhex(proof["root"]))
        if holds and arguments.file:
            data = Path(arguments.file).read_bytes()
            holds = proof.get("sha256") == hashlib.sha256(data).hexdigest()
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise StudyError("This is no proof that can be read", where=arguments.proof) from None
    what = proof["cell"] if proof["kind"] == "cell" else proof
    told = f"{what['address']} = {what['value']}" if "address" in what else what["name"]
    print(f"{told}: {'proven' if holds else 'NOT proven'}{_by(root)}")
    return 0 if holds else 1


def _by(root: bytes | None) -> str:
    return "" if root else ", by the root it names itself: compare it with one you were given"
