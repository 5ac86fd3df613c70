"""The calls that were kept: which are asked for, and of each its recording and what its events tell. Blocking."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from parley.audio import Pcm
from parley.errors import ParleyError
from parley.telephone.numbers import CANARY
from records.query import Query
from records.sound import recordings, unsealing
from records.sound.timeline import Timeline, timeline
from records.store import Store
from replay.recording import caller_side

LAST = "last"
"""The newest call; those of the canary do not count."""


class NoCalls(ParleyError):
    """There is nothing to run again."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A call that can be run again."""

    timeline: Timeline
    audio: Pcm
    """The caller's side."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A call that cannot."""

    call: str
    why: str


def none_of(passed: Sequence[Passed]) -> NoCalls:
    """None of the calls can be run again; names why."""
    reasons = "\n".join(f"  {one.call}: {one.why}" for one in passed)
    return NoCalls(f"none of these calls can be run again:\n{reasons}")


def chosen(store: Store, calls: Sequence[str], query: Query, most: int) -> list[str]:
    """Ids of the calls that are asked for, the oldest first: those named, or the newest `most` of a query.

    Raise NoCalls, naming what is not kept.
    """
    if calls:
        ids = [_last(store, query) if call == LAST else call for call in calls]
        for call in ids:
            if not store.events(call):
                raise NoCalls(f"there is no call {call} among the records")
        return list(dict.fromkeys(ids))
    found = [record.call for record in store.records(query)]
    if not found:
        raise NoCalls("there is no such call among the records: look at --since, --until and --agent")
    return found[-most:]


def _last(store: Store, query: Query) -> str:
    found = [record.call for record in store.records(replace(query, but_caller=CANARY))]
    if not found:
        raise NoCalls("no call is kept, but for the canary's")
    return found[-1]


def read(store: Store, folder: Path, calls: Sequence[str], key: str) -> tuple[list[Kept], list[Passed]]:
    """Read calls; `key`: an age identity that opens what is encrypted, or nothing."""
    kept, passed = [], []
    for call in calls:
        try:
            kept.append(_read(store, folder, call, key))
        except (ValueError, OSError) as error:
            passed.append(Passed(call, str(error)))
    return kept, passed


def _read(store: Store, folder: Path, call: str, key: str) -> Kept:
    """One call; ValueError says why it cannot be run again."""
    events = store.events(call)
    told = timeline(call, events, store.corrections.of(call))
    name = next(str(event.data.get("file", "")) for event in events if event.kind == "recording")
    return Kept(told, caller_side(_opened(folder, name, key), told))


def _opened(folder: Path, name: str, key: str) -> bytes:
    there = recordings.found(folder, name)
    if not there:
        raise ValueError("its recording is not there any more")
    if there[0].suffix != recordings.SEALED:
        return there[0].read_bytes()
    if not key:
        raise ValueError("its recording is encrypted; KEY names the file of its key")
    opened = io.BytesIO()
    unsealing.unseal(there[0], key, opened)
    return opened.getvalue()
