"""Barge-in on real calls: does an interruption stop the agent, how fast, and does anything else stop it?

    python -m bench.barge_in [--trials N] [--lines N]

People and synthetic voices interrupt an agent that speaks at length, at different moments and levels; acknowledgements,
coughs, clicks, music, babble, line noise and the agent's own echo try to. The caller measures on its own wire from its
first voiced packet to the agent's last; the gateway tells its own measure and its judgement on `events`. The stack must
have bench/agents/lecturer (scripts/bench.sh sees to that). Writes results/barge_in.json and barge_in.png.
"""

import argparse
import asyncio
import math
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import numpy as np

from bench.barge_in.sounds import Sound, Sounds
from bench.barge_in.trials import Outcome, Result, figures, kinds
from bench.instruments import report
from bench.instruments.desk import Desk, Dialled, desk, unix_time
from bench.instruments.echo import Loudspeaker, prompt_line
from bench.instruments.stats import finite
from caller.errors import CallEnded, CallerError
from caller.phone.call import Tracks
from caller.phone.line import Utterance
from caller.sound.measure import Span, pauses, spans, stop_delay
from caller.sound.voice import PiperVoice
from parley.errors import ParleyError

EXTENSION = "7000"
TRIALS = 110
"""Interruptions, and about as many sounds that are none."""
MOST_FAILURES = 20
LINES = 3
"""Calls at a time: the processor is not to be what is measured."""
SETTLE_S = 3.2
"""How long after a sound the agent may take to go on."""
AFTER_S = 1.6
"""How long an interrupted agent is listened to."""
ECHO_S = 7.0
_IDLE = {"backchannel": 5, "cough": 3, "click": 2, "music": 3, "babble": 3, "line_noise": 2}
"""How many of each come in every round of sounds that are no interruptions."""


@dataclass(frozen=True)
class Plan:
    """One call: sounds that must not interrupt, then one that must; after a goodbye the same over the farewell."""

    phases: tuple[tuple[Sound, ...], ...]


@dataclass
class Trial:
    """A sound that was made on a call. Times are seconds of CLOCK_MONOTONIC."""

    sound: Sound
    utterance: Utterance
    moment_s: float
    until: float
    delay_ms: float | None = None


@dataclass
class Progress:
    """What has come of all calls so far."""

    wanted: int
    """Interruptions, and as many other sounds beside the echoes."""
    results: list[Result] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether there is enough of both; a stack that refuses every call is not asked for ever."""
        real = sum(r.interrupts for r in self.results)
        return min(real, len(self.results) - real) >= self.wanted or len(self.failures) > MOST_FAILURES


def plans(sounds: Sounds) -> Iterator[Plan]:
    """Spread interruptions, and as many other sounds, over calls without end."""
    idle = _idle(sounds)
    for number in count():
        first = next(idle)
        if number % 2:
            yield Plan(((first, sounds.bye(number)), (next(idle), sounds.human(number))))
        else:
            yield Plan(((first, sounds.synthetic(number)),))


def _idle(sounds: Sounds) -> Iterator[Sound]:
    order = [kind for kind, often in _IDLE.items() for _ in range(often)]
    np.random.default_rng(3).shuffle(order)
    for number in count():
        kind = order[number % len(order)]
        yield sounds.backchannel(number) if kind == "backchannel" else sounds.noise(kind, number)


class Caller:
    """Makes calls by plans, and judges them afterwards."""

    def __init__(self, at: Desk, progress: Progress, seed: int) -> None:
        self._desk = at
        self._progress = progress
        self._random = np.random.default_rng(seed)

    async def run(self, waiting: Iterator[Plan]) -> None:
        """Work until there is enough."""
        while not self._progress.complete:
            try:
                await self._call(next(waiting))
            except CallerError as error:
                self._progress.failures.append(str(error))

    async def _call(self, plan: Plan) -> None:
        dialled = await self._desk.dial(EXTENSION)
        trials: list[Trial] = []
        try:
            begun = await self._agent_speaks(dialled, dialled.phone.answered_at)
            for phase in plan.phases:
                for sound in phase:
                    trials.append(await self._make(dialled, sound, begun))
                    if not sound.interrupts and await self._lost(dialled, trials[-1]):
                        return
                if phase[-1].says_goodbye and phase is not plan.phases[-1]:
                    begun = await self._agent_speaks(dialled, time.monotonic())
        except CallEnded:
            pass
        finally:
            await dialled.phone.hangup()
            await self._judge(dialled, trials)

    async def _agent_speaks(self, dialled: Dialled, since: float) -> float:
        """Wait for the agent's next words; return when they began."""
        heard = await dialled.phone.listen(since=since, within=20, at_most=0.05)
        if heard is None:
            raise CallEnded("the agent said nothing")
        return heard.start

    async def _make(self, dialled: Dialled, sound: Sound, begun: float) -> Trial:
        """Make a sound at some moment, and wait until it is plain what comes of it."""
        phone = dialled.phone
        await asyncio.sleep(float(self._random.uniform(0.1, 2.5)))
        moment = time.monotonic() - begun
        utterance = await phone.say(sound.clip)
        await asyncio.sleep(AFTER_S if sound.interrupts else SETTLE_S)
        return Trial(sound, utterance, moment, time.monotonic())

    async def _lost(self, dialled: Dialled, trial: Trial) -> bool:
        """Whether the agent has given up over this: then there is nothing left to interrupt."""
        return _outcome(self._desk, dialled, trial)[0] == "interrupted"

    async def _judge(self, dialled: Dialled, trials: Sequence[Trial]) -> None:
        await self._desk.witness.wait_for("call_ended", 0, 3, dialled.id)
        tracks = await dialled.phone.tracks()
        said, heard = spans(tracks.sent), spans(tracks.received)
        for trial in trials:
            told = _outcome(self._desk, dialled, trial)
            self._progress.results.append(_result(trial, told, tracks, said, heard))


