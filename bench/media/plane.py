"""The gateway's side of the benchmark: a media plane in a process of its own, its work timed."""

import argparse
import asyncio
import os
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from bench.instruments.callers import clips
from gateway.media import metrics
from gateway.media.events import CallerAudio, MediaEvent, SpeechPaused
from gateway.media.plane import MediaPlane
from gateway.media.rtp import metrics as rtp_metrics
from gateway.media.rtp.codec import make_codec
from gateway.media.rtp.sockets import PacketSocket, Received, open_socket
from gateway.media.speech.detections import DetectorSettings
from gateway.media.speech.detector import SpeechDetector
from gateway.media.speech.engines import make_engine
from gateway.media.speech.vad import VadEngine
from parley.audio import to_bytes

_SWITCH_INTERVAL_S = 0.0005
"""As the gateway sets it."""


class NoVad:
    """Finds no speech and costs nothing: what remains is the media alone."""

    def probabilities(self, rows: np.ndarray, windows: np.ndarray) -> np.ndarray:
        return np.zeros(len(rows), np.float32)

    def reset(self, row: int) -> None:
        pass


class Recorder:
    """Keeps what a histogram is told."""

    def __init__(self) -> None:
        self.values: list[float] = []

    def observe(self, value: float) -> None:
        self.values.append(value)


class TimedVad:
    """An engine, and the time that it takes."""

    def __init__(self, engine: VadEngine) -> None:
        self._engine = engine
        self.seconds = 0.0

    def probabilities(self, rows: np.ndarray, windows: np.ndarray) -> np.ndarray:
        began = time.monotonic()
        found = self._engine.probabilities(rows, windows)
        self.seconds += time.monotonic() - began
        return found

    def reset(self, row: int) -> None:
        self._engine.reset(row)


class TimedSocket:
    """The plane's socket, and the time that its system calls take."""

    def __init__(self, udp: PacketSocket) -> None:
        self._udp = udp
        self.address, self.buffer_bytes, self.close = udp.address, udp.buffer_bytes, udp.close
        self.seconds = 0.0

    def receive(self) -> Received:
        began = time.monotonic()
        received = self._udp.receive()
        self.seconds += time.monotonic() - began
        return received

    def send(self, packets: np.ndarray, hosts: np.ndarray, ports: np.ndarray) -> int:
        began = time.monotonic()
        sent = self._udp.send(packets, hosts, ports)
        self.seconds += time.monotonic() - began
        return sent


class Consumer:
    """The event loop's part: what the gateway does with the events, short of Redis."""

    def __init__(self, plane: MediaPlane) -> None:
        self._plane = plane
        self._answer = clips()[0][: 2 * 16_000]
        self._reply = 0
        self.starts = 0
        self.bytes = 0

    def on_media(self, events: list[MediaEvent]) -> None:
        for event in events:
            if isinstance(event, CallerAudio):
                self.bytes += len(to_bytes(event.pcm))
            elif isinstance(event, SpeechPaused):
                self.starts += 1
                self._reply += 1
                for chunk in np.array_split(self._answer, 8):
                    self._plane.speak(event.call, self._reply, chunk)
                self._plane.complete(event.call, self._reply)


def serve(pipe: Connection, calls: int, vad: bool, core: int, args: argparse.Namespace) -> None:
    """Be the gateway's process, on `core`."""
    os.sched_setaffinity(0, {core})
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    model_dir = Path(args.models_dir) / "vad"
    engine = TimedVad(make_engine(args.engine, model_dir, calls, args.vad_rate) if vad else NoVad())
    detector = SpeechDetector(calls, engine, DetectorSettings())
    udp = TimedSocket(open_socket("127.0.0.1", 0))
    plane = MediaPlane(calls, make_codec(args.format, calls), udp, detector)
    asyncio.run(_serve(pipe, plane, engine, udp))


async def _serve(pipe: Connection, plane: MediaPlane, engine: TimedVad, udp: TimedSocket) -> None:
    loop = asyncio.get_running_loop()
    late, work = Recorder(), Recorder()
    metrics.TICK_LATE, metrics.TICK_WORK = late, work  # type: ignore[assignment]
    consumer = Consumer(plane)
    plane.start(lambda events: loop.call_soon_threadsafe(consumer.on_media, events))
    pipe.send(udp.address[1])
    for i, source in enumerate(await loop.run_in_executor(None, pipe.recv)):
        plane.add(f"call-{i}", "127.0.0.1", source, interruptible=True)
    pipe.send("added")
    await loop.run_in_executor(None, pipe.recv)
    began, cpu, first = time.monotonic(), time.process_time(), len(late.values)
    skipped = metrics.TICKS_SKIPPED._value.get()
    inference, sockets = engine.seconds, udp.seconds
    await loop.run_in_executor(None, pipe.recv)
    took, cpu, last = time.monotonic() - began, time.process_time() - cpu, len(late.values)
    skipped = metrics.TICKS_SKIPPED._value.get() - skipped
    inference, sockets = engine.seconds - inference, udp.seconds - sockets
    await loop.run_in_executor(None, pipe.recv)
    plane.stop()
    counts = plane._receiver.inbox.counts
    pipe.send(
        {
            "seconds": took,
            "cpu_s": cpu,
            "inference_s": inference,
            "sockets_s": sockets,
            "over_budget": plane._detector.budget.counts.over,
            "late": late.values[first:last],
            "work": work.values[first:last],
            "skipped": int(skipped),
            "accepted": counts.accepted,
            "sent": int(rtp_metrics.SENT._value.get()),
            "speech_starts": consumer.starts,
            "memory_mib": _memory_mib(),
        }
    )


def _memory_mib() -> float:
    fields = Path("/proc/self/statm").read_text().split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
