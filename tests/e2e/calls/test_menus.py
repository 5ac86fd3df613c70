"""Keys and menus on real calls: choosing by key and by voice, languages, numbers, skipping, opening hours."""

import time
from pathlib import Path

import pytest

from caller.conversation import Conversation, clips_of
from caller.script import load_script
from caller.sound.ears import Ears
from caller.sound.voice import EspeakVoice, Voice
from tests.e2e.calls.test_script import Nobody
from tests.e2e.conftest import PhoneFactory
from tests.e2e.people import greeted, hear, said, say
from tests.e2e.stack import Witness

pytestmark = pytest.mark.stack

RECEPTION, SHOP, NIGHTSHIFT, DAYSHIFT = "200", "100", "300", "301"
SCRIPTS = Path(__file__).parents[1] / "scripts"


async def test_hash_skips_what_the_agent_says(phone: PhoneFactory, witness: Witness):
    call = await (await phone()).dial(SHOP)
    assert await call.listen(since=call.answered_at, at_most=0.5) is not None
    await call.press("#")
    heard = await witness.wait_for("agent_said", revision=0, within=5)
    await call.hangup()
    assert not heard.data["whole"]
    assert not await witness.all("barge_in")


async def test_keys_as_sip_info_do_the_same(phone: PhoneFactory, witness: Witness):
    call = await (await phone(keys="info")).dial(SHOP)
    assert await call.listen(since=call.answered_at, at_most=0.5) is not None
    await call.press("#")
    assert not (await witness.wait_for("agent_said", revision=0, within=5)).data["whole"]
    await call.hangup()


async def test_a_number_is_typed_read_back_and_confirmed(phone: PhoneFactory, ears: Ears, witness: Witness):
    call = await (await phone()).dial(DAYSHIFT)
    await greeted(call)
    await call.press("1")
    await said(witness, call, "Please type your order number")
    pressed = time.monotonic()
    await call.press("4711#")
    told = await hear(call, ears, pressed + 0.3)
    await call.press("1")
    event = await witness.wait_for("collected", name="order")
    await call.hangup()
    assert event.data["digits"] == "4711"
    assert "4" in told or "four" in told


async def test_a_menu_by_key_leads_to_another_company(phone: PhoneFactory, witness: Witness):
    call = await (await phone()).dial(RECEPTION)
    await greeted(call)
    await call.press("1")
    await witness.wait_for("menu", menu="language", key="1")
    await call.press("1")  # while the next menu is being said
    await witness.wait_for("menu", menu="departments", label="shop")
    await said(witness, call, "TechStore")
    await call.hangup()


async def test_a_menu_by_voice(phone: PhoneFactory, voice: Voice, witness: Witness):
    call = await (await phone()).dial(RECEPTION)
    await greeted(call)
    await say(call, voice.speak("English, please."))
    await witness.wait_for("menu", menu="language", label="English")
    await said(witness, call, "press 9")
    await say(call, voice.speak("I want the dental clinic."))
    await witness.wait_for("menu", menu="departments", label="clinic")
    await said(witness, call, "Brightside")
    await call.hangup()


async def test_a_wrong_key_and_a_silence_have_the_menu_said_again(phone: PhoneFactory, witness: Witness):
    call = await (await phone()).dial(RECEPTION)
    await greeted(call)
    await call.press("8")
    await said(witness, call, "not one of the choices")
    before = len(await witness.all("agent_said"))
    await call.listen(silence=7.5, within=20)
    assert len(await witness.all("agent_said")) > before
    await call.hangup()


async def test_german_is_chosen_and_a_question_is_answered_in_it(phone: PhoneFactory, witness: Witness):
    call = await (await phone()).dial(RECEPTION)
    await greeted(call)
    await call.press("2")
    await witness.wait_for("language", language="de")
    await said(witness, call, "Hausverwaltung")
    await call.press("4")
    await said(witness, call, "Was kann ich für Sie tun?")
    german = EspeakVoice("de")
    await say(call, german.speak("Wo ist die Tiefgarage?"))
    # A synthetic voice is hard to understand: what matters is that the answer is in the language of the call.
    await witness.wait_for("caller_said", turn=1, within=20)
    turn = await witness.wait_for("turn", turn=1, within=30)
    await call.listen(silence=1.0)
    history = await witness.history(turn.call)
    await call.hangup()
    answer = history[-1]["text"].lower()
    german_words = ("die", "der", "das", "ist", "im", "sie", "ich", "und", "kostet", "euro", "pro", "nicht")
    assert any(word in answer.replace(".", " ").split() for word in german_words), answer


async def test_outside_the_hours_the_caller_hears_so_and_leaves_a_message(
    phone: PhoneFactory, voice: Voice, witness: Witness
):
    call = await (await phone()).dial(NIGHTSHIFT)
    await said(witness, call, "We are closed tonight.")
    await said(witness, call, "after the tone")
    await call.say(voice.speak("Please call me back tomorrow."))
    await call.hangup()
    await witness.wait_for("voicemail", within=10)
    assert (await witness.wait_for("call_ended")).data["outcome"] == "caller_hung_up"


@pytest.mark.parametrize("name", sorted(path.stem for path in SCRIPTS.glob("*.yaml")))
async def test_a_script_of_the_docs(phone: PhoneFactory, voice: Voice, ears: Ears, name: str):
    path = SCRIPTS / f"{name}.yaml"
    script = load_script(path)
    clips = clips_of(script, path, voice)
    assert script.extension is not None
    conversation = Conversation(
        await (await phone(codec=script.codec)).dial(script.extension), script, clips, ears, Nobody()
    )
    await conversation.run()
    report = await conversation.report(script.extension)
    assert report.ok, (report.failures, [turn.heard for turn in report.turns])
