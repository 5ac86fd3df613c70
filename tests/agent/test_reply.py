import asyncio
import contextlib
import time
from collections.abc import Sequence
from typing import Any

import pytest

from agent.knowledge.decide import Kind
from agent.knowledge.library import Found
from agent.language_model import read_ahead
from agent.language_model.prompt import ChatMessage
from agent.language_model.read_ahead import ReadAhead
from agent.reply import Replier
from agent.voice.pool import DeadlinePool
from agent.voice.tts import Speaker
from parley.agents import Agent
from parley.errors import EngineError
from parley.messages import ReplyAction, ReplyEnd, ReplyFailed, ReplyJob, Speech
from tests.agent.conftest import job
from tests.fakes.engines.library import FixedLibrary
from tests.fakes.engines.llm import ScriptedLlm
from tests.fakes.engines.voice import WordVoice
from tests.fakes.turns import Turns

FARE = "Thanks. Goodbye! "
APOLOGY = "Sorry, what? "


class Bench:
    """A replier with a scripted model and voice; collects what is spoken."""

    def __init__(
        self,
        shop: Agent,
        pool: DeadlinePool,
        llm: ScriptedLlm,
        voice: WordVoice | None = None,
        library: FixedLibrary | None = None,
        ahead: ReadAhead | None = None,
        away: bool = False,
    ) -> None:
        """`away`: whether the model is known not to answer."""
        self.llm = llm
        self.history: list[dict[str, str]] = []
        self.speech: list[Speech] = []
        self.failures: list[str] = []
        """Kinds of the language model's failures that were told."""
        self.voice = voice or WordVoice()
        speaker = Speaker({"joe": self.voice, "spare": self.voice}, pool, 10**6)
        self.replier = Replier(
            {"shop": shop},
            library or FixedLibrary(),
            speaker,
            self._history,
            llm_of=lambda _: llm,
            llm_away=lambda _: away,
            default_voice="spare",
            ahead=ahead,
            on_llm_error=lambda error: self.failures.append(error.kind),
            emit=self._emit,
        )
        self.told: list[tuple[str, str, dict[str, object]]] = []

    async def _emit(self, kind: str, call: str, **data: object) -> None:
        self.told.append((kind, call, data))

    async def _history(self, call: str) -> list[dict[str, str]]:
        return self.history

    async def _say(self, speech: Speech) -> None:
        self.speech.append(speech)

    async def reply(self, job: ReplyJob) -> ReplyEnd | ReplyFailed:
        return await self.replier.reply(job, 0.25, self._say)

    @property
    def text(self) -> str:
        return "".join(s.text for s in self.speech)


async def test_an_answer(shop: Agent, pool: DeadlinePool) -> None:
    bench = Bench(shop, pool, ScriptedLlm("Yes, we are open. Come in!"))
    end = await bench.reply(job(turn=3, revision=7))
    assert end == ReplyEnd(call="c1", turn=3, revision=7, action="none")
    assert bench.text == "Yes, we are open. Come in! "
    assert [s.seq for s in bench.speech] == list(range(6))
    assert {(s.call, s.turn, s.revision) for s in bench.speech} == {("c1", 3, 7)}
    assert bench.voice.spoken == ["Yes,", "we are open.", "Come in!"]
    assert len(bench.speech[0].pcm) == 3200


async def test_the_first_speech_carries_the_timing(shop: Agent, pool: DeadlinePool) -> None:
    bench = Bench(shop, pool, ScriptedLlm("One two three. Four.", delay_s=0.02), WordVoice(step_s=0.03))
    await bench.reply(job())
    timing, *others = [s.timing for s in bench.speech]
    assert timing is not None
    assert others == [None] * 3
    assert timing.queue_s == 0.25
    assert timing.first_token_s is not None
    assert 0.02 <= timing.first_token_s < timing.llm_s
    assert timing.llm_s >= 0.06  # until "One two three." was complete
    assert 0.03 <= timing.tts_s < 0.2


async def test_speech_leaves_before_the_answer_is_complete(shop: Agent, pool: DeadlinePool) -> None:
    bench = Bench(shop, pool, ScriptedLlm("Yes. " + "word " * 50, delay_s=0.05))
    task = asyncio.create_task(bench.reply(job()))
    await asyncio.sleep(0.3)
    assert bench.text.startswith("Yes. ")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_the_model_sees_the_conversation(shop: Agent, pool: DeadlinePool) -> None:
    bench = Bench(shop, pool, ScriptedLlm())
    bench.history = [{"role": "user", "text": "Hi"}, {"role": "assistant", "text": "Hello."}]
    await bench.reply(job("And now?"))
    assert [m["role"] for m in bench.llm.asked[0]] == ["system", "user", "assistant", "user"]


