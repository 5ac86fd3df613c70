"""Both ends of a page's way to Asterisk: a real WebSocket server, and what a page opens."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from starlette.testclient import TestClient, WebSocketTestSession
from websockets.sync.server import ServerConnection, serve

from tests.api.console.conftest import URL, Console


@contextmanager
def listening(meet: Callable[[ServerConnection], None]) -> Iterator[str]:
    """Where one listens that meets each connection so."""
    with serve(meet, "127.0.0.1", 0, subprotocols=["sip"]) as server:  # type: ignore[list-item]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}/ws"
        finally:
            server.shutdown()
            thread.join()


def page_of(console: Console, path: str, origin: str = URL) -> WebSocketTestSession:
    """What a page of whoever is logged in opens."""
    assert isinstance(console.browser, TestClient)
    cookies = "; ".join(f"{name}={value}" for name, value in console.browser.cookies.items())
    headers = {"origin": origin, "host": "127.0.0.1:8443", "cookie": cookies}
    return console.browser.websocket_connect(path, subprotocols=["sip"], headers=headers)
