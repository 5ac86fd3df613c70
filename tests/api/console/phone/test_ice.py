"""What browsers are told of STUN and TURN servers."""

import hashlib
import hmac
import time
from base64 import b64decode

import pytest

from api.console.phone.ice import LASTS_S, Helpers
from parley.errors import SettingError
from tests.api.console.conftest import Console

SECRET = "a-long-random-word"
UDP, TCP = "turn:turn.example.com:3478?transport=udp", "turns:turn.example.com"


def test_without_settings_there_is_none() -> None:
    assert Helpers("", "").servers("olga") == []


def test_a_turn_server_takes_the_password_until_it_ends() -> None:
    stun, turn = Helpers(f"{UDP}, stun:stun.example.com:3478,{TCP}", SECRET).servers("olga")
    assert stun == {"urls": "stun:stun.example.com:3478"}
    assert turn["urls"] == [UDP, TCP]
    until, user = turn["username"].split(":")
    assert user == "olga"
    assert time.time() < int(until) <= time.time() + LASTS_S
    proof = hmac.digest(SECRET.encode(), turn["username"].encode(), hashlib.sha1)
    assert b64decode(turn["credential"]) == proof


@pytest.mark.parametrize(
    ("urls", "secret", "named"),
    [
        (UDP, "", "TURN_SECRET"),
        ("turn.example.com", SECRET, "TURN_URLS"),
        ("http://turn.example.com", SECRET, "TURN_URLS"),
        (f"{UDP}&x=1", SECRET, "TURN_URLS"),
        (f"{TCP}, nonsense", SECRET, "TURN_URLS"),
    ],
)
def test_what_is_wrong_is_named(urls: str, secret: str, named: str) -> None:
    with pytest.raises(SettingError) as error:
        Helpers(urls, secret)
    assert named in str(error.value)


def test_the_console_tells_who_may_call(console: Console) -> None:
    console.app.state.helpers = Helpers(UDP, SECRET)
    assert console.browser.get("/call/ice").headers["location"] == "/login"
    console.enter("olga", "operator")
    (server,) = console.browser.get("/call/ice").json()["iceServers"]
    assert server["username"].endswith(":olga")
    console.enter("anna", "viewer")
    assert console.browser.get("/call/ice").json() == {"iceServers": []}
