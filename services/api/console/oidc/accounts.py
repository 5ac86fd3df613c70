"""Users whom a provider knows: made when they come first, with the role that it gives each time they come. Blocking."""

from api.console.door import Door
from api.console.oidc.people import Person
from api.console.oidc.reasons import NotKnown
from api.console.passes import PREFIX

BY = "oidc"
"""Who gives roles, in the audit log."""


class Accounts:
    """All of them, of one provider."""

    def __init__(self, door: Door, issuer: str) -> None:
        self._door = door
        self._issuer = issuer

    def enter(self, person: Person) -> str:
        """Begin a session and return its cookie; raise NotKnown when the name is another user's."""
        users = self._door.users
        user = users.of(self._issuer, person.subject) or users.adopt(
            person.name, person.role, self._issuer, person.subject
        )
        if user is None:
            # Who chooses their own name at the provider must not become somebody else by it.
            self._door.audit.note(BY, "console.login", person.name, "failed: taken")
            raise NotKnown("taken", f"there is a user {person.name!r} already")
        if user.role != person.role:
            users.put(user.name, person.role)
            self._door.audit.note(BY, "console.user", user.name, person.role)
        return self._door.begin(user)

    def refuse(self, subject: str, reason: str) -> None:
        """Somebody is let in no more: what they had open ends."""
        user = self._door.users.of(self._issuer, subject)
        if user is not None:
            self._door.sessions.end_all(user.name)
            self._door.passes.revoke(user.name)
            self._door.audit.note(PREFIX + user.name, "console.login", user.name, f"failed: {reason}")
