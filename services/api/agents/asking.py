"""Asks the agent workers, which have the models: what an agent would answer, and what they make of its files."""

import secrets
import time
from collections.abc import Sequence
from typing import Any

from api.problems import Problem, unavailable
from parley import log
from parley.bus import Bus, BusError
from parley.errors import MessageError
from parley.outside.inquiries import Compared, Draft, Inquiry, InquiryAnswer, ReadFile, Trial

TRIED_S = 8.0
"""How long an answer is waited for. Callers come first."""
FILES_S = 2.0
GROUPED_S = 4.0
COMPARED_S = 12.0
"""For some fifty questions, each twice: 3 s on a machine that does nothing else."""

_log = log.get("asking")


class Asking:
    """Asks, with a limit of time."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def trial(self, agent: str, question: str, language: str) -> Trial:
        """What the agent would do with a question; raise Problem when no worker says so in time."""
        answer = await self._answer(_inquiry(agent, TRIED_S, question=question, language=language), TRIED_S)
        if answer.trial is None:
            raise _not_loaded(agent)
        return answer.trial

    async def compared(
        self, agent: str, draft: Draft, questions: Sequence[str], language: str
    ) -> list[Compared]:
        """What a draft would change of the answers to questions, in their order; raise Problem as `trial` does."""
        inquiry = _inquiry(agent, COMPARED_S, questions=tuple(questions), draft=draft, language=language)
        answer = await self._answer(inquiry, COMPARED_S)
        if len(answer.compared) != len(questions):
            raise _not_loaded(agent)
        return answer.compared

    async def groups(self, agent: str, questions: Sequence[str]) -> list[int]:
        """Of each question the place of the first one that means the same; its own, when no worker says so in time."""
        own = list(range(len(questions)))
        if not questions:
            return own
        try:
            answer = await self._asked(_inquiry(agent, GROUPED_S, questions=tuple(questions)), GROUPED_S)
        except (BusError, MessageError) as error:
            _log.warning("which questions mean the same is not known", error=str(error))
            return own
        return answer.groups if answer is not None and len(answer.groups) == len(questions) else own

    async def files(self, agent: str) -> dict[str, ReadFile] | None:
        """What the readers have made of the agent's files, by their names; None: no worker has said so in time."""
        try:
            answer = await self._asked(_inquiry(agent, FILES_S), FILES_S)
        except (BusError, MessageError) as error:
            _log.warning("what became of files is not known", error=str(error))
            return None
        return answer.files if answer is not None and answer.result == "answered" else None

    async def facts(self, agent: str, file: str) -> InquiryAnswer:
        """What the readers have made of the agent's files, and the facts of this one; raise Problem as `trial` does."""
        answer = await self._answer(_inquiry(agent, TRIED_S, file=file), TRIED_S)
        if answer.result != "answered":
            raise _not_loaded(agent)
        return answer

    async def _answer(self, inquiry: Inquiry, timeout_s: float) -> InquiryAnswer:
        try:
            answer = await self._asked(inquiry, timeout_s)
        except (BusError, MessageError) as error:
            raise unavailable("Redis cannot be reached now") from error
        if answer is None:
            raise Problem(504, "no-answer", "no agent worker has answered in time")
        if answer.result == "busy":
            raise Problem(503, "busy", "callers come first", headers={"Retry-After": "10"})
        return answer

    async def _asked(self, inquiry: Inquiry, timeout_s: float) -> InquiryAnswer | None:
        return await self._bus.commands().inquiries().ask(inquiry, timeout_s)


def _not_loaded(agent: str) -> Problem:
    return Problem(409, "not-loaded", f"the agent worker has not loaded {agent}: is its file good?")


def _inquiry(agent: str, timeout_s: float, **asked: Any) -> Inquiry:
    return Inquiry(id=secrets.token_hex(16), agent=agent, until=time.time() + timeout_s, **asked)
