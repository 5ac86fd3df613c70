"""Replies that hand the call to a person, lines of call control, summaries, and other languages."""

import msgspec
import pytest

from agent.knowledge.library import Found
from agent.knowledge.people import Wanted
from agent.voice.pool import DeadlinePool
from parley.agents import Agent
from parley.agents.dialogue import Target, Translation
from parley.agents.schema import Lookup
from parley.messages import ReplyEnd
from tests.agent.conftest import job
from tests.agent.test_reply import Bench
from tests.fakes.engines.library import FixedLibrary
from tests.fakes.engines.llm import ScriptedLlm


@pytest.fixture
def staffed(shop: Agent) -> Agent:
    file = msgspec.structs.replace(
        shop.file,
        targets={
            "desk": Target(name="the desk", extension="1001"),
            "sales": Target(name="sales", queue="sales", words=("sales",)),
        },
        languages={"de": Translation(greeting="Hallo und guten Tag.", voice="spare")},
        unknown="I do not know that. A person, perhaps?",
    )
    return msgspec.structs.replace(shop, file=file)


@pytest.mark.parametrize(
    ("said", "target"),
    [("I want to speak to a person.", ""), ("Connect me with sales, please.", "sales")],
)
async def test_who_asks_for_a_person_is_handed_over_without_a_word_of_the_models(
    staffed: Agent, pool: DeadlinePool, said: str, target: str
) -> None:
    bench = Bench(staffed, pool, ScriptedLlm("No."), library=FixedLibrary(person=Wanted(target)))
    end = await bench.reply(job(text=said))
    assert isinstance(end, ReplyEnd)
    assert (end.action, end.target) == ("transfer", target)
    assert bench.speech == []
    assert bench.llm.asked == []


async def test_without_people_the_model_answers(shop: Agent, pool: DeadlinePool) -> None:
    bench = Bench(shop, pool, ScriptedLlm("There is nobody."))
    end = await bench.reply(job(text="I want to speak to a person."))
    assert isinstance(end, ReplyEnd)
    assert end.action == "none"
    assert bench.text == "There is nobody. "


@pytest.mark.parametrize(
    ("before", "action"),
    [("I do not know that. A person, perhaps?", "transfer"), ("We open at ten. Is that fine?", "none")],
)
async def test_a_yes_accepts_a_person_only_where_one_was_offered(
    staffed: Agent, pool: DeadlinePool, before: str, action: str
) -> None:
    bench = Bench(staffed, pool, ScriptedLlm("Good."))
    bench.history = [{"role": "user", "text": "x"}, {"role": "assistant", "text": before}]
    end = await bench.reply(job(text="Yes, please."))
    assert isinstance(end, ReplyEnd)
    assert end.action == action


OFFER = "Shall I connect you with the desk?"


async def test_who_may_be_asking_for_a_person_is_asked(staffed: Agent, pool: DeadlinePool) -> None:
    bench = Bench(staffed, pool, ScriptedLlm("No."), library=FixedLibrary(person=Wanted(sure=False)))
    end = await bench.reply(job(text="Somebody ought to look at this."))
    assert isinstance(end, ReplyEnd)
    assert (end.action, bench.text, bench.llm.asked) == ("none", f"{OFFER} ", [])


async def test_who_may_be_asking_and_asks_for_a_known_fact_is_told_it(
    staffed: Agent, pool: DeadlinePool
) -> None:
    known = Found(line="The manager is Ms. Miller.", register="say")
    library = FixedLibrary(known, Wanted("sales", sure=False))
    bench = Bench(staffed, pool, ScriptedLlm("No."), library=library)
    await bench.reply(job(text="Who is the manager of sales?"))
    assert bench.text == "The manager is Ms. Miller. "


@pytest.mark.parametrize(
    ("before", "said", "person", "action", "target"),
    [
        (OFFER, "Yes, please.", None, "transfer", "desk"),
        ("Shall I connect you with sales?", "Yes.", None, "transfer", "sales"),
        (OFFER, "Somebody who knows.", Wanted(sure=False), "transfer", "desk"),
        (OFFER, "Yes, with sales.", Wanted("sales", sure=False), "transfer", "sales"),
        (OFFER, "No.", None, "none", ""),
        ("We open at ten.", "Somebody who knows.", Wanted(sure=False), "none", ""),
    ],
)
async def test_who_was_asked_gets_the_one_they_were_asked_about(
    staffed: Agent,
    pool: DeadlinePool,
    before: str,
    said: str,
    person: Wanted | None,
    action: str,
    target: str,
) -> None:
    bench = Bench(staffed, pool, ScriptedLlm("Good."), library=FixedLibrary(person=person))
    bench.history = [{"role": "user", "text": "x"}, {"role": "assistant", "text": before}]
    end = await bench.reply(job(text=said))
    assert isinstance(end, ReplyEnd)
    assert (end.action, end.target) == (action, target)


async def test_a_line_is_spoken_as_it_is(staffed: Agent, pool: DeadlinePool) -> None:
    bench = Bench(staffed, pool, ScriptedLlm())
    end = await bench.reply(job(kind="line", text="I want to speak to a person."))
    assert bench.text == "I want to speak to a person. "
    assert isinstance(end, ReplyEnd)
    assert end.action == "none"


async def test_a_summary_is_told_with_what_is_to_be_pressed(staffed: Agent, pool: DeadlinePool) -> None:
    bench = Bench(staffed, pool, ScriptedLlm("The laptop is broken."))
    bench.history = [{"role": "user", "text": "My laptop is broken."}]
    await bench.reply(job(kind="summary", text="Press 1.", caller="12"))
    assert bench.text == "A call from 1 2. The laptop is broken. Press 1. "


async def test_a_person_is_told_who_the_company_knows_to_be_calling(
    staffed: Agent, pool: DeadlinePool
) -> None:
    lookup = Lookup(url="https://crm.example/", fields={"name": ""}, person="{name} is on the line.")
    known = msgspec.structs.replace(staffed, file=msgspec.structs.replace(staffed.file, lookup=lookup))
    bench = Bench(known, pool, ScriptedLlm("The laptop is broken."))
    bench.history = [
        {"role": "known", "text": '{"name":"Mrs. Doe"}'},
        {"role": "user", "text": "My laptop is broken."},
    ]
    await bench.reply(job(kind="summary", text="Press 1.", caller="12"))
    assert bench.text == "Mrs. Doe is on the line. A call from 1 2. The laptop is broken. Press 1. "
    assert "Doe" not in bench.llm.asked[0][1]["content"]


async def test_an_answer_names_what_the_company_knows(staffed: Agent, pool: DeadlinePool) -> None:
    lookup = Lookup(url="https://crm.example/", fields={"order": "your order"})
    known = msgspec.structs.replace(staffed, file=msgspec.structs.replace(staffed.file, lookup=lookup))
    library = FixedLibrary(Found(line="I see {order}.", register="say"))
    bench = Bench(known, pool, ScriptedLlm(), library=library)
    await bench.reply(job(text="Where is my order?"))
    bench.history = [{"role": "known", "text": '{"order":"number 4711"}'}]
    await bench.reply(job(text="Where is my order?"))
    assert bench.text == "I see your order. I see number 4711. "


async def test_another_language_has_its_own_words_and_voice(staffed: Agent, pool: DeadlinePool) -> None:
    bench = Bench(staffed, pool, ScriptedLlm("Ja."))
    await bench.reply(job(kind="greeting", language="de"))
    assert bench.text == "Hallo und guten Tag. "
    await bench.reply(job(text="Haben Sie offen?", language="de"))
    assert "plain spoken German" in bench.llm.asked[0][0]["content"]
