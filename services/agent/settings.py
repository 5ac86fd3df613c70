"""Settings of the agent worker; one environment variable each."""

from typing import Annotated

import msgspec

from parley.errors import SettingError
from parley.settings import PositiveInt, Seconds, Settings

Temperature = Annotated[float, msgspec.Meta(ge=0.0, le=2.0)]
Level = Annotated[float, msgspec.Meta(ge=-40.0, le=-6.0)]
Count = Annotated[int, msgspec.Meta(ge=0, le=64)]


class AgentSettings(Settings, frozen=True, kw_only=True):
    """What the agent worker reads from its environment."""

    agent_concurrency: PositiveInt = 8
    """How many replies one worker makes at a time."""
    agent_job_max_age_s: Seconds = 30.0
    """Jobs that waited longer than this many seconds are dropped: the caller is not waiting any more."""
    llm_base_url: str = "http://llm:8080/v1"
    """Root of an OpenAI-compatible API."""
    llm_api_key: str = ""
    """Bearer token of that API; empty sends none."""
    llm_model: str = "local"
    """Name of the model there; llama-server ignores it."""
    llm_timeout_s: Seconds = 10.0
    """Longest wait in seconds for the first token, and between two tokens."""
    llm_max_tokens: PositiveInt = 120
    """Longest answer, in tokens."""
    llm_temperature: Temperature = 0.0
    """Randomness of the answers; 0 gives the most likely one, and the same one again."""
    llm_warm_requests: Count = 4
    """Requests at a time that bring each agent's prompt into the server's cache: its number of slots. 0: none."""
    tts_voice: str = "en_US-joe-medium"
    """Voice of agents whose own voice is not on the models volume."""
    tts_workers: PositiveInt = 2
    """Threads that synthesise speech."""
    tts_threads: PositiveInt = 1
    """Cores that one synthesis uses."""
    tts_level_dbfs: Level = -18.0
    """Level of the speech, RMS while speaking, in dB relative to full scale."""
    tts_cache_mb: PositiveInt = 32
    """Megabytes of sentences that are kept as speech."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.llm_base_url.startswith(("http://", "https://")):
            raise SettingError(
                "LLM_BASE_URL", f"must begin with http:// or https://, not {self.llm_base_url!r}"
            )
