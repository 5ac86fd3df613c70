"""Settings of the webhooks service; one environment variable each."""

from typing import Annotated

import msgspec

from parley.outside.addresses import hosts_of
from parley.settings import Settings


class WebhooksSettings(Settings, frozen=True, kw_only=True):
    """Where messages wait, and where they may go."""

    webhooks_dir: str = "/webhooks"
    """Folder of the spool."""
    inside_hosts: str = ""
    """Hosts of the inside that requests may go to, with commas between, as their addresses have them."""
    records_days: Annotated[int, msgspec.Meta(ge=0, le=36_500)] = 90
    """Days after which messages that could not be delivered are deleted; 0: never."""

    def __post_init__(self) -> None:
        super().__post_init__()
        hosts_of("INSIDE_HOSTS", self.inside_hosts)
