"""What is asked of calls from outside: done, refused, or too late."""

import time
from typing import Any, cast

import pytest
from msgspec.structs import replace
from redis.exceptions import ConnectionError as RedisConnectionError

from gateway.steering.steering import Steering
from gateway.turns.events import State
from parley.agents.dialogue import Target, Translation
from parley.messages import Command, CommandAnswer, Verb
from tests.fakes.gateway.exchange import AGENT, Exchange, exchange, shorten

PEOPLE = replace(
    AGENT,
    file=replace(
        AGENT.file,
        targets={"desk": Target(name="the desk", extension="1001", summary=False)},
        languages={"de": Translation(greeting="Hallo")},
    ),
)


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch)


class Answers:
    """Takes answers to commands, as Redis would."""

    def __init__(self) -> None:
        self.given: list[CommandAnswer] = []
        self.away = False

    async def answer(self, answer: CommandAnswer) -> None:
        if self.away:
            raise RedisConnectionError("away")
        self.given.append(answer)


async def asked(
    it: Exchange, verb: Verb, value: str = "", call: str = "c1", until: float | None = None
) -> CommandAnswer:
    """What becomes of a command."""
    answers = Answers()
    steering = Steering(it.switchboard, cast(Any, answers))
    until = time.time() + 60 if until is None else until
    steering.on_command(Command(call=call, id="x", verb=verb, value=value, until=until))
    await it.until(lambda: answers.given)
    return answers.given[0]


async def test_a_line_is_said_and_becomes_part_of_the_conversation() -> None:
    async with exchange() as it:
        await it.answered("c1")
        answer = await asked(it, "say", " We call you back. ")
        assert (answer.result, answer.id, answer.call) == ("done", "x", "c1")
        await it.until(lambda: [job.text for job in it.bus.jobs() if getattr(job, "kind", "") == "line"])
        assert [job.text for job in it.bus.jobs() if getattr(job, "kind", "") == "line"] == [
            "We call you back."
        ]
        await it.until(lambda: it.bus.events("command"))
        assert it.bus.events("command") == [{"agent": "exchange", "verb": "say"}]


async def test_a_note_is_the_agents_alone_and_in_the_record() -> None:
    async with exchange() as it:
        await it.answered("c1")
        spoken = len(it.bus.jobs())
        assert (await asked(it, "note", " Offer them 10 percent. ")).result == "done"
        assert (await asked(it, "note", "  ")).result == "refused"
        await it.until(lambda: it.bus.events("command"))
        assert it.bus.events("note") == [{"agent": "exchange", "text": "Offer them 10 percent."}]
        assert ("note", "Offer them 10 percent.") in it.bus.history
        assert len(it.bus.jobs()) == spoken


async def test_a_call_is_hung_up_with_a_goodbye() -> None:
    async with exchange() as it:
        await it.answered("c1")
        assert (await asked(it, "hangup")).result == "done"
        await it.over("c1")
        assert [job.kind for job in it.bus.jobs() if getattr(job, "kind", "") == "farewell"] == ["farewell"]


async def test_a_call_is_given_to_people_and_then_is_theirs() -> None:
    async with exchange(PEOPLE) as it:
        it.ari.variables["DEVICE_STATE(PJSIP/1001)"] = "NOT_INUSE"
        await it.answered("c1")
        it.plane.speed = 1
        refused = await asked(it, "transfer", "nobody")
        assert (refused.result, refused.reason) == ("refused", "there is no such target; the agent has desk")
        assert (await asked(it, "transfer", "desk")).result == "done"
        await it.until(lambda: it.state("c1") is State.TRANSFERRING)
        for verb in ("say", "hangup", "skip", "transfer", "language"):
            answer = await asked(it, cast(Verb, verb), "de")
            assert (answer.result, "people" in answer.reason) == ("refused", True)


async def test_an_agent_without_people_gives_calls_to_nobody() -> None:
    async with exchange() as it:
        await it.answered("c1")
        assert (await asked(it, "transfer")).reason == "the agent has nobody to give calls to"
        assert it.state("c1") is State.LISTENING


async def test_the_language_is_changed_there_and_back() -> None:
    async with exchange(PEOPLE) as it:
        await it.answered("c1")
        for code in ("de", "en"):
            assert (await asked(it, "language", code)).result == "done"
            assert it.switchboard.call("c1").conversation.agent.file.language == code  # type: ignore[union-attr]
            await it.until(lambda: it.state("c1") is State.LISTENING)
        answer = await asked(it, "language", "fr")
        assert (answer.result, answer.reason) == ("refused", "the agent speaks de, en")


async def test_what_is_being_said_is_skipped() -> None:
    async with exchange() as it:
        await it.answered("c1")
        it.plane.speed = 1
        await asked(it, "say", "A long story.")
        await it.until(lambda: it.state("c1") is State.AGENT_SPEAKING)
        assert (await asked(it, "skip")).result == "done"
        await it.until(lambda: it.state("c1") is State.LISTENING)
        it.plane.speed = 16_000


@pytest.mark.parametrize(
    ("verb", "value", "until", "reason"),
    [("say", "  ", None, "there are no words to say"), ("hangup", "", 1.0, "it came too late")],
)
async def test_what_cannot_be_done_changes_nothing(
    verb: Verb, value: str, until: float | None, reason: str
) -> None:
    async with exchange() as it:
        await it.answered("c1")
        answer = await asked(it, verb, value, until=until)
        assert (answer.result, answer.reason) == ("refused", reason)
        assert it.state("c1") is State.LISTENING


async def test_a_call_that_is_over_is_gone() -> None:
    async with exchange() as it:
        assert (await asked(it, "hangup", call="c9")).result == "gone"


async def test_what_breaks_a_command_does_not_reach_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    async with exchange() as it:
        await it.answered("c1")
        with monkeypatch.context() as broken:
            broken.setattr(it.switchboard.call("c1").conversation, "skip", None)  # type: ignore[union-attr]
            assert (await asked(it, "skip")).result == "refused"
        answers = Answers()
        answers.away = True
        steering = Steering(it.switchboard, cast(Any, answers))
        steering.on_command(Command(call="c1", id="x", verb="skip", until=time.time() + 60))
        await it.until(lambda: not steering._tasks)
        assert it.state("c1") is State.LISTENING


def test_nobody_is_asked_for_people_where_there_are_none() -> None:
    assert not AGENT.file.targets
    assert not AGENT.file.person
