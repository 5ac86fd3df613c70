"""Which engines answer an agent's callers: those of the settings, or those that agent.yaml names."""

from pathlib import Path

from agent.language_model.llm import Llm, OpenAiLlm
from agent.language_model.llm_remote import FallbackLlm, HuggingFaceLlm
from agent.settings import AgentSettings, llm_is_local
from agent.voice.remote_tts import GuardedVoice, HuggingFaceVoice, OpenAiVoice, RemoteVoice
from parley.agents import Agent
from parley.agents.schema import EngineOverride, LlmOverride, Secret
from parley.remote import Guard, key
from parley.usage import tally


class Engines:
    """Engines by what agent.yaml says; one is made when it is first asked for."""

    def __init__(self, settings: AgentSettings) -> None:
        self._settings = settings
        self._open: list[OpenAiLlm | HuggingFaceLlm] = []
        self.local: OpenAiLlm | None = None
        """The stack's own model, where it runs."""
        if self._is_own(LlmOverride()):
            self.local = self._own(LlmOverride())
        elif settings.llm_fallback:
            self.local = self._own(LlmOverride(base_url=settings.llm_fallback_url, api_key=""))
        self._llms: dict[LlmOverride, Llm] = {}
        self._voices: dict[EngineOverride, GuardedVoice | None] = {}

    @property
    def watched(self) -> Llm:
        """The model without which there are no answers: the stack's own, else that of the settings."""
        return self.local or self.llm()

    def llm(self, override: LlmOverride | None = None) -> Llm:
        """The language model of the settings, or of an agent."""
        override = override or LlmOverride()
        if override not in self._llms:
            self._llms[override] = self._with_fallback(override)
        return self._llms[override]

    def llm_of(self, agent: Agent) -> Llm:
        """An agent's language model."""
        return self.llm(agent.file.llm)

    def reader_of(self, agent: Agent) -> OpenAiLlm | None:
        """An agent's language model where it is the stack's own and alone, and so worth reading to ahead of time."""
        llm = self.llm_of(agent)
        reads = self._settings.llm_warm_requests and self._is_own(agent.file.llm)
        return llm if reads and isinstance(llm, OpenAiLlm) else None

    def voice_of(self, agent: Agent) -> GuardedVoice | None:
        """An agent's remote voice; None when it speaks with a local one."""
        override = agent.file.tts
        if override not in self._voices:
            self._voices[override] = self._voice(override)
        return self._voices[override]

    async def close(self) -> None:
        """Close all connections."""
        for llm in self._open:
            await llm.close()

    def _with_fallback(self, override: LlmOverride) -> Llm:
        distant = self._llm(override)
        if self._is_own(override):
            return distant
        behind: Llm | None = self.local
        if behind is None and override != LlmOverride():
            behind = self.llm()
        if behind is None:
            return distant
        settings = self._settings
        return FallbackLlm(
            distant, behind, Guard("llm", settings.remote_budget_s, settings.remote_cool_down_s)
        )

    def _is_own(self, override: LlmOverride) -> bool:
        """Whether this is the stack's own model, if perhaps asked in another way."""
        settings = self._settings
        local = settings.llm_engine == "openai" and llm_is_local(settings.llm_base_url)
        return local and override.base_url is None and override.model is None

    def _own(self, override: LlmOverride) -> OpenAiLlm:
        llm = self._llm(override, engine="openai")
        assert isinstance(llm, OpenAiLlm)
        return llm

    def _llm(self, override: LlmOverride, engine: str = "") -> OpenAiLlm | HuggingFaceLlm:
        settings = self._settings
        options = {
            "api_key": self._key(override.api_key, settings.llm_api_key),
            "timeout_s": override.timeout_s or settings.llm_timeout_s,
            "max_tokens": override.max_tokens or settings.llm_max_tokens,
            "temperature": settings.llm_temperature if override.temperature is None else override.temperature,
        }
        model = override.model or settings.llm_model
        url = override.base_url or settings.llm_base_url
        llm: OpenAiLlm | HuggingFaceLlm
        if (engine or settings.llm_engine) == "huggingface" and override.base_url is None:
            endpoint = "" if llm_is_local(url) else url
            llm = HuggingFaceLlm(model, base_url=endpoint, provider=settings.hf_provider, **options)  # type: ignore[arg-type]
        else:
            name = tally.LOCAL if llm_is_local(url) else tally.outside(model, url)
            llm = OpenAiLlm(url, model, engine=name, **options)  # type: ignore[arg-type]
        self._open.append(llm)
        return llm

    def _key(self, own: str | Secret | None, default: str) -> str:
        return key(own, default, Path(self._settings.secrets_dir))

    def _voice(self, override: EngineOverride) -> GuardedVoice | None:
        settings = self._settings
        engine = override.engine or settings.tts_engine
        if engine == "local":
            return None
        budget_s = override.timeout_s or settings.remote_budget_s
        api_key = self._key(override.api_key, settings.tts_api_key)
        model = override.model or settings.tts_remote_model
        voice: RemoteVoice
        if engine == "openai":
            voice = OpenAiVoice(
                override.base_url or settings.tts_base_url,
                model,
                override.voice or settings.tts_remote_voice,
                api_key=api_key,
                pcm_rate=settings.tts_pcm_rate,
                timeout_s=budget_s,
            )
        else:
            voice = HuggingFaceVoice(
                override.base_url or model, api_key=api_key, provider=settings.hf_provider, timeout_s=budget_s
            )
        return GuardedVoice(voice, Guard("tts", budget_s, settings.remote_cool_down_s))
