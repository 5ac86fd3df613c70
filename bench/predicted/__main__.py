"""Does a replay of calls predict the cut-offs that another setting brings? `make bench-replay`.

    python -m bench.predicted check SETTINGS  whether these can be tried
    python -m bench.predicted calls NAME      make the calls, with whatever the stack is set to
    python -m bench.predicted again SETTINGS  run those called as-it-is again, as they are and with other settings
    python -m bench.predicted result SETTINGS

scripts/lib/predicted.sh runs them in turn, and changes the stack in between. Callers say the hesitating lines of
bench/turns, most of them with pauses within, three to a call that is recorded. A line is cut off when its turn was
taken to be over while the caller had not finished: live by the event `caller_said`, in a replay by its own decision.
What is said is made once, so that both kinds of calls have the same sound.
Writes results/predicted.json.
"""

import argparse
import asyncio
import os
import sys
from contextlib import closing
from pathlib import Path

import msgspec

from agent.knowledge.base import load_base
from bench.conversation.callers import held
from bench.instruments import report
from bench.instruments.corpus import RATE
from bench.instruments.desk import Desk, desk
from bench.instruments.stats import finite
from bench.predicted.cut_offs import Line, Made, figures
from bench.turns.utterances import PAUSED, Utterance, utterances
from caller.errors import CallerError
from caller.script import Script, Step
from caller.sound.clip import Clip, from_wav, joined, silence
from caller.sound.voice import PiperVoice
from parley import log
from parley.errors import ParleyError, SettingError
from records.store import Store
from replay.answers import Answers
from replay.asking import RECORDINGS, RECORDS
from replay.ears import Engines
from replay.kept import Kept, none_of, read
from replay.runs import Side
from replay.trial import HEARING, Setup, parse
from simulate.voice.witness import unix_time

AGENT, EXTENSION = "techstore", "100"
LIVE, SHOWN = "as-it-is", "as-tried"
CALLS, LINES = 20, 3
_THINKING_S = 0.7
_KEPT_S = 15.0
"""After the last call, until its record and its recording are there."""


