import os

import pytest

from parley.errors import SettingError
from parley.settings import load
from stt.settings import SttSettings, consumer_name

URL = {"REDIS_URL": "redis://localhost"}


def test_defaults() -> None:
    settings = load(SttSettings, URL)
    assert str(settings.whisper_folder) == "/models/whisper/base"
    assert str(settings.smart_turn_file) == "/models/turn/smart-turn-v3.2-cpu.onnx"
    assert settings.cores == len(os.sched_getaffinity(0))


@pytest.mark.parametrize(
    ("variable", "value"),
    [("STT_DEVICE", "tpu"), ("STT_THREADS", "-1"), ("STT_THREADS", "two"), ("STT_CLAIM_AFTER_MS", "-5")],
)
def test_a_wrong_setting_is_named(variable: str, value: str) -> None:
    with pytest.raises(SettingError) as caught:
        load(SttSettings, URL | {variable: value})
    assert caught.value.variable == variable


def test_two_processes_have_two_names() -> None:
    assert consumer_name().endswith(f"-{os.getpid()}")
