"""For whom the closed edition is encrypted, and by which keys."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from trialtrail.configuration.reader_keys import DO, SSH, bare, recipient_of
from trialtrail.errors import StudyError

RULE = "the closed edition is written for named readers only, encrypted by the public key of each"
FORM = "write --reader 'NAME=KEY', such as --reader 'Chair=age1...'"


@dataclass(frozen=True)
class Reader:
    """A person who may read the closed edition, with the public key."""

    name: str
    key: str

    @property
    def fingerprint(self) -> str:
        """Return ``SHA256:`` and the digest of the public key, as ``ssh-keygen -l`` prints it.

        Of an SSH key it is that of its bytes, of an age key that of its text.
        """
        whole = bare(self.key)
        data = base64.b64decode(whole.split()[1]) if whole.startswith(SSH) else whole.encode()
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        return f"SHA256:{digest}"


def readers_of(configured: Iterable[Mapping[str, str]], given: Sequence[str]) -> list[Reader]:
    """Return the readers of the configuration, then those given on the command line.

    Raises:
        StudyError: there is none, a key cannot be used, or a name or a key stands twice.
    """
    named = [("committee.readers", each["name"], each["key"]) for each in configured]
    for place, text in enumerate(given, start=1):
        name, sign, key = text.partition("=")
        if not (sign and name.strip() and key.strip()):
            raise StudyError(
                "A reader has no name, or no key", where=f"--reader {place}", rule=RULE, remedy=FORM
            )
        named.append((f"--reader {place}", name, key))
    if not named:
        raise StudyError(
            "The closed edition has no reader",
            rule=RULE,
            remedy=f"{FORM}, or list them under `committee.readers` of the configuration",
        )
    readers: list[Reader] = []
    for where, name, key in named:
        reader = Reader(" ".join(name.split()), key.strip())
        _check(reader, readers, where)
        readers.append(reader)
    return readers


def _check(reader: Reader, others: Sequence[Reader], where: str) -> None:
    try:
        recipient_of(reader.key)
    except ValueError as error:
        raise StudyError(
            f"The key of {reader.name} {error}", where=where, rule=RULE, remedy=DO
        ) from None
    for other in others:
        if reader.name == other.name or bare(reader.key) == bare(other.key):
            both = "name" if reader.name == other.name else "key"
            raise StudyError(
                f"Two readers have one {both}: {other.name}, {reader.name}",
                where=where,
                rule=RULE,
                remedy=f"give each reader a {both} of their own",
            )


def encrypt(document: bytes, readers: Sequence[Reader]) -> bytes:
    """Return a document encrypted in the format of age (age-encryption.org/v1).

    Each reader can decrypt it alone. The result differs each time: its file key is drawn anew.
    """
    import pyrage

    return pyrage.encrypt(document, [recipient_of(reader.key) for reader in readers])
