"""Calls that a caller's telephone gives to somebody else (SIP REFER): who is on the line then has the conversation."""

from collections.abc import Callable, Iterable

from gateway.ari.caller import caller_number
from gateway.ari.channels import CAUSE_CONGESTION, Channels
from gateway.ari.kinds import dialled_within
from gateway.ari.protocol import Json
from gateway.calls.call import Call
from gateway.calls.roster import Roster
from gateway.conversation.leg import tolerate
from parley import log
from parley.errors import AriError

_log = log.get("giving")


class Giving:
    """Asterisk puts another channel into the bridge in the caller's place, and tells so: `StasisStart` with
    `replace_channel`. In a transfer to a number this is one half of a Local channel, whose other half goes to the
    number; in an attended transfer the other half is where the transferred person is.
    """

    def __init__(self, roster: Roster, channels: Channels, others: Callable[[], Iterable[str]]) -> None:
        """`others` tells the applications of the other gateways."""
        self._roster = roster
        self._channels = channels
        self._others = others

    def given(self, before: str, channel: Json) -> None:
        """Let the conversation of the channel `before` go on with another one."""
        new = str(channel["id"])
        call = self._roster.calls.get(self._channels.call_of(before))
        if call is None:
            _log.warning("what was given away is no conversation", before=before, channel=new)
            self._roster.own(tolerate(self._channels.hang_up(new, CAUSE_CONGESTION)))
            return
        half = _half(channel)
        others = [other for other in self._roster.calls.values() if half and other.half == half]
        self._channels.moved(call.id, new)
        # Asterisk knows no number of the half that goes to somebody who is rung, but whom it rings.
        who = caller_number(channel, call.conversation.agent.country) or dialled_within(channel)
        call.on_given(who, half, picked_up=channel["state"] == "Up")
        if others:  # each would take the other for a caller, and never stop
            _log.warning("two conversations were joined: both end", call=call.id, other=others[0].id)
            for each in (call, *others):
                each.end("caller_hung_up")
        elif half:
            self._roster.own(self._look_elsewhere(call, half))

    async def _look_elsewhere(self, call: Call, half: str) -> None:
        """The other half may be in a conversation of another gateway, which looks as well: who is later finds it."""
        try:
            halves = {str(channel["id"]) for channel in await self._channels.list() if _half(channel) == half}
            theirs = [await self._channels.in_application(app) for app in self._others()]
        except AriError as error:
            _log.warning("it is not known who is on the line", call=call.id, error=str(error))
            return
        if any(halves & inside for inside in theirs):
            _log.warning("a conversation was joined with another gateway's: it ends", call=call.id)
            call.end("caller_hung_up")


def _half(channel: Json) -> str:
    """The Local channel that a channel is one half of; empty: of none."""
    return str(channel.get("name", "")).rpartition(";")[0]
