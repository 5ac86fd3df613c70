"""The settings of the stt worker."""

import os
import socket
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from parley.settings import Settings


class SttSettings(Settings, frozen=True, kw_only=True):
    """How speech is recognised."""

    stt_model: str = "base"
    """Whisper model, a folder of MODELS_DIR/whisper: tiny.en (fast), base (default), small, or one of your own."""
    stt_device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where it runs; auto: on the GPU when there is one."""
    stt_compute_type: str = "auto"
    """Number format of CTranslate2; auto: int8 on the CPU, int8_float16 on the GPU."""
    stt_threads: Annotated[int, msgspec.Meta(ge=0, le=256)] = 0
    """Threads of one decode; 0: as many as there are cores. With several workers on one machine: cores / workers."""
    stt_end_of_turn: bool = True
    """Whether each pause is judged for the end of the turn (smart-turn)."""
    stt_claim_after_ms: Annotated[int, msgspec.Meta(ge=200, le=60_000)] = 2000
    """A job whose worker has not been heard of for so long (ms) is taken over by another."""

    @property
    def whisper_folder(self) -> Path:
        """Where the Whisper model is."""
        return Path(self.models_dir) / "whisper" / self.stt_model

    @property
    def smart_turn_file(self) -> Path:
        """Where the end-of-turn model is."""
        return Path(self.models_dir) / "turn" / "smart-turn-v3.2-cpu.onnx"

    @property
    def threads(self) -> int:
        """Threads of one decode."""
        return self.stt_threads or len(os.sched_getaffinity(0))


def consumer_name() -> str:
    """Name this worker in the consumer group: unique among the workers that run at the same time."""
    return f"{socket.gethostname()}-{os.getpid()}"
