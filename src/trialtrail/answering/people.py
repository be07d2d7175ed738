"""Who is at the page: invitations that are used once, and the sessions that come of them."""

from __future__ import annotations

import hmac
import secrets
import threading
from dataclasses import dataclass, field

from trialtrail.errors import StudyError
from trialtrail.validation.resolutions import same_person

LONGEST_NAME = 100
MOST = 50
"""Invitations and sessions of one server: more than any office has people."""


@dataclass(frozen=True)
class Session:
    """One person at the page.

    Attributes:
        key: the secret of the cookie.
        name: the name that the person gave on entering; it stays.
        form_key: the secret that every form of the page carries, against forged requests.
    """

    key: str
    name: str
    form_key: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    def has_form_key(self, given: str) -> bool:
        """Return whether a form is one that this server gave to this person."""
        return hmac.compare_digest(given.encode(), self.form_key.encode())


class People:
    """The invitations that are open, and the people who have come in by one.

    Secrets are kept in memory alone, so all of them end with the server.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: set[str] = set()
        self._sessions: dict[str, Session] = {}

    def invite(self) -> str:
        """Return the token of a new invitation.

        Raises:
            StudyError: there are very many already.
        """
        with self._lock:
            if len(self._open) + len(self._sessions) >= MOST:
                raise StudyError(
                    f"{MOST} invitations were given out",
                    rule="each person has an invitation of their own",
                    remedy="stop the page by Ctrl-C and begin it again",
                )
            token = secrets.token_urlsafe(32)
            self._open.add(token)
            return token

    def is_open(self, token: str) -> bool:
        """Return whether an invitation was given out and not used yet."""
        with self._lock:
            return self._find(token) is not None

    def enter(self, token: str, name: str) -> Session | None:
        """Use an invitation up and return the session; None where it is not open (any more)."""
        with self._lock:
            found = self._find(token)
            if found is None:
                return None
            self._open.discard(found)
            session = Session(secrets.token_urlsafe(32), name)
            self._sessions[session.key] = session
            return session

    def session(self, key: str) -> Session | None:
        """Return the session of a cookie."""
        given = key.encode()
        with self._lock:
            every = list(self._sessions.values())
        return next((s for s in every if hmac.compare_digest(s.key.encode(), given)), None)

    def others(self, session: Session) -> list[str]:
        """Return the names of those who have come in as well, each once."""
        with self._lock:
            names = [each.name for each in self._sessions.values()]
        return sorted({name for name in names if not same_person(name, session.name)})

    def _find(self, token: str) -> str | None:
        given = token.encode()
        return next((t for t in self._open if hmac.compare_digest(t.encode(), given)), None)
