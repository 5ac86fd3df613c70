"""The language model is asked: with what it is told, what it may call, and what its words are held against."""

from collections.abc import Mapping, Sequence
from datetime import date

from prometheus_client import Counter

from agent.knowledge.library import Found
from agent.language_model import prompt
from agent.language_model.answer import Answer
from agent.language_model.confidential import Confidential
from agent.language_model.llm import Llm
from agent.tools.claims import Claims
from agent.tools.tools import Toolbox
from parley import log
from parley.agents import Agent
from parley.messages import ReplyJob

_refused = Counter(
    "parley_answers_refused_total",
    "Answers of the language model that were cut before what rests on nothing known or is the prompt, by agent.",
    ["agent"],
)
_log = log.get("asking")

History = Sequence[Mapping[str, str]]


async def answer_of(
    llm: Llm,
    job: ReplyJob,
    agent: Agent,
    history: History,
    found: Found,
    *,
    facts: str,
    toolbox: Toolbox | None,
    started: float,
) -> Answer:
    """The answer to a job; nothing is asked yet. `facts` stand in the prompt, `found` was found for the question;
    `started`: monotonic time of the job.
    """
    # The local date: that of the TZ variable, where the company is.
    told = (agent, history, job.text, date.today(), job.heard)
    return Answer(
        llm,
        prompt.chat(*told, facts=facts, passages=found.passages, channel=job.channel),
        started,
        toolbox,
        found.grounding(agent, job.text, history),
        confidential=Confidential(prompt.instructions(agent, job.channel)),
        claims=Claims(
            agent.file.language,
            await toolbox.diary.deeds() if toolbox else (),
            (*prompt.notes_in(history), *prompt.as_facts(prompt.known_in(history))),
            (*found.passages, *found.sources),
        ),
        language=agent.file.language,
    )


def kept_back(agent: Agent, sentence: str) -> None:
    """Tell that a sentence of the model's is not spoken."""
    _refused.labels(agent.name).inc()
    _log.info("a sentence of the language model is not spoken", sentence=sentence)