async def test_the_model_sees_once_what_the_caller_says_again(shop: Agent, pool: DeadlinePool) -> None:
    bench = Bench(shop, pool, ScriptedLlm())
    bench.history = [{"role": "user", "text": "I have a phone"}, {"role": "assistant", "text": "Fine"}]
    await bench.reply(job("I have a phone that is broken", repeats="I have a phone"))
    assert [m["content"] for m in bench.llm.asked[0]][1:] == ["I have a phone that is broken"]


@pytest.mark.parametrize(
    ("kind", "text", "action"),
    [
        ("prompt", "Are you still there? ", "none"),
        ("greeting", "Hello, Shop. How can I help? ", "none"),
        ("apology", APOLOGY, "none"),
        ("farewell", FARE, "hangup"),
    ],
)
async def test_fixed_lines(shop: Agent, pool: DeadlinePool, kind: str, text: str, action: str) -> None:
    bench = Bench(shop, pool, ScriptedLlm())
    end = await bench.reply(job("", kind=kind))
    assert isinstance(end, ReplyEnd)
    assert end.action == action
    assert bench.text == text
    assert bench.llm.asked == []
    assert bench.speech[0].timing is not None
    assert bench.speech[0].timing.llm_s == 0


async def test_goodbye_is_answered_without_the_model(shop: Agent, pool: DeadlinePool) -> None:
    bench = Bench(shop, pool, ScriptedLlm())
    end = await bench.reply(job("No thanks, that's all. Goodbye."))
    assert isinstance(end, ReplyEnd)
    assert end.action == "hangup"
    assert bench.text == FARE
    assert bench.llm.asked == []


async def test_no_words_get_the_apology(shop: Agent, pool: DeadlinePool) -> None:
    bench = Bench(shop, pool, ScriptedLlm())
    await bench.reply(job("  "))
    assert bench.text == APOLOGY


@pytest.mark.parametrize("kind", ["refused", "timeout", "http", "protocol"])
async def test_a_model_that_fails_at_once(shop: Agent, pool: DeadlinePool, kind: str) -> None:
    bench = Bench(shop, pool, ScriptedLlm("", error=EngineError(kind, "no")))
    end = await bench.reply(job())
    assert isinstance(end, ReplyEnd)
    assert bench.text == APOLOGY
    assert bench.failures == [kind]


async def test_the_wait_for_a_model_that_says_nothing_is_the_models(shop: Agent, pool: DeadlinePool) -> None:
    llm = ScriptedLlm("", delay_s=0.1, error=EngineError("timeout", "no"))
    bench = Bench(shop, pool, llm)
    await bench.reply(job())
    timing = bench.speech[0].timing
    assert bench.text == APOLOGY
    assert timing is not None
    assert timing.first_token_s is None
    assert timing.llm_s >= 0.1


async def test_a_fixed_line_has_no_time_of_the_models(shop: Agent, pool: DeadlinePool) -> None:
    bench = Bench(shop, pool, ScriptedLlm())
    await bench.reply(job(kind="greeting"))
    timing = bench.speech[0].timing
    assert timing is not None
    assert timing.llm_s == 0.0


async def test_a_model_that_breaks_off(shop: Agent, pool: DeadlinePool) -> None:
    bench = Bench(shop, pool, ScriptedLlm("We are open. And then", error=EngineError("protocol", "cut")))
    end = await bench.reply(job())
    assert isinstance(end, ReplyEnd)
    assert bench.text == "We are open. "


async def test_an_answer_without_words(shop: Agent, pool: DeadlinePool) -> None:
    bench = Bench(shop, pool, ScriptedLlm("** ..."))
    await bench.reply(job())
    assert bench.text == APOLOGY


async def test_an_answer_that_is_too_long_ends_with_a_sentence(shop: Agent, pool: DeadlinePool) -> None:
    bench = Bench(shop, pool, ScriptedLlm("We are open. Please come and", truncated=True))
    await bench.reply(job())
    assert bench.text == "We are open. "


