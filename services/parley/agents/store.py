"""The agents of a service, read again when their files change. A file that is broken keeps the last good agent."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from prometheus_client import Counter, Gauge

from parley import log
from parley.agents.agent import Agent
from parley.agents.load import load_agents, versions
from parley.errors import AgentFileError
from parley.experiment import choice

_loaded = Gauge("parley_agents_loaded", "Agents that calls can reach.")
_broken = Gauge(
    "parley_agents_broken", "Agents whose files cannot be used, now; calls get what was last good."
)
_reloads = Counter(
    "parley_agent_reloads_total",
    "Times that changed agents were read, by whether all were good.",
    ["outcome"],
)
_log = log.get("agents")

LOOK_S = 2.0
"""Time between two looks at the files."""

Fingerprint = dict[Path, tuple[int, int]]
"""Time of change in ns and size of every file."""


OnChange = Callable[[set[str]], Awaitable[None]]


class AgentStore:
    """The last good agents of a folder, with the other versions of their experiments, by their keys.

    `agents` is one mapping for good, whose content changes. The other version of an experiment that is over stays, for
    the calls that it has, until the agent goes or has another one.
    """

    def __init__(self, root: Path) -> None:
        """Load the agents; raise AgentFileError when none can be used."""
        self._root = root
        self._seen = fingerprint(root)
        good, errors = load_agents(root)
        self.agents = versions(good.values())
        _tell(errors, self.agents)
        if not self.agents:
            raise errors[0]

    async def watch(self, on_change: OnChange | None = None) -> None:
        """Look for changes for ever; `on_change` gets the names of new and changed agents, after they are in place."""
        while True:
            await asyncio.sleep(LOOK_S)
            changed = await self.refresh()
            if changed and on_change is not None:
                try:
                    await on_change(changed)
                except Exception:  # what is wrong with one agent must not end the service
                    _log.exception("a changed agent could not be prepared", agents=sorted(changed))

    async def refresh(self) -> set[str]:
        """Read everything again if a file has changed; return the names of new and changed agents."""
        seen = await asyncio.to_thread(fingerprint, self._root)
        if seen == self._seen:
            return set()
        touched = {
            path.relative_to(self._root).parts[0]
            for path in seen.keys() | self._seen.keys()
            if seen.get(path) != self._seen.get(path)
        }
        self._seen = seen
        good, errors = await asyncio.to_thread(load_agents, self._root)
        _reloads.labels("broken" if errors else "good").inc()
        return self._take(good, errors, touched)

    def _take(self, good: dict[str, Agent], errors: list[AgentFileError], touched: set[str]) -> set[str]:
        broken = {e.path.relative_to(self._root).parts[0] for e in errors if e.path != self._root}
        gone = {key for key in self.agents if choice.name_of(key) not in good.keys() | broken}
        if good:  # an empty folder is rather a mistake, or a mount that is away, than a wish
            for name in gone:
                del self.agents[name]
        new = versions(good.values())
        self.agents.update(new)
        _tell(errors, self.agents)
        changed = {key for key in new if choice.name_of(key) in touched}
        _log.info("agents were read again", changed=sorted(changed), broken=sorted(broken), gone=sorted(gone))
        return changed


def fingerprint(root: Path) -> Fingerprint:
    """What tells whether a file of an agent has changed."""
    found: Fingerprint = {}
    for path in root.rglob("*"):
        try:
            stat = path.stat()
        except OSError:  # gone between the two looks; editors do that
            continue
        if path.is_file() and len(path.relative_to(root).parts) > 1:
            found[path] = (stat.st_mtime_ns, stat.st_size)
    return found


def _tell(errors: list[AgentFileError], agents: dict[str, Agent]) -> None:
    for error in errors:
        _log.error("an agent's file is broken; what was last good stays", error=str(error))
    _broken.set(len(errors))
    _loaded.set(sum(agent.variant != "b" for agent in agents.values()))