def _outcome(at: Desk, dialled: Dialled, trial: Trial) -> tuple[Outcome, float | None]:
    """What the gateway told of a sound: the last judgement counts."""
    start, end = trial.utterance.start, trial.until
    if start is None:
        return "none", None
    events = [
        e
        for e in at.witness.of(dialled.id, "barge_in")
        if unix_time(start) - 0.1 <= e.at <= unix_time(end) + 0.1
    ]
    if not events:
        return "none", None
    last = events[-1]
    # The time of the first pause is that of the stop, however long the judgement took.
    stops = [e.data.get("stop_s") for e in events if e.data.get("stop_s") is not None]
    return last.data["outcome"], stops[0] if stops else None


def _result(
    trial: Trial, told: tuple[Outcome, float | None], tracks: Tracks, said: Sequence[Span], heard: list[Span]
) -> Result:
    outcome, gateway_stop_s = told
    sound, start = trial.sound, trial.utterance.start or 0.0
    end = trial.utterance.end or start
    mine = [s for s in said if start - 0.05 <= s.start <= end + 0.15]
    first = mine[0].start if mine else start
    # The pauses between the agent's sentences are shorter than this.
    gaps = pauses(tracks.received, first, trial.until, 0.35)
    return Result(
        kind=sound.kind,
        label=sound.label,
        level_dbfs=sound.level_dbfs,
        moment_s=round(trial.moment_s, 3),
        interrupts=sound.interrupts,
        outcome=outcome,
        stop_s=_rounded(stop_delay(first, heard)) if sound.interrupts else None,
        gateway_stop_s=_rounded(gateway_stop_s),
        silent_s=_rounded(max((length for _, length in gaps), default=0.0)) if outcome == "resumed" else None,
        delay_ms=trial.delay_ms,
    )


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


async def echoes(at: Desk, progress: Progress, trials: int, lines: int, bar: "Bar") -> None:
    """Make calls on a loudspeaker."""
    waiting: asyncio.Queue[int] = asyncio.Queue()
    for number in range(trials):
        waiting.put_nowait(number)

    async def one_line() -> None:
        while not waiting.empty():
            number = waiting.get_nowait()
            try:
                await _echo(at, progress, number, trials)
            except CallerError as error:
                progress.failures.append(str(error))
            bar.look()

    with prompt_line():
        await asyncio.gather(*(one_line() for _ in range(lines)))


async def _echo(at: Desk, progress: Progress, number: int, trials: int) -> None:
    delay_s = 0.08 + 0.32 * number / max(1, trials - 1)
    loss_db = 10 + 20 * (number * 7 % trials) / max(1, trials - 1)
    dialled = await at.dial(EXTENSION)
    try:
        heard = await dialled.phone.listen(since=dialled.phone.answered_at, within=20, at_most=1.1)
        if heard is None:
            raise CallEnded("the agent said nothing")
        utterance = await Loudspeaker(dialled.phone, delay_s, loss_db, number).play(ECHO_S)
        await asyncio.sleep(1.5)
    finally:
        await dialled.phone.hangup()
    await at.witness.wait_for("call_ended", 0, 3, dialled.id)
    sound = Sound("echo", f"{loss_db:.0f} dB down", round(-18 - loss_db, 1), utterance.clip)
    trial = Trial(sound, utterance, heard.end - heard.start, time.monotonic(), round(1000 * delay_s))
    tracks = await dialled.phone.tracks()
    progress.results.append(_result(trial, _outcome(at, dialled, trial), tracks, spans(tracks.sent), []))


