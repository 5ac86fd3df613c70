"""The report as a mail: a few lines of text, and the page beside them, since mail programs draw no SVG."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from records.report.settings import ReportSettings, addresses

IMPLICIT_TLS = 465
"""The port on which TLS is from the start (RFC 8314); on others it begins by STARTTLS, and nothing is sent without."""
_TIMEOUT_S = 30.0


def message(settings: ReportSettings, subject: str, text: str, page: str, file: str) -> EmailMessage:
    """The mail; `file`: the page's name."""
    receivers = addresses(settings.report_mail_to)
    sender = (addresses(settings.report_mail_from) or receivers)[0]
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = subject, sender, ", ".join(receivers)
    mail["Date"] = formatdate(usegmt=True)
    mail["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office replies
    mail.set_content(text)
    mail.add_attachment(page, subtype="html", filename=file)
    return mail


def send(
    settings: ReportSettings, mail: EmailMessage, password: str, trust: ssl.SSLContext | None = None
) -> None:
    """Send it, over TLS alone; ValueError says why not. `trust`: whose certificates are believed, else the system's."""
    host, _, port = settings.smtp_server.rpartition(":")
    trust = trust or ssl.create_default_context()
    try:
        with _connected(host, int(port), trust) as server:
            if settings.smtp_user:
                server.login(settings.smtp_user, password)
            refused = server.send_message(mail)
    except (smtplib.SMTPException, OSError) as error:
        raise ValueError(f"the mail could not be sent by {settings.smtp_server}: {error}") from error
    if refused:
        raise ValueError(f"{settings.smtp_server} does not take mail to {', '.join(refused)}")


def _connected(host: str, port: int, trust: ssl.SSLContext) -> smtplib.SMTP:
    if port == IMPLICIT_TLS:
        return smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT_S, context=trust)
    server = smtplib.SMTP(host, port, timeout=_TIMEOUT_S)
    try:
        server.starttls(context=trust)
    except BaseException:
        server.close()
        raise
    return server
