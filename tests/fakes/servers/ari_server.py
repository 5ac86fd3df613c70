"""Asterisk's ARI WebSocket as far as Parley uses it: events, requests, and whatever can go wrong."""

import asyncio
import json
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response

USER, PASSWORD, APP = "parley", "secret", "parley-gw"


class FakeAri:
    """One Asterisk. `requests` holds what was asked, as "METHOD path?query"."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.connections: list[ServerConnection] = []
        self.connected = asyncio.Event()
        self.channels: dict[str, dict[str, Any]] = {}
        self.bridges: set[str] = set()
        self.bridge_names: dict[str, str] = {}
        """What bridges are called beside their ids: the application of who made them."""
        self.refuse: dict[str, int] = {}
        """Status by the beginning of a request, for example {"POST channels/externalMedia": 500}."""
        self.mute: set[str] = set()
        """Beginnings of requests that are not answered."""
        self.statistics: dict[str, Any] = {"txcount": 0, "rxcount": 0}
        """What is told of any channel's RTP."""
        self.media_comes_up = True
        self.acknowledged = True
        """Whether callers acknowledge that they are answered."""
        self.variables: dict[str, str] = {"PARLEY_LANGUAGES": "de,en,es,fr,it"}
        """What channels answer when they are asked for a variable or a function."""
        self.outside: set[str] = set()
        """Channels that are in the dialplan, not in the application."""
        self.others: set[str] = set()
        """Channels that are in the application of another gateway, "other"."""
        self.offered: dict[str, dict[str, Any]] = {}
        """Calls that no gateway has claimed yet."""
        self.tapped: dict[str, str] = {}
        """The channel that a tap hears."""
        self.sound_lasts = 0
        """How often a sound is still playing when it is asked for."""
        self.ready: dict[str, str] = {}
        """How many people of a queue are free, as the dialplan tells it."""
        self.port = 0
        self._media_port = 20_000

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        self._server: Server = await serve(
            self._serve, "127.0.0.1", self.port, process_request=self._check, close_timeout=0.1
        )
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def stop(self) -> None:
        self._server.close()
        await self._server.wait_closed()
        self.connected.clear()

    def _check(self, connection: ServerConnection, request: Request) -> Response | None:
        parts = urlsplit(request.path)
        if parse_qs(parts.query).get("api_key") != [f"{USER}:{PASSWORD}"]:
            return connection.respond(HTTPStatus.UNAUTHORIZED, "no")
        return None

    async def _serve(self, connection: ServerConnection) -> None:
        self.connections.append(connection)
        self.connected.set()
        try:
            async for text in connection:
                await self._answer(connection, json.loads(text))
        finally:
            self.connections.remove(connection)

    async def _answer(self, connection: ServerConnection, message: dict[str, Any]) -> None:
        query = {item["name"]: item["value"] for item in message["query_strings"]}
        line = f"{message['method']} {message['uri']}"
        text = "&".join(f"{name}={value}" for name, value in query.items())
        self.requests.append(f"{line}?{text}" if text else line)
        if any(line.startswith(start) for start in self.mute):
            return
        status, body = self._respond(line, query)
        await connection.send(
            json.dumps(
                {
                    "type": "RESTResponse",
                    "request_id": message["request_id"],
                    "status_code": status,
                    "reason_phrase": HTTPStatus(status).phrase,
                    "message_body": json.dumps(body) if body is not None else "",
                }
            )
        )

    def _respond(self, line: str, query: dict[str, str]) -> tuple[int, Any]:
        for start, status in self.refuse.items():
            if line.startswith(start):
                return status, {"message": "refused by the test"}
        match line.split():
            case ["GET", "channels"]:
                return 200, [self._described(name) for name in self.channels]
            case ["GET", "bridges"]:
                return 200, [
                    {"id": id_, "name": self.bridge_names.get(id_, ""), "channels": []}
                    for id_ in self.bridges
                ]
            case ["GET", uri] if uri == f"applications/{APP}":
                return 200, {"channel_ids": [name for name in self.channels if name not in self.others]}
            case ["GET", "applications/parley-other"]:
                return 200, {"channel_ids": list(self.others)}
            case ["GET", uri] if uri.endswith("/variable") and query["variable"] in self.variables:
                return 200, {"value": self.variables[query["variable"]]}
            case ["GET", "asterisk/variable"]:
                return 200, {"value": ""}
            case ["GET", uri] if query.get("variable") == "PARLEY_ACKNOWLEDGED":
                return 404, {"message": "Provided variable was not found"}
            case ["GET", uri] if uri.startswith("channels/") and uri.split("/")[1] in self.channels:
                return self._tell_of(uri)
            case ["POST", "channels/externalMedia"]:
                return self._open_media(query["channelId"])
            case [_, uri] if uri.startswith("recordings/live/"):
                return 204, None
            case ["POST", "bridges"]:
                return self._make_bridge(query["bridgeId"], query["name"])
            case ["POST", uri] if uri.startswith(f"applications/{APP}") and uri.endswith("/subscription"):
                return 200, {}
            case ["PUT", uri] if uri.endswith("/sendMessage"):
                return 202, None
            case ["POST", "events/claim"]:
                return self._claim(query["channelId"])
            case ["POST", uri] if uri.endswith("/move"):
                self.others.discard(uri.split("/")[1])
                return 204, None
            case ["POST", "asterisk/variable"]:
                return self._set_global(query["variable"], query.get("value"))
            case ["POST", uri] if uri.endswith("/variable") and uri.split("/")[1] in self.outside:
                return 409, {"message": "Channel not in Stasis application"}
            case ["POST", uri] if uri.endswith("/play") and uri.split("/")[1] in self.channels:
                return 201, {"id": "playback"}
            case ["GET", "playbacks/playback"] if self.sound_lasts:
                self.sound_lasts -= 1
                return 200, {"id": "playback", "state": "playing"}
            case ["POST", uri] if uri.endswith("/continue"):
                return self._continue(uri.split("/")[1])
            case ["POST", "channels"] if query["endpoint"].startswith("Local/"):
                return self._look_at_queue(query["endpoint"])
            case ["POST", uri] if "/snoop/" in uri:
                return self._tap(*uri.split("/")[1::2])
            case ["POST", "channels"]:
                self.channels[query["channelId"]] = make_channel(query["channelId"], state="Ringing")
                return 200, self.channels[query["channelId"]]
            case ["POST", uri] if uri.endswith("/answer"):
                return self._answered(uri.split("/")[1])
            case ["DELETE", uri] if uri.count("/") == 1:
                return self._delete(*uri.split("/"))
            case ["POST", uri]:
                channel = uri.split("/")[1]
                known = channel in self.channels or channel in self.bridges
                return (204, None) if known else (404, {"message": "Channel not found"})
        return 404, {"message": "Resource not found"}

    def _claim(self, channel: str) -> tuple[int, Any]:
        if channel not in self.offered:
            return 409, {"message": "Channel has already been claimed by another application"}
        dialplan, caller = self.offered[channel]["dialplan"], self.offered.pop(channel)["caller"]["number"]
        if dialplan["context"] == "supervise":
            self.enter(channel, "supervise", dialplan["exten"], context="supervise", caller=caller)
        else:
            self.call(channel, dialplan["exten"])
        return 204, None

    def _tap(self, channel: str, tap: str) -> tuple[int, Any]:
        if channel not in self.channels:
            return 404, {"message": "Channel not found"}
        self.channels[tap], self.tapped[tap] = make_channel(tap), channel
        self.tell("StasisStart", tap, args=["tap", tap])
        return 200, self.channels[tap]

    def _set_global(self, name: str, value: str | None) -> tuple[int, Any]:
        self.variables.pop(name, None)
        if value is not None:
            self.variables[name] = value
        return 204, None

    def _look_at_queue(self, endpoint: str) -> tuple[int, Any]:
        """The context `queue-ready` of the dialplan."""
        queue = endpoint.removeprefix("Local/").partition("@")[0]
        if queue in self.ready:
            self.variables[f"READY_{queue}"] = self.ready[queue]
        return 200, make_channel("look")

    def _tell_of(self, uri: str) -> tuple[int, Any]:
        if uri.endswith("/variable"):
            return 200, {"value": "(opus)"}
        if uri.count("/") == 1:
            return 200, self._described(uri.split("/")[1])
        return 200, self.statistics

    def _open_media(self, channel: str) -> tuple[int, Any]:
        if channel in self.channels:
            return 409, {"message": "Channel with given unique ID already exists"}
        self.channels[channel] = make_channel(channel)
        self._media_port += 2
        if self.media_comes_up:
            self.tell("StasisStart", channel)  # before the response, as Asterisk does
        variables = {"UNICASTRTP_LOCAL_ADDRESS": "127.0.0.1", "UNICASTRTP_LOCAL_PORT": str(self._media_port)}
        return 200, {"id": channel, "channelvars": variables}

    def _make_bridge(self, bridge: str, name: str) -> tuple[int, Any]:
        if bridge in self.bridges:
            return 409, {"message": f"Bridge with id '{bridge}' already exists"}
        self.bridges.add(bridge)
        self.bridge_names[bridge] = name
        return 200, {"id": bridge}

    def _answered(self, channel: str) -> tuple[int, Any]:
        if channel not in self.channels:
            return 404, {"message": "Channel not found"}
        if self.acknowledged:
            self.tell("ChannelVarset", channel, variable="PARLEY_ACKNOWLEDGED", value="1")
        return 204, None

    def _described(self, name: str) -> dict[str, Any]:
        channel = self.channels[name]
        app = "Dial" if name in self.outside else "Stasis"
        return channel | {"dialplan": channel["dialplan"] | {"app_name": app}}

    def _continue(self, channel: str) -> tuple[int, Any]:
        if channel not in self.channels:
            return 404, {"message": "Channel not found"}
        self.tell("StasisEnd", channel)
        return 204, None

    def _delete(self, kind: str, name: str) -> tuple[int, Any]:
        if kind == "bridges" and name in self.bridges:
            self.bridges.remove(name)
            return 204, None
        if kind == "channels" and name in self.channels:
            self.hang_up(name)
            return 204, None
        return 404, {"message": "not found"}

    # What happens in Asterisk

    def tell(self, kind: str, channel: str, **data: Any) -> None:
        """Send an event about a channel to whoever is connected."""
        self.send(
            json.dumps({"type": kind, "channel": self.channels.get(channel, make_channel(channel)), **data})
        )

    def send(self, text: str) -> None:
        """Send any text."""
        for connection in self.connections:
            connection.transport.write(_frame(text))

    def call(
        self, channel: str, extension: str = "100", caller: str = "1001", name: str = "PJSIP/1001-1"
    ) -> None:
        """A call comes in."""
        self.channels[channel] = make_channel(channel, extension, caller, state="Ring") | {"name": name}
        self.tell("StasisStart", channel)

    def offer(
        self, channel: str, extension: str = "100", context: str = "internal", caller: str = "1001"
    ) -> None:
        """A call comes in, for the gateway that claims it."""
        described = self.offered[channel] = make_channel(channel, extension, caller, state="Ring")
        described["dialplan"]["context"] = context
        self.send(json.dumps({"type": "CallBroadcast", "channel": described}))

    def take_away(self, channel: str) -> None:
        """Another gateway moves a channel to its application, and its media leg is replaced."""
        self.others |= {channel, f"media-{channel}"}
        self.tell("StasisEnd", channel)
        self.tell("ChannelDestroyed", f"media-{channel}")

    def enter(self, channel: str, *args: str, context: str = "internal", caller: str = "1001") -> None:
        """A channel enters the application from the dialplan, with arguments."""
        self.channels[channel] = make_channel(channel, "s", caller)
        self.channels[channel]["dialplan"]["context"] = context
        self.tell("StasisStart", channel, args=list(args))

    def give(
        self, before: str, channel: str, half: str = "Local/1001@given-away-1;1", *, up: bool = True
    ) -> None:
        """A caller's telephone gives the call to somebody else, whose channel takes its place."""
        state = "Up" if up else "Down"
        self.channels[channel] = make_channel(channel, "1001") | {"name": half, "state": state}
        self.channels[channel]["caller"]["number"] = ""
        self.tell("StasisStart", channel, args=[], replace_channel=self.channels[before])
        self.hang_up(before)

    def pick_up(self, channel: str) -> None:
        """Who is rung answers."""
        self.channels[channel]["state"] = "Up"
        self.tell("ChannelStateChange", channel)

    def answer(self, channel: str) -> None:
        """Somebody whom the application rings answers."""
        self.channels[channel]["state"] = "Up"
        self.tell("StasisStart", channel, args=["made"])

    def give_up(self, channel: str, cause: int) -> None:
        """Somebody whom the application rings does not answer, for a cause."""
        self.tell("ChannelDestroyed", channel, cause=cause)
        self.channels.pop(channel, None)

    def press(self, channel: str, digit: str) -> None:
        """A key is pressed."""
        self.tell("ChannelDtmfReceived", channel, digit=digit)

    def hang_up(self, channel: str) -> None:
        """A channel ends, whoever ended it, and its taps with it."""
        self.tell("StasisEnd", channel)
        self.tell("ChannelDestroyed", channel)
        self.channels.pop(channel, None)
        for tap in [tap for tap, tapped in self.tapped.items() if tapped == channel and tap in self.channels]:
            self.hang_up(tap)

    def caller_hangs_up(self, channel: str, quality: str) -> None:
        """The caller's BYE: the statistics are set as a variable, then the channel is gone."""
        self.tell("ChannelVarset", channel, variable="RTPAUDIOQOS", value=quality)
        self.tell("ChannelVarset", channel, variable="RTPAUDIOQOSMES", value="minrxmes=0;")
        self.hang_up(channel)

    def drop(self) -> None:
        """Lose all connections, as when Asterisk dies."""
        for connection in list(self.connections):
            connection.transport.abort()
        self.connected.clear()

    def asked(self, start: str) -> list[str]:
        """The requests that begin so."""
        return [request for request in self.requests if request.startswith(start)]


def make_channel(
    channel: str, extension: str = "", caller: str = "1001", state: str = "Up"
) -> dict[str, Any]:
    """A channel as ARI describes it."""
    return {
        "id": channel,
        "name": f"PJSIP/{channel}",
        "state": state,
        "caller": {"number": caller},
        "language": "en",
        "dialplan": {"context": "internal", "exten": extension},
    }


def _frame(text: str) -> bytes:
    """An unmasked text frame (RFC 6455, section 5.2): sent at once, in order with everything else."""
    data = text.encode()
    if len(data) < 126:
        return bytes([0x81, len(data)]) + data
    return bytes([0x81, 126]) + len(data).to_bytes(2) + data
