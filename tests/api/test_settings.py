"""Settings of the API that are wrong are named."""

import pytest

from api.settings import ApiSettings
from parley.errors import SettingError
from parley.settings import load


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("API_DIAL_PREFIXES", "49"),
        ("API_DIAL_PREFIXES", "+"),
        ("API_CALLER_IDS", "TechStore"),
        ("API_CALLER_IDS", "+49,"),
    ],
)
def test_what_is_no_number_is_told(name: str, value: str) -> None:
    with pytest.raises(SettingError) as caught:
        load(ApiSettings, {"REDIS_URL": "redis://redis", name: value})
    assert caught.value.variable == name


def test_numbers_have_commas_between() -> None:
    settings = load(
        ApiSettings,
        {"REDIS_URL": "redis://redis", "API_DIAL_PREFIXES": "+49, +43", "API_CALLER_IDS": "100,+4930123"},
    )
    assert settings.api_dial_prefixes == "+49, +43"
