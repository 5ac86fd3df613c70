from hypothesis import given
from hypothesis import strategies as st

from parley.telephone.pieces import pieces


@given(st.text(alphabet="ab .!\n", max_size=200), st.integers(1, 20))
def test_every_piece_fits_and_nothing_but_spaces_is_lost(text: str, most: int) -> None:
    found = pieces(text, lambda rest: min(most, len(rest)))
    assert all(0 < len(piece) <= most for piece in found)
    assert "".join("".join(found).split()) == "".join(text.split())


def test_it_is_split_between_sentences_else_words_else_anywhere() -> None:
    def ten(rest: str) -> int:
        return min(10, len(rest))

    assert pieces("One. Two three four.", ten) == ["One.", "Two three", "four."]
    assert pieces("abcdefghijklm", ten) == ["abcdefghij", "klm"]
