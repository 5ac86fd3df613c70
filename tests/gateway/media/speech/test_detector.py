from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from gateway.media.speech.detections import DetectorSettings
from gateway.media.speech.detector import SpeechDetector
from gateway.media.speech.vad_onnx import OnnxVad
from parley.audio import FRAME_SAMPLES
from tests.fakes.engines.vad import LingeringVad, LoudnessVad

LOUD = np.full(FRAME_SAMPLES, 8000, np.int16)
QUIET = np.zeros(FRAME_SAMPLES, np.int16)


@dataclass
class Told:
    """Ticks in which something was told of the row under test."""

    started: list[int] = field(default_factory=list)
    sustained: list[int] = field(default_factory=list)
    hushed: list[int] = field(default_factory=list)
    went_on: list[int] = field(default_factory=list)
    paused: list[int] = field(default_factory=list)
    silence_reached: list[int] = field(default_factory=list)


class OneCaller:
    def __init__(self, row: int = 0, engine: object = None, **settings: float) -> None:
        self.engine = engine or LoudnessVad()
        self.detector = SpeechDetector(8, self.engine, DetectorSettings(**settings))
        self.row = row
        for any_row in range(8):
            self.detector.reset(any_row)
        self.rows = np.array([row])
        self.tick = 0
        self.overlong: list[int] = []
        self.told = Told()

    def hear(self, frame: np.ndarray, times: int = 1, *, made_up: bool = False) -> Told:
        for _ in range(times):
            arrival = 0.0 if made_up else 100 + self.tick / 50
            self.detector.feed(self.rows, frame[None], np.array([arrival]))
            found = self.detector.detect(self.rows)
            if self.row in found.overlong:
                self.overlong.append(self.tick)
            for name in ("started", "sustained", "hushed", "went_on", "paused", "silence_reached"):
                if self.row in getattr(found, name):
                    getattr(self.told, name).append(self.tick)
            self.tick += 1
        return self.told

    def hear_all(self, samples: np.ndarray) -> Told:
        for frame in samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES):
            self.hear(frame)
        return self.told


@pytest.mark.parametrize("row", range(8))
def test_speech_starts_and_pauses_once(row: int) -> None:
    caller = OneCaller(row)
    caller.hear(QUIET, 50)
    caller.hear(LOUD, 25)
    told = caller.hear(QUIET, 50)
    assert len(told.started) == len(told.paused) == 1
    # 64 ms of speech, in windows of 32 ms that may begin anywhere in a frame.
    assert 51 <= told.started[0] <= 56
    assert 81 <= told.paused[0] <= 86
    detector = caller.detector
    assert detector.start_sample[row] % FRAME_SAMPLES == 0
    preroll = 50 * FRAME_SAMPLES - detector.start_sample[row]
    assert 300 - 32 - 20 <= preroll / 16 <= 300 + 32 + 20


def test_the_soft_end_of_long_speech_is_voiced() -> None:
    caller = OneCaller(engine=LoudnessVad(level=0.001))
    caller.hear(QUIET, 50)
    caller.hear(LOUD, 400)
    caller.hear(np.full(FRAME_SAMPLES, 800, np.int16), 10)  # 20 dB softer
    caller.hear(QUIET, 50)
    assert caller.detector.voice_end[0] == pytest.approx(100 + 459 / 50)


def test_a_click_after_speech_is_not_voiced() -> None:
    caller = OneCaller(engine=LoudnessVad(level=0.001))
    caller.hear(QUIET, 50)
    caller.hear(LOUD, 100)
    caller.hear(QUIET, 3)
    caller.hear(LOUD)
    caller.hear(QUIET, 50)
    assert caller.detector.onset[0] == 101.0
    assert caller.detector.voice_end[0] == pytest.approx(100 + 149 / 50)


def test_a_breath_after_loud_speech_is_not_voiced() -> None:
    caller = OneCaller(engine=LoudnessVad(level=0.001))
    caller.hear(QUIET, 50)
    caller.hear(LOUD, 100)
    caller.hear(np.full(FRAME_SAMPLES, 300, np.int16), 10)  # 28 dB softer
    caller.hear(QUIET, 50)
    assert caller.detector.voice_end[0] == pytest.approx(100 + 149 / 50)


