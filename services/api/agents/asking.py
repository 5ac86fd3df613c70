"""Asks the agent workers, which have the models: what an agent would answer, and what they make of its files."""

import secrets
import time

from api.problems import Problem, unavailable
from parley import log
from parley.bus import Bus, BusError
from parley.errors import MessageError
from parley.outside.inquiries import Inquiry, InquiryAnswer, ReadFile, Trial

TRIED_S = 8.0
"""How long an answer is waited for. Callers come first."""
FILES_S = 2.0

_log = log.get("asking")


class Asking:
    """Asks, with a limit of time."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def trial(self, agent: str, question: str, language: str) -> Trial:
        """What the agent would do with a question; raise Problem when no worker says so in time."""
        inquiry = _inquiry(agent, TRIED_S, question=question, language=language)
        try:
            answer = await self._asked(inquiry, TRIED_S)
        except (BusError, MessageError) as error:
            raise unavailable("Redis cannot be reached now") from error
        if answer is None:
            raise Problem(504, "no-answer", "no agent worker has answered in time")
        if answer.result == "busy":
            raise Problem(503, "busy", "callers come first", headers={"Retry-After": "10"})
        if answer.trial is None:
            raise Problem(409, "not-loaded", f"the agent worker has not loaded {agent}: is its file good?")
        return answer.trial

    async def files(self, agent: str) -> dict[str, ReadFile] | None:
        """What the readers have made of the agent's files, by their names; None: no worker has said so in time."""
        try:
            answer = await self._asked(_inquiry(agent, FILES_S), FILES_S)
        except (BusError, MessageError) as error:
            _log.warning("what became of files is not known", error=str(error))
            return None
        return answer.files if answer is not None and answer.result == "answered" else None

    async def _asked(self, inquiry: Inquiry, timeout_s: float) -> InquiryAnswer | None:
        return await self._bus.commands().inquiries().ask(inquiry, timeout_s)


def _inquiry(agent: str, timeout_s: float, *, question: str = "", language: str = "") -> Inquiry:
    return Inquiry(
        id=secrets.token_hex(16),
        agent=agent,
        question=question,
        language=language,
        until=time.time() + timeout_s,
    )
