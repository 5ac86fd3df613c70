"""Texts as providers bring them, over HTTP."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from chat import measures
from chat.sms.routes import BASE, Doors, routes
from chat.sms.signature import signature
from tests.chat.conftest import lines
from tests.chat.sms.conftest import ANSWER, OURS, THEIRS, Mobile
from tests.chat.web.served import served

DOORS = Doors("token", "https://chat.example", "secret")
FORM = {
    "MessageSid": "SM1",
    "From": THEIRS,
    "To": OURS,
    "Body": "When are you open?",
    "NumMedia": "0",
    "X": "",
}
BODY = {"id": "1", "from": THEIRS, "to": OURS, "text": "When are you open?"}


@pytest.fixture
async def client(mobile: Mobile) -> AsyncIterator[httpx.AsyncClient]:
    async with served(mobile.scene, more=routes(mobile.intake, DOORS)) as client:
        client.base_url = client.base_url.join(BASE)
        yield client


async def twilio(client: httpx.AsyncClient, query: str = "", **fields: str) -> httpx.Response:
    """Bring a text as Twilio does."""
    form = FORM | fields
    signed = signature("token", f"https://chat.example{BASE}/twilio{query}", form.items())
    headers = {"X-Twilio-Signature": signed, "Content-Type": "application/x-www-form-urlencoded"}
    return await client.post(f"/twilio{query}", content=urlencode(form), headers=headers)


async def brought(client: httpx.AsyncClient, secret: str = "secret", **fields: Any) -> httpx.Response:
    return await client.post("/messages", json=BODY | fields, headers={"Authorization": f"Bearer {secret}"})


def refused() -> float:
    return measures.REFUSED.labels("signature")._value.get()


async def test_twilio_brings_a_text_and_is_told_no_reply(client: httpx.AsyncClient, mobile: Mobile) -> None:
    for _ in range(2):
        answer = await twilio(client)
        assert (answer.status_code, answer.text) == (200, "<Response/>")
        assert answer.headers["content-type"].startswith("text/xml")
    assert (await mobile.sent()).body == ANSWER
    (talk,) = mobile.scene.house.threads("sms")
    assert [who for who, _ in lines(talk)].count("visitor") == 1


async def test_the_query_of_the_address_is_signed_too(client: httpx.AsyncClient) -> None:
    assert (await twilio(client, "?shop=1", Body="Grüße & mehr = alles? +1 😀")).status_code == 200


async def test_a_wrong_signature_is_refused_and_counted(client: httpx.AsyncClient, mobile: Mobile) -> None:
    before = refused()
    answer = await client.post("/twilio", data=FORM, headers={"X-Twilio-Signature": "wrong"})
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:parley:problem:no-signature")
    assert (await client.post("/twilio", data=FORM)).status_code == 403
    assert (await brought(client, "wrong")).status_code == 403
    assert (await client.post("/messages", content=b"{")).status_code in (403, 422)
    assert (await client.post("/messages", json={"id": 1})).status_code == 403
    assert refused() >= before + 4
    assert mobile.scene.house.threads("sms") == []


async def test_without_settings_both_doors_are_shut(mobile: Mobile) -> None:
    async with served(mobile.scene, more=routes(mobile.intake, Doors("", "", ""))) as client:
        client.base_url = client.base_url.join(BASE)
        signed = {"X-Twilio-Signature": signature("", f"{BASE}/twilio", FORM.items())}
        assert (await client.post("/twilio", data=FORM, headers=signed)).status_code == 403
        assert (
            await client.post("/messages", json=BODY, headers={"Authorization": "Bearer x"})
        ).status_code == 403


@pytest.mark.parametrize("field", ["MessageSid", "From", "To"])
async def test_a_field_of_twilios_that_is_wrong_is_named(client: httpx.AsyncClient, field: str) -> None:
    answer = await twilio(client, **{field: "whatsapp:+49"})
    assert answer.status_code == 422
    assert field in answer.json()["detail"]


async def test_a_body_that_is_no_form_is_refused(client: httpx.AsyncClient) -> None:
    assert (await client.post("/twilio", content=b"\xff=1")).status_code == 400
    many = "&".join(f"{n}=1" for n in range(300))
    assert (await client.post("/twilio", content=many)).status_code == 400


async def test_a_word_that_twilio_has_understood_is_obeyed(client: httpx.AsyncClient, mobile: Mobile) -> None:
    assert (await twilio(client, Body="Basta", OptOutType="STOP")).status_code == 200
    assert await mobile.texts.is_stopped(f"shop {THEIRS}")
    assert await mobile.gets_nothing()


async def test_anybody_with_the_secret_brings_a_text(client: httpx.AsyncClient, mobile: Mobile) -> None:
    answer = await brought(client)
    assert (answer.status_code, answer.json()) == (202, {"status": "taken"})
    assert (await mobile.sent()).body == ANSWER


async def test_parts_come_one_by_one(client: httpx.AsyncClient, mobile: Mobile) -> None:
    for part, text in ((2, "open?"), (1, "When are you ")):
        answer = await brought(client, id=f"p{part}", text=text, reference="r1", part=part, parts=2)
        assert answer.status_code == 202
    (talk,) = mobile.scene.house.threads("sms")
    assert lines(talk)[0] == ("visitor", "When are you open?")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"from": "Shop"}, "from"),
        ({"to": ""}, "to"),
        ({"id": ""}, "id"),
        ({"text": "x" * 2001}, "text"),
        ({"part": 2}, "part"),
        ({"parts": 2}, "part"),
        ({"reference": "a b"}, "reference"),
    ],
)
async def test_what_is_wrong_is_named(client: httpx.AsyncClient, wrong: dict[str, Any], field: str) -> None:
    answer = await brought(client, **wrong)
    assert answer.status_code == 422
    assert field in answer.json()["detail"]


async def test_a_number_of_no_agent_is_told(client: httpx.AsyncClient) -> None:
    assert (await brought(client, to="+4930555")).status_code == 404
