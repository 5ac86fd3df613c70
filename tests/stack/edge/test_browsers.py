# Browsers at the edge, by SIP over WebSocket: they call, and are not rung.
import urllib.error
import urllib.request

import pytest
from websockets.exceptions import InvalidHandshake, InvalidMessage
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tests.stack.edge.browser import SIP, browser, trusting
from tests.stack.edge.peers import EDGE, Cell, Edge, until, values


def test_a_browser_calls_and_its_cell_knows_that_it_is_one(edge: Edge, cells: list[Cell]) -> None:
    with browser(edge.wss) as page:
        response = page.request("INVITE", "100", "X-Parley-Edge: forged", "X-Parley-Web: forged")
        assert response.status == 200
        (cell,) = [cell for cell in cells if cell.of("INVITE")]
        (asked,) = cell.of("INVITE")
        assert "sip:1001@" in values(asked, "from")[0]
        assert values(asked, "x-parley-edge") == ["web"]
        assert values(asked, "x-parley-web") == values(asked, "authorization") == []
        assert page.hang_up(response).status == 200
        assert len(cell.of("BYE")) == 1


def test_a_cell_ends_the_call_of_a_browser(edge: Edge, cells: list[Cell]) -> None:
    with browser(edge.wss) as page:
        response = page.request("INVITE", "100")
        (cell,) = [cell for cell in cells if cell.of("INVITE")]
        (asked,) = cell.of("INVITE")
        dialog = (
            f"From: {response.headers['to']}\r\nTo: {values(asked, 'from')[0]}\r\nCall-ID: {page.call_id}"
        )
        route = f"Route: {', '.join(values(asked, 'record-route'))}"
        cell.send("BYE", values(asked, "contact")[0].strip("<>"), edge.port, route, dialog=dialog)
        while not (message := page.receive()).startswith("BYE "):
            pass
        page.respond(message, "200 OK")
        assert cell.final().status == 200


def test_a_browsers_call_goes_to_another_cell_as_well(edge: Edge, cells: list[Cell]) -> None:
    for cell in cells:
        cell.answer = ("503 Service Unavailable",)
    with browser(edge.wss) as page:
        assert page.request("INVITE", "100").status == 503
    asked = [cell.of("INVITE")[0] for cell in cells]
    assert [values(one, "x-parley-edge") for one in asked] == [["web"]] * 2


def test_without_the_password_nobody_calls_and_a_browser_is_not_rung(
    one_edge: Edge, cells: list[Cell]
) -> None:
    with browser(one_edge.wss) as page:
        page.send("INVITE", f"sip:100@{EDGE}")
        assert page.final("INVITE").status == 401
    with browser(one_edge.wss) as page:
        assert page.request("REGISTER", "").status == 403
    assert cells[0].ask("INVITE", f"sip:1001@{EDGE}", one_edge.port).status == 480


@pytest.mark.parametrize("protocol", ["chat", "msrp"])
def test_nothing_but_sip_goes_by_websocket(one_edge: Edge, protocol: str) -> None:
    with pytest.raises(InvalidHandshake):
        connect(
            f"wss://{EDGE}:{one_edge.wss}/",
            subprotocols=[Subprotocol(protocol)],
            ssl=trusting(),
            proxy=None,
        )


def test_websockets_are_on_a_port_of_their_own_and_encrypted(one_edge: Edge) -> None:
    for url, context in (
        (f"ws://{EDGE}:{one_edge.port}/", None),
        (f"ws://{EDGE}:{one_edge.metrics_port}/", None),
        (f"wss://{EDGE}:{one_edge.tls}/", trusting()),
    ):
        with pytest.raises((InvalidHandshake, InvalidMessage)):
            connect(url, subprotocols=[SIP], ssl=context, proxy=None)


def test_a_page_that_is_opened_there_is_told_that_there_is_none(one_edge: Edge) -> None:
    """Whoever has to trust a certificate that was made here opens it once."""
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"https://{EDGE}:{one_edge.wss}/", timeout=10, context=trusting())


def test_a_browser_that_has_gone_is_no_connection_any_more(one_edge: Edge) -> None:
    with browser(one_edge.wss) as page:
        page.send("OPTIONS", f"sip:{EDGE}")
        assert page.final("OPTIONS").status == 200
        # Those of other pages go away some seconds after them.
        until(lambda: "kamailio_websocket_ws_current_connections 1 " in one_edge.metrics())
    until(lambda: "kamailio_websocket_ws_current_connections 0 " in one_edge.metrics())
