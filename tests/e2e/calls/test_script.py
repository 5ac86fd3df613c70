"""Scripts acted against a phone of ours in the place of an agent: what it does is known, so reports can be checked."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from caller.conversation import Conversation
from caller.errors import CallEnded
from caller.phone.phone import Softphone
from caller.report import CallReport
from caller.script import Script, Step
from caller.sound.clip import Clip
from caller.sound.voice import Voice
from tests.e2e.conftest import PhoneFactory

pytestmark = pytest.mark.stack


class Nobody:
    """An audience that takes no notice."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_: None


async def agent(
    phone: Softphone, greeting: Clip, reply: Clip, turns: int, stops_after: float | None = None
) -> None:
    """Greets, answers `turns` turns 0.6 s after each, stops `stops_after` seconds into an interruption, hangs up."""
    call = await asyncio.wait_for(phone.incoming.get(), 20)
    await call.answer()
    try:
        since = (await call.say(greeting)).end
        for _ in range(turns):
            if await call.listen(since=since, silence=0.6, within=20) is None:
                return
            speaking = call.speak(reply)
            if stops_after is not None:
                heard = await call.listen(silence=5, within=20, at_most=stops_after)
                assert heard is not None
                call.hush()
                stops_after, since = None, heard.start
                continue
            await speaking.finished
            since = speaking.end
        await call.ended(30 if turns == 0 else 0.3)
    except CallEnded:
        return
    await call.hangup()


async def acted(
    phone: PhoneFactory, voice: Voice, script: Script, turns: int, stops_after: float | None = None
) -> CallReport:
    here, there = await phone("1000", codec="ulaw"), await phone("1001", codec="ulaw")
    greeting, reply = (
        voice.speak("Hello, how can I help you?"),
        voice.speak("We are open from ten to five, all week."),
    )
    answering = asyncio.create_task(agent(there, greeting, reply, turns, stops_after))
    clips = {i: voice.speak(step.say) for i, step in enumerate(script.steps) if step.say}
    conversation = Conversation(await here.dial("1001"), script, clips, None, Nobody())
    await conversation.run()
    await answering
    return await conversation.report("1001")


async def test_turns_are_answered_and_timed(phone: PhoneFactory, voice: Voice):
    steps = (
        Step(say="When do you open?"),
        Step(say="And on [0.4] Sunday?"),
        Step(say="Bye.", expect_hangup=True),
    )
    report = await acted(phone, voice, Script(extension="1001", codec="ulaw", steps=steps), turns=3)
    assert report.ok, report.failures
    assert report.clock == "wire", report.clock_remark
    assert report.hung_up_by == "agent"
    assert report.greeting_s is not None
    assert 0 < report.greeting_s < 1
    for turn in report.turns:
        assert turn.voice_to_voice_s is not None
        assert 0.5 < turn.voice_to_voice_s < 1.2
        assert turn.level_dbfs == pytest.approx(-20, abs=6)
    assert report.turns[1].said_s is not None
    assert report.turns[1].said_s > 0.9


async def test_an_interruption_is_timed(phone: PhoneFactory, voice: Voice):
    steps = (
        Step(say="When do you open?"),
        Step(say="Wait, one other thing please.", interrupt_after=0.8),
        Step(say="Bye.", expect_hangup=True),
    )
    script = Script(extension="1001", codec="ulaw", steps=steps)
    report = await acted(phone, voice, script, turns=3, stops_after=0.3)
    assert report.ok, report.failures
    interruption = report.turns[1]
    assert interruption.stop_s is not None
    assert 0.2 < interruption.stop_s < 0.6
    assert interruption.voice_to_voice_s is not None
    assert 0.5 < interruption.voice_to_voice_s < 1.2


async def test_an_answer_that_does_not_come_is_a_failure(phone: PhoneFactory, voice: Voice):
    steps = (Step(say="Hello?"), Step(say="Are you there?"))
    report = await acted(
        phone, voice, Script(extension="1001", codec="ulaw", timeout=2, steps=steps), turns=0
    )
    assert report.hung_up_by == "caller"
    assert report.failures[0] == "turn 1 ('Hello?') was not answered"
    assert "1 turns were not reached" in report.failures[1]
    assert report.turns[0].voice_to_voice_s is None


async def test_an_agent_that_hangs_up_early_is_a_failure(phone: PhoneFactory, voice: Voice, tmp_path: Path):
    steps = (Step(say="When do you open?"), Step(say="And on Sunday?"), Step(say="Bye."))
    report = await acted(phone, voice, Script(extension="1001", codec="ulaw", steps=steps), turns=1)
    assert not report.ok
    assert report.hung_up_by == "agent"
    assert any("not reached" in failure or "not answered" in failure for failure in report.failures)
