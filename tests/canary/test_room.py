"""Whether there is room for a call, by the gateway's metrics."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import ThreadingHTTPServer

import pytest

from canary.room import calls_left, is_ready, why_not_now
from tests.fakes.servers.serving import QuietHandler, on_thread

LEFT = "# TYPE parley_calls_left gauge\nparley_calls_left {}\n"
Serve = Callable[[str], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """`serve(text)` is the address of a service whose every page is that text; "" is an error."""
    servers = ExitStack()

    def begin(text: str) -> str:
        class Handler(QuietHandler):
            def do_GET(self) -> None:
                self.send_response(200 if text else 503)
                self.end_headers()
                self.wfile.write(text.encode())

        return servers.enter_context(on_thread(ThreadingHTTPServer(("127.0.0.1", 0), Handler)))

    with servers:
        yield begin


def test_the_gateways_own_count() -> None:
    assert calls_left(LEFT.format(7)) == 7
    assert calls_left("# TYPE up gauge\nup 1\n") is None


def test_a_full_stack_is_left_alone(serve: Serve) -> None:
    assert why_not_now(serve(LEFT.format(1))) == "there is room for 1 calls only"
    assert why_not_now(serve(LEFT.format(2))) == ""


def test_a_gateway_that_does_not_tell_is_called(serve: Serve) -> None:
    assert why_not_now(serve("# TYPE up gauge\nup 1\n")) == ""
    assert why_not_now(serve("")) == ""
    assert why_not_now("http://127.0.0.1:1") == ""


def test_readiness(serve: Serve) -> None:
    assert is_ready(serve("ready\n"))
    assert not is_ready(serve(""))
    assert not is_ready("http://127.0.0.1:1")
