from parley.telephone import numbers
from records.central.row import caller_end, words


def test_words_are_found_whatever_their_capitals_and_accents() -> None:
    assert words("Café, CAFE! Öffnungszeiten?") == ["cafe", "offnungszeiten"]
    assert words(" – ") == []


def test_texts_that_are_one_caller_have_one_end() -> None:
    same = ["+49 30 123456", "004930123456", "030123456", "4930123456"]
    assert all(numbers.same(same[0], other) for other in same)
    assert {caller_end(text) for text in same} == {"123456"}
    assert caller_end("1001") == "1001"
    assert caller_end("web-Jane") == "web-Jane"
