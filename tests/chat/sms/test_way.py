"""The whole way of a text: from a provider, to the agent, and back to a provider that fails at first."""

from urllib.parse import parse_qsl

from chat.sms.routes import BASE, Doors, routes
from tests.chat.sms.conftest import ANSWER, OURS, THEIRS, Mobile
from tests.chat.web.served import served as chats_served
from tests.fakes.servers.receiver import Receiver
from tests.fakes.servers.serving import served
from tests.webhooks.test_delivery import until
from tests.webhooks.texting.test_delivery import at_work, url

BODY = {"id": "1", "from": THEIRS, "to": OURS, "text": "When are you open?"}


async def test_an_answer_comes_back_to_the_telephone_that_wrote(mobile: Mobile) -> None:
    router = routes(mobile.intake, Doors("", "", "secret"))
    async with (
        served(Receiver("error")) as provider,
        at_work(mobile.texts, url(provider)),
        chats_served(mobile.scene, more=router) as client,
    ):
        place = client.base_url.join(f"{BASE}/messages")
        answer = await client.post(place, json=BODY, headers={"Authorization": "Bearer secret"})
        assert answer.status_code == 202
        await until(lambda: len(provider.got) >= 2)
        provider.manner = "well"
        await until(lambda: provider.taken)
    ((_, body),) = provider.taken
    assert dict(parse_qsl(body.decode())) == {"From": OURS, "To": THEIRS, "Body": ANSWER}
