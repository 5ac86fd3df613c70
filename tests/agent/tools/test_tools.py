"""Functions that a model calls: what is done is decided by code, whatever the model writes."""

import asyncio
import datetime
import json

import pytest

from agent.tools.call import ToolCall
from agent.tools.tools import _hours, check
from agent.voice.pool import DeadlinePool
from parley.agents import Agent
from parley.agents.schema import LlmOverride
from tests.agent.tools.desk import ORDER, Desk, call, model, names, webhook, with_fields

# What is offered


async def test_functions_cost_words_so_none_are_offered_unless_they_are_asked_for(
    shop: Agent, staffed: Agent, pool: DeadlinePool
) -> None:
    plain = Desk(shop, pool, model())
    await plain.reply()
    assert plain.llm.tools == [()]
    by_settings = Desk(shop, pool, model(), enabled=True)
    await by_settings.reply()
    assert names(by_settings) == ["end_call", "take_message"]
    by_file = Desk(staffed, pool, model())
    await by_file.reply()
    assert names(by_file) == ["end_call", "take_message", "transfer", "opening_hours"]
    refused = Desk(with_fields(shop, llm=LlmOverride(tools=False)), pool, model(), enabled=True)
    await refused.reply()
    assert refused.llm.tools == [()]


async def test_webhooks_are_described_to_the_model(shop: Agent, pool: DeadlinePool) -> None:
    desk = Desk(with_fields(shop, tools=(webhook("http://x/y"),)), pool, model())
    await desk.reply()
    assert desk.llm.tools[0][-1] == {
        "type": "function",
        "function": {"name": "order_status", "description": "Status of an order.", "parameters": ORDER},
    }


# Built-in functions


async def test_a_transfer_goes_to_one_of_the_agents_targets(staffed: Agent, pool: DeadlinePool) -> None:
    end = await Desk(staffed, pool, model(call("transfer", target="sales"))).reply()
    assert (end.action, end.target) == ("transfer", "sales")


async def test_a_transfer_to_anybody_else_is_refused_and_the_model_told(
    staffed: Agent, pool: DeadlinePool
) -> None:
    desk = Desk(staffed, pool, model(call("transfer", target="+4930123456"), answer="I cannot do that."))
    end = await desk.reply()
    assert end.action == "none"
    assert desk.said == "I cannot do that. "
    (result,) = desk.results()
    assert result.startswith("error: target: ")


async def test_the_call_ends_with_the_farewell(staffed: Agent, pool: DeadlinePool) -> None:
    desk = Desk(staffed, pool, model(call("end_call")))
    assert (await desk.reply()).action == "hangup"
    assert desk.said == "Thanks. Goodbye! "


async def test_opening_hours_are_looked_up_and_told_by_the_model(staffed: Agent, pool: DeadlinePool) -> None:
    desk = Desk(staffed, pool, model(call("opening_hours"), answer="We open at nine."))
    await desk.reply()
    assert desk.said == "We open at nine. "
    assert json.loads(desk.results()[0])["week"] == {"mon-fri": ["09:00-18:00"]}
    asked = desk.llm.asked[-1][-2]
    assert asked["tool_calls"][0]["function"] == {"name": "opening_hours", "arguments": "{}"}


def test_opening_hours_tell_whether_it_is_open_now(staffed: Agent) -> None:
    saturday = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)
    known = json.loads(_hours(staffed, saturday))
    assert (known["open_now"], known["next_opening"]) == (False, "Monday 23 November 09:00")
    assert json.loads(_hours(staffed, saturday + datetime.timedelta(days=3)))["open_now"] is True


async def test_a_message_is_taken_once_the_turn_is_over(staffed: Agent, pool: DeadlinePool) -> None:
    desk = Desk(staffed, pool, model(call("take_message", name="Ann", message="Call me."), answer="Noted."))
    await desk.reply()
    assert desk.events == [("message", {"agent": "shop", "name": "Ann", "number": "", "message": "Call me."})]
    assert desk.said == f"{staffed.file.fillers[0]} Noted. "


async def test_nothing_is_done_for_a_caller_who_goes_on_speaking(staffed: Agent, pool: DeadlinePool) -> None:
    desk = Desk(staffed, pool, model(call("take_message", message="Call me.")))
    desk.goes_on = True
    task = asyncio.create_task(desk.reply())
    await asyncio.sleep(0.3)
    task.cancel()  # as the worker does for a revision that has been overtaken
    await asyncio.gather(task, return_exceptions=True)
    await desk.toolboxes.close()
    assert desk.events == []


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ((ToolCall("1", "rm", "{}"),), "there is no function 'rm'"),
        ((ToolCall("1", "transfer", "{"),), "error: "),
        ((ToolCall("1", "transfer", "[]"),), "error: "),
        ((ToolCall("1", "transfer", '{"target": ' + "[" * 5000),), "error: "),
        ((ToolCall("1", "transfer", r'{"target": "\ud83d"}'),), "error: "),
        ((ToolCall("1", "transfer", '{"target": ["sales"]}'),), "error: target"),
        ((ToolCall("1", "transfer", '{"target": "sales", "sudo": true}'),), "error: arguments"),
        ((ToolCall("1", "take_message", '{"message": ""}'),), "error: message"),
        ((ToolCall("1", "take_message", '{"message": "x", "number": "; drop"}'),), "error: number"),
    ],
)
async def test_nonsense_is_told_to_the_model_and_nothing_is_done(
    asked: tuple[ToolCall, ...], told: str, staffed: Agent, pool: DeadlinePool
) -> None:
    desk = Desk(staffed, pool, model(asked, answer="Sorry."))
    assert (await desk.reply()).action == "none"
    assert told in desk.results()[0]
    assert desk.events == []


async def test_a_model_that_only_calls_functions_is_stopped(staffed: Agent, pool: DeadlinePool) -> None:
    desk = Desk(staffed, pool, model(*[call("opening_hours")] * 9))
    await desk.reply()
    assert len(desk.llm.asked) == 3
    assert desk.said == "Sorry, what? "


def test_a_schema_may_not_fetch_anything() -> None:
    with pytest.raises(ValueError, match="no JSON Schema"):
        check({"a": 1}, {"$ref": "http://127.0.0.1:1/schema.json"})
    with pytest.raises(ValueError, match="no JSON Schema"):
        check({"a": 1}, {"type": "nonsense"})
