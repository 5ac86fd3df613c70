"""espeak-ng as a voice, the program itself."""

import numpy as np
import pytest

from agent.voice.espeak import EspeakVoice
from parley import audio, languages
from parley.errors import EngineError

SENTENCE = "Wir haben am Samstag von zehn bis siebzehn Uhr geöffnet."


@pytest.fixture(scope="module")
def voice() -> EspeakVoice:
    return EspeakVoice("de", level_dbfs=-18.0)


def test_a_sentence_is_spoken_with_all_its_words_in_order(voice: EspeakVoice) -> None:
    pieces = list(voice.speak(SENTENCE))
    assert "".join(piece.text for piece in pieces).strip() == SENTENCE
    assert 2 < audio.seconds(sum(len(piece.pcm) for piece in pieces)) < 8
    assert all(len(piece.pcm) <= audio.SAMPLE_RATE // 5 for piece in pieces)


def test_words_come_with_the_samples_that_speak_them(voice: EspeakVoice) -> None:
    pieces = list(voice.speak(SENTENCE))
    half = "".join(piece.text for piece in pieces[: len(pieces) // 2])
    assert 0.3 < len(half) / len(SENTENCE) < 0.7


def test_the_level_is_as_asked_for(voice: EspeakVoice) -> None:
    pcm = np.concatenate([piece.pcm for piece in voice.speak(SENTENCE)])
    assert -21 < audio.level_dbfs(pcm[np.abs(pcm) > 100]) < -14


def test_speech_begins_at_once(voice: EspeakVoice) -> None:
    assert np.abs(next(voice.speak(SENTENCE)).pcm[:800]).max() > 300


def test_the_same_sentence_sounds_the_same(voice: EspeakVoice) -> None:
    first, second = ([p.pcm for p in voice.speak("Guten Tag.")] for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def test_nothing_to_say_is_no_speech(voice: EspeakVoice) -> None:
    assert list(voice.speak("  ")) == []


@pytest.mark.parametrize("name", ["xx", "xx-such-voice", "--help", "../de", ""])
def test_a_voice_that_there_is_not(name: str) -> None:
    with pytest.raises(EngineError):
        EspeakVoice(name, level_dbfs=-18.0)


@pytest.mark.parametrize("code", languages.codes())
def test_every_language_that_has_words_is_spoken(code: str) -> None:
    text = languages.get(code).texts["apology"]
    pieces = list(EspeakVoice(code, level_dbfs=-18.0).speak(text))
    assert "".join(piece.text for piece in pieces).split() == text.split()
    assert 1 < audio.seconds(sum(len(piece.pcm) for piece in pieces)) < 10
