"""Public keys of readers: which are taken, and why another is not.

Taken are the keys of age (``age1...``: age-encryption.org/v1, X25519) and ed25519 keys of SSH. The
library that encrypts reads them, so what passes here can be encrypted for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Problem = tuple[str, list, str]
"""What is wrong, the path of keys to it, and what to do."""
AGE, SSH = "age1", "ssh-ed25519 "
SECRET = ("AGE-SECRET-KEY-", "-----BEGIN")
DO = "write the public key: `age1...`, as age-keygen prints it, or `ssh-ed25519 ...` of a .pub file"


def recipient_of(key: str) -> Any:
    """Return what the library encrypts for.

    Raises:
        ValueError: the key is of another kind, or damaged; its text says which.
    """
    from pyrage import RecipientError, ssh, x25519

    key = key.strip()
    if key.upper().startswith(SECRET):
        raise ValueError("is a secret key, which no one but the reader may hold")
    if not key.startswith((AGE, SSH)) or "\n" in key:
        raise ValueError("is of no kind that is taken")
    try:
        return (ssh if key.startswith(SSH) else x25519).Recipient.from_str(key)
    except RecipientError:
        raise ValueError("is damaged: a sign is wrong, or some are missing") from None


def reader_problems(config: Mapping) -> Iterator[Problem]:
    """Yield what is wrong with the readers of the closed edition."""
    names: set[str] = set()
    keys: set[str] = set()
    for i, reader in enumerate(config.get("committee", {}).get("readers", [])):
        path = ["committee", "readers", i]
        try:
            recipient_of(reader["key"])
        except ValueError as error:
            yield f"The key of a reader {error}", [*path, "key"], DO
        name, key = " ".join(reader["name"].split()), bare(reader["key"])
        if name in names:
            yield f"Two readers are called `{name}`", [*path, "name"], "give each a name of its own"
        if key in keys:
            yield "Two readers have one key", [*path, "key"], "give each a key of their own"
        names.add(name)
        keys.add(key)


def bare(key: str) -> str:
    """Return a key without the comment that one of SSH may end in."""
    return " ".join(key.split()[:2])
