"""Settings of the webhooks service; one environment variable each."""

from typing import Annotated

import msgspec

from parley.errors import SettingError
from parley.outside.addresses import hosts_of
from parley.settings import PositiveInt, Settings, check_url
from webhooks.texting.provider import Account, check_form


class WebhooksSettings(Settings, frozen=True, kw_only=True):
    """Where messages wait, and where they may go."""

    webhooks_dir: str = "/webhooks"
    """Folder of the spool."""
    inside_hosts: str = ""
    """Hosts of the inside that requests may go to, with commas between, as their addresses have them."""
    push_contact: str = "mailto:postmaster@example.com"
    """To whom makers of browsers may write about our pushes (RFC 8292): `mailto:`, or an address by https."""
    records_days: Annotated[int, msgspec.Meta(ge=0, le=36_500)] = 90
    """Days after which messages that could not be delivered are deleted; 0: never."""
    sms_url: str = ""
    """Where texts are sent through; empty: none is."""
    sms_account: str = ""
    """Of us at the provider, and its user there."""
    sms_token: str = ""
    """The account's password."""
    sms_sender: str = ""
    """What telephones show as the sender; empty: the number that was written to or called."""
    sms_form: str = ""
    """What is posted to another provider than one like Twilio, with {from}, {to}, {text} and {id}."""
    sms_authorization: str = ""
    """The header Authorization of that."""
    sms_trunk: bool = False
    """Whether the trunk takes them, as SIP messages that the service `chat` gives it; then nobody else does."""
    sms_per_day: PositiveInt = 100
    """Parts that one number is sent in a day."""

    def __post_init__(self) -> None:
        super().__post_init__()
        hosts_of("INSIDE_HOSTS", self.inside_hosts)
        if not self.push_contact.startswith(("mailto:", "https://")):
            raise SettingError("PUSH_CONTACT", "must be like mailto:you@example.com, or begin with https://")
        if self.sms_url:
            check_url("SMS_URL", self.sms_url)
        if self.sms_url and self.sms_trunk:
            raise SettingError("SMS_TRUNK", "texts are sent by SMS_URL or by the trunk, not by both")
        if self.sms_form:
            check_form(self.sms_form)

    @property
    def sms(self) -> Account:
        """Who sends texts."""
        return Account(
            url=self.sms_url,
            user=self.sms_account,
            token=self.sms_token,
            sender=self.sms_sender,
            form=self.sms_form,
            authorization=self.sms_authorization,
        )
