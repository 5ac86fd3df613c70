"""Whole calls: a softphone, Asterisk, the gateway, Whisper, the language model, the voice."""

import asyncio
import os
from pathlib import Path

import pytest

from caller.conversation import Conversation, clips_of
from caller.errors import CallFailed
from caller.phone.call import PhoneCall
from caller.phone.rtp import Codec
from caller.script import load_script
from caller.sound.clip import joined, silence
from caller.sound.ears import Ears
from caller.sound.voice import Voice
from parley.bus import PARTIAL_JOBS, BusError
from tests.e2e.calls.test_script import Nobody
from tests.e2e.conftest import PhoneFactory
from tests.e2e.stack import Witness, addresses, gateways

pytestmark = pytest.mark.stack

SCRIPTS = Path(__file__).parents[3] / "services" / "caller" / "scripts"
GREETING = "Hello, this is TechStore. How can I help you?"


async def greeted(call: PhoneCall) -> None:
    assert await call.listen(since=call.answered_at, silence=1.0) is not None, "no greeting"


async def words_asked_for(witness: Witness) -> int:
    """How often any caller's words so far have been asked for."""
    try:
        return int((await witness.bus._redis.xinfo_stream(PARTIAL_JOBS))["entries-added"])
    except BusError:
        return 0


@pytest.mark.parametrize("codec", ["ulaw", "g722"])
async def test_the_agent_knows_remembers_and_says_goodbye(
    phone: PhoneFactory, voice: Voice, ears: Ears, codec: Codec
):
    path = SCRIPTS / "techstore.yaml"
    script = load_script(path)
    clips = clips_of(script, path, voice)
    call = await (await phone(codec=codec)).dial("100")
    conversation = Conversation(call, script, clips, ears, Nobody())
    await conversation.run()
    report = await conversation.report("100")
    assert report.ok, (report.failures, [turn.heard for turn in report.turns])
    assert report.greeting is not None
    assert "help you" in report.greeting.heard.lower()
    assert report.hung_up_by == "agent"
    assert report.codec == codec


async def test_an_interruption_stops_the_agent_in_mid_sentence(
    phone: PhoneFactory, voice: Voice, witness: Witness
):
    words = voice.speak("Wait, do you repair phones?")
    call = await (await phone()).dial("100")
    assert await call.listen(since=call.answered_at, at_most=1.0) is not None
    await call.say(words)
    stopped = await witness.wait_for("barge_in", outcome="interrupted")
    said = await witness.wait_for("agent_said", revision=0)
    # The caller's audio was heard while the agent spoke: full duplex.
    assert said.call == stopped.call
    assert not said.data["whole"]
    assert GREETING.startswith(said.data["text"].rstrip("."))
    assert len(said.data["text"]) < len(GREETING) - 5
    heard = await witness.wait_for("caller_said", turn=1)
    assert "repair" in heard.data["text"].lower()
    await witness.wait_for("turn", turn=1)
    await call.hangup()
    history = await witness.history(said.call)
    assert history[0] == {"role": "assistant", "text": said.data["text"]}
    assert history[1]["role"] == "user"


async def test_who_goes_on_as_the_agent_begins_is_remembered_once(
    phone: PhoneFactory, voice: Voice, witness: Witness
):
    first, more = voice.speak("I would like to know your email address."), voice.speak("And where you are.")
    call = await (await phone()).dial("100")
    await greeted(call)
    await call.say(first)
    await witness.wait_for("turn", turn=1)
    await call.say(more)
    whole = await witness.wait_for("caller_said", again=True)
    await call.hangup()
    assert {"email", "where"} <= set(whole.data["text"].lower().replace(",", " ").replace(".", " ").split())
    said = [line["text"] for line in await witness.history(whole.call) if line["role"] == "user"]
    assert said == [whole.data["text"]]


async def test_an_acknowledgement_does_not_stop_the_agent(
    phone: PhoneFactory, voice: Voice, witness: Witness
):
    call = await (await phone()).dial("100")
    assert await call.listen(since=call.answered_at, at_most=1.0) is not None
    asked = await words_asked_for(witness)
    await call.say(voice.speak("Okay."))
    await witness.wait_for("barge_in", outcome="resumed")
    assert await words_asked_for(witness) > asked, "its words were asked for while they were spoken"
    said = await witness.wait_for("agent_said", revision=0)
    await call.hangup()
    assert said.data["text"] == GREETING
    assert said.data["whole"]
    assert not await witness.all("caller_said")


async def test_an_inner_pause_does_not_cut_the_caller_off(
    phone: PhoneFactory, voice: Voice, witness: Witness
):
    first, second = voice.speak("I would like to know,"), voice.speak("if you are open on Saturday.")
    call = await (await phone()).dial("100")
    await greeted(call)
    await call.say(joined([first, silence(0.9, 16_000), second]))
    said = await witness.wait_for("caller_said", turn=1)
    await call.listen(silence=1.0)
    await call.hangup()
    words = said.data["text"].lower()
    assert "like to know" in words
    assert "saturday" in words
    assert len(await witness.all("caller_said")) == 1


async def test_unknown_extension_is_not_found(phone: PhoneFactory):
    with pytest.raises(CallFailed) as failure:
        await (await phone()).dial("999")
    assert failure.value.status == 404


async def test_keys_are_noticed(phone: PhoneFactory, witness: Witness):
    call = await (await phone()).dial("100")
    await greeted(call)
    await call.press("5")
    event = await witness.wait_for("key", within=5)
    await call.hangup()
    assert event.data["digit"] == "5"


async def test_garbage_on_the_media_port_does_not_disturb_a_call(
    phone: PhoneFactory, voice: Voice, witness: Witness
):
    class Quiet(asyncio.DatagramProtocol):
        pass

    loop = asyncio.get_running_loop()
    port = int(os.environ.get("MEDIA_PORT") or 40_000)
    media = [(address, port) for gateway in gateways() for address in addresses(gateway)]
    transport, _ = await loop.create_datagram_endpoint(Quiet, local_addr=("0.0.0.0", 0))
    call = await (await phone()).dial("100")
    await greeted(call)
    speaking = call.speak(voice.speak("Where is your shop?"))
    while not speaking.finished.done():
        for junk in (
            b"",
            b"\x80",
            os.urandom(12),
            os.urandom(652),
            b"\x80\x76" + os.urandom(650),
            os.urandom(1400),
        ):
            for where in media:
                transport.sendto(junk, where)
        await asyncio.sleep(0.01)
    await witness.wait_for("turn", turn=1)
    said = await witness.wait_for("caller_said", turn=1)
    await call.hangup()
    transport.close()
    assert "shop" in said.data["text"].lower()
