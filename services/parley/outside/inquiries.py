"""Questions to the agent workers that belong to no call: what an agent would answer, what it makes of its files.

jobs:inquiry    list  an Inquiry for whichever worker has time; JSON
inquiry:{id}    list  its InquiryAnswer, for a minute

Nobody on the telephone waits for one, so it waits for them, and is dropped when whoever asked has gone. Any method may
raise BusError.
"""

from typing import Any, Literal

import msgspec

from parley import log
from parley.errors import MessageError

INQUIRIES = "jobs:inquiry"
MOST_WAITING = 20
_TTL_S = 60

_log = log.get("inquiries")


class Inquiry(msgspec.Struct, frozen=True, kw_only=True):
    """A question."""

    id: str
    """Chosen by who asks: names the answer."""
    agent: str
    language: str = ""
    """Empty: the agent's main one."""
    question: str = ""
    """What a caller would say; empty: what has become of the agent's files is asked."""
    until: float
    """Unix time in seconds after which nobody waits any more."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was found for a question."""

    text: str
    source: str
    """The file that it stands in, `curated`, or `tool`."""
    chance: float
    """How likely it answers the question, 0…1."""
    words: float
    """How much of the question's words it has, about 0…1."""
    meaning: float
    """How near it is in meaning, -1…1."""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent would do with a question."""

    register: str
    """How sure it is, see decide.Kind; `person`: whoever asks so is given to people; `offer`: is asked
    whether they want that."""
    line: str
    """What it would say; empty: the language model answers."""
    action: str
    """What is done then, see ReplyAction."""
    target: str
    known: float
    """How likely the knowledge has an answer, 0…1."""
    evidence: list[Evidence]
    """The likeliest first."""


class ReadFile(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker has made of a file."""

    version: str
    """The first 16 figures of its SHA-256."""
    facts: int
    complaint: str
    """Why there are none; empty: there are."""


class InquiryAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a question."""

    result: Literal["answered", "busy", "unknown"]
    """`busy`: callers come first, and there were some all the time; `unknown`: the worker has no such agent."""
    trial: Trial | None = None
    files: dict[str, ReadFile] = {}
    """By their names in the agent's folder `knowledge`, those in its folders as `de/facts.md`."""


class Inquiries:
    """Both ends of the way, made by `Commands.inquiries`."""

    def __init__(self, redis: Any) -> None:
        self._redis = redis

    async def ask(self, inquiry: Inquiry, timeout_s: float) -> InquiryAnswer | None:
        """Have a question answered; None: no worker has in time."""
        if await self._redis.llen(INQUIRIES) >= MOST_WAITING:
            return InquiryAnswer(result="busy")
        body = msgspec.json.encode(inquiry)
        await self._redis.rpush(INQUIRIES, body)
        answer = await self._redis.blpop([_list(inquiry.id)], timeout=timeout_s)
        if answer is None:
            await self._redis.lrem(INQUIRIES, 1, body)
            return None
        try:
            return msgspec.json.decode(answer[1], type=InquiryAnswer)
        except msgspec.MsgspecError as error:
            raise MessageError(f"{_list(inquiry.id)}: {error}") from error

    async def take(self, block_s: float) -> Inquiry | None:
        """The next question; None: there is none for so long."""
        item = await self._redis.blpop([INQUIRIES], timeout=block_s)
        if item is None:
            return None
        try:
            return msgspec.json.decode(item[1], type=Inquiry)
        except msgspec.MsgspecError as error:
            _log.error("dropped a question that cannot be read", error=str(error))
            return None

    async def answer(self, inquiry: Inquiry, answer: InquiryAnswer) -> None:
        """Tell who asked."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.rpush(_list(inquiry.id), msgspec.json.encode(answer))
            pipe.expire(_list(inquiry.id), _TTL_S)
            await pipe.execute()


def _list(inquiry: str) -> str:
    return f"inquiry:{inquiry}"
