"""What came of a campaign, as a table (CSV, RFC 4180, with the lines' ends of Unix)."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from records.campaigns.book import Result
from records.campaigns.order import Tried
from records.record import iso

RESULTS = ("number", "state", "outcome", "attempts", "last_call", "last_at")
TRIED = ("number", "result", "rule", "reason", "greeting")


def result(each: Result) -> tuple[Any, ...]:
    """What came of somebody."""
    at = "" if each.last_at is None else iso(each.last_at)
    return each.number, each.state, each.outcome, each.attempts, each.call, at


def trial(each: Tried) -> tuple[Any, ...]:
    """What would come of a call to somebody."""
    answer = each.answer
    return each.number, answer.result, answer.rule, answer.reason, each.greeting


def line(cells: Iterable[Any]) -> str:
    """A line of the table."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(cells)
    return written.getvalue()
