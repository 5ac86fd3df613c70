"""A week of calls in a real database."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from parley.event_log import LoggedEvent
from parley.messages import Event
from parley.outside.readings import By
from records.cost.prices import Price, Prices
from records.insight.insight import Insight, Sentiment
from records.report.week import Week
from records.store import Store

WEEK = Week.parse("2026-W47", ZoneInfo("Europe/Berlin"))
HOUR, DAY = 3600.0, 86_400.0
PRICES = Prices(currency="EUR", engines={"big": Price(million_read=2.0, million_written=10.0)})


class Calls:
    """Puts calls into a database."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._ids, self._entries = count(1), count(1)

    def add(
        self,
        at: float,
        outcome: str = "resolved",
        *events: tuple[str, dict[str, object]],
        agent: str = "shop",
        caller: str = "1001",
        channel: str = "voice",
        score: int | None = 80,
        parts: dict[str, int] | None = None,
        category: str = "",
        by: By = "",
        mood: float | None = None,
        analysed: bool = True,
        wait: float = 1.0,
        part: dict[str, str] | None = None,
    ) -> None:
        """A call of one answer, with more events in between."""
        call = f"c{next(self._ids)}"
        took = "voice_to_voice" if channel == "voice" else "first_sentence"
        told = [
            ("call_started", {"caller": caller, "extension": "100", "channel": channel, **(part or {})}),
            *events,
            ("turn", {"turn": 1, "revision": 1, took: wait}),
            ("call_ended", {"outcome": "caller_hung_up", "caller": caller}),
        ]
        logged = [
            LoggedEvent(
                f"{next(self._entries)}-0", Event(call=call, kind=kind, at=at, data={"agent": agent, **data})
            )
            for kind, data in told
        ]
        self.store.add(logged)
        self.store.ledger.enter(logged, PRICES)
        felt = None if mood is None else Sentiment(turns=[mood], mean=mood, change=0.1)
        if analysed:
            found = Insight(
                outcome=outcome,  # type: ignore[arg-type]
                tags=[],
                score=score,
                parts=parts or {},
                category=category,
                category_by=by,
                sentiment=felt,
            )
            self.store.analysed(call, found)


@pytest.fixture
def calls(tmp_path: Path) -> Iterator[Calls]:
    store = Store(tmp_path / "records")
    yield Calls(store)
    store.close()