async def test_a_broken_voice_fails_the_reply(shop: Agent, pool: DeadlinePool) -> None:
    bench = Bench(shop, pool, ScriptedLlm("Yes.", delay_s=0.01), WordVoice(broken=True))
    end = await bench.reply(job(turn=2, revision=4))
    assert end == ReplyFailed(call="c1", turn=2, revision=4, kind="internal")
    assert bench.llm.closed == 1


async def test_an_unknown_agent(shop: Agent, pool: DeadlinePool) -> None:
    end = await Bench(shop, pool, ScriptedLlm()).reply(job(agent="nobody"))
    assert isinstance(end, ReplyFailed)
    assert end.kind == "agent"


async def test_cancelling_closes_the_model_and_stops_the_voice(shop: Agent, pool: DeadlinePool) -> None:
    bench = Bench(shop, pool, ScriptedLlm("Yes. " + "word " * 500, delay_s=0.01), WordVoice(step_s=0.02))
    task = asyncio.create_task(bench.reply(job()))
    await asyncio.sleep(0.2)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert bench.llm.closed == 1
    steps = bench.voice.steps
    await asyncio.sleep(0.1)
    assert bench.voice.steps <= steps + 1  # the one in hand


async def test_what_the_knowledge_has_word_by_word_needs_no_model(shop: Agent, pool: DeadlinePool) -> None:
    llm = ScriptedLlm("never")
    bench = Bench(shop, pool, llm, library=FixedLibrary(Found(line="We are open till five.")))
    end = await bench.reply(job())
    assert bench.text == "We are open till five. "
    assert end == ReplyEnd(call="c1", turn=1, revision=1, action="none")
    assert bench.speech[0].timing is not None
    assert bench.speech[0].timing.llm_s == 0
    assert bench.speech[0].timing.first_token_s is None
    assert llm.asked == []


async def test_an_answer_may_give_the_call_to_people(shop: Agent, pool: DeadlinePool) -> None:
    found = Found(line="I connect you.", action="transfer", target="sales")
    end = await Bench(shop, pool, ScriptedLlm("never"), library=FixedLibrary(found)).reply(job())
    assert end == ReplyEnd(call="c1", turn=1, revision=1, action="transfer", target="sales")


async def test_the_knowledge_is_told_what_was_heard_of_an_interrupted_question(
    shop: Agent, pool: DeadlinePool
) -> None:
    library = FixedLibrary(Found(line="It costs 5."))
    bench = Bench(shop, pool, ScriptedLlm("never"), library=library)
    bench.history = [{"role": "user", "text": "How much is the loaf?"}]
    await bench.reply(job("The big one.", heard="The small loaf or"))
    assert library.asked[-1][1][-1] == {"role": "assistant", "text": "The small loaf or"}


async def test_the_model_gets_the_facts_and_what_was_found(shop: Agent, pool: DeadlinePool) -> None:
    llm = ScriptedLlm("Till five.")
    library = FixedLibrary(Found(passages=("Open till five.",)))
    bench = Bench(shop, pool, llm, library=library)
    bench.history = [{"role": "user", "text": "Hello there."}]
    await bench.reply(job("And today?"))
    assert library.asked == [("And today?", [{"role": "user", "text": "Hello there."}])]
    assert "Open from 9 to 5." in llm.asked[0][0]["content"]
    assert "- Open till five." in llm.asked[0][-1]["content"]


async def test_what_bridges_the_wait_is_sent_first_if_its_speech_is_there(
    shop: Agent, pool: DeadlinePool
) -> None:
    bench = Bench(shop, pool, ScriptedLlm("Till five."), library=FixedLibrary(Found(bridge="About bread:")))
    await bench.reply(job())
    assert not any(said.bridges for said in bench.speech), "it is not made while an answer is waited for"
    bench.speech.clear()
    await bench.replier._speaker.keep("joe", "About bread:", time.monotonic() + 60)
    await bench.reply(job())
    first, *answer = bench.speech
    assert (first.bridges, first.text, first.revision) == (True, "About bread:", 1)
    assert len(first.pcm) > 0
    assert "".join(said.text for said in answer) == "Till five. "
    assert answer[0].seq == 0
    assert answer[0].timing is not None