def test_the_clocks_are_those_of_the_voiced_packets() -> None:
    caller = OneCaller()
    caller.hear(QUIET, 50)
    caller.hear(LOUD, 25)
    caller.hear(QUIET, 50)
    assert caller.detector.onset[0] == 101.0
    assert caller.detector.voice_end[0] == pytest.approx(100 + 74 / 50)


def test_a_click_is_not_speech() -> None:
    caller = OneCaller()
    caller.hear(QUIET, 20)
    caller.hear(np.where(np.arange(FRAME_SAMPLES) < 160, LOUD, 0).astype(np.int16))
    assert caller.hear(QUIET, 50) == Told()
    assert caller.detector.too_short == 1


def test_speech_is_not_too_short() -> None:
    caller = OneCaller()
    caller.hear(LOUD, 25)
    caller.hear(QUIET, 50)
    assert caller.detector.too_short == 0


def test_a_short_gap_is_not_a_pause_and_long_speech_is_sustained_once() -> None:
    caller = OneCaller()
    for _ in range(10):
        caller.hear(LOUD, 10)
        told = caller.hear(QUIET, 5)
    assert told.paused == []
    assert len(told.started) == len(told.sustained) == 1


@pytest.mark.parametrize(("lingers", "earliest", "latest"), [(0, 7, 8), (5, 8, 12), (8, 12, 15)])
def test_a_pause_begins_with_the_last_voiced_packet(lingers: int, earliest: int, latest: int) -> None:
    caller = OneCaller(engine=LingeringVad(lingers))
    caller.hear(QUIET, 50)
    caller.hear(LOUD, 25)
    told = caller.hear(QUIET, 50)
    assert len(told.paused) == 1
    assert earliest <= told.paused[0] - 75 <= latest


def test_over_the_agent_a_pause_begins_when_the_model_finds_no_speech_any_more() -> None:
    caller = OneCaller(engine=LingeringVad(5))
    caller.detector.agent_speaks[0] = True
    caller.hear(QUIET, 50)
    caller.hear(LOUD, 25)
    told = caller.hear(QUIET, 50)
    assert len(told.paused) == 1
    assert told.paused[0] - 75 >= 14


def test_a_pause_is_not_found_while_the_model_finds_speech() -> None:
    caller = OneCaller(engine=LingeringVad(50))
    caller.hear(LOUD, 25)
    assert caller.hear(QUIET, 50).paused == []


def test_speech_that_is_never_voiced_pauses_when_the_model_finds_none() -> None:
    whisper = np.full(FRAME_SAMPLES, 90, np.int16)  # -51 dBFS
    caller = OneCaller(engine=LoudnessVad(0.002))
    caller.hear(QUIET, 50)
    told = caller.hear(whisper, 25)
    assert told.started
    assert told.paused == []
    assert len(caller.hear(QUIET, 50).paused) == 1


FAINT = np.full(FRAME_SAMPLES, 400, np.int16)  # −38 dBFS


def over_the_agent(**settings: float) -> OneCaller:
    caller = OneCaller(engine=LoudnessVad(0.005), **settings)
    caller.hear(QUIET, 10)
    caller.detector.agent_speaks[0] = True
    return caller


def test_the_background_does_not_speak_over_the_agent() -> None:
    caller = OneCaller(engine=LoudnessVad(0.005))
    caller.hear(LOUD, 50)
    caller.hear(QUIET, 20)
    caller.detector.agent_speaks[0] = True
    assert len(caller.hear(FAINT, 100).started) == 1
    caller.detector.agent_speaks[0] = False
    assert len(caller.hear(FAINT, 5).started) == 2


def test_who_has_not_spoken_yet_may_be_faint_and_silences_nobody() -> None:
    caller = over_the_agent()
    assert caller.hear(FAINT, 100).started
    assert caller.detector.faint[0]
    assert caller.hear(QUIET, 60).paused
    assert caller.hear(np.full(FRAME_SAMPLES, 100, np.int16), 100).started == caller.hear(QUIET, 1).started


