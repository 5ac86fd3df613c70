"""Real calls, for the checks that make some."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console

from caller.conversation import Conversation
from caller.errors import CallerError
from caller.phone.phone import Identity, Softphone
from caller.report import CallReport, LiveDialogue
from caller.script import Script, Step, extension_of, load_script
from caller.sound.clip import Clip
from caller.sound.measure import first_after, spans
from caller.sound.voice import PiperVoice
from canary.call import call
from canary.verdict import Verdict
from doctor.settings import DoctorSettings

USER = "1000"
ECHO_TEST = "600"
_RATE = 8000
_TONE_S = 0.6


@dataclass(frozen=True)
class Echo:
    """What the echo test gave back."""

    delay_s: float | None
    """From the tone's first packet to that of its echo; None when none came."""
    packets: int
    lost: int


class Phones:
    """A softphone of user 1000. What goes wrong is a CallerError."""

    def __init__(self, settings: DoctorSettings) -> None:
        self._settings = settings
        self._identity = Identity(
            server=settings.sip_server,
            user=USER,
            password=settings.sip_password_1000,
            encrypted=settings.require_encryption,
        )
        self._script = Path(settings.agents_dir) / settings.canary_script

    async def echo(self) -> Echo:
        """Call the echo test and say something."""
        async with Softphone(self._identity, codec="ulaw") as phone:
            call = await phone.dial(ECHO_TEST)
            try:
                await call.listen(silence=0.4, within=2.0)  # its beep
                said = await call.say(_tone())
                await call.listen(since=said.start, silence=0.3, within=2.0)
            finally:
                await call.hangup()
            tracks = await call.tracks()
        mine = spans(tracks.sent)
        back = first_after(spans(tracks.received), mine[0].start) if mine else None
        quality = tracks.received_quality
        return Echo(
            back.start - mine[0].start if back else None,
            quality.packets if quality else 0,
            quality.lost if quality else 0,
        )

    async def canary(self) -> Verdict:
        """Make the canary's call."""
        return await call(self._script, self._settings.sip_server, user=USER)

    async def ask_at_once(self, count: int) -> list[CallReport | CallerError]:
        """Make so many calls at a time and ask the canary's first question in each; what went wrong is in its place."""
        script = load_script(self._script)
        question = next(step.say for step in script.steps if step.say)
        asking = Script(
            agent=script.agent,
            extension=script.extension,
            codec="ulaw",
            silence=script.silence,
            steps=(Step(say=question),),
        )
        extension = extension_of(asking, Path(self._settings.agents_dir), self._script)
        clip = await asyncio.to_thread(self._speak, question)
        async with Softphone(self._identity, codec="ulaw") as phone:
            return await asyncio.gather(*(_ask(phone, asking, extension, clip) for _ in range(count)))

    def _speak(self, text: str) -> Clip:
        return PiperVoice(Path(self._settings.models_dir) / "tts" / self._settings.caller_voice).speak(text)


async def _ask(phone: Softphone, script: Script, extension: str, clip: Clip) -> CallReport | CallerError:
    try:
        call = await phone.dial(extension)
    except CallerError as error:
        return error
    conversation = Conversation(call, script, {0: clip}, None, LiveDialogue(Console(quiet=True)))
    try:
        await conversation.run()
    finally:
        await call.hangup()
    return await conversation.report(extension)


def _tone() -> Clip:
    """Two notes at once: what is louder than silence is voice enough for an echo."""
    t = np.arange(round(_TONE_S * _RATE)) / _RATE
    wave = 0.25 * (np.sin(2 * np.pi * 440 * t) + np.sin(2 * np.pi * 620 * t))
    return Clip((wave * 32767).astype(np.int16), _RATE)
