"""The runs of all calls with one setup: heard, and decided on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from gateway.media.speech.engines import make_engine
from gateway.media.speech.vad import VadEngine
from gateway.settings import GatewaySettings
from parley.agents import Agent
from records.sound.timeline import Timeline
from replay import versions
from replay.answers import NONE, Answer, Answers
from replay.compare import Run, Said
from replay.course import Course, Turn
from replay.ears import Ears
from replay.kept import Kept
from replay.rerun import Hearing, rerun
from replay.trial import Setup


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the two runs of a call is made with."""

    setup: Setup
    ears: Ears
    vad: VadEngine
    answers: Answers

    @classmethod
    def of(cls, setup: Setup, ears: Ears, answers: Answers) -> Self:
        """That of a setup; raise ModelMissing."""
        return cls(setup, ears, vad_of(setup.gateway), answers)

    def run(self, kept: Kept) -> Run:
        """Run a call again."""
        told = kept.timeline
        agent = versions.of(self.answers.agents, told)
        file = agent.file

        def ends(text: str, language: str) -> bool:
            return self.answers.ends(agent.in_language(language), text)

        hearing = Hearing(self.ears, self.vad, file.language, ", ".join(file.vocabulary), ends)
        course = rerun(told, kept.audio, self.setup, hearing)
        said = (Said(turn, self._answer(told, course, turn, agent)) for turn in course.turns)
        return Run(course, tuple(said))

    def _answer(self, told: Timeline, course: Course, turn: Turn, agent: Agent) -> Answer:
        if turn.by != "silence" or turn.decided_s is None:
            return NONE
        agent = agent.in_language(told.language(turn.begin_s, agent.file.language))
        at = datetime.fromtimestamp(told.began + turn.decided_s, UTC)
        return self.answers.to(agent, turn.text, list(history(told, course, turn)), at)


def vad_of(settings: GatewaySettings) -> VadEngine:
    """The gateway's own speech detection, for one call at a time; raise ModelMissing."""
    return make_engine(settings.vad_engine, Path(settings.models_dir) / "vad", 1, settings.vad_rate)


def history(told: Timeline, course: Course, turn: Turn) -> Iterator[dict[str, str]]:
    """What had been said before a turn: by the caller in this run, by the agent live."""
    said = [
        (other.begin_s, "user", other.text)
        for other in course.turns
        if other.begin_s < turn.begin_s and not other.taken_up
    ]
    said += [
        (span.begin_s, "assistant", span.text)
        for span in told.spans
        if span.begin_s < turn.begin_s and span.text
    ]
    for _, role, text in sorted(said, key=lambda one: one[0]):
        yield {"role": role, "text": text}
