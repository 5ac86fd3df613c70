"""Copying from real databases of cells to a real PostgreSQL."""

import asyncio
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from records.central import copying, tables
from records.central.copying import NameTaken
from records.central.reading import Central
from records.query import Query
from records.store import Store
from tests.postgresql import Server
from tests.records.central.conftest import Made
from tests.records.test_store import call, logged

ALL = 1000


def there(url: str, cell: str = "") -> list[tuple[str, str]]:
    """Cells and calls in the database, the oldest first."""
    with Central.opened(url) as central:
        found = central.page(Query(), cell, ALL).records
    return [(cell, record.call) for cell, record in reversed(found)]


def counted(url: str, statement: str) -> Any:
    with psycopg.connect(url) as db:
        (count,) = db.execute(statement).fetchone() or (None,)  # type: ignore[call-overload]
    return count


def test_what_is_over_is_copied_and_what_goes_on_is_not(cell: Made, url: str) -> None:
    berlin = cell()
    berlin.store.add([*call(1, "c1", at=1.0), *call(4, "c2", at=2.0)[:2]])
    assert berlin.copier.look() == 1
    assert there(url) == [("berlin", "c1")]
    berlin.store.add(call(4, "c2", at=2.0))
    assert berlin.copier.look() == 1
    assert there(url) == [("berlin", "c1"), ("berlin", "c2")]
    assert berlin.copier.look() == 0


def test_the_record_is_there_as_it_is_in_the_cell(cell: Made, url: str) -> None:
    berlin = cell()
    berlin.store.add(call(1, "c1"))
    berlin.copier.look()
    with Central.opened(url) as central:
        assert central.record("berlin", "c1") == berlin.store.record("c1")
        assert central.record("hamburg", "c1") is None
        (known,) = central.cells()
    assert (known.name, known.console) == ("berlin", "https://berlin.example")
    assert abs(known.seen_at.timestamp() - time.time()) < 3600


def test_a_call_that_changes_is_there_once_as_it_is_now(cell: Made, url: str) -> None:
    berlin = cell()
    berlin.store.add(call(1, "c1"))
    berlin.copier.look()
    berlin.store.add([logged(9, "caller_said", "c1", text="Something else.", turn=2)])
    berlin.copier.look()
    assert there(url) == [("berlin", "c1")]
    with Central.opened(url) as central:
        assert len(central.page(Query(text="something else"), "", ALL).records) == 1
    assert counted(url, "SELECT count(*) FROM parley.lines") == 2


def test_what_is_forgotten_or_too_old_goes_there_too(cell: Made, url: str) -> None:
    berlin, hamburg = cell(), cell("hamburg")
    for each in (berlin, hamburg):
        each.store.add([*call(1, "c1", "+4930123456"), *call(4, "c2"), *call(7, "c3", at=5.0)])
        each.copier.look()
    berlin.store.forget(berlin.store.calls_of("030123456"))
    berlin.store.expire(30)
    berlin.copier.look()
    assert there(url, "berlin") == [("berlin", "c2")]
    assert len(there(url, "hamburg")) == 3
    assert counted(url, "SELECT count(*) FROM parley.lines WHERE cell = 'berlin'") == 1


def test_a_database_that_was_away_gets_all_that_waited_in_order(
    cell: Made, postgresql: Server, url: str
) -> None:
    berlin = cell()
    berlin.store.add(call(1, "c1"))
    berlin.copier.look()
    postgresql.stop()
    try:
        berlin.store.add([*call(4, "c2"), *call(7, "c3")])
        berlin.store.forget(["c1"])
        for _ in range(2):
            with pytest.raises(psycopg.OperationalError):
                berlin.copier.look()
            berlin.copier.close()
        assert berlin.store.outbox.waiting()[0] == 3
    finally:
        postgresql.start()
    assert berlin.copier.look() == 3
    assert sorted(there(url)) == [("berlin", "c2"), ("berlin", "c3")]
    assert berlin.store.outbox.waiting() == (0, None)


