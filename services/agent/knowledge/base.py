"""What all agents know: indexes that are rebuilt where something has changed, and asked for every caller's words."""

import copy
import dataclasses
import datetime
import itertools
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from agent.knowledge import answer_types, decide
from agent.knowledge.answers import opening, place, prices
from agent.knowledge.answers.between import asks_for_other, picked, sounds_asked
from agent.knowledge.answers.parts import questions_in
from agent.knowledge.answers.registers import leads
from agent.knowledge.decide import Decision
from agent.knowledge.embedder import Embedder, MiniLm, Vectors
from agent.knowledge.entries import as_text, entries_of
from agent.knowledge.evidence import Evidence
from agent.knowledge.index import Entry, Index, Read
from agent.knowledge.limits import LIMITS_OF, Chosen
from agent.knowledge.multilingual import MultilingualE5
from agent.knowledge.people import People
from agent.knowledge.reading.shelf import Folder, Shelf
from agent.knowledge.terms import terms
from agent.wishes.persons import is_heard
from parley import languages, log
from parley.agents import Agent
from parley.errors import AgentFileError, ModelMissing

_log = log.get("knowledge")

LoadEmbedder = Callable[[], Embedder]
Progress = Callable[[int, int], None]
"""Called with how many texts are embedded, and of how many."""

_BATCH = 16
_QUESTIONS = 2
"""How many questions are answered at once, the last ones."""
PREFIX_CHARS = 6_000
"""Knowledge up to this length, some 1500 tokens, stands as a whole in the prompt, which servers keep processed."""


