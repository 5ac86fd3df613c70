"""The requests that Parley makes of Asterisk, by name. Each may raise AriError."""

import asyncio
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote

from gateway.ari.client import AriClient
from gateway.ari.kinds import bridge_id, calls_in, is_inside, media_channel_id
from gateway.ari.making import make, remove
from gateway.ari.protocol import Json
from gateway.ari.taps import Taps
from gateway.ari.ways import way_to
from parley import languages
from parley.errors import AriError

CAUSE_UNALLOCATED = 1
"""ITU-T Q.850: no such number; a SIP caller sees 404."""
CAUSE_BUSY = 17
"""ITU-T Q.850: user busy; a SIP caller sees 486."""
CAUSE_CONGESTION = 34
"""ITU-T Q.850: no circuit; a SIP caller sees 503."""
RECORDINGS = "/var/spool/asterisk/recording"
"""Where Asterisk puts recordings, and messages: a volume."""
SORRY = "please-try-call-later"
ALL_BUSY = "all-circuits-busy-now"
"""Sounds of Asterisk's own, in every language of `asterisk/sounds`."""
HEIR = "HEIR_"
"""Begins the global variable that has the application of who goes on with a call that a dead gateway gave to people."""
_LONGEST_SOUND_S = 10.0
_LOOK_S = 0.1


@dataclass(frozen=True, slots=True)
class MediaLeg:
    """Where Asterisk's end of an ExternalMedia channel is."""

    host: str
    port: int


def named(caller: str) -> str:
    """A caller's number as a log tells it: an empty one would look like a fault."""
    return caller or "anonymous"


