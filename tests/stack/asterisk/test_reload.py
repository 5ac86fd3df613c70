# A user, a queue and the trunk come and go while a call goes on.
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.stack.asterisk.reloaded import asterisk, reload
from tests.stack.asterisk.sip import Phone
from tests.stack.asterisk.test_sip import PORT, SERVER, echoes, phone

pytestmark = pytest.mark.stack

NEW = {
    "SIP_PASSWORD_1003": "third-phone-password",
    "QUEUES": "sales:1001,1003 night:1003",
    "TRUNK_HOST": "192.0.2.7",
}


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    reload({})


def test_a_call_goes_on_while_users_queues_and_the_trunk_change() -> None:
    with (
        phone() as one,
        Phone("1003", NEW["SIP_PASSWORD_1003"], SERVER, PORT) as new,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as audio,
        ThreadPoolExecutor(1) as talking,
    ):
        audio.bind((one.host, 0))
        call = one.request("INVITE", "600", body=one.sdp(audio.getsockname()[1], "ulaw"))
        assert new.register().status == 401
        heard = talking.submit(echoes, call.media, audio, 200)  # four seconds
        assert reload(NEW) == (
            0,
            "asterisk: taken over while calls go on: "
            "extensions.conf extensions_users.conf pjsip_trunk.conf pjsip_users.conf queues_all.conf\n",
        )
        assert new.register().status == 200
        assert heard.result() > 150
        assert "night has 0 calls" in asterisk("queue show")
        assert "192.0.2.7/32" in asterisk("pjsip show identifies")
        assert reload({})[0] == 0
        assert new.register().status == 401
        assert echoes(call.media, audio, 50) > 25
        assert one.bye("600", call).status == 200
    assert "1003" not in asterisk("queue show")
    assert "trunk" not in asterisk("pjsip show identifies")


def test_a_password_changes_and_the_registration_stays() -> None:
    with phone() as one:
        assert one.register().status == 200
        assert reload({"SIP_PASSWORD_1002": "another-password"})[0] == 0
        assert f":{one.local_port}" in asterisk("pjsip show contacts")
        assert one.register().status == 401
        one.password = "another-password"
        assert one.register().status == 200
        one.register(expires=0)


def test_nothing_is_taken_over_of_wrong_settings() -> None:
    status, said = reload({"SIP_PASSWORD_1003": "third-phone-password", "QUEUES": "sales:1009"})
    assert (status, said) == (
        78,
        "asterisk: QUEUES has a member without a user: there is no SIP_PASSWORD_1009\n",
    )
    assert "1003" not in asterisk("pjsip show endpoints")


def test_what_has_not_changed_is_not_touched() -> None:
    assert reload({}) == (0, "asterisk: nothing has changed\n")
