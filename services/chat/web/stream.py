"""What is new in a chat as Server-Sent Events, as it happens."""

from collections import Counter
from collections.abc import AsyncIterator, Callable

from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from chat.talk.board import Bell, heard

MOST = 4
"""Streams of one chat: a visitor has few pages open."""
_QUIET_S = 15.0
"""After so long without anything new the page is sent a sign of life: proxies close what is silent."""
_BEGIN = format_sse_event(comment="from here on", retry=2000)
_ALIVE = format_sse_event(comment="alive")

News = Callable[[int], tuple[int, str, bool]]
"""What is new since a change: the number of the last one, all of it as JSON, and whether nothing will follow."""


class EventStream(StreamingResponse):
    """An answer without an end."""

    media_type = "text/event-stream"


class Streams:
    """Those that are open."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    def full(self, chat: str) -> bool:
        """Whether a chat has as many as it may have."""
        return self._open[chat] >= MOST

    async def told(self, chat: str, bell: Bell, news: News, after: int) -> AsyncIterator[bytes]:
        """The bytes of one, until the chat is over or the page is gone."""
        self._open[chat] += 1
        try:
            yield _BEGIN
            told = None
            while True:
                rung = bell.listen()
                change, text, over = news(after)
                if change != told:
                    yield format_sse_event(data_str=text, event="news", id=str(change))
                    after = told = change
                else:
                    yield _ALIVE
                if over:
                    return
                await heard(rung, _QUIET_S)
        finally:
            self._open[chat] -= 1
            if not self._open[chat]:
                del self._open[chat]
