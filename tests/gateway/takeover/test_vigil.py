"""Who lives, who takes calls, and who is gone."""

from collections.abc import Iterable

import msgspec
import pytest

from gateway.takeover import vigil as module
from gateway.takeover.vigil import Sign, Vigil

STEP_S = 0.2


class Watching:
    """One gateway that looks again and again while others tell, listen, or do not."""

    def __init__(self) -> None:
        self.vigil = Vigil()
        self.vigil.listening(0.0)
        self.now = 1000.0
        self.told: dict[str, Sign] = {}
        self.gone: list[str] = []

    def tell(self, gateway: str, **fields: object) -> None:
        """A gateway tells something new of itself."""
        before = self.told.get(gateway, Sign(app=f"parley-{gateway}", calls=0, draining=False, beat=0))
        self.told[gateway] = msgspec.structs.replace(before, beat=before.beat + 1, **fields)

    def look(self, for_s: float = 0.0, living: Iterable[str] = (), there: Iterable[str] = ()) -> None:
        """Look for so long, once at least; `living` tell meanwhile, `there` listen."""
        for _ in range(max(1, round(for_s / STEP_S))):
            self.now += STEP_S
            for gateway in living:
                self.tell(gateway)
            self.gone += self.vigil.look(self.told, set(there), self.now)


@pytest.fixture
def it() -> Watching:
    watching = Watching()
    watching.look(1.0, living=["b"], there=["b"])
    return watching


def test_one_that_tells_and_listens_lives(it: Watching) -> None:
    it.look(60.0, living=["b"], there=["b"])
    assert (it.gone, list(it.vigil.living)) == ([], ["b"])


def test_one_that_tells_nothing_more_is_gone_even_if_it_listens(it: Watching) -> None:
    it.look(module.SILENT_S - STEP_S, there=["b"])
    assert it.gone == []
    it.look(2 * STEP_S, there=["b"])
    assert (it.gone, it.vigil.living) == (["b"], {})


def test_one_whose_process_has_died_is_gone_sooner(it: Watching) -> None:
    it.look(2 * STEP_S)
    assert it.gone == ["b"]


def test_one_that_does_not_listen_and_tells_lives(it: Watching) -> None:
    it.look(10.0, living=["b"])
    assert it.gone == []


def test_one_that_never_listened_has_the_longer_time() -> None:
    it = Watching()
    it.look(1.0, living=["b"])
    it.look(module.SILENT_S - STEP_S)
    assert it.gone == []


@pytest.mark.parametrize("since", [None, 1000.5])
def test_who_has_not_listened_for_a_while_takes_no_other_for_dead(it: Watching, since: float | None) -> None:
    it.vigil.listening(since)  # Redis was started anew: all connections have broken
    it.look(module.SILENT_S - 2 * STEP_S)
    assert it.gone == []


def test_who_has_not_looked_for_a_while_takes_nobody_for_gone(it: Watching) -> None:
    it.now += 30
    it.look(there=["b"])
    assert it.gone == []
    it.look(2.0, living=["b"], there=["b"])
    assert it.gone == []


def test_a_redis_that_has_lost_everything_tells_of_nobody_s_end(it: Watching) -> None:
    it.told.clear()
    it.look(module.SILENT_S - 2 * STEP_S, there=["b"])
    assert it.gone == []
    it.look(2.0, living=["b"], there=["b"])
    assert it.gone == []


def test_one_that_is_gone_is_found_so_once_until_it_tells_more(it: Watching) -> None:
    it.look(10.0)
    assert it.gone == ["b"]
    it.look(1.0, living=["b"])
    assert list(it.vigil.living) == ["b"]
    it.look(10.0)
    assert it.gone == ["b", "b"]


def test_one_that_comes_back_in_time_was_not_gone(it: Watching) -> None:
    it.look(STEP_S)
    it.told["b"] = msgspec.structs.replace(it.told["b"], beat=1)
    it.look(1.0, living=["b"])
    assert it.gone == []


def test_one_that_says_so_is_gone_at_once(it: Watching) -> None:
    it.tell("b", left=True)
    it.look(there=["b"])
    it.look(5.0)
    assert it.gone == ["b"]


def test_what_could_not_be_taken_over_is_found_again(it: Watching) -> None:
    it.look(5.0)
    it.vigil.exhume("b")
    it.look(5.0)
    assert it.gone == ["b", "b"]


def test_one_that_has_just_died_may_return_and_one_that_was_stopping_does_not(it: Watching) -> None:
    it.look(1.0)
    assert it.vigil.may_return(it.now)
    assert not it.vigil.may_return(it.now + module.RETURN_S)
    for fields in ({"draining": True}, {"left": True}):
        other = Watching()
        other.look(1.0, living=["b"], there=["b"])
        other.tell("b", **fields)
        other.look()
        other.look(2.0)
        assert (other.gone, other.vigil.may_return(other.now)) == (["b"], False)
