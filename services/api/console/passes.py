"""The keys with which the API is asked for users: one each, good for what the role may, never written down. Blocking.

The API's audit log so names who did something, and the API itself holds everybody to their role.
"""

from threading import Lock

from api.access.keys import Keys
from api.console.users import ROLES

PREFIX = "console."
"""Of these keys' names; before a user's."""


class Passes:
    """Those that are in use."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._lock = Lock()
        self._made: dict[str, tuple[str, str]] = {}

    def key(self, name: str, role: str) -> str:
        """The key of a user who has this role now."""
        with self._lock:
            made = self._made.get(name)
            if made is None or made[0] != role:
                made = self._made[name] = role, self._keys.renew(PREFIX + name, ROLES[role])
            return made[1]

    def renew(self, name: str) -> None:
        """Have the next key be another one: the one that there is may have been revoked."""
        with self._lock:
            self._made.pop(name, None)

    def revoke(self, name: str) -> None:
        """A user is none any more."""
        with self._lock:
            self._made.pop(name, None)
            self._keys.revoke(PREFIX + name)
