"""What the media plane costs, and how well it keeps time: `python -m bench.media`, or `make bench-media`.

N simulated calls send RTP (slin16, real telephone speech at 40 % talk, a line's noise in between) over loopback and
receive what the plane sends: it answers every utterance with two seconds of speech. The plane is the gateway's own, in
a process like the gateway's: a tick thread, and an event loop that consumes its events (without the call control and
Redis behind it). It is pinned to one core, the generator of the packets to another.

Loss is counted both ways: packets that were sent to the plane and never got into a call, and gaps in the sequence
numbers of what came back. The CPU time is that of the plane's whole process, user and system.
"""

import argparse
import asyncio
import multiprocessing as mp
import os
import resource
import socket
import struct
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from bench import report
from bench.callers import FRAME_SAMPLES, caller_track, clips
from gateway.media import metrics
from gateway.media.codec import make_codec
from gateway.media.detector import DetectorSettings, SpeechDetector
from gateway.media.events import CallerAudio, MediaEvent, SpeechPaused
from gateway.media.plane import MediaPlane
from gateway.media.sockets import open_socket
from gateway.media.vad import VadEngine, make_engine
from parley.audio import to_bytes

TALK = 0.4
CALLS = (50, 100, 200, 500, 1000)
_TICK_S = 0.02
_SLICES = 10
"""The generator's calls do not send all at once but in so many portions of a tick."""
_WARM_UP_S = 3.0
_SWITCH_INTERVAL_S = 0.0005
"""As the gateway sets it."""


@dataclass(frozen=True)
class Run:
    """One measurement; times in milliseconds."""

    calls: int
    vad: bool
    seconds: float
    cpu_s: float
    core_pct_per_call: float
    late_p50_ms: float
    late_p99_ms: float
    late_max_ms: float
    work_p50_ms: float
    work_p99_ms: float
    ticks: int
    skipped: int
    packets_in: int
    packets_out: int
    lost_in: int
    lost_out: int
    lost_pct: float
    speech_starts: int
    memory_mib: float
    generator_late_p99_ms: float


class NoVad:
    """Finds no speech and costs nothing: what remains is the media alone."""

    def probabilities(self, rows: np.ndarray, windows: np.ndarray) -> np.ndarray:
        return np.zeros(len(rows), np.float32)

    def reset(self, row: int) -> None:
        pass


def percentile(values: Sequence[float], percent: float) -> float:
    return float(np.percentile(np.asarray(values), percent))


class Recorder:
    """Keeps what a histogram is told."""

    def __init__(self) -> None:
        self.values: list[float] = []

    def observe(self, value: float) -> None:
        self.values.append(value)


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
    engine: VadEngine = make_engine(args.engine, model_dir, calls, args.vad_rate) if vad else NoVad()
    detector = SpeechDetector(calls, engine, DetectorSettings())
    udp = open_socket("127.0.0.1", 0)
    plane = MediaPlane(calls, make_codec(args.format, calls), udp, detector)
    asyncio.run(_serve(pipe, plane, udp.address[1]))


async def _serve(pipe: Connection, plane: MediaPlane, port: int) -> None:
    loop = asyncio.get_running_loop()
    late, work = Recorder(), Recorder()
    metrics.TICK_LATE, metrics.TICK_WORK = late, work  # type: ignore[assignment]
    consumer = Consumer(plane)
    plane.start(lambda events: loop.call_soon_threadsafe(consumer.on_media, events))
    pipe.send(port)
    for i, source in enumerate(await loop.run_in_executor(None, pipe.recv)):
        plane.add(f"call-{i}", "127.0.0.1", source, interruptible=True)
    pipe.send("added")
    await loop.run_in_executor(None, pipe.recv)
    began, cpu, first = time.monotonic(), time.process_time(), len(late.values)
    skipped = metrics.TICKS_SKIPPED._value.get()
    await loop.run_in_executor(None, pipe.recv)
    took, cpu, last = time.monotonic() - began, time.process_time() - cpu, len(late.values)
    skipped = metrics.TICKS_SKIPPED._value.get() - skipped
    await loop.run_in_executor(None, pipe.recv)
    plane.stop()
    counts = plane._receiver.inbox.counts
    pipe.send(
        {
            "seconds": took,
            "cpu_s": cpu,
            "late": late.values[first:last],
            "work": work.values[first:last],
            "skipped": int(skipped),
            "accepted": counts.accepted,
            "sent": int(metrics.SENT._value.get()),
            "speech_starts": consumer.starts,
            "memory_mib": _memory_mib(),
        }
    )


