"""What every voice that is made here keeps to. MODELS_DIR must hold them (`make models`)."""

import numpy as np
import pytest

from agent.voice.hibari import HibariVoice
from agent.voice.pieces import PIECE_SAMPLES, Cutter, hush, sounding
from agent.voice.piper import PiperVoice
from agent.voice.tts import Voice
from parley import audio
from parley.voice import QUIETEST
from tests.agent.voice.conftest import LONG, folder_of, joined

SILENCE, TONE = np.zeros(1600, np.int16), np.full(1600, 8000, np.int16)


@pytest.fixture(scope="module", params=["hibari", "en_US-joe-medium"])
def voice(request: pytest.FixtureRequest) -> Voice:
    engine = HibariVoice if request.param == "hibari" else PiperVoice
    return engine(folder_of(request.param), threads=1, level_dbfs=-18)


@pytest.mark.parametrize(
    "text",
    [
        "Yes.",
        "It costs $49.99 - at 9:30 a.m.",
        "Hello there",
        LONG,
        "(Really?)",
        "On 5 Jan. 2026 it's 1.3 kg.",
    ],
)
def test_every_word_is_in_a_piece(voice: Voice, text: str) -> None:
    pieces = list(voice.speak(text))
    assert "".join(p.text for p in pieces).split() == text.split()
    assert all(0 < len(p.pcm) <= PIECE_SAMPLES for p in pieces)


def test_a_sentence_sounds_like_speech(voice: Voice) -> None:
    pcm = joined(list(voice.speak(LONG)))
    assert 5 < audio.seconds(len(pcm)) < 11
    assert -22 < audio.level_dbfs(pcm) < -15
    assert np.abs(pcm).max() < 32767
    assert abs(float(pcm.mean())) < 50


def test_speech_begins_at_once_and_ends_with_a_pause(voice: Voice) -> None:
    pcm = joined(list(voice.speak("How can I help you?")))
    assert audio.level_dbfs(pcm[: audio.SAMPLE_RATE // 10]) > -45
    assert audio.level_dbfs(pcm[-audio.SAMPLE_RATE // 10 :]) < -50


@pytest.mark.parametrize(
    "text", ["Thank you for calling.", "Sure.", "The tablet costs 299 euros.", "Please hold.", "Yes"]
)
def test_the_first_packet_can_be_heard(voice: Voice, text: str) -> None:
    first = joined(list(voice.speak(text)))[: audio.FRAME_SAMPLES].astype(np.float64) / 32768
    assert np.sqrt(np.square(first).mean()) > QUIETEST


def test_nothing_to_say(voice: Voice) -> None:
    assert list(voice.speak("")) == []
    assert list(voice.speak(" - ")) == []


def test_the_longest_line_of_an_agent_file(voice: Voice) -> None:
    assert len(joined(list(voice.speak("Welcome to the shop. " * 28)))) > 20 * audio.SAMPLE_RATE


def test_words_go_with_the_piece_in_which_they_end() -> None:
    cutter = Cutter(["one", "two", "three"], [1000, 4000, 9000])
    pieces = [*cutter.feed(np.full(4000, 8000, np.int16)), *cutter.feed(TONE, last=True)]
    assert [(p.text, len(p.pcm)) for p in pieces] == [("one ", 2000), ("two ", 2000), ("three ", 1600)]


def test_the_hush_before_counts_as_spoken_and_only_so_much_of_it_goes() -> None:
    pcm = np.concatenate([SILENCE, TONE])
    (piece,) = Cutter(["one"], [3200], most_hush=len(SILENCE)).feed(pcm)
    assert (piece.text, len(piece.pcm)) == ("one ", len(TONE))
    assert sum(len(p.pcm) for p in Cutter([], []).feed(pcm)) == len(pcm) - 640


def test_what_can_be_heard_is_found_from_both_ends() -> None:
    pcm = np.concatenate([SILENCE, TONE, SILENCE])
    assert hush(pcm) == len(SILENCE)
    assert len(SILENCE) + len(TONE) <= sounding(pcm) <= len(SILENCE) + len(TONE) + 320
    assert sounding(SILENCE) == 0
