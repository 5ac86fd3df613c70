"""Keeps the agents of this cell and those of all in step, and knows how each stands."""

import asyncio
import contextlib
import re
import time
from collections.abc import Callable
from dataclasses import replace
from threading import Lock

import psycopg
from prometheus_client import Counter, Gauge

from api.agents.desk import Desk
from api.agents.files import NAME
from api.publishing.bundle import NotShared
from api.publishing.kept import Kept, Kind, Wish
from api.publishing.shelf import Shelf, Told
from api.publishing.standing import State
from api.publishing.steps import Standing, Steps
from parley import log

APART = Gauge(
    "parley_agents_apart",
    "Agents that are not as published for all cells: changed by hand here, removed, refused, or on their way.",
)
FAILED = Counter(
    "parley_agents_share_failed_total",
    "Looks at the agents of all cells that failed: their database is away.",
)

LOOK_S = 2.0
"""Between two looks whether something has changed."""
_AFTER_ERROR_S = 15.0
_AGAIN_S = 60.0
"""What was refused is tried again, and all is told again, after so long."""

_log = log.get("publishing")


class Publisher:
    """Does so for one cell."""

    def __init__(
        self, desk: Desk, kept: Kept, cell: str, connect: Callable[[], psycopg.Connection] | None
    ) -> None:
        """`connect`: to the database of all cells; None: there is one cell alone."""
        self._files, self._kept, self._cell, self._connect = desk.files, kept, cell, connect
        self._steps = Steps(desk, kept, cell)
        self._shelf: Shelf | None = None
        self._one = Lock()
        self._refused: dict[str, tuple[str, float]] = {}
        self._said: tuple[list[Told], float] = ([], 0.0)
        self.standings: dict[str, Standing] = {}
        """Of all agents, by their names, as they were seen last."""
        self.told: list[Told] = []
        """What all cells have said of theirs."""
        self.away = True
        """Whether the database could not be read when it was looked at last, or was not looked at yet."""
        if self.on:
            desk.files.changed = self._changed

    @property
    def on(self) -> bool:
        """Whether there are other cells."""
        return self._connect is not None

    def wish(self, agent: str, kind: Kind, who: str) -> Standing:
        """Have an agent be published as it is now, or the newest release take its place, as soon as that can be.

        Blocks, for the cell's own disk alone; return how the agent stands until then.
        """
        with self._files.lock:
            self._kept.wish(agent, kind, who)
            self._refused.pop(agent, None)
            state: State = "waiting" if kind == "publish" else "taking"
            known = self.standings.get(agent, Standing(agent))
            self.standings[agent] = replace(known, state=state, detail="")
            return self.standings[agent]

    def _changed(self, agent: str, who: str) -> None:
        self.wish(agent, "publish", who)

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping` is set."""
        while self.on and not stopping.is_set():
            pause = await asyncio.to_thread(self._pause_after_look)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), pause)
        self.close()

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._shelf is not None:
            self._shelf.close()
            self._shelf = None

    def _pause_after_look(self) -> float:
        try:
            self.look()
        except Exception as error:  # whatever it is, it is tried again, and the API goes on
            FAILED.inc()
            self.away = True
            self.close()
            _log.error("agents are not kept in step now", error=str(error).strip() or repr(error))
            return _AFTER_ERROR_S
        finally:
            APART.set(sum(each.state not in ("own", "current") for each in self.standings.copy().values()))
        return LOOK_S

    def look(self) -> None:
        """Do for every agent what is to be done now. Blocks; raise psycopg.Error, sqlite3.Error or Problem."""
        with self._one:
            if self._shelf is None:
                assert self._connect is not None
                self._shelf = Shelf(self._connect())
            newest, bases, wishes = self._shelf.newest(), self._kept.releases(), self._kept.wishes()
            # Names are another cell's word.
            agents = {
                name for name in (*self._files.names(), *newest, *bases, *wishes) if re.match(NAME, name)
            }
            for agent in sorted(agents):
                seen = Standing(agent, newest=newest.get(agent), base=bases.get(agent))
                self.standings[agent] = self._seen(self._shelf, seen, wishes.get(agent))
            for agent in self.standings.keys() - agents:
                del self.standings[agent]
            self._tell(self._shelf)
            self.told = self._shelf.told()
            self.away = False

    def _seen(self, shelf: Shelf, seen: Standing, wish: Wish | None) -> Standing:
        """How an agent stands when what can be done has been done."""
        reason, until = self._refused.get(seen.agent, ("", 0.0))
        if time.monotonic() < until:
            return replace(seen, state="refused", detail=reason)
        try:
            return self._steps.next(shelf, seen, wish)
        except (NotShared, OSError) as error:
            self._refused[seen.agent] = str(error), time.monotonic() + _AGAIN_S
            _log.warning("an agent is not in step", agent=seen.agent, reason=str(error))
            return replace(seen, state="refused", detail=str(error))

    def _tell(self, shelf: Shelf) -> None:
        """Say to all cells how the agents stand here."""
        shared = [standing for standing in self.standings.copy().values() if standing.state != "own"]
        telling = [
            Told(self._cell, each.agent, each.base.number if each.base else 0, each.state, each.detail)
            for each in shared
        ]
        said, until = self._said
        if telling != said or time.monotonic() > until:
            shelf.tell(self._cell, telling)
            self._said = telling, time.monotonic() + _AGAIN_S
