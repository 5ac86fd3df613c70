"""Real calls: softphones against the Asterisk of the stack (`asterisk`, or SIP_SERVER, at SIP_PORT)."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Literal

import pytest

from caller.phone.phone import Identity, Softphone
from caller.phone.rtp import Codec
from caller.sound.clip import Clip, joined, silence
from caller.sound.ears import Ears
from caller.sound.voice import EspeakVoice, PiperVoice, Voice
from tests.e2e.stack import Witness

PhoneFactory = Callable[..., Awaitable[Softphone]]
MODELS = Path(os.environ.get("MODELS_DIR") or "/models")
VOICES = MODELS / "tts"


def identity(user: str = "1000", password: str | None = None) -> Identity:
    """Who calls: a user of the stack with the password from the environment."""
    server = f"{os.environ.get('SIP_SERVER', 'asterisk')}:{os.environ.get('SIP_PORT') or 5060}"
    secret = os.environ.get(f"SIP_PASSWORD_{user}", "") if password is None else password
    return Identity(server=server, user=user, password=secret)


@pytest.fixture
async def phone() -> AsyncIterator[PhoneFactory]:
    """`await phone()` or `await phone("1001", codec="g722")`: a registered softphone, gone after the test."""
    async with AsyncExitStack() as exits:

        async def register(
            user: str = "1000", *, codec: Codec = "opus", keys: Literal["rtpevent", "info"] = "rtpevent"
        ) -> Softphone:
            return await exits.enter_async_context(Softphone(identity(user), codec=codec, keys=keys))

        yield register


def callers_voice() -> Voice:
    """Piper's from the models volume, espeak-ng's where there is none."""
    name = os.environ.get("CALLER_VOICE") or "en_US-joe-medium"
    return PiperVoice(VOICES / name) if (VOICES / name).is_dir() else EspeakVoice()


@pytest.fixture(scope="session")
def voice() -> Voice:
    """The caller's."""
    return callers_voice()


@pytest.fixture(scope="module")
def ears() -> Iterator[Ears]:
    """Writes down what a caller hears."""
    ears = Ears(MODELS, os.environ.get("STT_MODEL") or "base")
    yield ears
    ears.close()


@pytest.fixture(scope="session")
def question(voice: Voice) -> Clip:
    """A question of about two seconds, with some silence at both ends."""
    return joined(
        [silence(0.2, 16_000), voice.speak("What are your opening hours on Saturday?"), silence(0.2, 16_000)]
    )


@pytest.fixture
async def witness() -> Witness:
    """What calls tell, from the test's begin on."""
    return await Witness.begin()