def test_a_restart_goes_on_where_it_stopped(cell: Made, url: str) -> None:
    before = cell()
    before.store.add(call(1, "c1"))
    before.copier.look()
    before.store.add(call(4, "c2"))
    before.copier.close()
    after = cell()
    assert after.copier.look() == 1
    assert len(there(url)) == 2


def test_an_answer_that_got_lost_has_nothing_copied_twice(cell: Made, url: str) -> None:
    """The cell stops after PostgreSQL has taken what it sent, and before it has kept that."""
    berlin = cell()
    berlin.copier.look()
    berlin.store.add(call(1, "c1"))
    with berlin.store._db as db:
        db.execute("CREATE TEMP TABLE before AS SELECT * FROM outbox")
        standing = db.execute("SELECT sent FROM copying").fetchone()
        assert berlin.copier.look() == 1
        db.execute("INSERT INTO outbox SELECT * FROM before")
        db.execute("UPDATE copying SET sent = ?", standing)
    assert berlin.copier.look() == 0
    assert there(url) == [("berlin", "c1")]
    assert berlin.store.outbox.waiting() == (0, None)


def test_more_than_go_at_once_are_copied_one_lot_after_the_other(
    cell: Made, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "_AT_ONCE", 2)
    berlin = cell()
    berlin.copier.look()
    for number in range(5):
        berlin.store.add(call(3 * number + 1, f"c{number}", at=float(number)))
    assert [berlin.copier.look() for _ in range(4)] == [2, 2, 1, 0]
    assert [name for _, name in there(url)] == [f"c{number}" for number in range(5)]


def test_two_that_copy_one_cell_do_not_get_in_each_others_way(cell: Made, url: str) -> None:
    """As while one container is replaced by the next."""
    one, other = cell(), cell()
    one.copier.look()
    one.store.add(call(1, "c1"))
    assert one.copier.look() == 1
    one.store.add(call(4, "c2"))
    assert other.copier.look() == 1
    one.store.forget(["c1"])
    assert one.copier.look() == 1
    assert there(url) == [("berlin", "c2")]


def test_cells_make_the_tables_at_once(cell: Made, url: str) -> None:
    async def look_all() -> list[int]:
        cells = [cell(f"c{number}") for number in range(4)]
        return await asyncio.gather(*(asyncio.to_thread(each.copier.look) for each in cells))

    assert asyncio.run(look_all()) == [0, 0, 0, 0]
    with Central.opened(url) as central:
        assert [known.name for known in central.cells()] == ["c0", "c1", "c2", "c3"]


def test_another_database_of_the_same_name_is_refused_and_changes_nothing(cell: Made, url: str) -> None:
    berlin, impostor = cell(), cell(folder="elsewhere")
    berlin.store.add(call(1, "c1"))
    berlin.copier.look()
    impostor.store.add(call(1, "c9"))
    with pytest.raises(NameTaken, match="'berlin'"):
        impostor.copier.look()
    assert there(url) == [("berlin", "c1")]
    assert impostor.store.outbox.waiting()[0] == 1


def test_after_a_backup_of_the_cell_was_put_back_all_is_as_the_cell_has_it(
    cell: Made, url: str, tmp_path: Path
) -> None:
    berlin = cell()
    berlin.store.add([*call(1, "c1"), *call(4, "c2")])
    berlin.copier.look()
    berlin.close()
    shutil.copytree(tmp_path / "berlin", tmp_path / "backup")
    later = cell()
    later.store.forget(["c1"])
    later.store.add([*call(7, "c3"), *call(10, "c4")])
    later.copier.look()
    assert sorted(there(url)) == [("berlin", name) for name in ("c2", "c3", "c4")]
    restored = cell(folder="backup")
    restored.store.add(call(13, "c5"))
    restored.copier.look()
    assert sorted(there(url)) == [("berlin", name) for name in ("c1", "c2", "c5")]


