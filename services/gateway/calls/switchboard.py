"""Asterisk's events and the calls of this gateway: whose event it is, new calls taken, left-over ones found."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial

from gateway.admission.admission import AdmissionSettings
from gateway.admission.limits import LimitSettings
from gateway.admission.readiness import Readiness
from gateway.admission.turnstile import Turnstile, cause_of
from gateway.ari.addressed import addressed, dialled
from gateway.ari.announcements import Announcements
from gateway.ari.caller import caller_number
from gateway.ari.channels import CAUSE_CONGESTION, CAUSE_UNALLOCATED, Channels, named
from gateway.ari.client import AriClient
from gateway.ari.dispatch import tell
from gateway.ari.kinds import is_local, is_media_channel
from gateway.ari.leftovers import Leftovers
from gateway.ari.protocol import AriEvent, Json
from gateway.calls.adoption import ACCEPT, BACK, Adoption, Left
from gateway.calls.arrival import Arrival
from gateway.calls.call import Call
from gateway.calls.giving import Giving
from gateway.calls.overflow import LINES, BusyCall
from gateway.calls.roster import Roster
from gateway.calls.turning_away import REJECTED, TurningAway
from gateway.conversation.context import Context
from gateway.conversation.leg import MediaAddress, Way, tolerate
from gateway.media.events import MediaEvent
from gateway.people.dialling import Dialling
from gateway.people.screening import Screening
from gateway.takeover.sharing import Identity, Sharing
from parley import log
from parley.agents import Agent, find
from parley.messages import AnyMessage
from parley.outbound.rules import Rules

_GONE = ("StasisEnd", "ChannelHangupRequest", "ChannelDestroyed")
"""Events after which a caller is not there any more."""

_LOOK_S = 0.2

_log = log.get("switchboard")


@dataclass(frozen=True, slots=True)
class SwitchboardSettings:
    """What has to be known of Asterisk, and how many calls there may be for how long."""

    ari_url: str = field(repr=False)
    """Of the WebSocket, with the password in it."""
    ari_app: str
    media: MediaAddress
    admission: AdmissionSettings
    limits: LimitSettings
    rules: Rules
    max_call_s: float
    """Longest call, where its agent's file says nothing else."""


