"""An answer that people write to what an agent did not know: tried first, then put where the agent finds it."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Literal

from fastapi.concurrency import run_in_threadpool

from api.access.audit import Audit
from api.access.keys import Key
from api.agents.addition import ByHand, with_answer, with_fact
from api.agents.asking import Asking
from api.agents.desk import Desk
from api.agents.knowledge import Knowledge
from api.problems import Problem
from parley.agents import Agent, document, load_agent
from parley.errors import AgentFileError
from parley.outside.inquiries import Compared, Draft, Trial
from records.query import Query
from records.store import Store

ANSWERS = "answers.md"
"""The file of knowledge that facts are added to."""
_CALLS = 30
"""How many of the last calls are looked through for what must not change."""
_MOST = 20
"""How many of their questions are tried, and how many of the agent's exact answers."""
Verdict = Literal["answered", "unanswered", "same", "changed", "lost"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody wrote."""

    text: str
    questions: tuple[str, ...]
    """What it is to be the answer to."""
    exact: bool
    """False: it is a fact."""
    language: str
    """Empty: the agent's main one."""

    @property
    def draft(self) -> Draft:
        """As agent workers try it."""
        return Draft(answer=self.text, asks=self.questions if self.exact else ())


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a question."""

    question: str
    compared: Compared
    verdict: Verdict
    """`answered`, `unanswered`: one that it is to be the answer to; `same`, `changed`, `lost`: another one. It is
    lost when its answer was sure, and is another one now."""

    @property
    def good(self) -> bool:
        """Whether the answer may be published as far as this question goes."""
        return self.verdict not in ("unanswered", "lost")


class Mending:
    """Tries and publishes answers."""

    def __init__(self, desk: Desk, knowledge: Knowledge, asking: Asking, audit: Audit) -> None:
        self._desk = desk
        self._knowledge = knowledge
        self._asking = asking
        self._audit = audit
        self._one = asyncio.Lock()

    async def tried(self, agent: str, answer: Answer, known: Iterable[str]) -> list[Change]:
        """What the answer would change; `known`: questions of late whose answers must stay."""
        file = (await run_in_threadpool(self._loaded, agent, answer.language)).file
        exact = (curated.ask[0] for curated in file.curated[:_MOST])
        others = _unlike((*known, *exact), answer.questions)
        compared = await self._asking.compared(
            agent, answer.draft, (*answer.questions, *others), answer.language
        )
        wanted = len(answer.questions)
        return [
            Change(question, each, verdict(each, answer if place < wanted else None))
            for place, (question, each) in enumerate(zip((*answer.questions, *others), compared, strict=True))
        ]

    def seen(self, agent: str, answer: Answer) -> str:
        """The version of the file that the answer would be added to. Blocking."""
        return self._desk.now(agent).version if answer.exact else document.version(self._facts(agent, answer))

    async def publish(self, key: Key, agent: str, answer: Answer, seen: str) -> str:
        """Add the answer to the agent's file, or to its facts, and return the version of that; raise Problem, and
        change nothing, where somebody has changed it since `seen` (as the header If-Match has it).
        """
        if answer.exact:
            return await run_in_threadpool(self._put, key, agent, answer, seen)
        outcome = "failed"
        try:
            async with self._one:
                version = await self._put_fact(key, agent, answer, seen)
            outcome = "done"
            return version
        except Problem as problem:
            outcome = problem.kind
            raise
        finally:
            await run_in_threadpool(self._audit.note, key.name, "agent.answer", f"{agent}/{ANSWERS}", outcome)

    def _put(self, key: Key, agent: str, answer: Answer, seen: str) -> str:
        loaded = self._loaded(agent, "")
        main = answer.language in ("", loaded.file.language)
        place = ("curated",) if main else ("languages", answer.language, "curated")
        now = self._desk.now(agent)
        _check_seen(seen, now.version)
        try:
            text = with_answer(now.text, place, answer.questions, answer.text)
        except ByHand as error:
            raise Problem(409, "by-hand", f"the answer has to be added by hand: {error}") from error
        put = self._desk.put(key, agent, text.encode(), f'"{now.version}"', action="agent.answer")
        return put.version

    async def _put_fact(self, key: Key, agent: str, answer: Answer, seen: str) -> str:
        there = await run_in_threadpool(self._facts, agent, answer)
        _check_seen(seen, document.version(there))
        data = with_fact(there.decode(errors="replace"), answer.text).encode()
        put = await self._knowledge.put(agent, ANSWERS, answer.language, _whole(data), key.name)
        return put.version

    def _facts(self, agent: str, answer: Answer) -> bytes:
        try:
            return self._knowledge.one(agent, ANSWERS, answer.language).path.read_bytes()
        except Problem as problem:
            if problem.kind != "no-such-file":
                raise
            return b""

    def _loaded(self, agent: str, language: str) -> Agent:
        folder = self._desk.files.folder(agent)
        try:
            loaded = load_agent(folder)
        except AgentFileError as error:
            raise Problem(
                409, "broken", f"the agent's file has to be mended first: {error.reason}"
            ) from error
        if language and language not in loaded.file.all_languages:
            raise Problem(404, "no-such-language", f"{agent} does not speak {language}")
        return loaded.in_language(language) if language else loaded


def known_of(store: Store, agent: str) -> list[str]:
    """What callers said in an agent's last calls, the newest first, but for what was not surely known."""
    unsure = {plain(open_.question) for open_ in store.questions(Query(agent=agent))}
    records = [record for record, _ in store.page(Query(agent=agent), _CALLS).records]
    said = [line.text for record in records for line in record.turns if line.who == "caller"]
    return _unlike(said, unsure)[:_MOST]


def plain(question: str) -> str:
    """A question without what wordings differ in that are counted as one."""
    return question.strip(" .?!").lower()


def verdict(compared: Compared, answer: Answer | None) -> Verdict:
    """What becomes of a question; `answer`: what it is to get, None: it is one that must stay as it is."""
    before, after = compared.before, compared.after
    if answer is not None:
        return "answered" if _gives(after, answer) else "unanswered"
    if _done(before) == _done(after):
        return "same"
    return "lost" if before.register in ("say", "person") else "changed"


def _gives(trial: Trial, answer: Answer) -> bool:
    if answer.exact:
        return trial.register == "say" and answer.text in trial.line
    # Of a fact of several sentences, one may be the answer.
    said = trial.evidence[0].text if trial.evidence else ""
    return trial.register in ("say", "likely") and (
        answer.text in trial.line or bool(said and said in answer.text)
    )


def _done(trial: Trial) -> tuple[str, ...]:
    return trial.register, trial.line, trial.action, trial.target


def _unlike(texts: Iterable[str], others: Iterable[str]) -> list[str]:
    """Texts that differ from each other and from others."""
    met = {plain(other) for other in others}
    found: list[str] = []
    for text in texts:
        if (word := plain(text)) and word not in met:
            met.add(word)
            found.append(text)
    return found


def _check_seen(seen: str, now: str) -> None:
    if not seen:
        raise Problem(428, "no-version", "If-Match has to name the version that the answer was tried with")
    if seen != "*" and seen.strip('"') != now:
        raise Problem(412, "other-version", "somebody has changed the agent meanwhile: try the answer again")


async def _whole(data: bytes) -> AsyncIterator[bytes]:
    yield data
