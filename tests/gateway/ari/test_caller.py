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
        ({"name": "PJSIP/edge-0000002a", "caller": {"number": "1001"}}, "1001"),
        ({"name": "PJSIP/edge-web-0000002a", "caller": {"number": "1001"}}, "1001"),
        ({}, ""),
    ],
)  # fmt: skip
def test_the_source_is_a_user_or_an_address_of_the_trunk(channel: dict[str, Any], expected: str) -> None:
    assert source(channel) == expected


@pytest.mark.parametrize(
    ("number", "known"),
    [("1001", "1001"), ("03023125999", "+493023125999"), ("canary", ""), ("c a l l <me>", "")],
)
def test_a_caller_is_a_number(number: str, known: str) -> None:
    assert caller_number({"name": "PJSIP/trunk-0000002a", "caller": {"number": number}}, "DE") == known


def test_a_user_of_the_console_has_the_name_that_the_dialplan_knows() -> None:
    channel = {"name": "PJSIP/web-00000001", "caller": {"number": "console.olga"}}
    assert caller_number(channel, "DE") == "console.olga"


def test_the_canary_is_known_by_its_login() -> None:
    assert caller_number({"name": "PJSIP/canary-00000001", "caller": {"number": "canary"}}, "DE") == "canary"
