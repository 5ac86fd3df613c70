"""The recogniser that the environment's settings name, for benchmarks that need no stack."""

import os

from parley.settings import load
from stt.settings import SttSettings
from stt.whisper import Whisper


def stt_settings() -> SttSettings:
    """Those of the workers; nobody connects to Redis. Raise SettingError."""
    return load(SttSettings, {"REDIS_URL": "-", **os.environ})


def whisper(settings: SttSettings, threads: int = 1) -> Whisper:
    """A worker's, on so many threads where the settings name no number."""
    return Whisper(
        settings.whisper_folder,
        settings.stt_device,
        settings.stt_compute_type,
        settings.stt_threads or threads,
    )
