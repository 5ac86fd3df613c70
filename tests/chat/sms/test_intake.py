"""Texts over a real Redis, answered by a real agent worker."""

import asyncio
import time

import msgspec
import pytest

from chat.sms.intake import NoAgent, TooMany
from parley.agents.schema import Chat
from parley.outside.texts import whom
from tests.chat.conftest import happened, lines, open_house, shop, until
from tests.chat.sms.conftest import AGENTS, ANSWER, OURS, THEIRS, Mobile, mobile_in

STOPPED = "Shop: you will get no more texts from us. Write START to get them again."


async def test_a_text_is_answered_from_the_number_that_it_was_written_to(mobile: Mobile) -> None:
    await mobile.write(" When are\nyou open? ")
    text = await mobile.sent()
    assert (text.body, text.sender, text.to, text.agent) == (ANSWER, OURS, THEIRS, "shop")
    (talk,) = mobile.scene.house.threads("sms")
    assert text.call == talk.id
    assert lines(talk)[0] == ("visitor", "When are you open?")
    started = await happened(mobile.scene, talk.id, "call_started")
    told = {"caller": THEIRS, "extension": OURS, "channel": "sms"}
    assert told.items() <= started.data.items()


async def test_each_pair_of_numbers_has_a_thread(mobile: Mobile) -> None:
    await mobile.write("When are you open?")
    await mobile.write("And on Sunday?")
    await mobile.write("When are you open?", number="+4930999")
    await mobile.write("When are you open?", sender="+4915100000")
    threads = {(t.kept.caller, t.kept.extension): t for t in mobile.scene.house.threads("sms")}
    assert threads.keys() == {(THEIRS, OURS), (THEIRS, "+4930999"), ("+4915100000", OURS)}
    talk = threads[THEIRS, OURS]
    await until(talk, lambda: talk.kept.turn == 2)


async def test_two_texts_at_once_begin_one_thread(mobile: Mobile) -> None:
    await asyncio.gather(*(mobile.write(f"Number {n}?") for n in range(3)))
    assert len(mobile.scene.house.threads("sms")) == 1


async def test_a_text_that_is_brought_again_is_answered_once(mobile: Mobile) -> None:
    for _ in range(3):
        await mobile.write("When are you open?", id="SM7")
    await mobile.sent()
    (talk,) = mobile.scene.house.threads("sms")
    assert [who for who, _ in lines(talk)].count("visitor") == 1


async def test_a_text_that_was_not_kept_may_be_brought_again(mobile: Mobile) -> None:
    for _ in range(10):
        await mobile.scene.begin()
    with pytest.raises(TooMany):
        await mobile.write("When are you open?", id="SM7")
    next(iter(mobile.scene.house.threads("web"))).end("visitor_left")
    await mobile.write("When are you open?", id="SM7")
    assert (await mobile.sent()).body == ANSWER


async def test_who_writes_stop_gets_that_confirmed_and_nothing_more(mobile: Mobile) -> None:
    await mobile.write("When are you open?")
    await mobile.sent()
    (talk,) = mobile.scene.house.threads("sms")
    await mobile.write("Stop.")
    confirmed = await mobile.sent()
    assert (confirmed.body, confirmed.always) == (STOPPED, True)
    assert (await happened(mobile.scene, talk.id, "call_ended")).data["outcome"] == "stopped"
    assert mobile.scene.house.threads("sms") == []
    for text in ("Stop", "Are you there?", "HELP"):
        await mobile.write(text)
    assert mobile.scene.house.threads("sms") == []
    assert await mobile.gets_nothing()


