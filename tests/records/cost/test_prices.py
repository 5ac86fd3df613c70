from pathlib import Path

import pytest

from parley.errors import SettingError
from parley.usage.tally import Use
from records.cost.prices import Prices, read

WHOLE = """\
currency: EUR
engines:
  whisper-1: {minute: 0.006}
  big:
    million_read: 2
    million_cached: 1
    million_written: 10
    request: 0.001
  plain: {million_read: 2, million_written: 10}
  alloy: {million_characters: 15}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "prices"


def prices(file: Path, text: str = WHOLE) -> Prices:
    file.write_text(text)
    found = read(file)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("use", "cost"),
    [
        (Use(part="stt", engine="whisper-1", requests=1, seconds=90), 0.009),
        (Use(part="llm", engine="big", requests=2, read=1500, cached=500, written=100), 0.002 + 0.0035),
        # A server that counts wrong gives nothing back.
        (Use(part="llm", engine="big", read=500, cached=1000), 0.001),
        (Use(part="llm", engine="plain", requests=1, read=1500, cached=500, written=100), 0.004),
        (Use(part="tts", engine="alloy", requests=1, characters=200), 0.003),
        (Use(part="llm", requests=1, read=1500, written=100), 0.0),
        (Use(part="llm", engine="unheard-of", requests=1, read=1500), None),
        (Use(part="tts", engine="whisper-1", requests=1, characters=200), None),
    ],
)
def test_what_a_use_costs(file: Path, use: Use, cost: float | None) -> None:
    assert prices(file).of(use) == (None if cost is None else pytest.approx(cost))


def test_the_stacks_own_may_have_a_price_too(file: Path) -> None:
    known = prices(file, "currency: USD\nengines: {local: {minute: 0.6}}\n")
    assert known.currency == "USD"
    assert known.of(Use(part="stt", requests=1, seconds=30)) == pytest.approx(0.3)


def test_an_empty_file_has_no_prices(file: Path) -> None:
    file.write_text("# nothing yet\n")
    assert read(file) is None


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (WHOLE.replace("0.006", "cheap"), "line 3: engines.whisper-1.minute: expected `float"),
        (
            WHOLE.replace("million_read: 2\n", "million_read: -2\n"),
            "line 5: engines.big.million_read: expected `float` >= 0",
        ),
        (WHOLE.replace("    request", "    requests"), "line 8: engines.big.requests: .*unknown field"),
        (WHOLE.replace("EUR", "euro"), "line 1: currency: expected `str` matching"),
        (WHOLE.replace("currency: EUR\n", ""), "line 1: currency: expected `str`, got `null`"),
        (WHOLE.replace("engines:", "engine:"), "line 2: engine: there is no such field"),
        (WHOLE.replace("0.006", ".inf"), "line 3: engines.whisper-1.minute"),
        (WHOLE + "  big: {minute: 1}\n", "line 11: engines.big: stands here for the second time"),
        ("currency: EUR\nengines: [big]\n", "line 2: engines: must be a mapping"),
        ("- EUR\n", "line 1: must be a mapping"),
        ("currency: EUR\n  engines: {\n", "line [23]: not YAML"),
    ],
)
def test_an_error_names_line_and_field(file: Path, text: str, error: str) -> None:
    file.write_text(text)
    with pytest.raises(SettingError, match=f"PRICES: {error}"):
        read(file)


def test_where_there_is_no_file_there_are_no_prices_and_one_that_cannot_be_read_is_named(
    tmp_path: Path,
) -> None:
    assert read(tmp_path / "none") is None
    with pytest.raises(SettingError, match="PRICES: Is a directory"):
        read(tmp_path)
