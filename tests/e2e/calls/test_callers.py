"""What callers and their telephones do in the field: early answers, hold, keys sent twice, time."""

import asyncio
import datetime
import os
import time
from pathlib import Path

import numpy as np
import pytest

from caller.sound.clip import Clip, from_wav, joined, silence
from caller.sound.voice import Voice
from gateway.conversation.secrets import MASK
from tests.e2e.conftest import PhoneFactory
from tests.e2e.keypad import Keypad
from tests.e2e.people import greeted, said, say
from tests.e2e.stack import Witness

pytestmark = pytest.mark.stack

WEDNESDAY = 2
SPEECH = Path(__file__).parents[2] / "data" / "speech"

LONGER_THAN_A_SILENT_CALLER_IS_KEPT_S = 32
"""Twice CALLER_SILENCE_S, and the lines between."""


async def test_hold_is_silence_and_the_call_goes_on_after_it(
    phone: PhoneFactory, voice: Voice, witness: Witness
):
    call = await (await phone()).dial("100")
    await greeted(call)
    await call.hold()
    await witness.wait_for("hold", held=True, within=10)
    held = time.monotonic()
    assert not await call.ended(LONGER_THAN_A_SILENT_CALLER_IS_KEPT_S)
    assert [e for e in await witness.all("agent_speaks") if e.data["revision"] > 0] == []
    await call.resume()
    await witness.wait_for("hold", held=False, within=10)
    assert time.monotonic() - held > LONGER_THAN_A_SILENT_CALLER_IS_KEPT_S
    await call.say(voice.speak("What are your opening hours on Saturday?"))
    heard = await witness.wait_for("caller_said", turn=1)
    await witness.wait_for("turn", turn=1)
    await call.hangup()
    assert "saturday" in heard.data["text"].lower()
    assert not await witness.all("barge_in")


async def test_a_held_answer_is_heard_to_its_end_afterwards(
    phone: PhoneFactory, voice: Voice, witness: Witness
):
    call = await (await phone()).dial("100")
    await greeted(call)
    await call.say(voice.speak("What are your opening hours on Saturday?"))
    speaks = await witness.wait_for("agent_speaks", revision=1)
    await call.hold()
    await witness.wait_for("hold", held=True, within=10)
    await asyncio.sleep(8)
    assert await witness.all("agent_said", speaks.call) == [await witness.wait_for("agent_said", revision=0)]
    await call.resume()
    said = await witness.wait_for("agent_said", revision=1)
    await call.hangup()
    assert said.data["whole"]


@pytest.mark.parametrize("before_end", [0.8, 0.3])
async def test_an_early_yes_to_an_offer_is_taken_at_its_word(
    phone: PhoneFactory, voice: Voice, witness: Witness, before_end: float
):
    yes, question = voice.speak("Yes."), voice.speak("Who is the president of France?")
    await phone("1001")  # somebody who could take the call
    call = await (await phone()).dial("100")
    await greeted(call)
    # The first offer is heard to its end, and tells how long the second will take.
    await call.say(question)
    offer = await witness.wait_for("agent_said", revision=1)
    assert offer.data["text"].endswith("Would you like to speak to a colleague?")
    await call.say(question)
    deadline = time.monotonic() + 30
    while not (
        spoken := [e for e in await witness.all("agent_speaks", offer.call) if e.data["revision"] > 1]
    ):
        assert time.monotonic() < deadline, "no second offer"
    await asyncio.sleep(max(0.0, spoken[-1].at + offer.data["seconds"] - before_end - time.time()))
    await call.say(yes)
    await witness.wait_for("transfer_started", call=offer.call, within=15)
    cut = [e for e in await witness.all("agent_said", offer.call) if e.data["text"].startswith("I am sorry")]
    await call.hangup()
    assert [e.data["whole"] for e in cut] == [True, False]


async def test_who_asks_for_time_is_waited_for(phone: PhoneFactory, voice: Voice, witness: Witness):
    call = await (await phone()).dial("100")
    await greeted(call)
    await call.say(voice.speak("Hold on, I have to look for the receipt."))
    told = await witness.wait_for("agent_said", text="Take your time. I will wait.")
    assert not await call.ended(LONGER_THAN_A_SILENT_CALLER_IS_KEPT_S)
    assert len(await witness.all("agent_said", told.call)) == 2  # it and the greeting
    await call.say(voice.speak("I found it. What are your opening hours on Saturday?"))
    await witness.wait_for("turn", turn=2)
    await call.hangup()


async def test_a_key_that_is_sent_both_ways_is_pressed_once(witness: Witness):
    server, port = os.environ.get("SIP_SERVER", "asterisk"), int(os.environ.get("SIP_PORT") or 5060)
    keypad = Keypad("301", server, port, os.environ["SIP_PASSWORD_1002"])
    await asyncio.to_thread(keypad.__enter__)
    try:
        await witness.wait_for("agent_said", revision=0)
        await asyncio.to_thread(keypad.press, "1")
        await asyncio.sleep(1)
        await asyncio.to_thread(keypad.press, "4711#")
        await asyncio.sleep(1)
        await asyncio.to_thread(keypad.press, "1")
        collected = await witness.wait_for("collected", name="order", within=10)
    finally:
        await asyncio.to_thread(keypad.__exit__, None, None, None)
    assert collected.data["digits"] == "4711"
    assert "".join(e.data["digit"] for e in await witness.all("key", collected.call)) == "14711#1"


