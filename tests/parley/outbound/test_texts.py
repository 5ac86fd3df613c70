"""To whom else a caller may have a text sent."""

import pytest

from parley.outbound.texts import OtherNumbers

RULES = OtherNumbers(("+49", "+1", "+4479"))


@pytest.mark.parametrize(
    "number",
    ["+4915112345678", "+12025550123", "+447911123456"],
    ids=["a mobile telephone", "where these are not told apart", "a longer prefix"],
)
def test_mobile_numbers_that_begin_so_may_have_one(number: str) -> None:
    assert RULES.may_have(number)


@pytest.mark.parametrize(
    "number",
    [
        "+4930123456",
        "+499001234567",
        "+4918012345678",
        "+447400123456",
        "+43664123456",
        "+490151123456789",
        "015112345678",
        "1001",
        "110",
        "+49",
        "",
        "+49abc",
    ],
)
def test_no_other_does(number: str) -> None:
    assert not RULES.may_have(number)


def test_without_prefixes_nobody_does() -> None:
    assert not OtherNumbers().may_have("+4915112345678")
