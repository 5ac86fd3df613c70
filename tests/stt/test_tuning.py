"""What is chosen on machines of all kinds; how long a decode takes there, a table tells."""

import pytest

from stt import tuning
from stt.transcriber import Transcriber
from stt.tuning import Tuning, tune
from tests.fakes.engines.ears import Ears


class Machine:
    """Loads engines that are as fast as the table says: seconds by threads of a decode, and decodes at once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, seconds: dict[tuple[int, int], float]) -> None:
        self.seconds = seconds
        self.made: list[tuple[int, int]] = []
        self.engines: list[tuple[Transcriber, tuple[int, int]]] = []
        monkeypatch.setattr(tuning, "_time", self._time)

    def make(self, threads: int, at_once: int) -> Transcriber:
        engine = Ears()
        self.made.append((threads, at_once))
        self.engines.append((engine, (threads, at_once)))
        return engine

    def of(self, engine: Transcriber) -> tuple[int, int]:
        return next(made for one, made in self.engines if one is engine)

    def _time(self, engine: Transcriber, at_once: int) -> float:
        threads, most = self.of(engine)
        assert at_once <= most
        return self.seconds[threads, at_once]


SMALL = {(1, 1): 0.171, (2, 1): 0.207, (1, 2): 0.282}
"""Two cores with slow memory."""
LARGE = {
    (1, 1): 0.4, (2, 1): 0.22, (4, 1): 0.12, (8, 1): 0.11,
    (4, 2): 0.13, (4, 4): 0.15,
}  # fmt: skip
"""Sixteen cores with fast memory."""


def test_a_thread_that_gains_nothing_is_left_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, SMALL)
    engine, found = tune(machine.make, 2)
    assert found == Tuning(threads=1, at_once=1)
    assert machine.of(engine)[0] == 1


def test_what_gains_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, LARGE)
    engine, found = tune(machine.make, 16)
    assert found == Tuning(threads=4, at_once=4)
    assert machine.of(engine) == (4, 4)


def test_one_core_has_one_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, {(1, 1): 1.0})
    assert tune(machine.make, 1)[1] == Tuning(1, 1)


def test_what_is_set_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, {})
    engine, found = tune(machine.make, 8, threads=2, at_once=3)
    assert found == Tuning(2, 3)
    assert machine.of(engine) == (2, 3)


def test_a_slow_start_is_not_made_slower(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "_BUDGET_S", -1.0)
    machine = Machine(monkeypatch, LARGE)
    assert tune(machine.make, 16)[1] == Tuning(1, 1)
    assert machine.made == [(1, 1)]
