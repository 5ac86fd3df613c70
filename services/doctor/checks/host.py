"""Checks of what the host tells: the engine, its disk, the containers, their logs, the clock."""

from collections import Counter

import msgspec

from doctor.finding import Finding, good, unknown, wrong
from doctor.subject import Subject

LEAST_FREE_GB = 3
MOST_CLOCK_S = 2.0
_LONGEST = 160
"""Characters of somebody else's line."""
_FINE = ("healthy", "running", "done")


async def docker(subject: Subject) -> Finding:
    """The engine answers."""
    facts = subject.facts
    if not facts.engine:
        return wrong("Docker does not answer", "Start it:  systemctl start docker  (or Docker Desktop)")
    return good(f"engine {facts.engine}, Compose {facts.compose}")


async def disk(subject: Subject) -> Finding:
    """There is room where the engine keeps its data."""
    facts = subject.facts
    if facts.free_kb is None:
        return unknown("not to be seen from here: Docker keeps its data in another machine")
    free = facts.free_kb / 1_048_576
    if free < LEAST_FREE_GB:
        return wrong(f"{free:.1f} GB free at {facts.folder}", "Make room:  docker system prune")
    return good(f"{free:.0f} GB free at {facts.folder}")


async def containers(subject: Subject) -> Finding:
    """Every container that was started is healthy."""
    started = [c for c in subject.facts.containers if c.verdict != "created"]
    bad = [c for c in started if c.verdict not in _FINE]
    if not started:
        return wrong("there are none", "Start the stack:  make up")
    if bad:
        named = ", ".join(f"{c.name} is {c.verdict}" for c in bad)
        return wrong(named, f"make logs SERVICE={bad[0].service}   and then   make up")
    return good(f"{len(started)} of {len(started)} are healthy")


async def logs(subject: Subject) -> Finding:
    """No log tells of an error."""
    errors = subject.facts.errors
    if not errors:
        return good("0 errors in the last minutes")
    counts = Counter(container for container, _ in errors)
    named = ", ".join(f"{container} {count}" for container, count in counts.most_common())
    container, line = errors[-1]
    service = container.rpartition("-")[0] or container
    return wrong(f"errors: {named}; the last: {_words(line)}", f"make logs SERVICE={service}")


async def passwords(subject: Subject) -> Finding:
    """No password is short: the trunk's is the provider's, any other is refused at the start."""
    if weak := subject.facts.weak:
        return wrong(
            f"fewer than 12 characters: {', '.join(weak)}",
            "Have the provider give a longer one; then  make up",
        )
    return good("none is short")


async def tuned(subject: Subject) -> Finding:
    """The local language model runs as it is best on this machine."""
    found = subject.facts.tuned
    if found is None:
        return unknown("there is no language model here")
    threads, _, rest = found.partition(" ")
    batch, _, measured = rest.partition(" ")
    if not batch:
        return unknown("the language model was not measured: the machine was busy", "make tune")
    return good(f"language model: {threads} threads, steps of {batch} tokens; {measured}")


def _words(line: str) -> str:
    """What a line of a log says, short enough for one of ours."""
    try:
        fields = msgspec.json.decode(line, type=dict[str, object])
    except (msgspec.DecodeError, msgspec.ValidationError):
        return line[:_LONGEST]
    return (
        ": ".join(str(fields[key]) for key in ("event", "error") if key in fields)[:_LONGEST]
        or line[:_LONGEST]
    )


async def clock(subject: Subject) -> Finding:
    """Host and containers agree on the time, and somebody keeps it right."""
    offset = subject.facts.clock_s
    if offset is None:
        return unknown("no container could be asked")
    if abs(offset) > MOST_CLOCK_S:
        return wrong(
            f"containers are {offset:+.0f} s off the host", "Restart Docker's machine, or Docker itself"
        )
    synchronised = {True: "synchronised (NTP)", False: "not synchronised", None: "NTP not known"}[
        subject.facts.ntp
    ]
    if subject.facts.ntp is False:
        return unknown(f"host and containers agree, {synchronised}", "timedatectl set-ntp true")
    return good(f"host and containers agree, {synchronised}")