def _memory_mib() -> float:
    fields = Path("/proc/self/statm").read_text().split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


class Generator:
    """The other end of all calls."""

    def __init__(self, calls: int, target: tuple[str, int], codec_name: Any) -> None:
        codec = make_codec(codec_name, 1)
        row = np.array([0])
        track = caller_track(TALK)
        self._payloads = [codec.encode(row, frame[None])[0].tobytes() for frame in track]
        self._payload_type = codec.payload_type
        self._step = codec.clock_rate // 50
        self._sockets = [self._open(target) for _ in range(calls)]
        starts = np.random.default_rng(calls).integers(0, len(track), calls)
        self._at = [int(start) for start in starts]
        self._expected = [-1] * calls
        self.sent = self.received = self.lost = 0
        self.late: list[float] = []

    @staticmethod
    def _open(target: tuple[str, int]) -> socket.socket:
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        udp.connect(target)
        udp.setblocking(False)
        return udp

    @property
    def ports(self) -> list[int]:
        return [udp.getsockname()[1] for udp in self._sockets]

    def run(self, seconds: float) -> None:
        due = time.monotonic()
        slices = [range(i, len(self._sockets), _SLICES) for i in range(_SLICES)]
        for number in range(int(seconds / _TICK_S)):
            for part in slices:
                due += _TICK_S / _SLICES
                delay = due - time.monotonic()
                if delay > 0:
                    time.sleep(delay)
                self.late.append(max(0.0, -delay))
                self._exchange(part, number)
        time.sleep(0.1)
        for i, udp in enumerate(self._sockets):
            self._receive(i, udp)

    def _exchange(self, part: Sequence[int], number: int) -> None:
        payloads, sockets = self._payloads, self._sockets
        for i in part:
            header = struct.pack(
                ">BBHII", 0x80, self._payload_type, number & 0xFFFF, number * self._step & 0xFFFFFFFF, i
            )
            sockets[i].send(header + payloads[(self._at[i] + number) % len(payloads)])
            self._receive(i, sockets[i])
        self.sent += len(part)

    def _receive(self, i: int, udp: socket.socket) -> None:
        try:
            while True:
                data = udp.recv(1024)
                sequence = data[2] << 8 | data[3]
                if self._expected[i] >= 0:
                    self.lost += (sequence - self._expected[i]) & 0xFFFF
                self._expected[i] = (sequence + 1) & 0xFFFF
                self.received += 1
        except BlockingIOError:
            return


def generate(pipe: Connection, calls: int, port: int, core: int, args: argparse.Namespace) -> None:
    """Be all callers, on `core`."""
    os.sched_setaffinity(0, {core})
    resource.setrlimit(resource.RLIMIT_NOFILE, [resource.getrlimit(resource.RLIMIT_NOFILE)[1]] * 2)
    generator = Generator(calls, ("127.0.0.1", port), args.format)
    pipe.send(generator.ports)
    pipe.recv()
    generator.run(_WARM_UP_S + args.seconds + 1)
    pipe.send(
        {
            "sent": generator.sent,
            "received": generator.received,
            "lost": generator.lost,
            "late_p99_ms": 1000 * percentile(generator.late, 99),
        }
    )


def measure(calls: int, vad: bool, args: argparse.Namespace) -> Run:
    """One run, in two fresh processes."""
    context = mp.get_context("spawn")
    plane_end, plane_child = context.Pipe()
    generator_end, generator_child = context.Pipe()
    plane_core, generator_core = _cores()
    plane = context.Process(target=serve, args=(plane_child, calls, vad, plane_core, args), daemon=True)
    plane.start()
    plane_child.close()  # so that its death is noticed here
    port = plane_end.recv()
    generator = context.Process(
        target=generate, args=(generator_child, calls, port, generator_core, args), daemon=True
    )
    generator.start()
    generator_child.close()
    plane_end.send(generator_end.recv())
    plane_end.recv()
    generator_end.send("go")
    time.sleep(_WARM_UP_S)
    plane_end.send("begin")
    time.sleep(args.seconds)
    plane_end.send("end")
    there = generator_end.recv()
    time.sleep(0.2)
    plane_end.send("stop")
    here = plane_end.recv()
    plane.join()
    generator.join()
    return _run(calls, vad, here, there)


