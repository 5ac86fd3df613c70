import pytest

from agent.settings import AgentSettings
from parley.errors import SettingError
from parley.settings import load

BASE = {"REDIS_URL": "redis://localhost"}


def test_defaults() -> None:
    settings = load(AgentSettings, BASE)
    assert settings.llm_base_url == "http://llm:8080/v1"
    assert settings.llm_temperature == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LLM_BASE_URL", "llm:8080"),
        ("LLM_TEMPERATURE", "3"),
        ("LLM_MAX_TOKENS", "0"),
        ("LLM_WARM_REQUESTS", "-1"),
        ("AGENT_CONCURRENCY", "many"),
        ("TTS_LEVEL_DBFS", "0"),
        ("INSIDE_HOSTS", "http://crm.local"),
        ("LOG_LEVEL", "loud"),
        ("KNOWLEDGE_SURE", "1.1"),
        ("KNOWLEDGE_NEAR", "nan"),
        ("KNOWLEDGE_NEAR", "0.9"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingError) as caught:
        load(AgentSettings, BASE | {name: value})
    assert caught.value.variable == name
    assert value in str(caught.value)
