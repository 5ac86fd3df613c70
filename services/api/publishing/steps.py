"""What is done with one agent to have it in step with other cells: published, taken over, or left alone. Blocking."""

import hashlib
from dataclasses import dataclass, replace

from api.agents.desk import Desk, spelt
from api.agents.files import FILE
from api.publishing import taking
from api.publishing.bundle import Bundle, Bundles, NotShared
from api.publishing.kept import Kept, Wish
from api.publishing.shelf import Shelf
from api.publishing.standing import Here, Release, State, next_step


@dataclass(frozen=True, slots=True)
class Standing:
    """How an agent of this cell stands to what is published."""

    agent: str
    state: State = "own"
    detail: str = ""
    """Why it is refused."""
    newest: Release | None = None
    """The newest release of all; None: there is none."""
    base: Release | None = None
    """What this cell published or took last."""


class Steps:
    """Does what is to be done, for one cell."""

    def __init__(self, desk: Desk, kept: Kept, cell: str) -> None:
        self._desk = desk
        self._kept = kept
        self._cell = cell
        self._bundles = Bundles()

    def next(self, shelf: Shelf, seen: Standing, wish: Wish | None) -> Standing:
        """How an agent stands when the next step is done; raise NotShared where it cannot be, OSError, psycopg.Error.

        `seen`: with what is the newest, and what this cell has.
        """
        bundle = self._bundles.of(self._desk.files.root / seen.agent)
        kind = wish.kind if wish else ""
        here = Here(bundle.digest if bundle else None, seen.base, kind == "publish", kind == "take")
        step, state = next_step(here, seen.newest)
        newest = seen.newest
        if step == "publish" and bundle is not None and wish is not None:
            wanted = Release(seen.agent, 0, wish.at, self._cell, wish.who, bundle.digest)
            newest = self._publish(shelf, wanted, bundle, above=seen.base.number if seen.base else 0)
        elif step == "tell" and bundle is not None and seen.base is not None:
            newest = self._publish(shelf, seen.base, bundle, above=seen.base.number - 1)
        elif step == "take" and newest is not None:
            if not self._take(shelf, newest, bundle, wish):
                return replace(seen, state=state)
        elif step == "forget":
            self._kept.forget(seen.agent)
            return Standing(seen.agent)
        elif step == "none":
            if wish is not None:
                self._kept.done(wish)
            return replace(seen, state=state)
        assert newest is not None
        self._kept.has(newest)
        if wish is not None:
            self._kept.done(wish)
        return Standing(seen.agent, "current", newest=newest, base=newest)

    def _publish(self, shelf: Shelf, wanted: Release, bundle: Bundle, *, above: int) -> Release:
        folder = self._desk.files.root / wanted.agent
        if FILE not in bundle.files:
            raise NotShared(f"there is no {FILE}")
        if errors := self._desk.wrong(wanted.agent, (folder / FILE).read_bytes()):
            raise NotShared(f"it has to be mended first: {spelt(errors[0])}: {errors[0].reason}")

        def content(name: str) -> bytes:
            data = (folder / name).read_bytes()
            if hashlib.sha256(data).hexdigest() != bundle.files[name]:
                raise NotShared(f"{name} was changed while it was read")
            return data

        return shelf.publish(wanted, bundle.files, content, above=above)

    def _take(self, shelf: Shelf, newest: Release, here: Bundle | None, wish: Wish | None) -> bool:
        """Whether it was taken; False: something has been changed here meanwhile, and has to be looked at again."""
        files, agent = self._desk.files, newest.agent
        with taking.begun(files, agent, shelf.files(newest)) as begun:
            begun.fetch(here, shelf.content)
            with files.lock:
                there = self._bundles.of(files.root / agent)
                if there != here or self._kept.wishes().get(agent) != wish:
                    return False
                was = files.text(agent) if here else b""
                begun_wish = self._kept.wish(agent, "take", wish.who if wish else "")
                begun.apply(here)
                self._desk.took(agent, was, f"{newest.who}@{newest.cell}")
                self._kept.has(newest)
                self._kept.done(begun_wish)
        return True