def test_a_caller_is_heard_over_the_agent_and_over_the_background() -> None:
    caller = over_the_agent()
    caller.hear(FAINT, 100)
    assert len(caller.hear(LOUD, 8).started) == 2
    assert not caller.detector.faint[0]
    # The background's audio of half a second belongs to it, and no more.
    assert caller.tick * FRAME_SAMPLES - caller.detector.start_sample[0] <= 16_000
    assert caller.hear(LOUD, 60).sustained


def test_how_soft_the_background_is_can_be_set() -> None:
    assert over_the_agent(over_agent_dbfs=-42.0).hear(FAINT, 10).started


def test_who_speaks_softly_is_heard_over_the_agent() -> None:
    caller = OneCaller(engine=LoudnessVad(0.005))
    caller.hear(np.full(FRAME_SAMPLES, 600, np.int16), 250)
    caller.hear(QUIET, 20)
    caller.detector.agent_speaks[0] = True
    assert len(caller.hear(FAINT, 10).started) == 2


def test_a_loud_moment_of_the_background_does_not_take_the_turn() -> None:
    caller = over_the_agent()
    caller.hear(np.full(FRAME_SAMPLES, 1000, np.int16), 5)
    told = caller.hear(FAINT, 100)
    assert told.started
    assert told.sustained == []


def test_speech_after_a_pause_is_a_new_start() -> None:
    caller = OneCaller()
    for _ in range(3):
        caller.hear(LOUD, 10)
        told = caller.hear(QUIET, 20)
    assert len(told.started) == len(told.paused) == 3


def test_silence_is_told_once_at_its_deadline_and_not_while_speaking() -> None:
    caller = OneCaller()
    caller.hear(LOUD, 100)
    caller.detector.silence_deadline[0] = 16_000
    caller.hear(LOUD, 50)
    assert caller.told.silence_reached == []
    told = caller.hear(QUIET, 100)
    assert len(told.silence_reached) == 1
    assert 198 <= told.silence_reached[0] <= 202


def test_speech_takes_a_wish_for_silence_back() -> None:
    caller = OneCaller()
    caller.hear(LOUD, 10)
    caller.hear(QUIET, 15)
    caller.detector.silence_deadline[0] = 16_000
    caller.hear(LOUD, 10)
    assert caller.hear(QUIET, 100).silence_reached == []


def test_silence_is_counted_when_no_packet_ever_comes() -> None:
    caller = OneCaller()
    caller.detector.silence_deadline[0] = 8_000
    assert caller.hear(QUIET, 30, made_up=True).silence_reached == [24]


def test_the_model_is_not_asked_about_silence() -> None:
    caller = OneCaller()
    caller.hear(QUIET, 100)
    assert caller.engine.asked == []
    caller.hear(LOUD, 2)
    assert len(caller.engine.asked) > 0


def test_noise_is_not_voiced_even_after_digital_silence() -> None:
    caller = OneCaller()
    noise = np.random.default_rng(0)
    caller.hear(QUIET, 500, made_up=True)
    # 20 dB below speech, but above the threshold of −50 dBFS: the estimate must rise to it.
    for _ in range(500):
        caller.hear(noise.normal(0, 300, FRAME_SAMPLES).astype(np.int16))
    before = caller.detector.voice_end[0]
    caller.hear(noise.normal(0, 300, FRAME_SAMPLES).astype(np.int16), 10)
    assert caller.detector.voice_end[0] == before
    caller.hear(LOUD, 2)
    assert caller.detector.voice_end[0] > before


def test_a_made_up_frame_has_no_time_of_arrival() -> None:
    caller = OneCaller()
    caller.hear(LOUD, 10)
    before = caller.detector.voice_end[0]
    caller.hear(LOUD, 3, made_up=True)
    assert caller.detector.voice_end[0] == before


def test_the_audio_of_the_last_second() -> None:
    caller = OneCaller()
    for number in range(120):
        caller.hear(np.full(FRAME_SAMPLES, number, np.int16))
    audio = caller.detector.audio(0, 90, 120)
    assert (audio == np.repeat(np.arange(90, 120), FRAME_SAMPLES)).all()


