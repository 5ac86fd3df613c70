"""The language model of simulated callers: the stack's own, or any with an OpenAI-compatible API."""

from collections.abc import Sequence
from typing import Any, Self

from agent.language_model.llm import Llm, OpenAiLlm
from parley.errors import EngineError, ParleyError
from simulate.settings import SimulateSettings

Line = tuple[str, str]
"""Who (`Caller` or `Agent`), and what they said."""


class ModelFailed(ParleyError):
    """The model did not write what it was asked for."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"the language model at {where} (SIMULATE_LLM_BASE_URL): {reason}")


class Model:
    """A model that is asked for a few words."""

    def __init__(self, llm: Llm, where: str) -> None:
        """`where` stands in errors."""
        self._llm = llm
        self._where = where

    @classmethod
    def connect(cls, settings: SimulateSettings) -> Self:
        """The model that the settings name; the same question has the same answer, as far as its server lets it."""
        url = settings.simulate_llm_base_url
        llm = OpenAiLlm(
            url,
            settings.simulate_llm_model,
            api_key=settings.simulate_llm_api_key,
            timeout_s=settings.simulate_llm_timeout_s,
            temperature=0.0,
        )
        return cls(llm, url)

    async def there(self) -> None:
        """Raise ModelFailed unless its server is there."""
        if isinstance(self._llm, OpenAiLlm) and not await self._llm.alive():
            raise ModelFailed(self._where, "nobody answers there; --no-model leaves out what needs one")

    async def write(self, messages: Sequence[dict[str, Any]], most: int) -> str:
        """What it writes next, of at most so many tokens; raise ModelFailed."""
        try:
            return "".join([token.text async for token in self._llm.stream(messages, most)]).strip()
        except EngineError as error:
            raise ModelFailed(self._where, str(error)) from error

    async def close(self) -> None:
        """Close its connections."""
        if isinstance(self._llm, OpenAiLlm):
            await self._llm.close()
