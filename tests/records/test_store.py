import time
from pathlib import Path

from parley.event_log import LoggedEvent
from parley.messages import Event
from records.query import Query
from records.store import Store


def logged(number: int, kind: str, call: str = "c1", at: float | None = None, **data: object) -> LoggedEvent:
    event = Event(call=call, kind=kind, at=time.time() if at is None else at, data={"agent": "shop", **data})
    return LoggedEvent(f"{number}-0", event)


def call(
    number: int, name: str, caller: str = "1001", at: float | None = None, **started: object
) -> list[LoggedEvent]:
    return [
        logged(number, "call_started", name, at, caller=caller, extension="100", **started),
        logged(number + 1, "caller_said", name, at, turn=1, text=f"a secret of {name}"),
        logged(number + 2, "call_ended", name, at, outcome="caller_hung_up"),
    ]


def calls(store: Store, **query: object) -> list[str]:
    return [record.call for record in store.records(Query(**query))]  # type: ignore[arg-type]


def test_a_call_has_a_record_once_it_has_ended(store: Store) -> None:
    started, said, ended = call(1, "c1")
    assert store.add([started, said]) == []
    assert calls(store) == []
    assert store.add([ended]) == [("shop", "caller_hung_up")]
    assert calls(store) == ["c1"]


def test_what_comes_twice_counts_once(store: Store) -> None:
    store.add(call(1, "c1"))
    assert store.add(call(1, "c1")) == []
    (record,) = store.records(Query())
    assert len(record.turns) == 1
    assert store.count() == 1


def test_events_are_put_in_the_order_of_the_stream(store: Store) -> None:
    at = time.time()
    store.add([logged(n, "key", at=at, digit=str(n)) for n in (10, 9, 8)])
    store.add([logged(11, "call_ended", at=at, outcome="x")])
    (record,) = store.records(Query())
    assert [key["digit"] for key in record.keys] == ["8", "9", "10"]


def test_records_survive_a_restart(store: Store, tmp_path: Path) -> None:
    store.add(call(1, "c1"))
    store.close()
    again = Store(tmp_path / "records")
    assert calls(again) == ["c1"]
    again.close()


def test_an_export_sees_what_another_process_writes(store: Store, tmp_path: Path) -> None:
    reader = Store(tmp_path / "records")
    assert calls(reader) == []
    store.add(call(1, "c1"))
    assert calls(reader) == ["c1"]
    reader.close()


def test_records_are_chosen_by_time_agent_and_caller(store: Store) -> None:
    for number, (name, caller, at) in enumerate([("a", "1", 100.0), ("b", "2", 200.0), ("c", "1", 300.0)]):
        store.add(call(number * 10 + 1, name, caller, at))
    assert calls(store) == ["a", "b", "c"]
    assert calls(store, since=200.0) == ["b", "c"]
    assert calls(store, until=200.0) == ["a"]
    assert calls(store, caller="1") == ["a", "c"]
    assert calls(store, agent="clinic") == []


def test_a_forgotten_call_leaves_nothing_and_does_not_come_back(store: Store, tmp_path: Path) -> None:
    mine, other = call(1, "c1"), call(11, "c2", "1002")
    store.add(mine[:2])
    store.add([logged(5, "recording", file="c1.wav")])
    store.add(other)
    assert store.calls_of("1001") == {"c1"}
    assert store.forget({"c1"}) == ["c1.wav"]
    store.add(mine)  # delivered again, or still on its way
    assert calls(store) == ["c2"]
    assert store.calls_of("1001") == set()
    for file in (tmp_path / "records").iterdir():
        assert b"a secret of c1" not in file.read_bytes(), file


def test_old_records_expire_with_their_recordings(store: Store) -> None:
    store.add(call(1, "old", at=time.time() - 11 * 86_400))
    store.add([logged(4, "recording", "old", time.time() - 11 * 86_400, file="old.wav")])
    store.add(call(11, "new", at=time.time() - 9 * 86_400))
    assert store.expire(10) == (1, ["old.wav"])
    assert calls(store) == ["new"]


def test_a_call_whose_gateway_died_gets_its_record(store: Store) -> None:
    store.add(call(1, "c1", at=time.time() - 9000)[:2])
    assert store.end_silent(time.time() - 10_000) == 0
    assert store.end_silent(time.time() - 8000) == 1
    (record,) = store.records(Query())
    assert record.outcome == "lost"


def asked(number: int, question: str, register: str = "unknown", name: str = "c1") -> LoggedEvent:
    return logged(number, "open_question", name, question=question, register=register, said="No idea.")


def test_open_questions_are_counted_by_their_wording(store: Store) -> None:
    store.add([asked(1, "Do you sell tea?"), asked(2, "do you sell tea"), asked(3, "And coffee?", "unsure")])
    assert store.questions(Query(agent="shop")) == []  # the call goes on
    store.add([logged(4, "call_ended", outcome="x")])
    first, second = store.questions(Query(agent="shop"))
    assert (first.count, first.register, first.question.lower().rstrip("?")) == (
        2,
        "unknown",
        "do you sell tea",
    )
    assert (second.count, second.register, second.question) == (1, "unsure", "And coffee?")
    assert (first.call, second.call) == ("c1", "c1")
    assert store.questions(Query(agent="another")) == []


def test_open_questions_of_a_caller_are_forgotten_with_the_rest(store: Store) -> None:
    store.add([*call(1, "c1")[:2], asked(3, "Do you sell tea?"), call(4, "c1")[2]])
    assert len(store.questions(Query())) == 1
    store.forget(store.calls_of("1001"))
    assert store.questions(Query()) == []


def test_a_caller_is_found_however_their_number_is_written(store: Store) -> None:
    store.add([*call(1, "c1", "+4930123456"), *call(4, "c2", "+4930123457"), *call(7, "c3", "")])
    for written in ("+4930123456", "004930123456", "030123456", "030 / 12 34 56"):
        assert store.calls_of(written) == {"c1"}
        assert calls(store, caller=written) == ["c1"]
    assert store.calls_of("anonymous") == {"c3"}
