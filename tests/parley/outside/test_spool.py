"""What waits for others: order, at least once, and what goes with a caller."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from parley.outside.endpoints import Endpoint
from parley.outside.notes import Note
from parley.outside.spool import Letter, Spool

NOON = 1_780_000_000.0
DAY = 86_400.0


def note(id_: str, line: str = "c1", kind: str = "call.ended", agent: str = "shop") -> Note:
    return Note(id_, kind, f'{{"about": "{line}"}}', NOON, line, line, agent)


def put(spool: Spool, name: str = "crm", **more: tuple[str, ...]) -> None:
    spool.put(Endpoint(name, f"https://{name}.example/", "whsec_AAAA", **more))


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path)
    put(spool)
    yield spool
    spool.close()


def due(spool: Spool, at: float = NOON, name: str = "crm") -> list[Letter]:
    return spool.due(name, at, 100)


def ids(letters: list[Letter]) -> list[str]:
    return [letter.id for letter in letters]


def test_of_a_call_the_next_waits_for_the_one_before_and_calls_do_not_wait_for_each_other(
    spool: Spool,
) -> None:
    for id_, line in (("a1", "a"), ("a2", "a"), ("b1", "b")):
        spool.add(note(id_, line))
    first = due(spool)
    assert ids(first) == ["a1", "b1"]
    spool.failed(first[0].number, "status: 500", NOON + 60)
    assert ids(due(spool)) == ["b1"]
    assert ids(due(spool, NOON + 60)) == ["b1", "a1"]
    spool.taken(first[0].number, NOON + 61)
    assert ids(due(spool, NOON + 61)) == ["a2", "b1"]


def test_what_is_dead_holds_up_nobody_and_can_be_sent_again(spool: Spool) -> None:
    spool.add(note("a1", "a"))
    spool.add(note("a2", "a"))
    (first,) = due(spool)
    spool.failed(first.number, "timeout: none", None)
    assert ids(due(spool)) == ["a2"]
    (dead,) = spool.dead(10)
    assert (dead.id, dead.attempts, dead.error) == ("a1", 1, "timeout: none")
    assert spool.again(first.number, NOON + 100) == 1
    assert spool.dead(10) == []
    (again,) = due(spool, NOON + 100)
    assert (again.id, again.attempts, again.since) == ("a1", 0, NOON + 100)
    assert spool.again(first.number, NOON) == 0


def test_the_same_event_is_put_in_once_also_when_it_was_taken(spool: Spool) -> None:
    spool.add(note("a1"))
    (letter,) = due(spool)
    spool.taken(letter.number, NOON)
    spool.add(note("a1"))
    assert due(spool) == []


def test_each_receiver_has_its_own_and_only_what_it_wants(spool: Spool) -> None:
    put(spool, "shop", events=("call.ended",), agents=("shop",))
    spool.add(note("a1", kind="call.started"))
    spool.add(note("a2"))
    spool.add(note("b2", "b", agent="clinic"))
    spool.add(note("t", "test", kind="test", agent=""), to="shop")
    assert ids(due(spool, name="crm")) == ["a1", "b2"]
    assert ids(due(spool, name="shop")) == ["a2", "t"]


def test_all_is_there_after_a_restart_and_a_changed_receiver_keeps_what_waits(
    spool: Spool, tmp_path: Path
) -> None:
    spool.add(note("a1"))
    put(spool, "crm", events=("alert",))
    other = Spool(tmp_path)
    assert ids(due(other)) == ["a1"]
    assert other.endpoint("crm") == spool.endpoint("crm")
    other.close()


def test_nothing_is_kept_of_a_transaction_that_breaks(spool: Spool) -> None:
    def broken() -> None:
        with spool.transaction():
            spool.add(note("a1"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    assert due(spool) == []


def test_a_receiver_that_is_removed_takes_its_messages_along(spool: Spool) -> None:
    spool.add(note("a1"))
    assert spool.remove("crm")
    assert not spool.remove("crm")
    put(spool)
    assert due(spool) == []


def test_nothing_is_left_of_a_caller_who_is_forgotten_nor_comes_later(spool: Spool, tmp_path: Path) -> None:
    spool.keep_call("c1", "+49 30 123456", b'{"caller": "030-123456-secret"}', NOON, ended=True)
    spool.add(Note("a1", "call.ended", '{"caller": "030-123456-secret"}', NOON, "c1", "c1", "shop"))
    spool.add(note("b1", "b"))
    assert spool.calls_of("+4930123456") == {"c1"}
    spool.forget(["c1"])
    assert ids(due(spool)) == ["b1"]
    assert spool.call("c1") is None
    spool.add(note("a2", "c1"))
    spool.keep_call("c1", "+4930123456", b"{}", NOON, ended=False)
    assert ids(due(spool)) == ["b1"]
    assert spool.call("c1") is None
    assert all(b"123456-secret" not in file.read_bytes() for file in tmp_path.iterdir())


def test_what_is_old_goes_and_a_call_stays_known_for_as_long_as_its_messages(spool: Spool) -> None:
    spool.keep_call("c1", "1001", b"{}", NOON, ended=True)
    spool.keep_call("c2", "1002", b"{}", NOON, ended=True)
    spool.add(note("a1", "c1"))
    (letter,) = due(spool)
    spool.failed(letter.number, "status: 500", None)
    spool.expire(NOON + 2 * DAY, 90)
    assert spool.calls_of("1001") == {"c1"}
    assert spool.calls_of("1002") == set()
    spool.expire(NOON + 1000 * DAY, 0)
    assert len(spool.dead(10)) == 1
    spool.expire(NOON + 91 * DAY, 90)
    spool.expire(NOON + 91 * DAY, 90)
    assert spool.dead(10) == []
    assert spool.calls_of("1001") == set()


def test_figures(spool: Spool) -> None:
    for id_ in ("a1", "b1"):
        spool.add(note(id_, id_))
    put(spool, "idle")
    spool.failed(due(spool)[0].number, "gone: 410", None)
    figures = spool.figures()
    assert (figures["crm"].waiting, figures["crm"].dead, figures["crm"].oldest_at) == (1, 1, NOON)
    assert (figures["idle"].waiting, figures["idle"].dead, figures["idle"].oldest_at) == (0, 0, None)