def test_after_a_backup_of_the_database_was_put_back_all_is_as_the_cell_has_it(cell: Made, url: str) -> None:
    berlin = cell()
    berlin.store.add([*call(1, "c1"), *call(4, "c2")])
    berlin.copier.look()
    with psycopg.connect(url) as db:
        db.execute("CREATE TABLE backup AS SELECT * FROM parley.calls")
        (through,) = db.execute("SELECT through FROM parley.cells").fetchone() or ()
    berlin.store.forget(["c1"])
    berlin.copier.look()
    with psycopg.connect(url) as db:
        db.execute("UPDATE parley.cells SET through = %s", (through,))
        db.execute("DELETE FROM parley.calls")
        db.execute("INSERT INTO parley.calls SELECT * FROM backup")
    assert len(there(url)) == 2
    berlin.copier.look()
    assert there(url) == [("berlin", "c2")]


def test_what_is_no_text_for_postgresql_keeps_nothing_back(cell: Made, url: str) -> None:
    berlin = cell()
    berlin.store.add([*call(1, "c1", caller="a\0b"), *call(4, "c2")])
    berlin.copier.look()
    with Central.opened(url) as central:
        assert central.record("berlin", "c1") == berlin.store.record("c1")
    assert len(there(url)) == 2


def test_one_call_that_is_refused_keeps_no_other_back(cell: Made, url: str) -> None:
    berlin = cell()
    berlin.copier.look()
    with psycopg.connect(url) as db:
        db.execute("ALTER TABLE parley.calls ADD CHECK (call <> 'c2')")
    berlin.store.add([*call(1, "c1"), *call(4, "c2"), *call(7, "c3")])
    aside = copying.SET_ASIDE._value.get()
    berlin.copier.look()
    assert sorted(there(url)) == [("berlin", "c1"), ("berlin", "c3")]
    assert copying.SET_ASIDE._value.get() == aside + 1


def until(done: Callable[[], bool]) -> None:
    for _ in range(6000):
        if done():
            return
        time.sleep(0.01)
    raise AssertionError("it has not come about in a minute")


def test_the_work_goes_on_after_an_error_and_tells_what_waits(
    cell: Made, postgresql: Server, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "LOOK_S", 0.05)
    monkeypatch.setattr(copying, "_AFTER_ERROR_S", 0.05)
    berlin = cell()
    berlin.copier.look()
    berlin.store.add(call(1, "c1", at=1.0))
    copying.WAITING.set(0)
    failed = copying.FAILED._value.get()

    async def work() -> None:
        stopping = asyncio.Event()
        task = asyncio.create_task(berlin.copier.run(stopping))
        try:
            await asyncio.to_thread(until, lambda: copying.FAILED._value.get() > failed + 1)
            await asyncio.to_thread(until, lambda: copying.WAITING._value.get() == 1)
            assert copying.OLDEST._value.get() > 0
            await asyncio.to_thread(postgresql.start)
            await asyncio.to_thread(until, lambda: copying.WAITING._value.get() == 0)
        finally:
            stopping.set()
            await task

    postgresql.stop()
    try:
        asyncio.run(work())
    finally:
        postgresql.start()
    assert there(url) == [("berlin", "c1")]


def test_what_the_copies_hold_is_a_store_s_alone_where_nothing_is_copied(tmp_path: Path) -> None:
    store = Store(tmp_path / "records")
    store.add(call(1, "c1"))
    assert store.outbox.waiting() == (0, None)
    store.close()


def test_the_connection_says_who_it_is_and_gives_up_on_what_hangs(url: str) -> None:
    with tables.connected(url, "parley cell berlin") as db:
        assert db.execute("SHOW application_name").fetchone() == ("parley cell berlin",)
        assert db.execute("SHOW statement_timeout").fetchone() == ("30s",)