def _cores() -> tuple[int, int]:
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[-1]


def _run(calls: int, vad: bool, here: dict[str, Any], there: dict[str, Any]) -> Run:
    late, work = here["late"], here["work"]
    lost_in = there["sent"] - here["accepted"]
    return Run(
        calls=calls,
        vad=vad,
        seconds=round(here["seconds"], 3),
        cpu_s=round(here["cpu_s"], 3),
        core_pct_per_call=round(100 * here["cpu_s"] / here["seconds"] / calls, 4),
        late_p50_ms=round(1000 * percentile(late, 50), 3),
        late_p99_ms=round(1000 * percentile(late, 99), 3),
        late_max_ms=round(1000 * max(late), 3),
        work_p50_ms=round(1000 * percentile(work, 50), 3),
        work_p99_ms=round(1000 * percentile(work, 99), 3),
        ticks=len(late),
        skipped=here["skipped"],
        packets_in=there["sent"],
        packets_out=here["sent"],
        lost_in=lost_in,
        lost_out=there["lost"],
        lost_pct=round(100 * (lost_in + there["lost"]) / (there["sent"] + here["sent"]), 5),
        speech_starts=here["speech_starts"],
        memory_mib=round(here["memory_mib"], 1),
        generator_late_p99_ms=round(there["late_p99_ms"], 3),
    )


def figures(runs: Sequence[Run]) -> dict[str, float]:
    """The flat names; lateness and loss are those with VAD, which is how the gateway runs."""
    flat: dict[str, float] = {}
    for run in runs:
        kind = "vad" if run.vad else "media"
        flat[f"{kind}_core_pct_per_call_{run.calls}"] = run.core_pct_per_call
        prefix = "" if run.vad else "media_"
        flat[f"{prefix}tick_late_p50_ms_{run.calls}"] = run.late_p50_ms
        flat[f"{prefix}tick_late_p99_ms_{run.calls}"] = run.late_p99_ms
        flat[f"{prefix}tick_work_p99_ms_{run.calls}"] = run.work_p99_ms
        flat[f"{prefix}lost_pct_{run.calls}"] = run.lost_pct
    return flat


_COLUMNS = {
    "calls": "calls",
    "core_pct_per_call": "% of a core per call",
    "late_p50_ms": "late p50 ms",
    "late_p99_ms": "p99",
    "work_p50_ms": "work p50 ms",
    "work_p99_ms": "p99",
    "skipped": "skipped",
    "lost_pct": "lost %",
    "speech_starts": "utterances",
    "memory_mib": "MiB",
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", default=",".join(map(str, CALLS)), help="comma-separated")
    parser.add_argument("--seconds", type=float, default=20.0, help="of every run, after the warm-up")
    parser.add_argument("--format", default="slin16", choices=["slin16", "ulaw", "alaw"])
    parser.add_argument("--engine", default="onnx", choices=["onnx", "torch"])
    parser.add_argument("--vad-rate", type=int, default=8000, choices=[8000, 16000])
    parser.add_argument("--models-dir", default=os.environ.get("MODELS_DIR", "/models"))
    parser.add_argument("--name", default="media", help="of the file of results")
    args = parser.parse_args()
    # One thread for numpy's products, as in the gateway: the plane has one core. Read when the processes start.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    on = report.machine()
    plan = [(int(calls), vad) for calls in args.calls.split(",") for vad in (False, True)]
    runs: list[Run] = []
    with report.progress() as bar:
        task = bar.add_task("media plane", total=len(plan))
        for calls, vad in plan:
            bar.update(task, description=f"{calls} calls, {'with' if vad else 'without'} VAD")
            try:
                runs.append(measure(calls, vad, args))
            except EOFError:
                sys.exit("bench: a process has died (see above)")
            bar.advance(task)
    for vad in (False, True):
        rows = [[getattr(run, field) for field in _COLUMNS] for run in runs if run.vad == vad]
        report.table(f"{'With' if vad else 'Without'} VAD", list(_COLUMNS.values()), rows)
    settings = {"talk": TALK, "warm_up_s": _WARM_UP_S, "frame_samples": FRAME_SAMPLES, **vars(args)}
    settings.pop("models_dir")
    report.write(args.name, settings, figures(runs), [asdict(run) for run in runs], on=on)


if __name__ == "__main__":
    main()
