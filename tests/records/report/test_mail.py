"""The mail, at a server that takes it."""

import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parley.errors import SettingError
from parley.settings import load
from records.report.mail import message, send
from records.report.settings import ReportSettings
from tests.fakes.servers.smtp_server import MailServer, mail_server

PAGE = "<!DOCTYPE html><title>Ä week</title>\n.\n" + "x" * 2000
TO = {"REPORT_MAIL_TO": "Boss <boss@example.com>, ops@example.com"}


@pytest.fixture
def trust(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Whoever trusts the server's certificate, and finds it under the name in it."""
    find: Callable[..., Any] = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *more, **named: find("127.0.0.1" if host == "crm.local" else host, *more, **named),
    )
    return ssl.create_default_context(cafile=str(certificate[0]))


def settings(server: MailServer, **environ: str) -> ReportSettings:
    return load(ReportSettings, {"SMTP_SERVER": f"crm.local:{server.port}", **TO, **environ})


def sent(server: MailServer, trust: ssl.SSLContext | None, password: str = "", **environ: str) -> None:
    chosen = settings(server, **environ)
    send(chosen, message(chosen, "Calls, 2026-W47", "Contained: 80 %\n", PAGE, "calls.html"), password, trust)


def test_the_mail_has_the_figures_and_the_page(certificate: tuple[Path, Path], trust: ssl.SSLContext) -> None:
    with mail_server(certificate) as server:
        sent(server, trust, REPORT_MAIL_FROM="Parley <parley@example.com>")
    (mail,) = server.mails
    assert (mail["From"], mail["To"]) == ("parley@example.com", "boss@example.com, ops@example.com")
    assert mail["Subject"] == "Calls, 2026-W47"
    assert len(server.receivers) == 2
    text = mail.get_body(("plain",))
    assert text is not None
    assert text.get_content().strip() == "Contained: 80 %"
    (page,) = mail.iter_attachments()
    assert (page.get_filename(), page.get_content_type()) == ("calls.html", "text/html")
    assert page.get_content().split() == PAGE.split()


def test_nothing_but_the_wish_for_tls_goes_unencrypted(
    certificate: tuple[Path, Path], trust: ssl.SSLContext
) -> None:
    with mail_server(certificate, password="open sesame") as server:
        sent(server, trust, "open sesame", SMTP_USER="parley")
    assert set(map(str.upper, server.in_clear)) == {"EHLO", "STARTTLS"}
    assert (server.users, len(server.mails)) == (["parley"], 1)
    assert server.mails[0]["From"] == "boss@example.com"


def test_a_server_without_tls_gets_nothing(certificate: tuple[Path, Path], trust: ssl.SSLContext) -> None:
    with mail_server(certificate, tls=False) as server, pytest.raises(ValueError, match="STARTTLS"):
        sent(server, trust)
    assert server.mails == []


def test_a_server_whose_certificate_is_not_trusted_gets_nothing(
    certificate: tuple[Path, Path], trust: ssl.SSLContext
) -> None:
    with mail_server(certificate) as server, pytest.raises(ValueError, match="CERTIFICATE_VERIFY_FAILED"):
        sent(server, None)
    assert server.mails == []


def test_a_wrong_password_is_told(certificate: tuple[Path, Path], trust: ssl.SSLContext) -> None:
    with mail_server(certificate, password="right") as server, pytest.raises(ValueError, match="535"):
        sent(server, trust, "wrong", SMTP_USER="parley")
    assert server.mails == []


def test_who_of_several_does_not_get_it_is_told(
    certificate: tuple[Path, Path], trust: ssl.SSLContext
) -> None:
    with (
        mail_server(certificate, refuses="ops@") as server,
        pytest.raises(ValueError, match="does not take mail to ops@"),
    ):
        sent(server, trust)
    assert len(server.mails) == 1


@pytest.mark.parametrize(
    ("environ", "error"),
    [
        (TO, "SMTP_SERVER: is needed"),
        ({"REPORT_MAIL_TO": "boss", "SMTP_SERVER": "mail:25"}, "REPORT_MAIL_TO: is no address: 'boss'"),
        ({"SMTP_SERVER": "mail"}, "SMTP_SERVER: must be host:port"),
        ({"REPORT_TIMEZONE": "Mars/Olympus"}, "REPORT_TIMEZONE: is no time zone"),
        ({"REPORT_TIMEZONE": "../etc"}, "REPORT_TIMEZONE: is no time zone"),
    ],
)
def test_settings_that_are_wrong_are_named(environ: dict[str, str], error: str) -> None:
    with pytest.raises(SettingError, match=error):
        load(ReportSettings, environ)
