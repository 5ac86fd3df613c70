"""Random and damaged RTP packets against the media plane: `python -m bench.fuzz_rtp`, or `make bench-fuzz`.

Packets that Asterisk really sent (tests/data/rtp) are flipped, cut, spliced, repeated, shuffled and given wild header
fields, or are noise from the start; they come from the addresses of calls and from others. All of it goes the whole
way: parse, the calls' windows, the tick. A crash is any exception. Besides, nothing may ever reach a call that nobody
sends to.
"""

import argparse
import sys
import time
import traceback
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.instruments import report
from gateway.media.events import MediaEvent
from gateway.media.plane import TICK_S, MediaPlane
from gateway.media.rtp import metrics
from gateway.media.rtp.codec import make_codec
from gateway.media.rtp.sockets import BATCH, PACKET_CAPACITY, Received
from gateway.media.speech.detections import DetectorSettings
from gateway.media.speech.detector import SpeechDetector

CALLS = 32
_HOST, _PORT = 0x7F000001, 20_000
_DATA = Path(__file__).parents[1] / "tests" / "data" / "rtp" / "asterisk_slin16.hex"
_MUTATIONS = ("as it is", "bits flipped", "wild header", "cut", "longer", "noise", "extension", "padding")
_STEPS = (0, 2, -1, -2, 3, 7, 40, 5000, -300)


class LevelVad:
    """Takes what is loud for speech: the model is not what is tested."""

    def probabilities(self, rows: NDArray[np.int64], windows: NDArray[np.float32]) -> NDArray[np.float32]:
        return (np.abs(windows).mean(axis=1) > 0.05).astype(np.float32)

    def reset(self, row: int) -> None:
        pass


class Fuzzer:
    """A PacketSocket that receives a fresh batch of nonsense every time."""

    def __init__(self, seed: int) -> None:
        self.address = ("127.0.0.1", 40_000)
        self.buffer_bytes = 1 << 30
        self.kinds = dict.fromkeys(_MUTATIONS, 0)
        self.now = 0.0
        self._random = np.random.default_rng(seed)
        real = [np.frombuffer(bytes.fromhex(line), np.uint8) for line in _DATA.read_text().split()]
        self._real = np.zeros((len(real), PACKET_CAPACITY), np.uint8)
        for row, packet in zip(self._real, real, strict=True):
            row[: len(packet)] = packet
        self._size = len(real[0])
        self._sequence = np.zeros(CALLS, np.int64)
        self._left = 0

    def arm(self, now: float) -> None:
        """Let the next tick receive one batch."""
        self.now, self._left = now, 1

    def receive(self) -> Received:
        n = int(self._random.integers(1, BATCH)) if self._left else 0
        self._left = 0
        random = self._random
        calls = random.integers(0, CALLS, n)
        packets = self._real[random.integers(0, len(self._real), n)].copy()
        self._number(packets, calls)
        lengths = np.full(n, self._size)
        kinds = np.where(random.random(n) < 0.4, 0, random.integers(0, len(_MUTATIONS), n))
        for kind, name in enumerate(_MUTATIONS):
            rows = np.nonzero(kinds == kind)[0]
            self.kinds[name] += len(rows)
            self._mutate(name, packets, lengths, rows)
        ports = np.where(random.random(n) < 0.9, _PORT + calls, random.integers(0, 65_536, n))
        ports = np.where(ports == _PORT + CALLS, 9, ports)  # this call is never sent to
        hosts = np.where(random.random(n) < 0.95, _HOST, random.integers(0, 2**32, n))
        arrivals = self.now - random.random(n) * TICK_S
        return Received(packets, lengths, hosts.astype(np.uint32), ports.astype(np.uint16), arrivals)

    def _number(self, packets: NDArray[np.uint8], calls: NDArray[np.int64]) -> None:
        """Sequence numbers that mostly go on, with gaps, repetitions and jumps."""
        for row, call in zip(packets, calls, strict=True):
            step = self._random.choice(_STEPS) if self._random.random() < 0.1 else 1
            self._sequence[call] = (self._sequence[call] + step) % 65_536
            row[2], row[3] = divmod(int(self._sequence[call]), 256)

    def _mutate(
        self, kind: str, packets: NDArray[np.uint8], lengths: NDArray[np.int64], rows: NDArray[np.int64]
    ) -> None:
        random, n = self._random, len(rows)
        match kind:
            case "bits flipped":
                for _ in range(int(random.integers(1, 6))):
                    at = random.integers(0, 24, n)
                    packets[rows, at] ^= (1 << random.integers(0, 8, n)).astype(np.uint8)
            case "wild header":
                packets[rows, :12] = random.integers(0, 256, (n, 12))
                packets[rows, 0] = packets[rows, 0] & 0x3F | 0x80
            case "cut":
                lengths[rows] = random.integers(0, self._size, n)
            case "longer":
                lengths[rows] = random.integers(self._size, PACKET_CAPACITY + 1, n)
            case "noise":
                packets[rows] = random.integers(0, 256, (n, PACKET_CAPACITY))
                lengths[rows] = random.integers(0, PACKET_CAPACITY + 1, n)
            case "extension":
                packets[rows, 0] |= 0x10
                packets[rows, 14:16] = random.integers(0, 4, (n, 2))
            case "padding":
                packets[rows, 0] |= 0x20
                packets[rows, lengths[rows] - 1] = random.integers(0, 256, n)

    def send(self, packets: NDArray[np.uint8], hosts: NDArray[np.uint32], ports: NDArray[np.uint16]) -> int:
        return len(packets)

    def close(self) -> None:
        pass


