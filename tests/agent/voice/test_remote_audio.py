"""Bytes of remote voices, in pieces of any size."""

import io
import struct

import av
import numpy as np
import pytest

from agent.voice.remote_audio import SpeechStream, Words, decode, wav_header
from agent.voice.tts import Piece
from parley import audio
from parley.errors import EngineError
from tests.fakes.servers.audio_server import TONE_RATE, tone, wav

TEXT = "We are open from nine to five."


def spoken(data: bytes, kind: str, step: int = 1001) -> list[Piece]:
    stream = SpeechStream(TEXT, kind, TONE_RATE)
    pieces = [piece for at in range(0, len(data), step) for piece in stream.feed(data[at : at + step])]
    return pieces + list(stream.end())


def check(pieces: list[Piece]) -> None:
    pcm = np.concatenate([piece.pcm for piece in pieces])
    assert abs(audio.seconds(len(pcm)) - 1.0) < 0.01
    assert audio.level_dbfs(pcm) == pytest.approx(-15.2, abs=0.3)
    crossings = np.count_nonzero(np.diff(np.signbit(pcm.astype(int))))
    assert crossings == pytest.approx(880, abs=4)  # 440 Hz
    assert "".join(piece.text for piece in pieces).split() == TEXT.split()


@pytest.mark.parametrize("step", [1, 7, 4800, 10**6])
@pytest.mark.parametrize("kind", ["audio/pcm", "audio/wav", "application/octet-stream"])
def test_speech_comes_out_as_it_went_in(kind: str, step: int) -> None:
    data = tone(1.0)
    check(spoken(wav(data) if kind == "audio/wav" else data, kind, step))


def test_speech_is_given_out_before_its_end() -> None:
    stream = SpeechStream(TEXT, "audio/pcm", TONE_RATE)
    assert len(list(stream.feed(tone(0.5)))) >= 2


def test_a_wav_file_brings_its_own_rate_and_may_have_no_length() -> None:
    data = bytearray(wav(tone(1.0)))
    struct.pack_into("<I", data, 40, 0xFFFFFFFF)
    check(spoken(bytes(data), "audio/wav"))
    assert wav_header(wav(b"", 16_000)) == (16_000, 44)
    assert wav_header(bytes(data[:40])) is None


def test_other_files_are_decoded_as_a_whole() -> None:
    check(spoken(wav(tone(1.0)), "audio/flac"))  # whatever it calls itself
    assert decode(wav(tone(0.5)))[1] == TONE_RATE


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"<html>", "text/html; charset=utf-8"),
        (b'{"error": 1}', "application/json"),
        (b"", "audio/pcm"),
        (b"", "audio/wav"),
        (b"no music", "audio/mpeg"),
        (b"RIFF....WAVEfmt \x10\0\0\0\1\0\2\0" + b"\0" * 40, "audio/wav"),  # two channels
        (b"RIFF....WAVEdata\0\0\0\0", "audio/wav"),
        (b"RIFF....WAVE" + b"junk\0\x20\0\0" + b"\0" * 9000, "audio/wav"),
    ],
)
def test_what_is_no_speech_is_an_error(data: bytes, kind: str) -> None:
    with pytest.raises(EngineError) as caught:
        spoken(data, kind)
    assert caught.value.kind == "protocol"


def test_a_small_file_that_is_hours_of_silence_is_not_decoded_to_its_end() -> None:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=8000, layout="mono")
        minute = av.AudioFrame.from_ndarray(np.zeros((1, 60 * 8000), np.int16), format="s16", layout="mono")
        minute.rate = 8000
        for packet in [p for _ in range(4) for p in stream.encode(minute)] + stream.encode(None):
            container.mux(packet)
    assert len(buffer.getvalue()) < 100_000
    with pytest.raises(EngineError, match="longer than 180 s"):
        decode(buffer.getvalue())


def test_words_end_at_the_pace_of_a_reader() -> None:
    words = Words("one two three")
    assert words.until(0) == ""
    assert words.until(audio.SAMPLE_RATE // 4) == "one "
    assert words.until(audio.SAMPLE_RATE // 4) == ""
    assert words.until(0, last=True) == "two three "
