"""`python -m records.report --week 2026-W47 --agent NAME`: prints the page of a week, and with `--mail` sends it."""

import argparse
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from parley.agents import missing, names
from parley.errors import SettingError
from parley.service import carry_out
from records.report import mail, page
from records.report.gather import gather
from records.report.handovers import called
from records.report.settings import ReportSettings
from records.report.week import Week
from records.store import Store

PASSWORD = Path("/run/secrets/smtp_password")
"""The password at the mail server; an empty file: there is none."""


def main(argv: Sequence[str]) -> int:
    """Make the report; return the exit status, as parley.service.carry_out does."""
    asked = _arguments(argv)
    return carry_out("report", ReportSettings, lambda settings: report(settings, asked))


def report(settings: ReportSettings, asked: argparse.Namespace) -> None:
    """Print the page, and send it if that is asked for; ValueError says why that cannot be done.

    Raise SettingError for an agent that there is not.
    """
    zone, now = ZoneInfo(settings.report_timezone), datetime.now(UTC)
    week = _week(asked.week, zone, now)
    if asked.mail and not settings.report_mail_to:
        raise ValueError("there is nobody to send it to: REPORT_MAIL_TO is empty")
    try:
        with closing(Store.reading(Path(settings.records_dir))) as store:
            _check(asked.agent, store, Path(settings.agents_dir))
            people = called(Path(settings.agents_dir))
            figures, before = (gather(store, each, asked.agent, people) for each in (week, week.before))
    except sqlite3.Error as error:
        raise ValueError(f"the records of calls cannot be read: {error}") from error
    if not figures.told:
        going_on = Week.of(now, zone).name
        print(
            f"report: no call of {week.name} is kept; WEEK={going_on} is the week that goes on",
            file=sys.stderr,
        )
    text = page.render(figures, before, week, asked.agent, now.astimezone(zone))
    sys.stdout.write(text)
    if asked.mail:
        subject = f"Calls of {asked.agent or 'all agents'}, {week.name}"
        lines = page.summary(figures, before, week, asked.agent)
        password = PASSWORD.read_text(encoding="utf-8").strip() if PASSWORD.exists() else ""
        mail.send(settings, mail.message(settings, subject, lines, text, f"calls-{week.name}.html"), password)


def _week(text: str, zone: ZoneInfo, now: datetime) -> Week:
    """The week that is asked for, else the last one that is over; raise SettingError for what is none yet."""
    if not text:
        return Week.last(now, zone)
    try:
        week = Week.parse(text, zone)
    except ValueError as error:
        raise SettingError("WEEK", str(error)) from error
    if week.begin > now.timestamp():
        raise SettingError(
            "WEEK", f"{text!r} has not begun: {Week.of(now, zone).name} is the week that goes on"
        )
    return week


def _check(agent: str, store: Store, folder: Path) -> None:
    """Raise SettingError, naming the agents, for one that has neither a folder nor a call that is kept."""
    if agent and (wrong := missing(agent, (*names(folder), *store.agents_since(0.0)))):
        raise SettingError("AGENT", wrong)


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="report", description="A week of calls on one page.")
    parser.add_argument("--week", default="", help="as 2026-W47; otherwise the last one that is over")
    parser.add_argument("--agent", default="", help="only this agent's calls")
    parser.add_argument("--mail", action="store_true", help="send it to REPORT_MAIL_TO as well")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