class Switchboard:
    """Asterisk on one side, the calls on the other."""

    def __init__(self, settings: SwitchboardSettings, agents: dict[str, Agent], context: Context) -> None:
        self._agents, self._agent = agents, partial(find, agents)
        self._context = context
        self._max_call_s = settings.max_call_s
        self.ari = AriClient(settings.ari_url, self._on_event, self._on_connected)
        self._channels = Channels(self.ari, settings.ari_app)
        self._way = Way(settings.media, self._channels, context.plane)
        self._announcements = Announcements(self._channels, agents)
        self._roster = Roster()
        self._adoption = Adoption(self._channels, self._roster, context.bus, context.gateway, lambda: self)
        self.readiness = Readiness(context.bus)
        self._turning_away = TurningAway(self._roster, self._channels, context.bus)
        self.sharing = Sharing(
            context.bus.gateways(),
            Identity(context.gateway, settings.ari_app),
            settings.admission,
            self._channels,
            own=self._roster,
            take_over=self._adoption.inherit,
        )
        self._roster.on_change = self.sharing.places.changed
        self._giving = Giving(self._roster, self._channels, lambda: self.sharing.peers.apps)
        self._leftovers = Leftovers(self._channels, self._roster.has, lambda: self.sharing.peers.apps)
        self._turnstile = Turnstile(settings.limits, self._calls_of)
        self.dialling = Dialling(agents, self._channels, context.bus, settings.rules)
        self._closing = False

    # Events

    def on_media(self, events: list[MediaEvent]) -> None:
        """Hand the media plane's events to their calls."""
        for event in events:
            if call := self._roster.line(event.call):
                try:
                    call.on_media(event)
                except Exception:  # the other calls' events wait behind it
                    _log.exception("an event of the media plane broke", call=event.call)

    def on_message(self, message: AnyMessage) -> None:
        """Hand a worker's message to its call; the call may be over."""
        # First: what waits tells of the load, even for a call that is over.
        self.sharing.headroom.on_message(message)
        try:
            if busy := self._roster.busy.get(message.call):
                busy.on_message(message)
            elif call := self._roster.calls.get(message.call):
                call.on_message(message)
        except Exception:  # a worker's message must not end the gateway
            _log.exception("a worker's message broke", call=message.call)

    def call(self, name: str) -> Call | None:
        """A call of this gateway; None when it is over, or was turned away."""
        return self._roster.calls.get(name)

    async def _on_connected(self) -> None:
        await self._adoption.reconcile()
        await self._announcements.prepare()
        await self._leftovers.watch()

    async def on_agents_changed(self, _names: set[str]) -> None:
        """Agents are new, or have changed: what they speak, perhaps."""
        await self._announcements.prepare()

    def _on_event(self, event: AriEvent) -> None:
        channel = event.channel
        name = str(channel.get("id", ""))
        if is_media_channel(channel):
            self._on_media_channel(event.kind, name.removeprefix("media-"))
        elif event.kind == "StasisStart" and (replaced := event.data.get("replace_channel")):
            self._giving.given(str(replaced["id"]), channel)
        elif event.kind == "StasisStart":
            self._enter(channel, event.data.get("args", []))
        elif event.kind == "CallBroadcast":
            self._offered(channel)
        elif self.dialling.rings(name):
            if event.kind == "ChannelDestroyed":
                self.dialling.gone(name, int(event.data.get("cause", 0)))
        elif call := self._roster.calls.get(self._channels.call_of(name)):
            tell(call, event)
        elif screening := self._roster.screenings.get(name):
            if event.kind in _GONE:
                screening.on_gone()
            elif event.kind == "ChannelDtmfReceived":
                screening.on_key(event.data["digit"])
        elif event.kind in _GONE:
            self._roster.gone(name, destroyed=event.kind == "ChannelDestroyed")

    def _on_media_channel(self, kind: str, call_id: str) -> None:
        call = self._roster.line(call_id)
        if call is None:
            return
        if kind == "StasisStart":
            call.on_media_channel_up()
        elif kind == "ChannelDestroyed" and not isinstance(call, Screening):
            call.on_media_channel_down()

    # Calls

    def _enter(self, channel: Json, args: list[str]) -> None:
        """A channel comes into our application: a new caller, one who comes back, or a person for a caller."""
        match args:
            case ["moved"]:  # by us, who know more of it
                pass
            case ["screen", call]:
                self.screen(str(channel["id"]), call)
            case ["back", why, number]:
                if call_ := self._roster.calls.get(self._channels.call_of(str(channel["id"]))):
                    call_.handover.came_back(why)
                elif diverted := self._roster.diverted.get(str(channel["id"])):
                    diverted.came_back(why)
                else:  # it was given away by a gateway before us
                    self._roster.own(self._adoption.came_back(channel, why, number))
            case ["made"]:
                self._answered(channel)
            case ["supervise", name] | ["tap", name]:
                if not self._roster.supervised(channel, name):  # a token is good once
                    self._roster.own(tolerate(self._channels.hang_up(str(channel["id"]))))
            case ["called", *parts]:  # Asterisk has parted them at the colons in the headers
                self._take(channel, *dialled(channel, ":".join(parts).split("|")))
            case _:
                self._take(channel, *dialled(channel, ()))

    def _answered(self, channel: Json) -> None:
        """Somebody whom we have rung is there; one whom a gateway before us has rung is told nothing."""
        rung = self.dialling.answered(id_ := str(channel["id"]))
        if rung is None:
            self._roster.own(tolerate(self._channels.hang_up(id_)))
            return
        self._roster.own(self._announcements.arrived(channel, rung.agent))
        self._begin(Arrival(id_, rung.to, rung.shown, rung.agent, from_within=True, rung=rung))

    def _offered(self, channel: Json) -> None:
        """A call is offered to all gateways. Each counts it, whichever takes it: the limits are about all calls."""
        if self._roster.shows_token(channel):
            return
        found = addressed(self._agents, dialled(channel, ()))
        excess = self._turnstile.count(channel, caller_number(channel, found.agent.country if found else ""))
        new = channel["dialplan"].get("context") not in (ACCEPT, BACK)
        self.sharing.offered(str(channel["id"]), wanted=new and excess is None)

    def screen(self, person: str, call: str) -> None:
        """Tell a person of a call; one that we do not know is theirs as it comes."""
        if person not in self._roster.screenings:  # told by an event and by the list of channels
            found = self._roster.calls.get(call)
            screening = Screening(person, found.handover if found else None, self._way)
            self._roster.start(self._roster.screenings, screening)

    def adopt(self, left: Left) -> None:
        """Take over a caller whom another gateway has left, however many calls there are: this one is going on."""
        call, kept = str(left.channel["id"]), left.kept
        if self._roster.line(call) is not None:  # told by an event and by the list of channels
            return
        agent = self._agent(kept.agent) if kept else None
        if kept is None or agent is None:
            self._take(left.channel, left.extension)
            return
        whose = (kept.caller, kept.extension, agent, kept.overflow)
        self._begin(Arrival(call, *whose, kept, left.back, at=kept.at))

    def _take(self, channel: Json, *numbers: str) -> None:
        """Answer a new call, or refuse it with the cause that tells why."""
        id_ = str(channel["id"])  # told by an event and by the list of channels
        if self._roster.line(id_) is not None or id_ in self._roster.diverted:
            return
        self._admit(channel, numbers)
        if id_ not in self._roster.counted():
            self._roster.own(self.sharing.places.give_back(id_))

    def _admit(self, channel: Json, numbers: Iterable[str]) -> None:
        found = addressed(self._agents, numbers)
        if found is None:
            self._turning_away.refuse(channel, "unknown_extension", CAUSE_UNALLOCATED)
        elif self._closing:
            self._turning_away.refuse(channel, "stopping", CAUSE_CONGESTION, found.agent, found.extension)
        elif excess := self._turnstile.excess(channel, who := caller_number(channel, found.agent.country)):
            self._turning_away.drop(channel, excess, cause_of(excess))
        else:
            id_ = str(channel["id"])
            self._roster.own(self._announcements.arrived(channel, found.agent))
            agent = found.agent.for_caller(who, id_)
            arrival = Arrival(id_, who, found.extension, agent, from_within=is_local(channel))
            if lack := self.readiness.lacking():
                self._turning_away.divert(channel, arrival, lack)
            elif reason := self.sharing.headroom.refusal(self.sharing.places.found(id_)):
                self._overflow(channel, arrival, reason)
            else:
                self._begin(arrival)

    def _calls_of(self, caller: str) -> int:
        return self._roster.calls_of(caller) + self.sharing.peers.calls_of(caller)

    def _begin(self, arrival: Arrival) -> None:
        call = Call(arrival, self._way, self._context, self._agent, max_call_s=self._max_call_s)
        if arrival.rung and arrival.rung.known:
            call.conversation.errands.remember("note", arrival.rung.known)
        self._roster.start(self._roster.calls, call)

    def _overflow(self, channel: Json, arrival: Arrival, reason: str) -> None:
        """Send a caller where the agent's calls go when there is no room, as long as there is room for that."""
        if self._roster.overflowing() >= LINES:
            self._turning_away.refuse(channel, "no_room", CAUSE_CONGESTION, arrival.agent, arrival.extension)
            return
        to = arrival.agent.file.overflow.to
        _log.warning(
            "no room for a call", call=arrival.channel, reason=reason, caller=named(arrival.caller), to=to
        )
        if to != "busy":
            self._begin(replace(arrival, overflow=True))
            return
        REJECTED.labels("busy").inc()
        self._roster.start(self._roster.busy, BusyCall(arrival, self._way, self._context, reason=reason))

    # Ends

    async def drain(self, grace_s: float) -> None:
        """Take no more calls, and serve those that there are; what is left after that time is another gateway's.

        Returns at once where there is no other gateway that takes calls, nor one that may be back in a moment.
        """
        peers = self.sharing.peers
        peers.draining = True
        await peers.look()
        until = time.monotonic() + grace_s
        await asyncio.sleep(_LOOK_S)  # what was claimed a moment ago is about to come
        while self._roster.busy_with() and peers.expected() and time.monotonic() < until:  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_S)
        if peers.ready:
            await self._roster.release()
            await peers.leave()

    async def close(self, timeout_s: float) -> None:
        """Tell every caller goodbye, and wait until all calls are over or the time has passed."""
        self._closing = True
        await self._roster.close(timeout_s)
        await self.sharing.peers.leave()
