"""Checks of the telephone side."""

import pytest

from doctor.checks import telephony
from doctor.probes.phones import Echo
from doctor.probes.web import Page, WebError
from tests.fakes.examined import LANGUAGES, FakePhones, FakeWeb, FakeWire, subject


async def test_a_good_telephone_system() -> None:
    wire = FakeWire()
    well = subject(wire=wire)
    assert (await telephony.asterisk(well)).figure == "up for 2.0 h, 2 channels"
    assert (await telephony.ari(well)).figure == "2 of 2 gateways connected"
    assert (await telephony.websocket(well)).mark == "ok"
    assert (await telephony.sip(well)).figure == "UDP 5060 2 ms, TCP 5060 3 ms, TLS 5061 4 ms"
    assert (await telephony.rtp(well)).figure == "echo after 62.0 ms, 0 of 150 packets lost"
    # The gateway's own application would be taken over.
    assert wire.opened == [("http://asterisk:8088/ari/events?app=doctor", "parley", "secret")]


async def test_an_asterisk_that_is_away() -> None:
    with pytest.raises(WebError, match="refused"):
        await telephony.asterisk(subject(web=FakeWeb(pages={})))


async def test_an_asterisk_without_figures() -> None:
    web = FakeWeb()
    web.pages["http://asterisk:8088/metrics"] = Page(404, "")
    assert (await telephony.asterisk(subject(web=web))).figure == "no figures of its own (status 404)"


async def test_one_of_two_gateways_has_no_ari() -> None:
    web = FakeWeb()
    web.pages["http://10.0.0.9:9100/metrics"] = Page(200, "parley_ari_connected 0\n")
    found = await telephony.ari(subject(web=web))
    assert (found.mark, found.figure) == ("wrong", "1 of 2 gateways connected")


async def test_one_of_two_gateways_is_gone() -> None:
    web = FakeWeb()
    web.names["gateway"] = ["10.0.0.2"]
    found = await telephony.ari(subject(web=web))
    assert (found.mark, found.figure) == ("wrong", "1 of 2 gateways connected")


async def test_gateways_on_the_hosts_network_have_one_address() -> None:
    web = FakeWeb()
    web.names["gateway"] = ["10.0.0.2"]
    web.pages["http://10.0.0.2:9101/metrics"] = Page(200, "parley_ari_connected 1\n")
    assert (await telephony.ari(subject(web=web))).figure == "2 of 2 gateways connected"


@pytest.mark.parametrize(
    ("status", "figure", "advice"),
    [
        ("HTTP/1.1 401 Unauthorized", "HTTP/1.1 401 Unauthorized", "ARI_PASSWORD differs: make up"),
        ("HTTP/1.1 404 Not Found", "HTTP/1.1 404 Not Found", "make logs SERVICE=asterisk"),
        ("", "closed without an answer", "make logs SERVICE=asterisk"),
        (TimeoutError(), "http://asterisk:8088: no answer", "make logs SERVICE=asterisk"),
    ],
)
async def test_a_websocket_that_is_not_opened(status: str | Exception, figure: str, advice: str) -> None:
    found = await telephony.websocket(subject(wire=FakeWire(status=status)))
    assert (found.mark, found.figure, found.advice) == ("wrong", figure, advice)


async def test_announcements_are_there_in_the_languages_of_the_samples() -> None:
    web = FakeWeb()
    assert (await telephony.announcements(subject(web=web))).figure == "in de, en, es"
    assert web.logins == [("parley", "secret")]


@pytest.mark.parametrize(
    ("page", "figure"),
    [
        (Page(200, '{"value": "en,es"}'), "none in de: these callers hear English"),
        (Page(404, '{"message": "..."}'), "does not tell its languages (status 404)"),
    ],
)
async def test_a_language_without_announcements(page: Page, figure: str) -> None:
    web = FakeWeb()
    web.pages[LANGUAGES] = page
    found = await telephony.announcements(subject(web=web))
    assert (found.mark, found.figure) == ("wrong", figure)


async def test_sip_by_udp_only() -> None:
    wire = FakeWire(sip_s={"udp": 0.002, "tcp": ConnectionRefusedError("refused")})
    found = await telephony.sip(subject(wire=wire))
    assert (found.mark, found.figure) == ("wrong", "TCP 5060: refused")


async def test_no_echo() -> None:
    found = await telephony.rtp(subject(phones=FakePhones(echoed=Echo(None, 0, 0))))
    assert (found.mark, found.figure) == ("wrong", "no echo from 600, 0 packets came")
    assert "PUBLIC_IP" in found.advice


async def test_a_lossy_way() -> None:
    found = await telephony.rtp(subject(phones=FakePhones(echoed=Echo(0.06, 100, 3))))
    assert (found.mark, found.figure) == ("wrong", "echo after 60.0 ms, 3 of 100 packets lost")
