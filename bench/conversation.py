"""Real telephone calls to the running stack: latency of every turn by two clocks, split into its stages.

    python -m bench.conversation [CALLS] [--rounds N]

CALLS is how many calls go on at a time: `1` (the default), or a list such as `1,2,4,8,16`, which gives a capacity
curve. Every caller asks two recorded sentences and two synthetic questions, which need the language model, and says
goodbye, which is answered with a known sentence (the fast path); then it calls again only to say goodbye. The turns'
stages come from the gateway (stream `events`), and the caller measures the same turns on its own wire. Writes
results/conversation.json and conversation.png, of a list capacity.json and capacity.png.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench import load, pictures, report
from bench.corpus import RATE, data, human, levelled
from bench.desk import Desk, desk, unix_time
from bench.exchange import STAGES, Heard, Kind, Told, Turn, matched
from bench.stats import finite, knee, percentile
from caller.clip import Clip, joined, silence
from caller.conversation import Conversation
from caller.errors import CallerError
from caller.report import TurnReport
from caller.script import Script, Step
from caller.voice import PiperVoice
from parley.errors import ParleyError

EXTENSION = "100"
ROUNDS = 5
"""Calls with questions that one caller makes when it is alone."""
AGREE_S = 0.040
KNEE_FACTOR = 2.0
"""The curve's knee: the most calls at a time whose median is at most so many times that of a single call."""
_THINKING_S = 0.7
"""What a caller waits after an answer before it goes on."""


@dataclass(frozen=True)
class Line:
    """Something to say."""

    text: str
    speaker: str
    clip: Clip


@dataclass
class Level:
    """What happened with so many calls at a time."""

    calls: int
    turns: list[Turn] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    greetings_s: list[float] = field(default_factory=list)
    used: load.Load | None = None

    def delays(self, kind: Kind) -> list[float]:
        """Voice-to-voice latencies by the gateway's clock."""
        return [float(t.told.data["voice_to_voice"]) for t in self.turns if t.told and t.kind == kind]

    def stage(self, name: str, kind: Kind) -> list[float]:
        """Durations of a stage."""
        return [float(t.told.data[name]) for t in self.turns if t.told and t.kind == kind]

    def differences(self) -> list[float]:
        """The caller's clock less the gateway's, in seconds."""
        return [d for t in self.turns if (d := t.difference_s) is not None]


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
    conversation = Conversation(dialled.phone, script, clips, None, Silent())
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


def figures(level: Level) -> dict[str, float | None]:
    """Return everything that is to be known of one level."""
    found: dict[str, float | None] = {}
    names: tuple[tuple[Kind, str, str], ...] = (
        ("llm", "voice_to_voice", ""),
        ("fast", "fast_path", "fast_path_"),
    )
    for kind, total, prefix in names:
        for percent in (50, 95):
            found[f"{total}_p{percent}_s"] = percentile(level.delays(kind), percent)
            for stage in (*STAGES, "asked_at", "ready_at"):
                found[f"{prefix}{stage}_p{percent}_s"] = percentile(level.stage(stage, kind), percent)
        found[f"{prefix}turns"] = len(level.delays(kind))
    heard = [t.heard.voice_to_voice_s for t in level.turns if t.kind == "llm"]
    measured = [s for s in heard if s is not None]
    off = [abs(d) for d in level.differences()]
    found |= {
        "caller_voice_to_voice_p50_s": percentile(measured, 50),
        "caller_voice_to_voice_p95_s": percentile(measured, 95),
        "clock_difference_p50_ms": 1000 * percentile(off, 50),
        "clock_difference_p95_ms": 1000 * percentile(off, 95),
        "clock_disagrees_pct": 100 * sum(d > AGREE_S for d in off) / max(1, len(off)),
        "greeting_p50_s": percentile(level.greetings_s, 50),
        "unmatched": sum(t.told is None for t in level.turns),
        "failures": len(level.failures),
    }
    return found


