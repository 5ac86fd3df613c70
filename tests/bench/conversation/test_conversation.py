"""What the bench caller takes for an answer."""

from bench.conversation.__main__ import only_a_filler
from gateway.conversation.speaking import FILLER
from parley.messages import Event


def spoke(revision: int) -> Event:
    return Event(call="c", kind="agent_speaks", at=0.0, data={"revision": revision})


def test_a_filler_is_no_answer_until_one_follows() -> None:
    assert not only_a_filler([])
    assert not only_a_filler([spoke(0)])
    assert only_a_filler([spoke(0), spoke(FILLER)])
    assert not only_a_filler([spoke(0), spoke(FILLER), spoke(1)])
