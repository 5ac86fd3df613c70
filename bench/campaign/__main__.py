"""Do calls stay as quick while a campaign calls people? `make bench-campaign`.

    python -m bench.campaign [CALLS] [PEOPLE]

Callers ask what is known, so many at a time: alone, then again and again for as long as the same stack calls the people
of a campaign, then alone again. A round in which the campaign came to its end counts only if it was the first. The
ratio is of the calls beside the campaign to those alone, before and after; how far these two are apart is told as well.
Writes results/campaign.json.
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from bench.campaign.outgoing import NUMBERS, started
from bench.conversation.levels import Level, ratios, settings
from bench.conversation.measuring import known_callers, measure
from bench.instruments import report
from bench.instruments.engine import Engine
from bench.instruments.stats import finite
from parley.errors import ParleyError


def figures(
    before: Level, beside: Sequence[Level], after: Level, campaign: Mapping[str, Any], seconds: float
) -> dict[str, float | None]:
    """What is to be known; `before` and `after` are calls alone, `campaign` is how it stood after so many seconds."""
    levels = (before, *beside, after)
    answered = campaign["outcomes"].get("caller_hung_up", 0)
    return {
        "campaign_called": campaign["done"],
        "campaign_answered": answered,
        "campaign_calls_per_minute": campaign["done"] / seconds * 60,
        "campaign_stopped_by_itself": int(campaign["state"] == "tripped"),
        "refused": sum(level.refused for level in levels),
        "failures": sum(len(level.failures) for level in levels),
        **ratios(before, [delay for level in beside for delay in level.delays("all")], after),
    }


async def run(calls: int, people: int) -> int:
    """Measure, print and write; return the exit status."""
    callers = known_callers(calls)
    on = report.machine()
    before = await measure(callers, "alone")
    beside: list[Level] = []
    async with started(Engine(os.environ["COMPOSE_PROJECT_NAME"]), people) as campaign:
        begun = time.monotonic()
        await campaign.until_calling()
        while not beside or await campaign.runs():
            level = await measure(callers, f"beside a campaign of {people}")
            if not beside or await campaign.runs():
                beside.append(level)
        seconds, stands = time.monotonic() - begun, await campaign.look()
    after = await measure(callers, "alone again")
    if not all(level.of("all") for level in (before, *beside, after)):
        print("bench: no turn was measured", file=sys.stderr)
        return 1
    found = figures(before, beside, after, stands, seconds)
    report.table("calls beside a campaign", ("", ""), [(name, value) for name, value in found.items()])
    for failure in (failure for level in (before, *beside, after) for failure in level.failures):
        print(f"  ! {failure}")
    report.write("campaign", settings([calls]) | {"people": people}, finite(found), [], on=on)
    return 0


def main() -> int:
    """Run the benchmark; return the exit status."""
    parser = argparse.ArgumentParser(prog="bench.campaign", description="Calls beside those of a campaign.")
    parser.add_argument("calls", nargs="?", type=int, default=10, help="calls at a time")
    parser.add_argument("people", nargs="?", type=int, default=len(NUMBERS), help="people who are called")
    options = parser.parse_args()
    if not 1 <= options.people <= len(NUMBERS):
        parser.error(f"PEOPLE must be 1 to {len(NUMBERS)}")
    try:
        return asyncio.run(run(options.calls, options.people))
    except (ParleyError, httpx.HTTPError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
