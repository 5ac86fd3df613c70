"""Settings of the weekly report; one environment variable each."""

from email.utils import getaddresses
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from parley.errors import SettingError
from parley.settings import Settings


class ReportSettings(Settings, frozen=True, kw_only=True):
    """Where the week begins, and where the page goes by mail."""

    redis_url: str = ""
    """Not used: all that is told is in the database."""
    records_dir: str = "/records"
    """Folder of the database."""
    report_timezone: str = "UTC"
    """Time zone of the weeks, as Europe/Berlin."""
    report_mail_to: str = ""
    """Who gets it by mail, with commas between; empty: nobody."""
    report_mail_from: str = ""
    """Sender of that mail; empty: the first of those who get it."""
    smtp_server: str = ""
    """Mail server, host:port."""
    smtp_user: str = ""
    """User name there; empty: none is needed."""

    def __post_init__(self) -> None:
        super().__post_init__()
        try:
            ZoneInfo(self.report_timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise SettingError("REPORT_TIMEZONE", f"is no time zone: {self.report_timezone!r}") from error
        for variable, text in (
            ("REPORT_MAIL_TO", self.report_mail_to),
            ("REPORT_MAIL_FROM", self.report_mail_from),
        ):
            if wrong := [address for address in addresses(text) if "@" not in address.strip("@")]:
                raise SettingError(variable, f"is no address: {wrong[0]!r}")
        host, colon, port = self.smtp_server.rpartition(":")
        if self.smtp_server and not (host and colon and port.isdecimal() and 0 < int(port) < 65_536):
            raise SettingError("SMTP_SERVER", f"must be host:port, not {self.smtp_server!r}")
        if self.report_mail_to and not self.smtp_server:
            raise SettingError("SMTP_SERVER", "is needed to send mail to REPORT_MAIL_TO")


def addresses(text: str) -> list[str]:
    """The addresses in a text, without the names beside them."""
    return [address for _, address in getaddresses([text])] if text else []
