"""The settings of the one-shot models container."""

from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from models import catalogue
from models.catalogue.records import Model
from parley.settings import Settings

_ESPEAK = "espeak-ng:"
"""Such a voice is a program's own."""


class ModelsSettings(Settings, frozen=True, kw_only=True):
    """Which models are fetched, and from where."""

    redis_url: str = ""
    """Not used here: this is the one service without Redis."""
    stt_model: str = "base"
    """Whisper model of the stt workers."""
    llm_model_file: str = "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
    """Local language model; not fetched when LLM_BASE_URL points outside the stack."""
    llm_base_url: str = "http://llm:8080/v1"
    """Where the language model is served."""
    llm_fallback: bool = False
    """Whether the local one is needed although another is asked first."""
    partial_words: bool = True
    """Whether words are recognised while they are spoken, by a model of their own."""
    tts_voice: str = "hibari"
    """Voice of the agents."""
    caller_voice: str = "en_US-joe-medium"
    """Piper voice of test calls."""
    vad_engine: Literal["onnx", "torch"] = "onnx"
    """What finds speech; only torch needs a file of its own."""
    hf_endpoint: str = "https://huggingface.co"
    """Address of the model hub (or of a mirror of it)."""
    models_hub_timeout_s: Annotated[float, msgspec.Meta(ge=0.0, le=60.0)] = 5.0
    """How long one quick try may take to find out whether the hub can be reached (s); 0: never try it."""


def choices(settings: ModelsSettings) -> Mapping[str, str]:
    """Return the settings that name a model, by variable; the local language model only when it is used."""
    named = {"STT_MODEL": settings.stt_model, "CALLER_VOICE": settings.caller_voice}
    if not settings.tts_voice.startswith(_ESPEAK):
        named["TTS_VOICE"] = settings.tts_voice
    if urlsplit(settings.llm_base_url).hostname == "llm" or settings.llm_fallback:
        named["LLM_MODEL_FILE"] = settings.llm_model_file
    if settings.partial_words:
        named["PARTIAL_WORDS"] = "true"
    if settings.vad_engine == "torch":
        named["VAD_ENGINE"] = settings.vad_engine
    return named


def standing() -> list[Model]:
    """Return the models that come along whatever the settings say."""
    return [model for model in catalogue.MODELS if not model.variable]