async def test_a_number_is_said_instead_of_typed_and_its_read_back_corrected(
    phone: PhoneFactory, voice: Voice, witness: Witness
):
    call = await (await phone()).dial("100")
    await greeted(call)
    await call.press("1")
    await said(witness, call, "Please type your order number")
    await say(call, voice.speak("My number is four seven eight one."))
    await said(witness, call, "Press 1 if that is right")
    await say(call, voice.speak("No, it is four seven nine two."))
    await said(witness, call, "4 7 9, 2")
    await say(call, voice.speak("Yes, that's right."))
    event = await witness.wait_for("collected", name="order")
    await call.hangup()
    assert event.data["digits"] == "4792"


async def test_a_day_is_said_and_corrected_and_an_address_said_that_is_masked(
    phone: PhoneFactory, voice: Voice, witness: Witness
):
    call = await (await phone()).dial("301")
    await greeted(call)
    await call.press("6")
    await said(witness, call, "For which day?")
    await say(call, voice.speak("Next Tuesday, please."))
    await said(witness, call, "I have Tuesday,")
    await say(call, voice.speak("No, on Wednesday."))
    await said(witness, call, "I have Wednesday,")
    await say(call, voice.speak("Yes, that's right."))
    day = await witness.wait_for("collected", name="visit")
    await said(witness, call, "And your e-mail address?")
    await say(call, voice.speak("john dot smith at gmail dot com"))
    await said(witness, call, f"I have {MASK}")
    await call.press("1")
    mail = await witness.wait_for("collected", name="mail")
    await call.hangup()
    assert datetime.date.fromisoformat(day.data["value"]).weekday() == WEDNESDAY
    assert mail.data["value"] == MASK


async def test_a_goodbye_that_is_unsure_is_asked_about(phone: PhoneFactory, voice: Voice, witness: Witness):
    call = await (await phone()).dial("100")
    await greeted(call)
    await say(call, voice.speak("What are your opening hours on Saturday?"))
    await said(witness, call, "Saturday")
    await say(call, voice.speak("That's all."))
    await said(witness, call, "anything else")
    await say(call, voice.speak("No."))
    assert await call.ended(20)


async def test_a_person_is_asked_for_by_meaning(phone: PhoneFactory, voice: Voice, witness: Witness):
    await phone("1001")
    call = await (await phone()).dial("100")
    await greeted(call)
    await say(call, voice.speak("This is not helping, let me speak to a person."))
    await witness.wait_for("transfer_started", within=20)
    await call.hangup()


async def test_who_may_be_asking_for_a_person_is_asked(phone: PhoneFactory, voice: Voice, witness: Witness):
    await phone("1001")
    call = await (await phone()).dial("100")
    await greeted(call)
    await say(call, voice.speak("I think I need help from someone."))
    await said(witness, call, "Shall I connect you")
    await say(call, voice.speak("Yes, please."))
    await witness.wait_for("transfer_started", within=20)
    await call.hangup()


def beside(clip: Clip, db: float) -> Clip:
    """The sound with people who talk on and on beside it, by so much fainter."""
    names = ("agent-incorrect", "vm-rec-name", "demo-nomatch", "conf-onlyperson")
    talk = (
        joined([from_wav(SPEECH / f"{name}.wav") for name in names]).at(clip.rate).samples.astype(np.float64)
    )
    voice = clip.samples.astype(np.float64)
    talk = np.resize(talk, len(voice)) * loudness(voice) / loudness(talk) * 10 ** (-db / 20)
    return Clip(np.clip(np.rint(voice + talk), -32768, 32767).astype(np.int16), clip.rate)


def loudness(samples: np.ndarray) -> float:
    """RMS of what is not silence."""
    loud = samples[np.abs(samples) > 0.05 * np.abs(samples).max()]
    return float(np.sqrt(np.mean(np.square(loud))))


async def test_a_television_beside_the_caller_neither_interrupts_nor_is_answered(
    phone: PhoneFactory, voice: Voice, witness: Witness
):
    call = await (await phone()).dial("100")
    await greeted(call)
    await say(call, voice.speak("What are your opening hours on Saturday, please?"))
    await said(witness, call, "Saturday")
    asked = voice.speak("How long do I have to bring back a laptop?")
    switched_on = joined([silence(1, asked.rate), asked, silence(9, asked.rate)])
    await say(call, beside(switched_on, 20))
    turn = await witness.wait_for("turn", turn=2)
    answered = await witness.wait_for("agent_said", revision=turn.data["revision"])
    heard = await witness.all("caller_said")
    await call.hangup()
    assert answered.data["whole"]
    assert len(heard) == 2
    assert not await witness.all("barge_in")