def test_windows_are_spread_over_ticks() -> None:
    engine = LoudnessVad()
    detector = SpeechDetector(64, engine, DetectorSettings())
    rows = np.arange(64)
    for row in rows:
        detector.reset(int(row))
    sizes = []
    for _ in range(40):
        engine.asked.clear()
        detector.feed(rows, np.tile(LOUD, (64, 1)), np.full(64, 1.0))
        detector.detect(rows)
        sizes.append(sum(len(asked) for asked in engine.asked))
    assert max(sizes[4:]) - min(sizes[4:]) <= 8
    assert sum(sizes[8:]) == 64 * 32 * 20 / 32


def test_the_window_that_the_engine_gets_is_the_callers_audio() -> None:
    class Recorder(LoudnessVad):
        def probabilities(self, rows: np.ndarray, windows: np.ndarray) -> np.ndarray:
            seen.append(windows[0].copy())
            return super().probabilities(rows, windows)

    seen: list[np.ndarray] = []
    samples = np.random.default_rng(0).integers(-9000, 9000, FRAME_SAMPLES * 80).astype(np.int16)
    OneCaller(row=3, engine=Recorder()).hear_all(samples)
    lookback = len(seen[0]) - 512
    padded = np.concatenate([np.zeros(lookback, np.int16), samples]).astype(np.float32) / 32768
    for i, window in enumerate(seen):
        at = 3 * 64 + 512 * i
        assert (window == padded[at : at + lookback + 512]).all()


def test_a_reset_row_knows_nothing_of_the_call_before() -> None:
    caller = OneCaller()
    caller.hear(LOUD, 20)
    caller.detector.reset(0)
    assert not caller.detector.talking[0]
    assert caller.detector.clock[0] == 0
    assert not caller.detector.history[0].any()


class TestSilero:
    """With the real model and a real voice."""

    @pytest.fixture(params=[8_000, 16_000])
    def engine(self, request: pytest.FixtureRequest, silero: Path) -> OnnxVad:
        return OnnxVad(silero, 8, request.param)

    def test_a_sentence_between_silences(self, engine: OnnxVad, human: np.ndarray) -> None:
        caller = OneCaller(engine=engine, pause_ms=500)
        caller.hear(QUIET, 50)
        caller.hear_all(human[:48_000])
        told = caller.hear(QUIET, 50)
        assert len(told.started) >= 1
        assert told.started[0] < 75
        assert len(told.paused) == len(told.started)

    @pytest.mark.parametrize("level", [100, 1000])
    def test_noise_does_not_start_speech(self, engine: OnnxVad, level: float) -> None:
        noise = np.random.default_rng(1).normal(0, level, 160_000).astype(np.int16)
        assert OneCaller(engine=engine).hear_all(noise).started == []

    def test_clicks_do_not_start_speech(self, engine: OnnxVad) -> None:
        clicks = np.zeros(160_000, np.int16)
        for at in range(4000, 160_000, 12_000):
            clicks[at : at + 40] = 25_000 * (-1) ** np.arange(40)
        assert OneCaller(engine=engine).hear_all(clicks).started == []

    def test_speech_in_noise_is_found(self, engine: OnnxVad, human: np.ndarray) -> None:
        noise = np.random.default_rng(2).normal(0, 150, len(human))
        caller = OneCaller(engine=engine)
        told = caller.hear_all(np.clip(human + noise, -32768, 32767).astype(np.int16))
        assert told.started


def test_the_onset_lies_within_the_stretch_though_no_packet_of_it_is_voiced() -> None:
    """Else a barge-in would have taken as long as the machine is up, or since the caller spoke before."""
    caller = OneCaller(engine=LoudnessVad(0.001))
    caller.hear(np.full(FRAME_SAMPLES, 60, np.int16), 50)  # −55 dBFS: no voice, and speech to this model
    assert caller.told.started
    assert caller.detector.onset[0] == pytest.approx(100, abs=0.2)
    caller.hear(QUIET, 100)
    caller.hear(np.full(FRAME_SAMPLES, 60, np.int16), 50)
    assert len(caller.told.started) == 2
    assert caller.detector.onset[0] == pytest.approx(100 + caller.told.started[1] / 50, abs=0.2)


def test_speech_without_a_pause_is_told_of_once_a_minute() -> None:
    caller = OneCaller()
    caller.hear(LOUD, 125 * 50)
    assert [round(tick / 50) for tick in caller.overlong] == [60, 120]
