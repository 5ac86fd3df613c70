"""One try to send a text: by Twilio's Messaging API, or whatever is like it, or any other form by a template."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus, urlsplit

import httpx

from parley.errors import SettingError
from parley.outside.addresses import Guarded
from parley.outside.texts import Text
from webhooks.failed import Failed, Refused
from webhooks.sending import client, judged, tried

FINAL = frozenset({400, 422})
"""The text or its number is wrong, and stays so. All else may change: a wrong password is put right one day."""
_OPTED_OUT = 21610
"""Twilio: the provider itself was told STOP."""
_MOST_READ = 4096
_SERVICE = re.compile(r"MG[0-9a-f]{32}")
_PLACES = re.compile(r"\{(from|to|text|id)\}")
_NEEDED = ("to", "text")


@dataclass(frozen=True, slots=True)
class Account:
    """Who sends texts, and how they are asked; see the settings."""

    url: str
    user: str = ""
    token: str = field(default="", repr=False)
    sender: str = ""
    form: str = ""
    authorization: str = field(default="", repr=False)


class Provider:
    """Sends texts."""

    def __init__(self, account: Account) -> None:
        self._account = account
        # The one host that the operator has named, be it of the inside.
        self._client = client(Guarded(frozenset({urlsplit(account.url).hostname or ""})))

    @property
    def there(self) -> bool:
        """Whether there is one."""
        return bool(self._account.url)

    async def send(self, text: Text) -> Failed | None:
        """Send a text; return None when it was taken."""
        return await tried(self._post(text), "sms")

    async def _post(self, text: Text) -> Failed | None:
        request = self._templated(text) if self._account.form else self._twilio(text)
        response = await self._client.send(request, stream=True)
        try:
            failed = judged(response)
            if failed is None or response.status_code not in FINAL:
                return failed
            code = _code(await _begin_of(response))
            return Refused(failed.why, f"{failed.detail}: {code}", stopped=code == _OPTED_OUT)
        finally:
            await response.aclose()

    def _twilio(self, text: Text) -> httpx.Request:
        account = self._account
        sender = account.sender or text.sender
        whose = "MessagingServiceSid" if _SERVICE.fullmatch(sender) else "From"
        url = f"{account.url.rstrip('/')}/2010-04-01/Accounts/{quote(account.user, safe='')}/Messages.json"
        fields = {"To": text.to, whose: sender, "Body": text.body}
        shown = httpx.BasicAuth(account.user, account.token)
        request = self._client.build_request("POST", url, data=fields)
        return next(shown.auth_flow(request))

    def _templated(self, text: Text) -> httpx.Request:
        account = self._account
        values = {"from": account.sender or text.sender, "to": text.to, "text": text.body, "id": text.id}
        content, media_type = filled(account.form, values)
        headers = {"Content-Type": media_type}
        if account.authorization:
            headers["Authorization"] = account.authorization
        return self._client.build_request("POST", account.url, content=content.encode(), headers=headers)

    async def close(self) -> None:
        """Close what is open."""
        await self._client.aclose()


def filled(form: str, values: Mapping[str, str]) -> tuple[str, str]:
    """A template with values in their places, written as it needs them, and its media type: JSON, or a form."""
    if form.lstrip().startswith("{"):
        return _PLACES.sub(lambda place: json.dumps(values[place[1]])[1:-1], form), "application/json"
    return _PLACES.sub(lambda place: quote_plus(values[place[1]]), form), "application/x-www-form-urlencoded"


def check_form(form: str) -> None:
    """Raise SettingError for a template that cannot be used."""
    places = set(_PLACES.findall(form))
    if missing := [place for place in _NEEDED if place not in places]:
        raise SettingError("SMS_FORM", f"must hold {{{missing[0]}}}")
    content, media_type = filled(form, dict.fromkeys(places, "0"))
    if media_type == "application/json":
        try:
            json.loads(content)
        except ValueError as error:
            raise SettingError("SMS_FORM", f"is no JSON: {error}") from error


async def _begin_of(response: httpx.Response) -> bytes:
    """The first bytes of an answer; it may go on for ever."""
    read = b""
    async for some in response.aiter_raw():
        read += some
        if len(read) >= _MOST_READ:
            break
    return read[:_MOST_READ]


def _code(body: bytes) -> int:
    """The number of an error of Twilio's; 0: it has none."""
    try:
        code = json.loads(body)["code"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return 0
    return code if isinstance(code, int) else 0
