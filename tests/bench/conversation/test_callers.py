"""What the bench caller takes for an answer."""

from bench.conversation.callers import only_a_filler, replies
from gateway.conversation.speaking import FILLER
from parley.messages import Event


def spoke(revision: int) -> Event:
    return Event(call="c", kind="agent_speaks", at=0.0, data={"revision": revision})


def test_a_filler_is_no_answer_until_one_follows() -> None:
    assert not only_a_filler([])
    assert not only_a_filler([spoke(0)])
    assert only_a_filler([spoke(0), spoke(FILLER)])
    assert not only_a_filler([spoke(0), spoke(FILLER), spoke(1)])


def said(at: float, text: str, revision: int = 1) -> Event:
    return Event(call="c", kind="agent_said", at=at, data={"revision": revision, "text": text})


def test_a_reply_is_what_was_heard_after_a_line_and_before_the_next_one_ended() -> None:
    events = [
        said(1.0, "Hello."),
        said(11.0, "One moment, please.", FILLER),
        said(12.0, "We are open."),
        said(13.0, "Until five."),
        said(21.0, "It costs five euros."),
    ]
    assert replies(events, [10.0, 20.0]) == ["We are open. Until five.", "It costs five euros."]


def test_what_was_not_said_has_no_reply() -> None:
    assert replies([said(12.0, "We are open.")], [10.0, None]) == ["We are open.", ""]
