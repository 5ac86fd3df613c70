"""A call's PCM buffers that take a frame every 20 ms of a clock that the test turns."""

from caller.phone.line import FRAME_S, Format


class PcmBuffers:
    def __init__(self, rate: int = 8_000, channels: int = 1, *, ready: bool = True) -> None:
        self.ready = ready
        self.sent: list[tuple[float, bytes]] = []
        self.arrived = b""
        self._format = Format(rate, channels)
        self._frame = round(rate * FRAME_S) * channels * 2
        self._queued = b""

    def tick(self, now: float) -> None:
        frame, self._queued = self._queued[: self._frame], self._queued[self._frame :]
        if frame:
            self.sent.append((now, frame))

    def format(self) -> Format:
        if not self.ready:
            raise LookupError
        return self._format

    def read(self) -> bytes:
        data, self.arrived = self.arrived, b""
        return data

    def write(self, pcm: bytes) -> int:
        self._queued += pcm
        return len(pcm)

    def unsent(self) -> int:
        return len(self._queued)

    def flush(self) -> None:
        self._queued = b""
