"""`python -m webhooks`: tells others what happens, and sends texts and pushes, until it is told to stop. Only wires;
who is told, and what was not taken: `python -m webhooks.commands`.
"""

import asyncio
from pathlib import Path

from parley.bus import Bus
from parley.outside.addresses import Guarded, hosts_of
from parley.outside.push.box import PushBox
from parley.outside.spool import Spool
from parley.service import Service, run
from webhooks import alerts
from webhooks.delivery import Delivery
from webhooks.intake import Intake
from webhooks.pushing.delivery import Pushing
from webhooks.sending import Sender
from webhooks.settings import WebhooksSettings
from webhooks.texting.delivery import Texting
from webhooks.texting.provider import Provider


async def main(settings: WebhooksSettings, service: Service) -> None:
    """Tell until the service is told to stop."""
    spool = Spool(Path(settings.webhooks_dir))
    bus = Bus.connect(settings.redis_url)
    box = PushBox(Path(settings.webhooks_dir))
    inside = hosts_of("INSIDE_HOSTS", settings.inside_hosts)
    sender = Sender(Guarded(inside))
    pushing = Pushing(box, Guarded(inside), settings.push_contact)
    delivery = Delivery(spool, sender)
    provider = Provider(settings.sms)
    loop = asyncio.get_running_loop()

    def change(there: bool) -> None:
        service.ready = there

    def wake() -> None:
        loop.call_soon_threadsafe(delivery.wake)

    try:
        with alerts.door(spool, wake):
            async with asyncio.TaskGroup() as work:
                work.create_task(delivery.run(service.stopping), name="delivery")
                work.create_task(pushing.run(service.stopping), name="pushing")
                if not settings.sms_trunk:
                    texting = Texting(bus.commands().texts(), provider, settings.sms_per_day)
                    work.create_task(texting.run(service.stopping), name="texting")
                intake = Intake(bus.event_log(), spool, wake, settings.records_days)
                work.create_task(intake.run(service.stopping, change), name="intake")
    finally:
        await sender.close()
        await pushing.close()
        await provider.close()
        await bus.close()
        spool.close()
        box.close()


if __name__ == "__main__":
    run("webhooks", WebhooksSettings, main)
