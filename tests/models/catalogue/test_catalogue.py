import re

import pytest

from models import catalogue
from models.catalogue.records import Model
from models.settings import ModelsSettings, choices, standing
from parley.errors import SettingError


@pytest.mark.parametrize("model", catalogue.MODELS, ids=lambda model: model.folder)
def test_record_is_complete(model: Model) -> None:
    assert model.licence
    assert model.title
    assert re.fullmatch(r"[0-9a-f]{40}|v[0-9.]+", model.revision), "a fixed revision, never a branch"
    assert model.files
    for file in model.files:
        assert file.path.startswith(model.folder), file.path
        assert ".." not in file.path
        assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)
        assert file.size > 0
        for part in file.parts:
            assert re.fullmatch(r"\d+(\.\d+)+|20\d{6}", part.version), "an exact version"
            assert set(part.package.split("-")) & set(re.split(r"[_/]", part.member))


def test_paths_are_unique() -> None:
    paths = [file.path for model in catalogue.MODELS for file in model.files]
    assert len(paths) == len(set(paths))


def test_defaults_are_known_and_have_a_mirror() -> None:
    for variable, value in choices(ModelsSettings()).items():
        model = catalogue.find(variable, value)
        assert all(file.parts for file in model.files)
    assert all(file.parts for model in standing() for file in model.files)


@pytest.mark.parametrize("variable", ["STT_MODEL", "LLM_MODEL_FILE", "TTS_VOICE", "CALLER_VOICE"])
def test_unknown_name_tells_the_variable_and_the_known_ones(variable: str) -> None:
    with pytest.raises(SettingError) as caught:
        catalogue.find(variable, "huge")
    assert caught.value.variable == variable
    known = [model.value for model in catalogue.MODELS if variable in (model.variable, model.also)]
    assert known
    assert all(name in str(caught.value) for name in ["huge", *known])


def test_language_model_is_not_wanted_when_it_is_served_elsewhere() -> None:
    assert "LLM_MODEL_FILE" in choices(ModelsSettings())
    assert "LLM_MODEL_FILE" not in choices(ModelsSettings(llm_base_url="https://api.example.org/v1"))
    behind = ModelsSettings(llm_base_url="https://api.example.org/v1", llm_fallback=True)
    assert "LLM_MODEL_FILE" in choices(behind)


def test_a_program_s_own_voice_is_not_fetched_and_test_calls_keep_theirs() -> None:
    wanted = choices(ModelsSettings(tts_voice="espeak-ng:en-us"))
    assert "TTS_VOICE" not in wanted
    assert catalogue.find("CALLER_VOICE", wanted["CALLER_VOICE"]).prepare == "streaming_vits"
    with pytest.raises(SettingError, match="CALLER_VOICE"):
        catalogue.find("CALLER_VOICE", "hibari")


def test_the_torch_model_of_the_vad_is_fetched_only_when_it_is_asked_for() -> None:
    assert "VAD_ENGINE" not in choices(ModelsSettings())
    wanted = choices(ModelsSettings(vad_engine="torch"))["VAD_ENGINE"]
    assert catalogue.find("VAD_ENGINE", wanted).files[0].path == "vad/silero_vad.jit"
