"""The campaigns' database, opened for one request. Blocking.

It is the records service's, whose own functions write it: that service finds there what is to be done, as it does after
`make campaign`.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from api.problems import Problem, unavailable
from parley import log
from records.campaigns.book import Book, Campaign

_log = log.get("campaigns")


@contextmanager
def book(folder: Path) -> Iterator[Book]:
    """The database in the records' folder; raise Problem when it cannot be read or written."""
    try:
        with closing(Book(folder)) as opened:
            yield opened
    except sqlite3.Error as error:
        _log.warning("campaigns cannot be read or written", error=str(error))
        raise unavailable("campaigns cannot be read or written now") from error


def found(at: Book, name: str) -> Campaign:
    """A campaign; raise Problem when there is none of this name."""
    campaign = at.campaign(name)
    if campaign is None:
        raise Problem(404, "no-such-campaign", f"there is no campaign {name}")
    return campaign
