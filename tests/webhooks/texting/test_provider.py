"""Requests to providers that are real servers, and misbehave."""

import base64
import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

import pytest

from parley.errors import SettingError
from parley.outside.texts import Text
from tests.fakes.servers.receiver import Manner, Receiver
from tests.fakes.servers.web_service import WebService, web_service
from webhooks import sending
from webhooks.failed import Failed, Refused
from webhooks.settings import WebhooksSettings
from webhooks.texting.provider import Account, Provider, check_form

TEXT = Text(id="c.1", call="c", agent="shop", sender="+4930123", to="+49151", body='Hi "you" & ä', since=1.0)


def base(server: WebService | Receiver) -> str:
    return f"http://127.0.0.1:{server.port}"


async def sent(account: Account) -> Failed | None:
    provider = Provider(account)
    try:
        return await provider.send(TEXT)
    finally:
        await provider.close()


async def test_twilio_is_asked_as_its_api_says() -> None:
    async with web_service(status=201, body=b'{"sid": "SM1"}') as service:
        assert await sent(Account(url=base(service) + "/", user="AC1", token="secret")) is None
        ((method, path, headers, body),) = service.requests
    assert (method, path) == ("POST", "/2010-04-01/Accounts/AC1/Messages.json")
    assert base64.b64decode(headers["authorization"].removeprefix("Basic ")) == b"AC1:secret"
    assert dict(parse_qsl(body.decode())) == {"From": "+4930123", "To": "+49151", "Body": TEXT.body}


async def test_a_sender_of_the_settings_is_shown_and_a_messaging_service_is_named_as_one() -> None:
    service_id = "MG" + "0a" * 16
    async with web_service() as service:
        await sent(Account(url=base(service), sender="Shop"))
        await sent(Account(url=base(service), sender=service_id))
        first, second = (dict(parse_qsl(body.decode())) for *_, body in service.requests)
    assert first["From"] == "Shop"
    assert second["MessagingServiceSid"] == service_id
    assert "From" not in second


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ('{"to": ["{to}"], "msg": {"text": "{text}", "ref": "{id}"}, "from": "{from}"}', "application/json"),
        ("to={to}&text={text}&sender={from}", "application/x-www-form-urlencoded"),
    ],
)
async def test_any_other_provider_is_asked_by_a_template(form: str, media_type: str) -> None:
    async with web_service() as service:
        url = base(service) + "/send?route=1"
        assert await sent(Account(url=url, form=form, authorization="Bearer abc")) is None
        ((_, path, headers, body),) = service.requests
    assert path == "/send?route=1"
    assert (headers["authorization"], headers["content-type"]) == ("Bearer abc", media_type)
    if media_type == "application/json":
        told = json.loads(body)
        assert told == {"to": ["+49151"], "msg": {"text": TEXT.body, "ref": "c.1"}, "from": "+4930123"}
    else:
        assert dict(parse_qsl(body.decode())) == {"to": "+49151", "text": TEXT.body, "sender": "+4930123"}


@pytest.mark.parametrize(
    ("status", "body", "final", "stopped"),
    [
        (400, {"code": 21610, "message": "opted out"}, True, True),
        (400, {"code": 21211}, True, False),
        (422, ["no number"], True, False),
        (401, {"code": 20003}, False, False),
        (404, {}, False, False),
        (429, {}, False, False),
        (500, {"code": 21610}, False, False),
        (400, b"[" * 2000, True, False),
        (400, b'{"code": "21610"}', True, False),
    ],
)
async def test_what_stays_wrong_is_told_from_what_may_change(
    status: int, body: object, final: bool, stopped: bool
) -> None:
    told = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with web_service(status=status, body=told) as service:
        failed = await sent(Account(url=base(service)))
    assert failed is not None
    assert isinstance(failed, Refused) == final
    assert getattr(failed, "stopped", False) == stopped


@pytest.mark.parametrize(
    ("manner", "why"),
    [
        ("error", "status"),
        ("reset", "protocol"),
        ("garbage", "protocol"),
        ("redirect", "redirect"),
        ("silent", "timeout"),
        ("drip", "timeout"),
        ("well", ""),
        ("huge", ""),
    ],
)
async def test_a_provider_that_misbehaves_has_not_taken_it(
    receiver: Receiver, manner: Manner, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "TOTAL_S", 0.5 if why == "timeout" else 30.0)
    receiver.manner, receiver.location = manner, receiver.url
    failed = await sent(Account(url=base(receiver)))
    assert (failed.why if failed else "") == why
    assert len(receiver.got) == 1


async def test_one_who_is_not_there_has_not_taken_it() -> None:
    async with web_service() as service:
        gone = base(service)
    failed = await sent(Account(url=gone))
    assert failed is not None
    assert failed.why == "refused"


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ("to={to}", "must hold {text}"),
        ("text={text}", "must hold {to}"),
        ('{"to": "{to}", "text": {text}x}', "is no JSON"),
    ],
)
def test_a_template_that_cannot_be_used_is_named(form: str, reason: str) -> None:
    with pytest.raises(SettingError, match="SMS_FORM") as caught:
        check_form(form)
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    ("fields", "variable"),
    [
        ({"sms_url": "api.twilio.com"}, "SMS_URL"),
        ({"sms_form": "x"}, "SMS_FORM"),
        ({"sms_url": "https://api.twilio.com", "sms_trunk": True}, "SMS_TRUNK"),
    ],
)
def test_settings_that_are_wrong_are_named(fields: Mapping[str, str], variable: str) -> None:
    with pytest.raises(SettingError) as caught:
        WebhooksSettings(redis_url="redis://127.0.0.1", **fields)  # type: ignore[arg-type]
    assert caught.value.variable == variable


def test_no_password_stands_in_what_is_printed() -> None:
    account = Account(url="http://x", user="AC1", token="s3cret", authorization="Bearer s3cret")
    assert "s3cret" not in repr(account)
