"""Settings of chats that depend on each other."""

import pytest

from chat.settings import ChatSettings
from parley.errors import SettingError


def settings(**more: object) -> ChatSettings:
    return ChatSettings(redis_url="redis://127.0.0.1", ari_password="secret", **more)  # type: ignore[arg-type]


def test_texts_go_over_a_trunk_that_there_is() -> None:
    with pytest.raises(SettingError) as caught:
        settings(sms_trunk=True)
    assert caught.value.variable == "SMS_TRUNK"


@pytest.mark.parametrize(
    ("transport", "address"),
    [("udp", "carrier.example:5070"), ("tls", "carrier.example:5070;transport=tls")],
)
def test_a_trunk_stands_in_addresses_as_asterisk_reaches_it(transport: str, address: str) -> None:
    trunk = settings(sms_trunk=True, trunk_host="carrier.example:5070", trunk_transport=transport)
    assert (trunk.trunk_address, trunk.trunk_domain) == (address, "carrier.example")
    assert settings(trunk_host="x", trunk_from_domain="acme.example").trunk_domain == "acme.example"
