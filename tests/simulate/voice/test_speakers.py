"""Who speaks for a simulated caller."""

from pathlib import Path

import numpy as np
import pytest

from caller.sound.clip import Clip
from parley.simulation.schema import Line, Persona, Script, Turn, Want
from simulate.voice import speakers
from simulate.voice.speakers import Speakers, Surroundings

SCRIPT = Script(name="s", turns=(Turn(say="Hello."),))
FOREIGN = Persona(name="p", style="heavy_accent", wants=(Want(ask=("Hours?",), contains="six"),))
LOUD = Clip(np.full(16_000, 8000, np.int16), 16_000)


class Named:
    """A voice that notes who it is."""

    made: list[str]

    def __init__(self, *what: object) -> None:
        self.made.append(" ".join(str(w.name) if isinstance(w, Path) else str(w) for w in what))

    def speak(self, _text: str) -> Clip:
        return LOUD


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    for name in ("PiperVoice", "EspeakVoice"):
        kind = type(name, (Named,), {"made": found, "name": name})
        monkeypatch.setattr(speakers, name, kind)
    return found


@pytest.fixture
def models(tmp_path: Path) -> Path:
    for name in ("en_US-joe-medium", "en_GB-alan-medium", "hibari"):
        (tmp_path / "tts" / name).mkdir(parents=True)
    return tmp_path


def test_each_conversation_has_another_voice_than_the_one_before(models: Path, made: list[str]) -> None:
    who = Speakers(models, Surroundings())
    for number in range(7):
        who.of("en", SCRIPT, number)
    assert made == [
        "en_GB-alan-medium 1.0 1 ",
        "en_GB-alan-medium 1.14 1 ",
        "en_GB-alan-medium 0.92 1 ",
        "en_US-joe-medium 1.0 1 ",
        "en_US-joe-medium 1.14 1 ",
        "en_US-joe-medium 0.92 1 ",
    ], "and the seventh has the first one's, which is loaded"


def test_an_accent_is_another_pronunciation_and_a_language_without_a_voice_has_another_engine(
    models: Path, made: list[str]
) -> None:
    who = Speakers(models, Surroundings())
    who.of("en", FOREIGN, 0)
    who.of("de", SCRIPT, 0)
    assert made == ["en_GB-alan-medium 1.0 1 en-gb-scotland", "de"]


@pytest.mark.usefixtures("made")
def test_a_voice_comes_over_the_line_that_is_wanted(models: Path) -> None:
    assert Speakers(models, Surroundings(narrow=False)).of("en", SCRIPT, 0)("Hi") is LOUD
    narrow = Speakers(models, Surroundings()).of("en", SCRIPT, 0)("Hi")
    assert narrow.rate == 8000
    noisy = Speakers(models, Surroundings(narrow=False, snr_db=10)).of("en", SCRIPT, 0)("Hi")
    assert noisy.seconds > LOUD.seconds
    lossy = Speakers(models, Surroundings(narrow=False, loss_pct=50)).of("en", SCRIPT, 0)("Hi")
    assert 0.2 < (lossy.samples == 0).mean() < 0.8


@pytest.mark.usefixtures("made")
def test_a_persona_has_a_line_of_its_own_where_the_run_has_none(models: Path) -> None:
    wants = (Want(ask=("Hours?",), contains="six"),)
    bad = Persona(name="p", wants=wants, line=Line(noise=10, loss=50))
    own = Speakers(models, Surroundings(narrow=False)).of("en", bad, 0)("Hi")
    assert own.seconds > LOUD.seconds
    assert 0.2 < (own.samples == 0).mean() < 0.8
    whole = Speakers(models, Surroundings(narrow=False, loss_pct=0)).of("en", bad, 0)("Hi")
    assert whole.seconds > LOUD.seconds
    assert (whole.samples == 0).mean() < 0.1
