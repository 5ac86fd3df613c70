"""Real telephone calls to the running stack: latency of every turn by two clocks, split into its stages.

    python -m bench.conversation [CALLS] [--rounds N]

CALLS is how many calls go on at a time: `1` (the default), or a list such as `1,2,4,8,16`, which gives a capacity
curve. Every caller asks two recorded sentences and two synthetic questions, which need the language model, and says
goodbye, which is answered with a known sentence (the fast path); then it calls again only to say goodbye. The turns'
stages come from the gateway (stream `events`), and the caller measures the same turns on its own wire. Writes
results/conversation.json and conversation.png, of a list capacity.json and capacity.png as well.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.conversation import pictures
from bench.conversation.exchange import Heard, Told, matched
from bench.conversation.levels import Level, bend, cores, curve, figures, samples, settings, show, verdict
from bench.instruments import load, report
from bench.instruments.corpus import RATE, data, human, levelled
from bench.instruments.desk import Desk, desk, unix_time
from bench.instruments.stats import finite
from caller.conversation import Conversation
from caller.errors import CallerError, CallFailed
from caller.phone.call import Heard as HeardVoice
from caller.report import TurnReport
from caller.script import Script, Step
from caller.sound.clip import Clip, joined, silence
from caller.sound.voice import PiperVoice
from gateway.conversation.speaking import FILLER
from parley.errors import ParleyError
from parley.messages import Event

EXTENSION = "100"
ROUNDS = 5
"""Calls with questions that one caller makes when it is alone."""
_NO_ROOM = 503
_THINKING_S = 0.7
"""What a caller waits after an answer before it goes on."""


@dataclass(frozen=True)
class Line:
    """Something to say."""

    text: str
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


class Phrases:
    """What is said in the calls, made before the first one."""

    def __init__(self, voice: PiperVoice) -> None:
        lists = data("human.yaml")["complete"]
        recorded = [(str(item["text"]), human(str(item["file"]))) for item in lists]
        self._recorded = [_line(text, "human", clip) for text, clip in recorded if clip.seconds < 4]
        spoken = [str(text) for text in data("synthetic.yaml")["complete"]]
        self._spoken = [_line(text, "synthetic", voice.speak(text)) for text in spoken]
        byes = [_line("Goodbye.", "human", human("vm-goodbye"))]
        byes += [
            _line(text, "synthetic", voice.speak(text)) for text in ("Thank you, goodbye.", "Okay, bye bye.")
        ]
        self._byes = byes

    def of_call(self, number: int, *, questions: bool) -> list[Line]:
        """Return what the caller says in its call `number`; all calls differ while there is something new."""
        bye = self._byes[number % len(self._byes)]
        if not questions:
            return [bye]
        asked = [
            pool[(2 * number + i) % len(pool)] for i in (0, 1) for pool in (self._spoken, self._recorded)
        ]
        return [*asked, bye]


def _line(text: str, speaker: str, clip: Clip) -> Line:
    quiet = silence(0.1, RATE)
    return Line(text, speaker, joined([silence(_THINKING_S, RATE), levelled(clip.at(RATE), -20), quiet]))


async def one_call(at: Desk, lines: Sequence[Line], level: Level) -> None:
    """Make a call, and put its turns into `level`."""
    dialled = await at.dial(EXTENSION)
    steps = [Step(say=line.text) for line in lines[:-1]] + [Step(say=lines[-1].text, expect_hangup=True)]
    script = Script(
        extension=EXTENSION, steps=tuple(steps), timeout=30, silence=0.8 if level.calls < 4 else 1.2
    )
    clips = {i: line.clip for i, line in enumerate(lines)}
    conversation = Patient(dialled.phone, script, clips, None, Silent())
    conversation.is_filler = lambda: only_a_filler(at.witness.of(dialled.id, "agent_speaks"))
    try:
        await conversation.run()
    finally:
        await dialled.phone.hangup()
    result = await conversation.report(EXTENSION)
    await at.witness.wait_for("call_ended", 0, 3, dialled.id)
    level.failures += result.failures
    if result.clock != "wire":
        level.failures.append(f"not measured on the wire: {result.clock_remark}")
    if result.greeting_s is not None:
        level.greetings_s.append(result.greeting_s)
    answered = unix_time(dialled.phone.answered_at)
    # A call that ended early has fewer turns than lines.
    heard = [_heard(line, turn, answered) for line, turn in zip(lines, result.turns, strict=False)]
    told = [Told(event.at, event.data) for event in at.witness.of(dialled.id, "turn")]
    level.turns += matched(heard, told)


def _heard(line: Line, turn: TurnReport, answered: float) -> Heard:
    ended_at = None
    if turn.said_at_s is not None and turn.said_s is not None:
        ended_at = answered + turn.said_at_s + turn.said_s
    delay = turn.voice_to_voice_s
    answer_at = None if ended_at is None or delay is None else ended_at + delay
    return Heard(line.text, line.speaker, answer_at, delay, ended_at)


async def one_caller(at: Desk, phrases: Phrases, level: Level, number: int, rounds: int) -> None:
    """Call again and again."""
    for round_number in range(rounds):
        for questions in (True, False):
            call = number * rounds + round_number
            try:
                await one_call(at, phrases.of_call(call, questions=questions), level)
            except CallerError as error:
                level.failures.append(str(error))
                level.refused += isinstance(error, CallFailed) and error.status == _NO_ROOM


async def measure(phrases: Phrases, calls: int, rounds: int) -> Level:
    """Have so many callers at a time."""
    level = Level(calls)
    async with desk() as at:
        before = await load.read()
        waiting = asyncio.gather(*(one_caller(at, phrases, level, n, rounds) for n in range(calls)))
        with report.progress() as bar:
            task = bar.add_task(f"{calls} call{'s' * (calls > 1)} at a time", total=calls * rounds * 6)
            while not waiting.done():
                await asyncio.wait([waiting], timeout=0.5)
                bar.update(task, completed=len(level.turns))
        await waiting
        level.used = load.between(before, await load.read())
    return level


def main() -> int:
    """Run the benchmark; return the exit status."""
    parser = argparse.ArgumentParser(prog="bench.conversation", description="Latency of real calls.")
    parser.add_argument("calls", nargs="?", default="1", help="calls at a time, e.g. 1 or 1,2,4,8,16")
    parser.add_argument("--rounds", type=int, help="calls with questions per caller")
    options = parser.parse_args()
    try:
        wanted = [int(number) for number in options.calls.split(",")]
    except ValueError:
        parser.error("CALLS must be a number or numbers with commas")
    try:
        return asyncio.run(_run(wanted, options.rounds))
    except ParleyError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2


async def _run(wanted: Sequence[int], rounds: int | None) -> int:
    models = Path(os.environ.get("MODELS_DIR") or "/models")
    phrases = Phrases(PiperVoice(models / "tts" / (os.environ.get("CALLER_VOICE") or "en_US-joe-medium")))
    on = report.machine()
    levels: list[Level] = []
    for calls in wanted:
        level = await measure(phrases, calls, rounds or max(1, round(ROUNDS / calls)))
        show(level)
        levels.append(level)
    if not any(level.delays("llm") for level in levels):
        print("bench: no turn was measured", file=sys.stderr)
        return 1
    if levels[0].calls == 1 or len(levels) == 1:
        found = finite(figures(levels[0]))
        path = report.write("conversation", settings(levels[:1]), found, samples(levels[0]), on=on)
        pictures.waterfall(levels[0], path.with_suffix(".png"))
    if len(levels) > 1:
        path = report.write("capacity", settings(levels), finite(curve(levels)), _all(levels), on=on)
        pictures.capacity(levels, bend(levels), path.with_suffix(".png"), cores())
        print(verdict(levels))
    return 0


def _all(levels: Sequence[Level]) -> list[dict[str, object]]:
    return [sample for level in levels for sample in samples(level)]


if __name__ == "__main__":
    sys.exit(main())
