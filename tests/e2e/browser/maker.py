"""A browser's maker: takes messages for it by Web Push (RFC 8030), and hands them to it. The real ones are far away."""

import asyncio
import json
import ssl
import subprocess
import uuid
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.async_api import Page

from tests.e2e.browser.console import ADDRESS
from tests.e2e.stack import containers
from tests.fakes.servers.receiver import Receiver
from tests.webhooks.pushing.browser import Receiving

_LONGEST_S = 30.0
_STANDS_IN = """
  const { endpoint, keys } = SUBSCRIPTION;
  let there = null;
  const made = { endpoint, toJSON: () => ({ endpoint, keys }), unsubscribe: async () => Boolean(there = null) };
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    window.subscribedFor = applicationServerKey;
    return there = made;
  };
  PushManager.prototype.getSubscription = async () => there;
"""
# A browser without a screen has nowhere to show anything.
_KEEPS = """() => {
  self.shown = [];
  ServiceWorkerRegistration.prototype.showNotification = async (title, { body }) => self.shown.push(body);
}"""
_WRITE = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text(sys.argv[2])"


class Maker:
    """Of one browser."""

    def __init__(self, url: str, receiver: Receiver) -> None:
        self._receiver = receiver
        self._receiving = Receiving(url)
        self.asked_for = ""
        """By whose key it may be asked to pass something on."""

    async def stand_in(self, page: Page) -> None:
        """Be asked in place of the browser's own maker, by what is opened from now on."""
        browser = self._receiving.browser
        keys = {"p256dh": _text(browser.point), "auth": _text(browser.secret)}
        subscription = json.dumps({"endpoint": browser.url, "keys": keys})
        await page.add_init_script(_STANDS_IN.replace("SUBSCRIPTION", subscription))

    async def message(self) -> tuple[dict[str, str], bytes]:
        """Wait for a message; its headers, and what it says."""
        async with asyncio.timeout(_LONGEST_S):
            while not self._receiver.taken:  # noqa: ASYNC110  # it tells nobody
                await asyncio.sleep(0.05)
        headers, body = self._receiver.taken[0]
        return headers, self._receiving.opened(body)

    async def hand_over(self, page: Page, text: bytes) -> list[str]:
        """Have the worker of the console get a message, in the browser of any page; what it shows then."""
        (worker,) = page.context.service_workers
        await worker.evaluate(_KEEPS)
        session = await page.context.new_cdp_session(page)
        known: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def told(event: dict[str, Any]) -> None:
            for registration in event["registrations"]:
                if not known.done():
                    known.set_result(registration["registrationId"])

        session.on("ServiceWorker.workerRegistrationUpdated", told)
        await session.send("ServiceWorker.enable")
        delivery = {
            "origin": ADDRESS,
            "registrationId": await asyncio.wait_for(known, _LONGEST_S),
            "data": text.decode(),
        }
        await session.send("ServiceWorker.deliverPushMessage", delivery)
        async with asyncio.timeout(_LONGEST_S):
            while not (shown := await worker.evaluate("self.shown")):  # noqa: ASYNC110  # it tells nobody
                await asyncio.sleep(0.05)
        return list(shown)


@asynccontextmanager
async def maker() -> AsyncIterator[Maker]:
    """One whom the service that sends messages reaches and trusts."""
    receiver, context = Receiver(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        context.load_cert_chain(*await asyncio.to_thread(_trusted, Path(folder)))
    server = await asyncio.start_server(receiver.serve, "0.0.0.0", 0, ssl=context)
    try:
        yield Maker(f"https://tests:{server.sockets[0].getsockname()[1]}/browser", receiver)
    finally:
        server.close()


def _trusted(folder: Path) -> tuple[Path, Path]:
    """A certificate that the service which sends messages trusts (`compose.test.yml`), and its key."""
    file, key = folder / "certificate.pem", folder / "key.pem"
    # Of a name of its own: of an earlier one it may still know another key.
    made = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={uuid.uuid4().hex}"]
    for extension in ("subjectAltName=DNS:tests", "keyUsage=digitalSignature,keyCertSign"):
        made += ["-addext", extension]
    subprocess.run(
        ["openssl", "req", *made, "-keyout", str(key), "-out", str(file)], check=True, capture_output=True
    )
    command = ["openssl", "x509", "-noout", "-hash", "-in", str(file)]
    name = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    (webhooks,) = containers("webhooks")
    status, output = webhooks.exec_run(["python", "-c", _WRITE, f"/tmp/{name}.0", file.read_text()])
    assert status == 0, output.decode()
    return file, key


def _text(some: bytes) -> str:
    return urlsafe_b64encode(some).rstrip(b"=").decode()
