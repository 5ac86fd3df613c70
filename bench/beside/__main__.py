"""Do calls stay as quick while people chat? `make bench-beside`.

    python -m bench.beside [CALLS] [CHATS]

Callers ask what is known, so many at a time: alone, then while visitors write to the same agents, then alone again. The
ratio is of the calls beside chats to those alone, before and after; how far these two are apart is told as well.
Writes results/beside.json.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence, Set

from bench.beside import chats
from bench.conversation.levels import Level, ratios, settings
from bench.conversation.measuring import known_callers, measure, read_agents, read_utterances
from bench.conversation.utterances import Utterance
from bench.instruments import report
from bench.instruments.stats import finite, percentile
from parley.errors import ParleyError

_CHAT = "http://chat:8001/chat/v1"


def known_of(utterances: Sequence[Utterance], chatting: Set[str]) -> list[tuple[str, list[str]]]:
    """What visitors ask each agent that chats: such as needs nothing before it and has an answer in the facts."""
    found: dict[str, list[str]] = {}
    for utterance in utterances:
        if utterance.kind == "answerable" and not utterance.after and utterance.agent in chatting:
            found.setdefault(utterance.agent, []).append(utterance.text)
    return list(found.items())


def figures(before: Level, beside: Level, after: Level, room: chats.Room) -> dict[str, float | None]:
    """What is to be known; `before` and `after` are calls alone."""
    found: dict[str, float | None] = {
        "chat_answers": len(room.answers_s),
        "chat_answer_p50_s": percentile(room.answers_s, 50),
        "chat_answer_p95_s": percentile(room.answers_s, 95),
        "chat_unanswered": room.unanswered,
        "failures": sum(len(level.failures) for level in (before, beside, after)) + len(room.failures),
    }
    return found | ratios(before, beside.delays("all"), after)


async def run(calls: int, most: int) -> int:
    """Measure, print and write; return the exit status."""
    callers = known_callers(calls)
    on = report.machine()
    before = await measure(callers, "alone")
    chatting = {name for name, agent in read_agents().items() if agent.file.chat.enabled}
    async with chats.full_of(_CHAT, most, known_of(read_utterances(), chatting)) as room:
        beside = await measure(callers, f"beside {most} chats")
    after = await measure(callers, "alone again")
    if not all(level.of("all") for level in (before, beside, after)):
        print("bench: no turn was measured", file=sys.stderr)
        return 1
    found = figures(before, beside, after, room)
    report.table("calls beside chats", ("", ""), [(name, value) for name, value in found.items()])
    for failure in (*before.failures, *beside.failures, *after.failures, *room.failures):
        print(f"  ! {failure}")
    report.write(
        "beside", settings([calls]) | {"chats": most, "pace_s": chats.PACE_S}, finite(found), [], on=on
    )
    return 0


def main() -> int:
    """Run the benchmark; return the exit status."""
    parser = argparse.ArgumentParser(prog="bench.beside", description="Calls while something else goes on.")
    parser.add_argument("calls", nargs="?", type=int, default=20, help="calls at a time")
    parser.add_argument("chats", nargs="?", type=int, default=50, help="chats at a time")
    options = parser.parse_args()
    try:
        return asyncio.run(run(options.calls, options.chats))
    except ParleyError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
