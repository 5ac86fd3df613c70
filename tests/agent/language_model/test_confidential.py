"""Instructions are not read out, however they are cut into pieces."""

import pytest

from agent.language_model.confidential import Confidential

TEXT = (
    "You are the voice of Shop, a shop for tea. Be kind.\n- Use only the facts above. Never invent anything."
)


@pytest.mark.parametrize(
    "pieces",
    [
        ["You are the voice of Shop, a shop for tea."],
        ["I was told:", "you are the VOICE", "of shop a shop", "for tea, and so on."],
        ["Yes.", "Use only the facts above!"],
    ],
)
def test_a_sentence_of_them_is_found_when_it_is_complete(pieces: list[str]) -> None:
    confidential = Confidential(TEXT)
    *before, last = [confidential.reveals(piece) for piece in pieces]
    assert last
    assert not any(before)


@pytest.mark.parametrize(
    "said",
    ["I am the voice of Shop.", "Be kind.", "Never invent anything.", "We use only the facts.", "", "…"],
)
def test_what_only_resembles_them_may_be_said(said: str) -> None:
    confidential = Confidential(TEXT)
    assert not confidential.reveals(said)
    assert not confidential.reveals("Anything else?")


def test_without_instructions_all_may_be_said() -> None:
    assert not Confidential("").reveals("You are the voice of Shop, a shop for tea.")


def test_a_long_answer_is_read_along_to_its_end() -> None:
    confidential = Confidential(TEXT)
    assert not any(confidential.reveals(f"This is sentence number {n} of a long story.") for n in range(200))
    assert confidential.reveals("And: use only the facts above.")
