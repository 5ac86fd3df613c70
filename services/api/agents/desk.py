"""Changing agents: what is put is looked through first, and replaces only what whoever puts it has seen. Blocking."""

from api.access.audit import Audit
from api.access.keys import Key
from api.agents.files import FILE, Files
from api.agents.versions import Version, Versions
from api.problems import Problem, WrongField
from parley.agents import document
from parley.agents.load import review
from parley.errors import AgentFileError


class Desk:
    """The agents' files with their versions."""

    def __init__(self, files: Files, versions: Versions, audit: Audit) -> None:
        self.files = files
        self._versions = versions
        self._audit = audit
        self._lock = files.lock

    def now(self, agent: str) -> Version:
        """What stands in an agent's file; what the operator wrote becomes a version as well."""
        data = self.files.text(agent)
        with self._lock:
            self._versions.note(agent, data)
            newest = self._versions.newest(agent)
        assert newest is not None
        return newest

    def before(self, agent: str) -> list[Version]:
        """All versions that are kept, the newest first."""
        self.now(agent)
        return self._versions.all(agent)

    def one(self, agent: str, number: int) -> Version:
        """One version; raise Problem when it is not kept."""
        self.now(agent)
        found = self._versions.one(agent, number)
        if found is None:
            raise Problem(404, "no-such-version", f"no version {number} of {agent} is kept")
        return found

    def older(self, agent: str, version: Version) -> Version | None:
        """The version before one; None: it is the oldest that is kept."""
        return self._versions.one(agent, version.number - 1)

    def wrong(self, agent: str, data: bytes) -> list[AgentFileError]:
        """Everything that would be wrong with an agent whose file were this."""
        return review(self.files.root / agent, data)

    def put(self, key: Key, agent: str, data: bytes, seen: str, *, action: str = "agent.put") -> Version:
        """Have this stand in an agent's file; raise Problem, and change nothing, where that cannot be.

        `seen`: the version that it replaces, as the header If-Match has it; empty: there is no such agent yet.
        """
        outcome = "failed"
        try:
            with self._lock:
                self._put(key, agent, data, seen)
            outcome = "done"
            return self.now(agent)
        except Problem as problem:
            outcome = problem.kind
            raise
        finally:
            self._audit.note(key.name, action, agent, outcome)

    def _put(self, key: Key, agent: str, data: bytes, seen: str) -> None:
        self._check_seen(agent, seen)
        if errors := self.wrong(agent, data):
            raise unusable(errors)
        self.files.write(agent, data)
        self._versions.note(agent, data, key.name)
        self.files.changed(agent, key.name)

    def took(self, agent: str, was: bytes, who: str) -> None:
        """Note that somebody's file came from another cell, in the place of what it was (empty: nothing)."""
        if was:
            self._versions.note(agent, was)
        self._versions.note(agent, self.files.text(agent), who)
        self._audit.note(who, "agent.take", agent)

    def _check_seen(self, agent: str, seen: str) -> None:
        there = agent in self.files.names()
        if not there and not seen:
            return
        if there and not seen:
            raise Problem(428, "no-version", "there is this agent already: If-Match has to name its version")
        text = self.files.text(agent) if there else b""
        if not there or (seen != "*" and seen.strip('"') != document.version(text)):
            raise Problem(412, "other-version", "the agent's file has been changed meanwhile: read it again")
        # What the operator wrote must not be lost.
        self._versions.note(agent, text)


def unusable(errors: list[AgentFileError]) -> Problem:
    """An agent's file that cannot be used."""
    wrong = [WrongField(field=spelt(error), reason=error.reason) for error in errors]
    return Problem(422, "unusable", f"{wrong[0].field}: {wrong[0].reason}", errors=wrong)


def spelt(error: AgentFileError) -> str:
    """Where something is wrong: line and field of the file."""
    place = f"{FILE}:{error.line}" if error.line else FILE
    return f"{place}: {error.field}" if error.field else place
