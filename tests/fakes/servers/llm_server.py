"""An OpenAI-compatible server that behaves as it is told, over real sockets."""

import asyncio
import json
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.servers.serving import read_request, served


@dataclass
class LlmServer:
    """What it answers, and what it was asked."""

    words: list[str] = field(default_factory=lambda: ["We", " are", " open", "."])
    status: int = 200
    token_delay_s: float = 0.0
    first_delay_s: float = 0.0
    finish: str | None = "stop"
    """None: the stream is cut off after the words."""
    calls: list[tuple[str, str]] = field(default_factory=list)
    """Functions that it wants to have called, with their arguments, in place of words after them."""
    refuses: dict[str, str] = field(default_factory=dict)
    """Fields of a request that it does not know, with what it says of them."""
    thoughts: list[str] = field(default_factory=list)
    """What it sends as `reasoning_content` before its words, unless it is asked not to by `quiet`."""
    quiet: str = ""
    """The field that switches its thoughts off."""
    hidden_thoughts: int = 0
    """Reasoning tokens that only its usage tells of, unless switched off."""
    one_index: bool = False
    """Whether all calls have the index 0."""
    retry_after: str = ""
    garbage: bool = False
    error_event: bool = False
    looks: list[int] = field(default_factory=list)
    """How many requests llama-server tells that it works on, look after look; then none."""
    port: int = 0
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a client closed its connection before the answer's end."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head, body = await read_request(reader)
            if head.startswith("GET /metrics "):
                told = f"llamacpp:requests_processing {self.looks.pop(0) if self.looks else 0}\n"
                writer.write(f"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{told}".encode())
                await writer.drain()
                return
            self.requests.append(json.loads(body or b"{}"))
            self.headers.append(head)
            gone = asyncio.create_task(reader.read(1))
            answer = asyncio.create_task(self._answer(writer))
            await asyncio.wait([gone, answer], return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                self.hung_up.set()
            answer.cancel()
            gone.cancel()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(self.first_delay_s)
        asked = self.requests[-1]
        for name, reason in self.refuses.items():
            if name in asked:
                error = json.dumps({"error": {"message": reason, "param": name}})
                writer.write(f"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n{error}".encode())
                await writer.drain()
                return
        retry = f"Retry-After: {self.retry_after}\r\n" if self.retry_after else ""
        if self.status != 200:
            writer.write(
                f"HTTP/1.1 {self.status} Sorry\r\n{retry}Connection: close\r\n\r\ntoo many requests".encode()
            )
            await writer.drain()
            return
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n: hello\n\n"
        )
        if self.garbage:
            writer.write(b"data: <html>gateway time-out</html>\n\n")
        if self.error_event:
            writer.write(b'data: {"error": {"message": "out of memory"}}\n\n')
        thinks = not self.quiet or self.quiet not in asked
        for thought in self.thoughts if thinks else ():
            _send(
                writer,
                {"choices": [{"index": 0, "delta": {"reasoning_content": thought}, "finish_reason": None}]},
            )
        for word in self.words:
            _send(writer, {"choices": [{"index": 0, "delta": {"content": word}, "finish_reason": None}]})
            await writer.drain()
            await asyncio.sleep(self.token_delay_s)
        calls, self.calls = self.calls, []  # once: the next request brings their results
        for number, (name, arguments) in enumerate(calls):
            for part in _call(number, 0 if self.one_index else number, name, arguments):
                _send(
                    writer,
                    {"choices": [{"index": 0, "delta": {"tool_calls": [part]}, "finish_reason": None}]},
                )
        if self.finish:
            finish = "tool_calls" if calls else self.finish
            _send(writer, {"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
            usage = {
                "prompt_tokens": 100,
                "completion_tokens": 4,
                "prompt_tokens_details": {"cached_tokens": 90},
                "completion_tokens_details": {"reasoning_tokens": self.hidden_thoughts if thinks else 0},
            }
            _send(writer, {"choices": [], "usage": usage})
            writer.write(b"data: [DONE]\n\n")
        await writer.drain()


def _call(number: int, index: int, name: str, arguments: str) -> list[dict[str, Any]]:
    """A call as it is streamed: its name first, then its arguments in two pieces."""
    half = len(arguments) // 2
    head = {
        "index": index,
        "id": f"call-{number}",
        "type": "function",
        "function": {"name": name, "arguments": ""},
    }
    pieces = [
        {"index": index, "function": {"arguments": part}} for part in (arguments[:half], arguments[half:])
    ]
    return [head, *pieces]


def _send(writer: asyncio.StreamWriter, event: dict[str, Any]) -> None:
    writer.write(b"data: " + json.dumps(event).encode() + b"\n\n")


def llm_server(**behaviour: Any) -> AbstractAsyncContextManager[LlmServer]:
    return served(LlmServer(**behaviour))
