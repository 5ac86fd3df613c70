"""`python -m chat`: holds the chats until it is told to stop; they go on where they are when it is there again."""

import asyncio
from pathlib import Path

from api.server import serve
from chat.bus import ChatBus
from chat.settings import ChatSettings
from chat.sip.messages import Messages
from chat.sip.trunk import Trunk
from chat.sms.intake import Intake
from chat.sms.routes import Doors, routes
from chat.steering import obey
from chat.talk.answers import Answers
from chat.talk.house import House
from chat.talk.setting import Setting
from chat.watching import until_done
from chat.web.application import make
from chat.web.visitors import Limits
from parley import log
from parley.agents.store import AgentStore
from parley.bus import BusError, down_stream
from parley.errors import MessageError
from parley.messages import Command
from parley.service import Service, run
from webhooks.texting.delivery import Texting

PORT = 8001
"""Inside the stack; CHAT_PORT is the one on 127.0.0.1."""
NAME = "chat"
"""To the workers and the API it is one more gateway, of this name. There is one process of it."""
_CONNECTIONS = 1000
"""More at a time are told to come back (503). A chat that is read has a connection of its own."""
_AGAIN_S = 0.5
_TRUNK = "trunk"
_SENT_S = 4.0
"""How long texts that the trunk has begun to take are waited for at the end."""

_log = log.get("chat")


async def read_down(bus: ChatBus, house: House, answers: Answers, after: str) -> None:
    """Hand on what the workers answer, and what is asked by the API, for ever."""
    while True:
        try:
            for entry_id, message in await bus.read(down_stream(NAME), after):
                after = entry_id
                if isinstance(message, Command):
                    await obey(house, bus.commands(), message)
                else:
                    answers.on_message(message)
        except MessageError as error:
            _log.error("a message cannot be read", error=str(error))
            after = error.entry_id
        except BusError as error:
            _log.error("Redis is away", error=str(error))
            await asyncio.sleep(_AGAIN_S)


async def main(settings: ChatSettings, service: Service) -> None:
    """Hold chats until the service is told to stop."""
    store = AgentStore(Path(settings.agents_dir))
    bus = ChatBus.connect(settings.redis_url)
    answers = Answers()
    setting = Setting(bus, NAME, store.agents, answers, settings.chat_person_wait_s)
    house = House(setting, settings.chat_most, settings.chat_idle_s)
    per = (settings.chat_starts_per_hour, settings.chat_messages_per_minute, settings.chat_calls_per_day)
    limits = Limits(*per)
    tasks: list[asyncio.Task[None]] = []
    try:
        after = await bus.last_id(down_stream(NAME))
        await house.resume()
        tasks = [
            asyncio.create_task(read_down(bus, house, answers, after), name="down"),
            asyncio.create_task(house.watch(), name="house"),
            asyncio.create_task(store.watch(), name="agents"),
        ]
        texts = bus.commands().texts()
        intake = Intake(house, store.agents, limits, texts, bus.commands().inbox())
        tasks.append(asyncio.create_task(intake.run(), name="texts"))
        carry = intake.carry if settings.sms_trunk else None
        messages = Messages(
            settings.ari_events(), settings.ari_text_app, house, store.agents, limits, carry=carry
        )
        tasks.append(asyncio.create_task(messages.run(), name="messages"))
        if settings.sms_trunk:
            trunk = Trunk(messages.ari, settings.trunk_address, settings.trunk_domain, settings.sms_sender)
            texting = Texting(texts, trunk, settings.sms_per_day)
            tasks.append(asyncio.create_task(texting.run(service.stopping), name=_TRUNK))
        app = make(house, store.agents, limits, bus.commands())
        app.include_router(
            routes(intake, Doors(settings.sms_token, settings.sms_public_url, settings.sms_secret))
        )
        serving = serve(app, PORT, service, connections=_CONNECTIONS, proxy=settings.chat_proxy)
        await until_done(serving, tasks)
    finally:
        await _end(tasks)
        await house.close()
        await bus.close()


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    """End what would go on for ever; a text that was given away, and not noted yet, would be sent once more."""
    sending = [task for task in tasks if task.get_name() == _TRUNK]
    if sending:
        await asyncio.wait(sending, timeout=_SENT_S)
    for task in tasks:
        task.cancel()


if __name__ == "__main__":
    run("chat", ChatSettings, main)