class Run:
    """The media plane and a fuzzer in front of it, one call more than the fuzzer sends to."""

    def __init__(self, seed: int) -> None:
        capacity = CALLS + 1
        self.fuzzer = Fuzzer(seed)
        self.detector = SpeechDetector(capacity, LevelVad(), DetectorSettings())
        self.plane = MediaPlane(capacity, make_codec("slin16", capacity), self.fuzzer, self.detector)
        self.crashes = self.ticks = self.told = 0
        self._events: list[MediaEvent] = []
        self.plane._emit = self._events.extend
        for call in range(capacity):
            self.plane.add(f"call-{call}", "127.0.0.1", _PORT + call, interruptible=True)

    @property
    def packets(self) -> int:
        return sum(self.fuzzer.kinds.values())

    def tick(self) -> None:
        self.ticks += 1
        self.fuzzer.arm(1000 + self.ticks * TICK_S)
        try:
            self.plane._tick(self.fuzzer.now, 1)
        except Exception:
            self.crashes += 1
            traceback.print_exc()
        self.told += len(self._events)
        self._events.clear()

    def reached_a_foreign_call(self) -> bool:
        return bool(self.detector.history[CALLS].any() or self.plane._receiver.inbox.received[CALLS] != 0)


def figures(run: Run, seconds: float) -> dict[str, float]:
    counts = run.plane._receiver.inbox.counts
    return {
        "packets": run.packets,
        "seconds": round(seconds, 1),
        "crashes": run.crashes,
        "reached_a_foreign_call": int(run.reached_a_foreign_call()),
        "accepted": counts.accepted,
        "refused_source": int(metrics.REFUSED.labels("source")._value.get()),
        "refused_malformed": int(metrics.REFUSED.labels("malformed")._value.get()),
        "refused_ssrc": counts.foreign,
        "late_or_twice": counts.late,
        "reordered": counts.reordered,
        "ticks": run.ticks,
        "events": run.told,
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--packets", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    on = report.machine()
    run = Run(args.seed)
    began = time.monotonic()
    with report.progress() as bar:
        task = bar.add_task("packets", total=args.packets)
        while run.packets < args.packets:
            run.tick()
            bar.update(task, completed=run.packets)
    found = figures(run, time.monotonic() - began)
    report.table("Fuzzing the media plane", ["", "count"], list(found.items()))
    kinds = [{"kind": kind, "packets": count} for kind, count in run.fuzzer.kinds.items()]
    report.write("fuzz_rtp", vars(args), found, kinds, on=on)
    return 1 if run.crashes or run.reached_a_foreign_call() else 0


if __name__ == "__main__":
    sys.exit(main())
