"""Events of calls that go on, kept until a call is over. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from parley.event_log import LoggedEvent
from parley.messages import Event
from parley.usage import tally
from tracing.timeline import Trace, trace_of

AFTERWARDS = {"call_outcome", tally.EVENT}
"""What is told of a call that is over, or may be, and has no place in its course."""


@dataclass(frozen=True)
class Finished:
    """A call that is over, and the entries of the stream that told of it."""

    trace: Trace
    entry_ids: tuple[str, ...]


@dataclass
class _Open:
    events: list[Event] = field(default_factory=list)
    entry_ids: list[str] = field(default_factory=list)
    heard_of: float = 0.0


class Collector:
    """Puts events to their calls."""

    def __init__(self) -> None:
        self._open: dict[str, _Open] = {}

    def add(self, entry: LoggedEvent, now: float) -> Finished | None:
        """Take an event in; return its call when that is over by it. `now` in seconds of any one clock."""
        event = entry.event
        if event is None or event.kind in AFTERWARDS:
            return None
        call = self._open.setdefault(event.call, _Open())
        call.events.append(event)
        call.entry_ids.append(entry.entry_id)
        call.heard_of = now
        return self._finish(event.call) if event.kind == "call_ended" else None

    def expired(self, now: float, after_s: float) -> Iterator[Finished]:
        """Give up calls that nothing was heard of for `after_s` seconds: what is known of them is all there will be."""
        for name in [name for name, call in self._open.items() if now - call.heard_of > after_s]:
            yield self._finish(name)

    def _finish(self, name: str) -> Finished:
        call = self._open.pop(name)
        return Finished(trace_of(name, call.events), tuple(call.entry_ids))
