"""The real voice. MODELS_DIR must hold it (`make models`)."""

import concurrent.futures
from pathlib import Path

import numpy as np
import pytest
from hibari.g2p import G2P

from agent.voice import hibari
from agent.voice.hibari import HibariVoice, Reading
from agent.voice.pieces import PIECE_SAMPLES
from agent.voice.saying import spoken
from parley.errors import EngineError, ModelMissing
from tests.agent.voice.conftest import LONG, folder_of, joined


@pytest.fixture(scope="module")
def folder() -> Path:
    return folder_of("hibari")


@pytest.fixture(scope="module")
def voice(folder: Path) -> HibariVoice:
    return HibariVoice(folder, threads=1, level_dbfs=-18)


@pytest.fixture(scope="module")
def g2p() -> G2P:
    return G2P()


def symbols(text: str, g2p: G2P) -> dict[str, str]:
    return {r.written: r.symbols for r in hibari.read(spoken.words(text), g2p)}


def test_a_sentence_always_sounds_the_same_on_any_thread(voice: HibariVoice, folder: Path) -> None:
    texts = ["Of course.", LONG, "The Nova 5 costs $399."]
    alone = {text: joined(list(voice.speak(text))) for text in texts}
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        for text, pcm in zip(
            texts * 3, pool.map(lambda t: joined(list(voice.speak(t))), texts * 3), strict=True
        ):
            assert np.array_equal(pcm, alone[text])
    other = joined(list(HibariVoice(folder, threads=2, level_dbfs=-18).speak(LONG)))
    assert np.abs(other.astype(int) - alone[LONG].astype(int)).max() < 50


def test_words_end_where_they_are_heard(voice: HibariVoice) -> None:
    """The voice's pause after the comma must lie behind the word before it."""
    pieces = list(voice.speak("On Saturday, we are open."))
    at = {
        word: sum(len(p.pcm) for p in pieces[: n + 1])
        for n, p in enumerate(pieces)
        for word in p.text.split()
    }
    pcm = joined(pieces).astype(float)
    quiet = [np.sqrt(np.mean(pcm[i : i + 800] ** 2)) for i in range(3200, len(pcm) - 6400, 160)]
    gap = 3200 + int(np.argmin(quiet)) * 160
    assert abs(at["Saturday,"] - gap) < PIECE_SAMPLES + 1600
    assert at["we"] > gap


def test_a_word_in_another_script_is_not_said(voice: HibariVoice) -> None:
    assert list(voice.speak("東京")) == []
    assert "".join(p.text for p in voice.speak("It is 東京.")) == "It is 東京. "


def test_what_the_package_writes_out_stays_with_its_words(g2p: G2P) -> None:
    read = symbols("On 5 Jan. 2026, a box of 1.3 lb goes to St. Mary's.", g2p)
    assert (read["5"], read["Jan."]) == ("ʤˈænjəwˌɛɹi fˈɪfθ", "")
    assert read["2026,"] == "twˈɛnti twˈɛnti sˈɪks,"
    assert (read["1.3"].split()[-1], read["lb"]) == ("pˈWndz", "")
    assert read["St."] == "sˈAnt"


def test_a_word_that_is_in_no_lexicon_is_read_and_letters_have_their_names(g2p: G2P) -> None:
    read = symbols("The Kurfürstendamm has an FAQ at 10 a.m. for order 44179 at $1,299.", g2p)
    assert read["Kurfürstendamm"].startswith("kˈɜɹf")
    assert read["FAQ"] == "ˈɛf ˈA kjˈu"
    assert read["a.m."] == "ˈA ˈɛm"
    assert read["44179"] == "fˈɔɹ fˈɔɹ wˈʌn sˈɛvən nˈIn"
    assert read["$1,299."].startswith("wˈʌn θˈWzᵊnd")


def test_a_long_sentence_is_split_at_its_marks() -> None:
    words = [Reading(w, w) for w in ("one", "two,", "three", "four", "five")]
    split = [[r.written for r in stretch] for stretch in hibari.stretches(words, 16)]
    assert split == [["one", "two,"], ["three", "four", "five"]]
    assert [len(stretch) for stretch in hibari.stretches(words, 5)] == [1, 1, 1, 1, 1]
    assert list(hibari.stretches(words, 100)) == [words]


def test_a_voice_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="TTS_VOICE"):
        HibariVoice(tmp_path, threads=1, level_dbfs=-18)


def test_a_voice_that_is_broken(tmp_path: Path) -> None:
    (tmp_path / "hibari.onnx").write_bytes(b"no network")
    with pytest.raises(EngineError, match="voice hibari"):
        HibariVoice(tmp_path, threads=1, level_dbfs=-18)
