"""Where a provider brings texts: in the form of Twilio's Messaging API, or as JSON of our own."""

import hmac
import re
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api import bearer
from api.problems import Problem, unavailable
from chat import measures
from chat.sms.intake import MOST_CHARS, Intake, NoAgent, Received, TooMany
from chat.sms.signature import is_signed
from chat.sms.words import Word
from parley import log
from parley.bus import BusError

BASE = "/chat/v1/sms"
_FIELDS = 200
"""Of a form; Twilio sends some thirty."""
_NUMBER = r"^\+?[0-9]{3,15}$"
_TOLD = {
    "MessageSid": re.compile(r"[A-Za-z0-9]{1,64}"),
    "From": re.compile(_NUMBER),
    "To": re.compile(_NUMBER),
}
_NOTHING = "<Response/>"
"""TwiML without a reply: what is written back is sent when it is there."""
_WORDS: dict[str, Word] = {"STOP": "stop", "START": "start", "HELP": "help"}

_log = log.get("texts")


@dataclass(frozen=True, slots=True)
class Doors:
    """What opens them; where it is empty, the door stays shut."""

    token: str
    """Of the account at Twilio, or whoever signs as it does."""
    url: str
    """Where the provider finds chats, as https://chat.example.com."""
    secret: str
    """Shown by who brings JSON."""


class Incoming(BaseModel):
    """A text, or a part of one."""

    model_config = ConfigDict(strict=True)

    id: str = Field(min_length=1, max_length=200, examples=["a1f3"])
    """The same when it is brought again: it is answered once."""
    sender: str = Field(alias="from", pattern=_NUMBER, examples=["+4915112345678"])
    to: str = Field(pattern=_NUMBER, examples=["+4930123456"])
    """One of an agent's numbers."""
    text: str = Field(max_length=MOST_CHARS, examples=["When are you open on Saturday?"])
    reference: str = Field("", max_length=64, pattern="^[A-Za-z0-9._-]*$")
    """The same for all parts of a text."""
    part: int = Field(1, ge=1, le=20)
    parts: int = Field(1, ge=1, le=20)
    """How many parts the text has."""


class Taken(BaseModel):
    """What became of it."""

    status: Literal["taken"] = "taken"


def routes(intake: Intake, doors: Doors) -> APIRouter:
    """The doors."""
    router = APIRouter(prefix=BASE, tags=["sms"])

    @router.post("/twilio", include_in_schema=False)
    async def twilio(request: Request) -> Response:
        await _take(intake, await _signed(request, doors))
        return Response(_NOTHING, media_type="text/xml")

    def shown(authorization: Annotated[str, Header()] = "") -> None:
        _check(authorization, doors.secret)

    @router.post("/messages", status_code=202, dependencies=[Depends(shown)])
    async def bring(body: Incoming) -> Taken:
        """Bring a text that was written to one of an agent's numbers. It is kept when this is answered."""
        if body.part > body.parts or (body.parts > 1 and not body.reference):
            raise Problem(
                422, "invalid-request", "body.part: not one of a text's parts, which need a reference"
            )
        await _take(
            intake,
            Received(
                id=f"json {body.id}",
                sender=body.sender,
                number=body.to,
                text=body.text,
                reference=body.reference,
                part=body.part,
                parts=body.parts,
            ),
        )
        return Taken()

    return router


async def _signed(request: Request, doors: Doors) -> Received:
    """What Twilio tells; raise Problem unless it is Twilio, and a text."""
    try:
        body = (await request.body()).decode()
        fields = parse_qsl(body, keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError as error:
        raise Problem(400, "bad-request", "the body is no form") from error
    query = f"?{request.url.query}" if request.url.query else ""
    url = f"{doors.url.rstrip('/')}{request.url.path}{query}"
    if not is_signed(request.headers.get("x-twilio-signature", ""), doors.token, url, fields):
        measures.REFUSED.labels("signature").inc()
        # The commonest cause is another address than the provider was given.
        _log.warning("a signature is wrong", address=f"{doors.url.rstrip('/')}{request.url.path}")
        raise Problem(403, "no-signature", "the signature is not right for this address and SMS_TOKEN")
    told = dict(fields)
    for name, form in _TOLD.items():
        if not form.fullmatch(told.get(name, "")):
            raise Problem(422, "invalid-request", f"body.{name}: is missing, or none that is answered")
    return Received(
        id=f"twilio {told['MessageSid']}",
        sender=told["From"],
        number=told["To"],
        text=told.get("Body", ""),
        word=_WORDS.get(told.get("OptOutType", "")),
    )


def _check(authorization: str, secret: str) -> None:
    if not secret or not hmac.compare_digest(bearer.shown(authorization).encode(), secret.encode()):
        measures.REFUSED.labels("signature").inc()
        raise Problem(403, "no-secret", "the header Authorization does not show SMS_SECRET")


async def _take(intake: Intake, received: Received) -> None:
    try:
        await intake.take(received)
    except NoAgent as error:
        raise Problem(404, "no-such-agent", "no agent answers texts to this number") from error
    except TooMany as error:
        raise Problem(429, "too-many-requests", "too many texts", headers={"Retry-After": "60"}) from error
    except BusError as error:
        raise unavailable("Redis cannot be reached now; the text was not taken") from error
