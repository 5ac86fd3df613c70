"""Reads what is to be known after calls, one at a time, while no caller waits for this worker."""

from collections.abc import Awaitable, Callable, Mapping

from prometheus_client import Counter

from agent.language_model import outcome
from agent.language_model.afterwards.quiet import Quiet
from agent.language_model.llm import Llm
from agent.language_model.outcome import Taken
from agent.leisure import one_by_one
from parley import log
from parley.agents import Agent
from parley.errors import EngineError
from parley.outside.outcomes import Outcome, Outcomes
from parley.privacy import masking
from parley.usage import tally

TOLD = Counter(
    "parley_outcomes_total",
    "Calls after which something was to be known, by what came of it: told, nothing (the caller said nothing, or the "
    "model nothing that was said), failed, late (callers came first all the time).",
    ["outcome"],
)
for _outcome in ("told", "nothing", "failed", "late"):  # counted from nought
    TOLD.labels(_outcome)

MAX_TOKENS = 300

History = Callable[[str], Awaitable[list[dict[str, str]]]]
Emit = Callable[..., Awaitable[None]]

_log = log.get("outcomes")


class Reading:
    """Reads the calls of this worker's agents."""

    def __init__(
        self,
        agents: Mapping[str, Agent],
        outcomes: Outcomes,
        history: History,
        emit: Emit,
        *,
        llm_of: Callable[[Agent], Llm],
        busy: Callable[[], bool],
    ) -> None:
        """`history` and `emit` as those of Bus; `busy`: whether a caller waits for this worker."""
        self._agents = agents
        self._outcomes = outcomes
        self._history = history
        self._emit = emit
        self._llm_of = llm_of
        self._quiet = Quiet(busy)

    async def run(self) -> None:
        """Read for ever."""
        await one_by_one(
            self._outcomes,
            self._tell,
            _log,
            away="cannot take calls that are over",
            broke="what is to be known of a call could not be read",
        )

    async def _tell(self, call: Outcome) -> None:
        """Tell what is known, if it is nothing, too: somebody waits for it."""
        with tally.counting() as done:
            how, taken = await self._read(call)
        TOLD.labels(how).inc()
        mask = masking.current().text
        # At the call's end: a record ends with the last that happened.
        await self._emit(
            "call_outcome",
            call.id,
            at=call.ended_at,
            agent=call.agent,
            fields={name: mask(value) for name, value in taken.fields.items()},
            summary=mask(taken.summary),
        )
        await tally.tell(self._emit, call.id, call.agent, done)

    async def _read(self, call: Outcome) -> tuple[str, Taken]:
        known = self._agents.get(call.agent)
        if known is None or known.file.outcome is None:
            return "failed", Taken()
        agent, wanted = known.in_language(call.language), known.file.outcome
        history = await self._history(call.id)
        messages = outcome.asked(agent, wanted, history)
        if not messages:
            return "nothing", Taken()
        try:
            answer = await self._quiet.answer(self._llm_of(agent), messages, MAX_TOKENS, call.until)
        except (EngineError, TimeoutError) as error:
            _log.warning("what is to be known of a call is not", call=call.id, error=str(error) or "timeout")
            return "failed", Taken()
        if answer is None:
            return "late", Taken()
        taken = outcome.taken(answer, wanted, history)
        if taken is None:
            _log.warning("the language model told nothing that can be read", call=call.id)
            return "failed", Taken()
        return "told" if taken.fields or taken.summary else "nothing", taken
