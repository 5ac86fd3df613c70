"""A mail server that takes mails, over STARTTLS where it offers that."""

import base64
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path


class MailServer(socketserver.ThreadingTCPServer):
    """What has come: mails, who logged in, and the commands that were not encrypted."""

    daemon_threads = True

    def __init__(
        self, certificate: tuple[Path, Path], *, tls: bool = True, password: str = "", refuses: str = ""
    ) -> None:
        """`password`: somebody must log in with it; `refuses`: takes nothing for this address."""
        super().__init__(("127.0.0.1", 0), _Session)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*certificate)
        self.tls, self.password, self.refuses = tls, password, refuses
        self.mails: list[EmailMessage] = []
        self.receivers: list[str] = []
        self.users: list[str] = []
        self.in_clear: list[str] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Session(socketserver.BaseRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._secure = False
        self._open()
        self._say("220 crm.local ESMTP")
        while line := self._file.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            if not self._secure:
                self.server.in_clear.append(verb)
            if not self._answer(verb.upper(), rest):
                return

    def _open(self) -> None:
        self._file = self.request.makefile("rb")

    def _say(self, line: str) -> None:
        self.request.sendall(f"{line}\r\n".encode())

    def _answer(self, verb: str, rest: str) -> bool:
        server = self.server
        match verb:
            case "EHLO" if server.tls and not self._secure:
                self._say("250-crm.local\r\n250 STARTTLS")
            case "EHLO":
                self._say("250-crm.local\r\n250 AUTH PLAIN")
            case "STARTTLS":
                self._say("220 go on")
                try:
                    self.request = server.context.wrap_socket(self.request, server_side=True)
                except (ssl.SSLError, OSError):
                    return False
                self._secure = True
                self._open()
            case "AUTH":
                _, user, password = base64.b64decode(rest.removeprefix("PLAIN ")).decode().split("\0")
                server.users.append(user)
                self._say("235 welcome" if password == server.password else "535 wrong password")
            case "RCPT" if server.refuses and server.refuses in rest:
                self._say("550 no such mailbox")
            case "RCPT":
                server.receivers.append(rest)
                self._say("250 ok")
            case "DATA":
                self._say("354 go on")
                lines = list(iter(self._file.readline, b".\r\n"))
                body = b"".join(line[1:] if line.startswith(b".") else line for line in lines)
                mail = message_from_bytes(body, policy=policy.default)
                assert isinstance(mail, EmailMessage)
                server.mails.append(mail)
                self._say("250 taken")
            case "QUIT":
                self._say("221 bye")
                return False
            case _:
                self._say("250 ok")
        return True


@contextmanager
def mail_server(certificate: tuple[Path, Path], **behaviour: object) -> Iterator[MailServer]:
    """One that listens."""
    with MailServer(certificate, **behaviour) as server:  # type: ignore[arg-type]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
