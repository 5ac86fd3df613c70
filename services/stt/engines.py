"""Which engine recognises an agent's callers: that of the settings, or the one that agent.yaml names."""

from collections.abc import Callable
from pathlib import Path

from parley import remote
from parley.agents.schema import EngineOverride
from stt.remote import FallbackTranscriber, HuggingFaceTranscriber, OpenAiTranscriber
from stt.settings import SttSettings
from stt.transcriber import Transcriber


class Engines:
    """Engines by what agent.yaml says; one is made when it is first asked for."""

    def __init__(
        self, settings: SttSettings, local: Transcriber, override_of: Callable[[str], EngineOverride | None]
    ) -> None:
        """`override_of` gives what an agent's file says of recognition; None for an agent that is not known."""
        self._settings = settings
        self._local = local
        self._override_of = override_of
        self._made: dict[EngineOverride, Transcriber] = {}

    def of(self, agent: str) -> Transcriber:
        """The engine for an agent's callers."""
        override = self._override_of(agent) or EngineOverride()
        if override not in self._made:
            self._made[override] = self._make(override)
        return self._made[override]

    def _make(self, override: EngineOverride) -> Transcriber:
        settings = self._settings
        engine = override.engine or settings.stt_engine
        if engine == "local":
            return self._local
        budget_s = override.timeout_s or settings.remote_budget_s
        key = remote.key(override.api_key, settings.stt_api_key, Path(settings.secrets_dir))
        model = override.model or settings.stt_remote_model
        guard = remote.Guard("stt", budget_s, settings.remote_cool_down_s)
        distant: Transcriber
        if engine == "openai":
            url = override.base_url or settings.stt_base_url
            distant = OpenAiTranscriber(url, model, api_key=key, budget_s=budget_s)
        else:
            distant = HuggingFaceTranscriber(
                override.base_url or model, api_key=key, provider=settings.hf_provider, budget_s=budget_s
            )
        return FallbackTranscriber(distant, self._local, guard)
