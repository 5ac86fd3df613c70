"""What the detector has found in a tick."""

from dataclasses import dataclass

from gateway.media.rtp.packets import Ints


@dataclass(frozen=True, slots=True)
class Detections:
    """Rows in which something happened in this tick."""

    started: Ints
    sustained: Ints
    hushed: Ints
    """Speech goes on, but not its voice."""
    went_on: Ints
    """The voice is back."""
    paused: Ints
    silence_reached: Ints
    overlong: Ints
