"""Texts that the model may ask for: it chooses one of the agent's, and call control does the rest."""

from agent.voice.pool import DeadlinePool
from parley.agents import Agent
from parley.agents.dialogue import Sms
from parley.agents.schema import LlmOverride
from tests.agent.tools.test_tools import Desk, call, model, with_fields

TEXTS = {"way": Sms(name="the way to us", text="https://shop.example/way")}


async def test_a_text_of_the_agents_file_is_left_to_call_control(shop: Agent, pool: DeadlinePool) -> None:
    agent = with_fields(shop, texts=TEXTS, llm=LlmOverride(tools=True))
    end = await Desk(agent, pool, model(call("send_text", text="way"))).reply()
    assert (end.action, end.target) == ("transfer", "text:way")


async def test_a_text_that_the_model_makes_up_is_refused(shop: Agent, pool: DeadlinePool) -> None:
    agent = with_fields(shop, texts=TEXTS, llm=LlmOverride(tools=True))
    desk = Desk(agent, pool, model(call("send_text", text="https://evil.example"), answer="I cannot."))
    assert (await desk.reply()).action == "none"
    assert desk.results()[0].startswith("error: text: ")
