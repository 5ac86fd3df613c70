"""Settings of simulated callers; one environment variable each."""

from parley.settings import Seconds, Settings, check_url


class SimulateSettings(Settings, frozen=True, kw_only=True):
    """What is read from the environment; who calls by voice also reads the caller's (`caller.settings`)."""

    simulate_llm_base_url: str = "http://llm:8080/v1"
    """Root of the OpenAI-compatible API of the model that plays callers with a goal, and judges."""
    simulate_llm_api_key: str = ""
    """Bearer token of that API; empty sends none."""
    simulate_llm_model: str = "local"
    """Name of the model there; llama-server ignores it."""
    simulate_llm_timeout_s: Seconds = 60.0
    """Longest wait in seconds for the first token, and between two: real callers come first at the stack's own."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_url("SIMULATE_LLM_BASE_URL", self.simulate_llm_base_url)
