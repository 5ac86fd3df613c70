"""Who may begin a chat, write in one and be called: tokens, and how often anybody asks."""

import hashlib
import hmac
import ipaddress
import math
import secrets
import time
from typing import Annotated

from fastapi import Path, Request
from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from api.bearer import shown
from api.problems import Problem
from chat import measures
from chat.talk.house import House
from chat.talk.talk import Talk

ChatId = Annotated[str, Path(pattern="^[A-Za-z0-9-]{1,64}$", examples=["chat-5f2b8c0e9d1a4b7c8e6f0a12"])]
_HOUSEHOLD = 64
"""Bits of an address in IPv6 that are a household's; the others it changes as it likes."""


def new_token() -> tuple[str, str]:
    """A visitor's token, and the digest that is kept of it."""
    token = secrets.token_urlsafe(32)
    return token, digest(token)


def digest(token: str) -> str:
    """What is kept of a token: it is long and random, so that its SHA-256 tells nothing of it."""
    return hashlib.sha256(token.encode()).hexdigest()


class Limits:
    """How often addresses begin chats and ask for calls, and visitors write."""

    def __init__(self, starts_per_hour: int, messages_per_minute: int, calls_per_day: int = 1) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._starts = RateLimitItemPerHour(starts_per_hour)
        self._messages = RateLimitItemPerMinute(messages_per_minute)
        self._calls = RateLimitItemPerDay(calls_per_day)

    def start(self, address: str) -> None:
        """Count a chat that an address begins; raise Problem when it is one too many."""
        self._count(self._starts, f"start {address}", "chats in an hour")

    def message(self, chat: str) -> None:
        """Count a message of a chat's visitor; raise Problem when it is one too many."""
        self._count(self._messages, f"chat {chat}", "messages in a minute")

    def call(self, address: str) -> None:
        """Count a call that an address asks for; raise Problem when it is one too many."""
        self._count(self._calls, f"call {_household(address)}", "calls in a day")

    def allows(self, sender: str) -> bool:
        """Count a message of a sender's whom nothing can be told; return whether it is none too many."""
        return self._limiter.hit(self._messages, f"sender {sender}")

    def _count(self, item: RateLimitItem, whose: str, what: str) -> None:
        if self._limiter.hit(item, whose):
            return
        measures.REFUSED.labels("rate").inc()
        wait_s = max(1, math.ceil(self._limiter.get_window_stats(item, whose).reset_time - time.time()))
        raise Problem(
            429,
            "too-many-requests",
            f"no more than {item.amount} {what}",
            headers={"Retry-After": str(wait_s)},
        )


def _household(address: str) -> str:
    try:
        if ipaddress.ip_address(address).version == 4:
            return address
        return str(ipaddress.ip_network(f"{address}/{_HOUSEHOLD}", strict=False))
    except ValueError:
        return address


def visited(request: Request, chat: str) -> Talk:
    """The chat of a request whose token is its visitor's; raise Problem for any other."""
    house: House = request.app.state.house
    talk = house.talk(chat)
    token = shown(request.headers.get("authorization", ""))
    if talk is None or not talk.kept.digest:
        raise no_such_chat()
    if not hmac.compare_digest(digest(token), talk.kept.digest):
        measures.REFUSED.labels("token").inc()
        raise no_such_chat()
    return talk


def no_such_chat() -> Problem:
    """The same for a chat that there is not and for one of somebody else's."""
    return Problem(404, "no-such-chat", "there is no such chat with this token; it may be over")