async def test_who_wants_nothing_is_remembered_over_a_restart_until_they_write_start(redis_url: str) -> None:
    async with open_house(redis_url, AGENTS) as scene:
        await mobile_in(scene).write("STOP")
    async with open_house(redis_url, AGENTS) as scene:
        mobile = mobile_in(scene)
        mobile.written = 1
        await mobile.write("When are you open?")
        assert scene.house.threads("sms") == []
        assert (await mobile.sent()).body == STOPPED
        await mobile.write("yes")
        assert (await mobile.sent()).body == "Shop: you get our texts again. Write STOP to end them."
        await mobile.write("When are you open?")
        assert (await mobile.sent()).body == ANSWER


async def test_help_says_who_writes_and_how_to_end_it(mobile: Mobile) -> None:
    await mobile.write("INFO")
    assert "Write STOP" in (await mobile.sent()).body
    assert mobile.scene.house.threads("sms") == []


async def test_a_word_that_the_provider_has_answered_is_obeyed_and_not_answered(mobile: Mobile) -> None:
    await mobile.write("Basta", word="stop")
    assert await mobile.texts.is_stopped(whom("shop", THEIRS))
    assert await mobile.gets_nothing()
    await mobile.write("Anfang", word="start")
    assert not await mobile.texts.is_stopped(whom("shop", THEIRS))
    assert await mobile.gets_nothing()


async def test_parts_are_joined_whatever_their_order(mobile: Mobile) -> None:
    await mobile.write("open?", reference="7", part=2, parts=2)
    assert mobile.scene.house.threads("sms") == []
    await mobile.write("When are you ", reference="7", part=1, parts=2)
    (talk,) = mobile.scene.house.threads("sms")
    assert lines(talk)[0] == ("visitor", "When are you open?")
    assert await mobile.inbox.older(time.time() + 9) == []


async def test_a_text_whose_parts_do_not_come_is_taken_without_them(mobile: Mobile) -> None:
    await mobile.write("When are you open?", reference="7", part=1, parts=2)
    await mobile.intake.take_old(time.time() - 60)
    assert mobile.scene.house.threads("sms") == []
    await mobile.intake.take_old(time.time() + 9)
    (talk,) = mobile.scene.house.threads("sms")
    assert lines(talk)[0] == ("visitor", "When are you open?")
    await mobile.intake.take_old(time.time() + 9)
    assert len(lines(talk)) <= 2


async def test_who_writes_too_often_is_refused_but_may_say_stop(redis_url: str) -> None:
    async with open_house(redis_url, AGENTS) as scene:
        mobile = mobile_in(scene, per_minute=1)
        await mobile.write("When are you open?")
        with pytest.raises(TooMany):
            await mobile.write("And on Sunday?")
        await mobile.write("STOP")
        assert await mobile.texts.is_stopped(whom("shop", THEIRS))


async def test_what_is_for_no_agent_is_refused(redis_url: str) -> None:
    mute = shop(extensions=("+4930777",), chat=Chat(sms=False))
    async with open_house(redis_url, {**AGENTS, "mute": mute}) as scene:
        for number in ("+4930777", "+4930778"):
            with pytest.raises(NoAgent):
                await mobile_in(scene).write("Hello?", number=number)


async def test_what_was_not_sent_before_a_restart_is_sent_after_it_once(redis_url: str) -> None:
    async with open_house(redis_url, AGENTS) as before:
        talk = await before.begin("sms", caller=THEIRS, extension=OURS)
        await talk.take("When are you open?")
        await happened(before, talk.id, "agent_said")
    async with open_house(redis_url, AGENTS) as after:
        mobile = mobile_in(after)
        running = asyncio.create_task(mobile.intake.run())
        sent = await mobile.sent()
        assert sent.body == ANSWER
        await mobile.texts.put(msgspec.structs.replace(sent, id=sent.id.rpartition(".")[0]))
        assert await mobile.gets_nothing()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_person_writes_to_a_telephone_too(mobile: Mobile) -> None:
    await mobile.write("When are you open?")
    await mobile.sent()
    (talk,) = mobile.scene.house.threads("sms")
    talk.desk.take()
    talk.say("This is Ann.")
    assert (await mobile.sent()).body == "This is Ann."