class Channels:
    """Asterisk's channels and bridges as a call needs them."""

    def __init__(self, ari: AriClient, app: str) -> None:
        self._ari = ari
        self._app = app
        self.taps = Taps(ari, app)
        self._moved: dict[str, str] = {}
        """The caller's channel by call, where it is not the one that the call came with."""
        self.spoken = frozenset(languages.codes())
        """Codes of the languages that Asterisk has sounds in."""

    # A call is known by the channel that it came with, also when its caller's telephone has given it to another one.

    def moved(self, call: str, channel: str) -> None:
        """Know that the caller of a call is another channel from now on."""
        self._moved[call] = channel

    def of(self, call: str) -> str:
        """The caller's channel."""
        return self._moved.get(call, call)

    def call_of(self, channel: str) -> str:
        """The call whose caller a channel is; empty: it was one's once, and has been left behind."""
        if channel in self._moved:
            return ""
        return next((call for call, now in self._moved.items() if now == channel), channel)

    async def forget(self, call: str, *, inherited: bool) -> None:
        """The call is over. `inherited`: it was another gateway's once."""
        self._moved.pop(call, None)
        if inherited:
            await self._set_heir(call, "")

    async def ring(self, channel: str, way: str, shown: str, ring_s: float) -> None:
        """Ring a user's telephone (`1001`), or a number over the trunk (`+4930123456@trunk`), by a channel of this id.

        It comes into our application as `made` when somebody answers; until then its end is told with its cause.
        """
        whom = {"channelId": channel, "endpoint": await way_to(way, self.global_variable), "callerId": shown}
        await self._ari.request(
            "POST", "channels", **whom, app=self._app, appArgs="made", timeout=round(ring_s)
        )

    async def answer(self, channel: str) -> None:
        """Answer a call."""
        await self._ari.request("POST", f"channels/{quote(self.of(channel))}/answer")

    async def progress(self, channel: str) -> None:
        """Let a caller hear something before the call is answered: early media (SIP 183)."""
        await self._ari.request("POST", f"channels/{quote(self.of(channel))}/progress")

    async def hang_up(self, channel: str, cause: int = 16) -> None:
        """End a channel with a Q.850 cause; one that is gone already is no error."""
        await remove(self._ari, f"channels/{quote(self.of(channel))}", reason_code=cause)

    async def press(self, channel: str, keys: str) -> None:
        """Press keys for a channel's other end to hear (DTMF)."""
        await self._ari.request("POST", f"channels/{quote(self.of(channel))}/dtmf", dtmf=keys)

    async def open_media(self, call: str, host: str, port: int, media_format: str) -> MediaLeg:
        """Make the ExternalMedia channel that sends the call's audio to host:port."""
        name = media_channel_id(call)
        body = await make(
            self._ari,
            "channels/externalMedia",
            instead_of=f"channels/{quote(name)}",
            channelId=name,
            app=self._app,
            external_host=f"{host}:{port}",
            format=media_format,
            direction="both",
        )
        variables = body["channelvars"]
        return MediaLeg(variables["UNICASTRTP_LOCAL_ADDRESS"], int(variables["UNICASTRTP_LOCAL_PORT"]))

    async def bridge(self, call: str, *channels: str) -> None:
        """Join channels, so that each hears the others."""
        id_, uri = bridge_id(call), f"bridges/{quote(bridge_id(call))}"
        # Its name tells whose it is: Asterisk lists the bridges of all applications.
        await make(self._ari, "bridges", instead_of=uri, bridgeId=id_, name=self._app, type="mixing")
        await self._ari.request("POST", f"{uri}/addChannel", channel=",".join(map(self.of, channels)))

    async def close(self, call: str) -> None:
        """Remove a call's media leg and bridge; what is gone already is no error."""
        await remove(self._ari, f"channels/{quote(media_channel_id(call))}")
        await remove(self._ari, f"bridges/{quote(bridge_id(call))}")

    async def codec(self, channel: str) -> str:
        """Name of the codec in which the caller speaks, as Asterisk calls it: `opus`, `ulaw`, …"""
        formats = await self.variable(channel, "CHANNEL(audionativeformat)")
        return formats.strip("()").partition("|")[0]  # as it stands there: (opus)

    async def statistics(self, channel: str) -> Json:
        """Packets, losses, jitter and round trip of a channel's RTP; only while the channel lives."""
        body = await self._ari.request("GET", f"channels/{quote(self.of(channel))}/rtp_statistics")
        return body if isinstance(body, dict) else {}

    async def record(self, call: str, name: str) -> None:
        """Record what is heard in a call's bridge, to its end, in `name`.wav among the recordings, after what is there:
        what a gateway before us has recorded of the call.
        """
        uri = f"bridges/{quote(bridge_id(call))}/record"
        await self._ari.request("POST", uri, name=name, format="wav", ifExists="append")

    async def pause_recording(self, name: str) -> None:
        """Leave out what is heard from now on, until it goes on."""
        await self._ari.request("POST", f"recordings/live/{quote(name)}/pause")

    async def resume_recording(self, name: str) -> None:
        """Go on with a recording that pauses."""
        await self._ari.request("DELETE", f"recordings/live/{quote(name)}/pause")

    async def play(self, channel: str, sound: str, language: str) -> None:
        """Play one of Asterisk's own sounds to its end: the last resort when there is no speech."""
        body = await self._ari.request(
            "POST",
            f"channels/{quote(self.of(channel))}/play",
            media=f"sound:{sound}",
            lang=self.speakable(language),
        )
        with suppress(AriError, TimeoutError):
            async with asyncio.timeout(_LONGEST_SOUND_S):
                while True:  # until Asterisk does not know it any more
                    await self._ari.request("GET", f"playbacks/{quote(body['id'])}")
                    await asyncio.sleep(_LOOK_S)

    def speakable(self, language: str) -> str:
        """The language that Asterisk itself speaks to callers of one: that, or English where it has no sounds."""
        return language if language in self.spoken else languages.DEFAULT

    async def speak(self, channel: str, language: str) -> None:
        """Have Asterisk itself speak a language to a caller from now on."""
        await self.set_variable(channel, "CHANNEL(language)", self.speakable(language))

    async def variable(self, channel: str, name: str) -> str:
        """Value of a channel's variable, or of a function of the dialplan's like DEVICE_STATE(PJSIP/1001)."""
        body = await self._ari.request("GET", f"channels/{quote(self.of(channel))}/variable", variable=name)
        return str(body.get("value", "")) if isinstance(body, dict) else ""

    async def set_variable(self, channel: str, name: str, value: str) -> None:
        """Set a variable of a channel; a name that begins with __ goes to the channels it dials, too."""
        await self._ari.request(
            "POST", f"channels/{quote(self.of(channel))}/variable", variable=name, value=value
        )

    async def claim_back(self, call: str) -> None:
        """Have the caller of a call come back to this gateway from the dialplan, and people's legs for it come here."""
        try:
            await self._come_back(call)
        except AriError as error:
            if error.status != 409:  # it is in the dialplan already
                raise
            await self._set_heir(call, self._app)

    async def _come_back(self, call: str) -> None:
        await self.set_variable(call, "__PARLEY_APP", self._app)
        await self._set_heir(call, "")  # that of the last time

    async def _set_heir(self, call: str, app: str) -> None:
        await self.set_global_variable(HEIR + call, app)

    async def global_variable(self, name: str) -> str:
        """Value of a variable of the dialplan's; empty: there is none."""
        body = await self._ari.request("GET", "asterisk/variable", variable=name)
        return str(body.get("value", "")) if isinstance(body, dict) else ""

    async def set_global_variable(self, name: str, value: str) -> None:
        """Set a variable of the dialplan's, for as long as Asterisk runs; an empty value removes it."""
        given = {"value": value} if value else {}
        await self._ari.request("POST", "asterisk/variable", variable=name, **given)

    async def give(self, channel: str, context: str, variables: Mapping[str, str], language: str) -> None:
        """Set variables of a channel and send it to a context of the dialplan, where Asterisk speaks a language; how it
        ends is told all the same.
        """
        await self.speak(channel, language)
        for name, value in variables.items():
            await self.set_variable(channel, name, value)
        # Before it leaves: of a channel outside the application Asterisk tells only who has subscribed.
        await self.watch(channel)
        await self.send_to(channel, context)

    async def send_to(self, channel: str, context: str) -> None:
        """Send a channel out of our application, to the extension `s` of a context of the dialplan."""
        # What comes back of it comes to us.
        await self._come_back(channel)
        await self._ari.request(
            "POST", f"channels/{quote(self.of(channel))}/continue", context=context, extension="s", priority=1
        )

    async def join(self, channel: str) -> None:
        """Let a person's leg go on to the caller that it was dialled for, or away from it (GOSUB_RESULT)."""
        await self._ari.request(
            "POST",
            f"channels/{quote(self.of(channel))}/continue",
            context="accept",
            extension="joined",
            priority=2,
        )

    async def watch(self, channel: str) -> None:
        """Have Asterisk tell what becomes of a channel that is not in our application any more."""
        await self._ari.request(
            "POST", f"applications/{quote(self._app)}/subscription", eventSource=f"channel:{self.of(channel)}"
        )

    async def list(self) -> list[Json]:
        """All channels that Asterisk has."""
        channels: list[Json] = await self._ari.request("GET", "channels") or []
        return channels

    async def in_application(self, app: str = "") -> set[str]:
        """Ids of the channels that are in an application, by default in ours; none where there is no such other one."""
        try:
            body = await self._ari.request("GET", f"applications/{quote(app or self._app)}")
        except AriError as error:
            if not app or error.status != 404:
                raise
            return set()
        return set(body.get("channel_ids", []))

    async def claim(self, channel: str) -> bool:
        """Take a call that was offered to all gateways; return False when another one was faster, or it is gone."""
        try:
            await self._ari.request("POST", "events/claim", channelId=channel, application=self._app)
        except AriError as error:
            if error.status not in (404, 409):
                raise
            return False
        return True

    async def move(self, channel: str) -> None:
        """Bring a channel from another application to ours."""
        await self._ari.request("POST", f"channels/{quote(channel)}/move", app=self._app, appArgs="moved")

    async def is_taken(self, call: str) -> bool:
        """Whether a caller who has left our application is in another gateway's, as far as Asterisk tells."""
        try:
            body = await self._ari.request("GET", f"channels/{quote(self.of(call))}")
        except AriError:
            return False
        return is_inside(body)

    async def with_legs(self) -> set[str]:
        """Calls that have a media leg in our application."""
        return calls_in(await self.in_application(), media_channel_id)

    async def with_empty_bridges(self, others: Collection[str]) -> set[str]:
        """Calls that have a bridge in which nobody is, but for those of these other applications."""
        bridges: list[Json] = await self._ari.request("GET", "bridges") or []
        empty = [each for each in bridges if not each["channels"] and each.get("name") not in others]
        return calls_in((str(each["id"]) for each in empty), bridge_id)
