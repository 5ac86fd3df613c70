import contextlib

import numpy as np
import pytest
from prometheus_client import REGISTRY

from agent.voice.pool import DeadlinePool
from agent.voice.tts import Speaker, limited
from parley.errors import EngineError
from tests.fakes.engines.voice import WordVoice


async def said(speaker: Speaker, text: str) -> str:
    return "".join([p.text async for p in speaker.speak("joe", text, 0)])


async def test_a_sentence_is_synthesised_once(pool: DeadlinePool) -> None:
    voice = WordVoice()
    speaker = Speaker({"joe": voice}, pool, 10**6)
    assert await said(speaker, "We are open.") == "We are open. "
    assert await said(speaker, "We are open.") == "We are open. "
    assert voice.spoken == ["We are open."]


async def test_the_wait_for_a_thread_is_measured_once_a_sentence(pool: DeadlinePool) -> None:
    before = REGISTRY.get_sample_value("parley_tts_queue_seconds_count") or 0.0
    await said(Speaker({"joe": WordVoice()}, pool, 10**6), "three words here")
    assert REGISTRY.get_sample_value("parley_tts_queue_seconds_count") == before + 1


async def test_a_sentence_that_was_stopped_is_not_kept(pool: DeadlinePool) -> None:
    voice = WordVoice()
    speaker = Speaker({"joe": voice}, pool, 10**6)
    async with contextlib.aclosing(speaker.speak("joe", "one two three four", 0)) as pieces:
        await anext(pieces)
    assert voice.steps == 1
    assert await said(speaker, "one two three four") == "one two three four "


async def test_the_oldest_goes_first_and_fixed_lines_stay(pool: DeadlinePool) -> None:
    voice = WordVoice()
    speaker = Speaker({"joe": voice}, pool, 4 * 3200)  # four words
    await speaker.keep("joe", "hello there", due=0.0)
    for text in ("one", "two", "one", "three"):
        await said(speaker, text)
    voice.spoken.clear()
    for text in ("hello there", "one", "three", "two"):
        await said(speaker, text)
    assert voice.spoken == ["two"]


async def test_a_broken_voice(pool: DeadlinePool) -> None:
    speaker = Speaker({"joe": WordVoice(broken=True)}, pool, 10**6)
    before = REGISTRY.get_sample_value("parley_tts_errors_total", {"kind": "internal"}) or 0.0
    with pytest.raises(EngineError, match="no voice today"):
        await said(speaker, "Hello")
    assert REGISTRY.get_sample_value("parley_tts_errors_total", {"kind": "internal"}) == before + 1


async def test_an_unknown_voice(pool: DeadlinePool) -> None:
    speaker = Speaker({}, pool, 10**6)
    assert not speaker.has("joe")
    with pytest.raises(EngineError, match="joe"):
        await said(speaker, "Hello")


def test_loud_peaks_are_rounded_off() -> None:
    samples = limited(np.array([0.0, 0.5, -0.5, 0.9, 2.0, -9.0], np.float32))
    assert samples[:3].tolist() == [0, 16384, -16384]
    assert 0.7 * 32767 < samples[3] < 0.9 * 32767
    assert samples[4] <= 32767
    assert samples[5] >= -32767
    assert (np.diff(limited(np.linspace(-3, 3, 1000, dtype=np.float32)).astype(int)) >= 0).all()
