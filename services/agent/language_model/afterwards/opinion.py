"""What the language model takes a call to have been about, where the embeddings are unsure: a second opinion."""

from collections.abc import Awaitable, Callable, Sequence

from prometheus_client import Counter

from agent.language_model.afterwards.quiet import Quiet
from agent.language_model.llm import Llm
from agent.language_model.prompt import ChatMessage
from parley import log
from parley.agents import Agent
from parley.errors import EngineError
from parley.languages.said import plain
from parley.usage import tally

OPINIONS = Counter(
    "parley_calls_opinions_total",
    "Calls that are over of which the language model was asked what they were about, by what came of it: told, "
    "unreadable (its answer is no category), failed, late (callers came first all the time).",
    ["outcome"],
)
for _outcome in ("told", "unreadable", "failed", "late"):  # counted from nought
    OPINIONS.labels(_outcome)

NONE = "none"
MAX_TOKENS = 20
_EXAMPLES = 3
"""Of a category that the model is shown: a prompt has to be read."""
_MOST_LINES = 12
_MOST_OF_LINE = 200
_ASK = """You sort telephone calls to {company}. What a call was about is one of these:
{categories}
- {none}: something else
Answer with one of these words and nothing else."""

_log = log.get("insight")


class Opinions:
    """Asks the models of this worker's agents."""

    def __init__(
        self, llm_of: Callable[[Agent], Llm], busy: Callable[[], bool], emit: Callable[..., Awaitable[None]]
    ) -> None:
        """`busy`: whether a caller waits for this worker; `emit` as that of Bus."""
        self._llm_of = llm_of
        self._quiet = Quiet(busy)
        self._emit = emit

    async def category(self, agent: Agent, call: str, lines: Sequence[str], until: float) -> str | None:
        """One of the agent's categories, or empty: none of them; None: the model has not said in time (Unix time)."""
        with tally.counting() as done:
            outcome, found = await self._asked(agent, lines, until)
        OPINIONS.labels(outcome).inc()
        await tally.tell(self._emit, call, agent.key, done)
        return found

    async def _asked(self, agent: Agent, lines: Sequence[str], until: float) -> tuple[str, str | None]:
        asking = self._quiet.answer(self._llm_of(agent), messages(agent, lines), MAX_TOKENS, until)
        try:
            answer = await asking
        except (EngineError, TimeoutError) as error:
            _log.warning("the model has no opinion on a call", error=str(error) or "timeout")
            return "failed", None
        if answer is None:
            return "late", None
        found = read(answer, agent)
        return "unreadable" if found is None else "told", found


def messages(agent: Agent, lines: Sequence[str]) -> list[ChatMessage]:
    """What the model is asked."""
    categories = "\n".join(
        f"- {name}: {' '.join(each.examples[:_EXAMPLES])}" for name, each in agent.file.categories.items()
    )
    said = "\n".join(f"Caller: {line[:_MOST_OF_LINE]}" for line in lines[:_MOST_LINES])
    return [
        {
            "role": "system",
            "content": _ASK.format(company=agent.file.company, categories=categories, none=NONE),
        },
        {"role": "user", "content": said},
    ]


def read(answer: str, agent: Agent) -> str | None:
    """The category that an answer names, empty for none of them; None: it names none, or several."""
    said = f" {plain(answer)} "
    named = [name for name in (*agent.file.categories, NONE) if f" {plain(name)} " in said]
    return None if len(named) != 1 else "" if named[0] == NONE else named[0]
