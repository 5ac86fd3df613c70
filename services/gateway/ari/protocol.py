"""ARI over one WebSocket, without any I/O: requests and events as text messages.

Asterisk 22 takes REST requests on the events WebSocket and answers them there ("ARI Outbound Websockets and REST over
WebSocket", docs.asterisk.org): `RESTRequest` goes out, `RESTResponse` with the same `request_id` comes back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import msgspec

from parley.errors import MessageError

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Response:
    """Asterisk's answer to a request; `body` is empty when there was none."""

    request_id: str
    status: int
    reason: str
    body: Any


class _Answer(msgspec.Struct, frozen=True):
    """The fields of a RESTResponse that are used."""

    request_id: str
    status_code: int
    reason_phrase: str | None = None
    message_body: str | None = None


@dataclass(frozen=True, slots=True)
class AriEvent:
    """Something that happened in Asterisk; `data` is the event as Asterisk sent it."""

    kind: str
    data: Json

    @property
    def channel(self) -> Json:
        """The channel concerned; empty when the event concerns none."""
        channel = self.data.get("channel")
        return channel if isinstance(channel, dict) else {}


def events_url(base: str, app: str, user: str, password: str) -> str:
    """URL of the events WebSocket of the ARI at `base`, for example http://asterisk:8088."""
    scheme, host, path, _, _ = urlsplit(base)
    query = urlencode({"app": app, "api_key": f"{user}:{password}", "subscribeAll": "false"})
    return urlunsplit(
        ("wss" if scheme == "https" else "ws", host, f"{path.rstrip('/')}/ari/events", query, "")
    )


def build_request(request_id: str, method: str, uri: str, query: Mapping[str, str]) -> str:
    """Build the text message of a request, for example POST channels/1/answer."""
    return msgspec.json.encode(
        {
            "type": "RESTRequest",
            "request_id": request_id,
            "method": method,
            "uri": uri,
            "query_strings": [{"name": name, "value": value} for name, value in query.items()],
        }
    ).decode()


def parse(text: str | bytes) -> Response | AriEvent:
    """Parse a message from Asterisk; raise MessageError when it is neither a response nor an event."""
    try:
        data = msgspec.json.decode(text, type=Json)
        kind = msgspec.convert(data.get("type"), str)
        if kind != "RESTResponse":
            return AriEvent(kind, data)
        answer = msgspec.convert(data, _Answer)
        body = msgspec.json.decode(answer.message_body) if answer.message_body else None
        return Response(answer.request_id, answer.status_code, answer.reason_phrase or "", body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise MessageError(f"not an ARI message: {error}") from error