class Bar:
    """Shows how far it has come."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self.bar = report.progress()
        self._task = self.bar.add_task("sounds over the agent", total=total)

    def look(self) -> None:
        """Show it."""
        self.bar.update(self._task, completed=len(self._progress.results))

    async def watch(self) -> None:
        """Show it again and again."""
        while True:
            self.look()
            await asyncio.sleep(0.5)


async def measure(sounds: Sounds, trials: int, lines: int) -> Progress:
    """Make all calls."""
    progress = Progress(trials)
    echo_count = max(4, trials // 5)
    waiting = plans(sounds)
    bar = Bar(progress, 2 * trials + echo_count)
    async with desk("ulaw") as at:
        with bar.bar:
            watching = asyncio.create_task(bar.watch())
            await asyncio.gather(*(Caller(at, progress, n).run(waiting) for n in range(lines)))
            await echoes(at, progress, echo_count, lines, bar)
            watching.cancel()
    return progress


def show(results: Sequence[Result]) -> None:
    """Print the table."""
    found = figures(results)
    rows: list[tuple[object, ...]] = []
    for kind in kinds(results):
        names = ("trials", "stop_p50_ms", "stop_p95_ms", "missed_pct", "false_pct", "paused_pct")
        rows.append((kind, *("-" if (v := found.get(f"{kind}_{n}")) is None else v for n in names)))
    report.table(
        "Sounds over the agent",
        ["kind", "tried", "stop p50 ms", "p95 ms", "missed %", "false %", "paused %"],
        rows,
    )
    print(
        f"stop {found['stop_p50_ms']:.0f} ms (p50), {found['stop_p95_ms']:.0f} ms (p95) by the caller, "
        f"{found['gateway_stop_p50_ms']:.0f} and {found['gateway_stop_p95_ms']:.0f} ms by the gateway; "
        f"missed {found['missed_pct']:.1f} %, false {found['false_pct']:.1f} %"
    )
    for result in results:
        if result.missed or result.false:
            wrong = "missed" if result.missed else "false"
            print(f"  {wrong}: {result.kind} {result.label!r}, {result.level_dbfs} dBFS, {result.outcome}")


def draw(results: Sequence[Result], path: Path) -> None:
    """Draw the distribution of stop times, and false barge-ins by kind."""
    import matplotlib as mpl  # noqa: PLC0415  # half a second, and only needed at the end

    mpl.use("Agg")
    import matplotlib.pyplot as plt  # noqa: PLC0415

    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.5), layout="constrained", width_ratios=[3, 2])
    found = figures(results)
    for kind, color in (("human", "#4c78a8"), ("synthetic", "#f58518")):
        stops = [1000 * r.stop_s for r in results if r.kind == kind and r.stop_s is not None and not r.missed]
        left.hist(
            np.clip(stops, 0, 500), bins=np.arange(0, 520, 20).tolist(), alpha=0.6, color=color, label=kind
        )
    for name in ("stop_p50_ms", "stop_p95_ms"):
        value = found[name]
        if value is not None and not math.isnan(value):
            left.axvline(value, ls="--", lw=1, color="#e45756")
            left.annotate(
                f"{name[5:8]} {value:.0f} ms", (value, 0.95), xycoords=("data", "axes fraction"), fontsize=8
            )
    left.set(xlabel="caller's first voiced packet to agent's last (ms)", ylabel="interruptions")
    left.set_title(
        f"{found['interruptions']:.0f} interruptions, {found['missed_pct']:.1f} % missed", fontsize=10
    )
    left.legend(fontsize=8)
    idle = [kind for kind in kinds(results) if f"{kind}_false_pct" in found]
    for suffix, color, label in (
        ("paused_pct", "#b8b8b8", "paused, went on"),
        ("false_pct", "#e45756", "gave up"),
    ):
        right.barh(idle, [found[f"{kind}_{suffix}"] or 0.0 for kind in idle], color=color, label=label)
    right.set(xlabel="% of trials", xlim=(0, 100))
    others = found["non_interruptions"]
    right.set_title(f"{others:.0f} other sounds, {found['false_pct']:.1f} % false", fontsize=10)
    right.legend(fontsize=8)
    figure.savefig(path, dpi=130)


def main() -> int:
    """Run the benchmark; return the exit status."""
    parser = argparse.ArgumentParser(prog="bench.barge_in", description="Barge-in on real calls.")
    parser.add_argument("--trials", type=int, default=TRIALS, help="interruptions, and as many other sounds")
    parser.add_argument("--lines", type=int, default=LINES, help="calls at a time")
    options = parser.parse_args()
    models = Path(os.environ.get("MODELS_DIR") or "/models")
    on = report.machine()
    try:
        sounds = Sounds(PiperVoice(models / "tts" / (os.environ.get("CALLER_VOICE") or "en_US-joe-medium")))
        progress = asyncio.run(measure(sounds, options.trials, options.lines))
    except ParleyError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    for failure in progress.failures:
        print(f"  ! {failure}", file=sys.stderr)
    if not any(r.interrupts for r in progress.results):
        print("bench: nothing was measured", file=sys.stderr)
        return 1
    show(progress.results)
    path = report.write(
        "barge_in",
        {"lines": options.lines, "codec": "ulaw", "failures": progress.failures},
        finite(figures(progress.results)),
        [vars(r) | {"missed": r.missed, "false": r.false} for r in progress.results],
        on=on,
    )
    draw(progress.results, path.with_suffix(".png"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
