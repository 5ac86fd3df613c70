"""`python -m tracing.show last|CALL`: a call's timeline in the terminal. Exit status 1 when nothing is known of it."""

import asyncio
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

from rich.console import Console
from rich.text import Text

from parley.bus import EVENTS_MAXLEN, Bus, BusError
from parley.errors import SettingError
from parley.messages import Event
from parley.settings import Settings, load
from parley.telephone.numbers import CANARY
from tracing.timeline import Moment, Speech, Trace, Turn, trace_of

_BAR = 40
"""Width of a turn's waterfall, in characters."""
_STYLES = {"caller": "cyan", "agent": "green"}


def lines(trace: Trace) -> Iterator[Text]:
    """Yield the timeline, line by line: what was said, and under each answer where its time went."""
    yield _head(trace)
    by_revision = {turn.revision: turn for turn in trace.turns}
    things: list[Speech | Moment] = [*trace.speeches, *trace.moments]
    for thing in sorted(things, key=_when):
        yield _line(trace, thing)
        if (
            isinstance(thing, Speech)
            and thing.who == "agent"
            and (turn := by_revision.get(thing.revision or 0))
        ):
            yield from _waterfall(turn)
    yield Text(f"{trace.end - trace.start:8.2f} s  ", style="dim").append(
        trace.outcome or "goes on", style="bold"
    )


def _when(thing: Speech | Moment) -> float:
    return thing.start if isinstance(thing, Speech) else thing.at


def _head(trace: Trace) -> Text:
    began = datetime.fromtimestamp(trace.start, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    head = Text(f"{trace.call}  ", style="bold").append(
        f"{trace.caller or '?'} called {trace.extension or '?'}"
    )
    return head.append(f", agent {trace.agent}, {began}", style="dim")


def _line(trace: Trace, thing: Speech | Moment) -> Text:
    line = Text(f"{_when(thing) - trace.start:8.2f} s  ", style="dim")
    if isinstance(thing, Moment):
        data = ", ".join(f"{key} {value}" for key, value in thing.data.items() if value is not None)
        return line.append(f"{'':>6}  {thing.kind.replace('_', ' ')}", style="yellow").append(
            f"  {data}", style="dim"
        )
    style = _STYLES[thing.who]
    line.append(f"{thing.who:>6}  ", style=f"bold {style}").append(thing.text, style=style)
    return line.append(
        f"  {thing.end - thing.start:.1f} s{'' if thing.whole else ', cut short'}", style="dim"
    )


def _waterfall(turn: Turn) -> Iterator[Text]:
    total = max(turn.end - turn.start, 1e-9)
    yield Text(f"{'':20}answered after {total:.2f} s", style="bold")
    for stage in turn.stages:
        first = min(_BAR, max(0, round((stage.start - turn.start) / total * _BAR)))
        last = min(_BAR, max(first, round((stage.end - turn.start) / total * _BAR)))
        bar = f"{'·' * first}{'█' * (last - first)}{'·' * (_BAR - last)}"
        yield (
            Text(f"{'':20}{stage.name:<9} ")
            .append(bar, style="blue")
            .append(f" {stage.end - stage.start:.3f} s")
        )


async def read_all(bus: Bus) -> list[Event]:
    """Return everything that is on the stream of events, oldest first; raise BusError."""
    after, events = "0", list[Event]()
    while page := await bus.events(after, block_ms=1):
        after = page[-1][0]
        events += [event for _, event in page]
    return events


def chosen(events: list[Event], wanted: str) -> str:
    """Return the id of the call that is asked for; empty when there is none.

    `last` is the one that began last; one of the canary's only where there is no other.
    """
    if wanted != "last":
        return wanted if any(event.call == wanted for event in events) else ""
    begun = [event for event in reversed(events) if event.kind == "call_started"]
    callers = [event for event in begun if event.data.get("caller") != CANARY]
    return next((event.call for event in callers or begun), "")


async def _read(url: str) -> list[Event]:
    bus = Bus.connect(url)
    try:
        return await read_all(bus)
    finally:
        await bus.close()


def main(wanted: str) -> int:
    """Print a call's timeline; return the exit status."""
    try:
        events = asyncio.run(_read(load(Settings, os.environ).redis_url))
    except (SettingError, BusError) as error:
        print(f"trace: {error}", file=sys.stderr)
        return 1
    call = chosen(events, wanted)
    if not call:
        print(f"trace: no call {wanted!r}; the last {EVENTS_MAXLEN} events are kept", file=sys.stderr)
        return 1
    console = Console(highlight=False, soft_wrap=True)
    for line in lines(trace_of(call, [event for event in events if event.call == call])):
        console.print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "last"))
