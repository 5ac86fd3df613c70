from collections.abc import Sequence

import pytest

from agent.knowledge import prepared
from agent.knowledge.decide import Decision
from agent.knowledge.prepared import KEPT, Prepared
from parley.agents import Agent


class Base:
    """Decides anew whenever it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[str]]] = []

    def ask(self, agent: Agent, text: str, earlier: Sequence[str], *, heard: str = "") -> Decision:
        self.asked.append((text, list(earlier)))
        return Decision("unknown", passages=(text,))


def test_the_same_words_are_decided_once(shop: Agent) -> None:
    base = Base()
    known = Prepared(base)
    early = known.prepare(shop, "what do you sell", ["hello"])
    assert known.prepare(shop, "What do you sell.", ["hello"]) is early
    assert known.ask(shop, "What do you sell", ["hello"]) is early
    assert len(base.asked) == 1


@pytest.mark.parametrize(
    ("text", "earlier"),
    [("what do you smell", ["hello"]), ("what do you sell", []), ("what do you sell?", ["hello"])],
)
def test_other_words_or_another_conversation_are_decided_anew(
    shop: Agent, text: str, earlier: list[str]
) -> None:
    base = Base()
    known = Prepared(base)
    known.prepare(shop, "what do you sell", ["hello"])
    assert known.ask(shop, text, earlier).passages == (text,)
    assert base.asked[-1] == (text, earlier)


def test_an_old_decision_is_made_again(shop: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(prepared.time, "monotonic", lambda: now)
    base = Base()
    known = Prepared(base)
    known.prepare(shop, "are you open now", [])
    now += prepared.LATEST_S
    known.ask(shop, "are you open now", [])
    assert len(base.asked) == 2


def test_only_so_many_are_kept(shop: Agent) -> None:
    base = Base()
    known = Prepared(base)
    for number in range(KEPT + 1):
        known.prepare(shop, f"question {number}", [])
    known.ask(shop, "question 1", [])
    assert len(base.asked) == KEPT + 1
    known.ask(shop, "question 0", [])
    assert len(base.asked) == KEPT + 2
