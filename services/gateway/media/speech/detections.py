"""What the detector has found in a tick."""

from dataclasses import dataclass

from gateway.media.rtp.packets import Ints


@dataclass(frozen=True, slots=True)
class Detections:
    """Rows in which something happened in this tick."""

    started: Ints
    sustained: Ints
    paused: Ints
    silence_reached: Ints
    overlong: Ints