def samples(level: Level) -> list[dict[str, object]]:
    """Return every turn."""
    return [
        {
            "calls": level.calls,
            "said": t.heard.said,
            "speaker": t.heard.speaker,
            "kind": t.kind,
            "caller_s": t.heard.voice_to_voice_s,
            "difference_ms": None if t.difference_s is None else round(1000 * t.difference_s, 1),
            "gateway": dict(t.told.data) if t.told else None,
        }
        for t in level.turns
    ]


def show(level: Level) -> None:
    """Print a level's table."""
    rows: list[tuple[object, ...]] = []
    for name in ("voice_to_voice", *STAGES, "asked_at", "ready_at"):
        llm, fast = level.stage(name, "llm"), level.stage(name, "fast")
        rows.append((name, *(percentile(v, p) for v in (llm, fast) for p in (50, 95))))
    count = f"{len(level.delays('llm'))} turns with the model, {len(level.delays('fast'))} without"
    report.table(
        f"{level.calls} at a time: {count} (s)", ["stage", "p50", "p95", "fast p50", "fast p95"], rows
    )
    found = figures(level)
    print(
        f"clocks differ by {found['clock_difference_p50_ms']:.0f} ms (p50), "
        f"{found['clock_difference_p95_ms']:.0f} ms (p95); {found['unmatched']} turns unmatched"
    )
    if level.used:
        print(f"limit: {load.limit(level.used, cores())}")
    for failure in level.failures:
        print(f"  ! {failure}")


def cores() -> int:
    """Cores of this machine."""
    return os.cpu_count() or 1


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
    phrases = Phrases(PiperVoice(models / "tts" / (os.environ.get("TTS_VOICE") or "en_US-joe-medium")))
    on = report.machine()
    levels: list[Level] = []
    for calls in wanted:
        level = await measure(phrases, calls, rounds or max(1, round(ROUNDS / calls)))
        show(level)
        levels.append(level)
    if not any(level.delays("llm") for level in levels):
        print("bench: no turn was measured", file=sys.stderr)
        return 1
    if len(levels) == 1:
        path = report.write(
            "conversation", settings(levels), finite(figures(levels[0])), samples(levels[0]), on=on
        )
        pictures.waterfall(levels[0], path.with_suffix(".png"))
    else:
        path = report.write("capacity", settings(levels), finite(curve(levels)), _all(levels), on=on)
        pictures.capacity(levels, bend(levels), path.with_suffix(".png"), cores())
    return 0


def _all(levels: Sequence[Level]) -> list[dict[str, object]]:
    return [sample for level in levels for sample in samples(level)]


def bend(levels: Sequence[Level]) -> Level | None:
    """Return the knee of the capacity curve."""
    medians = [percentile(level.delays("llm"), 50) for level in levels]
    index = knee([level.calls for level in levels], medians, KNEE_FACTOR * medians[0])
    return None if index is None else levels[index]


def curve(levels: Sequence[Level]) -> dict[str, float | None]:
    """Return the capacity curve as figures: what each level has, with its calls at the end of the name."""
    found: dict[str, float | None] = {}
    for level in levels:
        found |= {f"{name}_{level.calls}": value for name, value in figures(level).items()}
        if level.used:
            found |= {f"cpu_{k}_pct_{level.calls}": v for k, v in level.used.cpu_pct.items()}
            found |= {f"queue_{k}_s_{level.calls}": v for k, v in level.used.wait_s.items()}
    knee_level = bend(levels)
    found["knee_calls"] = knee_level.calls if knee_level else None
    return found


def settings(levels: Sequence[Level]) -> dict[str, object]:
    """Return what the stack and the benchmark were set to; empty means the stack's default."""
    names = ["STT_MODEL", "STT_THREADS", "LLM_MODEL_FILE", "TTS_VOICE", "PAUSE_MS"]
    names += ["ENDPOINT_FAST_MS", "ENDPOINT_SLOW_MS", "ENDPOINT_OPEN_MS"]
    return {
        "calls": [level.calls for level in levels],
        "codec": "opus",
        "stack": {name: os.environ.get(name, "") for name in names},
        "limits": {str(level.calls): load.limit(level.used, cores()) for level in levels if level.used},
        "failures": {str(level.calls): level.failures for level in levels if level.failures},
    }


if __name__ == "__main__":
    sys.exit(main())