class Noted:
    """Reads at once, and notes what."""

    def __init__(self) -> None:
        self.read_: list[list[str]] = []

    async def read(self, messages: Sequence[ChatMessage], tools: Sequence[dict[str, Any]] = ()) -> None:
        self.read_.append([m["content"] for m in messages])


async def never_stale(call: str, revision: int) -> bool:
    return False


@pytest.mark.parametrize(("action", "read"), [("none", True), ("hangup", False)])
async def test_the_model_reads_ahead_what_is_said_without_it(
    shop: Agent, pool: DeadlinePool, monkeypatch: pytest.MonkeyPatch, action: ReplyAction, read: bool
) -> None:
    monkeypatch.setattr(read_ahead, "WAIT_S", 0.0)
    library = FixedLibrary(Found(line="We are open till five.", action=action))
    model = Noted()
    ahead = ReadAhead(lambda _: model, never_stale, Turns())
    bench = Bench(shop, pool, ScriptedLlm(), library=library, ahead=ahead)
    bench.history = [{"role": "user", "text": "Hi"}, {"role": "assistant", "text": "Hello."}]
    await bench.reply(job("Until when?"))
    await asyncio.sleep(0.02)
    assert bool(model.read_) is read
    if not read:
        return
    # The next answer's prompt begins with all that was read, but for the words that nobody knew.
    bench.history += [
        {"role": "user", "text": "Until when?"},
        {"role": "assistant", "text": "We are open till five."},
    ]
    library.found = Found()
    await bench.reply(job("And on Sunday?", turn=2, revision=2))
    asked = [m["content"] for m in bench.llm.asked[0]]
    assert asked[:-1] == model.read_[0][:-1]
    assert asked[-1] == "And on Sunday?"


GROUNDED = Found(sources=("A crown costs 620 euros.",), instead="I do not know that.")


async def test_a_sentence_that_rests_on_nothing_is_not_spoken(shop: Agent, pool: DeadlinePool) -> None:
    llm = ScriptedLlm("A crown costs 300 euros. It lasts for 20 years.")
    bench = Bench(shop, pool, llm, library=FixedLibrary(GROUNDED))
    end = await bench.reply(job("How much is a crown?"))
    assert isinstance(end, ReplyEnd)
    assert bench.text == "I do not know that. "
    ((_, _, told),) = bench.told
    assert (told["register"], told["question"]) == ("refused", "How much is a crown?")


@pytest.mark.parametrize(
    ("register", "kept"), [("say", False), ("likely", True), ("unsure", True), ("unknown", True)]
)
async def test_a_question_that_is_not_surely_answered_is_told(
    shop: Agent, pool: DeadlinePool, register: Kind, kept: bool
) -> None:
    found = Found(line="It may be five.", register=register)
    bench = Bench(shop, pool, ScriptedLlm(), library=FixedLibrary(found))
    await bench.reply(job("How many?"))
    data = {"agent": "shop", "question": "How many?", "register": register, "said": "It may be five."}
    assert bench.told == ([("open_question", "c1", data)] if kept else [])


async def test_an_answer_ends_where_it_leaves_the_facts(shop: Agent, pool: DeadlinePool) -> None:
    llm = ScriptedLlm("A crown costs 620 euros. It lasts for 20 years. Anything else?")
    bench = Bench(shop, pool, llm, library=FixedLibrary(GROUNDED))
    await bench.reply(job("How much is a crown?"))
    assert bench.text == "A crown costs 620 euros. "


async def test_without_sources_the_model_says_what_it_likes(shop: Agent, pool: DeadlinePool) -> None:
    bench = Bench(shop, pool, ScriptedLlm("I am 20 years old."), library=FixedLibrary())
    await bench.reply(job("How are you?"))
    assert bench.text == "I am 20 years old. "


@pytest.mark.parametrize(
    ("text", "spoken", "action"),
    [
        ("Hold on, I have to look for the receipt.", "Take your time. I will wait. ", "wait"),
        ("Please hold the line.", "", "wait"),
        ("Please leave a message after the tone.", FARE, "hangup"),
    ],
)
async def test_what_asks_for_time_is_not_answered(
    shop: Agent, pool: DeadlinePool, text: str, spoken: str, action: str
) -> None:
    bench = Bench(shop, pool, ScriptedLlm())
    end = await bench.reply(job(text=text))
    assert isinstance(end, ReplyEnd)
    assert end.action == action
    assert bench.text == spoken
    assert bench.llm.asked == []
