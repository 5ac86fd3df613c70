"""Calls by TLS and SRTP, from a softphone that takes nothing else; and a certificate that is renewed meanwhile."""

import asyncio
import os
import ssl
import time
from contextlib import AsyncExitStack, suppress
from dataclasses import replace

import pytest

from caller.phone.phone import Softphone
from caller.phone.rtp import Codec
from caller.sound.clip import Clip
from caller.sound.measure import spans
from tests.e2e.conftest import identity
from tests.e2e.stack import containers

pytestmark = pytest.mark.stack

SERVER, PORT = os.environ.get("SIP_SERVER", "asterisk"), int(os.environ.get("SIP_TLS_PORT") or 5061)
RENEW = (
    "cd /var/lib/asterisk/tls && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 9 "
    "-subj /CN=renewed -keyout new.key -out new.pem 2>/dev/null && mv new.key privkey.pem && mv new.pem fullchain.pem"
)


def encrypted(codec: Codec) -> Softphone:
    return Softphone(replace(identity(), server=f"{SERVER}:{PORT}", encrypted=True), codec=codec)


async def heard(phone: Softphone, said: Clip) -> float:
    """Seconds of speech that come back from the echo test."""
    call = await phone.dial("600")
    try:
        await call.listen(silence=0.4, within=2.0)
        begun = await call.say(said)
        assert begun.start is not None
        assert await call.listen(since=begun.start, silence=0.5, within=3) is not None
    finally:
        await call.hangup()
    tracks = await call.tracks()
    return sum(span.end - span.start for span in spans(tracks.received) if span.start >= begun.start)


def wait_for_another(certificate: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        # New connections are refused for a moment when the certificate is taken over.
        with suppress(OSError):
            if ssl.get_server_certificate((SERVER, PORT)) != certificate:
                return
        assert time.monotonic() < deadline
        time.sleep(0.3)


@pytest.mark.parametrize("codec", ["opus", "ulaw"])
async def test_what_is_said_comes_back(codec: Codec, question: Clip) -> None:
    async with encrypted(codec) as phone:
        assert await heard(phone, question) > 0.5


async def test_a_renewed_certificate_is_taken_and_a_call_goes_on() -> None:
    before = ssl.get_server_certificate((SERVER, PORT))
    async with AsyncExitStack() as exits:
        phone = await exits.enter_async_context(encrypted("ulaw"))
        call = await phone.dial("600")
        (asterisk,) = containers("asterisk")
        assert asterisk.exec_run(["bash", "-c", RENEW]).exit_code == 0
        await asyncio.to_thread(wait_for_another, before)
        assert not call.is_over
        await call.hangup()
