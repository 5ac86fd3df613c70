"""Settings of chats; one environment variable each."""

from typing import Annotated, Literal

import msgspec

from gateway.ari.protocol import events_url
from parley.errors import SettingError
from parley.settings import PositiveInt, Seconds, Settings, check_url


class ChatSettings(Settings, frozen=True, kw_only=True):
    """See .env.example for what each is for."""

    ari_url: str = "http://asterisk:8088"
    ari_user: str = "parley"
    ari_password: str
    ari_app: str = "parley"
    chat_most: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 200
    """Chats that go on at a time."""
    chat_starts_per_hour: PositiveInt = 60
    """Chats that one address may begin in an hour."""
    chat_messages_per_minute: PositiveInt = 20
    """Messages that one visitor or sender may write in a minute."""
    chat_calls_per_day: PositiveInt = 3
    """Calls that one address may have made to visitors of pages in a day."""
    chat_idle_s: Seconds = 1800.0
    """Seconds after which a chat is over in which nobody has written."""
    chat_person_wait_s: Seconds = 120.0
    """Seconds that people are waited for."""
    chat_proxy: str = ""
    """Address or network of the proxy before it, whose word about visitors' addresses is believed; empty: nobody's."""
    sms_token: str = ""
    """By which a provider signs the texts that it brings as Twilio does; empty: none does."""
    sms_public_url: str = ""
    """Where it finds chats, as https://chat.example.com: a part of what is signed."""
    sms_secret: str = ""
    """What others show who bring texts; empty: nobody does."""
    sms_trunk: bool = False
    """Whether the trunk carries texts as SIP messages, both ways."""
    trunk_host: str = ""
    """Host or host:port of the trunk; empty: there is none."""
    trunk_transport: Literal["udp", "tcp", "tls"] = "udp"
    """By which it is reached."""
    trunk_from_domain: str = ""
    """Domain of our numbers there; empty: the trunk's host."""
    sms_sender: str = ""
    """What telephones show as the sender of what the trunk takes; empty: the number that was written to or called."""
    sms_per_day: PositiveInt = 100
    """Parts that one number is sent in a day by the trunk."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.sms_trunk and not self.trunk_host:
            raise SettingError("SMS_TRUNK", "there is no trunk that could carry texts: TRUNK_HOST is empty")
        if self.sms_public_url:
            check_url("SMS_PUBLIC_URL", self.sms_public_url)

    @property
    def trunk_domain(self) -> str:
        """Where our numbers are, for the trunk."""
        return self.trunk_from_domain or self.trunk_host.partition(":")[0]

    @property
    def trunk_address(self) -> str:
        """The trunk as it stands in an address (RFC 3261, 19.1.1)."""
        plain = self.trunk_transport == "udp"
        return self.trunk_host if plain else f"{self.trunk_host};transport={self.trunk_transport}"

    @property
    def ari_text_app(self) -> str:
        """The application of ARI that messages go to; calls are offered to all whose names begin as the gateways'."""
        return f"text-{self.ari_app}"

    def ari_events(self) -> str:
        """Where Asterisk tells of messages."""
        return events_url(self.ari_url, self.ari_text_app, self.ari_user, self.ari_password)
