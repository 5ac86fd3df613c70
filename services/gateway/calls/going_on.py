"""Going on with a call that another gateway has left: first everybody is where they were, then what was being said or
done is taken up.
"""

import datetime
from collections.abc import Callable

from gateway.calls import recording
from gateway.calls.arrival import Arrival
from gateway.calls.assembly import Parties
from gateway.calls.ending import MOVED
from gateway.takeover.keeper import Keeper
from gateway.takeover.snapshot import Snapshot


def observer(keeper: Keeper, parties: Parties) -> Callable[[], None]:
    """What is done whenever the call may be somewhere else: that is kept, and its recording pauses or goes on."""

    def changed() -> None:
        keeper.changed()
        parties.recorder.look(secret=parties.guide.collecting.secret)

    return changed


def snapshot_of(arrival: Arrival, gateway: str, parties: Parties) -> Snapshot:
    """Say where a call is, whose gateway is `gateway`."""
    return Snapshot(
        gateway=gateway,
        caller=arrival.caller,
        extension=arrival.extension,
        agent=arrival.agent.key,
        at=arrival.at,
        minutes=int(arrival.lasted_s // 60),
        talk=parties.conversation.keep(),
        way=parties.guide.keep(),
        away=parties.handover.keep(),
        overflow=arrival.overflow,
        recorded=parties.recorder.begun,
    )


def restore(kept: Snapshot, parties: Parties) -> None:
    """Have everybody be where they were; nothing is said yet."""
    if kept.talk.greeted:  # else the greeting is begun anew
        parties.conversation.resume(kept.talk)
    parties.guide.resume(kept.way)
    parties.handover.resume(kept.away)
    parties.conversation.errands.secrets.told = True  # perhaps: what they are is not kept
    if kept.recorded:
        parties.recorder.begun = True


async def settle(parties: Parties) -> None:
    """The call is over here: give up what is not done, and the caller's place, unless another gateway goes on."""
    await parties.chores.stop()
    if parties.ending.outcome != MOVED:
        await parties.place.over(parties.ending.outcome or "stopped")


async def begin(arrival: Arrival, parties: Parties) -> None:
    """Say the first words of a call, or go on with one that another gateway has left."""
    kept = arrival.kept
    known = kept is not None and (kept.talk.greeted or kept.talk.line)
    opening = "" if known else recording.opening(arrival.agent, _first_line(arrival, parties))
    if kept is None:
        parties.conversation.begin(opening)
        parties.reception.begin(opening)
    else:
        await go_on(kept, parties, opening=opening, back=arrival.back)


def _first_line(arrival: Arrival, parties: Parties) -> str:
    """What is said in the greeting's place, if anything."""
    if arrival.overflow:
        return parties.guide.overflow()
    closed = arrival.opening or parties.guide.closed(datetime.datetime.now(datetime.UTC))
    return closed or parties.lookup.greeting


async def go_on(kept: Snapshot, parties: Parties, *, opening: str, back: str) -> None:
    """Say that there was an interruption, and take up what was going on.

    `opening`: the first line of a new call; `back`: how the caller has come back from people meanwhile, if they have.
    """
    conversation, talk = parties.conversation, kept.talk
    sorry = conversation.agent.line("interrupted")
    if kept.recorded and not kept.away.away:
        parties.recorder.begin()
    if not talk.greeted:
        conversation.begin(f"{sorry} {talk.line}" if talk.line else opening)
    elif back:
        parties.handover.came_back(back)
    elif kept.away.away or talk.turns.state == "transferring":
        await parties.handover.go_on(sorry)
    elif talk.last or not parties.guide.go_on(kept.way, sorry):
        conversation.go_on(talk)
    if talk.held:
        conversation.hold(True)
