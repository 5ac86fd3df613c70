"""`make forget`: a caller goes from Redis, from the records, and from what waits to be told to others."""

from pathlib import Path

import pytest

from parley.bus import Bus
from parley.event_log import LoggedEvent
from parley.messages import Event
from parley.outbound.verdict import Known, Verdict
from parley.outside.endpoints import Endpoint, new_secret
from parley.outside.notes import Note
from parley.outside.spool import Spool
from records.__main__ import forget
from records.campaigns.book import Book
from records.campaigns.plan import Row, read_plan
from records.settings import RecordsSettings
from records.store import Store


def note(call: str) -> Note:
    return Note(f"msg_{call}", "call.ended", "{}", 0.0, call, call, "shop")


async def test_a_caller_is_forgotten_everywhere(
    redis_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = RecordsSettings(
        redis_url=redis_url,
        records_dir=str(tmp_path / "records"),
        recordings_dir=str(tmp_path / "recordings"),
        webhooks_dir=str(tmp_path / "webhooks"),
    )
    store, spool, bus = Store(tmp_path / "records"), Spool(tmp_path / "webhooks"), Bus.connect(redis_url)
    spool.put(Endpoint("crm", "https://crm.example/hook", new_secret()))
    for call, caller in (("c1", "1001"), ("c2", "1002")):
        event = Event(call=call, kind="call_started", at=1000.0, data={"agent": "shop", "caller": caller})
        store.add([LoggedEvent(f"{call[1]}-0", event)])
        spool.keep_call(call, caller, b"{}", 1000.0, ended=True)
        spool.add(note(call))
    # One that only the spool knows of: its record was too old.
    spool.keep_call("c3", "1001", b"{}", 1000.0, ended=True)
    spool.add(note("c3"))
    ledger = bus.commands().ledger()
    await ledger.claim("made-1", "+4930123456", lambda _: Verdict(None, {}))
    await ledger.add("+4930123456")
    assert await forget(settings, "1001") == 0
    assert "2 calls" in capsys.readouterr().out
    assert [letter.call for letter in spool.due("crm", 1.0, 10)] == ["c2"]
    assert store.calls_of("1001") == set()
    assert store.calls_of("1002") == {"c2"}
    book = Book(tmp_path / "records")
    book.put("spring", read_plan("{agent: shop}"), [Row("+4930123456", "form"), Row("+4930123457", "form")])
    assert await forget(settings, "+4930123456") == 0
    assert [each.number for each in book.results("spring")] == ["+4930123457"]
    book.close()
    # When they were called is gone, and that they are not to be is not.
    seen: list[Known] = []

    def judge(known: Known) -> Verdict:
        seen.append(known)
        return Verdict(None, {})

    await ledger.claim("made-2", "+4930123456", judge)
    assert (seen[0].attempts, seen[0].unwanted_since is None) == ((), False)
    spool.close()
    store.close()
    await bus.close()
