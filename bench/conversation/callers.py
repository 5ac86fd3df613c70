"""Callers: each makes calls, says its lines in them, and notes what came back."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bench.conversation.exchange import Heard, Told, Turn, matched
from bench.conversation.levels import Level
from bench.conversation.utterances import Saying
from bench.instruments.corpus import RATE
from bench.instruments.desk import Desk
from caller.conversation import Conversation
from caller.errors import CallerError, CallFailed
from caller.phone.call import Heard as HeardVoice
from caller.report import CallReport, TurnReport
from caller.script import Script, Step
from caller.sound.clip import Clip, joined, silence
from gateway.conversation.speaking import FILLER
from parley.agents import Agent
from parley.messages import Event
from simulate.voice.telephone import Dialled
from simulate.voice.witness import unix_time

KEYS = {"reception": "14"}
"""What leads past an agent's menus to the agent itself."""
_MENU_S = 0.5
_SILENCE_S = 1.5
"""What ends the agent's turn for a caller: a slow model pauses for longer between two clauses than people do."""
_LONGEST_S = 600.0
_ENDED_S = 5.0
_NO_ROOM = 503
_THINKING_S = 0.7
"""What a caller waits after an answer before it goes on."""


@dataclass(frozen=True)
class Line:
    """Something to say, and its sound."""

    saying: Saying
    speaker: str
    clip: Clip


class Silent:
    """An audience that does not look."""

    def answered(self, extension: str) -> None:
        pass

    def caller(self, at: float, text: str) -> None:
        pass

    def agent(self, at: float, text: str, delay: float | None) -> None:
        pass

    def remark(self, at: float, text: str) -> None:
        pass


@dataclass
class Patient(Conversation):
    """A caller who waits after a filler as people do; what is one, the stack's events tell."""

    is_filler: Callable[[], bool] = bool

    async def _tell(self, heard: HeardVoice | None, said_end: float | None) -> str:
        text = await super()._tell(heard, said_end)
        return self.script.fillers[0] if heard and self.is_filler() else text


def only_a_filler(spoken: Sequence[Event]) -> bool:
    """Whether a filler is what the agent spoke last, by the events `agent_speaks` of a call."""
    return bool(spoken) and spoken[-1].data["revision"] == FILLER


def replies(said: Sequence[Event], ended_at: Sequence[float | None]) -> list[str]:
    """What was heard after each of the caller's lines and before the next one ended, fillers left out.

    By the events `agent_said` of a call, and the Unix times at which the lines ended; None for what was not said.
    """
    found: list[str] = []
    for number, begin in enumerate(ended_at):
        ends = [end for end in ended_at[number + 1 :] if end is not None]
        mine = [
            str(e.data["text"])
            for e in said
            if begin is not None
            and begin <= e.at < min(ends, default=e.at + 1)
            and e.data["revision"] != FILLER
        ]
        found.append(" ".join(text for text in mine if text))
    return found


async def one_call(at: Desk, agent: Agent, lines: Sequence[Line], level: Level) -> int:
    """Make a call, and put its turns into `level`; return how many lines were said in it.

    A call that is given to people is over: what is left of its lines needs another one.
    """
    extension = agent.file.extensions[0]
    dialled = await at.dial(extension)
    keys = _past_the_menus(agent)
    script = Script(
        extension=extension,
        steps=(*keys, *(Step(say=line.saying.text) for line in lines)),
        timeout=30,
        silence=_SILENCE_S,
    )
    thinking = silence(_THINKING_S, RATE)
    clips = {len(keys) + i: joined([thinking, line.clip.at(RATE)]) for i, line in enumerate(lines)}
    result = await held(at, dialled, script, clips)
    if result.clock != "wire":
        level.failures.append(f"not measured on the wire: {result.clock_remark}")
    if result.greeting_s is not None:
        level.greetings_s.append(result.greeting_s)
    said = [turn for turn in result.turns if not turn.pressed]
    level.failures += [f"{turn.said!r} was not answered" for turn in said if not turn.answered]
    level.turns += _turns(at, dialled, agent, lines, said)
    return len(said)


def _past_the_menus(agent: Agent) -> tuple[Step, ...]:
    """Keys of a caller who knows the way, and presses the first one over the greeting."""
    first, *others = KEYS.get(agent.name, "") or [""]
    steps = [Step(press=first, interrupt_after=1.0, answered=False)] if first else []
    for key in others:
        steps += [Step(wait=_MENU_S), Step(press=key, answered=key == others[-1])]
    return tuple(steps)


async def held(at: Desk, dialled: Dialled, script: Script, clips: Mapping[int, Clip]) -> CallReport:
    """Hold a call that stands by a script, to its end or until the caller is given to people, and report on it."""
    conversation = Patient(dialled.phone, script, clips, None, Silent())
    conversation.is_filler = lambda: only_a_filler(at.witness.of(dialled.id, "agent_speaks"))
    watching = asyncio.create_task(_leave_when_given_away(at, dialled))
    try:
        await conversation.run()
    finally:
        watching.cancel()
        await dialled.phone.hangup()
    result = await conversation.report(script.extension)
    await at.told(dialled, "call_ended", _ENDED_S)
    return result


async def _leave_when_given_away(at: Desk, dialled: Dialled) -> None:
    if await at.told(dialled, "transfer_started", _LONGEST_S):
        await dialled.phone.hangup()


def _turns(
    at: Desk, dialled: Dialled, agent: Agent, lines: Sequence[Line], turns: Sequence[TurnReport]
) -> list[Turn]:
    """Turns that are measured, by both clocks and judged."""
    answered = unix_time(dialled.phone.answered_at)
    ended = [
        None if turn.said_at_s is None or turn.said_s is None else answered + turn.said_at_s + turn.said_s
        for turn in turns
    ]
    said = replies(at.witness.of(dialled.id, "agent_said"), ended)
    heard = []
    # A call that ended early has fewer turns than lines.
    for line, turn, end, reply in zip(lines, turns, ended, said, strict=False):
        utterance, delay = line.saying.utterance, turn.voice_to_voice_s
        heard.append(
            Heard(
                line.saying.text,
                line.speaker,
                None if end is None or delay is None else end + delay,
                delay,
                end,
                asked=utterance.kind if line.saying.measured else "",
                reply=reply,
                verdict=utterance.judge(reply, agent.file.unknown, agent.file.apology),
            )
        )
    written = {
        e.data["revision"]: {"written_at": e.data["after_s"]} for e in at.witness.of(dialled.id, "written")
    }
    told = [
        Told(event.at, {**event.data, **written.get(event.data["revision"], {})})
        for event in at.witness.of(dialled.id, "turn")
    ]
    return [turn for turn in matched(heard, told) if turn.heard.asked]


async def one_caller(at: Desk, calls: Sequence[tuple[Agent, Sequence[Line]]], level: Level) -> None:
    """Call again and again."""
    for agent, lines in calls:
        left = lines
        while left:
            try:
                left = left[await one_call(at, agent, left, level) or len(left) :]
            except CallerError as error:
                level.failures.append(str(error))
                level.refused += isinstance(error, CallFailed) and error.status == _NO_ROOM
                break
