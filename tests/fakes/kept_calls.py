"""A call as it is kept: two turns of tones, the first with a pause, answered both; the second answer is spoken over."""

import io
import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from parley.audio import SAMPLE_RATE, Pcm
from parley.event_log import LoggedEvent
from parley.messages import Event
from records.store import Store

CALL, BEGAN = "1732287000.7", 1_732_287_010.0
TONES = ((2.0, 3.0), (3.8, 4.8), (9.5, 10.5), (12.2, 12.7))
"""When the caller makes a sound, seconds into the recording."""
ANSWERS = ((5.6, 8.6), (11.4, 14.0))
LENGTH_S = 16.0


def tone(spans: Sequence[tuple[float, float]], pitch: float = 5.0, length_s: float = LENGTH_S) -> Pcm:
    """Sound at these times, silence at others."""
    samples = np.zeros(round(length_s * SAMPLE_RATE), np.int16)
    for begin, end in spans:
        first, last = round(begin * SAMPLE_RATE), round(end * SAMPLE_RATE)
        samples[first:last] = 8000 * np.sin(np.arange(last - first) / pitch)
    return samples


def wav(*sides: Pcm, rate: int = SAMPLE_RATE) -> bytes:
    """A WAV file of these channels."""
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(len(sides))
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.stack(sides, axis=1).astype("<i2").tobytes())
    return written.getvalue()


def event(at_s: float, kind: str, **data: object) -> Event:
    """Something that happened so many seconds into the recording."""
    return Event(call=CALL, at=BEGAN + at_s, kind=kind, data={"agent": "techstore", **data})


def events(*more: Event) -> list[Event]:
    """What happened in the call, and more."""
    told = [
        event(-4.0, "call_started", caller="1001", extension="100"),
        event(-3.5, "agent_speaks", revision=0),
        event(-0.1, "agent_said", revision=0, text="Hello.", whole=True, seconds=3.4),
        event(0.0, "recording", file=f"{CALL}.wav"),
    ]
    for number, (begin, end) in enumerate(ANSWERS, 1):
        stages = {"endpoint": 0.6, "asked_at": 0.15, "ready_at": 0.4}
        told += [
            event(begin - 0.05, "caller_said", turn=number, text="some words", again=False),
            event(begin, "agent_speaks", revision=number),
            event(begin, "turn", turn=number, revision=number, **stages),
            event(
                end, "agent_said", revision=number, text=f"Answer {number}.", whole=True, seconds=end - begin
            ),
        ]
    told += [event(12.2, "caller_speaks"), event(13.1, "barge_in", outcome="resumed", stop_s=0.1)]
    told.append(event(LENGTH_S, "call_ended", outcome="completed"))
    return sorted([*told, *more], key=lambda one: one.at)


def keep(folder: Path, told: Sequence[Event], recording: bytes | None = None) -> tuple[Path, Path]:
    """Keep a call; return the folders of the records and the recordings."""
    records, recordings = folder / "records", folder / "recordings"
    store = Store(records)
    store.add(LoggedEvent(f"{round(one.at * 1000)}-{number}", one) for number, one in enumerate(told))
    store.end_silent(float("inf"))
    store.close()
    recordings.mkdir(exist_ok=True)
    if recording is not None:
        (recordings / f"{told[0].call}.wav").write_bytes(recording)
    return records, recordings
