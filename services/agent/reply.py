"""One reply: the agent's fixed lines, or the language model's answer, as speech that leaves stretch by stretch."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing, nullcontext
from datetime import date

import msgspec
from prometheus_client import Counter

from agent import repetition
from agent.asking import answer_of, kept_back
from agent.knowledge.answers.registers import adds_nothing, no_more
from agent.knowledge.library import Found, Library, as_heard, earlier_words, last_heard
from agent.knowledge.people import Wanted
from agent.language_model import acquaintance
from agent.language_model import prompt as conversation
from agent.language_model.llm import Llm
from agent.language_model.read_ahead import ReadAhead, Reading
from agent.language_model.rest import Rest
from agent.language_model.summary import summary
from agent.open_questions import Emit, note, note_admitted
from agent.repetition import History
from agent.speech_out import Say, SpeechOut, TextOut
from agent.tools.tools import Toolbox
from agent.voice.tts import Distant, Speaker
from agent.wishes import callbacks, intents, no_calls, patience, persons
from parley import log
from parley.agents import Agent, find
from parley.errors import EngineError
from parley.messages import ReplyAction, ReplyEnd, ReplyFailed, ReplyJob

_log = log.get("reply")
_apologies = Counter(
    "parley_agent_apologies_total",
    "Replies made of what is known, or of the apology, because the language model failed.",
)
_without_llm = Counter(
    "parley_answers_without_llm_total",
    "Answers that were the language model's to give and were made without it, since it was away, by agent.",
    ["agent"],
)
NEXT = "Hello."
"""Stands for the words that the caller will say next, which nobody knows yet."""


class Replier:
    """Makes replies, any number at a time."""

    def __init__(
        self,
        agents: Mapping[str, Agent],
        knowledge: Library,
        speaker: Speaker,
        history: History,
        *,
        llm_of: Callable[[Agent], Llm],
        llm_away: Callable[[Agent], bool] = lambda _: False,
        default_voice: str,
        distant_of: Callable[[Agent], Distant | None] = lambda _: None,
        toolbox_of: Callable[[Agent, ReplyJob], Toolbox | None] = lambda _agent, _job: None,
        ahead: ReadAhead | None = None,
        on_llm_error: Callable[[EngineError], None] = lambda _: None,
        emit: Emit | None = None,
    ) -> None:
        """`llm_of`: an agent's language model; `llm_away`: whether it is known not to answer; `distant_of`: its remote
        voice, if it has one; `toolbox_of`: the functions that the model may call for an answer; `ahead` reads to the
        model what was answered without it; `on_llm_error` is called when the model failed; `emit` tells of questions
        that were not surely answered.
        """
        self._agents = agents
        self._knowledge = knowledge
        self._speaker = speaker
        self._history = history
        self._llm_of = llm_of
        self._llm_away = llm_away
        self._default_voice = default_voice
        self._distant_of = distant_of
        self._toolbox_of = toolbox_of
        self._ahead = ahead
        self._on_llm_error = on_llm_error
        self._rest = Rest()
        self._emit = emit

    async def reply(self, job: ReplyJob, queue_s: float, say: Say) -> ReplyEnd | ReplyFailed:
        """Speak a reply and say how it ended. Cancel the task to stop; the model's connection is closed then."""
        known = find(self._agents, job.agent)
        if known is None:
            _log.error("there is no such agent", agent=job.agent)
            return ReplyFailed(call=job.call, turn=job.turn, revision=job.revision, kind="agent")
        agent = known.in_language(job.language)
        job = await repetition.meant(job, agent.file.language, self._history)
        voice = self._speaker.voice_of(agent, self._default_voice)
        out = TextOut if job.channel == "text" else SpeechOut
        speech = out(job, queue_s, say, self._speaker, voice, distant=self._distant_of(agent))
        if job.kind == "reply" and no_calls.wants_no_calls(job.text, agent.file.language):
            return _end(job, "transfer", "do_not_call")
        if job.kind == "reply" and callbacks.asks(agent, job.text):
            return _end(job, "transfer", "callback")
        person = await self._person(job, agent)
        if person is not None and person.sure:
            return _end(job, "transfer", person.target)
        try:
            action, target = await self._speak(job, agent, speech, person)
        except EngineError as error:
            _log.error("no speech could be made", kind=error.kind, detail=error.detail)
            return ReplyFailed(call=job.call, turn=job.turn, revision=job.revision, kind=error.kind)
        return _end(job, action, target)

    async def _person(self, job: ReplyJob, agent: Agent) -> Wanted | None:
        """Whom the caller asks for, or agrees to; None: nobody."""
        language = agent.file.language
        if job.kind != "reply" or not agent.file.targets or patience.is_held(job.text, language):
            return None
        agrees = persons.is_yes(job.text, language)
        wanted = None if agrees else await self._knowledge.person_wanted(agent, job.text)
        if wanted is not None and wanted.sure:
            return wanted
        if not agrees and wanted is None:
            return None
        # Whoever was asked whether they want a person, and may be saying so again, does: whom they name, if anybody.
        offered = persons.accepted(agent, _last_said(job, await self._history(job.call)))
        return wanted if offered is None else Wanted(wanted.target if wanted and wanted.target else offered)

    async def _speak(
        self, job: ReplyJob, agent: Agent, speech: SpeechOut, person: Wanted | None = None
    ) -> tuple[ReplyAction, str]:
        """Speak, and say what is to be done then, and with which target; `person`: whom the caller may ask for."""
        language = agent.file.language
        asked = intents.before_goodbye(job.text, language) if job.kind == "reply" else ""
        # What was answered already is not answered again to somebody who takes leave.
        if asked and not persons.is_heard(asked, job.repeats):
            action, target = await self._speak(msgspec.structs.replace(job, text=asked), agent, speech)
            if action != "none":
                return action, target
        leaves: tuple[ReplyAction, str] = "hangup", agent.file.farewell
        wish, line = leaves if asked else await self._wish(job, agent)
        if wish != "none" or line:
            await speech.line(line)
            return wish, ""
        if job.kind == "greeting":
            await speech.line(agent.file.greeting)
        elif job.kind == "prompt":
            await speech.line(agent.file.prompt)
        elif job.kind == "filler":
            await speech.line(agent.file.fillers[job.revision % len(agent.file.fillers)])
        elif job.kind == "summary":
            history = await self._history(job.call)
            told = await summary(self._llm_of(agent), history, job.caller, language)
            await speech.line(f"{acquaintance.introduced(agent, history)} {told} {job.text}".strip())
        elif job.kind == "line":
            await speech.line(job.text)
        elif job.kind == "apology" or not job.text.strip():
            await speech.line(agent.file.apology)
        else:
            return await self._answer(job, agent, speech, person)
        return "none", ""

    async def _wish(self, job: ReplyJob, agent: Agent) -> tuple[ReplyAction, str]:
        """What is asked for beside an answer, and what is said to it; "none" and nothing: there is no such wish."""
        language = agent.file.language
        if job.kind == "farewell":
            return "hangup", agent.file.farewell
        if job.kind != "reply":
            return "none", ""
        if intents.is_goodbye(job.text, language) or patience.is_voicemail(job.text, language):
            return "hangup", agent.file.farewell
        if patience.is_held(job.text, language):
            return "wait", ""  # a machine that lets the agent wait hears nothing
        if patience.wants_wait(job.text, language):
            return "wait", agent.line("take_your_time")
        return await self._perhaps_leave(job, agent)

    async def _perhaps_leave(self, job: ReplyJob, agent: Agent) -> tuple[ReplyAction, str]:
        """What is done with words that may be a goodbye: ask, and leave when they tell it after that."""
        history = await self._history(job.call)
        last, language = _last_said(job, history), agent.file.language
        if intents.wants_no_more(job.text, last, language):
            return "hangup", agent.file.farewell
        first = not earlier_words(history, job.text)
        # What answers another question of the agent's is no goodbye: "Is it the blue one?" "That's it."
        if not intents.may_be_goodbye(job.text, language) or (last.endswith("?") and not first):
            return "none", ""
        return "none", agent.line("go_on" if first else "anything_else")

    async def _answer(
        self, job: ReplyJob, agent: Agent, speech: SpeechOut, person: Wanted | None
    ) -> tuple[ReplyAction, str]:
        """Answer from the knowledge where that can be said as it stands, else by the language model.

        Who may be asking for a person, and asks for nothing that is surely known, is asked.
        """
        await speech.remark(job.remark)
        history = conversation.without(await self._history(job.call), job.repeats)
        found = await self._knowledge.ask(agent, job.text, as_heard(history, job.heard))
        if person is not None and found.register != "say":
            await speech.line(persons.offer(agent, person.target))
            return "none", ""
        found = acquaintance.told(found, agent, history)
        if found.line:
            await speech.line(found.line)
            await note(self._emit, job, found.register, found.line)
            if found.action == "none":
                self._read_ahead(job, agent, history, found.line)
            return found.action, found.target
        if self._llm_away(agent):
            await self._do_without(job, agent, speech, found)
            return "none", ""
        reading = self._ahead.answering(job.call, job.text, found.passages) if self._ahead else nullcontext()
        async with reading:
            return await self._ask_llm(job, agent, speech, history, found)

    async def _do_without(self, job: ReplyJob, agent: Agent, speech: SpeechOut, found: Found) -> None:
        """The language model is away: say what is as near as known, or that this is more than can be said now."""
        _without_llm.labels(agent.name).inc()
        line = found.instead if found.instead != agent.file.unknown else agent.line("limited")
        await speech.line(line)
        await note(self._emit, job, "refused", line)

    def _read_ahead(
        self, job: ReplyJob, agent: Agent, history: Sequence[Mapping[str, str]], line: str
    ) -> None:
        """Have the model read this turn, as the next one will give it to it."""
        # The next words of a chat are the better part of a minute away, and may never come.
        if self._ahead is None or job.channel == "text" or not self._ahead.reads(agent):
            return
        facts, toolbox = self._knowledge.facts(agent), self._toolbox_of(agent, job)
        read = conversation.chat(agent, history, job.text, date.today(), job.heard, facts=facts)
        messages = [*read, {"role": "assistant", "content": line}, {"role": "user", "content": NEXT}]
        tools = toolbox.definitions if toolbox else ()
        self._ahead.later(Reading(job.call, job.revision, agent, messages, tools))

    async def _ask_llm(
        self,
        job: ReplyJob,
        agent: Agent,
        speech: SpeechOut,
        history: Sequence[Mapping[str, str]],
        found: Found,
    ) -> tuple[ReplyAction, str]:
        llm, language = self._llm_of(agent), agent.file.language
        if not self._rest.allows(llm):
            await self._answer_without(agent, speech, found)
            return "none", ""
        opened = await speech.opening(found.opening)
        if not opened:
            await speech.bridge(found.bridge)
        answer = await answer_of(
            llm,
            job,
            agent,
            history,
            found,
            facts=self._knowledge.facts(agent),
            toolbox=self._toolbox_of(agent, job),
            started=speech.started,
        )
        speech.asked_llm = True
        async with aclosing(answer.pieces()) as pieces:
            async for piece in pieces:
                if opened and adds_nothing(piece, found.opening, language):
                    continue
                speech.first_token_s = answer.first_token_s
                await speech.say(piece)
        if answer.refused:
            kept_back(agent, answer.refused)
            # What was begun with "Certainly." must not end there where nothing was done.
            if answer.claimed or not speech.went_on:
                instead = no_more(language) if opened else found.instead or agent.file.unknown
                await speech.line(instead)
                await note(self._emit, job, "refused", instead)
        if (failure := answer.failure) is not None:
            _log.warning(
                "the language model failed", kind=failure.kind, detail=failure.detail, spoken=speech.seq
            )
            self._on_llm_error(failure)
            self._rest.failed(llm, failure)
            if not speech.answered:
                await self._answer_without(agent, speech, found)
        else:
            self._rest.succeeded(llm)
            await note_admitted(self._emit, job, agent, "" if answer.refused else answer.said)
        return answer.action, answer.target

    async def _answer_without(self, agent: Agent, speech: SpeechOut, found: Found) -> None:
        """The model is away: say the nearest that is known, as such, or offer a person; else apologise."""
        _apologies.inc()
        await speech.line(found.instead or agent.file.apology)


def _last_said(job: ReplyJob, history: Sequence[Mapping[str, str]]) -> str:
    """What the caller heard last of the agent; empty when nothing."""
    return last_heard(as_heard(history, job.heard)).strip()


def _end(job: ReplyJob, action: ReplyAction, target: str = "") -> ReplyEnd:
    return ReplyEnd(call=job.call, turn=job.turn, revision=job.revision, action=action, target=target)
