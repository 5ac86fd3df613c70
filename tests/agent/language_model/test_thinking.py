import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.language_model.thinking import Thinking


def spoken(chunks: list[str], *, begun: bool = False, truncated: bool = False) -> str:
    thinking = Thinking(begun=begun)
    return "".join(map(thinking.feed, chunks)) + thinking.end(truncated=truncated)


ANSWERS = [
    ("We are open.", "We are open."),
    ("<think>Hm, Sunday?</think>\n\nWe are closed.", "We are closed."),
    ("<thinking>Hm.</thinking>We are <think>sure?</think>closed.", "We are closed."),
    ("<think></think>\nYes.", "Yes."),
    ("2 < 3 and <b>so</b> on", "2 < 3 and <b>so</b> on"),
    ("It ends with <th", "It ends with <th"),
    ("<think>never done", ""),
]


@pytest.mark.parametrize(("written", "expected"), ANSWERS)
@given(data=st.data())
def test_thoughts_are_left_out_wherever_the_stream_is_cut(
    written: str, expected: str, data: st.DataObject
) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(written)))))
    chunks = [written[a:b] for a, b in zip([0, *cuts], [*cuts, len(written)], strict=True)]
    assert spoken(chunks) == expected


def test_words_are_not_held_back() -> None:
    thinking = Thinking()
    assert [thinking.feed(chunk) for chunk in ("We ", "are ", "open <", "b>")] == [
        "We ",
        "are ",
        "open ",
        "<b>",
    ]


def test_a_thought_that_the_prompt_opened_is_known_from_then_on() -> None:
    first = Thinking()
    assert first.feed("Let me see.</think>We are open.") == "We are open."
    assert first.begins_within
    second = Thinking(begun=True)
    assert [second.feed(chunk) for chunk in ("Let me", " see.</thi", "nk>\n\nYes", ".")] == [
        "",
        "",
        "Yes",
        ".",
    ]
    assert second.begins_within


def test_an_answer_without_the_thought_that_was_expected_is_not_lost() -> None:
    assert spoken(["We are", " open."], begun=True) == "We are open."
    assert spoken(["Let me see"], begun=True, truncated=True) == ""
    thinking = Thinking(begun=True)
    thinking.feed("We are open.")
    thinking.end()
    assert not thinking.begins_within


def test_marks_without_anything_between_are_no_thought() -> None:
    empty, real = Thinking(), Thinking()
    empty.feed("<think>\n\n</think>Yes.")
    real.feed("<think>Hm")
    assert (empty.thought, real.thought) == (False, True)