class KnowledgeBase:
    """The knowledge of all agents, by name and language. `load` and `ask` block: they belong on a thread."""

    def __init__(
        self, english: Embedder, others: LoadEmbedder | None = None, limits: Chosen = LIMITS_OF
    ) -> None:
        """`others` loads what reads languages other than English, when there is one; without it English's does."""
        self._english = english
        self._load_others = others
        self.limits = limits
        self._others: Embedder | None = None
        self.shelf = Shelf()
        self._encoded: dict[tuple[str, str], Read] = {}
        """What a model made of texts, by its name and them: only what is new is embedded."""
        self._indexes: dict[Folder, Index] = {}
        self._texts: dict[Folder, str] = {}
        self._main_texts: dict[str, str] = {}
        self._talk: dict[str, Vectors] = {}
        """What callers say in a language that asks for nothing."""
        self.people = People(self.embedder)

    def embedder(self, language: str) -> Embedder:
        """The model that reads a language; blocks when it is asked for the first time."""
        if language == languages.DEFAULT or self._load_others is None:
            return self._english
        if self._others is None:
            try:
                self._others = self._load_others()
            except ModelMissing as error:
                _log.warning(
                    "languages other than English are found less well", language=language, error=str(error)
                )
                self._others = self._english
        return self._others

    def load(self, agents: Iterable[Agent], progress: Progress | None = None) -> list[AgentFileError]:
        """Read the knowledge of some agents again, in all their languages; return what of it cannot be used.

        A file that cannot be read is left out; the rest of the agent's knowledge is used.
        """
        agents = list(agents)
        # Versions of an agent have the same files.
        passages, errors = self.shelf.read({agent.name: agent for agent in agents}.values())
        entries: dict[Folder, list[Entry]] = {}
        for agent in agents:
            for code in agent.file.all_languages:
                read = passages[agent.name, code]
                entries[agent.key, code] = entries_of(agent.in_language(code), read)
                self._texts[agent.name, code] = as_text(read)
            self._main_texts[agent.name] = self._texts[agent.name, agent.file.language]
        self._embed([(key[1], e.matched) for key, found in entries.items() for e in found], progress)
        for code in {code for _, code in entries} - self._talk.keys():
            phrases = languages.get(code).knowledge.small_talk
            self._talk[code] = self.embedder(code).embed(phrases, asked=True)
        for key, found in entries.items():
            model = self.embedder(key[1])
            encoded = [self._encoded[model.name, e.matched] for e in found]
            self._indexes[key] = Index(found, encoded, key[1], model)
        return errors

    def with_more(self, agent: Agent, more: Sequence[Entry], text: str) -> "KnowledgeBase":
        """What this would be if an agent knew more in its present language; this one stays as it is.

        `text`: what more would stand in its prompt.
        """
        other, key = copy.copy(self), (agent.key, agent.file.language)
        model = self.embedder(key[1])
        found = [*(self._indexes[key].entries if key in self._indexes else ()), *more]
        other._encoded = dict(self._encoded)
        other._embed([(key[1], entry.matched) for entry in found], None)
        read = [other._encoded[model.name, entry.matched] for entry in found]
        other._indexes = {**self._indexes, key: Index(found, read, key[1], model)}
        folder = (agent.name, agent.file.language)
        other._texts = {**self._texts, folder: "\n".join(filter(None, (self._texts.get(folder, ""), text)))}
        return other

    def _index(self, agent: Agent) -> Index | None:
        """What is searched; of a version that is not read yet, that of the agent."""
        language = agent.file.language
        return self._indexes.get((agent.key, language), self._indexes.get((agent.name, language)))

    def text(self, agent: Agent) -> str:
        """Everything that the agent knows, as lines; empty where that is too long a prompt.

        In its present language, or in the main one where it has no facts in that: the model can translate.
        """
        text = self._texts.get((agent.name, agent.file.language)) or self._main_texts.get(agent.name, "")
        return text if len(text) <= PREFIX_CHARS else ""

    def sentences(self, agent: Agent) -> list[str]:
        """What may be spoken as it stands: curated answers, what stands in front of facts, and these."""
        index = self._index(agent)
        if index is None:
            return []
        exact = [e.said for e in index.entries if e.curated is not None]
        front = leads([e.heading for e in index.facts], agent.file.language)
        return list(dict.fromkeys((*exact, *front, *(e.said for e in index.facts))))

    def ask(
        self,
        agent: Agent,
        text: str,
        earlier: Sequence[str],
        now: datetime.datetime | None = None,
        heard: str = "",
    ) -> Decision:
        """Decide on a caller's words; `earlier` is what the caller said before, oldest first; `now` is aware.

        `heard` is what the agent said last: who was asked back then is not asked back again.
        """
        index = self._index(agent)
        moment = now or datetime.datetime.now(datetime.UTC)
        language = agent.file.language
        if index is None or not index.entries:
            # Who has no facts has hours all the same.
            line = opening.answer(agent.file.hours, text, moment, language, ())
            return Decision("say", said=(line,), known=1.0) if line else Decision("chat")
        back = self._asked_back(agent, index, earlier, heard, moment)
        if back is not None:
            return self._chosen(back, text, earlier) or self._decided(agent, index, text, earlier, moment)
        if earlier and asks_for_other(text, language):
            before = self._decided(agent, index, earlier[-1], earlier[:-1], moment)
            if (other := decide.other(before, heard, language)) is not None:
                return other
        decision = self._decided(agent, index, text, earlier, moment)
        return decide.between(decision, decide.resolved(text, earlier, language), language)

    def _asked_back(
        self, agent: Agent, index: Index, earlier: Sequence[str], heard: str, now: datetime.datetime
    ) -> Decision | None:
        """What the caller was asked back a moment ago: the same decision is made on the same words again."""
        language = agent.file.language
        if not earlier or not sounds_asked(heard, language):
            return None
        *before, text = earlier
        decision = self._decided(agent, index, text, before, now)
        back = decide.between(decision, decide.resolved(text, before, language), language)
        return back if back.two is not None and is_heard(back.two.question, heard) else None

    def _chosen(self, back: Decision, text: str, earlier: Sequence[str]) -> Decision | None:
        """What the caller chooses; None where they ask something else of the two, or about another thing."""
        assert back.two is not None
        strange = back.two.said(text) - back.two.said(
            " ".join((back.two.first, back.two.second, earlier[-1]))
        )
        if strange - back.two.kind and answer_types.is_question(text, back.two.language):
            return None
        pick = picked(text, back.two)
        return decide.chosen(back, pick) if pick else None

    def _decided(
        self, agent: Agent, index: Index, text: str, earlier: Sequence[str], moment: datetime.datetime
    ) -> Decision:
        """Decide on words in which one thing is asked, or several."""
        questions = questions_in(text, agent.file.language)[-_QUESTIONS:]
        if questions == [text]:
            return self._ask(agent, index, text, earlier, moment)
        before = [*earlier, text[: text.find(questions[0])].strip(" ,")]
        parts: list[Decision] = []
        for question in questions:
            parts.append(self._ask(agent, index, question, [said for said in before if said], moment))
            before.append(question)
        return decide.joined(lambda: self._found(agent, index, text, earlier), parts, agent.file.language)

    def _ask(
        self, agent: Agent, index: Index, text: str, earlier: Sequence[str], now: datetime.datetime
    ) -> Decision:
        """Decide on one question: what is reckoned goes before what is found."""
        file = agent.file
        whole = terms(f"{file.company} {file.persona}", file.language)
        line = opening.answer(file.hours, text, now, file.language, index.known - set(whole))
        line = line or place.answer(text, file.language, file.company, (e.said for e in index.facts))
        if line:
            return Decision("say", said=(line,), known=1.0)
        return self._compared(index, text, file.language) or self._found(agent, index, text, earlier)

    def _compared(self, index: Index, text: str, language: str) -> Decision | None:
        """Compare two prices, if that is asked and both are known."""
        asked = prices.comparison(text, language)
        if asked is None:
            return None
        questions = [prices.question_of(name, language) for name in (asked.first, asked.second)]
        found = [self._decide(index, question, question, language) for question in questions]
        best = [d.hits[0].entry for d in found if d.hits]
        named = [
            set(terms(name, language)) <= set(terms(entry.said, language))
            for name, entry in zip((asked.first, asked.second), best, strict=False)
        ]
        if named != [True, True] or best[0].said == best[1].said or best[0].heading != best[1].heading:
            return None
        first, second = (prices.lowest_price(entry.said, language) for entry in best)
        if first is None or second is None:
            return None
        line = prices.verdict(asked, (first, second), language)
        return Decision("say", found[0].hits, found[0].known, (line, *(entry.said for entry in best)))

    def _found(self, agent: Agent, index: Index, text: str, earlier: Sequence[str]) -> Decision:
        """Decide on words by what is found for them."""
        language = agent.file.language
        whole = decide.resolved(text, earlier, language)
        alone = self._decide(index, text, text, language)
        if whole == text or alone.kind == "chat":
            return self._in_short(agent, alone)
        both = self._decide(index, whole, text, language)
        # What sounds like a follow-up may be a question of its own.
        own = alone.kind == "say" and alone.hits[0].chance > both.hits[0].chance
        return self._in_short(agent, alone if own else both)

    def _decide(self, index: Index, whole: str, text: str, language: str) -> Decision:
        """Decide on words that are understood as `whole`, and were said as `text`."""
        model = self.embedder(language)
        read, *said = model.encode(list(dict.fromkeys((whole, text))), asked=True)
        own = (said or [read])[0]
        talk = float((self._talk[language] @ own.vector).max())
        return decide.decide(
            index.search(whole, read, text, own),
            (talk - model.unlike) / (1 - model.unlike),
            question=answer_types.is_question(text, language),
            follow_up=whole != text,
            reasons=decide.wants_reasons(text, language),
            limits=self.limits[model.name],
        )

    def evidence(self, agent: Agent, text: str, earlier: Sequence[str]) -> tuple[list[Entry], Evidence]:
        """What speaks for the entries that may answer a caller's words, and for none: what weights are fitted to."""
        language = agent.file.language
        index = self._indexes[agent.key, language]
        whole = decide.resolved(text, earlier, language)
        read, own = self.embedder(language).encode([whole, text], asked=True)
        places, evidence = index.evidence(whole, read, text, own)
        return [index.entries[place] for place in places], evidence

    def _in_short(self, agent: Agent, decision: Decision) -> Decision:
        """Where all facts stand in the prompt, only the likeliest stands beside the question: each takes time to read.

        An agent without facts in its language has nothing that says what it does not know.
        """
        if decision.kind == "unknown" and not self._texts[agent.name, agent.file.language]:
            return dataclasses.replace(decision, kind="chat")
        return dataclasses.replace(decision, passages=decision.passages[:1]) if self.text(agent) else decision

    def _embed(self, texts: Iterable[tuple[str, str]], progress: Progress | None) -> None:
        """Have what is new read; `texts` with their languages."""
        keys = dict.fromkeys((self.embedder(language), text) for language, text in texts)
        new = [(model, text) for model, text in keys if (model.name, text) not in self._encoded]
        done = 0
        for model, own in itertools.groupby(sorted(new, key=lambda n: n[0].name), key=lambda n: n[0]):
            for batch in itertools.batched((text for _, text in own), _BATCH, strict=False):
                read = Read.all(batch, model)
                self._encoded.update({(model.name, t): r for t, r in zip(batch, read, strict=True)})
                done += len(batch)
                if progress is not None:
                    progress(done, len(new))


def load_base(models_dir: Path, limits: Chosen = LIMITS_OF) -> KnowledgeBase:
    """A base over the models that have been fetched; raise ModelMissing without the one for English."""
    return KnowledgeBase(MiniLm(models_dir), lambda: MultilingualE5(models_dir), limits)
