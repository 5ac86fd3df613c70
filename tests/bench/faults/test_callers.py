"""A caller who waits for an answer on a busy machine: what it has heard is written down late."""

import asyncio
import time
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bench.faults import callers
from bench.faults.callers import QUESTIONS, Caller, Speech
from bench.faults.turns import Turn
from caller.phone.call import Heard

PARKING = QUESTIONS[2]


class Line:
    """A call in which these stretches of voice come, one after the other."""

    is_over = False

    def __init__(self, *stretches: tuple[float, float]) -> None:
        """Seconds after what was said."""
        self.began = time.monotonic()
        found = [[self.began + start, self.began + end] for start, end in stretches]
        self.voice = SimpleNamespace(stretches=found)

    async def listen(self, *, since: float, silence: float, within: float) -> Heard | None:
        await asyncio.sleep(0)
        later = [one for one in self.voice.stretches if one[1] >= since]
        return Heard(*later[0]) if later else None

    def heard_between(self, start: float, _end: float) -> float:
        return start


class Ears:
    """Writes down the first stretch only when it is let."""

    def __init__(self, *texts: str) -> None:
        self.texts = list(texts)
        self.let = asyncio.Event()

    async def transcribe(self, _clip: float) -> str:
        text = self.texts.pop(0)
        if text == "Let me look that up.":
            await self.let.wait()
        return text


async def waited(ears: Ears, line: Line) -> tuple[Turn, bool, Caller]:
    caller = Caller(cast(Any, None), Speech({}, cast(Any, ears)), 0)
    turn = Turn(PARKING, line.began)
    again = await caller._await_answer(cast(Any, line), turn)
    return turn, again, caller


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_UNDERSTOOD_IN_S", "_SHORT_UNDERSTOOD_IN_S"):
        monkeypatch.setattr(callers, name, 0.01)


async def test_after_words_that_bridge_a_wait_the_answer_is_heard_though_they_are_not_written_down_yet() -> (
    None
):
    ears = Ears("Let me look that up.", "Parking is free for one hour.")
    turn, again, caller = await waited(ears, Line((2.0, 3.0), (7.0, 9.0)))
    assert (turn.answered, again) == (True, False)
    assert len(caller._late) == 1
    ears.let.set()
    for late, words in caller._late:
        caller._note(late, await words)
    assert turn.answered


async def test_what_nothing_follows_counts_as_the_answer_until_it_is_written_down() -> None:
    ears = Ears("Let me look that up.")
    turn, again, caller = await waited(ears, Line((2.0, 3.0)))
    assert (turn.answered, again) == (False, False)
    assert caller.conversing.is_set()
    ears.let.set()
    assert [await words for _, words in caller._late] == ["Let me look that up."]
