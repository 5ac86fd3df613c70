"""What is said before an answer, and is none."""

from agent.voice.pool import DeadlinePool
from parley.agents import Agent
from parley.errors import EngineError
from tests.agent.conftest import job
from tests.agent.test_reply import APOLOGY, Bench
from tests.fakes.engines.llm import ScriptedLlm


async def test_a_remark_goes_before_the_answer(shop: Agent, pool: DeadlinePool) -> None:
    bench = Bench(shop, pool, ScriptedLlm("Yes, we are open."))
    bench.history = [{"role": "user", "text": "Are you open?"}]
    await bench.reply(job("Are you open?", repeats="Are you open?", remark="We were interrupted."))
    assert bench.text == "We were interrupted. Yes, we are open. "
    assert [m["content"] for m in bench.llm.asked[0]][1:] == ["Are you open?"]


async def test_a_remark_is_no_answer(shop: Agent, pool: DeadlinePool) -> None:
    bench = Bench(shop, pool, ScriptedLlm("", error=EngineError("timeout", "no")))
    await bench.reply(job(remark="We were interrupted."))
    assert bench.text == f"We were interrupted. {APOLOGY}"