def chosen(items: list[Utterance]) -> list[tuple[str, Utterance]]:
    """What is said in the calls, with a name for each: of the natural set two of three with pauses, evenly."""
    natural = [item for item in items if item.set == "natural"]
    paused = [item for item in natural if item.kind in PAUSED]
    whole = [item for item in natural if item.kind not in PAUSED]
    count = CALLS * LINES
    some = _evenly(paused, 2 * count // 3) + _evenly(whole, count - 2 * count // 3)
    return [(f"{number}: {item.name}", item) for number, item in enumerate(some)]


def _evenly(items: list[Utterance], count: int) -> list[Utterance]:
    return [items[number * len(items) // count] for number in range(count)]


def check(settings: str) -> int:
    """Raise SettingError where these cannot be tried here."""
    changes = parse(settings)
    for name in changes:
        if name not in HEARING:
            raise SettingError(name, f"is not a gateway's, which alone are changed: {', '.join(HEARING)}")
    Setup.of(os.environ, changes)
    return 0


def spoken(name: str, folder: Path) -> list[tuple[str, Clip]]:
    """What is said, with a name for each; made for the first calls, and kept for the others."""
    names = folder / "predicted-lines.json"
    clips = [folder / f"predicted-{number:02d}.wav" for number in range(CALLS * LINES)]
    if name != LIVE:
        told = msgspec.json.decode(names.read_bytes(), type=list[str])
        return [(one, from_wav(clip)) for one, clip in zip(told, clips, strict=True)]
    models = Path(os.environ.get("MODELS_DIR") or "/models")
    voice = PiperVoice(models / "tts" / (os.environ.get("CALLER_VOICE") or "en_US-joe-medium"))
    made = [(one, item.clip) for one, item in chosen(utterances(voice))]
    names.write_bytes(msgspec.json.encode([one for one, _ in made]))
    for (_, clip), path in zip(made, clips, strict=True):
        clip.write(path)
    return made


async def calls(name: str, folder: Path) -> int:
    """Make the calls, and keep what became of them."""
    said = spoken(name, folder)
    made: list[Made] = []
    async with desk() as at:
        with report.progress() as bar:
            # A call has lines with pauses and whole ones.
            for number in bar.track(range(CALLS), description=f"calls {name}"):
                try:
                    made.append(await _call(at, said[number::CALLS]))
                except CallerError as error:
                    print(f"  ! {error}", file=sys.stderr)
    await asyncio.sleep(_KEPT_S)
    (folder / f"predicted-{name}.json").write_bytes(msgspec.json.encode(made))
    return 0 if made else 1


async def _call(at: Desk, said: list[tuple[str, Clip]]) -> Made:
    dialled = await at.dial(EXTENSION)
    script = Script(
        extension=EXTENSION, steps=tuple(Step(say=name) for name, _ in said), timeout=30, silence=1.5
    )
    pause = silence(_THINKING_S, RATE)
    clips = {place: joined([pause, clip.at(RATE)]) for place, (_, clip) in enumerate(said)}
    told = await held(at, dialled, script, clips)
    answered = unix_time(dialled.phone.answered_at)
    lines = [
        Line(name, answered + turn.said_at_s, answered + turn.said_at_s + turn.said_s)
        for (name, _), turn in zip(said, told.turns, strict=False)
        if turn.said_at_s is not None and turn.said_s is not None
    ]
    return Made(dialled.id, lines, [event.at for event in at.witness.of(dialled.id, "caller_said")])


def again(settings: str, folder: Path) -> int:
    """Run the calls again, as they are and as tried; print both, calls as in the files of `calls`."""
    log.configure("replay", "error")
    live = msgspec.json.decode((folder / f"predicted-{LIVE}.json").read_bytes(), type=list[Made])
    with closing(Store.reading(RECORDS)) as store:
        kept, passed = read(store, RECORDINGS, [one.call for one in live], "")
    for one in passed:
        print(f"  ! {one.call} is passed over: {one.why}", file=sys.stderr)
    if not kept:
        raise none_of(passed)
    engines, lines = Engines(), {one.call: one.lines for one in live}
    found = []
    for setup in (Setup.of(os.environ, {}), Setup.of(os.environ, parse(settings))):
        answers = Answers(setup.agents_dir, load_base(Path(setup.gateway.models_dir), setup.knowledge.limits))
        answers.learn({AGENT})
        side = Side.of(setup, engines.of(setup), answers)
        found.append([Made(one.timeline.call, lines[one.timeline.call], _ends(side, one)) for one in kept])
    sys.stdout.buffer.write(msgspec.json.encode(found))
    return 0


def _ends(side: Side, kept: Kept) -> list[float]:
    """As live by the event `caller_said`, which a line of the agent's own has none of."""
    turns = side.run(kept).course.turns
    return [
        kept.timeline.began + turn.decided_s
        for turn in turns
        if turn.decided_s is not None and turn.by in ("silence", "unanswered")
    ]


def result(settings: str, folder: Path) -> int:
    """Compare, print and write."""
    live, shown = (
        msgspec.json.decode((folder / f"predicted-{name}.json").read_bytes(), type=list[Made])
        for name in (LIVE, SHOWN)
    )
    both = msgspec.json.decode((folder / "predicted-again.json").read_bytes(), type=list[list[Made]])
    found = figures(live, *both, shown)
    if not found["lines"]:
        print("bench: no line was said in all of the calls", file=sys.stderr)
        return 1
    report.table(f"cut-offs with {settings}", ("", ""), [(name, value) for name, value in found.items()])
    report.write("predicted", {"tried": settings, "calls": len(live)}, finite(found), ())
    return 0


def main() -> int:
    """Run a part of the benchmark; return the exit status."""
    parser = argparse.ArgumentParser(prog="bench.predicted", description="A replay against real calls.")
    parser.add_argument("part", choices=("check", "calls", "again", "result"))
    parser.add_argument("what", help=f"of calls {LIVE} or {SHOWN}, else the settings that are tried")
    options = parser.parse_args()
    folder = Path(os.environ.get("CLIPS_DIR") or "/bench")
    try:
        if options.part == "check":
            return check(options.what)
        if options.part == "calls":
            return asyncio.run(calls(options.what, folder))
        return (again if options.part == "again" else result)(options.what, folder)
    except ParleyError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
