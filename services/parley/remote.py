"""What the clients of remote engines share: which failure is which, when to give up, and what is counted."""

import time
from typing import Any, Literal

import httpx
from prometheus_client import Counter, Gauge

from parley import log
from parley.breaker import Breaker
from parley.errors import ENGINE_ERRORS, EngineError

EngineName = Literal["stt", "llm", "tts"]

ERRORS = Counter(
    "parley_engine_errors_total", "Requests to remote engines that failed, by kind.", ["engine", "kind"]
)
FALLBACKS = Counter(
    "parley_engine_fallbacks_total",
    "Times that the local engine did a remote one's work, by why; breaker: the remote one counts as down.",
    ["engine", "kind"],
)
DOWN = Gauge("parley_engine_down", "Whether a remote engine counts as down (1) and is not asked.", ["engine"])
for _engine in ("stt", "llm", "tts"):  # counted from nought
    for _kind in ENGINE_ERRORS:
        ERRORS.labels(_engine, _kind)
        FALLBACKS.labels(_engine, _kind)
    FALLBACKS.labels(_engine, "breaker")

_log = log.get("remote")


class Guard:
    """Watches one remote engine that has a local one behind it."""

    def __init__(self, engine: EngineName, budget_s: float, cool_down_s: float) -> None:
        """`budget_s`: how long the remote engine may take to its first byte."""
        self.engine = engine
        self.budget_s = budget_s
        self._breaker = Breaker(cool_down_s)
        DOWN.labels(engine).set(0)

    def allows(self) -> bool:
        """Whether the remote engine is to be asked; when it is not, that counts as a fallback."""
        if self._breaker.allows(time.monotonic()):
            return True
        FALLBACKS.labels(self.engine, "breaker").inc()
        return False

    def succeeded(self) -> None:
        """The remote engine answered."""
        self._breaker.succeeded()
        DOWN.labels(self.engine).set(0)

    def failed(self, error: EngineError | TimeoutError) -> None:
        """The remote engine failed, and the local one takes over."""
        kind = error.kind if isinstance(error, EngineError) else "timeout"
        now = time.monotonic()
        self._breaker.failed(now, error.retry_after_s if isinstance(error, EngineError) else None)
        ERRORS.labels(self.engine, kind).inc()
        FALLBACKS.labels(self.engine, kind).inc()
        DOWN.labels(self.engine).set(self._breaker.is_open(now))
        _log.warning("a remote engine failed", engine=self.engine, kind=kind, detail=str(error)[:200])


def headers(api_key: str) -> dict[str, str]:
    """The header that shows a key, where there is one."""
    return {"Authorization": f"Bearer {api_key}"} if api_key else {}


def hub_options(model: str, provider: str, api_key: str, timeout_s: float) -> dict[str, Any]:
    """What a client of huggingface_hub is made with; `model` is a name of the hub, or the URL of an endpoint."""
    at_endpoint = model.startswith(("http://", "https://"))
    return {
        "model": model,
        "provider": "hf-inference" if at_endpoint else provider,
        "api_key": api_key or None,
        "timeout": timeout_s,
    }


def refusal(status: int, body: bytes, retry_after: str | None) -> EngineError:
    """The error of an answer that is none."""
    detail = " ".join(body[:200].decode(errors="replace").split())
    return EngineError("http", f"{status} {detail}", _seconds(retry_after))


def failure(error: Exception) -> EngineError:
    """The error of a request that httpx or huggingface_hub gave up."""
    if isinstance(error, EngineError):
        return error
    response = getattr(error, "response", None)
    if isinstance(response, httpx.Response):
        return EngineError("http", str(response.status_code), _seconds(response.headers.get("retry-after")))
    detail = f"{type(error).__name__}: {error}"[:200]
    if isinstance(error, httpx.ConnectError):
        return EngineError("refused", detail)
    if isinstance(error, (httpx.TimeoutException, TimeoutError)):
        return EngineError("timeout", detail)
    if isinstance(error, (httpx.HTTPError, ValueError, KeyError, TypeError)):
        return EngineError("protocol", detail)
    return EngineError("internal", detail)


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After in seconds (RFC 9110, section 10.2.3); its other form, a date, is not worth parsing."""
    try:
        return max(0.0, float(retry_after)) if retry_after else None
    except ValueError:
        return None
