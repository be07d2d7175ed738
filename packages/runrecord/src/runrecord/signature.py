"""Sign the statement of a run, have the time of it attested, and check both.

The signature is OpenSSH's (`ssh-keygen -Y`): an ed25519 key that a person already has serves, with
its passphrase, agent or hardware; anyone checks it with the same program and a file of allowed
signers, without this project. `--dsse` adds the envelope of in-toto, signed with the same key over
DSSE's pre-authentication encoding. A time stamp (RFC 3161) is asked for only where an authority is
named; `openssl ts` makes the request and checks the answer.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import shutil
import subprocess
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

from runrecord.checking.independent_evidence import STATEMENT, changed_subjects
from runrecord.digest import json_text, write_text
from runrecord.errors import UserError
from runrecord.graph import results_folder
from runrecord.project import project

SIGNATURES = "lineage/signatures"
"""Made by people after the run, so no record says what made them."""
SIGNATURE, ENVELOPE, STAMP = "statement.sig", "statement.dsse.json", "statement.tsr"
PAYLOAD = "application/vnd.in-toto+json"
AUTHORITY = "TIME_AUTHORITY"
"""Environment variable of the project: address of the time stamp authority, where none is given."""
PATIENCE = 30
"""Seconds allowed to a time stamp authority."""
LARGEST_ANSWER = 1_000_000
"""Bytes read of the answer of a time stamp authority."""


class NotSigned(UserError):
    """There is no signature that holds."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command `sign`."""
    authority = project().variable(AUTHORITY)
    parser.add_argument("--key", required=True, metavar="FILE", help="your private SSH key")
    parser.add_argument("--dsse", action="store_true", help="also make a DSSE envelope")
    parser.add_argument(
        "--timestamp",
        default=os.environ.get(authority),
        metavar="URL",
        help=f"time stamp authority, RFC 3161 (default: {authority}, if set)",
    )


def command(arguments: argparse.Namespace) -> int:
    """Sign the statement of a results folder; tell what was written."""
    results = results_folder(arguments.results)
    made = sign(results, Path(arguments.key).expanduser(), dsse=arguments.dsse)
    if arguments.timestamp:
        made.append(stamp(results, arguments.timestamp))
    for path in made:
        print(path.as_posix())
    return 0


def add_check_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command `check-signature`."""
    parser.add_argument(
        "--allowed-signers",
        required=True,
        metavar="FILE",
        help="lines of a name and a public key, as ssh-keygen(1) has them",
    )
    parser.add_argument("--timestamp-ca", metavar="FILE", help="certificates of the authority")


def check_command(arguments: argparse.Namespace) -> int:
    """Check the signature and what it vouches for; return 0 if all holds, 1 otherwise."""
    results = results_folder(arguments.results)
    try:
        for line in check(results, Path(arguments.allowed_signers), arguments.timestamp_ca):
            print(line)
    except NotSigned as error:
        print(error.text())
        return 1
    return 0


def sign(results: Path, key: Path, *, dsse: bool = False) -> list[Path]:
    """Sign the statement with the SSH key at ``key``; return the files written.

    Earlier signatures and time stamps go: they are of this statement, or of one that is no more.

    Raises:
        UserError: the key or the statement cannot be read, or ssh-keygen is not here.
    """
    text = _statement(results)
    changed = changed_subjects(results, json.loads(text))
    if changed:
        raise UserError(
            "The statement is not of these results",
            where=", ".join(changed),
            remedy=f"{project().name} verify says what has changed; run snakemake again, then sign",
        )
    if not key.is_file():
        raise UserError("The key is not here", where=str(key), remedy="name a private SSH key")
    signed = {SIGNATURE: _ssh_sign(text, key)}
    if dsse:
        blob = base64.b64decode("".join(_ssh_sign(encoded(text), key).splitlines()[1:-1]))
        envelope = {
            "payloadType": PAYLOAD,
            "payload": base64.b64encode(text).decode(),
            "signatures": [{"keyid": "", "sig": base64.b64encode(blob).decode()}],
        }
        signed[ENVELOPE] = json_text(envelope)
    folder = results / SIGNATURES
    for name in (SIGNATURE, ENVELOPE, STAMP):
        (folder / name).unlink(missing_ok=True)
    for name, content in signed.items():
        write_text(folder / name, content)
    return [folder / name for name in signed]


def encoded(payload: bytes) -> bytes:
    """Return DSSE's pre-authentication encoding of the statement: what is signed."""
    kind = PAYLOAD.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def stamp(results: Path, authority: str) -> Path:
    """Have the time of the signature attested; return where the answer was written.

    Raises:
        UserError: the authority did not answer, or not for this signature.
    """
    signature, answer = (results / SIGNATURES / name for name in (SIGNATURE, STAMP))
    if not authority.startswith(("http://", "https://")):
        raise UserError(
            "The time stamp authority has no web address", where=authority, remedy="give its URL"
        )
    with tempfile.TemporaryDirectory() as folder:
        query = Path(folder, "query.tsq")
        _openssl("ts", "-query", "-data", signature, "-sha256", "-cert", "-out", query)
        kind = {"Content-Type": "application/timestamp-query"}
        request = urllib.request.Request(authority, query.read_bytes(), kind)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as response:
                reply = response.read(LARGEST_ANSWER)
        except (OSError, ValueError):
            raise UserError(
                "The time stamp authority gave no answer",
                where=authority,
                remedy="try again, or sign without --timestamp: the signature stands alone",
            ) from None
        draft = Path(folder, "answer.tsr")
        draft.write_bytes(reply)
        if b"Status: Granted" not in _openssl("ts", "-reply", "-in", draft, "-text", fail=False)[1]:
            raise UserError("The time stamp authority granted no time stamp", where=authority)
        answer.write_bytes(reply)
    return answer


