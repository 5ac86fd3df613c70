"""One fault of each kind under live calls, counted by the callers: the short form of `make bench-faults`."""

import os
from collections.abc import AsyncIterator

import pytest

from bench.faults.__main__ import Bench, suffer
from bench.faults.callers import QUESTIONS, Speech
from bench.faults.catalogue import everything
from bench.faults.harm import Harm
from caller.sound.clip import joined, silence
from caller.sound.ears import Ears
from caller.sound.voice import Voice
from parley.bus import Bus

pytestmark = pytest.mark.stack

CALLS = 2
WINDOW_S = 15.0
SHORT_S = 8.0
"""How long a hang lasts here."""
FAULTS = ("stt_kill", "agent_hang", "records_oom", "prometheus_cut", "stt_poison", "caller_loss5")
"""None of them may end a call. What it costs in waiting, the benchmark tells: this machine may be busy."""


@pytest.fixture
async def bench(voice: Voice, ears: Ears, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    monkeypatch.setattr("bench.faults.catalogue.HANG_S", SHORT_S)
    quiet = silence(0.2, 16_000)
    clips = {q.text: joined([quiet, voice.speak(q.text).at(16_000), quiet]) for q in QUESTIONS}
    bus = Bus.connect(os.environ["REDIS_URL"])
    yield Bench(Harm(os.environ["COMPOSE_PROJECT_NAME"]), bus, Speech(clips, ears), CALLS, WINDOW_S)
    await bus.close()


@pytest.mark.parametrize("name", FAULTS)
async def test_no_call_is_lost_no_word_unkept_and_a_new_caller_is_greeted(name: str, bench: Bench) -> None:
    figures, calls = await suffer(bench, everything()[name])
    assert figures["calls_dropped"] == 0, calls
    assert figures["turns_lost"] == 0, calls
    assert figures["words_lost"] == 0, calls
    assert figures["new_call_after_s"] is not None
