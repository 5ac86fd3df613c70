"""Calls on a loudspeaker: the agent's own speech comes back, later and fainter from call to call."""

import asyncio
import time

from bench.barge_in.calls import EXTENSION
from bench.barge_in.judging import Trial, outcome_of, result_of
from bench.barge_in.progress import Bar, Progress
from bench.barge_in.sounds import Sound
from bench.instruments.desk import Desk
from bench.instruments.echo import Loudspeaker, prompt_line
from caller.errors import CallEnded, CallerError
from caller.sound.measure import spans

ECHO_S = 7.0


async def echoes(at: Desk, progress: Progress, trials: int, lines: int, bar: Bar) -> None:
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
    await at.told(dialled, "call_ended", 3)
    sound = Sound("echo", f"{loss_db:.0f} dB down", round(-18 - loss_db, 1), utterance.clip)
    trial = Trial(sound, utterance, heard.end - heard.start, time.monotonic(), round(1000 * delay_s))
    tracks = await dialled.phone.tracks()
    progress.results.append(result_of(trial, outcome_of(at, dialled, trial), tracks, spans(tracks.sent), []))