def check(results: Path, signers: Path, authority: str | None = None) -> list[str]:
    """Check signature, envelope, time stamp and the files vouched for; return what was found.

    Args:
        results: the results folder.
        signers: OpenSSH's file of allowed signers.
        authority: certificates by which the time stamp is judged; without, it is not checked.

    Raises:
        NotSigned: something does not hold.
    """
    text, folder = _statement(results), results / SIGNATURES
    if not signers.is_file():
        raise UserError("There is no file of allowed signers", where=str(signers))
    lines = [f"signed by {_ssh_verify(text, folder / SIGNATURE, signers)}"]
    if (folder / ENVELOPE).is_file():
        lines.append(f"envelope signed by {_envelope_signer(text, folder / ENVELOPE, signers)}")
    if (folder / STAMP).is_file():
        lines.append(_stamped(folder, authority))
    elif authority:
        raise NotSigned("There is no time stamp", where=(folder / STAMP).as_posix())
    statement = json.loads(text)
    changed = changed_subjects(results, statement)
    if changed:
        raise NotSigned("Signed, and changed since", where=", ".join(changed))
    lines.append(f"{len(statement['subject'])} files are as they were signed;")
    lines.append(f"the manifest is one of them: {project().name} verify compares the rest with it")
    return lines


def _statement(results: Path) -> bytes:
    path = results / STATEMENT
    try:
        text = path.read_bytes()
        json.loads(text)["subject"]
    except (OSError, ValueError, KeyError, TypeError):
        raise UserError(
            "There is no statement to sign, or it is damaged",
            where=path.as_posix(),
            remedy="make it: snakemake --cores 4",
        ) from None
    return text


def _ssh_sign(content: bytes, key: Path) -> str:
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder, "signed")
        draft.write_bytes(content)
        signed = _run("ssh-keygen", "-Y", "sign", "-f", key, "-n", project().name, draft)
        if signed.returncode:
            raise UserError(
                "The key does not sign",
                where=str(key),
                remedy=f"ssh-keygen says: {signed.stderr.decode(errors='replace').strip()}",
            )
        return draft.with_name("signed.sig").read_text(encoding="ascii")


def _ssh_verify(content: bytes, signature: Path, signers: Path) -> str:
    """Return the name in the file of allowed signers of who made a signature."""
    if not signature.is_file():
        raise NotSigned("There is no signature", where=signature.as_posix())
    known = _run("ssh-keygen", "-Y", "find-principals", "-s", signature, "-f", signers)
    for name in known.stdout.decode(errors="replace").split():
        about = ("-I", name, "-n", project().name, "-s", signature, "-f", signers)
        if _run("ssh-keygen", "-Y", "verify", *about, content=content).returncode == 0:
            return name
    why = "of another text" if known.returncode == 0 else "by no key that is allowed"
    raise NotSigned(f"The signature does not hold: it is {why}", where=signature.as_posix())


def _envelope_signer(text: bytes, path: Path, signers: Path) -> str:
    try:
        envelope = json.loads(path.read_text(encoding="utf-8"))
        payload = base64.b64decode(envelope["payload"], validate=True)
        blob = base64.b64decode(envelope["signatures"][0]["sig"], validate=True)
        whole = payload == text and envelope["payloadType"] == PAYLOAD
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        whole = False
    if not whole:
        raise NotSigned("The envelope is not that of the statement", where=path.as_posix())
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder, "envelope.sig")
        body = base64.encodebytes(blob).decode()
        marks = ("-----BEGIN SSH SIGNATURE-----\n", "-----END SSH SIGNATURE-----\n")
        draft.write_text(marks[0] + body + marks[1], encoding="ascii")
        return _ssh_verify(encoded(text), draft, signers)


def _stamped(folder: Path, authority: str | None) -> str:
    answer = folder / STAMP
    shown = _openssl("ts", "-reply", "-in", answer, "-text", fail=False)[1].decode(errors="replace")
    when = next((line for line in shown.splitlines() if line.startswith("Time stamp: ")), "")
    when = when.removeprefix("Time stamp: ") or "at a time that cannot be read"
    if not authority:
        return f"time stamp of {when}, not checked: give --timestamp-ca"
    about = ("-data", folder / SIGNATURE, "-in", answer, "-CAfile", authority)
    if not _openssl("ts", "-verify", *about, fail=False)[0]:
        raise NotSigned("The time stamp does not hold", where=answer.as_posix())
    return f"signature time-stamped {when}"


def _openssl(*arguments: Any, fail: bool = True) -> tuple[bool, bytes]:
    """Return whether openssl agreed, and what it printed."""
    done = _run("openssl", *arguments)
    if fail and done.returncode:
        raise UserError("openssl does not do it", where=" ".join(map(str, arguments[:2])))
    return done.returncode == 0, done.stdout


def _run(program: str, *arguments: Any, content: bytes | None = None) -> Any:
    if shutil.which(program) is None:
        package = {"ssh-keygen": "OpenSSH 8.1 or later", "openssl": "OpenSSL 1.1 or later"}[program]
        raise UserError(f"{program} is not here", remedy=f"install {package}")
    given = {"input": content} if content is not None else {}
    return subprocess.run([program, *map(str, arguments)], capture_output=True, **given)
