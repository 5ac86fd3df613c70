import numpy as np
import pytest

from gateway.media.rtp.legs import Legs, TooManyCalls

HOST = 0x0A000001


def found(legs: Legs, host: int, port: int) -> int | None:
    rows, known = legs.find(np.array([host], np.uint32), np.array([port], np.uint16))
    return int(rows[0]) if known[0] else None


def test_a_packet_is_told_by_host_and_port() -> None:
    legs = Legs(3)
    row = legs.add("a", "10.0.0.1", 20_000)
    assert found(legs, HOST, 20_000) == row
    assert found(legs, HOST, 20_001) is None
    assert found(legs, HOST + 1, 20_000) is None


def test_rows_are_taken_and_given_back() -> None:
    legs = Legs(2)
    for port, call in enumerate("ab", 1):
        legs.book(call)
        legs.add(call, "10.0.0.1", port)
    with pytest.raises(TooManyCalls):
        legs.book("c")
    legs.give_back("a")
    legs.book("c")
    assert legs.remove("a") == 0
    assert found(legs, HOST, 1) is None
    assert legs.add("c", "10.0.0.1", 3) == 0
    assert legs.rows.tolist() == [0, 1]
    assert legs.row_of("a") is None
    assert legs.remove("a") is None


def test_a_port_that_is_used_again_belongs_to_the_newer_call() -> None:
    legs = Legs(2)
    legs.add("old", "10.0.0.1", 7)
    new = legs.add("new", "10.0.0.1", 7)
    assert found(legs, HOST, 7) == new
    legs.remove("old")
    assert found(legs, HOST, 7) == new
