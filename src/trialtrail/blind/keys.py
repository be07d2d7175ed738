"""The secret that says which arm is which letter, and which pseudonym each participant has.

Letters and pseudonyms are taken from keyed hashes (HMAC-SHA256, RFC 2104) with two secrets of 256
bits each, drawn apart: whoever has not the key can do no better than guess.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from trialtrail.errors import StudyError

FORM = "trialtrail-blinding-key/1"
SECRETS = ("arms", "people")
BYTES = 32
"""Bytes of each secret: 256 bits."""
LETTERS = string.ascii_uppercase
PSEUDONYM = 12
"""Letters of a pseudonym: 60 bits, so that no two of a million participants are likely alike."""
OTHERS = 0o077
"""Permissions of anybody but the owner."""
RULE = "the key of a blinded run is kept apart from all results, and only its owner can read it"


@dataclass(frozen=True)
class Key:
    """The two secrets: of the arms and of the pseudonyms."""

    arms: bytes
    people: bytes

    def letters(self, arms: Sequence[str]) -> dict[str, str]:
        """Return the letter of each arm: their order is that of the keyed hashes of their ids."""
        if len(arms) > len(LETTERS):
            raise StudyError(f"A trial of more than {len(LETTERS)} arms has too few letters")
        ordered = sorted(arms, key=lambda arm: _hash(self.arms, "arm", arm))
        return {arm: LETTERS[place] for place, arm in enumerate(ordered)}

    def pseudonyms(self, ids: Iterable[str], what: str = "P") -> dict[str, str]:
        """Return the pseudonym of each id: ``what`` and letters that only the key can give.

        Raises:
            StudyError: two ids have the same one.
        """
        wanted = list(dict.fromkeys(ids))
        found = {name: what + _letters(_hash(self.people, what, name)) for name in wanted}
        if len(set(found.values())) < len(found):
            raise StudyError(
                "Two pseudonyms are alike", rule=RULE, remedy="make a blinded study with a new key"
            )
        return found

    def scrambled(self, pseudonyms: Sequence[str], arms: int) -> dict[str, str]:
        """Return a letter of each pseudonym, in equal numbers; none has to do with an arm."""
        ordered = sorted(pseudonyms, key=lambda name: _hash(self.arms, "scrambled", name))
        return {name: LETTERS[place % arms] for place, name in enumerate(ordered)}


def _hash(secret: bytes, *parts: str) -> bytes:
    return hmac.new(secret, "\0".join(parts).encode(), hashlib.sha256).digest()


def _letters(digest: bytes) -> str:
    return base64.b32encode(digest).decode("ascii")[:PSEUDONYM]


def new_key() -> Key:
    """Return a key that nobody has seen, from the random numbers of the operating system."""
    return Key(secrets.token_bytes(BYTES), secrets.token_bytes(BYTES))


def key_of(path: Path, away_from: Iterable[Path]) -> Key:
    """Return the key in a file; the file is made where there is none.

    Raises:
        StudyError: the file lies in one of the folders ``away_from``, others can read it, or it
            holds no key.
    """
    for folder in away_from:
        if path.resolve().is_relative_to(folder.resolve()):
            raise StudyError(
                "The key would lie with what it opens",
                where=path.name,
                rule=RULE,
                remedy="name a file outside the results, the blinded folder and the study's folder"
                " and repository",
            )
    return read_key(path) if path.exists() else make_key(path)


def make_key(path: Path) -> Key:
    """Write a new key into a file that only its owner can read; it must not exist.

    Raises:
        StudyError: it cannot be written there.
    """
    key = new_key()
    lines = [FORM, *(f"{name} {getattr(key, name).hex()}" for name in SECRETS)]
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise StudyError(
            f"The key cannot be written: {error.strerror}", where=str(path), rule=RULE
        ) from None
    with os.fdopen(number, "w", encoding="ascii", newline="\n") as stream:
        stream.write("\n".join(lines) + "\n")
        os.fsync(stream.fileno())
    return key


def read_key(path: Path) -> Key:
    """Return the key in a file.

    Raises:
        StudyError: others can read the file, it is not there, or it holds no key.
    """
    try:
        if os.name != "nt" and path.stat().st_mode & OTHERS:
            raise StudyError(
                "Others than its owner can read the key",
                where=str(path),
                rule=RULE,
                remedy=f"chmod 600 {path}",
            )
        form, *lines = path.read_text(encoding="ascii").splitlines()
        given = dict(line.split(" ") for line in lines)
        found = [bytes.fromhex(given[name]) for name in SECRETS]
        whole = form == FORM and len(lines) == len(SECRETS)
        if not (whole and all(len(secret) == BYTES for secret in found)):
            raise ValueError
    except OSError as error:
        raise StudyError(f"The key cannot be read: {error.strerror}", where=str(path)) from None
    except (ValueError, KeyError):
        raise StudyError(
            "The file holds no key of a blinded study",
            where=str(path),
            rule=RULE,
            remedy="name the file that `trialtrail blind` made, or one that does not exist yet",
        ) from None
    return Key(*found)
