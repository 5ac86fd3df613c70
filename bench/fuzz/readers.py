"""Whatever reads what comes from outside, each with texts that are right and the errors that it may raise."""

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import httpx
import msgspec

from agent.knowledge.reading import isolated
from agent.language_model.chat_stream import Reading
from agent.language_model.thinking import Thinking
from agent.tools.webhooks import Services
from gateway.ari import protocol
from gateway.takeover import snapshot
from parley import messages
from parley.agents import load_agent
from parley.agents.schema import Tool
from parley.errors import AgentFileError, EngineError, MessageError
from parley.event_log import read_event
from parley.messages import Event
from records.record import assemble

ROOT = Path(__file__).parents[2]
_CALL = (
    b'{"id":"1.2","name":"PJSIP/1001-1","state":"Up","caller":{"name":"","number":"1001"},'
    b'"dialplan":{"exten":"100"}}'
)
_ARI = (
    b'{"type":"StasisStart","application":"parley","args":[],"channel":%s}' % _CALL,
    b'{"type":"ChannelDtmfReceived","digit":"1","duration_ms":100,"channel":%s}' % _CALL,
    b'{"type":"RESTResponse","request_id":"7","status_code":200,"reason_phrase":"OK","message_body":"[{\\"id\\":\\"1\\"}]"}',
)
_STREAM = (
    b'data: {"choices":[{"delta":{"content":"We are "}}]}\n\ndata: {"choices":[{"delta":{"content":"open."},'
    b'"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":2}}\n\ndata: [DONE]\n\n',
    b'data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]}}]}\n\n'
    b'data: {"choices":[{"finish_reason":"tool_calls"}]}\n\ndata: [DONE]\n\n',
)
_ANSWERS = (
    b'200\ncontent-type: application/json\n\n{"status": "shipped"}',
    b"302\nlocation: http://orders.example/other\n\n",
    b"200\ncontent-encoding: gzip\n\n\x1f\x8b\x08\x00",
)
_KINDS = (".md", ".txt", ".html", ".csv", ".pdf", ".docx", ".xlsx")
_SMALL = 20_000
"""Bytes of a knowledge file that is damaged."""
_TOOL = Tool(name="status", description="d", url="http://orders.example/status", method="GET")


@dataclass(frozen=True)
class Reader:
    """Something that reads."""

    texts: tuple[bytes, ...]
    """What is right."""
    read: Callable[[bytes], object]
    errors: tuple[type[Exception], ...]
    """What it may raise for what is wrong."""


def _agent(text: bytes) -> object:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "agent.yaml").write_bytes(text)
        return load_agent(Path(folder))


def _event(text: bytes) -> object:
    event = read_event({b"event": text})
    return event and assemble(event.call, [event, event])


def _stream(text: bytes) -> object:
    async def read() -> None:
        async for _ in Reading(Thinking()).tokens(httpx.Response(200, stream=httpx.ByteStream(text))):
            pass

    return asyncio.run(read())


def _webhook(text: bytes) -> object:
    """The first line is the status, then come headers, and after an empty line the body."""
    head, _, body = text.partition(b"\n\n")
    status, *lines = head.split(b"\n")
    headers = [
        (name, value.strip()) for name, colon, value in (line.partition(b":") for line in lines) if colon
    ]
    code = int(status) if status.isdigit() and len(status) < 4 else 200

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(code, headers=headers, stream=httpx.ByteStream(body))

    async def ask() -> str:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer), trust_env=False) as client:
            return await Services(client, Path("/secrets")).call(_TOOL, {"number": "1234"}, "turn", "key")

    return asyncio.run(ask())


def _knowledge(text: bytes) -> object:
    """A file of any of the kinds that are read; in a process of its own, which must not break down."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"facts{_KINDS[crc32(text) % len(_KINDS)]}"
        path.write_bytes(text)
        found = isolated.read([path])[path]
    if isinstance(found, AgentFileError) and "its reader" in str(found):
        raise RuntimeError(str(found).rpartition(": ")[2])
    return found


def _encoded() -> tuple[bytes, ...]:
    reply = messages.ReplyJob(
        call="c1", gateway="g", agent="shop", turn=1, revision=2, queued_at=0.0, text="Hi"
    )
    speech = messages.Speech(call="c1", turn=1, revision=2, seq=0, text="Hi", pcm=b"\x00\x01" * 10)
    return tuple(map(messages.encode, (reply, speech, messages.Cancel(call="c1", revision=3))))


def _told() -> tuple[bytes, ...]:
    events = [
        Event(
            call="c1",
            kind="call_started",
            at=1.0,
            data={"agent": "shop", "caller": "1001", "extension": "100"},
        ),
        Event(call="c1", kind="caller_said", at=2.0, data={"turn": 1, "text": "Hello?", "again": True}),
        Event(call="c1", kind="turn", at=3.0, data={"revision": 1, "turn": 1, "voice_to_voice": 0.5}),
        Event(call="c1", kind="agent_said", at=3.0, data={"revision": 1, "text": "Hi.", "whole": False}),
        Event(call="c1", kind="call_ended", at=4.0, data={"outcome": "silent", "mos": 4.1}),
    ]
    return tuple(map(msgspec.json.encode, events))


READERS = {
    "ari": Reader(_ARI, lambda text: getattr(protocol.parse(text), "channel", None), (MessageError,)),
    "messages": Reader(_encoded(), messages.decode, (MessageError,)),
    "states": Reader((b"{}", *_told()), snapshot.parse, (MessageError,)),
    "events": Reader(_told(), _event, ()),
    "agents": Reader(
        tuple(file.read_bytes() for file in sorted(ROOT.glob("agents/*/agent.yaml"))),
        _agent,
        (AgentFileError,),
    ),
    "knowledge": Reader(
        tuple(
            file.read_bytes()
            for file in sorted(ROOT.glob("bench/data/knowledge/agents/*/knowledge/*"))
            if file.stat().st_size < _SMALL
        ),
        _knowledge,
        (),
    ),
    "models": Reader(_STREAM, _stream, (EngineError,)),
    "webhooks": Reader(_ANSWERS, _webhook, (EngineError,)),
}
"""By what they read."""
