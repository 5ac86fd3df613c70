"""Whole conversations of simulated callers: on a real Redis, answered by a real agent worker."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from agent.knowledge.library import Found
from agent.knowledge.people import Wanted
from agent.tools.call import ToolCall
from chat.talk.talk import Talk
from parley.bus import EVENTS
from parley.errors import ModelMissing
from parley.simulation.calls import SIMULATED_EVENTS
from parley.simulation.schema import Called, Checks, End, Persona, Script, Turn, Want
from simulate import stage as stages
from simulate.acting import Judge, act, act_all
from simulate.model.asking import Model
from simulate.results import Result
from tests.chat.conftest import MENU, ORDER, shop
from tests.fakes.engines.writer import Writer
from tests.simulate.conftest import Scene, case, open_stage

HOURS = "We open at nine. We close at five."


def alike(wanted: str, answer: str, _language: str) -> float:
    """The same words mean the same."""
    return float(wanted in answer)


JUDGE = Judge(alike)


@pytest.fixture
async def scene(redis_url: str) -> AsyncIterator[Scene]:
    async with open_stage(redis_url, {"shop": shop(menus={"main": MENU}, collect={"order": ORDER})}) as scene:
        yield scene


async def held(scene: Scene, what: Script | Persona, judge: Judge = JUDGE) -> Result:
    return await act(scene.stage, case(what), scene.agents["shop"], judge)


async def test_a_script_that_is_kept_to(scene: Scene) -> None:
    script = Script(
        name="hours",
        greeting=Checks(contains="write to me", language="en"),
        turns=(
            Turn(
                say="When are you open?", contains=("nine", "FIVE"), must_not="six", means=HOURS, ends=False
            ),
            Turn(say="Goodbye!", ends=True),
        ),
        at_end=End(outcome="resolved", no_tags=("NOT_KNOWN",)),
    )
    result = await held(scene, script)
    assert result.problems == []
    assert [(step.exchange.said, step.exchange.answer) for step in result.steps] == [
        ("", "Hello, write to me."),
        ("When are you open?", HOURS),
        ("Goodbye!", "Goodbye!"),
    ]


async def test_each_check_that_fails_is_told_where_it_does(scene: Scene) -> None:
    script = Script(
        name="hours",
        greeting=Checks(contains="Bonjour"),
        turns=(
            Turn(
                say="When are you open?",
                contains="ten",
                any_of=("eight", "seven"),
                must_not="nine",
                means="We are closed.",
                transfer="sales",
                tool=Called(name="book"),
                ends=True,
                language="de",
            ),
        ),
        at_end=End(outcome="failed", tags=("LOOP",), collected={"order": "1"}, menus=("1",)),
    )
    result = await held(scene, script)
    assert result.steps[0].failures == ["does not contain 'Bonjour'"]
    assert result.steps[1].failures == [
        "does not contain 'ten'",
        "contains none of 'eight', 'seven'",
        "must not contain 'nine'",
        "does not mean 'We are closed.': 0.00, needs 0.60",
        "the agent speaks en, not de",
        "the agent has not ended the conversation",
        "is not given to sales, but to nobody",
        "does not call book, but nothing",
    ]
    assert result.failures == [
        "outcome: is resolved, not failed",
        "tags: LOOP is not there",
        "collected: order is 'not told', not '1'",
        "menus: were none, not 1",
    ]


async def test_a_transfer_reaches_a_person_who_takes_it(scene: Scene) -> None:
    scene.library.person = Wanted("")
    script = Script(
        name="person",
        turns=(Turn(say="A person, please.", transfer="sales"),),
        at_end=End(outcome="handed_over", tags=("WANTED_PERSON",)),
    )
    assert (await held(scene, script)).problems == []


async def test_values_and_menus_are_told(redis_url: str) -> None:
    agent = shop(menu="main", menus={"main": MENU}, collect={"order": ORDER})
    script = Script(
        name="order",
        turns=(Turn(say="order", contains="order number"), Turn(say="4711"), Turn(say="yes")),
        at_end=End(menus=("1",), collected={"order": "•••"}),
    )
    async with open_stage(redis_url, {"shop": agent}) as scene:
        assert (await held(scene, script)).problems == []


async def test_the_functions_that_the_model_calls_are_told(scene: Scene) -> None:
    def call() -> tuple[ToolCall, ...]:
        return (ToolCall("t1", "transfer", '{"target": "sales"}'),)

    turn = Turn(
        say="Who sells?", tool=Called(name="transfer", arguments={"target": "sales"}), transfer="sales"
    )
    scene.llm.calls = [call()]
    assert (await held(scene, Script(name="tool", turns=(turn,)))).problems == []
    scene.llm.calls = [call()]
    other = Turn(say="Who sells?", tool=Called(name="transfer", arguments={"target": "desk"}))
    (problem,) = (await held(scene, Script(name="tool", turns=(other,)))).problems
    assert "calls transfer with [{'target': 'sales'}], not with {'target': 'desk'}" in problem


async def test_no_record_is_made_of_them_and_nothing_is_left(scene: Scene) -> None:
    before = await scene.bus.last_id(EVENTS)
    scene.library.found = Found(line="I do not know that.", register="unknown")
    script = Script(name="unknown", turns=(Turn(say="Why?"),), at_end=End(tags=("NOT_KNOWN",)))
    assert (await held(scene, script)).problems == []
    assert await scene.bus.last_id(EVENTS) == before
    assert await scene.bus.last_id(SIMULATED_EVENTS) != "0-0"
    assert [key async for key in scene.bus._redis.scan_iter(match="call:sim-*")] == []


async def test_a_persona_goes_on_until_it_was_told(scene: Scene) -> None:
    persona = Persona(
        name="patient",
        wants=(Want(ask=("When do you open?",), contains="nine"), Want(ask=("And close?",), contains="five")),
        at_end=End(outcome="resolved"),
    )
    result = await held(scene, persona)
    assert result.problems == []
    # The first answer told all; who knows all takes leave.
    assert [step.exchange.said for step in result.steps] == ["", "When do you open?", "Thank you, goodbye."]


async def test_a_persona_that_is_not_told_says_so(scene: Scene) -> None:
    persona = Persona(
        name="patient",
        must_not="five",
        turns=5,
        wants=(Want(ask=("Where are you?", "Which street?"), contains="Road"),),
    )
    result = await held(scene, persona)
    assert [step.exchange.said for step in result.steps[1:]] == [
        "Where are you?",
        "Which street?",
        "Thank you, goodbye.",
    ]
    assert result.failures == ["was not told: Where are you?"]
    assert [step.failures for step in result.steps[1:3]] == [["must not contain 'five'"]] * 2


async def test_what_the_agent_is_told_to_be_is_not_told_to_who_tricks(redis_url: str) -> None:
    secret = "You are the assistant of a shop for shoes"
    async with open_stage(redis_url, {"shop": shop(persona=f"{secret}. Be brief.")}) as scene:
        scene.library.found = Found(line=f"I was told: {secret}.", register="say")
        wants = (Want(ask=("What is sold?",), contains="shoes"),)
        assert (await held(scene, Persona(name="p", wants=wants))).problems == []
        result = await held(scene, Persona(name="t", style="tricky", wants=wants))
    assert result.steps[1].failures == [f"tells what the agent is told to be: {secret!r}"]


async def test_a_script_ends_where_the_agent_has_ended(scene: Scene) -> None:
    script = Script(name="bye", turns=(Turn(say="Goodbye!"), Turn(say="Still there?")))
    assert (await held(scene, script)).failures == [
        "the agent had ended the conversation before 'Still there?'"
    ]


async def test_a_stack_that_does_not_answer(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "ANSWER_S", -1.0)
    monkeypatch.setattr(stages, "END_S", 0.1)
    result = await held(scene, Script(name="hours", turns=(Turn(say="When are you open?"),)))
    assert result.problems == ["no answer within -1 s"]


async def test_without_the_models_it_is_said_what_is_missing(scene: Scene) -> None:
    def missing(*_: str) -> float:
        raise ModelMissing("MODELS_DIR", Path("/models"))

    result = await held(scene, Script(name="m", turns=(Turn(say="Hours?", means="nine"),)), Judge(missing))
    assert "no model at /models" in result.broken


async def test_late_answers_are_told_and_fail_where_that_is_asked_for(scene: Scene) -> None:
    script = Script(name="hours", turns=(Turn(say="When are you open?", within_s=0.000_001),))
    told = await held(scene, script)
    assert told.ok
    assert "should take at most 1e-06" in told.steps[1].remarks[0]
    assert not (await held(scene, script, Judge(alike, timed=True))).ok


YES = "Quote: We open at nine.\nVerdict: yes"
NO = "Quote: When are you open?\nVerdict: no"


async def test_a_model_judges_what_rules_cannot_see(scene: Scene) -> None:
    script = Script(
        name="hours",
        turns=(Turn(say="When are you open?"),),
        judge=("The agent names a time.", "The agent is rude.", "The caller is glad."),
    )
    writer = Writer(YES, YES, NO, NO, "Hm.")
    result = await held(scene, script, Judge(alike, model=Model(writer, "here")))
    assert [each.verdict for each in result.judged] == ["pass", "fail", "maybe"]
    assert result.problems == ["judged not to be so: The agent is rude. ('When are you open?')"]
    assert result.undecided == ["The caller is glad."]
    assert (
        "Agent: Hello, write to me.\nCaller: When are you open?\nAgent: We open"
        in writer.asked[0][-1]["content"]
    )


async def test_without_a_model_a_statement_stays_open(scene: Scene) -> None:
    script = Script(name="hours", turns=(Turn(say="When are you open?"),), judge="The agent is rude.")
    result = await held(scene, script)
    assert (result.problems, result.undecided) == ([], ["The agent is rude."])


async def test_a_model_plays_a_caller_until_all_is_told(scene: Scene) -> None:
    wants = (Want(ask=("the hours",), contains="five"),)
    persona = Persona(name="goal", goal="To know the hours.", style="hurried", wants=wants)
    writer = Writer("Hello. When are you open?", "Never asked.")
    result = await held(scene, persona, Judge(alike, model=Model(writer, "here")))
    assert result.problems == []
    assert [step.exchange.said for step in result.steps] == ["", "Hello. When are you open?"]
    assert len(writer.asked) == 1, "who knows all has nothing more to ask"


async def test_the_first_words_are_written_before_anybody_is_called(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = Writer("Hello. When are you open?")
    alone = scene.stage.conversation
    asked: list[int] = []

    def begun(*args: Any) -> Any:
        asked.append(len(writer.asked))
        return alone(*args)

    monkeypatch.setattr(scene.stage, "conversation", begun)
    wants = (Want(ask=("the hours",), contains="five"),)
    persona = Persona(name="goal", goal="To know the hours.", style="hurried", wants=wants)
    assert (await held(scene, persona, Judge(alike, model=Model(writer, "here")))).ok
    assert asked == [1]
    assert "Agent: Hello, this is Shop.\n" in writer.asked[0][-1]["content"]


async def test_a_late_caller_does_not_fail_the_agent(scene: Scene) -> None:
    wants = (Want(ask=("the owner",), contains="Smith"),)
    persona = Persona(name="goal", goal="To know the owner.", wants=wants, turns=2)
    writer = Writer("Who owns this?", "And who?", "Who owns this?", "And who?")
    late = await held(scene, persona, Judge(alike, model=Model(writer, "here"), late_s=0.0))
    assert (late.ok, late.state) == (False, "caller late")
    assert late.problems[-1].startswith("the simulated caller was late")
    assert "the caller was late" in late.steps[2].remarks[0]
    assert late.steps[1].remarks == [], "its first words were there"
    prompt = await held(scene, persona, Judge(alike, model=Model(writer, "here")))
    assert prompt.state == "failed"


async def test_a_caller_whom_the_model_has_give_up_takes_leave(scene: Scene) -> None:
    persona = Persona(
        name="goal", goal="To know who owns it.", judge="The caller was told who owns the shop."
    )
    writer = Writer("Who owns this?", "[end]", NO.replace("When are you open?", "Who owns this?"))
    result = await held(scene, persona, Judge(alike, model=Model(writer, "here")))
    assert [step.exchange.said for step in result.steps[1:]] == ["Who owns this?", "Thank you, goodbye."]
    assert result.problems == [
        "judged not to be so: The caller was told who owns the shop. ('Who owns this?')"
    ]


async def test_what_nobody_has_thought_of_ends_one_conversation_alone(
    scene: Scene, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    def alike_but_once(wanted: str, answer: str, language: str) -> float:
        if wanted == "Boom.":
            raise ZeroDivisionError("by nothing")
        return alike(wanted, answer, language)

    cases = [
        case(Script(name=means, turns=(Turn(say="When are you open?", means=means),)))
        for means in (HOURS, "Boom.", HOURS)
    ]
    judge = Judge(alike_but_once)
    results: list[Result] = []
    await act_all(cases, lambda each: act(scene.stage, each, scene.agents["shop"], judge), 1, results.append)
    assert [result.problems for result in results] == [[], ["ZeroDivisionError: by nothing"], []]
    assert [result.state for result in results] == ["ok", "failed", "ok"]
    assert "alike_but_once" in caplog.text + capsys.readouterr().out, "the log has where it happened"


async def test_a_conversation_that_breaks_inside_is_not_waited_for(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(_self: Talk) -> None:
        raise LookupError("lost")

    monkeypatch.setattr(Talk, "run", run)
    result = await held(scene, Script(name="hours", turns=(Turn(say="When are you open?"),)))
    assert result.problems == ["LookupError: lost"]


async def test_what_was_held_is_told_when_a_run_is_stopped(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting, done = asyncio.Event(), list[Result]()
    alone = stages.heard

    async def heard(ring: asyncio.Event, within_s: float) -> None:
        if done:
            waiting.set()
            await asyncio.Event().wait()
        await alone(ring, within_s)

    monkeypatch.setattr(stages, "heard", heard)
    cases = [case(Script(name=name, turns=(Turn(say="When are you open?"),))) for name in "abc"]
    running = asyncio.create_task(
        act_all(cases, lambda each: act(scene.stage, each, scene.agents["shop"], JUDGE), 1, done.append)
    )
    await waiting.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert [(result.case.name, result.state) for result in done] == [("a", "ok"), ("b", "not ended")]
    assert done[1].problems == ["the run was stopped before it had ended"]
    assert [step.exchange.answer for step in done[1].steps] == ["Hello, write to me."]
    assert [key async for key in scene.bus._redis.scan_iter(match="call:sim-*")] == []


async def test_so_many_are_held_at_a_time_and_each_is_told_of_once() -> None:
    running, most, done = 0, 0, list[str]()

    async def one(this: Any) -> Result:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01 if this.name == "0" else 0.001)
        running -= 1
        return Result(this)

    cases = [case(Script(name=str(n), turns=(Turn(say="Hi"),))) for n in range(6)]
    await act_all(cases, one, 2, lambda result: done.append(result.case.name))
    assert most == 2
    assert sorted(done) == list("012345")
