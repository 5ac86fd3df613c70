"""Pages of services."""

from collections.abc import Iterator
from http.server import ThreadingHTTPServer

import pytest

from doctor.probes.web import Page, Web, WebError
from tests.fakes.servers.serving import QuietHandler, on_thread


@pytest.fixture
def address() -> Iterator[str]:
    class Handler(QuietHandler):
        def do_GET(self) -> None:
            self.send_response(int(self.path[1:]))
            self.end_headers()
            self.wfile.write((self.headers["Authorization"] or "nobody").encode())

    with on_thread(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as url:
        yield url


async def test_any_status_is_an_answer(address: str) -> None:
    assert await Web().get(f"{address}/200") == Page(200, "nobody")
    assert await Web().get(f"{address}/503", ("u", "p")) == Page(503, "Basic dTpw")


async def test_nobody_answers() -> None:
    with pytest.raises(WebError, match="Connection refused"):
        await Web().get("http://127.0.0.1:1")


async def test_addresses() -> None:
    assert await Web().addresses("127.0.0.1") == ["127.0.0.1"]
    with pytest.raises(WebError, match=r"no-such-host\.invalid has no address"):
        await Web().addresses("no-such-host.invalid")


def test_what_a_page_holds() -> None:
    metrics = Page(200, '# TYPE a gauge\na{b="c"} 2\nd 3\n')
    assert metrics.samples("a") == [({"b": "c"}, 2.0)]
    assert metrics.samples("e") == []
    counter = Page(200, "# TYPE uptime_seconds counter\nuptime_seconds 75\n")
    assert counter.samples("uptime_seconds") == [({}, 75.0)]
    assert Page(200, "[1]").json() == [1]


def test_what_it_does_not_hold_is_an_error() -> None:
    with pytest.raises(WebError, match="no JSON"):
        Page(200, "<html>").json()
    with pytest.raises(WebError, match="no metrics"):
        Page(200, "<html> {").samples("a")
