"""Who calls, by the channel."""

from typing import Any

import pytest

from gateway.ari.caller import caller_number, source


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        ({"name": "PJSIP/1001-0000002a"}, "1001"),
        ({"name": "PJSIP/trunk-0000002a", "channelvars": {"PARLEY_SOURCE": "198.51.100.7:5060"}}, "trunk 198.51.100.7"),
        ({"name": "PJSIP/trunk-0000002a"}, "trunk "),
        ({}, ""),
    ],
)  # fmt: skip
def test_the_source_is_a_user_or_an_address_of_the_trunk(channel: dict[str, Any], expected: str) -> None:
    assert source(channel) == expected


def test_the_callers_number() -> None:
    assert caller_number({"caller": {"number": "+49301234", "name": ""}}) == "+49301234"
