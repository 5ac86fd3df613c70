"""What can be fetched: a frozen record per model (`speech.py`, `language.py`), with the digest of each of its files.

Each file has one home upstream (a repository at a fixed revision) and most have a mirror: packages of the
Python package index that carry the same bytes, for places where the hub cannot be reached. The mirrors are
re-uploads by third parties; what makes them trustworthy is the sha256, which is the upstream file's own. What its maker
publishes as a package has that one source.
"""

from models.catalogue.language import MINILM, MULTILINGUAL_E5, QWEN_0_5B, QWEN_1_5B
from models.catalogue.records import Model
from models.catalogue.speech import (
    MOONSHINE_TINY_EN,
    SILERO_VAD,
    SILERO_VAD_TORCH,
    SMART_TURN,
    VOICE_HIBARI,
    VOICE_JOE,
    WHISPER_BASE,
    WHISPER_SMALL,
    WHISPER_TINY_EN,
)
from parley.errors import SettingError

MODELS: tuple[Model, ...] = (
    SILERO_VAD,
    SILERO_VAD_TORCH,
    SMART_TURN,
    MINILM,
    MULTILINGUAL_E5,
    WHISPER_BASE,
    WHISPER_TINY_EN,
    WHISPER_SMALL,
    VOICE_HIBARI,
    MOONSHINE_TINY_EN,
    VOICE_JOE,
    QWEN_1_5B,
    QWEN_0_5B,
)


def find(variable: str, value: str) -> Model:
    """Return the model that `variable` set to `value` asks for; raise SettingError with the known names."""
    known = [model for model in MODELS if variable in (model.variable, model.also)]
    for model in known:
        if model.value == value:
            return model
    names = ", ".join(model.value for model in known)
    raise SettingError(variable, f"no model is called {value!r}; the known ones are {names}")
