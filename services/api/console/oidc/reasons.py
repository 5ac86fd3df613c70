"""Why somebody is not let in by what a provider says."""

from typing import Literal

Reason = Literal[
    "away",
    "refused",
    "late",
    "token",
    "expired",
    "nonce",
    "issuer",
    "audience",
    "role",
    "name",
    "taken",
]
"""In the order in which it is found out: the provider cannot be reached, or does not what it must; it has refused;
nobody has begun this here, or too long ago; what it says is not signed by it, too old, an answer to another question,
another provider's, for somebody else; and of whom it tells: no role, no name, one that is another user's."""
STATUS: dict[Reason, int] = {
    "away": 503,
    "refused": 403,
    "late": 400,
    **dict.fromkeys(("token", "expired", "nonce", "issuer", "audience"), 502),
    **dict.fromkeys(("role", "name", "taken"), 403),
}


class NotKnown(Exception):
    """Somebody whom the provider does not make a user; `detail` is for the log alone."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail
