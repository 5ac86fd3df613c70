"""One try, to receivers that misbehave."""

import asyncio
import json
import ssl
import time
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from parley.outside.addresses import Guarded
from parley.outside.endpoints import Endpoint
from parley.outside.spool import Letter
from tests.fakes.servers.receiver import Manner, Receiver
from tests.fakes.servers.serving import served
from tests.webhooks.conftest import SECRET
from webhooks import sending
from webhooks.failed import Failed
from webhooks.sending import Sender

BODY = '{"type": "call.ended", "data": {"caller": "Zoë"}}'
LETTER = Letter(1, "msg_1", "crm", "c1", "c1", "call.ended", BODY, 0.0, 0, "")


async def send(url: str, *inside: str) -> Failed | None:
    sender = Sender(Guarded(frozenset(inside)))
    try:
        return await sender.send(Endpoint("crm", url, SECRET), LETTER, time.time())
    finally:
        await sender.close()


async def test_a_message_is_verified_by_the_specifications_own_library(receiver: Receiver) -> None:
    assert await send(receiver.url, "127.0.0.1") is None
    ((headers, body),) = receiver.taken
    assert Webhook(SECRET).verify(body, headers) == json.loads(BODY)
    assert headers["webhook-id"] == "msg_1"
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.replace(b"ended", b"begun"), headers)


@pytest.mark.parametrize(
    ("manner", "why"),
    [
        ("error", "status"),
        ("gone", "gone"),
        ("drip", "timeout"),
        ("silent", "timeout"),
        ("reset", "protocol"),
        ("garbage", "protocol"),
    ],
)
async def test_whatever_a_receiver_does_the_try_ends(
    receiver: Receiver, manner: Manner, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "TOTAL_S", 1.0)
    receiver.manner = manner
    failed = await send(receiver.url, "127.0.0.1")
    assert failed is not None
    assert failed.why == why
    assert receiver.url not in failed.detail


async def test_a_body_without_an_end_is_not_read(receiver: Receiver) -> None:
    """It is taken by its status; the kernel's buffers have some of the body, and nobody else."""
    receiver.manner = "huge"
    assert await send(receiver.url, "127.0.0.1") is None
    assert receiver.written < 64 << 20


async def test_a_redirect_to_the_inside_is_not_followed(receiver: Receiver) -> None:
    async with served(Receiver()) as secret:
        receiver.manner, receiver.location = "redirect", secret.url
        failed = await send(receiver.url, "127.0.0.1")
        assert failed is not None
        assert failed.why == "redirect"
        assert secret.got == []


async def test_the_inside_is_not_asked(receiver: Receiver) -> None:
    failed = await send(receiver.url)
    assert failed is not None
    assert failed.why == "inside"
    assert receiver.got == []


async def test_a_certificate_that_is_not_trusted_is_no_receiver(certificate: tuple[Path, Path]) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0, ssl=context)
    try:
        port = server.sockets[0].getsockname()[1]
        failed = await send(f"https://127.0.0.1:{port}/", "127.0.0.1")
    finally:
        server.close()
    assert failed is not None
    assert failed.why == "refused"
    assert "certificate" in failed.detail.lower()
    assert receiver.got == []


async def test_nobody_there() -> None:
    failed = await send("http://127.0.0.1:1/", "127.0.0.1")
    assert failed is not None
    assert failed.why == "refused"
