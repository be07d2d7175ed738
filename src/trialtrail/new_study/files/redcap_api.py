"""Fetch a REDCap project by its API: the raw records, the data dictionary, the list of events.

PyCap asks the server (https://github.com/redcap-tools/PyCap); it comes with `trialtrail[redcap]`.
The token is read from the environment and is kept nowhere: in no file, no message and no log. It is
sent to the named address alone: over TLS, unless that is this machine, and to none that the server
names in its place. No text of the server is shown, for it may hold values.
"""

from __future__ import annotations

import csv
import ipaddress
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from trialtrail.errors import StudyError
from trialtrail.exports.redcap.dictionary import EVENT, HEADINGS
from trialtrail.exports.redcap.forms import EVENT_NAME

if TYPE_CHECKING:
    from requests import Response

TOKEN = "REDCAP_API_TOKEN"
"""Variable of the environment that holds the token of the API."""
DATA, DICTIONARY, EVENTS = "redcap_data.csv", "redcap_dictionary.csv", "redcap_events.csv"
"""Files that are written."""
TIMEOUT = (10, 300)
"""Seconds for the connection, and for an answer."""
PRIVATE = 0o600
SIGNS = frozenset("0123456789abcdefABCDEF")
LENGTH = 32


def fetch_redcap(url: str, folder: Path, token: str | None = None) -> tuple[Path, Path]:
    """Write the records and the dictionary of a project into a folder, and return where they are.

    The list of events is written beside them where the project is longitudinal. Nothing is written
    unless all of it was fetched, and no file that is there with other content is replaced.

    Args:
        url: address of the API, such as `https://redcap.example.org/api/`.
        folder: where the files are written; it is made.
        token: that of the API; if left out, it is read from the environment.

    Raises:
        StudyError: PyCap is not installed, there is no token, the address is none, the server
            refuses or does not answer, or a file is there already.
    """
    try:
        from redcap import Project, RedcapError
    except ImportError:
        raise StudyError(
            "PyCap, which asks REDCap, is not installed",
            rule="a project is fetched by PyCap",
            remedy="install it: pip install 'trialtrail[redcap]'; or export data and dictionary",
        ) from None
    address, secret = _address(url), _token(token)
    asked = {"timeout": TIMEOUT, "allow_redirects": False, "hooks": {"response": _answered}}
    files: dict[str, str] = {}
    try:
        project = Project(address, secret, **asked)
        files[DICTIONARY] = project.export_metadata(format_type="csv")
        _check_dictionary(files[DICTIONARY], address)
        # `unique` names of events are those of the list of events, and of a raw export.
        files[DATA] = project.export_records(format_type="csv", event_name="unique")
        header = next(csv.reader(files[DATA].splitlines()[:1]), [])
        _check_records(header, files[DICTIONARY], address)
        if EVENT in header:
            files[EVENTS] = project.export_events(format_type="csv")
            if EVENT_NAME not in files[EVENTS].partition("\n")[0]:
                raise _refusal("The server gives no list of events", address)
    except StudyError:
        raise
    except RedcapError:
        raise _refusal("The server cannot be reached, or refuses to answer", address) from None
    except Exception:  # texts of other exceptions may hold the token
        raise _refusal("The answer of the server cannot be read", address) from None
    _write(folder, files)
    return folder / DATA, folder / DICTIONARY


def _address(url: str) -> str:
    """Return the address of the API, as it ends.

    Raises:
        StudyError: it is no address, or its connection would not be encrypted.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme not in ("https", "http") or not host or parts.query or parts.username:
        raise StudyError(
            "This is no address of a REDCap API",
            rule="the address is that of the API alone",
            remedy="write it as REDCap shows it under API, such as https://HOST/api/",
        )
    if parts.scheme == "http" and not _is_here(host):
        raise StudyError(
            "The connection would not be encrypted, and the token would be sent over it",
            where=f"http://{host}",
            rule="a token is sent over https alone",
            remedy="write the address with https",
        )
    path = parts.path.rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path if path.endswith('/api') else f'{path}/api'}/"


def _is_here(host: str) -> bool:
    """Return whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _token(given: str | None) -> str:
    """Return the token.

    Raises:
        StudyError: there is none, or it is none of REDCap's. It is not shown.
    """
    token = (os.environ.get(TOKEN, "") if given is None else given).strip()
    if not token:
        raise StudyError(
            "There is no token of the REDCap API",
            where=f"the variable {TOKEN} of the environment",
            rule="the token is read from the environment and kept nowhere",
            remedy=f"export {TOKEN}=..., as REDCap shows it under API",
        )
    if len(token) != LENGTH or not SIGNS.issuperset(token):
        raise StudyError(
            f"The token of the REDCap API is not {LENGTH} signs long, or no token",
            where=f"the variable {TOKEN} of the environment",
            rule=f"a token has {LENGTH} digits and letters from A to F",
            remedy="copy it again from REDCap, under API",
        )
    return token


def _answered(response: Response, *_: Any, **__: Any) -> None:
    """Refuse an answer that is none, and have its text read as what REDCap writes."""
    address, status = response.request.url or "", response.status_code
    if status in (401, 403):
        raise _refusal(
            "REDCap does not take the token, or it has no right to export the project",
            address,
            "ask for a token with the rights to export data, and for this project",
        )
    if 300 <= status < 400:
        what = "The server sends the question to another address, and the token is not sent there"
        raise _refusal(what, address, "write the address of the API as REDCap shows it")
    if status != 200:
        raise _refusal(f"The server answers with the status {status}", address)
    response.encoding = "utf-8"  # the library would take a text without a name for Latin-1


def _check_dictionary(text: str, address: str) -> None:
    if HEADINGS["name"][1] not in text.partition("\n")[0]:
        raise _refusal("The server gives no data dictionary", address)


def _check_records(header: list[str], dictionary: str, address: str) -> None:
    """Check that the records begin with the field that the dictionary begins with."""
    rows = csv.DictReader(dictionary.splitlines())
    first = next(rows, {}).get(HEADINGS["name"][1])
    if not header or header[0] != first:
        raise _refusal("The server gives no records", address)


def _refusal(what: str, address: str, do: str = "") -> StudyError:
    return StudyError(
        what,
        where=address,
        rule="redcap api",
        remedy=do or "see whether the address is that of the API, and whether it can be reached",
    )


def _write(folder: Path, files: dict[str, str]) -> None:
    """Write the files, for their owner alone.

    Raises:
        StudyError: one is there already with other content.
    """
    for name, text in files.items():
        path = folder / name
        if path.exists() and path.read_bytes() != text.encode():
            raise StudyError(
                "A file with other content is there already",
                where=path.as_posix(),
                rule="raw data are never replaced",
                remedy="name another folder, or move the file away",
            )
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = folder / name
        if not path.exists():
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as out:
                out.write(text.encode())
