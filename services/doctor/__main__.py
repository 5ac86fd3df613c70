"""`scripts/doctor.sh facts | python -m doctor [--json]`: looks at everything, and says what to do.

Exit status: 0 nothing is wrong; 1 something is; 2 it could not be looked at.
"""

import argparse
import asyncio
import contextlib
import os
import sys
import time

from rich.console import Console

from doctor.checklist import Line, examine
from doctor.probes.facts import Facts, parse
from doctor.probes.phones import Phones
from doctor.probes.web import Web
from doctor.probes.wire import Wire
from doctor.report import as_json, is_well, kept, shown, summary
from doctor.settings import DoctorSettings
from doctor.subject import Subject
from parley import log
from parley.bus import Bus, BusError
from parley.errors import ParleyError
from parley.settings import load


def main(argv: list[str] | None = None) -> int:
    """Examine the stack; return the exit status."""
    parser = argparse.ArgumentParser(prog="doctor", description="Look at everything, and say what to do.")
    parser.add_argument("--json", action="store_true", help="print JSON instead of the list")
    options = parser.parse_args(argv)
    console = Console(quiet=options.json, highlight=False, soft_wrap=True)
    log.configure("doctor", "error")
    try:
        settings = load(DoctorSettings, os.environ)
        lines = asyncio.run(_examine(settings, parse(sys.stdin), console))
    except ParleyError as error:
        print(f"doctor: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    console.print(summary(lines))
    if options.json:
        print(as_json(lines))
    return 0 if is_well(lines) else 1


async def _examine(settings: DoctorSettings, facts: Facts, console: Console) -> list[Line]:
    bus = Bus.connect(settings.redis_url)
    subject = Subject(settings, facts, Web(), Wire(), bus, Phones(settings))
    lines: list[Line] = []
    try:
        async for line in examine(subject):
            lines.append(line)
            console.print(shown(line))
        await _keep(bus, lines)
    finally:
        await bus.close()
    return lines


async def _keep(bus: Bus, lines: list[Line]) -> None:
    """Have the API show what was found; where Redis is away, that is what was found."""
    with contextlib.suppress(BusError):
        await bus.commands().reports().save(kept(lines, time.time()))


if __name__ == "__main__":
    sys.exit(main())
