"""Log-ins that have begun, and are at the provider: what belongs to one follows from a ticket that the browser has.

So nothing is kept of who never comes back, and what comes back is taken only where it was begun (CSRF; RFC 6749,
section 10.12).
"""

import hashlib
import hmac
import secrets
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass

LASTS_S = 600
"""So long somebody may take at the provider."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One."""

    ticket: str
    """The browser's."""
    state: str
    """It comes back with who is sent there."""
    nonce: str
    """It stands in the token that is made for this attempt."""
    verifier: str
    """It proves that who began it redeems the code (PKCE, RFC 7636)."""

    @property
    def challenge(self) -> str:
        """What the provider is shown of the verifier (`S256`)."""
        return _text(hashlib.sha256(self.verifier.encode()).digest())


class Attempts:
    """All of them; those of before a restart are good for nothing."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def begin(self) -> Attempt:
        """A new one."""
        return self._of(f"{int(time.time()) + LASTS_S}.{secrets.token_urlsafe(32)}")

    def known(self, ticket: str, state: str) -> Attempt | None:
        """The one of a ticket with which this came back; None: it is none, or too old."""
        attempt = self._of(ticket)
        if not hmac.compare_digest(attempt.state.encode(), state.encode()):
            return None
        # It is one of ours, as its state shows.
        return attempt if int(ticket.partition(".")[0]) > time.time() else None

    def _of(self, ticket: str) -> Attempt:
        state, nonce, verifier = (
            _text(hmac.digest(self._key, f"{what} {ticket}".encode(), hashlib.sha256))
            for what in ("state", "nonce", "verifier")
        )
        return Attempt(ticket, state, nonce, verifier)


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")
