"""The echo test, extension 600, with every codec: what is said comes back, as loud, at once and undamaged."""

import asyncio

import numpy as np
import pytest

from caller.phone.phone import Softphone
from caller.phone.rtp import CODECS, Codec
from caller.sound.clip import Clip
from caller.sound.measure import Span, spans
from caller.sound.track import Track
from tests.e2e.conftest import PhoneFactory

pytestmark = pytest.mark.stack

PROMPT_S = 40.0
"""The prompt before the echo takes 22 s."""


async def echoed(phone: Softphone, question: Clip) -> tuple[Track, Track, list[Span], list[Span]]:
    call = await phone.dial("600")
    try:
        prompt = await call.listen(silence=1.0, within=5, longest=PROMPT_S)
        assert prompt is not None
        said = await call.say(question)
        assert said.start is not None
        assert await call.listen(since=said.start, silence=0.5, within=3) is not None
        begun = said.start - 0.2
    finally:
        await call.hangup()
    tracks = await call.tracks()
    sent = [s for s in spans(tracks.sent) if s.start >= begun]
    heard = [s for s in spans(tracks.received) if s.start >= begun]
    assert tracks.received_quality is None or tracks.received_quality.lost == 0
    return tracks.sent, tracks.received, sent, heard


def loudness(track: Track, span: Span) -> np.ndarray:
    """Level of every 20 ms of a span, in dBFS, for comparing two codecs' versions of it."""
    sound = track.samples[span.first : span.first + 60 * track.rate // 50].astype(np.float64)
    windows = sound[: len(sound) // (track.rate // 50) * (track.rate // 50)].reshape(-1, track.rate // 50)
    return 10 * np.log10(np.mean(windows**2, axis=1) + 1)


async def test_speech_comes_back_with_every_codec(phone: PhoneFactory, question: Clip):
    codecs: list[Codec] = list(CODECS)
    phones = [await phone(codec=codec) for codec in codecs]
    results = await asyncio.gather(*(echoed(p, question) for p in phones))
    for codec, (sent_track, heard_track, sent, heard) in zip(codecs, results, strict=True):
        assert sent, codec
        assert heard, codec
        assert heard[0].level_dbfs == pytest.approx(sent[0].level_dbfs, abs=1.5), codec
        # A frame of 20 ms may be voiced at one end of a codec and not at the other.
        assert -0.03 <= heard[0].start - sent[0].start < 0.15, codec
        assert -0.03 <= heard[-1].end - sent[-1].end < 0.15, codec
        a, b = loudness(sent_track, sent[0]), loudness(heard_track, heard[0])
        shared = min(len(a), len(b))
        assert np.corrcoef(a[:shared], b[:shared])[0, 1] > 0.9, codec
