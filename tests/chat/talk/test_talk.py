from agent.knowledge.people import Wanted
from parley.agents.dialogue import Menu, Option, Sms
from parley.messages import ReplyEnd
from parley.privacy import masking
from records.record import assemble
from tests.chat.conftest import FILE, MENU, ORDER, Scene, asked, happened, lines, open_house, shop, until


async def test_an_answer_comes_sentence_by_sentence_and_no_speech_is_made(scene: Scene) -> None:
    talk = await scene.begin()
    assert lines(talk) == [("agent", "Hello, write to me.")]
    assert await asked(talk, "When are you open?") == "We open at nine. We close at five."
    assert lines(talk)[1] == ("visitor", "When are you open?")
    assert scene.voice.spoken == []
    await happened(scene, talk.id, "agent_said", text="We open at nine. We close at five.")
    assert [line["text"] for line in await scene.bus.history(talk.id)][1:] == [
        "When are you open?",
        "We open at nine. We close at five.",
    ]
    assert "You are writing in a chat" in scene.llm.asked[-1][0]["content"]


async def test_the_record_of_a_chat_tells_its_channel_and_all_its_lines(scene: Scene) -> None:
    talk = await scene.begin("sip", caller="1000", extension="100")
    await asked(talk, "When are you open?")
    talk.desk.take()
    talk.say("I am Ann.")
    talk.end("closed")
    await happened(scene, talk.id, "call_ended")
    record = assemble(talk.id, await scene.told(talk.id))
    assert (record.channel, record.caller, record.extension, record.outcome) == (
        "sip",
        "1000",
        "100",
        "closed",
    )
    assert [(line.who, line.text) for line in record.turns] == [
        ("caller", "When are you open?"),
        ("agent", "We open at nine. We close at five."),
        ("person", "I am Ann."),
    ]
    assert record.turns[1].latency_s.keys() == {"first_sentence", "answer"}


async def test_a_failed_answer_is_an_apology(scene: Scene) -> None:
    talk = await scene.begin()
    scene.agents.clear()  # the worker does not know the agent any more
    assert await asked(talk, "When are you open?") == FILE.apology


async def test_a_text_that_calls_are_sent_is_written_in_the_chat(redis_url: str) -> None:
    menu = Menu(say="More?", options={"1": Option(to="text:way", words=("way",))})
    texts = {"way": Sms(name="the way to us", text="https://shop.example/way")}
    async with open_house(redis_url, {"shop": shop(menu="main", menus={"main": menu}, texts=texts)}) as scene:
        assert await asked(await scene.begin(), "the way") == "https://shop.example/way"


async def test_menus_and_values_are_those_of_calls(redis_url: str) -> None:
    file = {"menu": "main", "menus": {"main": MENU}, "collect": {"order": ORDER}}
    async with open_house(redis_url, {"shop": shop(**file)}) as scene:
        talk = await scene.begin()
        assert lines(talk)[-1] == ("agent", "Orders or people?")
        assert talk.choices == [("1", "an order"), ("2", "a person")]
        assert await asked(talk, "1") == "Your order number, please."
        assert "4711" in (await asked(talk, "4711")).replace(" ", "").replace(",", "")
        assert await asked(talk, "yes") == talk.agent.line("go_on")
        collected = await happened(scene, talk.id, "collected")
        assert collected.data["digits"] == "•••"
        # What is sensitive is nowhere but in the read-back.
        assert [text for who, text in lines(talk) if who == "visitor"] == ["1", "•••", "•••"]
        assert scene.llm.asked == []


async def test_a_person_is_asked_for_comes_and_gives_the_chat_back(scene: Scene) -> None:
    talk = await scene.begin()
    scene.library.person = Wanted("")
    assert await asked(talk, "I want a person") == talk.agent.line("connecting", target="our sales team")
    assert talk.phase == "waiting"
    await talk.take("hello?")  # nobody answers it but a person
    talk.desk.take()
    talk.say("I am Ann. What is it?")
    await talk.take("My order")
    await until(talk, lambda: not talk.kept.unanswered)
    assert lines(talk)[-1] == ("visitor", "My order")
    talk.desk.give_back()
    scene.library.person = None
    assert lines(talk)[-1] == ("agent", talk.agent.line("back_to_agent"))
    assert (await asked(talk, "When are you open?")).startswith("We open")
    kinds = [event.kind for event in await scene.told(talk.id)]
    assert [kind for kind in kinds if kind.startswith("transfer")] == [
        "transfer_started", "transfer_connected", "transfer_ended",
    ]  # fmt: skip


async def test_who_waits_in_vain_leaves_a_message(redis_url: str) -> None:
    async with open_house(redis_url, {"shop": shop()}, patience_s=0) as scene:
        talk = await scene.begin()
        talk.guide.transfer("sales")
        talk.desk.look()
        assert [label for _, label in talk.choices] == ["wait", "voicemail", "agent"]
        assert await asked(talk, "message") == talk.agent.line("write_message")
        assert (await asked(talk, "Call me at five")).startswith(talk.agent.line("voicemail_thanks"))
        message = await happened(scene, talk.id, "message")
        assert message.data["message"] == "Call me at five"


async def test_a_chat_begins_and_goes_on_in_the_visitors_language(scene: Scene) -> None:
    talk = await scene.begin(language="de")
    assert lines(talk) == [("agent", "Guten Tag, hier ist Shop.")]
    await asked(talk, "Wann haben Sie auf?")
    assert "plain German" in scene.llm.asked[-1][0]["content"]


async def test_a_goodbye_ends_it(scene: Scene) -> None:
    talk = await scene.begin()
    await talk.take("Goodbye!")
    await until(talk, lambda: talk.phase == "ended")
    assert lines(talk)[-1] == ("agent", "Goodbye!")
    assert (await happened(scene, talk.id, "call_ended")).data["outcome"] == "completed"
    assert talk.id not in await scene.bus.chats()


async def test_what_is_masked_in_calls_is_masked_in_chats(scene: Scene) -> None:
    masking.configure(masking.kinds_of("telephone"))
    try:
        talk = await scene.begin()
        await asked(talk, "My number is +49 30 123456789")
        said = await happened(scene, talk.id, "caller_said")
    finally:
        masking.configure(())
    assert said.data["text"] == "My number is [telephone]"


async def test_an_answer_that_comes_after_a_person_is_there_is_not_shown(scene: Scene) -> None:
    talk = await scene.begin()
    await talk.take("When are you open?")
    talk.desk.take()
    await until(talk, lambda: not talk.kept.unanswered)
    talk.say("At nine.")
    assert [who for who, _ in lines(talk)] == ["agent", "visitor", "person"]


async def test_parts_of_another_answer_and_of_a_second_worker_are_passed_over(scene: Scene) -> None:
    talk = await scene.begin()
    scene.setting.answers.on_message(ReplyEnd(call=talk.id, turn=1, revision=1))  # nobody waits for it
    assert (await asked(talk, "When are you open?")).startswith("We open")
