"""The settings of the stt worker."""

import os
import socket
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from parley.settings import Budget, Engine, Seconds, Settings, check_url


class SttSettings(Settings, frozen=True, kw_only=True):
    """How speech is recognised."""

    stt_model: str = "base"
    """Whisper model, a folder of MODELS_DIR/whisper: tiny.en (fast), base (default), small, or one of your own."""
    stt_device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where it runs; auto: on the GPU when there is one."""
    stt_compute_type: str = "auto"
    """Number format of CTranslate2; auto: int8 on the CPU, int8_float16 on the GPU."""
    stt_threads: Annotated[int, msgspec.Meta(ge=0, le=256)] = 0
    """Threads of one decode; 0: as many as make it quicker, measured at start."""
    stt_at_once: Annotated[int, msgspec.Meta(ge=0, le=256)] = 0
    """Utterances that a worker decodes at a time; 0: on a CPU as many as that gains from, measured at start, on a GPU
    32 in one batch."""
    partial_words: bool = True
    """Whether words are recognised while they are spoken (Moonshine, English)."""
    stt_end_of_turn: bool = True
    """Whether each pause is judged for the end of the turn (smart-turn)."""
    stt_claim_after_ms: Annotated[int, msgspec.Meta(ge=200, le=60_000)] = 2000
    """A job whose worker has not been heard of for so long (ms) is taken over by another."""
    stt_engine: Engine = "local"
    """Who recognises speech; the local model takes over when another one fails."""
    stt_base_url: str = "https://api.openai.com/v1"
    """Root of the OpenAI-compatible API."""
    stt_api_key: str = ""
    """Its key, or the token at Hugging Face."""
    stt_remote_model: str = "whisper-1"
    """Name of the model there; at Hugging Face also the URL of an endpoint."""
    hf_provider: str = "auto"
    """Inference provider at Hugging Face."""
    remote_budget_s: Budget = 1.5
    """How long a remote engine may take to its first byte (s), then the local one does its work."""
    remote_cool_down_s: Seconds = 30.0
    """How long a remote engine that failed twice is left alone (s)."""

    secrets_dir: str = "/secrets"
    """Folder of the values that agents' files only name."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_url("STT_BASE_URL", self.stt_base_url)

    @property
    def whisper_folder(self) -> Path:
        """Where the Whisper model is."""
        return Path(self.models_dir) / "whisper" / self.stt_model

    @property
    def moonshine_folder(self) -> Path:
        """Where the model of partial words is."""
        return Path(self.models_dir) / "moonshine" / "tiny-en"

    @property
    def smart_turn_file(self) -> Path:
        """Where the end-of-turn model is."""
        return Path(self.models_dir) / "turn" / "smart-turn-v3.2-cpu.onnx"

    @property
    def cores(self) -> int:
        """What this worker may use, other containers beside it or not."""
        return len(os.sched_getaffinity(0))


def consumer_name() -> str:
    """Name this worker in the consumer group: unique among the workers that run at the same time."""
    return f"{socket.gethostname()}-{os.getpid()}"
