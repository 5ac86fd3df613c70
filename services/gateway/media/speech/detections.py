"""What the detector is told once, and what it has found in a tick."""

from dataclasses import dataclass

from gateway.media.rtp.packets import Ints


@dataclass(frozen=True, slots=True)
class DetectorSettings:
    """When speech is speech; times in milliseconds."""

    threshold: float = 0.5
    """Speech probability of a window that starts speech."""
    release: float = 0.35
    """Below this probability a window of speech is silence."""
    start_ms: int = 64
    """Speech this long is a start; shorter bursts are clicks."""
    over_agent_dbfs: float = -34.0
    """Speech over the agent that is fainter than this, and fainter than the caller, is somebody in the background."""
    sustain_ms: int = 1200
    """Speech this long is more than an acknowledgement."""
    pause_ms: int = 150
    """Silence this long is a pause, counted from the last voiced packet once the model finds no speech any more; over
    the agent, from the model's last speech."""
    hush_ms: int = 100
    """Silence this long after the last voiced packet may be a pause soon: the words are looked at."""
    preroll_ms: int = 300
    """Audio before the start that belongs to it: soft consonants."""


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
    faint: Ints
    """Somebody who may not be the caller has begun to speak: it is listened to, and not told unless it is `started`."""
    faint_dropped: Ints
    """They were not the caller, or spoke to somebody else."""
