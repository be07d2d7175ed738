"""What the page refuses before it looks at a request, and what every answer of it says.

The page is for people on this machine. A page of the web that somebody has open beside it may send
requests to it: by a name of its own that leads to this machine, by a form, or by a link. None of
these has the name of this machine in `Host` and `Origin`, the cookie and the secret of the forms.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response

NAMES = ("127.0.0.1", "localhost", "::1")
"""Names of this machine; the port may be another one, where it is forwarded by ssh."""
FORM = "application/x-www-form-urlencoded"
"""What browsers send the forms of the page as."""
MOST_BYTES = 64 * 1024
"""Bytes of a request: an answer is a few lines."""
MOST_HEADERS = 16 * 1024
POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), clipboard-read=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def is_of_this_machine(host: str) -> bool:
    """Return whether the `Host` of a request is a name of this machine, with a port or without."""
    if not host or set(host) & set("/\\@?# \t\r\n,"):
        return False
    try:
        parts = urlsplit(f"//{host}")
        return (parts.hostname or "") in NAMES and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def is_own_form(host: str, origin: str | None, site: str | None) -> bool:
    """Return whether a form was sent from a page of this server.

    Args:
        host: the `Host` of the request, which `is_of_this_machine` has passed.
        origin: its `Origin`, which browsers send with every form.
        site: its `Sec-Fetch-Site`, which newer ones send as well.
    """
    return origin == f"http://{host}" and site in (None, "same-origin")


def is_own_visit(site: str | None) -> bool:
    """Return whether a page was asked for by this server's pages, or by the person."""
    return site in (None, "same-origin", "none")


def with_headers(response: Response) -> Response:
    """Return a response that no page of the web can read, frame or keep."""
    for name, value in HEADERS.items():
        response.headers[name] = value
    response.cache_control.no_store = True
    response.headers.pop("Server", None)
    return response
