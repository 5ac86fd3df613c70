from parley.printed import count


def test_one_is_no_plural() -> None:
    assert [count(number, "call") for number in (0, 1, 2)] == ["0 calls", "1 call", "2 calls"]
