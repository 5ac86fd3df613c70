"""Who takes part in a call, and who knows whom: the one place where that is decided."""

from dataclasses import dataclass
from functools import partial

from gateway.answering.reception import Reception
from gateway.calls.arrival import Agents, Arrival
from gateway.calls.chores import Chores
from gateway.calls.ending import Ending
from gateway.calls.quality import QualityWatch
from gateway.calls.recording import Recorder
from gateway.conversation.context import Context
from gateway.conversation.conversation import Conversation
from gateway.conversation.leg import Way, tolerate
from gateway.conversation.line import Line
from gateway.keys.guide import Guide
from gateway.people.handover import Handover
from gateway.people.lookup import CallerLookup
from gateway.people.place import Place
from gateway.people.supervision import Supervision
from gateway.people.texting import Texting
from gateway.people.unwilling import Unwilling
from parley.agents import Action


@dataclass(frozen=True, slots=True)
class Parties:
    """Everybody who takes part in one call, as the call itself uses them."""

    ending: Ending
    chores: Chores
    conversation: Conversation
    reception: Reception
    line: Line
    handover: Handover
    guide: Guide
    quality: QualityWatch
    lookup: CallerLookup
    recorder: Recorder
    place: Place
    supervision: Supervision


def assemble(arrival: Arrival, way: Way, context: Context, agents: Agents) -> Parties:
    """Make them. An arrow leads to whom somebody asks or tells; nobody knows the call.

    reception --> conversation <--> guide <--> handover <-- supervision
                     ^                         |
                     +-------------------------+--> line, place, texting, unwilling, chores

    The guide is made last, with the two that it speaks through; these ask for it when something happens, which is not
    before all are there.
    """
    call, agent = arrival.channel, arrival.agent
    ending = Ending()
    chores = Chores(call, ending)

    def the_guide() -> Guide:
        return guide

    def greeted() -> None:
        recorder.greeted()
        place.greeted()

    def serve(action: Action) -> None:
        unwilling.note() if action.kind == "do_not_call" else texting.text(action)

    def end(outcome: str) -> None:
        ending.end(reception.outcome(outcome))

    conversation = Conversation(context, call, agent, guidance=the_guide, on_greeted=greeted, on_end=end)
    reception = Reception(
        call,
        arrival.rung.voicemail if arrival.rung else None,
        agent.file.language,
        ears=context.plane,
        errands=conversation.errands,
        voice=conversation,
        press=lambda key: chores.begin(tolerate(way.channels.press(call, key))),
        end=ending.end,
    )
    recorder = Recorder(
        call, way.channels, conversation.emit, chores.begin, wanted=agent.file.recording.enabled
    )
    register = partial(
        conversation.errands.open,
        caller=arrival.caller,
        extension=arrival.extension,
        gateway=context.gateway,
        started_at=arrival.at,
    )
    line = Line(call, way, register)
    texting = Texting(
        arrival.channel,
        arrival.caller,
        arrival.extension,
        bus=context.bus,
        voice=conversation,
        answers=the_guide,
        begin=chores.begin,
        others=context.texts,
    )
    unwilling = Unwilling(
        arrival.caller, bus=context.bus, voice=conversation, answers=the_guide, begin=chores.begin
    )
    returning = arrival.rung.returning if arrival.rung else None
    place = Place(
        call,
        arrival.caller,
        context=context,
        voice=conversation,
        answers=the_guide,
        begin=chores.begin,
        said=lambda: conversation.errands.said,
        secret=lambda: conversation.errands.secrets.told,
        returning=returning,
    )
    handover = Handover(
        arrival.channel,
        arrival.caller,
        arrival.extension,
        channels=way.channels,
        voice=conversation,
        lines=line,
        answers=the_guide,
        begin=chores.begin,
        changed=conversation.errands.changed,
        lost=partial(ending.end, "caller_hung_up"),
        place=place,
        serve=serve,
    )
    guide = Guide(agent, agents, speech=conversation, desk=handover)
    if arrival.rung and arrival.rung.then:
        guide.begin_with(arrival.rung.then)
    if returning and returning.why:
        conversation.errands.remember("user", returning.why)
    quality = QualityWatch(call, way.channels)
    lookup = CallerLookup(
        call,
        arrival.caller,
        arrival.extension,
        agent,
        bus=context.bus,
        remember=conversation.errands.remember,
        wanted=not (arrival.overflow or arrival.opening),
    )
    supervision = Supervision(
        call,
        channels=way.channels,
        speaker=conversation,
        handover=handover,
        lines=line,
        begin=chores.begin,
        end=ending.end,
    )
    found = (guide, quality, lookup, recorder, place, supervision)
    return Parties(ending, chores, conversation, reception, line, handover, *found)
