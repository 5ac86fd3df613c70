"""Settings of the agent worker; one environment variable each."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from agent.knowledge import limits
from parley.outside.addresses import hosts_of
from parley.settings import Budget, Engine, PositiveInt, Seconds, check_url

Temperature = Annotated[float, msgspec.Meta(ge=0.0, le=2.0)]
Level = Annotated[float, msgspec.Meta(ge=-40.0, le=-6.0)]
Count = Annotated[int, msgspec.Meta(ge=0, le=64)]


LOCAL_LLM = "http://llm:8080/v1"


class AgentSettings(limits.KnowledgeSettings, frozen=True, kw_only=True):
    """What the agent worker reads from its environment."""

    agent_concurrency: PositiveInt = 8
    """How many replies one worker makes at a time."""
    agent_job_max_age_s: Seconds = 30.0
    """Jobs that waited longer than this many seconds are dropped: the caller is not waiting any more."""
    llm_engine: Literal["openai", "huggingface"] = "openai"
    """How the language model is asked; the stack's own speaks the OpenAI-compatible API."""
    llm_fallback: bool = False
    """Whether the stack's own model runs and answers when the one at LLM_BASE_URL does not."""
    llm_fallback_url: str = LOCAL_LLM
    """Root of the API of the model that answers then."""
    llm_base_url: str = LOCAL_LLM
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
    llm_tools: bool = False
    """Whether the model is good enough at calling functions to be offered the built-in ones."""
    category_by_model: bool = False
    """Whether the model is asked what a call that is over was about, where the embeddings are unsure."""
    tts_engine: Engine = "local"
    """Who speaks; the local voice takes over when another one fails."""
    tts_base_url: str = "https://api.openai.com/v1"
    """Root of the OpenAI-compatible API."""
    tts_api_key: str = ""
    """Its key, or the token at Hugging Face."""
    tts_remote_model: str = "gpt-4o-mini-tts"
    """Name of the model there; at Hugging Face also the URL of an endpoint."""
    tts_remote_voice: str = "alloy"
    """Name of the voice there."""
    tts_pcm_rate: Annotated[int, msgspec.Meta(ge=8000, le=48_000)] = 24_000
    """Sample rate of audio that comes without a header (Hz)."""
    hf_provider: str = "auto"
    """Inference provider at Hugging Face."""
    remote_budget_s: Budget = 1.5
    """How long a remote engine may take to its first byte (s), then the local one does its work."""
    remote_cool_down_s: Seconds = 30.0
    """How long a remote engine that failed twice is left alone (s)."""
    tts_voice: str = "hibari"
    """Voice of English agents that name none, and of all whose own is not on the models volume."""
    tts_workers: PositiveInt = 2
    """Threads that synthesise speech."""
    tts_threads: PositiveInt = 1
    """Cores that one synthesis uses."""
    tts_level_dbfs: Level = -18.0
    """Level of the speech, RMS while speaking, in dB relative to full scale."""
    tts_cache_mb: PositiveInt = 64
    """Megabytes of sentences that are kept as speech."""

    secrets_dir: str = "/secrets"
    """Folder of the values that agents' files only name."""
    inside_hosts: str = ""
    """Hosts of the inside that functions of agents may ask, with commas between, as their addresses have them."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_url("LLM_BASE_URL", self.llm_base_url)
        check_url("LLM_FALLBACK_URL", self.llm_fallback_url)
        check_url("TTS_BASE_URL", self.tts_base_url)
        hosts_of("INSIDE_HOSTS", self.inside_hosts)


def llm_is_local(url: str) -> bool:
    """Whether a URL is that of the stack's own language model."""
    return urlsplit(url).hostname == "llm"
