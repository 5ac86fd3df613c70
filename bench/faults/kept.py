"""What the stack has kept of the calls: the words in its records."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from bench.faults.turns import Account, missing
from bench.instruments.engine import Engine

_WITHIN_S = 20.0
_NEAR_S = 8.0
"""A call began within so many seconds of when its record says."""


async def words_lost(engine: Engine, calls: Sequence[tuple[Account, float]], caller: str) -> int | None:
    """Words of answered questions that stand in no record; None when the records cannot be read in time.

    `calls` with the Unix time of their beginnings.
    """
    since = min(began for _, began in calls) - _NEAR_S
    for _ in range(int(_WITHIN_S)):
        records = await asyncio.to_thread(_export, engine, caller, since)
        if records is not None and len(records) >= len(calls):
            break
        await asyncio.sleep(1)
    if records is None:
        return None
    lost = 0
    for account, began in sorted(calls, key=lambda pair: pair[1]):
        mine = min(records, key=lambda record: abs(_unix(record) - began), default=None)
        said = [turn.question.text for turn in account.turns if turn.answered]
        if mine is None or abs(_unix(mine) - began) > _NEAR_S:
            lost += sum(len(text.split()) for text in said)
            continue
        records.remove(mine)
        lines = [line["text"] for line in mine["turns"] if line["who"] == "caller"]
        lost += sum(len(text.split()) for text in missing(said, lines))
    return lost


def _export(engine: Engine, caller: str, since: float) -> list[dict[str, Any]] | None:
    found = engine.containers("records")
    if not found:
        return None
    moment = datetime.fromtimestamp(since, UTC).isoformat(timespec="seconds")
    # Its own exit status is not told: what is not JSON is an error.
    text = engine.run(found[0], f"python -m records export --since {moment} --caller {caller}")
    try:
        return [json.loads(line) for line in text.splitlines()]
    except ValueError:
        return None


def _unix(record: dict[str, Any]) -> float:
    return datetime.fromisoformat(record["started_at"]).timestamp()
