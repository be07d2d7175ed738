"""Keyed commitments, and a Merkle tree over them that proves that one of them is in it.

The tree is that of RFC 6962 (section 2.1) with SHA-256: a leaf is hashed behind a byte 0 and a node
behind a byte 1, so that no node passes for a leaf. What stands in a leaf is a commitment: an
HMAC-SHA256 of the entry under a key of the entry's own. Who has no key learns nothing from a leaf,
not even by guessing what the entry may be; who is given the key and the entry can check it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence

EMPTY = hashlib.sha256(b"").digest()
"""The root of a tree without leaves, as RFC 6962 has it."""


def leaf_hash(content: bytes) -> bytes:
    """Return the hash of a leaf."""
    return hashlib.sha256(b"\0" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node above two others."""
    return hashlib.sha256(b"\1" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root above the hashes of leaves.

    Folding level by level, with an odd last node carried up as it is, gives RFC 6962's tree.
    """
    if not leaves:
        return EMPTY
    level = list(leaves)
    while len(level) > 1:
        level = _above(level)
    return level[0]


def path_of(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the hashes beside the way from the leaf at ``index`` up to the root.

    Raises:
        IndexError: there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    level, path = list(leaves), []
    while len(level) > 1:
        beside = index ^ 1
        if beside < len(level):
            path.append(level[beside])
        level, index = _above(level), index // 2
    return path


def root_from(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root that a leaf and its path lead to; None where the path has a wrong length."""
    if not 0 <= index < size:
        return None
    rest = list(path)
    found = leaf
    while size > 1:
        if index ^ 1 < size:
            if not rest:
                return None
            beside = rest.pop(0)
            found = node_hash(beside, found) if index & 1 else node_hash(found, beside)
        index, size = index // 2, (size + 1) // 2
    return None if rest else found


def entry_key(secret: bytes, entry: Sequence[str]) -> bytes:
    """Return the key of one entry; it tells nothing of the secret or of other keys.

    Args:
        secret: the secret of the restricted bundle.
        entry: what the entry is called: its kind and name, without its content.
    """
    return hmac.digest(secret, _exact("key", *entry), "sha256")


def commitment(key: bytes, entry: Sequence[str]) -> bytes:
    """Return the commitment to an entry: its kind, name and content."""
    return hmac.digest(key, _exact("entry", *entry), "sha256")


def committed_leaf(key: bytes, entry: Sequence[str]) -> bytes:
    """Return the hash of the leaf that holds the commitment to an entry."""
    return leaf_hash(commitment(key, entry))


def _above(level: list[bytes]) -> list[bytes]:
    pairs = [node_hash(*level[at : at + 2]) for at in range(0, len(level) - 1, 2)]
    return pairs + level[-1:] if len(level) % 2 else pairs


def _exact(*parts: str) -> bytes:
    """Return text from which the parts can be told apart again."""
    return json.dumps(parts, ensure_ascii=True, separators=(",", ":")).encode()
