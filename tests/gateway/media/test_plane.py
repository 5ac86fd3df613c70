import itertools
import socket
import struct
import threading
import time
from dataclasses import dataclass
from unittest.mock import ANY

import numpy as np
import pytest

from gateway.media.events import (
    CallerAudio,
    MediaEnded,
    MediaEvent,
    PlayoutFinished,
    PlayoutStopped,
    SilenceReached,
    SpeechPaused,
    SpeechSent,
    SpeechStarted,
)
from gateway.media.plane import TICK_S, MediaPlane, ticks_until_next
from gateway.media.rtp.codec import make_codec
from gateway.media.rtp.legs import TooManyCalls
from gateway.media.rtp.sockets import PlainSocket, open_socket
from gateway.media.speech.detections import DetectorSettings
from gateway.media.speech.detector import SpeechDetector
from parley.audio import FRAME_SAMPLES
from tests.fakes.engines.vad import LoudnessVad
from tests.fakes.gateway.packet_socket import FakePacketSocket, Sent

HOST = "10.0.0.1"
HOST_NUMBER = 0x0A000001
PORT = 20_000
LOUD = np.full(FRAME_SAMPLES, 8000, np.int16)
QUIET = np.zeros(FRAME_SAMPLES, np.int16)


def speech(frames: int) -> np.ndarray:
    # Nothing like LOUD: what resembles the agent's own speech counts as its echo.
    noise = np.random.default_rng(0).integers(4000, 8000, FRAME_SAMPLES)
    return np.tile((noise * np.tile([1, -1], FRAME_SAMPLES // 2)).astype(np.int16), frames)


def packet(frame: np.ndarray, number: int, ssrc: int = 1, payload_type: int = 118) -> bytes:
    header = struct.pack(">BBHII", 0x80, payload_type, number % 65536, number * 320 % 2**32, ssrc)
    return header + frame.astype(">i2").tobytes()


class Desk:
    """A media plane whose clock and network are the test's own: no thread, no socket, one call "a"."""

    def __init__(self, capacity: int = 4, loud: float = 0.05) -> None:
        self.udp = FakePacketSocket()
        detector = SpeechDetector(capacity, LoudnessVad(loud), DetectorSettings())
        self.plane = MediaPlane(capacity, make_codec("slin16", capacity), self.udp, detector)
        self.events: list[MediaEvent] = []
        self.plane._emit = self.events.extend
        self.now = 1000.0
        self.number = 0
        self.plane.add("a", HOST, PORT, interruptible=True)

    def tick(self, caller: np.ndarray | None = None, times: int = 1, ticks: int = 1) -> list[Sent]:
        """Tick, with or without a packet from the caller; what was sent."""
        before = len(self.udp.sent)
        for _ in range(times):
            self.now += TICK_S * ticks
            if caller is not None:
                self.number += 1
                self.udp.put(packet(caller, self.number), HOST_NUMBER, PORT, self.now)
            self.plane._tick(self.now, ticks)
        return self.udp.sent[before:]

    def told[Kind: MediaEvent](self, kind: type[Kind]) -> list[Kind]:
        return [event for event in self.events if isinstance(event, kind)]


def test_silence_is_sent_every_tick_and_the_numbers_go_on() -> None:
    desk = Desk()
    sent = desk.tick(times=10)
    assert [one.marker for one in sent] == [True] + [False] * 9
    assert {(one.host, one.port) for one in sent} == {(HOST_NUMBER, PORT)}
    assert not any(one.samples.any() for one in sent)
    for earlier, later in itertools.pairwise(sent):
        assert (later.sequence - earlier.sequence) % 65536 == 1
        assert (later.timestamp - earlier.timestamp) % 2**32 == 320


def test_a_skipped_tick_moves_the_timestamp_and_sends_no_burst() -> None:
    desk = Desk()
    first = desk.tick()[0]
    sent = desk.tick(ticks=4)
    assert len(sent) == 1
    assert (sent[0].sequence - first.sequence) % 65536 == 1
    assert (sent[0].timestamp - first.timestamp) % 2**32 == 4 * 320


@pytest.mark.parametrize(
    ("behind", "ticks"),
    [(0.0, 1), (0.001, 1), (0.0199, 1), (0.0201, 1), (0.0399, 1), (0.0401, 2), (0.101, 5)],
)
def test_only_what_is_late_by_a_whole_tick_is_left_out(behind: float, ticks: int) -> None:
    assert ticks_until_next(behind) == ticks
    assert behind - ticks * TICK_S < TICK_S


def test_a_reply_is_played_and_told() -> None:
    desk = Desk()
    desk.plane.speak("a", 5, speech(3))
    desk.plane.complete("a", 5)
    sent = desk.tick(times=5)
    assert [bool(one.samples.any()) for one in sent] == [True] * 3 + [False] * 2
    assert desk.told(SpeechSent) == [SpeechSent("a", 5, pytest.approx(1000 + TICK_S))]
    assert desk.told(PlayoutFinished) == [PlayoutFinished("a", 5, 3 * FRAME_SAMPLES)]


def test_clear_stops_and_tells_what_was_played() -> None:
    desk = Desk()
    desk.plane.speak("a", 5, speech(50))
    desk.tick(times=4)
    desk.plane.clear("a")
    assert not desk.tick()[0].samples.any()
    assert desk.told(PlayoutStopped) == [PlayoutStopped("a", 5, 4 * FRAME_SAMPLES)]
    desk.plane.clear("a")
    desk.tick()
    assert len(desk.told(PlayoutStopped)) == 1


def test_pause_and_resume() -> None:
    desk = Desk()
    desk.plane.speak("a", 5, speech(4))
    desk.plane.complete("a", 5)
    desk.tick(times=2)
    desk.plane.pause("a")
    assert not any(one.samples.any() for one in desk.tick(times=10))
    desk.plane.resume("a")
    assert [bool(one.samples.any()) for one in desk.tick(times=4)] == [True, True, False, False]


def test_speech_of_the_caller_silences_the_agent_in_the_same_tick() -> None:
    desk = Desk()
    desk.plane.speak("a", 5, speech(200))
    desk.tick(QUIET, times=20)
    for _ in range(20):
        sent = desk.tick(LOUD)
        if desk.told(SpeechStarted):
            break
    assert not sent[0].samples.any(), "the tick that hears the caller sends no speech any more"
    event = desk.told(SpeechStarted)[0]
    heard = sum(bool(one.samples.any()) for one in desk.udp.sent)
    assert event.played == heard * FRAME_SAMPLES
    assert event.onset == pytest.approx(1000 + 21 * TICK_S)
    assert event.last_speech_sent == pytest.approx(desk.now - TICK_S)
    desk.plane.resume("a")
    assert desk.tick(QUIET)[0].samples.any(), "the rest has been kept"


def test_without_the_reflex_the_agent_goes_on() -> None:
    desk = Desk()
    desk.plane.set_interruptible("a", False)
    desk.plane.speak("a", 5, speech(200))
    desk.tick(QUIET, times=5)
    assert all(one.samples.any() for one in desk.tick(LOUD, times=20))
    assert desk.told(SpeechStarted)


def test_the_callers_audio_is_told_without_a_gap_from_before_the_start_to_the_pause() -> None:
    desk = Desk()
    desk.tick(QUIET, times=30)
    for i in range(40):
        desk.tick((LOUD + i).astype(np.int16))
    desk.tick(QUIET, times=30)
    chunks = desk.told(CallerAudio)
    started, paused = desk.told(SpeechStarted)[0], desk.told(SpeechPaused)[0]
    assert chunks[0].first_sample == started.sample
    for earlier, later in itertools.pairwise(chunks):
        assert later.first_sample == earlier.first_sample + len(earlier.pcm)
        assert len(earlier.pcm) <= 1600
    assert chunks[-1].first_sample + len(chunks[-1].pcm) == paused.sample
    audio = np.concatenate([chunk.pcm for chunk in chunks])
    begin = 30 * FRAME_SAMPLES - started.sample
    assert (audio[begin::FRAME_SAMPLES][:40] == 8000 + np.arange(40)).all()
    assert not audio[:begin].any()
    assert paused.voice_end == pytest.approx(1000 + 70 * TICK_S)
    kinds = [type(event) for event in desk.events if not isinstance(event, SilenceReached)]
    assert kinds.index(SpeechPaused) > max(i for i, kind in enumerate(kinds) if kind is CallerAudio)


def test_silence_deadline() -> None:
    desk = Desk()
    desk.plane.set_silence_deadline("a", 0.5)
    desk.tick(QUIET, times=24)
    assert desk.told(SilenceReached) == []
    desk.tick(QUIET, times=2)
    assert desk.told(SilenceReached) == [SilenceReached("a")]
    desk.plane.set_silence_deadline("a", 5.0)
    desk.plane.set_silence_deadline("a", None)
    desk.tick(QUIET, times=300)
    assert len(desk.told(SilenceReached)) == 1


def test_time_goes_on_in_skipped_ticks_for_a_caller_with_dtx() -> None:
    desk = Desk()
    desk.plane.set_silence_deadline("a", 1.0)
    desk.tick(QUIET)
    for _ in range(11):
        desk.tick(ticks=5)
    assert desk.told(SilenceReached) == [SilenceReached("a")]


@pytest.mark.parametrize(
    ("data", "host", "port"),
    [
        (packet(LOUD, 9), HOST_NUMBER, PORT + 1),
        (packet(LOUD, 9), HOST_NUMBER + 1, PORT),
        (packet(LOUD, 9, ssrc=2), HOST_NUMBER, PORT),
        (packet(LOUD, 9, payload_type=0), HOST_NUMBER, PORT),
        (packet(LOUD, 9)[:-1], HOST_NUMBER, PORT),
        (packet(LOUD, 9) + b"x", HOST_NUMBER, PORT),
        (b"", HOST_NUMBER, PORT),
        (bytes(652), HOST_NUMBER, PORT),
        (packet(LOUD, 9) + bytes(2000), HOST_NUMBER, PORT),
    ],
    ids=["port", "host", "ssrc", "payload-type", "short", "long", "empty", "version", "huge"],
)
def test_what_is_not_the_calls_never_reaches_it(data: bytes, host: int, port: int) -> None:
    desk = Desk()
    desk.tick(QUIET, times=8)
    for _ in range(50):
        desk.udp.put(data, host, port, desk.now)
        desk.tick(QUIET)
    assert desk.told(SpeechStarted) == []
    assert not desk.plane._detector.history[0].any()
    desk.plane.remove("a")
    desk.tick()
    assert desk.told(MediaEnded) == [MediaEnded("a", received=58, lost=0, jitter_s=ANY)]


def test_calls_do_not_hear_each_other() -> None:
    desk = Desk()
    desk.plane.add("b", HOST, PORT + 2, interruptible=True)
    desk.plane.speak("b", 1, speech(30))
    for number in range(30):
        desk.udp.put(packet(QUIET, number), HOST_NUMBER, PORT + 2, desk.now)
        desk.tick(LOUD)
    assert {event.call for event in desk.told(SpeechStarted)} == {"a"}
    audible = {one.port for one in desk.udp.sent if one.samples.any()}
    assert audible == {PORT + 2}


def test_more_packets_than_a_batch_are_all_taken_in() -> None:
    desk = Desk(capacity=200)
    for i in range(199):
        desk.plane.add(f"call-{i}", HOST, 30_000 + i, interruptible=True)
    desk.tick()
    for number in range(8):
        for i in range(199):
            desk.udp.put(packet(QUIET, number), HOST_NUMBER, 30_000 + i, desk.now)
    desk.tick()
    assert not desk.udp.waiting
    assert desk.plane._receiver.inbox.counts.accepted == 8 * 199


def test_commands_for_a_call_that_is_over_do_nothing_and_a_bad_one_harms_no_other() -> None:
    desk = Desk(capacity=2)
    desk.plane.add("no address", "nonsense", 1, interruptible=True)
    desk.plane.speak("gone", 1, speech(1))
    desk.plane.clear("gone")
    desk.plane.remove("gone")
    desk.plane.speak("a", 1, speech(1))
    assert desk.tick()[0].samples.any()


def test_whoever_adds_one_call_too_many_is_told_at_once() -> None:
    desk = Desk(capacity=2)
    desk.plane.add("b", HOST, PORT + 1, interruptible=True)
    for _ in range(2):
        with pytest.raises(TooManyCalls, match="2 rows are taken"):
            desk.plane.add("c", HOST, PORT + 2, interruptible=True)
    desk.plane.remove("b")  # its row is free in the next tick, before the other one is given it
    desk.plane.add("c", HOST, PORT + 2, interruptible=True)
    assert {sent.port for sent in desk.tick()} == {PORT, PORT + 2}


def test_a_row_is_clean_for_the_next_call() -> None:
    desk = Desk(capacity=1)
    desk.plane.speak("a", 1, speech(100))
    desk.tick(LOUD, times=10)
    desk.plane.pause("a")
    desk.plane.remove("a")
    desk.plane.add("b", HOST, PORT, interruptible=True)
    desk.events.clear()
    sent = desk.tick(times=5)
    assert not any(one.samples.any() for one in sent)
    assert sent[0].marker
    assert desk.events == [MediaEnded("a", received=10, lost=0, jitter_s=ANY)]


@pytest.mark.parametrize("law", ["ulaw", "alaw"])
def test_g711_is_spoken_and_understood(law: str) -> None:
    udp = FakePacketSocket()
    codec = make_codec(law, 1)
    plane = MediaPlane(1, codec, udp, SpeechDetector(1, LoudnessVad(), DetectorSettings()))
    events: list[MediaEvent] = []
    plane._emit = events.extend
    plane.add("a", HOST, PORT, interruptible=False)
    plane.speak("a", 1, speech(100))
    tone = (8000 * np.sin(np.arange(FRAME_SAMPLES) * np.pi / 8)).astype(np.int16)
    payload = make_codec(law, 1).encode(np.array([0]), tone[None]).tobytes()
    for number in range(20):
        header = struct.pack(">BBHII", 0x80, codec.payload_type, number, number * 160, 3)
        udp.put(header + payload, HOST_NUMBER, PORT, 5.0)
        plane._tick(1000 + number * TICK_S, 1)
    assert any(isinstance(event, SpeechStarted) for event in events)
    assert {len(one.data) for one in udp.sent} == {172}
    assert (udp.sent[-1].timestamp - udp.sent[-2].timestamp) % 2**32 == 160
    assert udp.sent[-1].data[1] == codec.payload_type


@dataclass
class Live:
    """A real thread on a real socket."""

    plane: MediaPlane
    peer: socket.socket
    events: list[MediaEvent]
    address: tuple[str, int]

    def receive(self, n: int) -> list[bytes]:
        return [self.peer.recv(2000) for _ in range(n)]


@pytest.fixture(params=[open_socket, PlainSocket], ids=["fastest", "plain"])
def live(request: pytest.FixtureRequest):
    udp = request.param("127.0.0.1", 0)
    detector = SpeechDetector(4, LoudnessVad(), DetectorSettings())
    plane = MediaPlane(4, make_codec("slin16", 4), udp, detector)
    events: list[MediaEvent] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.bind(("127.0.0.1", 0))
        peer.settimeout(10)
        plane.start(events.extend)
        plane.add("a", "127.0.0.1", peer.getsockname()[1], interruptible=True)
        yield Live(plane, peer, events, udp.address)
        plane.stop()


def test_a_real_thread_keeps_the_pace(live: Live) -> None:
    live.plane.speak("a", 1, speech(10))
    live.plane.complete("a", 1)
    began = time.monotonic()
    first = live.receive(1)[0]
    start = time.monotonic()
    packets = [first, *live.receive(100)]
    took = time.monotonic() - start
    fields = [struct.unpack_from(">HI", one, 2) for one in packets]
    steps = [
        ((later[0] - earlier[0]) % 65536, (later[1] - earlier[1]) % 2**32)
        for earlier, later in itertools.pairwise(fields)
    ]
    assert all(sequence == 1 for sequence, _ in steps)
    assert all(stamp % 320 == 0 and stamp > 0 for _, stamp in steps)
    # The timestamps are the clock: a late tick is skipped there and never made up for by more than one packet.
    elapsed = sum(stamp for _, stamp in steps) / 16_000
    assert elapsed <= took + 2 * TICK_S + (start - began)
    assert round(elapsed / TICK_S) >= 100


def test_the_callers_voice_goes_in_and_events_come_out(live: Live) -> None:
    stop = threading.Event()

    def talk() -> None:
        for number in range(60):
            live.peer.sendto(packet(LOUD if number < 30 else QUIET, number), live.address)
            if stop.wait(TICK_S):
                return

    talker = threading.Thread(target=talk)
    talker.start()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and not any(isinstance(event, SpeechPaused) for event in live.events):
        live.receive(1)
    stop.set()
    talker.join()
    kinds = {type(event) for event in live.events}
    assert {SpeechStarted, CallerAudio, SpeechPaused} <= kinds


def test_stop_before_start_and_stop_ends_the_thread() -> None:
    udp = FakePacketSocket()
    detector = SpeechDetector(1, LoudnessVad(), DetectorSettings())
    plane = MediaPlane(1, make_codec("slin16", 1), udp, detector)
    plane.stop()
    assert udp.closed
