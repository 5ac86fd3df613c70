"""Callers who make sounds over the agent, by plans."""

import asyncio
import time
from collections.abc import Iterator, Sequence

import numpy as np

from bench.barge_in.judging import Trial, outcome_of, result_of
from bench.barge_in.plans import Plan
from bench.barge_in.progress import Progress
from bench.barge_in.sounds import Sound
from bench.instruments.desk import Desk
from caller.errors import CallEnded, CallerError
from caller.sound.measure import spans
from simulate.voice.telephone import Dialled

EXTENSION = "7000"
SETTLE_S = 3.2
"""How long after a sound the agent may take to go on."""
AFTER_S = 1.6
"""How long an interrupted agent is listened to."""


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
                await self.call(next(waiting))
            except CallerError as error:
                self._progress.failures.append(str(error))

    async def call(self, plan: Plan) -> None:
        """Make one call, and note what came of its sounds; CallerError when it could not be made."""
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
        return outcome_of(self._desk, dialled, trial)[0] == "interrupted"

    async def _judge(self, dialled: Dialled, trials: Sequence[Trial]) -> None:
        await self._desk.told(dialled, "call_ended", 3)
        tracks = await dialled.phone.tracks()
        said, heard = spans(tracks.sent), spans(tracks.received)
        for trial in trials:
            told = outcome_of(self._desk, dialled, trial)
            self._progress.results.append(result_of(trial, told, tracks, said, heard))
