"""What clients of servers elsewhere share: which failure is which, when to give up, and what is counted.

No answer is believed to be small: it is read as it comes, and no further than is said. What is compressed is refused,
since a kilobyte of it may be a megabyte (CWE-409); `PLAIN` asks for what is not.
"""

import re
import time
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any, Literal

import httpx
from prometheus_client import Counter, Gauge

from parley import log
from parley.agents.schema import Secret
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

PLAIN = {"Accept-Encoding": "identity"}
MOST_OF_REFUSAL = 64_000
"""Bytes that are read of an answer that is none."""
_LINE_END = re.compile(rb"\r\n|\n|\r")

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


def secret(value: str | Secret, folder: Path) -> str:
    """A value of agent.yaml that may stand in a file of `folder`; EngineError names one that is not there."""
    if isinstance(value, str):
        return value
    try:
        return (folder / value.secret).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error.reason
        raise EngineError("internal", f"the secret {value.secret} cannot be read: {why}") from error


def key(own: str | Secret | None, default: str, folder: Path) -> str:
    """An agent's own key, or that of the settings; none, and the log says so, where its secret cannot be read."""
    try:
        return default if own is None else secret(own, folder)
    except EngineError as error:
        _log.error("an engine has no key", reason=error.detail)
        return ""


def headers(api_key: str) -> dict[str, str]:
    """The header that shows a key, where there is one, and PLAIN."""
    return PLAIN | ({"Authorization": f"Bearer {api_key}"} if api_key else {})


async def chunks(response: httpx.Response, most: int) -> AsyncGenerator[bytes]:
    """The bytes of an answer; EngineError when they are compressed, or more than `most`."""
    limit = _Limit(response, most)
    async for chunk in response.aiter_raw():
        yield limit.passed(chunk)


def chunks_now(response: httpx.Response, most: int) -> Iterator[bytes]:
    """The same of an answer that blocks."""
    limit = _Limit(response, most)
    for chunk in response.iter_raw():
        yield limit.passed(chunk)


async def body(response: httpx.Response, most: int = MOST_OF_REFUSAL) -> bytes:
    """A whole answer; EngineError as `chunks`."""
    return b"".join([chunk async for chunk in chunks(response, most)])


async def lines(response: httpx.Response, most: int) -> AsyncGenerator[str]:
    """An answer's lines as they arrive, without their ends; EngineError as `chunks`. Empty ones may be left out."""
    rest = bytearray()
    async for chunk in chunks(response, most):
        if not _LINE_END.search(chunk):  # of a line that comes in many pieces none is looked at twice
            rest += chunk
            continue
        *whole, last = _LINE_END.split(bytes(rest) + chunk)
        for line in whole:
            yield line.decode(errors="replace")
        rest = bytearray(last)
    if rest:
        yield rest.decode(errors="replace")


class _Limit:
    """Counts what is read of one answer."""

    def __init__(self, response: httpx.Response, most: int) -> None:
        coding = response.headers.get("content-encoding", "identity").strip().lower()
        if coding != "identity":
            raise EngineError(
                "protocol", f"the answer is compressed ({coding[:20]}), which was not asked for"
            )
        self._most = most
        self._read = 0

    def passed(self, chunk: bytes) -> bytes:
        self._read += len(chunk)
        if self._read > self._most:
            raise EngineError("protocol", f"the answer is longer than {self._most} bytes")
        return chunk


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
